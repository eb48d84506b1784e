"""Reading the folder in the background: one run at a time, its progress visible to every page."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.records import IndexReport
from assistant.web.service import Service

if TYPE_CHECKING:
    from assistant.app import IndexProgress

UNEXPECTED = (
    "Reading the folder stopped for a reason that the assistant does not know. What was read before is kept. "
    "Choose “Read the folder again”; if it stops again, run “assistant doctor” and see what it says."
)


@dataclass(frozen=True, slots=True)
class ReadingState:
    """Where reading the folder stands, in ``words`` for the page; ``error`` is set where it failed."""

    running: bool = False
    words: str = ""
    done: int = 0
    total: int = 0
    error: str | None = None


class ReadingRun:
    """Loads the model and brings the library up to date, in a thread of its own."""

    def __init__(self, assistant: Service) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._state = ReadingState()

    @property
    def state(self) -> ReadingState:
        return self._state

    def start(self) -> None:
        """Begin a run, unless one is under way."""
        with self._lock:
            if self._state.running:
                return
            self._state = ReadingState(running=True, words="Loading the search model")
        threading.Thread(target=self._run, name="reading", daemon=True).start()

    def _run(self) -> None:
        final = ReadingState(error=UNEXPECTED)
        try:
            self._assistant.warm()
            self._state = ReadingState(running=True, words="Looking for new and changed files")
            final = ReadingState(words=report_words(self._assistant.index(self._note)))
        except AssistantError as error:
            final = ReadingState(error=str(error))
        finally:
            self._state = final

    def _note(self, progress: IndexProgress) -> None:
        self._state = ReadingState(True, progress_words(progress), progress.done, progress.total)


def progress_words(progress: IndexProgress) -> str:
    """Return what is being done, in words for the page."""
    if progress.stage == "reading":
        return f"Reading {progress.source} ({progress.done + 1} of {progress.total})"
    if progress.stage == "embedding":
        return f"Preparing passages for the search ({progress.done} of {progress.total})"
    return progress.stage.capitalize()


def report_words(report: IndexReport) -> str:
    """Return one sentence on what a run did."""
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "removed": len(report.removed),
        "unchanged": len(report.unchanged),
    }
    told = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    return f"Read in {report.seconds:.1f} s: {told or 'no files'}."
