"""Reading in a child process: a file that hangs, crashes or eats memory costs its own time, never the program."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from assistant.errors import UnreadableFileError
from assistant.reading import wire
from assistant.reading.child_process import ChildProcess, DiedError, HungError
from assistant.reading.limits import ReadingLimits
from assistant.records import Document, Page, SourceEntry, Span


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """A file to read, the name it goes by in the corpus, and what ``sources.toml`` says of it."""

    path: Path
    source: str
    entry: SourceEntry | None = None

    def to_wire(self) -> dict[str, Any]:
        entry = wire.entry_to_wire(self.entry)
        return {"job": "read", "path": str(self.path), "source": self.source, "entry": entry}


class Reader:
    """Reads files and draws pages in child processes; safe to use from several threads.

    A context manager: leaving it ends the child. Documents come whole or as UnreadableFileError, whatever the file
    does to its parser.
    """

    def __init__(self, limits: ReadingLimits | None = None) -> None:
        self.limits = limits or ReadingLimits()
        self._lock = threading.Lock()
        self._child: ChildProcess | None = None
        self._prepared: ChildProcess | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process; a later call starts a new one."""
        with self._lock:
            for child in (self._child, self._prepared):
                if child is not None:
                    child.end()
            self._child = self._prepared = None

    def prepare(self) -> None:
        """Start the child of the next ``read_many`` now, while its caller has other things to load."""
        with self._lock:
            self._prepared = self._prepared or ChildProcess(self.limits)

    def _prepared_child(self) -> ChildProcess:
        with self._lock:
            child, self._prepared = self._prepared, None
        return child if child is not None and child.alive else ChildProcess(self.limits)

    def read(self, path: Path, source: str, entry: SourceEntry | None = None) -> Document:
        """Return the document of ``path``; raises UnreadableFileError, also for a timeout, crash or lack of memory."""
        head, _ = self._ask(ReadingJob(path, source, entry).to_wire(), source)
        return wire.document_from_wire(head["document"])

    def render_page(self, path: Path, page: Page, spans: Sequence[Span], scale: float = 2.0) -> bytes:
        """Return a PNG of ``page`` of the PDF ``path``, ``scale`` pixels a point, with the document's ``spans`` marked.

        Raises UnreadableFileError where the file is no longer a PDF that has the page.
        """
        job = {
            "job": "render",
            "path": str(path),
            "page": wire.page_to_wire(page),
            "spans": [[span.start, span.end] for span in spans],
            "scale": scale,
        }
        return self._ask(job, path.name)[1]

    def read_many(self, jobs: Iterable[ReadingJob]) -> Iterator[Document | UnreadableFileError]:
        """Yield the document of each job, or why there is none, in order, reading ahead by one file.

        The next file is read while the caller works on the one it was given. The iterator has a child of its own, so
        that single reads and page images do not wait for it.
        """
        child: ChildProcess | None = None
        waiting: deque[ReadingJob] = deque()
        try:
            for job in jobs:
                child = child or self._prepared_child()
                child.give(job.to_wire())
                waiting.append(job)
                if len(waiting) > 1:
                    outcome, child = self._next(child, waiting)
                    yield outcome
            while child is not None and waiting:
                outcome, child = self._next(child, waiting)
                yield outcome
        finally:
            if child is not None:
                child.kill()

    def _next(
        self, child: ChildProcess, waiting: deque[ReadingJob]
    ) -> tuple[Document | UnreadableFileError, ChildProcess | None]:
        """Take the answer to the first waiting job; after a failure a new child gets the jobs behind it."""
        job = waiting.popleft()
        try:
            head, _ = self._answer(child, job.source)
            return wire.document_from_wire(head["document"]), child
        except _LostChildError as error:
            child.kill()
            fresh = ChildProcess(self.limits) if waiting else None
            if fresh is not None:
                for later in waiting:
                    fresh.give(later.to_wire())
            return error.shown, fresh
        except UnreadableFileError as error:
            return error, child

    def _ask(self, job: dict[str, Any], source: str) -> wire.Message:
        with self._lock:
            if self._child is None or not self._child.alive:
                self._child = ChildProcess(self.limits)
            self._child.give(job)
            try:
                return self._answer(self._child, source)
            except _LostChildError as error:
                self._child.kill()
                self._child = None
                raise error.shown from error

    def _answer(self, child: ChildProcess, source: str) -> wire.Message:
        try:
            head, body = child.take()
        except HungError as error:
            raise _LostChildError(self._too_slow(source)) from error
        except DiedError as error:
            raise _LostChildError(_crashed(source)) from error
        if head.get("failed") == "memory":
            raise _LostChildError(self._too_large(source))
        if "what" in head:
            raise UnreadableFileError(head["what"], kept=head["kept"], next_step=head["next_step"])
        return head, body

    def _too_slow(self, source: str) -> UnreadableFileError:
        return UnreadableFileError(
            f"{source} took longer than {self.limits.seconds:g} seconds to read.",
            next_step="Print it to a new PDF or split it; file_seconds in the settings allows more time.",
        )

    def _too_large(self, source: str) -> UnreadableFileError:
        return UnreadableFileError(
            f"{source} needs more than {self.limits.memory_megabytes} MB of memory to read.",
            next_step="Print it to a new PDF or split it; file_memory_megabytes in the settings allows more.",
        )


class _LostChildError(Exception):
    """The child is gone or must go; ``shown`` is what the reader of the error is told."""

    def __init__(self, shown: UnreadableFileError) -> None:
        super().__init__(str(shown))
        self.shown = shown


def _crashed(source: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{source} made its reader crash: it is damaged, or made to do harm.",
        next_step="Get a fresh copy, or open it in its own program and print it to a new PDF.",
    )
