"""The judge: three votes, kept; shown only once it has shown that it can judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from assistant.errors import ModelError, UsageError
from assistant.evaluation.judge import Judge, JudgedRun, Votes, admission, cohens_kappa, judge_and_admit, read_vote
from assistant.evaluation.report import report_run
from assistant.evaluation.report_text import report_text
from assistant.evaluation.runs.folder import create_run, load_judged, save_judged
from assistant.prompts import Prompts
from assistant.records import EvaluationRun, EvaluationSet, OverruledVerdict, RunFingerprint, ScoreState
from assistant.support.accuracy import LabelledClaim, load_cases
from assistant.support.base import Claim
from tests.assistant_samples import ROOT
from tests.evaluation.evaluation_samples import attendance, case, meals, passage, quoting, refusal, result

MARK = RunFingerprint("s", "c", "e", "p", "none (quotes)", "built-in", "k", "0.1", {}, 1, "now")
ABSENT = "A student who misses 10 percent of school days is chronically absent."
LUNCH = "Lunch costs $2.50 for each student."


class Model:
    """Says what ``decide`` decides, and counts what it is asked."""

    def __init__(self, decide: Callable[[str, int], str]) -> None:
        self.decide = decide
        self.requests: list[str] = []

    def __call__(self, request: str) -> str:
        self.requests.append(request)
        return self.decide(request, len(self.requests))


def judge_of(decide: Callable[[str, int], str], cache: Path | None = None) -> tuple[Judge, Model]:
    model = Model(decide)
    return Judge(model, Prompts(ROOT / "prompts"), "test:model", cache), model


def sample_run(verdicts: int = 0) -> EvaluationRun:
    cases = [case(id=f"q{number}", question=f"Q{number}?", must_include=["*10 percent"]) for number in range(60)]
    cases.append(case(id="refused", question="Refused?", expect="abstain"))
    answers = [quoting(attendance(), ABSENT) if number % 2 else quoting(meals(), LUNCH) for number in range(60)]
    results = [
        result(one, given, retrieved=[passage(1, attendance(), ABSENT, [1])])
        for one, given in zip(cases, [*answers, refusal()], strict=True)
    ]
    people = tuple(OverruledVerdict(f"q{number}", passed=bool(number % 2)) for number in range(verdicts))
    return EvaluationRun("run", EvaluationSet("set", tuple(cases)), MARK, 1, tuple(results), people)


@pytest.mark.parametrize(
    ("answer", "vote"),
    [
        ("SUPPORTED", "supported"),
        ("Not supported.", "not supported"),
        ("**NOT_SUPPORTED**", "not supported"),
        ("SUPPORTED, because it says NOT SUPPORTED", ""),
        ("unsupported", ""),
        ("", ""),
    ],
)
def test_only_the_two_words_are_votes(answer: str, vote: str) -> None:
    assert read_vote(answer) == vote


def test_votes_that_do_not_agree_or_cannot_be_read_are_an_error() -> None:
    assert Votes(2, 1, 0).verdict is True
    assert Votes(0, 2, 1).verdict is False
    assert Votes(1, 1, 1).verdict is None
    answered = sample_run().results[1]
    by_turns, _ = judge_of(lambda _, number: ["SUPPORTED", "NOT SUPPORTED", "hm"][number % 3])
    assert by_turns.faithfulness(answered).state is ScoreState.ERROR

    def unreachable(request: str, number: int) -> str:
        raise ModelError("The model did not answer.", kind="timeout", next_step="Try again.")

    score = judge_of(unreachable)[0].faithfulness(answered)
    assert (score.state, score.why) == (ScoreState.ERROR, "The model did not answer. Try again.")


def test_refusals_are_not_judged_and_faithfulness_is_a_share() -> None:
    judge, model = judge_of(
        lambda request, _: "SUPPORTED" if "10 percent" in request.split("sentence:")[1] else "NOT SUPPORTED"
    )
    run = sample_run()
    assert judge.faithfulness(run.results[-1]).state is ScoreState.NOT_APPLICABLE
    assert model.requests == []
    assert judge.faithfulness(run.results[1]).value == 1.0
    assert judge.faithfulness(run.results[0]).value == 0.0
    both = quoting(attendance(), ABSENT, "Parents are told within 3 days.")
    assert judge.faithfulness(replace(run.results[1], answer=both)).value == 0.5
    # The claim is held against what was found, and not against what it cites.
    assert ABSENT in model.requests[-1]


def test_the_cost_is_told_before_and_what_is_known_is_not_asked_again(tmp_path: Path) -> None:
    run = sample_run()
    judge, model = judge_of(lambda *_: "SUPPORTED", tmp_path / "cache.jsonl")
    cost = judge.cost(run, most_rows=10)
    # Only two sentences are asked about, each in a request of its own; the third vote of one is like the first.
    assert (cost.rows, cost.left_out, cost.claims, cost.requests) == (10, 50, 10, 30)
    assert cost.tokens > 0
    assert model.requests == []
    assert len(judge.judge_run(run, most_rows=10)) == 10
    assert len(model.requests) == 6
    again, second = judge_of(lambda *_: "SUPPORTED", tmp_path / "cache.jsonl")
    assert again.cost(run, most_rows=10).requests == 0
    again.judge_run(run, most_rows=10)
    assert second.requests == []
    assert ABSENT not in (tmp_path / "cache.jsonl").read_text(encoding="utf-8")
    # Another model has votes of its own.
    other = Judge(second, Prompts(ROOT / "prompts"), "test:other", tmp_path / "cache.jsonl")
    assert other.cost(run, most_rows=10).requests == 30


def knowing(labelled: list[LabelledClaim]) -> Callable[[str, int], str]:
    right = {one.claim.text: one.supported for one in labelled}

    def decide(request: str, number: int) -> str:
        claim = request.rsplit("The sentence:", 1)[1].strip()
        return "SUPPORTED" if right.get(claim, "10 percent" in claim) else "NOT SUPPORTED"

    return decide


def test_a_judge_that_knows_is_admitted_and_shown(tmp_path: Path) -> None:
    labelled = load_cases(ROOT / "eval" / "support.jsonl")
    judge, _ = judge_of(knowing(labelled))
    run = sample_run(verdicts=60)
    judged = judge_and_admit(judge, run, labelled, most_rows=60)
    assert judged.admission.admitted
    assert (judged.admission.auroc, judged.admission.kappa, judged.admission.labels) == (1.0, 1.0, 60)
    report = report_run(run, judged=judged)
    assert report.judge is not None
    assert (report.judge.value, report.judge.count) == (0.5, 60)
    assert "Faithful, says test:model" in report_text(report)
    kept = create_run(tmp_path, run.set, MARK, 1)
    save_judged(tmp_path, kept.id, judged)
    assert load_judged(tmp_path, kept.id) == judged


@pytest.mark.parametrize(
    ("verdicts", "decide", "words"),
    [
        (60, lambda *_: "SUPPORTED", "not surely better than word overlap"),
        (60, lambda _, number: ["SUPPORTED", "NOT SUPPORTED"][number // 3 % 2], "not surely better"),
        (49, None, "people judged 49 answers here, and 50 are needed"),
    ],
)
def test_other_judges_are_not_shown_and_it_is_said_why(
    verdicts: int, decide: Callable[[str, int], str] | None, words: str
) -> None:
    labelled = load_cases(ROOT / "eval" / "support.jsonl")
    run = sample_run(verdicts)
    judged: JudgedRun = judge_and_admit(judge_of(decide or knowing(labelled))[0], run, labelled, most_rows=60)
    assert not judged.admission.admitted
    report = report_run(run, judged=judged)
    assert report.judge is None
    assert words in report.judge_note
    assert words in report_text(report)


def test_disagreement_with_people_keeps_a_judge_out() -> None:
    labelled = load_cases(ROOT / "eval" / "support.jsonl")
    votes = [Votes(3, 0, 0) if one.supported else Votes(0, 3, 0) for one in labelled]
    people = [True, False] * 30
    assert admission(labelled, votes, people, people).admitted
    found = admission(labelled, votes, [True] * 20 + people[20:], people)
    assert found.kappa == pytest.approx(2 / 3, abs=0.01)
    assert found.admitted
    found = admission(labelled, votes, [True] * 30 + people[30:], people)
    assert found.kappa == pytest.approx(0.5)
    assert not found.admitted
    with pytest.raises(UsageError, match="all of one kind"):
        admission([LabelledClaim("1", Claim("a", ("a",)), True, "x")], votes[:1], people, people)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20))
def test_kappa_agrees_with_scikit_learn(pairs: list[tuple[bool, bool]]) -> None:
    one, other = [first for first, _ in pairs], [second for _, second in pairs]
    ours = cohens_kappa(one, other)
    if len(set(one) | set(other)) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(cohen_kappa_score(one, other))
