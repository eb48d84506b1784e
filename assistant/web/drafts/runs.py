"""Drafts that are being written in the background, and how far each is."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assistant.drafting.base import OnSection
from assistant.errors import AssistantError, UsageError
from assistant.records import Draft

AT_ONCE = 2
MOST_RUNNING = 20
MOST_KEPT = 40
UNEXPECTED = (
    "Writing the draft stopped for a reason that the assistant does not know. What you typed is kept. Try again; if it "
    "stops again, run “assistant doctor” and see what it says."
)


class _CancelledError(Exception):
    """Ends a writing that nobody wants any more."""


@dataclass
class DraftRun:
    """A draft, or a section of one, under way.

    ``sections`` is how many there will be, 0 where it is one section that is written again. ``draft`` is the draft so
    far. ``address`` is where the finished one is; ``error`` is set where it failed; ``back`` is where to go then.
    """

    title: str
    sections: int
    back: str
    template: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    draft: Draft | None = None
    waiting: bool = True
    address: str | None = None
    error: str | None = None
    cancelled: bool = False

    @property
    def running(self) -> bool:
        return self.address is None and self.error is None

    @property
    def done(self) -> int:
        return len(self.draft.sections) if self.draft else 0


Work = Callable[[OnSection], str]
"""Writes and keeps a draft and returns the address of it; the argument is to be called after each section."""


class DraftRuns:
    """Runs the writing of drafts, two at a time, each in a thread of its own. Safe across threads."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, DraftRun] = OrderedDict()
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(AT_ONCE)

    def start(self, run: DraftRun, work: Work) -> str:
        """Begin ``work`` and return the id under which ``run`` can be looked at.

        Raises UsageError where too many are waiting already.
        """
        identifier = secrets.token_hex(16)
        with self._lock:
            if sum(one.running for one in self._runs.values()) >= MOST_RUNNING:
                raise UsageError(
                    "Too many drafts are being written at the moment.",
                    next_step="Go back and send the form again soon.",
                )
            self._runs[identifier] = run
            for old in [key for key, one in self._runs.items() if not one.running][:-MOST_KEPT]:
                del self._runs[old]
        threading.Thread(target=self._work, args=(run, work), name="draft", daemon=True).start()
        return identifier

    def get(self, identifier: str) -> DraftRun | None:
        with self._lock:
            return self._runs.get(identifier)

    def _work(self, run: DraftRun, work: Work) -> None:
        def note(draft: Draft) -> None:
            if run.cancelled:
                raise _CancelledError
            run.draft = draft

        error: str | None = UNEXPECTED
        try:
            with self._slots:
                run.waiting = False
                if run.cancelled:
                    raise _CancelledError
                address = work(note)
                error = None
                run.address = address
        except _CancelledError:
            error = "The writing was cancelled. What you typed is kept."
        except AssistantError as problem:
            error = str(problem)
        finally:
            run.error = error
