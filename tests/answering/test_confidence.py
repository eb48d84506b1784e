"""Whether sentences answer: what each signal may do, and what the signals say of real questions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.confidence import (
    COEFFICIENTS,
    THRESHOLD,
    Signals,
    probability,
    signals,
    status,
)
from assistant.answering.evidence import first_look
from assistant.answering.question import understand
from assistant.records import AnswerStatus, Passage, SearchHit, Span

AGAINST = sorted(name for name, weight in COEFFICIENTS.items() if weight < 0)
IN_FAVOUR = sorted(name for name, weight in COEFFICIENTS.items() if weight > 0)


def strong() -> Signals:
    return Signals(**(dict.fromkeys(IN_FAVOUR, 0.8) | dict.fromkeys(AGAINST, 0.0)))


def found(
    question: str, *sentences: str, known: str = "", others: tuple[float, ...] = (), answerability: float | None = None
) -> Signals:
    """The signals of ``question`` for a passage of these sentences, in a library that has them and ``known``, before
    other passages that are so close."""
    text = "\n".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    asked = understand(question)
    vector = np.full(4, 0.5, dtype=np.float32)
    hit = SearchHit(
        1, Passage("d:1", "d", Span(0, len(text)), text, (), tuple(spans)), 1.0, similarity=0.5, closeness=1.0
    )
    rarity = dict.fromkeys(asked.terms, 1.0)
    weighed = first_look(asked, vector, [hit], {1: np.tile(vector, (len(spans), 1))}, rarity, {}, str.istitle)
    words = understand(f"{text} {known}").terms
    hits = [hit, *(replace(hit, closeness=one) for one in others)]
    return signals(asked, hits, weighed, [0.5], lambda term: term in words, str.istitle, answerability)


@pytest.mark.parametrize("name", AGAINST)
def test_what_speaks_against_an_answer_lowers_the_confidence(name: str) -> None:
    assert probability(replace(strong(), **{name: 1.0})) < probability(strong())


@given(st.sampled_from(IN_FAVOUR), st.floats(0, 1), st.floats(0, 1))
def test_what_speaks_for_an_answer_never_lowers_it(name: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert probability(replace(strong(), **{name: low})) <= probability(replace(strong(), **{name: high}))


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(COEFFICIENTS), max_size=len(COEFFICIENTS)))
def test_it_is_a_probability_whatever_the_signals_are(values: list[float]) -> None:
    assert 0.0 <= probability(Signals(**dict(zip(COEFFICIENTS, values, strict=True)))) <= 1.0


def test_the_status_follows_the_confidence() -> None:
    assert [status(value) for value in (0.0, THRESHOLD - 0.01, THRESHOLD, 0.9)] == [
        AnswerStatus.NOT_FOUND,
        AnswerStatus.NOT_FOUND,
        AnswerStatus.PARTIAL,
        AnswerStatus.ANSWERED,
    ]


@pytest.mark.parametrize(
    ("question", "signal"),
    [
        ("What does goal 7 say?", "number_missing"),
        ("What does paragraph (q) say about goals?", "number_missing"),
        ("How much money do goals cost?", "kind_missing"),
        ("When were the goals written?", "kind_missing"),
        ("Which goal is the oldest?", "superlative_missing"),
        ("What are the goals of Fresno?", "name_missing"),
        ("What are our goals this year?", "of_today"),
        ("Why were the goals abolished?", "premise_missing"),
    ],
)
def test_what_is_asked_for_and_not_there_is_noticed(question: str, signal: str) -> None:
    assert getattr(found(question, "The goals are these.", "Goal 2: Learners read."), signal) == 1.0


@pytest.mark.parametrize(
    ("question", "signal"),
    [
        ("What does goal 2 say?", "number_missing"),
        ("How many goals are there?", "kind_missing"),
        ("When were the goals written?", "kind_missing"),
        ("What are the goals of Malibu?", "name_missing"),
    ],
)
def test_what_is_asked_for_and_there_is_not_held_against_the_answer(question: str, signal: str) -> None:
    sentences = ("The two goals of Malibu were written in 2018 because pupils need them.", "Goal 2: Learners read.")
    assert getattr(found(question, *sentences), signal) == 0.0


def test_a_passage_that_stands_out_counts_for_more_than_one_among_its_like() -> None:
    alone, among = (
        found("What are the goals?", "The goals are these.", others=some) for some in ((0.4,) * 4, (0.9,) * 4)
    )
    assert alone.standing == pytest.approx(0.6)
    assert among.standing == pytest.approx(0.1)
    assert probability(alone) > probability(among)


def test_a_library_with_one_passage_can_answer_as_any_other() -> None:
    assert 0 < found("What are the goals?", "The goals are these.").standing < 0.6


def test_one_unknown_name_is_enough() -> None:
    assert found("Did Ana meet Bo in Malibu?", "We met in Malibu.").name_missing == 1.0


def test_a_figure_in_a_sentence_on_another_subject_answers_nothing() -> None:
    reserve = "Over $500,000 is kept back."
    assert found("What does a liaison earn?", "A liaison helps families.", reserve).kind_missing == 1.0
    assert found("What does a liaison earn?", "A liaison helps families.", f"{reserve} A liaison.").kind_missing == 0.0


def test_a_numbered_thing_that_no_passage_has_counts_more_than_another_number() -> None:
    goal = found("What does goal 9 say?", "Goal 2: Learners read.")
    year = found("What do goals of 2031 say?", "Goal 2: Learners read.")
    assert (goal.numbered_missing, year.numbered_missing) == (1.0, 0.0)
    assert goal.number_missing == year.number_missing == 1.0


def test_an_ordinal_is_a_number_where_such_things_are_numbered() -> None:
    types = ("Type 1: Parenting.", "Type 3: Volunteering.")
    assert found("What is the fifth type?", *types).numbered_missing == 1.0
    assert found("What is the third type?", *types).numbered_missing == 0.0
    assert found("What is the fifth type?", "There are several types.").numbered_missing == 0.0


def test_a_name_that_only_another_source_has_is_not_unknown() -> None:
    assert found("What are the goals of Malibu?", "The goals are these.", known="Malibu").name_missing == 0.0


def test_the_askers_own_figures_and_names_need_not_be_in_the_sources() -> None:
    case = "We have 60 pupils at Fresno High. I've read them. What do the goals ask of learners?"
    one = found(case, "The goals are these.", "Goal 2: Learners read.")
    assert (one.number_missing, one.name_missing) == (0.0, 0.0)
    assert found("Our goals are 9. What does goal 9 say?", "The goals are these.").number_missing == 1.0


def test_roman_numbers_of_the_sources_answer_for_digits() -> None:
    assert found("What does title 4 say?", "Title IV pays for goals.").number_missing == 0.0
    assert found("What does title 5 say?", "Title IV pays for goals.").number_missing == 1.0


def test_a_model_that_reads_both_is_believed_in_degrees() -> None:
    question, sentence = "When are the doors locked?", "The doors are locked at six in the evening."
    silent, low, high = (found(question, sentence, answerability=logit) for logit in (None, -4.0, 3.0))
    assert probability(low) < probability(silent) < probability(high)
    assert silent.answerability == 0.0
