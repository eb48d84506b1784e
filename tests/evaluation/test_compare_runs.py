"""Two runs compared: the same is said to be the same, a worse one worse, and nothing is compared silently."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.evaluation.compare import compare_runs
from assistant.evaluation.intervals import bootstrap, wilson
from assistant.evaluation.paired import Verdict
from assistant.evaluation.report import RunReport, report_run
from assistant.evaluation.report_text import (
    comparison_json,
    comparison_text,
    report_json,
    report_text,
)
from assistant.records import (
    Answer,
    EvaluationCase,
    EvaluationRun,
    EvaluationSet,
    FailingStage,
    OverruledVerdict,
    RunFingerprint,
    Sentence,
    SentenceKind,
)
from tests.evaluation.evaluation_samples import answer, attendance, case, cite, meals, passage, quoting, refusal, result

MARK = RunFingerprint("s", "c", "e", "p", "none (quotes)", "built-in", "k", "0.1", {"answer_sentences": "4"}, 1, "now")
ABSENT = "A student who misses 10 percent of school days is chronically absent."
LUNCH = "Lunch costs $2.50 for each student."
RIGHT, WRONG = quoting(attendance(), ABSENT), quoting(meals(), LUNCH)


def questions(count: int, to_refuse: int = 0) -> list[EvaluationCase]:
    asked = [
        case(
            id=f"q{number}",
            question=f"Question {number}?",
            must_include=["*10 percent"],
            source_document="attendance.pdf",
            source_quote=ABSENT,
            category="attendance",
        )
        for number in range(count)
    ]
    return asked + [
        case(id=f"r{number}", question=f"Off {number}?", expect="abstain", category="off the subject")
        for number in range(to_refuse)
    ]


def run_of(
    cases: Sequence[EvaluationCase],
    given: Callable[[int], Answer | None],
    name: str = "run",
    *,
    locked: bool = False,
    repeats: int = 1,
    mark: RunFingerprint = MARK,
) -> EvaluationRun:
    """Return the run in which the case at each place got the answer ``given`` for it (None: an error)."""
    results = tuple(
        result(
            one,
            given(place),
            retrieved=[passage(1, attendance(), ABSENT, [1])],
            error=None if given(place) else "It broke.",
            repeat=repeat,
        )
        for repeat in range(repeats)
        for place, one in enumerate(cases)
    )
    return EvaluationRun(name, EvaluationSet("set", tuple(cases), locked), mark, repeats, results)


def test_two_identical_runs_are_no_difference() -> None:
    cases = questions(20, 5)
    first = run_of(cases, lambda place: RIGHT if place % 3 and place < 20 else refusal(), "one")
    found = compare_runs(first, replace(first, id="two"))
    assert found.counts == {"broken": 0, "fixed": 0, "still failing": 7}
    assert {one.verdict for one in found.headlines} == {Verdict.SAME}
    assert found.regressions == ()
    assert found.differs == {}
    assert "no difference" in comparison_text(found)


def test_a_clearly_worse_run_is_worse_and_closes_the_gate() -> None:
    cases = questions(40, 10)
    first = run_of(cases, lambda place: RIGHT if place < 40 else refusal())
    second = run_of(cases, lambda place: RIGHT if 12 <= place < 40 else refusal() if place >= 40 else WRONG)
    found = compare_runs(first, second)
    by_name = {one.metric: one for one in found.headlines}
    assert by_name["vital_strict"].verdict is Verdict.WORSE
    assert by_name["gold_cited"].verdict is Verdict.WORSE
    assert by_name["false_answer"].verdict is Verdict.SAME
    assert len(found.regressions) == 2
    assert [one.case_id for one in found.broken] == [f"q{number}" for number in range(12)]
    back = compare_runs(second, first)
    assert {one.metric: one.verdict for one in back.headlines}["vital_strict"] is Verdict.BETTER
    assert back.regressions == ()
    assert len(back.fixed) == 12


def test_a_small_difference_cannot_be_told_and_says_how_many_questions_would() -> None:
    cases = questions(20)
    first = run_of(cases, lambda place: RIGHT if place != 3 else WRONG)
    second = run_of(cases, lambda place: RIGHT if place not in (1, 2) else WRONG)
    found = compare_runs(first, second)
    (facts,) = [one for one in found.headlines if one.metric == "gold_cited"]
    assert facts.verdict is Verdict.CANNOT_TELL
    # 3 of 20 changed, by 1 of 20: (1.96 sqrt(.15) + .8416 sqrt(.15 - .0025))^2 / .0025
    assert facts.paired.needed == 469
    assert "cannot tell (needs about 469 questions)" in comparison_text(found)
    assert found.regressions == ()
    assert ([one.case_id for one in found.broken], [one.case_id for one in found.fixed]) == (["q1", "q2"], ["q3"])


def test_more_false_answers_are_worse_although_the_number_is_higher() -> None:
    cases = questions(0, 30)
    found = compare_runs(
        run_of(cases, lambda _: refusal()), run_of(cases, lambda place: WRONG if place < 12 else refusal())
    )
    (rate,) = found.headlines
    assert (rate.metric, rate.verdict, rate.paired.first, rate.paired.second) == (
        "false_answer",
        Verdict.WORSE,
        0.0,
        0.4,
    )


@pytest.mark.parametrize(
    ("mark", "words"),
    [(replace(MARK, set_hash="x"), "the questions"), (replace(MARK, corpus="x"), "the documents")],
)
def test_other_questions_or_documents_are_not_compared_silently(mark: RunFingerprint, words: str) -> None:
    cases = questions(5)
    first, second = run_of(cases, lambda _: RIGHT), run_of(cases, lambda _: RIGHT, mark=mark)
    with pytest.raises(UsageError, match=words):
        compare_runs(first, second)
    assert words in compare_runs(first, second, allow_different=True).differs


def test_only_questions_asked_in_the_same_words_are_compared() -> None:
    cases = questions(6)
    changed = [replace(cases[0], question="Another?"), *cases[1:5], replace(cases[5], id="new")]
    found = compare_runs(run_of(cases, lambda _: RIGHT), run_of(changed, lambda _: WRONG))
    assert (found.shared, found.reworded, found.only_first, found.only_second) == (4, ("q0",), ("q5",), ("new",))
    with pytest.raises(UsageError, match="no question in common"):
        compare_runs(run_of(cases[:1], lambda _: RIGHT), run_of(cases[1:2], lambda _: RIGHT))


def test_broken_gates_close_the_gate_whatever_else_got_better() -> None:
    cases = questions(5)
    wrong_page = answer(Sentence(ABSENT, SentenceKind.QUOTED, (1,)), citations=[cite(1, attendance(), ABSENT, page=2)])
    found = compare_runs(
        run_of(cases, lambda _: refusal()), run_of(cases, lambda place: wrong_page if place else RIGHT)
    )
    assert any("real place" in one for one in found.regressions)
    errors = compare_runs(run_of(cases, lambda _: RIGHT), run_of(cases, lambda place: RIGHT if place else None))
    assert errors.regressions == ("No question ended in an error: not in every case",)
    assert errors.counts["broken"] == 1


def test_a_question_is_right_only_if_it_is_right_every_time() -> None:
    cases = questions(4)
    first = run_of(cases, lambda _: RIGHT, repeats=2)
    flipping = list(first.results)
    flipping[5] = replace(result(cases[1], WRONG), repeat=1)
    second = replace(first, results=tuple(flipping))
    assert report_run(second).operations.flip_rate == 0.25
    assert report_run(first).operations.flip_rate == 0.0
    assert [one.case_id for one in compare_runs(first, second).broken] == ["q1"]
    vital = [one for one in report_run(second).headlines if one.metric == "vital_strict"]
    assert vital[0].value == pytest.approx(3.5 / 4)
    assert vital[0].count == 4


def test_the_report_has_gates_headlines_failures_categories_and_reasons() -> None:
    cases = questions(12, 4)
    run = run_of(cases, lambda place: WRONG if place in (0, 13) else refusal() if place in (1, 12, 14, 15) else RIGHT)
    run = replace(run, verdicts=(OverruledVerdict("q0", passed=True), OverruledVerdict("q2", passed=True)))
    report = report_run(run)
    assert report.gates_hold
    values = {one.metric: (round(one.value, 3), one.count) for one in report.headlines}
    assert values == {
        "vital_strict": (round(10 / 12, 3), 12),
        "gold_cited": (round(10 / 12, 3), 12),
        "support_screen": (1.0, 12),
        "false_answer": (0.25, 4),
        "over_abstain": (round(1 / 12, 3), 12),
    }
    # A rate has Wilson's interval, a mean one by resampling; all these questions are on one document.
    intervals = {one.metric: one.interval for one in report.headlines}
    assert intervals["gold_cited"] == wilson(10, 12)
    assert intervals["vital_strict"] == bootstrap([0.0, 0.0] + [1.0] * 10)
    assert intervals["vital_strict"].low < 10 / 12 < intervals["vital_strict"].high
    assert [one.case.id for one in report.failures] == ["r1", "q0", "q1"]
    assert report.stages == {"should have refused": 1, "retrieved but unused": 1, "refused wrongly": 1}
    assert report.categories["attendance"]["passed"].count == 12
    assert report.not_scored["vital_strict"] == {"to be refused": 4}
    assert report.refusals.abstain_f1 == pytest.approx(2 * 3 / (2 * 3 + 1 + 1))
    assert (report.agreement.count, report.agreement.agreed, report.agreement.disputed) == (2, 1, ("q0",))
    text = report_text(report)
    assert text.index("Citations lead to a real place") < text.index("Vital facts said") < text.index("r1 [should have")
    assert "A person says: right." in text
    assert "Set s, documents c" in text
    assert "(0.75/4)" in text
    assert [one["id"] for one in report_json(report)["failures"]] == ["r1", "q0", "q1"]


def test_every_case_is_scored_not_applicable_or_an_error_and_repeats_count_once() -> None:
    cases = questions(12, 4)
    given = {0: None, 1: refusal()}
    report = report_run(run_of(cases, lambda place: given.get(place, RIGHT if place < 12 else refusal()), repeats=3))
    counts = {one.metric: (one.count, one.not_applicable, one.errors) for one in report.metrics}
    assert counts["vital_strict"] == (11, 4, 1)
    assert counts["support_screen"] == (10, 5, 1)
    assert counts["false_answer"] == (4, 11, 1)
    assert all(sum(one) == 16 for one in counts.values())
    assert report.not_scored["support_screen"] == {"nothing was answered": 5}
    assert "n=11, not applicable 4, errors 1" in report_text(report)


def test_of_a_question_asked_several_times_the_gravest_failure_counts_and_once() -> None:
    cases = questions(4)

    def asked(given: Mapping[int, Answer | None]) -> EvaluationRun:
        return run_of(cases, lambda place: given.get(place, RIGHT))

    repeats = [asked({1: refusal(), 2: refusal()}), asked({1: None}), asked({1: WRONG, 2: refusal()})]
    results = [replace(one, repeat=number) for number, run in enumerate(repeats) for one in run.results]
    run = replace(repeats[0], repeats=3, results=tuple(results))
    report = report_run(run)
    assert (report.failed, [one.case.id for one in report.failures]) == (2, ["q1", "q2"])
    assert [one.stage for one in report.failures] == [FailingStage.ERROR, FailingStage.REFUSED_WRONGLY]
    assert report.stages == {"error": 1, "refused wrongly": 1}
    # What one repeat scores is scored, whatever another one lacks.
    assert "support_screen" not in report.not_scored


def test_a_mean_at_the_end_of_its_range_is_not_certain() -> None:
    report = report_run(run_of(questions(30), lambda _: RIGHT))
    assert ends_of(report, "support_screen") == pytest.approx([0.9, 1.0])
    assert ends_of(report, "truthfulness") == pytest.approx([0.8, 1.0])
    nothing = report_run(run_of(questions(30), lambda _: WRONG))
    assert ends_of(nothing, "vital_strict") == pytest.approx([0.0, 0.1])
    assert ends_of(nothing, "truthfulness") == pytest.approx([-1.0, -0.8])


def ends_of(report: RunReport, metric: str) -> list[float]:
    (found,) = [one.interval for one in report.metrics if one.metric == metric]
    return [found.low, found.high]


def test_what_was_set_right_is_no_risk() -> None:
    asked = [
        case(id="p", question="Why was the rule dropped?", expect="abstain", must_include=["*10 percent"]),
        case(id="q", question="Why was lunch dropped?", expect="abstain"),
    ]
    report = report_run(run_of(asked, lambda place: RIGHT if place == 0 else refusal()))
    assert report.refusals.curve == ((0.5, 0.0), (1.0, 0.5))
    assert report.refusals.auroc == 1.0
    assert report.refusals.abstain_f1 == 1.0


def test_rates_without_a_case_show_what_may_still_be() -> None:
    report = report_run(run_of(questions(2, 30), lambda place: RIGHT if place < 2 else refusal()))
    false = next(one for one in report.headlines if one.metric == "false_answer")
    assert (false.value, false.bound) == (0.0, 0.1)
    assert "true rate below 0.100" in report_text(report)


def test_of_a_locked_set_only_totals_are_shown() -> None:
    cases = questions(6)
    run = run_of(cases, lambda place: WRONG if place else None, locked=True)
    report = report_run(run)
    assert (report.failed, report.failures) == (6, ())
    assert all(not gate.broken_by for gate in report.gates)
    assert "q1" not in report_text(report)
    assert "Question 1?" not in str(report_json(report))
    found = compare_runs(run_of(cases, lambda _: RIGHT, locked=True), run)
    assert (found.broken, found.counts["broken"]) == ((), 6)
    assert "q1" not in comparison_text(found)
    assert "Question 1?" not in str(comparison_json(found))
    assert len(report_run(run, show_locked=True).failures) == 6
    assert len(compare_runs(run, run, show_locked=True).still_failing) == 6
