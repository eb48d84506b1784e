"""The pipeline that most tutorials build, to be measured against: pypdf, a splitter by characters, Chroma.

Only for the benchmark; written as its libraries' own guides write it.
"""

from __future__ import annotations

import os
from pathlib import Path

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

_CHARACTERS = 1000
_OVERLAP = 200
_HITS = 8
_ROWS_AT_ONCE = 1000


class PlainPipeline:
    """Indexes the PDF files of a folder into Chroma; the embedding model is the assistant's own, run by torch."""

    def __init__(self, documents: Path, data: Path) -> None:
        from langchain_chroma import Chroma

        self._documents = documents
        self._store = Chroma("plain", _TorchEmbeddings(), persist_directory=str(data))

    def index(self) -> dict[str, int]:
        """Index every page anew: nothing tells the pipeline what it has already."""
        from langchain_text_splitters import RecursiveCharacterTextSplitter
        from pypdf import PdfReader

        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHARACTERS, chunk_overlap=_OVERLAP)
        self._store.reset_collection()
        pages = passages = 0
        for path in sorted(self._documents.rglob("*.pdf")):
            read = [
                Document(page.extract_text() or "", metadata={"source": path.name, "page": number})
                for number, page in enumerate(PdfReader(path).pages)
            ]
            pieces = splitter.split_documents(read)
            for start in range(0, len(pieces), _ROWS_AT_ONCE):
                self._store.add_documents(pieces[start : start + _ROWS_AT_ONCE])
            pages, passages = pages + len(read), passages + len(pieces)
        return {"pages": pages, "passages": passages}

    def search(self, question: str) -> int:
        return len(self._store.similarity_search(question, k=_HITS))

    def answer(self, question: str) -> bool:
        return False


class _TorchEmbeddings(Embeddings):
    def __init__(self) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer

        from assistant.embedding.packaged import verified_model_folder

        self._model = SentenceTransformer(str(verified_model_folder()), device="cpu", local_files_only=True)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.encode(texts, show_progress_bar=False).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]
