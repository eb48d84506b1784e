"""The Chroma folder on disk: one client for each process, one writer at a time, and whether its files are whole.

Known of Chroma 1.5 and guarded against here:

- a client is shared by all that open one folder in a process, and does not see in a query what another process
  wrote until it is opened anew;
- a damaged index file does not raise an error but ends the process, so the files are compared with their digest
  before they are loaded;
- a panic of its Rust part is no ``Exception``.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.config import Settings

_DATABASE_FILE = "chroma.sqlite3"
# An index folder without this file was never written in full, and Chroma does not load it.
_INDEX_METADATA_FILE = "index_metadata.pickle"


class VectorIndexError(Exception):
    """Chroma cannot be asked or cannot be believed; ``str()`` of it says why. Never shown as it is: see Nearest."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever Chroma raises into VectorIndexError; the only place that does."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError, ValueError, TypeError, LookupError, AttributeError, RuntimeError) as error:
        raise VectorIndexError(f"Chroma failed: {type(error).__name__}: {error}") from error
    except BaseException as error:
        # A panic of the Rust part: pyo3's class for it cannot be imported.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise VectorIndexError(f"Chroma failed: {error}") from error


def chroma_settings() -> Settings:
    """Return Chroma's settings; left to itself it would take a file .env of the working folder for them."""
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]


class ChromaFolder:
    """The client of this process for a folder, shared by all libraries that use it."""

    _open: ClassVar[dict[Path, ChromaFolder]] = {}
    _registry_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, path: Path) -> None:
        self.path = path
        # Held for each call of the client; it may be closed between two.
        self.lock = threading.RLock()
        # Grows each time the client is closed: what was taken from it before is of no use any more.
        self.times_closed = 0
        # What was seen to be right since the client was opened, in the terms of those who look.
        self.seen: set[Hashable] = set()
        self._client: ClientAPI | None = None
        self._database_inode = 0
        self._users = 0

    @classmethod
    def shared(cls, path: Path) -> ChromaFolder:
        with cls._registry_lock:
            folder = cls._open.setdefault(path, cls(path))
            folder._users += 1
            return folder

    def leave(self) -> None:
        """Give the folder back; the last user closes it. Raises VectorIndexError."""
        with self._registry_lock:
            self._users -= 1
            last = self._users == 0
            if last:
                del self._open[self.path]
        if last:
            self.close()

    @property
    def is_open(self) -> bool:
        return self._client is not None

    def exists(self) -> bool:
        return (self.path / _DATABASE_FILE).is_file()

    def client(self) -> ClientAPI:
        """Return the client, opened if need be; opened anew if the folder was replaced by another process."""
        if self._client is not None and self._inode() != self._database_inode:
            self.close()
        if self._client is None:
            import chromadb

            self._client = chromadb.PersistentClient(str(self.path), settings=chroma_settings())
            self._database_inode = self._inode()
        return self._client

    def _inode(self) -> int:
        try:
            return (self.path / _DATABASE_FILE).stat().st_ino
        except FileNotFoundError:
            return 0

    def close(self) -> None:
        with self.lock:
            client: Any = self._client
            self._client = None
            self.times_closed += 1
            self.seen.clear()
            if client is not None:
                with translated():
                    client.close()

    def erase(self) -> None:
        """Delete the folder, for a fresh start; raises VectorIndexError where that is not possible."""
        with self.lock:
            try:
                self.close()
            except VectorIndexError:
                # What cannot be closed properly is about to be deleted.
                self._client = None
            with translated():
                if self.path.exists():
                    shutil.rmtree(self.path)

    def digest(self) -> str:
        """Return the SHA-256 of the index files, those that Chroma would load; 0.2 s for 100,000 vectors."""
        digest = hashlib.sha256()
        for metadata in sorted(self.path.glob(f"*/{_INDEX_METADATA_FILE}")):
            for path in sorted(metadata.parent.iterdir()):
                with path.open("rb") as file:
                    digest.update(f"{metadata.parent.name}/{path.name}:".encode())
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()

    @contextmanager
    def files_held(self, *, to_write: bool) -> Iterator[None]:
        """Keep other processes from writing the index files, or, ``to_write``, from loading them.

        Raises VectorIndexError at once where a reader meets a writer; a writer waits for readers, which are quick.
        """
        path = self.path.with_name(self.path.name + ".lock")
        with translated():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX if to_write else fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                raise VectorIndexError("Chroma's copy of the vectors is being brought up to date") from None
            yield
        finally:
            os.close(descriptor)
