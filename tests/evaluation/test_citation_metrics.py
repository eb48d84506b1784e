"""Citations: every way in which one can be wrong breaks its metric, and a right one does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from assistant.evaluation.metrics import citations, support
from assistant.evaluation.metrics.support import CitedSentence, WordOverlap, judge_sentences
from assistant.evaluation.sources import look_up
from assistant.records import Answer, CitedPlace, Sentence, SentenceKind, SentenceSupport, Span
from assistant.support.base import Claim, Verdict
from tests.evaluation.evaluation_samples import answer, attendance, cite, meals, passage, quoting, refusal, view

ABSENT = "A student who misses 10 percent of school days is chronically absent."
LUNCH = "Lunch costs $2.50 for each student."


def places(given: Answer) -> list[CitedPlace]:
    return [look_up(one, view()) for one in given.citations]


def test_right_citations_are_valid_and_word_for_word() -> None:
    given = quoting(attendance(), ABSENT, "“Regular attend-\nance” means every school day.")
    assert citations.citation_valid(given, places(given)) == 1.0
    assert citations.quote_fidelity(given, places(given)) == 1.0
    assert citations.citation_valid(refusal(), []) is None
    assert citations.quote_fidelity(refusal(), []) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"document_id": "c" * 64},
        {"quote": "A student who misses 15 percent"},
        {"quote": " ", "span": Span(18, 19)},
        {"span": Span(0, 10_000)},
        {"page": 2},
        {"number": 3},
    ],
)
def test_each_way_in_which_a_citation_is_wrong_is_counted(changes: dict[str, Any]) -> None:
    right, wrong = cite(1, meals(), LUNCH), replace(cite(2, attendance(), ABSENT), **changes)
    sentences = (Sentence(LUNCH, SentenceKind.QUOTED, (1,)), Sentence("It is so.", SentenceKind.SUPPORTED, (2,)))
    given = answer(*sentences, citations=[right, wrong])
    # The marker [2] leads nowhere; citation 3, which no marker names, is itself in order.
    expected = 2 / 3 if changes == {"number": 3} else 1 / 2
    assert citations.citation_valid(given, places(given)) == pytest.approx(expected)


def test_a_citation_of_what_was_not_found_for_the_question_is_not_valid() -> None:
    given = quoting(attendance(), ABSENT, "Parents are told within 3 days.", evidence=["p1"])
    found = [passage(1, attendance(), ABSENT)]
    assert citations.citation_valid(given, places(given), found) == 0.5
    # Two passages may hold it together; the same words of another document do not count.
    halves = [passage(1, attendance(), ABSENT), passage(2, attendance(), "\nParents are told within 3 days.")]
    assert citations.citation_valid(given, places(given), halves) == 1.0
    beyond = cite(1, attendance(), f"{ABSENT}\nParents")
    across = answer(Sentence(beyond.quote, SentenceKind.QUOTED, (1,)), citations=[beyond], evidence=["p1"])
    assert citations.citation_valid(across, places(across), halves) == 1.0
    assert citations.citation_valid(across, places(across), found) == 0.0
    elsewhere = [replace(found[0], document_id="b" * 64)]
    assert citations.citation_valid(given, places(given), elsewhere) == 0.0
    # An answer that does not tell what was found is not held against it.
    assert citations.citation_valid(replace(given, evidence=()), places(given), []) == 1.0


@pytest.mark.parametrize(
    ("text", "kind", "fidelity"),
    [
        (ABSENT.upper(), SentenceKind.QUOTED, 1.0),
        (ABSENT.replace("10", "15"), SentenceKind.QUOTED, 0.0),
        ("It says “misses 10 percent of school days”.", SentenceKind.SUPPORTED, 1.0),
        ("It says “misses 15 percent of school days”.", SentenceKind.SUPPORTED, 0.0),
        ("It says “of school days”.", SentenceKind.SUPPORTED, 1.0),
        ("It says “something else”.", SentenceKind.SUPPORTED, None),
        ("One who misses a tenth is absent.", SentenceKind.SUPPORTED, None),
    ],
)
def test_quotations_are_compared_word_for_word(text: str, kind: SentenceKind, fidelity: float | None) -> None:
    given = answer(Sentence(text, kind, (1,)), citations=[cite(1, attendance(), ABSENT)])
    assert citations.quote_fidelity(given, places(given)) == fidelity


def test_fidelity_is_a_share_of_the_quotations() -> None:
    given = answer(
        Sentence(ABSENT, SentenceKind.QUOTED, (1,)),
        Sentence(ABSENT.replace("10", "15"), SentenceKind.QUOTED, (1,)),
        Sentence("One who misses a tenth is absent.", SentenceKind.SUPPORTED, (1,)),
        citations=[cite(1, attendance(), ABSENT)],
    )
    assert citations.quote_fidelity(given, places(given)) == 0.5


def test_coverage_counts_only_sentences_that_claim_something() -> None:
    given = answer(
        Sentence("In summary:", SentenceKind.CONNECTIVE),
        Sentence("[name of the school]", SentenceKind.YOURS_TO_SUPPLY),
        Sentence("Is that all?", SentenceKind.SUPPORTED),
        Sentence("Lunch is cheap.", SentenceKind.SUPPORTED),
        Sentence(LUNCH, SentenceKind.QUOTED, (1,)),
        citations=[cite(1, meals(), LUNCH)],
    )
    assert citations.citation_coverage(given) == 0.5
    assert citations.citation_coverage(refusal()) is None


def pair(text: str, *evidence: str) -> CitedSentence:
    return CitedSentence(text, evidence, ("",) * len(evidence))


@pytest.mark.parametrize(
    ("pairs", "share"),
    [
        ([pair("Lunch costs $2.50 on 3 days.", LUNCH)], 0.5),
        ([pair("Ten percent miss school.", "10% miss"), pair("In 2018.", "2017")], 0.5),
        ([pair("No number.", "1")], None),
        ([pair("In 2018 it began.")], 0.0),
    ],
)
def test_numbers_have_to_stand_where_they_are_cited(pairs: list[CitedSentence], share: float | None) -> None:
    assert citations.number_support(pairs) == share


@pytest.mark.parametrize(
    ("text", "evidence", "kept"),
    [
        ("Schools must pay.", "Schools must pay.", 1.0),
        ("Schools must pay.", "Schools may pay.", 0.0),
        ("Schools do not pay.", "Schools pay.", 0.0),
        ("Schools pay.", "Schools do not pay.", 0.0),
        ("Schools pay.", "Schools pay at noon.", 1.0),
    ],
)
def test_a_changed_force_is_seen(text: str, evidence: str, kept: float) -> None:
    assert citations.force_kept([pair(text, evidence)]) == kept


def test_word_overlap_by_hand() -> None:
    # student, misses, 10, percent, school, days, chronically, absent: 8 content words.
    check = WordOverlap()
    assert support.overlap_score("Student misses 10 percent school days chronically absent", ABSENT) == 1.0
    assert support.overlap_score("student misses school buses", ABSENT) == pytest.approx(3 / 4)
    assert support.overlap_score("student misses school 12 times", ABSENT) == pytest.approx(3 / 5 - 0.25)
    texts = ("student misses school buses", "student misses many buses")
    verdicts = check.judge([Claim(text, (ABSENT,)) for text in texts])
    assert [one.supported for one in verdicts] == [True, False]


class Stub:
    """Supports a claim just if every letter of it is among the letters of the evidence."""

    name = "letters"

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        return [Verdict(set(claim.text) <= set("".join(claim.evidence)), 0.5, None, ()) for claim in claims]


def test_citation_recall_and_precision_by_hand() -> None:
    sentences = [
        pair("ab", "ab", "a"),  # the second is needless: the first does it alone
        pair("ab", "a", "b"),  # both are needed
        pair("ab", "a", "c"),  # not supported: neither counts
        pair("ab"),  # cites nothing
    ]
    found = judge_sentences(sentences, Stub())
    assert [one.supported for one in found] == [True, True, False, None]
    assert support.citation_recall(found) == 2 / 4
    assert support.citation_precision(found) == 3 / 6
    assert support.support_screen(found) == 2 / 3


def test_without_anything_cited_there_is_no_precision() -> None:
    nothing = [SentenceSupport("It is so.", None)]
    assert support.citation_precision(nothing) is None
    assert support.support_screen(nothing) is None
    assert support.citation_recall(nothing) == 0.0
    assert support.citation_recall([]) is None
