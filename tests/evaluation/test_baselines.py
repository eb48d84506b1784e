"""The sets that ship, asked of the real assistant: worse than the committed baselines is noticed, and what a setting
does is told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from assistant.app import Assistant
from assistant.evaluation.baselines import baseline_path, read_baseline
from assistant.evaluation.cases.files import read_set
from assistant.evaluation.compare import compare, compare_runs, side_of
from assistant.evaluation.paired import Verdict
from assistant.evaluation.report import report_run
from assistant.evaluation.report_text import comparison_text
from assistant.evaluation.runs.runner import EvaluationRunner
from assistant.records import EvaluationRun, EvaluationSet
from assistant.settings import load_settings
from tests.assistant_samples import ROOT

WRITE_ANEW = "If that is meant: assistant eval baseline"
FEW = 30


def set_named(name: str) -> EvaluationSet:
    return read_set(ROOT / "eval" / f"{name}.jsonl").set


@pytest.fixture(scope="module")
def run_of(built_in: Assistant) -> Callable[[str], EvaluationRun]:
    """Runs of the sets that ship by the name of the set, each asked once."""

    @cache
    def run(name: str) -> EvaluationRun:
        return EvaluationRunner(built_in).run(set_named(name))

    return run


@pytest.mark.parametrize("name", ["corpus", "district", "refusals"])
def test_answers_are_no_worse_than_the_baseline(run_of: Callable[[str], EvaluationRun], name: str) -> None:
    cases = set_named(name).cases
    baseline = read_baseline(baseline_path(ROOT / "eval" / f"{name}.jsonl"), cases)
    found = compare(baseline, side_of(run_of(name)), allow_different=True)
    assert found.shared == len(cases), f"The set has changed since its baseline. {WRITE_ANEW}"
    assert not found.regressions, f"{comparison_text(found)}\n{WRITE_ANEW}"


def test_questions_that_nobody_looked_at_hold_their_floors(run_of: Callable[[str], EvaluationRun]) -> None:
    """A locked set has no baseline of its single questions; its totals may not fall far below what was measured."""
    report = report_run(run_of("district-held-out"))
    assert report.locked
    assert report.gates_hold
    rates = {one.metric: one.value for one in report.headlines}
    assert rates["gold_cited"] >= 0.7, rates
    assert rates["false_answer"] <= 0.25, rates


def test_an_answer_of_one_sentence_is_told_apart(built_in: Assistant, run_of: Callable[[str], EvaluationRun]) -> None:
    whole = run_of("corpus")
    answered = [one.case_id for one in whole.results if one.answer is not None and one.answer.sentences][:FEW]
    some = EvaluationSet("corpus", tuple(case for case in whole.set.cases if case.id in answered))
    settings = load_settings({**built_in.settings.model_dump(), "answer_sentences": 1}, {})
    with Assistant(settings) as brief:
        shorter = EvaluationRunner(brief).run(some)
    found = compare_runs(whole, shorter, allow_different=True)
    assert found.shared == len(answered)
    assert found.differs["the setting answer_sentences"] == ("4", "1")
    verdicts = {one.metric: one.verdict for one in found.headlines}
    assert verdicts["gold_cited"] is Verdict.WORSE
    # How much is quoted has nothing to do with whether it answers.
    assert verdicts["over_abstain"] is Verdict.SAME
    assert compare_runs(shorter, whole, allow_different=True).regressions == ()
