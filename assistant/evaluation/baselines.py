"""Baselines: what the committed program answers, kept beside the sets, so that a change that answers worse is noticed.

A baseline is a run without its texts: of each case the row it was, right or wrong, and its headline scores.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import UsageError
from assistant.evaluation.cases.files import replace_file
from assistant.evaluation.compare import Side, side_of
from assistant.evaluation.metrics.registry import GATES, HEADLINES
from assistant.records import (
    CaseResult,
    CaseScores,
    EvaluationCase,
    EvaluationRun,
    RunFingerprint,
    Score,
    ScoreState,
    to_json,
)

FOLDER = "baselines"
KEPT = ("passed", *GATES, *HEADLINES)


def baseline_path(set_path: Path) -> Path:
    """Return where the baseline of a set lies."""
    return set_path.parent / FOLDER / f"{set_path.stem}.json"


def write_baseline(path: Path, run: EvaluationRun) -> None:
    """Write the baseline of a finished run, a case a line. Raises UsageError."""
    if not run.finished or run.repeats != 1:
        raise UsageError("A baseline is written of a finished run that asked once.", next_step="Run the set again.")
    head = json.dumps({"set": run.set.name, "locked": run.set.locked, "fingerprint": to_json(run.fingerprint)})
    rows = [json.dumps({"id": one.case.id, **_kept(one)}) for one in side_of(run).scores]
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, (head[:-1] + ', "cases": [\n' + ",\n".join(rows) + "\n]}\n").encode())


def _kept(one: CaseScores) -> dict[str, Any]:
    scored = {name: one.scores[name] for name in KEPT if one.scores[name].state is ScoreState.SCORED}
    return {
        "row": one.result.row_hash,
        "passed": one.passed,
        "severity": one.severity,
        "error": one.result.error,
        "scores": {name: round(score.value, 4) for name, score in scored.items()},
    }


def read_baseline(path: Path, cases: Sequence[EvaluationCase]) -> Side:
    """Return a baseline as a side of a comparison; cases that the set no longer has are left out.

    Raises UsageError where there is none, or it is damaged.
    """
    by_id: Mapping[str, EvaluationCase] = {case.id: case for case in cases}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        fingerprint = TypeAdapter(RunFingerprint).validate_python(value["fingerprint"])
        scores = tuple(_scores(by_id[row["id"]], row) for row in value["cases"] if row["id"] in by_id)
        return Side(f"baseline of {value['set']}", value["set"], bool(value["locked"]), fingerprint, scores)
    except (OSError, KeyError, TypeError, ValueError, ValidationError) as error:
        raise UsageError(
            f"The baseline {path} is missing or cannot be read.", next_step="Write it: assistant eval baseline"
        ) from error


def _scores(case: EvaluationCase, row: Mapping[str, Any]) -> CaseScores:
    missing = Score(ScoreState.NOT_APPLICABLE, why="not in the baseline")
    scores = {
        name: Score(ScoreState.SCORED, float(row["scores"][name])) if name in row["scores"] else missing
        for name in KEPT
    }
    result = CaseResult(case.id, row["row"], error=row["error"])
    return CaseScores(case, result, scores, row["passed"], int(row["severity"]))
