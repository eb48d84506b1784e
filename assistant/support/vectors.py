"""Vectors of the words of a text, each seen in its sentence, for comparing a claim's words with the evidence's."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assistant.embedding.base import Embedder, Matrix, TokenVectors
from assistant.support.text import read

_WINDOW_WORDS = 110
"""Words embedded at once: with their word pieces they stay below what the packaged model sees of a text."""

TEXTS_KEPT = 512
"""Some 80 kilobytes each."""


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """Unit vectors of the content words of a text, shape (number of content words that the model saw, dimension).

    ``rows`` maps the start of a content word in the text to its row. ``tokens`` are unit vectors of all tokens, of
    function words and numbers too, in half precision, shape (number of tokens, dimension), and ``total`` is their sum;
    ``starts`` is where each begins.
    """

    vectors: Matrix
    rows: Mapping[int, int]
    tokens: npt.NDArray[np.float16]
    starts: npt.NDArray[np.int64]
    total: Matrix


@lru_cache(maxsize=4096)
def windows(text: str) -> tuple[str, ...]:
    """Return ``text`` in windows of whole units that the model can see at once; a longer unit is cut at words."""
    found: list[str] = []
    waiting: list[str] = []
    count = 0
    for unit in read(text).units:
        words = unit.text.split()
        for start in range(0, len(words), _WINDOW_WORDS):
            part = words[start : start + _WINDOW_WORDS]
            if waiting and count + len(part) > _WINDOW_WORDS:
                found.append(" ".join(waiting))
                waiting, count = [], 0
            waiting += part
            count += len(part)
    return (*found, " ".join(waiting)) if waiting else tuple(found)


class RememberedWords:
    """Word vectors of texts, the last used of them kept: an answer's sentences are judged one by one as they are
    written, against the same evidence. Safe to use from several threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, WordVectors] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> dict[str, WordVectors]:
        """Return the word vectors of each text, without those that have no content word. Raises EmbeddingError."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        new = embed_words(self._embedder, [text for text in texts if text not in found])
        with self._lock:
            for text, vectors in (found | new).items():
                self._kept[text] = vectors
                self._kept.move_to_end(text)
            while len(self._kept) > TEXTS_KEPT:
                self._kept.popitem(last=False)
        return found | new


def embed_words(embedder: Embedder, texts: Sequence[str]) -> dict[str, WordVectors]:
    """Return the word vectors of each text, embedding each once, all in one call. Raises EmbeddingError."""
    wanted = [text for text in dict.fromkeys(texts) if any(word.is_content for word in read(text).words)]
    if not wanted:
        return {}
    embedded = embedder.token_vectors(wanted)
    return {text: _of_words(text, tokens) for text, tokens in zip(wanted, embedded, strict=True) if tokens.offsets}


def _of_words(text: str, tokens: TokenVectors) -> WordVectors:
    content = [word for word in read(text).words if word.is_content]
    starts = np.array([start for start, _ in tokens.offsets])
    ends = np.array([end for _, end in tokens.offsets])
    # Tokens come in the order of the text, so those of a word are the rows between two positions.
    first = np.searchsorted(ends, [word.start for word in content], side="right")
    last = np.searchsorted(starts, [word.end for word in content], side="left")
    seen = [(word.start, begin, end) for word, begin, end in zip(content, first, last, strict=True) if end > begin]
    vectors = np.zeros((len(seen), tokens.vectors.shape[1]), dtype=np.float32)
    for row, (_, begin, end) in enumerate(seen):
        vectors[row] = tokens.vectors[begin:end].mean(axis=0)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    rows = {start: row for row, (start, _, _) in enumerate(seen)}
    return WordVectors(vectors / lengths, rows, tokens.vectors.astype(np.float16), starts, tokens.vectors.sum(axis=0))
