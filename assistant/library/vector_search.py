"""Search by vectors: Chroma answers, and the record wherever Chroma cannot be believed."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.library import record_vectors
from assistant.library.chroma_folder import VectorIndexError
from assistant.library.database import DamagedRecordError, Database
from assistant.library.exact import ExactSearch, ranked, similarities
from assistant.library.holdings import Nearest, VectorReport
from assistant.library.vectors import TOLERANCE, Marker, VectorIndex, load_packages


class VectorSearch:
    """The vectors of a library, in the record and in Chroma."""

    def __init__(self, database: Database, chroma_folder: Path) -> None:
        self._database = database
        self._index = VectorIndex(chroma_folder)
        self._exact = ExactSearch()

    def close(self) -> None:
        # Nothing is lost: the record is whole, and the copy is looked at when it is opened again.
        with suppress(VectorIndexError):
            self._index.close()

    @staticmethod
    def preload() -> None:
        """Load Chroma's package and LangChain's for it."""
        load_packages()

    def nearest(self, fingerprint: str, vector: NDArray[np.float32], limit: int) -> Nearest:
        """See ``LibraryReader.nearest``."""
        with self._database.snapshot(), self._database.reading() as connection:
            described = record_vectors.model(connection, fingerprint)
            if described is None:
                return Nearest((), "record", "the library has no vectors of this model")
            model_id, dimension = described
            if vector.shape != (dimension,):
                raise ValueError(f"a vector of shape {vector.shape} instead of ({dimension},)")
            if limit < 1:
                return Nearest((), "record", "nothing was asked for")
            direction = record_vectors.unit(vector)
            try:
                hits = self._by_chroma(
                    connection, self._marker(connection, fingerprint, dimension), model_id, direction, limit
                )
            except VectorIndexError as error:
                hits = self._exact.nearest(connection, model_id, direction, limit)
                return Nearest(tuple(hits), "record", str(error))
            self._exact.clear()
            return Nearest(tuple(hits), "chroma")

    def _by_chroma(
        self, connection: sqlite3.Connection, marker: Marker, model_id: int, direction: NDArray[np.float32], limit: int
    ) -> list[tuple[int, float]]:
        """Return the passages that Chroma proposes, with their similarities by the record's vectors.

        Raises VectorIndexError where Chroma fails or its similarities are others.
        """
        proposed = self._index.nearest(marker, direction, limit)
        similarity = similarities(connection, model_id, direction, list(proposed))
        # Put so that a number that is not finite fails as well.
        if not all(abs(similarity.get(key, math.inf) - value) <= TOLERANCE for key, value in proposed.items()):
            self._index.refuse(marker)
            raise VectorIndexError("Chroma's vectors are not those of the record")
        return ranked(connection, similarity)[:limit]

    def in_step(self, fingerprint: str) -> bool:
        with self._database.snapshot(), self._database.reading() as connection:
            described = record_vectors.model(connection, fingerprint)
            return described is not None and self._index.in_step(self._marker(connection, fingerprint, described[1]))

    def synchronise(self, fingerprint: str, on_step: Callable[[str], None]) -> VectorReport:
        """Write the differences to Chroma, or all anew where that fails. The caller holds the writer lock."""
        with self._database.snapshot(), self._database.reading() as connection:
            described = record_vectors.model(connection, fingerprint)
            if described is None:
                return VectorReport(in_step=False, problem="the library has no vectors of this model")
            model_id, dimension = described
            marker = self._marker(connection, fingerprint, dimension)
            wanted = record_vectors.live_keys(connection, model_id)

        def read(keys: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
            with self._database.reading() as connection:
                return record_vectors.by_key(connection, model_id, keys)

        try:
            added, removed = self._index.synchronise(marker, wanted, read, on_step)
            return VectorReport(in_step=True, added=added, removed=removed)
        except VectorIndexError as error:
            problem = str(error)
        try:
            self._index.erase()
            on_step("Chroma erased")
            added, _ = self._index.synchronise(marker, wanted, read, on_step)
            return VectorReport(in_step=True, added=added, rebuilt=True, problem=problem)
        except VectorIndexError as error:
            return VectorReport(in_step=False, problem=str(error))

    @staticmethod
    def _marker(connection: sqlite3.Connection, fingerprint: str, dimension: int) -> Marker:
        meta = dict(
            connection.execute("SELECT name, value FROM meta WHERE name IN ('library_id', 'vector_generation')")
        )
        try:
            return Marker(meta["library_id"], fingerprint, dimension, int(meta["vector_generation"]))
        except (KeyError, ValueError) as error:
            raise DamagedRecordError("the library's own description") from error
