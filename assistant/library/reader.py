"""The library for those who read: what it holds, and what is found in it by words and by vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import LibraryError
from assistant.library import catalog, record_vectors, vocabulary
from assistant.library import passages as passage_rows
from assistant.library.database import Database
from assistant.library.holdings import DocumentSummary, HeldFile, LibraryState, MissingVectors, Nearest
from assistant.library.vector_search import VectorSearch
from assistant.records import Document, Page, Passage

_DOCUMENTS_IN_MEMORY = 32
_TERMS_IN_MEMORY = 4096


class LibraryReader:
    """All that can be asked of the library. Every method may be called from any thread and while others write.

    Passages have a number, the rowid, that is never given to another passage. Every method raises LibraryError where
    the record cannot be read or is damaged.
    """

    def __init__(self, folder: Path, database: Database, vectors: VectorSearch) -> None:
        self.folder = folder
        self._database = database
        self._vectors = vectors
        # All are asked with the generation, so that nothing from before a change is given out after it.
        self._document = lru_cache(_DOCUMENTS_IN_MEMORY)(self._load_document)
        self._frequency = lru_cache(_TERMS_IN_MEMORY)(self._count_having)
        self._passage_count = lru_cache(1)(self._count_passages)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that this thread reads inside see one state of the library, whoever writes meanwhile."""
        with self._database.snapshot():
            yield

    def generation(self) -> int:
        """Return a number that grows with every change, by whichever process."""
        value = self._meta("generation") or ""
        if not value.isdecimal():
            raise self._database.damaged("the library's own description")
        return int(value)

    def _meta(self, name: str) -> str | None:
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def state(self) -> LibraryState:
        with self.snapshot(), self._database.reading() as connection:
            vectors = connection.execute(
                "SELECT fingerprint, count(vectors.id) FROM models LEFT JOIN vectors ON model_id = models.id GROUP BY 1"
            )
            corpus = self._meta("corpus")
            return LibraryState(
                folder=self.folder,
                corpus=None if corpus is None else Path(corpus),
                generation=self.generation(),
                changed_at=self._meta("changed_at"),
                documents=connection.execute("SELECT count(*) FROM documents").fetchone()[0],
                passages=self.passage_count(),
                vectors={str(fingerprint): int(count) for fingerprint, count in vectors},
            )

    # Files and documents

    def files(self) -> list[HeldFile]:
        """Return every file that the library knows of, readable or not, by source path."""
        with self._database.reading() as connection:
            return catalog.held_files(connection)

    def documents(self) -> list[DocumentSummary]:
        """Return all documents without their texts, by title."""
        with self._database.reading() as connection:
            return catalog.summaries(connection)

    def summary(self, document_id: str) -> DocumentSummary:
        """Return one document without its text; raises LibraryError for an unknown id."""
        with self._database.reading() as connection:
            found = catalog.summaries(connection, document_id)
        if not found:
            raise catalog.unknown_document()
        return found[0]

    def document(self, document_id: str, *, runs: bool = False) -> Document:
        """Return the document; its pages have their character runs only where ``runs`` asks for them.

        Raises LibraryError for an unknown id.
        """
        with self.snapshot():
            if runs:
                return self._load_document(document_id, self.generation(), runs=True)
            return self._document(document_id, self.generation())

    def _load_document(self, document_id: str, _generation: int, *, runs: bool = False) -> Document:
        with self._database.reading() as connection:
            return catalog.load_document(connection, document_id, runs=runs)

    def page(self, document_id: str, number: int) -> Page:
        """Return the page with that physical number, with its runs; raises LibraryError where there is none."""
        with self.snapshot(), self._database.reading() as connection:
            return catalog.with_runs(connection, self.document(document_id), number)

    def source_path(self, document_id: str) -> Path:
        """Return the path of the file that the document was read from.

        Raises LibraryError for an unknown id, and where the file is gone.
        """
        with self.snapshot():
            source, corpus = self.summary(document_id).source, self._meta("corpus")
        path = Path(corpus or ".", source).resolve()
        if corpus is None or not path.is_relative_to(corpus) or not path.is_file():
            raise LibraryError(
                f"The file {source} is not where it was read from.",
                kept="Its text is still in the library.",
                next_step="Put it back, or index the folder again.",
            )
        return path

    # Passages

    def passages(self, wanted: Sequence[int] | Sequence[str]) -> list[Passage]:
        """Return the passages with these rowids, or these ids, in that order; those that are gone are left out."""
        with self._database.reading() as connection:
            return passage_rows.load_passages(connection, wanted)

    def places(self, numbers: Sequence[int]) -> dict[int, tuple[str, tuple[str, ...]]]:
        """Return for each passage by rowid its document's id, and that one's title with the headings above it."""
        with self._database.reading() as connection:
            return passage_rows.places(connection, numbers)

    def numbers_in(self, document_ids: Iterable[str]) -> list[int]:
        """Return the rowids of all passages of these documents, in order."""
        with self._database.reading() as connection:
            return passage_rows.numbers_in(connection, document_ids)

    def document_passages(self, document_id: str) -> dict[int, Passage]:
        """Return all passages of a document by rowid, in reading order; none for an unknown id."""
        with self._database.reading() as connection:
            return passage_rows.document_passages(connection, document_id)

    def passage_count(self) -> int:
        with self.snapshot():
            return self._passage_count(self.generation())

    def _count_passages(self, _generation: int) -> int:
        with self._database.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    # Searching

    def keyword(
        self,
        match: str,
        limit: int,
        document_ids: Iterable[str] | None = None,
        weights: tuple[float, float] = (passage_rows.TEXT_WEIGHT, passage_rows.HEADING_WEIGHT),
    ) -> list[tuple[int, float]]:
        """Return (rowid, BM25 score) of passages, higher for better; ``match`` is best made by ``match_any``.

        ``weights`` are those of a passage's text and of its title and headings. Raises ValueError for a ``match``
        that is not an expression of FTS5.
        """
        with self._database.reading() as connection:
            return passage_rows.keyword(connection, match, limit, document_ids, weights)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return for each term how many passages have it, in any of its inflections."""
        with self.snapshot():
            generation = self.generation()
            return {term: self._frequency(term, generation) for term in terms}

    def _count_having(self, term: str, _generation: int) -> int:
        with self._database.reading() as connection:
            return passage_rows.document_frequency(connection, term)

    def nearest(self, fingerprint: str, vector: NDArray[np.float32], limit: int) -> Nearest:
        """Return the passages whose vectors by this model have the highest cosine with ``vector``.

        Chroma answers; where it is not in step with the record, or fails, the record does (``answered_by``). Raises
        EmbeddingError for a vector that is zero or not finite, ValueError for one of another dimension.
        """
        return self._vectors.nearest(fingerprint, vector, limit)

    # Words

    def abbreviations(self) -> dict[str, tuple[str, ...]]:
        """Return what the documents' abbreviations, as written, stand for."""
        with self._database.reading() as connection:
            return vocabulary.abbreviations(connection)

    def is_written(self, word: str, *, small: bool = False) -> bool:
        """Return whether any document has the lower-case word; with ``small``, whether any writes it so."""
        with self._database.reading() as connection:
            return vocabulary.is_written(connection, word, small=small)

    def words_beginning(self, letter: str, shortest: int, longest: int) -> list[str]:
        """Return the words of the documents, in lower case, that begin with ``letter`` and have so many letters."""
        with self._database.reading() as connection:
            return vocabulary.words_beginning(connection, letter, shortest, longest)

    def formulas_among(self, sentences: Iterable[str]) -> frozenset[str]:
        """Return those of the sentences that stand, to the letter, in at least three documents: notices and the like,
        which say something about their document and nothing about its subject.
        """
        with self._database.reading() as connection:
            return vocabulary.formulas_among(connection, sentences)

    # Vectors

    def known_vectors(self, fingerprint: str, keys: Iterable[str]) -> set[str]:
        """Return those of the vector keys (see ``packing.vector_key``) that need not be embedded again."""
        with self._database.reading() as connection:
            return record_vectors.known(connection, fingerprint, keys)

    def missing_vectors(self, fingerprint: str) -> list[MissingVectors]:
        """Return the passages without vectors of this model, one for each vector key."""
        with self._database.reading() as connection:
            return record_vectors.missing(connection, fingerprint)

    def passage_vectors(self, fingerprint: str, rowids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """Return the vectors of passages by rowid, shape ``(dimension,)`` and length 1."""
        with self._database.reading() as connection:
            return record_vectors.passage_vectors(connection, fingerprint, rowids)

    def sentence_vectors(self, fingerprint: str, rowids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """Return the vectors of passages' sentences by rowid, shape ``(sentences, dimension)``."""
        with self._database.reading() as connection:
            return record_vectors.sentence_vectors(connection, fingerprint, rowids)

    def vectors_in_step(self, fingerprint: str) -> bool:
        """Return whether Chroma's copy is that of the record; False too where there are no vectors at all."""
        return self._vectors.in_step(fingerprint)
