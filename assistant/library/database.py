"""The SQLite file: opening and checking it, connections for several threads, and its errors in plain words."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import LibraryError
from assistant.library.schema import APPLICATION_ID, SCHEMA_VERSION, TABLES, VOCABULARY_TABLES

DATABASE_FILE = "library.sqlite3"

_BUSY_SECONDS = 30.0
# A vector of 384 floats fits five times into a page of this size, and twice, wasting a third, into the default one.
_PAGE_BYTES = 8192
_ERASE = "Delete that folder and index again: nothing is lost but the time, the documents themselves are elsewhere."


class DamagedRecordError(Exception):
    """What was read is not what was written; leaves the library as the LibraryError that staff see."""


class Database:
    """A pool of connections to the library's file. All methods may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / DATABASE_FILE
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        # The connection that a snapshot or a transaction has bound to the thread.
        self._bound = threading.local()

    def prepare(self, add_vocabularies: Callable[[sqlite3.Connection], None]) -> None:
        """Create the file, or make sure that it is one of ours and not newer than this program.

        A file of version 1 is brought up to date; ``add_vocabularies`` then fills the tables that it lacks. Raises
        LibraryError.
        """
        with self.translated(), self._borrowed() as connection:
            application, version = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version")
            )
            empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
            if empty:
                self._create(connection)
            elif application != APPLICATION_ID:
                raise LibraryError(
                    f"The file {self.path} is a database of something else.",
                    kept="It was not touched.",
                    next_step="Name another data folder with --data.",
                )
            elif version > SCHEMA_VERSION:
                raise LibraryError(
                    f"The library in {self.folder} was written by a newer version of the assistant.",
                    kept="It was not touched.",
                    next_step=f"Use the newer version. Or: {_ERASE}",
                )
            elif version < SCHEMA_VERSION:
                self._upgrade(connection, add_vocabularies)

    @staticmethod
    def _upgrade(connection: sqlite3.Connection, add_vocabularies: Callable[[sqlite3.Connection], None]) -> None:
        with _immediate(connection):
            # Another process may have been faster.
            if int(connection.execute("PRAGMA user_version").fetchone()[0]) < SCHEMA_VERSION:
                for statement in _statements(VOCABULARY_TABLES):
                    connection.execute(statement)
                add_vocabularies(connection)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @staticmethod
    def _create(connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        with _immediate(connection):
            # Another process may have been faster.
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                for statement in _statements(TABLES + VOCABULARY_TABLES):
                    connection.execute(statement)
                connection.executemany(
                    "INSERT INTO meta (name, value) VALUES (?, ?)",
                    [("library_id", uuid.uuid4().hex), ("generation", "0"), ("vector_generation", "0")],
                )
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def check(self) -> None:
        """Read the whole file for damage, and make a full-text index anew if it is not that of its rows.

        Seconds for a large library. The caller holds the writer lock. Raises LibraryError for what cannot be mended.
        """
        with self.translated(), self._borrowed() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
            if found != ["ok"]:
                raise self.damaged("; ".join(found))
            for index in ("passages_fts", "vocabulary_fts"):
                try:
                    connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
                except sqlite3.DatabaseError as error:
                    if error_name(error) != "SQLITE_CORRUPT_VTAB":
                        raise
                    connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading; inside ``snapshot`` or ``writing`` of the same thread, theirs."""
        bound: sqlite3.Connection | None = getattr(self._bound, "connection", None)
        with self.translated():
            if bound is not None:
                yield bound
            else:
                with self._borrowed() as connection:
                    yield connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that this thread reads inside sees one state of the library, whoever writes meanwhile."""
        if getattr(self._bound, "connection", None) is not None:
            yield
            return
        with self.translated(), self._borrowed() as connection:
            connection.execute("BEGIN")
            with self._binding(connection):
                yield

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end with the generation raised by one, or undone by an exception.

        The caller holds the writer lock.
        """
        with self.translated(), self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with self._binding(connection):
                yield connection
                connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
                connection.execute(
                    "INSERT OR REPLACE INTO meta (name, value) VALUES ('changed_at', ?)",
                    (datetime.now(UTC).isoformat(timespec="seconds"),),
                )
                connection.execute("COMMIT")

    @contextmanager
    def _binding(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Let this thread read through ``connection`` inside, and end its transaction if that is still open then."""
        former = getattr(self._bound, "connection", None)
        self._bound.connection = connection
        try:
            yield
        finally:
            self._bound.connection = former
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise LibraryError("The library is closed.", next_step="Open it again.")
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        except sqlite3.DatabaseError:
            # A connection is cheap, and one that met a damaged page may remember it.
            connection.close()
            raise
        except BaseException:
            self._give_back(connection)
            raise
        self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed and not connection.in_transaction:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        # Transactions are begun and ended by us alone (isolation_level=None); the pool hands a connection to one
        # thread at a time, so the module's own check is not needed.
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "cell_size_check = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the errors of SQLite into LibraryError; the only place that does."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error
        except DamagedRecordError as error:
            raise self.damaged(str(error)) from error
        except UnicodeDecodeError as error:
            # SQLite's own message had damaged bytes in it.
            raise self.damaged("a text that is none") from error

    def _explained(self, error: sqlite3.DatabaseError) -> LibraryError:
        name = error_name(error)
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return LibraryError(
                f"The library in {self.folder} is in use by another program.",
                kept="Nothing was changed.",
                next_step="Try again in a moment.",
            )
        if name.startswith("SQLITE_FULL"):
            return LibraryError(
                f"The disk that holds {self.folder} is full.",
                kept="What was indexed before is kept; the document at hand was not added.",
                next_step="Make room, then index again.",
            )
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
            return LibraryError(
                f"The library in {self.folder} cannot be opened or written: {error}.",
                kept="What was indexed before is kept.",
                next_step="Check that the folder exists and that you may write in it, or name another with --data.",
            )
        return self.damaged(str(error))

    def damaged(self, detail: str) -> LibraryError:
        """Return the error for a file whose content cannot be trusted."""
        return LibraryError(
            f"The library in {self.folder} is damaged ({detail}).",
            kept="Your documents are not affected; only the index made from them is.",
            next_step=_ERASE,
        )


def error_name(error: sqlite3.Error) -> str:
    """Return SQLite's name for the error, "" for those that Python's module found itself."""
    return str(getattr(error, "sqlite_errorname", ""))


@contextmanager
def _immediate(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that writes: committed at the end, undone by an exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of ``script``; ``executescript`` would end the transaction it is called in."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
