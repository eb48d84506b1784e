"""Runs on the disk: one folder a run, results added line by line, so that what was finished survives any end.

``run.json`` holds what was asked and the fingerprint, ``results.jsonl`` a result a line, ``verdicts.jsonl`` what people
said of them, ``judge.json`` what a language model said. A line that was cut off is dropped when the run is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import UsageError
from assistant.evaluation.cases.files import replace_file
from assistant.evaluation.judge import JudgedRun
from assistant.evaluation.runs.fingerprint import differences
from assistant.records import CaseResult, EvaluationRun, EvaluationSet, OverruledVerdict, RunFingerprint

RUN_FILE, RESULTS_FILE, VERDICTS_FILE, JUDGE_FILE = "run.json", "results.jsonl", "verdicts.jsonl", "judge.json"
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")


def evaluation_folder(data: Path) -> Path:
    """Return the folder of everything that evaluation writes."""
    return data / "evaluation"


def runs_folder(data: Path) -> Path:
    return evaluation_folder(data) / "runs"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as lists show it; ``done`` of ``wanted`` results are there.

    ``changed`` names what changed since the run before of the same set, which tells two runs of one minute apart; it is
    None for the first one.
    """

    id: str
    set_name: str
    locked: bool
    started_at: str
    model: str
    done: int
    wanted: int
    changed: tuple[str, ...] | None = None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def create_run(data: Path, evaluation_set: EvaluationSet, fingerprint: RunFingerprint, repeats: int) -> EvaluationRun:
    """Make the folder of a new run. Raises UsageError where it cannot be written."""
    # Runs are listed in the order of their names, and two can begin within one second.
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    name = _NOT_IN_A_NAME.sub("-", evaluation_set.name.lower()).strip("-")[:40] or "set"
    run = EvaluationRun(f"{stamp}-{name}", evaluation_set, fingerprint, repeats)
    folder = runs_folder(data) / run.id
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise UsageError(
            f"The folder {folder} cannot be made: {error.strerror}.", next_step="Check the data folder."
        ) from error
    replace_file(folder / RUN_FILE, _adapter(EvaluationRun).dump_json(run, indent=1))
    return run


@contextmanager
def appending(data: Path, run_id: str) -> Iterator[_Results]:
    """Open the results of a run for adding to them; a line that was cut off before is taken off first."""
    path = runs_folder(data) / run_id / RESULTS_FILE
    whole = _whole_lines(path)
    with path.open("ab") as file:
        file.truncate(sum(len(line) for line in whole))
        yield _Results(file.fileno())


@dataclass(frozen=True, slots=True)
class _Results:
    descriptor: int

    def add(self, result: CaseResult) -> None:
        """Write one result; it is on the disk when this returns, in one piece."""
        os.write(self.descriptor, _adapter(CaseResult).dump_json(result) + b"\n")


def load_run(data: Path, run_id: str) -> EvaluationRun:
    """Return a run with what it has so far. Raises UsageError for one that is not there or is damaged."""
    folder = find_run(data, run_id)
    try:
        run: EvaluationRun = _adapter(EvaluationRun).validate_json((folder / RUN_FILE).read_bytes())
        results = tuple(
            _adapter(CaseResult).validate_json(line) for line in _whole_lines(folder / RESULTS_FILE) if line.strip()
        )
        verdicts = tuple(
            _adapter(OverruledVerdict).validate_json(line)
            for line in _whole_lines(folder / VERDICTS_FILE)
            if line.strip()
        )
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"The run {run_id} cannot be read: {str(error).splitlines()[0]}.",
            kept="Nothing was changed.",
            next_step="Run the set again, or put the folder back as it was.",
        ) from error
    # The last word counts, and of a case that two processes asked at once the first result.
    latest = {one.case_id: one for one in verdicts}
    first = {(one.case_id, one.repeat): one for one in reversed(results)}
    kept = tuple(one for one in results if first[(one.case_id, one.repeat)] is one)
    return EvaluationRun(run.id, run.set, run.fingerprint, run.repeats, kept, tuple(latest.values()))


def find_run(data: Path, run_id: str) -> Path:
    """Return the folder of a run by its id, by the beginning of it, or as "last". Raises UsageError."""
    names = _names(data)
    if run_id == "last" and names:
        return runs_folder(data) / names[-1]
    fitting = [name for name in names if name == run_id] or [
        name for name in names if run_id and name.startswith(run_id)
    ]
    if len(fitting) == 1:
        return runs_folder(data) / fitting[0]
    what = f"Several runs begin with {run_id}." if fitting else f"There is no run {run_id}."
    raise UsageError(what, next_step="See the runs with: assistant eval list")


def list_runs(data: Path) -> list[RunSummary]:
    """Return the runs, oldest first; damaged ones are left out."""
    summaries = []
    latest: dict[str, RunFingerprint] = {}
    for name in _names(data):
        folder = runs_folder(data) / name
        try:
            run: EvaluationRun = _adapter(EvaluationRun).validate_json((folder / RUN_FILE).read_bytes())
        except (OSError, ValidationError):
            continue
        before = latest.get(run.set.name)
        latest[run.set.name] = run.fingerprint
        summaries.append(
            RunSummary(
                id=run.id,
                set_name=run.set.name,
                locked=run.set.locked,
                started_at=run.fingerprint.started_at,
                model=run.fingerprint.model,
                done=len(_whole_lines(folder / RESULTS_FILE)),
                wanted=len(run.set.cases) * run.repeats,
                changed=None if before is None else tuple(differences(before, run.fingerprint)),
            )
        )
    return summaries


def save_judged(data: Path, run_id: str, judged: JudgedRun) -> None:
    """Keep what a judge said of a run."""
    replace_file(find_run(data, run_id) / JUDGE_FILE, _adapter(JudgedRun).dump_json(judged, indent=1))


def load_judged(data: Path, run_id: str) -> JudgedRun | None:
    """Return what a judge said of a run, None where none was asked or what it said cannot be read."""
    try:
        judged: JudgedRun = _adapter(JudgedRun).validate_json((find_run(data, run_id) / JUDGE_FILE).read_bytes())
    except (OSError, ValidationError):
        return None
    return judged


def overrule(data: Path, run_id: str, verdict: OverruledVerdict) -> None:
    """Keep a person's verdict beside the computed one; the last word on a case counts. Raises UsageError."""
    run = load_run(data, run_id)
    if verdict.case_id not in {case.id for case in run.set.cases}:
        raise UsageError(f"The run {run.id} has no case {verdict.case_id}.", next_step="Check the id.")
    at = verdict.at or datetime.now(UTC).isoformat(timespec="seconds")
    value = OverruledVerdict(verdict.case_id, verdict.passed, verdict.by, verdict.note, at)
    with (runs_folder(data) / run.id / VERDICTS_FILE).open("ab") as file:
        os.write(file.fileno(), _adapter(OverruledVerdict).dump_json(value) + b"\n")


def _names(data: Path) -> list[str]:
    folder = runs_folder(data)
    return sorted(one.name for one in folder.iterdir() if (one / RUN_FILE).is_file()) if folder.is_dir() else []


def _whole_lines(path: Path) -> list[bytes]:
    """Return the complete lines, ends included; a last line without its end was cut off and is left out."""
    content = path.read_bytes() if path.is_file() else b""
    return [line for line in content.splitlines(keepends=True) if line.endswith(b"\n")]
