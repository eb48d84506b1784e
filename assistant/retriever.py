"""The search of this library as a LangChain retriever, for any chain or agent of that world."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as RetrievedDocument
from langchain_core.retrievers import BaseRetriever

from assistant.citing import page_at
from assistant.records import Document, SearchHit


class LibraryRetriever(BaseRetriever):
    """Returns passages, best first, whose metadata leads back to the exact place.

    ``metadata`` has document_id, title, source, section (headings joined by " > "), page and page_label (None where
    the format has no pages), start and end (characters of the document's text) and score.
    """

    search: Callable[[str, int], list[SearchHit]]
    document: Callable[[str], Document]
    limit: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[RetrievedDocument]:
        return [self._retrieved(hit) for hit in self.search(query, self.limit)]

    def _retrieved(self, hit: SearchHit) -> RetrievedDocument:
        passage = hit.passage
        document = self.document(passage.document_id)
        page = page_at(document.pages, passage.span.start)
        return RetrievedDocument(
            id=passage.id,
            page_content=passage.text,
            metadata={
                "document_id": document.id,
                "title": document.title,
                "source": document.source,
                "section": " > ".join(passage.heading_path),
                "page": page.number if page else None,
                "page_label": page.label if page else None,
                "start": passage.span.start,
                "end": passage.span.end,
                "score": hit.score,
            },
        )
