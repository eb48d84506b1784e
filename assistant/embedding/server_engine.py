"""An embedding server that speaks the OpenAI protocol."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.embedding.base import Embedder, Matrix, PassageEmbedding, PassageInput, TokenVectors
from assistant.embedding.server_guard import WORTH_ANOTHER_TRY, ServerGuard, embedding_error
from assistant.errors import EmbeddingError
from assistant.outbound.faults import FaultError, fault_of

_WORD = re.compile(r"\w+")
_BATCH = 64
_TRIES = 3
_FIRST_WAIT_SECONDS = 0.3
_CHARACTERS_PER_TOKEN = 3


class ServerEmbedder(Embedder):
    """Vectors from a server. It returns no token vectors, so each sentence is sent beside its passage.

    Raises EmbeddingError where the server is outside this machine and its network and that is not allowed, or does not
    answer as it should; the message never holds the key.
    """

    def __init__(self, name: str, base_url: str | None, key: str | None, *, remote_allowed: bool) -> None:
        if base_url is None:
            raise _no_address("An embedding server is set, but not its address.")
        try:
            import openai

            address = urlsplit(base_url)
            guard = ServerGuard(address, with_key=key is not None)
            problem = _not_allowed(address.hostname) if guard.remote and not remote_allowed else None
            self._client = _client(name, base_url, key, guard)
        except ImportError:
            problem = EmbeddingError(
                "Embedding servers need a package that is not installed.",
                next_step="Run: .venv/bin/pip install langchain-openai",
            )
        except (ValueError, TypeError, openai.OpenAIError):
            problem = _no_address("The address of the embedding server cannot be used.")
        if problem is not None:
            # Out here, so that the other error, which may quote the key, does not hang on this one.
            raise problem
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
        """Return unit vectors of shape (number of texts, dimension); asks again where waiting may help."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        fault = ""
        for attempt in range(_TRIES):
            found, fault = self._asked(texts)
            if found is not None:
                return found
            if fault not in WORTH_ANOTHER_TRY or attempt == _TRIES - 1:
                break
            time.sleep(_FIRST_WAIT_SECONDS * 2.0**attempt)
        raise embedding_error(fault)

    def _asked(self, texts: list[str]) -> tuple[Matrix | None, str]:
        """Return what one request gives: the vectors, or the kind of fault."""
        import openai

        try:
            vectors = np.asarray(self._client.embed_documents(texts), dtype=np.float32)
        except (openai.OpenAIError, FaultError) as error:
            return None, fault_of(error).kind
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError):
            # What the client runs into when the answer is not of the shape that the protocol has.
            return None, "broken"
        dimension = self.dimension or (vectors.shape[1] if vectors.ndim == 2 else 0)
        if vectors.shape != (len(texts), dimension) or not dimension or not np.isfinite(vectors).all():
            return None, "broken"
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return (vectors / lengths).astype(np.float32), ""


def _client(name: str, base_url: str, key: str | None, guard: ServerGuard) -> Embeddings:
    import openai
    from langchain.embeddings import init_embeddings

    options = guard.client_options()
    return init_embeddings(
        name,
        provider="openai",
        base_url=base_url,
        # The client refuses to start without a key, also for servers that ask for none; it is not sent.
        api_key=key or "none",
        check_embedding_ctx_length=False,
        chunk_size=_BATCH,
        max_retries=0,
        timeout=openai.Timeout(options["timeout"]),
        http_client=openai.DefaultHttpxClient(**options),
        openai_proxy=None,
    )


def _no_address(what: str) -> EmbeddingError:
    return EmbeddingError(what, next_step="Set embedding_base_url, for example to http://127.0.0.1:8000/v1")


def _not_allowed(host: str | None) -> EmbeddingError:
    return EmbeddingError(
        f"The embedding server is not on this machine or network: questions and passages would go to {host}. That is "
        "off.",
        kept="Nothing was sent.",
        next_step="If your contract with it allows that, an administrator sets remote_model_allowed to true; else look "
        "at embedding_base_url.",
    )
