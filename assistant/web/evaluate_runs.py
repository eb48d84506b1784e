"""A set asked in the background: one run at a time, visible to every page, and going on when the page is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from assistant.errors import AssistantError, UsageError
from assistant.evaluation.cases.columns import Severity
from assistant.evaluation.cases.files import read_set
from assistant.evaluation.runs.fingerprint import fingerprint_of
from assistant.evaluation.runs.folder import create_run, load_run
from assistant.evaluation.runs.runner import EvaluationRunner, RunProgress
from assistant.records import EvaluationRun
from assistant.web.evaluate_sets import known_set
from assistant.web.service import Service

if TYPE_CHECKING:
    from assistant.app import Assistant

MOST_REPEATS = 5
SECONDS_TO_END = 5.0
UNEXPECTED = (
    "The run stopped for a reason that the assistant does not know. What it has is kept: go on with it from its "
    "report, and if it stops again, run “assistant doctor” and see what it says."
)


@dataclass(frozen=True, slots=True)
class RunState:
    """Where the run under way stands, or the last one that was; ``error`` is set where that one failed.

    ``question`` is the one that is being asked, "" for a locked set, whose questions are not shown.
    """

    running: bool = False
    stopping: bool = False
    run_id: str = ""
    set_name: str = ""
    locked: bool = False
    done: int = 0
    total: int = 0
    errors: int = 0
    seconds_left: float | None = None
    question: str = ""
    error: str | None = None


class BackgroundRuns:
    """Starts, stops and resumes runs of the one assistant. Safe across threads."""

    def __init__(self, assistant: Service) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._state = RunState()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> RunState:
        return self._state

    def start(self, set_name: str, repeat: int = 1) -> str:
        """Begin a run of a set and return its id.

        Raises UsageError where one is under way, the set cannot be run, or there is no document to ask.
        """
        if not 1 <= repeat <= MOST_REPEATS:
            raise UsageError(f"A set is asked from 1 to {MOST_REPEATS} times.", next_step="Choose another number.")
        whole = self._whole

        def make() -> EvaluationRun:
            found = read_set(known_set(whole.settings, set_name).path)
            if not found.set.cases:
                broken = sum(one.severity is Severity.ERROR for one in found.problems)
                raise UsageError(
                    f"The set {set_name} has no question that can be read"
                    + (f"; {broken} rows have errors." if broken else "."),
                    next_step="Mend its file and upload it again.",
                )
            if not whole.overview().documents:
                raise UsageError("There is no document to ask yet.", next_step="Add documents: see Library.")
            return create_run(whole.settings.data, found.set, fingerprint_of(whole, found.set), repeat)

        return self._begin(make)

    def resume(self, run_id: str) -> str:
        """Go on with a run that was stopped, and return its id. Raises UsageError."""
        return self._begin(lambda: load_run(self._whole.settings.data, run_id))

    def stop(self) -> bool:
        """Let the run end after the question at hand; returns whether one was under way."""
        with self._lock:
            if not self._state.running:
                return False
            self._stop.set()
            self._state = replace(self._state, stopping=True)
            return True

    def end(self) -> None:
        """Stop and wait: what is asked after the library was closed would be kept as errors."""
        self.stop()
        if self._thread is not None:
            self._thread.join(SECONDS_TO_END)

    @property
    def _whole(self) -> Assistant:
        # A run asks for more than the pages do: the embedder, the prompts and the support check are in its fingerprint.
        return cast("Assistant", self._assistant)

    def _begin(self, make: Callable[[], EvaluationRun]) -> str:
        with self._lock:
            if self._state.running:
                raise UsageError("A set is being run already.", next_step="Wait until it has ended, or stop it.")
            self._state = RunState(running=True)
            self._stop = threading.Event()
        try:
            run = make()
        except BaseException:
            self._state = RunState()
            raise
        with self._lock:
            self._state = RunState(
                running=True,
                stopping=self._stop.is_set(),
                run_id=run.id,
                set_name=run.set.name,
                locked=run.set.locked,
                done=len(run.results),
                total=len(run.set.cases) * run.repeats,
            )
        self._thread = threading.Thread(target=self._run, args=(run.id,), name="evaluation", daemon=True)
        self._thread.start()
        return run.id

    def _run(self, run_id: str) -> None:
        error: str | None = UNEXPECTED
        try:
            run = EvaluationRunner(self._whole).resume(run_id, progress=self._note, stop=self._stop)
            with self._lock:
                errors = sum(one.error is not None for one in run.results)
                self._state = replace(self._state, done=len(run.results), errors=errors)
            error = None
        except AssistantError as problem:
            error = str(problem)
        finally:
            with self._lock:
                self._state = replace(
                    self._state, running=False, stopping=False, question="", seconds_left=None, error=error
                )

    def _note(self, progress: RunProgress) -> None:
        with self._lock:
            self._state = replace(
                self._state,
                done=progress.done,
                total=progress.total,
                errors=progress.errors,
                seconds_left=progress.seconds_left,
                question="" if self._state.locked else progress.question,
            )


def progress_words(state: RunState) -> str:
    """Return where a run is, in words for the page."""
    if not state.running:
        return state.error or ""
    if not state.total:
        return "Getting ready"
    left = f", {time_left(state.seconds_left)}" if state.seconds_left is not None else ""
    errors = f", {state.errors} {'error' if state.errors == 1 else 'errors'}" if state.errors else ""
    asked = f"{state.done} of {state.total} questions asked"
    return f"Stopping after this question: {asked}" if state.stopping else f"{asked}{errors}{left}"


def time_left(seconds: float) -> str:
    """Return a remaining time as people say it."""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} seconds left"
    return f"about {seconds / 60:.0f} minutes left"
