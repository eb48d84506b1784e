"""The library: the record of all documents and what is found in it.

SQLite is the record and the keyword index; Chroma holds a copy of the passage vectors. Everything of a document is
written in one transaction, so a library that was cut off at any moment has whole documents only. Chroma is brought
into step afterwards; until then, and whenever it fails, vectors are compared in SQLite's copy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.errors import LibraryError
from assistant.library import catalog, record_vectors
from assistant.library import passages as passage_rows
from assistant.library.database import Database
from assistant.library.holdings import PassageVectors, SourceFile, VectorReport
from assistant.library.lock import WriterBusyError, WriterLock
from assistant.library.reader import LibraryReader
from assistant.library.vector_search import VectorSearch
from assistant.records import Document, FileProblem, Passage

LOCK_FILE = "index.lock"
CHROMA_FOLDER = "chroma"


def _no_observer(step: str) -> None:
    """The observer of a library that nobody watches."""


class Library(LibraryReader):
    """The documents in a data folder, to be read and written.

    Use ``Library.open``, and close it or use it in a ``with`` statement. Every method that writes is one transaction
    and raises LibraryError where it cannot be done, or where another thread or process is writing.
    """

    def __init__(self, folder: Path, on_step: Callable[[str], None]) -> None:
        database = Database(folder)
        super().__init__(folder, database, VectorSearch(database, folder / CHROMA_FOLDER))
        self._on_step = on_step
        self._lock = WriterLock(folder / LOCK_FILE)

    @classmethod
    def open(cls, folder: Path, on_step: Callable[[str], None] = _no_observer) -> Self:
        """Open the library in ``folder``, making an empty one where there is none.

        ``on_step`` is told each step of a write before the next begins. Raises LibraryError for a damaged file and
        for one that a newer version wrote.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The data folder {folder} cannot be made: {error.strerror}.",
                next_step="Name a folder that you may write in with --data.",
            ) from error
        library = cls(folder, on_step)
        try:
            library._database.prepare(catalog.add_vocabularies)
            if library._lock.abandoned():
                library.check()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Close all files; the library cannot be used any more."""
        self._vectors.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check(self) -> None:
        """Read the whole record for damage and mend the keyword index; seconds for a large library.

        Done by ``open`` after a run that was cut off. Raises LibraryError for damage that cannot be mended.
        """
        with self.writing():
            self._database.check()

    @contextmanager
    def writing(self, wait: float = 0.0) -> Iterator[None]:
        """Keep other writers out during several changes; a single one does so by itself.

        Raises LibraryError where another thread or process still writes after ``wait`` seconds.
        """
        with self._lock.hold(wait):
            yield

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.writing(), self._database.writing() as connection:
            yield connection
            self._on_step("about to commit")
        self._on_step("committed")

    def put(
        self,
        document: Document,
        passages: Sequence[Passage],
        vectors: Mapping[str, PassageVectors],
        *,
        file: SourceFile,
        fingerprint: str,
        problem: FileProblem | None = None,
    ) -> bool:
        """Put a document and its passages in, in place of what ``file`` stood for before.

        ``vectors`` are by vector key and may leave out those that ``known_vectors`` has. ``problem`` is for a file
        that was read in part. Where another file with the same bytes is in the library already, it goes on to stand
        for both; this one is only noted as its copy, and the answer is False.

        Raises ValueError for a document of another file and for passages that are not the document's or have no
        vector, EmbeddingError for vectors that cannot be used; nothing is changed then.
        """
        with self._transaction() as connection:
            is_copy = catalog.origin(connection, document.id) not in (None, file.source)
            if not is_copy:
                if document.source != file.source:
                    raise ValueError(f"the document of {document.source} was not read from {file.source}")
                catalog.save_document(connection, document)
                self._on_step("document written")
                keys = passage_rows.save_passages(connection, document, passages)
                self._on_step("passages written")
                record_vectors.save(connection, fingerprint, vectors)
                if without := set(keys) - record_vectors.known(connection, fingerprint, keys):
                    raise ValueError(f"{len(without)} passages of {document.source} have no vectors")
                self._on_step("vectors written")
            catalog.save_file(connection, file, document.id, problem)
            record_vectors.note_change(connection)
        return not is_copy

    def record_problem(self, problem: FileProblem, file: SourceFile) -> None:
        """Note a file that could not be read; the document that it stood for before is taken out of the library."""
        with self._transaction() as connection:
            catalog.save_file(connection, file, None, problem)
            record_vectors.note_change(connection)

    def remove(self, source: str) -> bool:
        """Forget the file at ``source``, and its document if no other file has the same bytes.

        Return whether it was known.
        """
        with self._transaction() as connection:
            known = catalog.forget_file(connection, source)
            record_vectors.note_change(connection)
        return known

    def put_vectors(self, fingerprint: str, vectors: Mapping[str, PassageVectors]) -> None:
        """Add vectors by vector key, for passages that are in the library; raises EmbeddingError."""
        with self._transaction() as connection:
            record_vectors.save(connection, fingerprint, vectors)
            record_vectors.note_change(connection)

    def prune(self, fingerprint: str) -> int:
        """Delete vectors of other models and of passages that are gone; return how many. For the end of a run.

        Where there are none the library stays as it is, of the same generation.
        """
        with self.writing():
            with self._database.reading() as connection:
                if not record_vectors.has_surplus(connection, fingerprint):
                    return 0
            with self._transaction() as connection:
                return record_vectors.prune(connection, fingerprint)

    def remember_corpus(self, folder: Path) -> None:
        """Note which folder the documents are read from."""
        if self._meta("corpus") == str(folder.resolve()):
            return
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('corpus', ?)", (str(folder.resolve()),))

    def preload(self) -> None:
        """Load the package that holds the copy of the vectors, a second's work, so that ``sync_vectors`` need not."""
        self._vectors.preload()

    def sync_vectors(self, fingerprint: str, *, wait: float = 0.0, thorough: bool = False) -> VectorReport:
        """Bring Chroma's copy into step with the record: after a run, and when the library is put to use.

        A moment where it is in step already, unless every row is to be looked at (``thorough``). Only differences are
        written; a copy that fails is deleted and made again. The report says what was wrong, also where another writer
        is still at work after ``wait`` seconds: what is not mended costs speed only.
        """
        if not thorough and self.vectors_in_step(fingerprint):
            return VectorReport(in_step=True)
        try:
            with self.writing(wait):
                return self._vectors.synchronise(fingerprint, self._on_step)
        except WriterBusyError as error:
            return VectorReport(in_step=False, problem=error.what)
