"""The packaged model, as prepared by ``export``, run by onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from assistant.embedding import packaged
from assistant.embedding.base import Embedder, Matrix, PassageEmbedding, PassageInput, TokenVectors, pool, unit_tokens
from assistant.errors import EmbeddingError


class OnnxRuntimeEmbedder(Embedder):
    """Vectors of all-MiniLM-L6-v2 with eight-bit matrices.

    One text is one call of the model: the eight-bit scale of a call is taken from what is in it, so only then is
    a text's vector the same whatever was embedded beside it. It is also as fast: there is no padding, and the
    calls run side by side, one a core.
    """

    def __init__(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.fingerprint = f"{packaged.MODEL_NAME}/{packaged.WEIGHTS_SHA256[:12]}/onnxruntime-int8"
        self.maximum_tokens = packaged.MAXIMUM_TOKENS
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._counter = Tokenizer.from_file(str(tokenizer))
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both libraries raise plain Exception subclasses of their own bindings
            raise EmbeddingError(
                f"The prepared embedding model at {model} cannot be loaded: {error}.",
                next_step="Delete that file; it is made again at the next start.",
            ) from error
        for one in (self._counter, self._tokenizer):
            one.no_padding()
            one.no_truncation()
        self._tokenizer.enable_truncation(self.maximum_tokens)
        self._threads = ThreadPoolExecutor(_cores(), thread_name_prefix="embedding")
        self.dimension = len(self.embed_query("dimension"))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(one) for one in self._counter.encode_batch(list(texts), add_special_tokens=False)]

    def is_word(self, word: str) -> bool:
        return self._tokenizer.token_to_id(word) is not None

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        if len(passages) == 1:
            return [self._embed(passages[0])]
        return list(self._threads.map(self._embed, passages))

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [unit_tokens(*one) for one in self._threads.map(self._run, texts)]

    def _embed(self, passage: PassageInput) -> PassageEmbedding:
        tokens, offsets = self._run(passage.whole)
        return pool(tokens, offsets, passage)

    def _run(self, text: str) -> tuple[Matrix, list[tuple[int, int]]]:
        encoding = self._tokenizer.encode(text)
        identifiers = np.array([encoding.ids], dtype=np.int64)
        inputs = {
            "input_ids": identifiers,
            "attention_mask": np.ones_like(identifiers),
            "token_type_ids": np.zeros_like(identifiers),
        }
        return self._session.run(["tokens"], inputs)[0][0], encoding.offsets


def _cores() -> int:
    """Return the number of cores this process may use, which in a container is not what the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
