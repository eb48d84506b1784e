"""Reports of runs for the pages: computed when first looked at, and again when a run has grown or was judged."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.evaluation.cases.columns import safe_cell
from assistant.evaluation.estimates import Estimate, worst_repeats
from assistant.evaluation.metrics.refusals import abstained
from assistant.evaluation.report import RunReport, may_be_answered, report_run
from assistant.evaluation.report_text import case_json, report_json
from assistant.evaluation.runs.drafting import templates_of
from assistant.evaluation.runs.folder import (
    JUDGE_FILE,
    RESULTS_FILE,
    VERDICTS_FILE,
    RunSummary,
    find_run,
    list_runs,
    load_judged,
    load_run,
)
from assistant.evaluation.scoring import score_run
from assistant.records import CaseScores, DraftTemplate, EvaluationRun, OverruledVerdict, ScoreState

MOST_KEPT = 24
MOST_IN_HISTORY = 12
_CSV_FIELDS = (
    "id question category expect repeat computed person_says note problem stage status confidence answer citations "
    "source_document source_quote error seconds"
).split()

_Key = tuple[str, tuple[tuple[int, int] | None, ...]]


@dataclass(frozen=True, slots=True)
class RunReading:
    """A run with all that was computed of it; ``cases`` has of each case the repeat that counts, the worst."""

    run: EvaluationRun
    scores: tuple[CaseScores, ...]
    report: RunReport

    @property
    def cases(self) -> tuple[CaseScores, ...]:
        return tuple(worst_repeats(self.scores))

    @property
    def verdicts(self) -> dict[str, OverruledVerdict]:
        return {one.case_id: one for one in self.run.verdicts}

    def case(self, case_id: str) -> CaseScores:
        """Return a judged case. Raises UsageError where there is none, or the set is locked."""
        found = next((one for one in self.cases if one.case.id == case_id), None)
        if found is None or self.run.set.locked:
            what = "Single questions of a locked set are not shown." if found else "This run has no such question."
            raise UsageError(what, next_step="Go back to the report of the run.")
        return found

    def estimate(self, metric: str) -> Estimate | None:
        return next((one for one in self.report.metrics if one.metric == metric), None)

    @property
    def answered(self) -> tuple[float, float] | None:
        """The share of the questions that was answered and, of these, the share that should have been refused."""
        judged = [(may_be_answered(one), abstained(one.result.answer)) for one in self.scores if one.result.answer]
        right = [may for may, refused in judged if not refused]
        return (len(right) / len(judged), right.count(False) / len(right)) if right else None


class Reports:
    """The latest ``MOST_KEPT`` reports that were looked at. Safe across threads."""

    def __init__(self, data: Path, templates: Callable[[], Sequence[DraftTemplate]]) -> None:
        self._data = data
        self._templates = templates
        self._kept: OrderedDict[_Key, RunReading] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, run_id: str) -> RunReading:
        """Return the report of a run as it is now. Raises UsageError for one that is not there or is damaged."""
        try:
            folder = find_run(self._data, run_id)
        except UsageError as error:
            raise UsageError(error.what, next_step="Choose a run on the Evaluate page.") from error
        key = (folder.name, tuple(_state(folder / name) for name in (RESULTS_FILE, VERDICTS_FILE, JUDGE_FILE)))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        run = load_run(self._data, folder.name)
        templates = templates_of(run, self._templates)
        report = report_run(run, judged=load_judged(self._data, run.id), templates=templates)
        reading = RunReading(run, score_run(run, templates), report)
        with self._lock:
            self._kept[key] = reading
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return reading

    def runs(self) -> list[RunSummary]:
        """Return all runs, the newest first."""
        return list_runs(self._data)[::-1]

    def history(self, set_name: str) -> list[RunReading]:
        """Return the latest finished runs of a set, oldest first."""
        ids = [one.id for one in self.runs() if one.set_name == set_name and one.done >= one.wanted > 0]
        return [self.of(run_id) for run_id in ids[:MOST_IN_HISTORY]][::-1]


def _state(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_size, state.st_mtime_ns


def as_json(reading: RunReading) -> str:
    """Return the report and its judged cases as JSON; of a locked set the report alone."""
    value: dict[str, Any] = {"report": report_json(reading.report), "cases": []}
    if not reading.run.set.locked:
        value["cases"] = [case_json(one) for one in reading.scores]
    return json.dumps(value, ensure_ascii=False, indent=1)


def as_csv(reading: RunReading) -> str:
    """Return the judged cases as CSV, no cell of which a spreadsheet program takes for a formula.

    Raises UsageError for a locked set.
    """
    if reading.run.set.locked:
        raise UsageError(
            "Single questions of a locked set are not shown.", next_step="Its totals are in the JSON file."
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    metrics = list(reading.scores[0].scores) if reading.scores else []
    writer.writerow([*_CSV_FIELDS, *metrics])
    verdicts = reading.verdicts
    for one in reading.scores:
        scored = (one.scores[name] for name in metrics)
        values = [f"{score.value:.6g}" if score.state is ScoreState.SCORED else "" for score in scored]
        writer.writerow([*map(safe_cell, _row(one, verdicts.get(one.case.id))), *values])
    return text.getvalue()


def _row(one: CaseScores, verdict: OverruledVerdict | None) -> list[str]:
    answer = one.result.answer
    return [
        one.case.id,
        one.case.question,
        one.case.category,
        one.case.expect.value,
        str(one.result.repeat + 1),
        right_word(one.passed),
        right_word(verdict.passed) if verdict else "",
        verdict.note if verdict else "",
        one.problem,
        one.stage.value if one.stage else "",
        answer.status.value if answer else "",
        f"{answer.confidence:.4f}" if answer else "",
        answer.text if answer else "",
        "\n".join(f"[{cited.number}] {cited.source}: {cited.quote}" for cited in answer.citations) if answer else "",
        "\n".join(dict.fromkeys(unit.source for unit in one.result.gold)),
        "\n".join(unit.quote for unit in one.result.gold if unit.quote),
        one.result.error or "",
        f"{one.result.seconds:.3f}",
    ]


def right_word(passed: bool | None) -> str:
    """Return right, wrong, or nothing where it cannot be told."""
    return "" if passed is None else "right" if passed else "wrong"
