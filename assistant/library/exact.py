"""Exact search: the question's vector against every vector of the record. Slower than an index, and never wrong."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.library import record_vectors
from assistant.library.packing import unpack_vector

# Each is what was added between two questions; together they are one product again when they become many.
_MOST_BLOCKS = 64


class ExactSearch:
    """The vectors of one model in memory; it reads only those that were added since it looked last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start_over()

    def clear(self) -> None:
        """Let go of the memory."""
        with self._lock:
            self._start_over()

    def _start_over(self) -> None:
        self._model: int | None = None
        self._last = 0
        self._keys: list[str] = []
        self._blocks: list[NDArray[np.float32]] = []

    def nearest(
        self, connection: sqlite3.Connection, model_id: int, vector: NDArray[np.float32], limit: int
    ) -> list[tuple[int, float]]:
        """Return (rowid, cosine similarity) of the ``limit`` nearest passages, best first."""
        with self._lock:
            self._refresh(connection, model_id)
            keys = self._keys
            products = np.concatenate([np.empty(0, np.float32), *(block @ vector for block in self._blocks)])
        # Vectors of passages that are gone are passed over, so more may have to be looked at than are asked for.
        wanted = limit
        while True:
            chosen = [keys[place] for place in _largest(products, wanted)]
            hits = ranked(connection, similarities(connection, model_id, vector, chosen))
            if len(hits) >= limit or wanted >= len(products):
                return hits[:limit]
            wanted *= 4

    def _refresh(self, connection: sqlite3.Connection, model_id: int) -> None:
        if self._model != model_id:
            self._start_over()
            self._model = model_id
        added = record_vectors.after(connection, model_id, self._last)
        if added:
            self._last = added[-1][0]
            # A new list: a search in another thread may still be reading the old one.
            self._keys = self._keys + [key for _, key, _ in added]
            packed = b"".join(vector for _, _, vector in added)
            self._blocks = [*self._blocks, unpack_vector(packed).reshape(len(added), -1)]
            if len(self._blocks) > _MOST_BLOCKS:
                self._blocks = [np.concatenate(self._blocks)]


def _largest(products: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    return np.arange(len(products)) if count >= len(products) else np.argpartition(-products, count)[:count]


def similarities(
    connection: sqlite3.Connection, model_id: int, vector: NDArray[np.float32], keys: Sequence[str]
) -> dict[str, float]:
    """Return the cosine of ``vector`` with the record's vector of each key that has one.

    The products are summed in one way only, whatever proposed the keys, and rounded to what 32-bit floats can tell
    apart: the same vectors always give the same order.
    """
    wide = vector.astype(np.float64)
    found = record_vectors.by_key(connection, model_id, keys)
    return {key: round(float(each.astype(np.float64) @ wide), 6) for key, each in found.items()}


def ranked(connection: sqlite3.Connection, similarity: dict[str, float]) -> list[tuple[int, float]]:
    """Return (rowid, similarity) of the passages with these keys, best first, then in the order of rowids."""
    rowids = record_vectors.rowids_of(connection, list(similarity))
    hits = [(rowid, similarity[key]) for key, numbers in rowids.items() for rowid in numbers]
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))
