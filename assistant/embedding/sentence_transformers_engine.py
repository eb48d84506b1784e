"""Any sentence-transformers model, run by torch: the reference, and the way to plug in another model."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding.base import Embedder, Matrix, PassageEmbedding, PassageInput, TokenVectors, pool, unit_tokens
from assistant.errors import EmbeddingError

_BATCH = 16


class SentenceTransformersEmbedder(Embedder):
    """Vectors of the model in ``folder``; weights in safetensors only, and no code of the model's own is run.

    Raises EmbeddingError where the folder holds no such model.
    """

    def __init__(self, folder: Path, name: str) -> None:
        if not folder.is_dir():
            raise EmbeddingError(
                f"There is no folder {folder} with an embedding model.",
                next_step="Set embedding_model to the folder of a sentence-transformers model on this machine.",
            )
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            raise EmbeddingError(
                f"The folder {folder} does not hold a sentence-transformers model that can be loaded: {error}.",
                next_step="Check that it has modules.json and model.safetensors.",
            ) from error
        self._lock = threading.Lock()
        self.maximum_tokens = int(self._model.max_seq_length or 512)
        self.dimension = self._model.get_embedding_dimension() or len(self._model.encode("dimension"))
        self.fingerprint = f"{name}/{_weights_digest(folder)}/torch"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        with self._lock:
            encoded = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(one) for one in encoded["input_ids"]]

    def is_word(self, word: str) -> bool:
        return len(self._model.tokenizer.tokenize(word)) == 1

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        with self._lock:
            return [
                one
                for start in range(0, len(passages), _BATCH)
                for one in self._embed(passages[start : start + _BATCH])
            ]

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        if not texts:
            return []
        with self._lock:
            return [unit_tokens(tokens, offsets) for tokens, offsets, _ in self._run(texts)]

    def _run(self, texts: Sequence[str]) -> list[tuple[Matrix, list[tuple[int, int]], Matrix]]:
        """Return for each text its tokens' vectors, their character ranges, and the text's own vector."""
        outputs = self._model.encode(list(texts), output_value=None, show_progress_bar=False)
        offsets = self._model.tokenizer(
            list(texts), truncation=True, max_length=self.maximum_tokens, return_offsets_mapping=True
        )["offset_mapping"]
        return [
            (
                output["token_embeddings"][: len(ranges)].numpy().astype(np.float32),
                ranges,
                output["sentence_embedding"].numpy().astype(np.float32),
            )
            for output, ranges in zip(outputs, offsets, strict=True)
        ]

    def _embed(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        embedded = []
        runs = self._run([passage.whole for passage in passages])
        for passage, (tokens, ranges, vector) in zip(passages, runs, strict=True):
            pooled = pool(tokens, ranges, passage)
            # The model's own pooling decides the passage's vector: another model may not take the mean.
            whole = vector / max(float(np.linalg.norm(vector)), 1e-12)
            embedded.append(PassageEmbedding(whole, pooled.sentences))
        return embedded


def _weights_digest(folder: Path) -> str:
    """Return a short digest of the weights, so that another model in the same folder is another fingerprint."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]
