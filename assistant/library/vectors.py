"""Passage vectors in Chroma: a copy of those in the record, made for fast search and never trusted further than that.

A row of Chroma is named by its vector key, so a row that is there has the right content, unless it was damaged.
After the last change a marker is written into the collection's metadata; a collection whose marker is not the one
that the record expects, or whose files are not those it was written for, is not asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.library.chroma_folder import ChromaFolder, VectorIndexError, chroma_settings, translated

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from langchain_chroma import Chroma

    Read = Callable[[Sequence[str]], Mapping[str, NDArray[np.float32]]]

# Rows in one write.
_BATCH = 500
_CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {"space": "cosine", "max_neighbors": 16, "ef_construction": 100, "ef_search": 100}
}
_WIDER = 2
"""Chroma is asked for so many times as many rows as are wanted: of the farthest that it returns it misses some, and not
the same ones each time that it is started, so that a question would find other passages. Measured on 204 passages: of
the nearest 100 it misses .2 a question asked for 100, none asked for 200; 3 ms more."""
# Chroma's distances differ from our own products by rounding only, which is a thousand times smaller.
TOLERANCE = 1e-3
_MOST_UNREACHED = 0.01
"""Share of rows that no path through the graph of neighbours may lead to: it is built by chance, and among many rows a
few can be left out. More of them is damage."""


@dataclass(frozen=True, slots=True)
class Marker:
    """Which vectors a collection holds: of this library, by this model, as of this vector generation."""

    library_id: str
    fingerprint: str
    dimension: int
    vector_generation: int

    @property
    def collection(self) -> str:
        return "vectors-" + hashlib.sha256(f"{self.fingerprint}\n{self.dimension}".encode()).hexdigest()[:16]

    def metadata(self, rows: int, files: str) -> dict[str, str | int]:
        """Return what stands in the collection's metadata; ``files`` is the digest of Chroma's index files."""
        return {
            "library_id": self.library_id,
            "fingerprint": self.fingerprint,
            "dimension": self.dimension,
            "vector_generation": self.vector_generation,
            "rows": rows,
            "files": files,
        }


@dataclass(frozen=True, slots=True)
class _Trusted:
    """A collection that was found right: its marker, its rows, and the opening of the folder that it belongs to."""

    marker: Marker
    rows: int
    times_closed: int
    store: Chroma


def load_packages() -> None:
    """Import what the first use of a VectorIndex would import."""
    import chromadb
    import langchain_chroma

    del chromadb, langchain_chroma


class VectorIndex:
    """The collections of one library, one for each embedding model. All methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._folder = ChromaFolder.shared(path.resolve())
        self._left = False
        self._trusted: _Trusted | None = None
        self._refused: Marker | None = None

    def close(self) -> None:
        """Raises VectorIndexError, after which nothing is left open either."""
        if not self._left:
            self._left = True
            self._folder.leave()

    def nearest(self, marker: Marker, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Return the cosine similarity of the nearest rows by key: the nearest ``limit`` of them, and the next.

        Raises VectorIndexError where the collection is not as ``marker`` says, or fails.
        """
        trusted = self._known(marker) or self._look(marker)
        with translated(), self._folder.lock:
            found = trusted.store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=_WIDER * limit)
        if len(found) < min(_WIDER * limit, trusted.rows):
            raise VectorIndexError("Chroma's index does not reach all of its rows")
        return {str(row.id): 1.0 - distance for row, distance in found}

    def in_step(self, marker: Marker) -> bool:
        """Return whether the collection is there and as ``marker`` says."""
        try:
            return bool(self._known(marker) or self._look(marker))
        except VectorIndexError:
            return False

    def refuse(self, marker: Marker) -> None:
        """Never ask the collection as it is now again, whatever its marker says; ``synchronise`` makes it anew."""
        self._trusted, self._refused = None, marker

    def _known(self, marker: Marker) -> _Trusted | None:
        trusted = self._trusted
        if trusted is None or (trusted.marker, trusted.times_closed) != (marker, self._folder.times_closed):
            return None
        return trusted

    def _look(self, marker: Marker) -> _Trusted:
        """Trust the collection if it is as the marker says, and load it."""
        folder = self._folder
        if marker == self._refused or not folder.exists():
            raise VectorIndexError("Chroma's copy of the vectors has to be made anew")
        with folder.files_held(to_write=False), folder.lock, translated():
            if (known := self._known(marker)) is not None:
                return known
            may_be_stale = folder.is_open and marker not in folder.seen
            rows = self._compare(marker)
            if may_be_stale:
                # The marker is read from disk each time, the index is not: what another process added would be missing.
                folder.close()
            return self._trust(marker, rows)

    def _compare(self, marker: Marker) -> int:
        """Return the number of rows of the collection; raises VectorIndexError unless it is as the marker says."""
        collection = self._folder.client().get_collection(marker.collection, embedding_function=None)
        found = dict(collection.metadata or {})
        rows, files = found.get("rows"), str(found.get("files"))
        if not isinstance(rows, int) or found != marker.metadata(rows, files):
            raise VectorIndexError("Chroma's copy of the vectors is not up to date")
        # Before the rows are counted: that loads the files.
        if files != self._folder.digest():
            raise VectorIndexError("Chroma's files are damaged")
        if collection.count() != rows:
            raise VectorIndexError("Chroma has lost rows")
        return rows

    def _trust(self, marker: Marker, rows: int) -> _Trusted:
        from langchain_chroma import Chroma

        store = Chroma(
            client=self._folder.client(),
            client_settings=chroma_settings(),
            collection_name=marker.collection,
            create_collection_if_not_exists=False,
        )
        # The first query loads the index, while nobody writes it.
        store.similarity_search_by_vector_with_relevance_scores([1.0] * marker.dimension, k=1)
        self._folder.seen.add(marker)
        self._trusted = trusted = _Trusted(marker, rows, self._folder.times_closed, store)
        return trusted

    def synchronise(
        self, marker: Marker, wanted: set[str], read: Read, on_step: Callable[[str], None]
    ) -> tuple[int, int]:
        """Make the rows of the collection the ``wanted`` keys; return how many were added and removed.

        ``read`` gives the vectors of some keys. Collections of other models are dropped at the end. The caller holds
        the writer lock. Raises VectorIndexError; the marker is then not written.
        """
        folder = self._folder
        if marker == self._refused:
            self._refused = None
            raise VectorIndexError("Chroma's vectors were not those of the record")
        self._trusted = None
        with folder.files_held(to_write=True):
            with translated(), folder.lock:
                collection = self._collection(marker)
                present = set(collection.get(include=[])["ids"])
            surplus, lacking = sorted(present - wanted), sorted(wanted - present)
            # Between two batches a question asked meanwhile in another thread may look at the folder.
            for keys in _batches(surplus):
                with translated(), folder.lock:
                    collection.delete(ids=keys)
                on_step("vectors removed from Chroma")
            for keys in _batches(lacking):
                vectors = read(keys)
                with translated(), folder.lock:
                    # LangChain passes over rows without a text; the text itself stays in the record.
                    collection.upsert(keys, np.stack([vectors[key] for key in keys]), documents=[""] * len(keys))
                on_step("vectors added to Chroma")
            with translated(), folder.lock:
                _verify(collection, wanted, read)
                for other in folder.client().list_collections():
                    if other.name != marker.collection:
                        folder.client().delete_collection(other.name)
                on_step("other collections dropped")
                collection.modify(metadata=marker.metadata(len(wanted), folder.digest()))
                on_step("marker written to Chroma")
                self._trust(marker, self._compare(marker))
        return len(lacking), len(surplus)

    def erase(self) -> None:
        """Delete all collections, for a fresh start; raises VectorIndexError where the folder cannot be deleted."""
        self._trusted = None
        with self._folder.files_held(to_write=True):
            self._folder.erase()

    def _collection(self, marker: Marker) -> Collection:
        """Return the collection of the marker's model, empty where it was another library's.

        Raises VectorIndexError where its files changed since its marker was written: they may not be loaded, nor
        added to.
        """
        client = self._folder.client()
        if marker.collection not in {collection.name for collection in client.list_collections()}:
            return client.create_collection(marker.collection, embedding_function=None, configuration=_CONFIGURATION)
        collection = client.get_collection(marker.collection, embedding_function=None)
        found = dict(collection.metadata or {})
        expected = marker.metadata(0, self._folder.digest())
        for name in ("library_id", "fingerprint", "dimension", "files"):
            if found.get(name) != expected[name]:
                raise VectorIndexError(f"Chroma's copy of the vectors was left unfinished or is damaged ({name})")
        return collection


def _verify(collection: Collection, wanted: set[str], read: Read) -> None:
    """Raise VectorIndexError unless a query for all rows finds nearly every one of them, with the right similarity."""
    if set(collection.get(include=[])["ids"]) != wanted:
        raise VectorIndexError("Chroma does not have the rows that were written to it")
    if not wanted:
        return
    first = min(wanted)
    probe = read([first])[first]
    found = collection.query(query_embeddings=probe[None, :], n_results=len(wanted), include=["distances"])
    distances = dict(zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True))
    if len(distances) < (1 - _MOST_UNREACHED) * len(wanted):
        raise VectorIndexError("Chroma's index does not reach all of its rows")
    for keys in _batches(sorted(distances)):
        for key, vector in read(keys).items():
            if not abs(1.0 - distances[key] - float(vector @ probe)) <= TOLERANCE:
                raise VectorIndexError("Chroma's vectors are not those of the record")


def _batches(keys: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _BATCH):
        yield list(keys[start : start + _BATCH])
