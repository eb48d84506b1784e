"""What answers say, refuse and cost, and what drafts have: each metric by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from assistant.evaluation.benchmarks.ranking import area_under_curve
from assistant.evaluation.metrics import answers, drafts, operations, refusals
from assistant.records import (
    AnswerStatus,
    Citation,
    Coverage,
    Draft,
    DraftSection,
    DraftSentence,
    DraftTemplate,
    Fact,
    RequiredItem,
    Sentence,
    SentenceKind,
    Span,
    TemplateSection,
)
from tests.evaluation.evaluation_samples import answer, quoting, refusal
from tests.evaluation.evaluation_samples import meals as meals_document

SAID = ["A student who misses 10 percent of school days is chronically absent.", "The team is not the site council."]


@pytest.mark.parametrize(
    ("wordings", "credit"),
    [
        (("10 percent",), 1.0),
        (("nothing", "10 PERCENT of school days"), 1.0),
        (("chronically absent students miss 10 percent of days",), 1.0),
        (("15 percent of school days",), 0.5),
        (("students miss 15 percent",), 0.5),
        (("is the site council",), 0.5),
        (("not the site council",), 1.0),
        (("a warm lunch",), 0.0),
        ((), 0.0),
        # All of its numbers, not some of them; a sentence with more numbers says it all the same.
        (("who misses 10 percent of 180 school days is",), 0.5),
        (("days of school chronically missed",), 1.0),
        # Four of five words are just enough, and two of four for half.
        (("chronically absent student misses lunch",), 1.0),
        (("chronically absent on holiday",), 0.5),
    ],
)
def test_credit_of_a_fact_by_hand(wordings: tuple[str, ...], credit: float) -> None:
    assert answers.credit(Fact(wordings), SAID) == credit


def test_words_spread_over_sentences_are_no_fact() -> None:
    assert answers.credit(Fact(("the council misses school",)), SAID) < 1.0


def test_recall_of_facts_and_vital_facts_by_hand() -> None:
    facts = [Fact(("10 percent",), True), Fact(("15 percent of school days",), True), Fact(("a warm lunch",))]
    assert answers.fact_recall(facts, SAID) == pytest.approx(1.5 / 3)
    assert answers.vital_strict(facts, SAID) == 0.5
    assert answers.vital_strict([facts[0], facts[0], facts[1]], SAID) == pytest.approx(2 / 3)
    # Where none is marked, all are vital.
    assert answers.vital_strict([Fact(("10 percent",)), Fact(("a warm lunch",))], SAID) == 0.5


def test_forbidden_words_count_only_as_they_stand() -> None:
    forbidden = ["0 percent", "site council | county", "15 percent"]
    assert answers.forbidden_said(forbidden, SAID) == ["site council | county"]


def test_token_f1_and_rouge_l_by_hand() -> None:
    # the cat sat / the cat was sad: two of three and of four words shared
    assert answers.token_f1("The cat sat", "the cat was sad") == pytest.approx(4 / 7)
    assert answers.token_f1("a a b", "a c") == pytest.approx(2 / 5)
    assert answers.token_f1("x", "y") == 0.0
    # longest common subsequence of "a b c d" and "b d a c": b d or b c or a c
    assert answers.rouge_l("a b c d", "b d a c") == pytest.approx(4 / 8)
    assert answers.rouge_l("", "b") == 0.0


def test_refusals_are_read_from_the_status() -> None:
    assert refusals.abstained(refusal())
    assert not refusals.abstained(quoting(meals_document(), "Breakfast is free."))
    assert not refusals.abstained(answer(status=AnswerStatus.PARTIAL))
    assert refusals.asked_back(answer(Sentence("Which school do you mean?", SentenceKind.CONNECTIVE)))
    assert not refusals.asked_back(answer(Sentence("It is free.", SentenceKind.CONNECTIVE)))
    assert not refusals.asked_back(refusal())


def test_rates_and_truthfulness_by_hand() -> None:
    assert refusals.false_answer_rate([True, False, False, False]) == 0.25
    assert refusals.over_abstain_rate([True, True, False, False]) == 0.5
    scores = [
        refusals.truthfulness(answerable=answerable, refused=refused, right=right, complete=complete)
        for answerable, refused, right, complete in [
            (True, False, True, True),
            (True, False, True, False),
            (True, True, False, False),
            (True, False, False, True),
            (False, True, True, True),
            (False, False, True, True),
        ]
    ]
    assert scores == [1.0, 0.5, 0.0, -1.0, 1.0, -1.0]


def test_risk_coverage_by_hand() -> None:
    confidences, risky = [0.9, 0.8, 0.8, 0.1], [False, True, False, True]
    assert refusals.risk_coverage(confidences, risky) == [(0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5)]
    assert refusals.risk_coverage_area(confidences, risky) == pytest.approx(0.25 * 0 + 0.5 / 3 + 0.25 * 0.5)
    assert refusals.risk_coverage_area([], []) is None


PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20)


@given(PAIRS)
def test_f1_of_refusing_agrees_with_scikit_learn(pairs: list[tuple[bool, bool]]) -> None:
    refused, unanswerable = [one for one, _ in pairs], [other for _, other in pairs]
    ours = refusals.abstain_f1(refused, unanswerable)
    if any(refused) or any(unanswerable):
        assert ours == pytest.approx(f1_score(unanswerable, refused))
    else:
        assert ours is None


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.2, 0.9]), st.booleans()), min_size=2, max_size=20))
def test_auroc_agrees_with_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    scores, labels = [one for one, _ in pairs], [other for _, other in pairs]
    ours = area_under_curve(scores, labels)
    if len(set(labels)) == 2:
        assert ours == pytest.approx(roc_auc_score(labels, scores))
    else:
        assert ours is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=20))
def test_risk_coverage_area_lies_between_none_and_all_risky(pairs: list[tuple[float, bool]]) -> None:
    area = refusals.risk_coverage_area([one for one, _ in pairs], [other for _, other in pairs])
    assert area is not None
    assert 0.0 <= area <= 1.0
    assert (area == 0.0) == (not any(risky for _, risky in pairs))


def test_percentiles_and_flips_by_hand() -> None:
    seconds = [float(number) for number in range(1, 21)]
    assert operations.percentile(seconds, 0.5) == 10.0
    assert operations.percentile(seconds, 0.95) == 19.0
    assert operations.percentile([3.0], 0.95) == 3.0
    assert operations.percentile([], 0.5) is None
    assert operations.flip_rate({"a": [True, True, False], "b": [True, True], "c": [None, True], "d": [None]}) == 0.5
    assert operations.flip_rate({"a": [True]}) is None


ITEMS = (RequiredItem("(c)(1)", "annual meeting"), RequiredItem("(c)(2)", "flexible times"))
SECTIONS = (TemplateSection("a", "A", "", (), ITEMS), TemplateSection("b", "B", "", ()))
TEMPLATE = DraftTemplate("policy", "Policy", "", "", "school", (), SECTIONS)
QUOTE = "The school holds a meeting every year at a convenient time."
CITATION = Citation(1, "d", "T", "t.md", None, None, (), Span(0, len(QUOTE)), QUOTE)


def draft(*sentences: DraftSentence, covered: tuple[Coverage, ...] = ()) -> Draft:
    sections = (DraftSection("a", "A", sentences), DraftSection("b", "B", ()))
    form = {"count": "Maple has 40 parents"}
    return Draft("1", 1, "policy", "P", form, sections, (CITATION,), covered, "quotes", "c", "t")


def test_drafts_by_hand() -> None:
    supported, blank = SentenceKind.SUPPORTED, SentenceKind.YOURS_TO_SUPPLY
    written = draft(
        DraftSentence("Each school holds a meeting every year at noon for 40 parents and 12 guests.", supported, (1,)),
        DraftSentence("It is nice.", supported),
        DraftSentence("We meet on [date of the meeting] in [room].", blank),
        DraftSentence(QUOTE, SentenceKind.QUOTED, (1,)),
        DraftSentence("Our school is Maple.", supported, from_form=True),
        covered=(
            Coverage("a", ITEMS[0], covered=True, sentences=(0,)),
            Coverage("a", ITEMS[1], covered=True, sentences=(1,)),
        ),
    )
    assert drafts.sections_present(written, TEMPLATE) == 0.5
    assert drafts.sections_present(replace(written, sections=written.sections[:1]), TEMPLATE) == 0.5
    assert drafts.longest_copy(draft(DraftSentence("The school holds meeting every year.", supported, (1,)))) == 3
    assert drafts.coverage_by_section(written) == {"a": pytest.approx(2 / 3)}
    assert drafts.numbers_not_in_sources(written) == ["12"]
    assert drafts.open_blanks(written) == 2
    assert drafts.longest_copy(written) == len("school holds a meeting every year at".split())
    assert drafts.items_cited(written, TEMPLATE) == 0.5
    bare = replace(TEMPLATE, sections=TEMPLATE.sections[1:])
    assert drafts.items_cited(written, bare) is None
    not_covered = (Coverage("a", ITEMS[0], covered=False, sentences=(0,)),)
    quoted = draft(DraftSentence(QUOTE, SentenceKind.QUOTED, (1,)), covered=not_covered)
    assert drafts.items_cited(quoted, TEMPLATE) == 0.0
