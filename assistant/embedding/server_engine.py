"""An embedding server that speaks the OpenAI protocol."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.embedding.base import Embedder, Matrix, PassageEmbedding, PassageInput, TokenVectors
from assistant.errors import EmbeddingError

_WORD = re.compile(r"\w+")
_BATCH = 64
_SECONDS = 60.0
_CHARACTERS_PER_TOKEN = 3


class ServerEmbedder(Embedder):
    """Vectors from a server. It returns no token vectors, so each sentence is sent beside its passage.

    Raises EmbeddingError where the server does not answer as it should; the message never holds the key.
    """

    def __init__(self, name: str, base_url: str | None, key: str | None) -> None:
        from langchain.embeddings import init_embeddings

        if base_url is None:
            raise EmbeddingError(
                "An embedding server is set, but not its address.",
                next_step="Set embedding_base_url, for example to http://127.0.0.1:8000/v1",
            )
        try:
            self._client = init_embeddings(
                name,
                provider="openai",
                base_url=base_url,
                # The client refuses to start without a key, also for servers that ask for none.
                api_key=key or "none",
                check_embedding_ctx_length=False,
                chunk_size=_BATCH,
                timeout=_SECONDS,
                max_retries=2,
            )
        except ImportError as error:
            raise EmbeddingError(
                "Embedding servers need a package that is not installed.",
                next_step="Run: .venv/bin/pip install langchain-openai",
            ) from error
        # The fingerprint is shown; an address may hold a password.
        self.fingerprint = f"{name}/{base_url.rpartition('@')[2]}"
        self.maximum_tokens = 256
        self.dimension = 0
        self.dimension = self._vectors(["dimension"]).shape[1]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return a cautious estimate: the server's tokenizer is not known here."""
        return [-(-len(text) // _CHARACTERS_PER_TOKEN) for text in texts]

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        texts = []
        for passage in passages:
            texts.append(passage.whole)
            texts.extend(span.of(passage.text) for span in passage.sentences)
        vectors = iter(self._vectors(texts))
        return [
            PassageEmbedding(next(vectors), self._stack([next(vectors) for _ in passage.sentences]))
            for passage in passages
        ]

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return a vector for each word, seen by itself: the server gives no tokens."""
        found = [[(match.start(), match.end()) for match in _WORD.finditer(text)] for text in texts]
        words = [text[start:end] for text, spans in zip(texts, found, strict=True) for start, end in spans]
        vectors = self._vectors(words)
        ends = np.cumsum([len(spans) for spans in found])
        return [
            TokenVectors(vectors[end - len(spans) : end], tuple(spans)) for spans, end in zip(found, ends, strict=True)
        ]

    def _stack(self, rows: list[Matrix]) -> Matrix:
        return np.stack(rows) if rows else np.empty((0, self.dimension), dtype=np.float32)

    def _vectors(self, texts: list[str]) -> Matrix:
        import openai

        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        try:
            rows = self._client.embed_documents(texts)
            vectors = np.asarray(rows, dtype=np.float32)
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise EmbeddingError(
                f"The embedding server does not accept the key ({type(error).__name__}).",
                kept="The index is as it was.",
                next_step="Check the settings embedding_api_key and embedding_base_url.",
            ) from error
        except openai.OpenAIError as error:
            raise EmbeddingError(
                f"The embedding server does not answer ({type(error).__name__}).",
                kept="The index is as it was.",
                next_step="Check that it runs, and the settings embedding_base_url and embedding_model.",
            ) from error
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            # What the client runs into when the answer is not of the shape that the protocol has.
            raise self._wrong_answer() from error
        dimension = self.dimension or (vectors.shape[1] if vectors.ndim == 2 else 0)
        if vectors.shape != (len(texts), dimension) or not dimension or not np.isfinite(vectors).all():
            raise self._wrong_answer()
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        scaled: Matrix = (vectors / lengths).astype(np.float32)
        return scaled

    def _wrong_answer(self) -> EmbeddingError:
        return EmbeddingError(
            "The embedding server answered with something else than one vector a text.",
            kept="The index is as it was.",
            next_step="Check the settings embedding_base_url and embedding_model.",
        )
