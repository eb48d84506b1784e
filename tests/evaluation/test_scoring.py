"""Right or wrong, how grave, and at which step: each kind of failure once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.evaluation import verdicts
from assistant.evaluation.metrics.registry import METRICS
from assistant.evaluation.scoring import score_case
from assistant.records import (
    Answer,
    CaseScores,
    Draft,
    DraftSection,
    DraftSentence,
    FailingStage,
    RetrievedPassage,
    ScoreState,
    Sentence,
    SentenceKind,
)
from tests.evaluation.evaluation_samples import answer, attendance, case, cite, meals, passage, quoting, refusal, result

ABSENT = "A student who misses 10 percent of school days is chronically absent."
LUNCH = "Lunch costs $2.50 for each student."
ASKED: dict[str, Any] = {
    "must_include": ["*10 percent", "chronically absent"],
    "source_document": "attendance.pdf",
    "source_quote": ABSENT,
}
FOUND = [passage(1, attendance(), ABSENT, [1])]
ELSEWHERE = [passage(1, meals(), LUNCH)]


def judged(
    given: Answer | None, retrieved: list[RetrievedPassage], error: str | None = None, **columns: Any
) -> CaseScores:
    asked = case(**(ASKED | columns))
    return score_case(asked, result(asked, given, retrieved=retrieved, error=error))


WRONG_PAGE = answer(
    Sentence(ABSENT, SentenceKind.QUOTED, (1,)), citations=[cite(1, attendance(), ABSENT, page=2, page_label="1")]
)
CHANGED = answer(
    Sentence("A student who misses 12 percent is absent.", SentenceKind.SUPPORTED, (1,)),
    citations=[cite(1, attendance(), ABSENT)],
)
NO_SOURCE: dict[str, Any] = {"source_document": "", "source_quote": ""}
TOLD = quoting(attendance(), "Parents are told within 3 days.")
AT_LUNCH = quoting(meals(), LUNCH)
RIGHT = quoting(attendance(), ABSENT)
TO_REFUSE: dict[str, Any] = {"expect": "abstain", "source_document": "", "source_quote": "", "must_include": []}


@pytest.mark.parametrize(
    ("given", "retrieved", "columns", "severity", "stage"),
    [
        (AT_LUNCH, ELSEWHERE, TO_REFUSE, verdicts.ANSWERED_UNANSWERABLE, FailingStage.SHOULD_HAVE_REFUSED),
        (RIGHT, FOUND, {"must_not_include": ["school days"]}, verdicts.FORBIDDEN, FailingStage.WRONG),
        (CHANGED, FOUND, {}, verdicts.WRONG_NUMBER, FailingStage.WRONG),
        (WRONG_PAGE, FOUND, {}, verdicts.INVALID_CITATION, FailingStage.WRONG),
        (TOLD, FOUND, {}, verdicts.VITAL_MISSED, FailingStage.UNUSED),
        (AT_LUNCH, ELSEWHERE, {"must_include": []}, verdicts.NOT_CITED, FailingStage.NOT_RETRIEVED),
        (refusal(), FOUND, {}, verdicts.REFUSED, FailingStage.REFUSED_WRONGLY),
        (refusal(), ELSEWHERE, {}, verdicts.REFUSED, FailingStage.NOT_RETRIEVED),
        (refusal(), FOUND, {"source_quote": "Nobody wrote this."}, verdicts.REFUSED, FailingStage.NOT_READ),
        (refusal(), [], NO_SOURCE, verdicts.REFUSED, FailingStage.REFUSED_WRONGLY),
        (AT_LUNCH, [], NO_SOURCE, verdicts.VITAL_MISSED, FailingStage.UNKNOWN),
    ],
)
def test_each_kind_of_failure_is_named_with_its_step(
    given: Answer, retrieved: list[RetrievedPassage], columns: dict[str, Any], severity: int, stage: FailingStage
) -> None:
    found = judged(given, retrieved, **columns)
    assert (found.passed, found.severity, found.stage) == (False, severity, stage)
    assert found.problem


def test_what_is_right_what_cannot_be_told_and_what_broke() -> None:
    for right in (judged(RIGHT, FOUND), judged(refusal(), [], **TO_REFUSE)):
        assert (right.passed, right.severity, right.stage) == (True, 0, None)
    untold = judged(AT_LUNCH, [], **NO_SOURCE, must_include=[])
    assert (untold.passed, untold.stage) == (None, None)
    broken = judged(None, FOUND, error="It broke.")
    assert (broken.passed, broken.severity, broken.stage) == (None, verdicts.ERROR, FailingStage.ERROR)


def test_every_metric_has_a_state_and_a_missing_one_is_never_zero() -> None:
    right = judged(quoting(attendance(), ABSENT), FOUND)
    assert right.scores.keys() == METRICS.keys()
    perfect = "vital_strict fact_recall gold_cited citation_valid passage_hit passage_ndcg@10 page_recall".split()
    assert {name: right.scores[name].value for name in perfect} == dict.fromkeys(perfect, 1.0)
    assert right.scores["truthfulness"].value == 1.0
    for name in ("forbidden", "token_f1", "false_answer", "passage_all_gold", "draft_blanks"):
        assert right.scores[name].state is ScoreState.NOT_APPLICABLE
        assert right.scores[name].why
    broken = judged(None, [], error="It broke.")
    assert {one.state for one in broken.scores.values()} == {ScoreState.ERROR}


def test_a_refusal_has_no_citation_scores_and_counts_as_missing() -> None:
    refused = judged(refusal(), FOUND)
    assert refused.scores["support_screen"].state is ScoreState.NOT_APPLICABLE
    assert refused.scores["citation_valid"].state is ScoreState.NOT_APPLICABLE
    assert (refused.scores["vital_strict"].value, refused.scores["over_abstain"].value) == (0.0, 1.0)
    assert refused.scores["truthfulness"].value == 0.0
    to_refuse = judged(refusal(), [], **TO_REFUSE)
    assert to_refuse.scores["vital_strict"].state is ScoreState.NOT_APPLICABLE
    assert to_refuse.scores["passage_hit"].state is ScoreState.NOT_APPLICABLE
    assert (to_refuse.scores["false_answer"].value, to_refuse.scores["truthfulness"].value) == (0.0, 1.0)


def test_minor_facts_missed_are_acceptable_and_wrong_answers_count_against() -> None:
    minor = judged(quoting(attendance(), ABSENT), FOUND, must_include=["*10 percent", "a doctor's note"])
    assert (minor.passed, minor.scores["truthfulness"].value) == (True, 0.5)
    assert judged(CHANGED, FOUND).scores["truthfulness"].value == -1.0


FALSE_PREMISE: dict[str, Any] = {"expect": "abstain", "must_include": ["*10 percent", "Parents"]}


@pytest.mark.parametrize(
    ("given", "columns", "right"),
    [
        (refusal(), {}, True),
        (RIGHT, {}, True),  # it says what is so
        (TOLD, {}, False),  # it only says something else, without the vital fact
        (AT_LUNCH, {}, False),
        (RIGHT, {"must_include": []}, False),
        (RIGHT, {"must_not_include": ["chronically absent"]}, False),
        (WRONG_PAGE, {}, False),
    ],
)
def test_a_question_to_be_refused_may_be_set_right_instead(given: Answer, columns: dict[str, Any], right: bool) -> None:
    found = judged(given, FOUND, **(FALSE_PREMISE | columns))
    assert found.passed is right
    assert found.scores["truthfulness"].value == (1.0 if right else -1.0)
    answered_what_cannot_be = found.severity == verdicts.ANSWERED_UNANSWERABLE
    assert found.scores["false_answer"].value == answered_what_cannot_be
    for name in ("vital_strict", "fact_recall", "over_abstain", "passage_hit", "gold_cited"):
        assert found.scores[name].state is ScoreState.NOT_APPLICABLE


def test_a_number_that_does_not_stand_where_it_is_cited_is_wrong_whatever_else_is_right() -> None:
    said = Sentence("It is 10 percent, of 180 days.", SentenceKind.SUPPORTED, (1,))
    found = judged(answer(said, citations=[cite(1, attendance(), ABSENT)]), FOUND)
    assert (found.scores["vital_strict"].value, found.scores["number_support"].value) == (1.0, 0.5)
    assert (found.passed, found.severity) == (False, verdicts.WRONG_NUMBER)
    assert found.scores["truthfulness"].value == -1.0


@pytest.mark.parametrize(
    ("columns", "passed", "severity"),
    [
        ({}, True, 0),
        ({"must_include": ["*15 percent"]}, False, verdicts.VITAL_MISSED),
        ({"must_not_include": ["school days"]}, False, verdicts.FORBIDDEN),
        ({"must_include": []}, None, 0),
    ],
)
def test_a_draft_is_right_by_the_facts_that_are_given(
    columns: dict[str, Any], passed: bool | None, severity: int
) -> None:
    asked = case(**(ASKED | {"expect": "draft"} | columns))
    sentence = DraftSentence(ABSENT, SentenceKind.QUOTED, (1,))
    draft = Draft(
        id="1",
        version=1,
        template="policy",
        title="P",
        form={},
        sections=(DraftSection("a", "A", (sentence,)),),
        citations=(cite(1, attendance(), ABSENT),),
        coverage=(),
        model="quotes",
        corpus_version="c",
        created_at="t",
    )
    found = score_case(asked, replace(result(asked, None), draft=draft))
    assert (found.passed, found.severity) == (passed, severity)
    assert found.scores["draft_numbers"].value == 0.0
    assert (found.scores["passed"].state is ScoreState.SCORED) is (passed is not None)
    assert (found.scores["vital_strict"].state is ScoreState.SCORED) is bool(asked.must_include)


def test_asking_back_is_right_where_it_is_expected() -> None:
    back = answer(Sentence("Which school do you mean?", SentenceKind.CONNECTIVE))
    assert judged(back, [], **(TO_REFUSE | {"expect": "ask_back"})).passed is True
    assert judged(back, [], **TO_REFUSE).passed is False
    assert judged(refusal(), [], **(TO_REFUSE | {"expect": "ask_back"})).passed is True


def test_of_several_places_each_counts_and_all_are_asked_for() -> None:
    two = judged(RIGHT, FOUND, source_quote=f"{ABSENT} ;; Parents are told within 3 days.")
    values = {name: score.value for name, score in two.scores.items() if score.state is ScoreState.SCORED}
    assert (values["passage_all_gold"], values["passage_recall"], values["passage_hit"]) == (0.0, 0.5, 1.0)
    assert (values["gold_cited"], values["gold_citation_recall"], values["gold_citation_precision"]) == (1.0, 0.5, 1.0)
    one = judged(quoting(attendance(), ABSENT, "Parents are told within 3 days."), FOUND)
    assert one.scores["gold_citation_recall"].value == 1.0
    assert one.scores["gold_citation_precision"].value == 0.5
    assert one.scores["passage_all_gold"].state is ScoreState.NOT_APPLICABLE
