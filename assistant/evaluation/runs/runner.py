"""A set asked through the same ``Assistant.ask`` that people use, with what came back kept for judging."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assistant.citing import page_at
from assistant.errors import AssistantError, UsageError
from assistant.evaluation.cases.files import row_hash
from assistant.evaluation.metrics.citations import cited_sentences
from assistant.evaluation.metrics.support import judge_sentences
from assistant.evaluation.runs.drafting import draft_of
from assistant.evaluation.runs.fingerprint import differences, fingerprint_of
from assistant.evaluation.runs.folder import appending, create_run, load_run
from assistant.evaluation.sources import LibraryView, gold_units, look_up
from assistant.records import (
    Answer,
    CaseResult,
    EvaluationCase,
    EvaluationRun,
    EvaluationSet,
    Expectation,
    RetrievedPassage,
    Span,
    Turn,
)

if TYPE_CHECKING:
    from assistant.app import Assistant

# A defect of the product is a finding about one case, and the other cases are still worth asking. A stop goes through.
_FAULTS = (AssistantError, ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError)
_FAULTS_OF_VALUES = (TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is; ``seconds_left`` is None before the first case is done."""

    done: int
    total: int
    question: str
    errors: int
    seconds_left: float | None


Progress = Callable[[RunProgress], None]


class EvaluationRunner:
    """Asks sets and writes down what comes back."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def run(
        self,
        evaluation_set: EvaluationSet,
        *,
        repeat: int = 1,
        progress: Progress | None = None,
        stop: threading.Event | None = None,
    ) -> EvaluationRun:
        """Ask every case, ``repeat`` times over, and return the run; with ``stop`` set it ends after the case at hand.

        An error of a case is its result. Raises UsageError for a set without cases, LibraryError where the library
        cannot be read at all.
        """
        if not evaluation_set.cases:
            raise UsageError(f"The set {evaluation_set.name} has no questions.", next_step="See: assistant eval check")
        if repeat < 1:
            raise UsageError("A set is asked at least once.", next_step="Give --repeat 1 or more.")
        settings = self._assistant.settings
        run = create_run(settings.data, evaluation_set, fingerprint_of(self._assistant, evaluation_set), repeat)
        return self._ask_all(run, progress, stop)

    def resume(
        self, run_id: str, *, progress: Progress | None = None, stop: threading.Event | None = None
    ) -> EvaluationRun:
        """Ask what a stopped run has not asked yet. Raises UsageError where something has changed since it began."""
        run = load_run(self._assistant.settings.data, run_id)
        changed = differences(run.fingerprint, fingerprint_of(self._assistant, run.set))
        if changed:
            raise UsageError(
                f"The run {run.id} cannot go on: {', '.join(changed)} changed since it began.",
                kept="What it has is kept.",
                next_step="Start a new run, or set things back as they were.",
            )
        return self._ask_all(run, progress, stop)

    def _ask_all(self, run: EvaluationRun, progress: Progress | None, stop: threading.Event | None) -> EvaluationRun:
        data = self._assistant.settings.data
        done = {(one.case_id, one.repeat) for one in run.results}
        wanted = [
            (case, number) for number in range(run.repeats) for case in run.set.cases if (case.id, number) not in done
        ]
        view = LibraryView.of(self._assistant)
        results = list(run.results)
        started = time.monotonic()
        with appending(data, run.id) as file:
            for count, (case, number) in enumerate(wanted):
                if stop is not None and stop.is_set():
                    break
                if progress is not None:
                    left = (time.monotonic() - started) / count * (len(wanted) - count) if count else None
                    errors = sum(one.error is not None for one in results)
                    total = len(run.set.cases) * run.repeats
                    progress(RunProgress(len(results), total, case.question, errors, left))
                result = replace(self.ask_case(case, view), repeat=number)
                file.add(result)
                results.append(result)
        return replace(run, results=tuple(results))

    def ask_case(self, case: EvaluationCase, view: LibraryView) -> CaseResult:
        """Ask one case, after the questions before it, and return what came back, or the error."""
        gold = gold_units(case, view)
        empty = CaseResult(case.id, row_hash(case), gold=gold)
        started = time.perf_counter()
        try:
            limited = limited_to(case, view)
            if case.expect is Expectation.DRAFT:
                draft = draft_of(self._assistant, case, limited)
                return replace(empty, draft=draft, seconds=time.perf_counter() - started)
            history: list[Turn] = []
            for question in case.previous:
                history.append(Turn(question, self._assistant.ask(question, history, document_ids=limited)))
            started = time.perf_counter()
            answer = self._assistant.ask(case.question, history, document_ids=limited)
            seconds = time.perf_counter() - started
            cited = tuple(look_up(one, view) for one in answer.citations)
            similarity = self._similarity(case, answer)
            supports = judge_sentences(cited_sentences(answer, cited), self._assistant.support_check)
        except (*_FAULTS, *_FAULTS_OF_VALUES) as error:
            words = str(error) if isinstance(error, AssistantError) else f"{type(error).__name__}: {error}"
            return replace(empty, error=words or type(error).__name__, seconds=time.perf_counter() - started)
        return replace(
            empty,
            answer=answer,
            retrieved=retrieved(answer, view),
            cited=cited,
            supports=supports,
            similarity=similarity,
            seconds=seconds,
        )

    def _similarity(self, case: EvaluationCase, answer: Answer) -> float | None:
        if not case.reference_answer or not answer.sentences:
            return None
        said = " ".join(one.text for one in answer.sentences)
        one, other = self._assistant.embedder.embed_documents([said, case.reference_answer])
        return float(np.dot(one, other))


def limited_to(case: EvaluationCase, view: LibraryView) -> tuple[str, ...] | None:
    """Return the ids of the documents that a case is limited to; None for all.

    Raises UsageError where the case names what is neither a document of the library nor the year of one.
    """
    if not case.limit_to:
        return None
    named = view.limited_to(case.limit_to)
    unknown = [name for name, ids in named.items() if not ids]
    if unknown or not named:
        raise UsageError(
            f"The row is limited to “{'; '.join(unknown) or case.limit_to}”, and no document of the library has that "
            "name or year.",
            next_step="Mend limit_to, or leave it empty to search all documents.",
        )
    return tuple(dict.fromkeys(one for ids in named.values() for one in ids))


def retrieved(answer: Answer, view: LibraryView) -> tuple[RetrievedPassage, ...]:
    """Return the passages that the question found, in order, from their ids (``<document id>:<start>-<end>``)."""
    found = []
    for rank, passage_id in enumerate(answer.evidence, 1):
        document_id, _, ends = passage_id.rpartition(":")
        start, _, end = ends.partition("-")
        document = view.by_id(document_id)
        if document is None:
            continue
        span = Span(int(start), int(end))
        first, last = page_at(document.pages, span.start), page_at(document.pages, max(span.start, span.end - 1))
        pages = tuple(range(first.number, last.number + 1)) if first and last else ()
        found.append(
            RetrievedPassage(
                rank, passage_id, document.id, document.source, document.title, span, pages, span.of(document.text)
            )
        )
    return tuple(found)
