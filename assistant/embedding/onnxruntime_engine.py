"""The packaged model, as prepared by ``export``, run by onnxruntime."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.embedding import meanings, networks, packaged
from assistant.embedding.base import (
    Embedder,
    Matrix,
    Meanings,
    PassageEmbedding,
    PassageInput,
    TokenVectors,
    pool,
    unit_tokens,
)
from assistant.embedding.export import ANSWERABILITY_FILE_NAME, RECIPE
from assistant.errors import EmbeddingError
from assistant.text.language import DEFAULT_LANGUAGE, guess_language

_TEXTS_REMEMBERED = 4096


class OnnxRuntimeEmbedder(Embedder):
    """Vectors of all-MiniLM-L6-v2 with eight-bit matrices.

    One text is one call of the model: the eight-bit scale of a call is taken from what is in it, so only then is
    a text's vector the same whatever was embedded beside it. It is also as fast: there is no padding, and the
    calls run side by side, one a core.
    """

    def __init__(self, model: Path, tokenizer: Path) -> None:
        from tokenizers import Tokenizer

        self.fingerprint = f"{packaged.MODEL_NAME}/{packaged.WEIGHTS_SHA256[:12]}/onnxruntime-int8.{RECIPE}"
        self.maximum_tokens = packaged.MAXIMUM_TOKENS
        self._model = model
        try:
            self._session = _session(model)
            self._counter = Tokenizer.from_file(str(tokenizer))
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
            self._pairs = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both libraries raise plain Exception subclasses of their own bindings
            raise _cannot_be_loaded(model, error) from error
        for one in (self._counter, self._tokenizer, self._pairs):
            one.no_padding()
            one.no_truncation()
        self._tokenizer.enable_truncation(self.maximum_tokens)
        self._pairs.enable_truncation(networks.PAIR_TOKENS)
        self._meanings = _read_meanings(model.with_name(meanings.FILE_NAME))
        self._loading = threading.Lock()
        self._reading: Any = None
        self._remembering = threading.Lock()
        self._remembered: dict[str, npt.NDArray[np.int32]] = {}
        self._threads = ThreadPoolExecutor(_cores(), thread_name_prefix="embedding")
        self.dimension = len(self.embed_query("dimension"))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(one) for one in self._counter.encode_batch_fast(list(texts), add_special_tokens=False)]

    def is_word(self, word: str) -> bool:
        return self._tokenizer.token_to_id(word) is not None

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        if len(passages) == 1:
            return [self._embed(passages[0])]
        return list(self._threads.map(self._embed, passages))

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [unit_tokens(*one) for one in self._threads.map(self._run, texts)]

    def meanings(self, text: str, passages: Sequence[str]) -> Meanings:
        table = self._meanings
        if table is None:
            return super().meanings(text, passages)
        asked = self._counter.encode(text, add_special_tokens=False)
        pieces = self._pieces(passages)
        # Each piece that occurs is compared once, in however many passages it is.
        every, columns = np.unique(np.concatenate([np.empty(0, np.int32), *pieces]), return_inverse=True)
        cosines = (table[asked.ids] @ table[every].T)[:, columns]
        nearest = np.zeros((len(passages), len(asked.ids)), dtype=np.float32)
        start = 0
        for row, some in enumerate(pieces):
            if len(some):
                nearest[row] = cosines[:, start : start + len(some)].max(axis=1)
            start += len(some)
        # The last digits depend on what else was compared.
        return Meanings(nearest.round(5), tuple(asked.offsets))

    def answerability(self, question: str, texts: Sequence[str]) -> list[float] | None:
        return self.logits(question, texts) if _in_known_language(question) else None

    def logits(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return what the model that reads both says of the question, in whatever language, with each text."""
        session = self._reading_session()

        def logit(text: str) -> float:
            encoding = self._pairs.encode(question, text)
            return float(session.run(["logits"], _inputs([encoding.ids], [encoding.type_ids]))[0][0])

        return [logit(texts[0])] if len(texts) == 1 else list(self._threads.map(logit, texts))

    def _reading_session(self) -> Any:
        """Return the model that reads both, loaded by the first question: who only indexes does without."""
        with self._loading:
            if self._reading is None:
                path = self._model.with_name(ANSWERABILITY_FILE_NAME)
                try:
                    self._reading = _session(path)
                except Exception as error:  # onnxruntime raises plain Exception subclasses of its own bindings
                    raise _cannot_be_loaded(path, error) from error
            return self._reading

    def _pieces(self, texts: Sequence[str]) -> list[npt.NDArray[np.int32]]:
        """Return the different word pieces of each text; those of the texts asked for lately are remembered."""
        with self._remembering:
            new = [text for text in dict.fromkeys(texts) if text not in self._remembered]
            for text, one in zip(new, self._counter.encode_batch(new, add_special_tokens=False), strict=True):
                self._remembered[text] = np.unique(np.array(one.ids, dtype=np.int32))
            found = [self._remembered[text] for text in texts]
            for text in list(self._remembered)[: max(0, len(self._remembered) - _TEXTS_REMEMBERED)]:
                del self._remembered[text]
            return found

    def compute_meanings(self) -> npt.NDArray[np.float16]:
        """Return the table behind ``meanings``, made by running the model on each piece; some ten seconds."""
        start, end = self._tokenizer.encode("").ids
        return meanings.compute(self._tokens, self._tokenizer.get_vocab_size(), start, end, self._threads)

    def _embed(self, passage: PassageInput) -> PassageEmbedding:
        tokens, offsets = self._run(passage.whole)
        return pool(tokens, offsets, passage)

    def _run(self, text: str) -> tuple[Matrix, list[tuple[int, int]]]:
        encoding = self._tokenizer.encode(text)
        identifiers = np.array(encoding.ids, dtype=np.int64)
        kept = _without_leaders(identifiers)
        return self._tokens(identifiers[None, kept])[0], [encoding.offsets[index] for index in kept]

    def _tokens(self, identifiers: npt.NDArray[np.int64]) -> Matrix:
        """Return token vectors of shape (texts, tokens, dimension) for identifiers of shape (texts, tokens)."""
        tokens: Matrix = self._session.run(["tokens"], _inputs(identifiers, np.zeros_like(identifiers)))[0]
        return tokens


def _session(model: Path) -> Any:
    """Load a model to be run on one core: calls run side by side instead."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _cannot_be_loaded(model: Path, error: Exception) -> EmbeddingError:
    return EmbeddingError(
        f"The prepared model at {model} cannot be loaded: {error}.",
        next_step="Delete that file; it is made again at the next start.",
    )


def _inputs(identifiers: npt.ArrayLike, types: npt.ArrayLike) -> dict[str, npt.NDArray[np.int64]]:
    """Return what the models are called with, each of shape (texts, tokens)."""
    pieces = np.asarray(identifiers, dtype=np.int64)
    return {
        "input_ids": pieces,
        "attention_mask": np.ones_like(pieces),
        "token_type_ids": np.asarray(types, dtype=np.int64),
    }


def _without_leaders(identifiers: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Return the places of the pieces to read: of three or more alike in a row, as the dots between an entry of a
    contents page and its number, the first two. The others would say nothing, and cost as much as words do."""
    third_alike = (identifiers[2:] == identifiers[1:-1]) & (identifiers[1:-1] == identifiers[:-2])
    return np.flatnonzero(np.concatenate([[True, True], ~third_alike])[: len(identifiers)])


def _in_known_language(question: str) -> bool:
    """Whether the model that reads a question knows its language: it was trained on English."""
    return guess_language(question) == DEFAULT_LANGUAGE


def _read_meanings(path: Path) -> Matrix | None:
    """Return the table at ``path``; None where there is none yet."""
    try:
        table: npt.NDArray[np.float16] = np.load(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EmbeddingError(
            f"The table of word meanings at {path} cannot be read: {error}.",
            next_step="Delete that file and the model beside it; they are made again at the next start.",
        ) from error
    return table.astype(np.float32)


def _cores() -> int:
    """Return the number of cores this process may use, which in a container is not what the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
