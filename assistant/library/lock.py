"""One writer at a time, across processes: a lock on a file, which the system lets go of however its holder ends."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import LibraryError

_RETRY_SECONDS = 0.02
# A library being opened looks at the lock for a moment; that is no reason to turn a writer away.
_SHORTEST_WAIT_SECONDS = 0.1


class WriterBusyError(LibraryError):
    """Another thread or process is writing."""

    def __init__(self) -> None:
        super().__init__(
            "Another indexing run is at work on this library.",
            kept="Nothing was changed by this one.",
            next_step="Wait until it is done, then try again.",
        )


class WriterLock:
    """A lock that one thread of one process holds; the thread may take it again while it does.

    The file holds a word while a writer is at work. Finding it there without a holder shows that the last one did
    not come to its end.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread_lock = threading.RLock()
        self._depth = 0

    @property
    def held(self) -> bool:
        """Whether this lock object is held, by whichever thread."""
        return self._depth > 0

    @contextmanager
    def hold(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the lock; raises WriterBusyError where another writer still has it after ``wait`` seconds."""
        deadline = time.monotonic() + wait
        if not self._thread_lock.acquire(timeout=max(wait, 0.001)):
            raise WriterBusyError
        try:
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
            descriptor = self._take(deadline)
            try:
                os.pwrite(descriptor, b"writing\n", 0)
                self._depth = 1
                yield
            finally:
                self._depth = 0
                # Also after an error: the writer came to its end, and what it began was rolled back.
                os.ftruncate(descriptor, 0)
                os.close(descriptor)
        finally:
            self._thread_lock.release()

    def _take(self, deadline: float) -> int:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = max(deadline, time.monotonic() + _SHORTEST_WAIT_SECONDS)
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    raise WriterBusyError from None
                time.sleep(_RETRY_SECONDS)

    def abandoned(self) -> bool:
        """Return whether the last writer was cut off, by a crash or a power cut."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            if os.fstat(descriptor).st_size == 0:
                return False
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.fstat(descriptor).st_size > 0
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
