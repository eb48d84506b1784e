"""What is asked: follow-ups, abbreviations, slips of the pen, and questions that are to be left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.question import MOST_CHARACTERS, as_asked, follows_up, understand
from assistant.wording import stem, terms
from tests.assistant_samples import turn

SPSA = {"SPSA": ("School Plan for Student Achievement", "Single Plan for Student Achievement")}


def understood(asked: str, *before: str) -> str:
    return understand(asked, [turn(question) for question in before]).text


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (" What is\n\tgoal 3? ", "What is goal 3?"),
        ("The \ufb01rst\u00a0goal\u202e?", "The first goal?"),
        ("half \ud83d a character", "half \ufffd a character"),
        ("\u200b\x00", ""),
    ],
)
def test_a_question_is_read_as_a_reader_sees_it(typed: str, asked: str) -> None:
    assert as_asked(typed) == asked


@pytest.mark.parametrize(
    ("before", "asked", "meant"),
    [
        ("What does goal 1 say?", "and goal 2?", "What does goal 2 say?"),
        ("What does goal 1 say?", "And what about Goal 3?", "What does goal 3 say?"),
        ("What is LCAP Goal #1?", "and goal 2?", "What is LCAP Goal 2?"),
        ("What are the three LCAP goals?", "and goal 2?", "What is LCAP goal 2?"),
        ("What is the first type of involvement?", "And the second?", "What is the second type of involvement?"),
        ("What is the first type of involvement?", "what about the 6th?", "What is the 6th type of involvement?"),
    ],
)
def test_a_follow_up_takes_its_place_in_the_question_before(before: str, asked: str, meant: str) -> None:
    assert understood(asked, before) == meant


@pytest.mark.parametrize(
    "asked",
    ["who wrote it?", "Why?", "When were they adopted?", "And for parents?", "What about volunteers?", "y los padres?"],
)
def test_any_other_follow_up_brings_the_question_before_along(asked: str) -> None:
    before = "What is the school-parent compact?"
    question = understand(asked, [turn("How many goals are there?"), turn(before)])
    assert question.text.startswith(asked)
    assert set(terms(before)) <= set(question.terms)
    assert question.rewritten
    assert question.asked == asked


def test_a_chain_of_follow_ups_goes_on_from_what_was_understood() -> None:
    history = [turn("What does goal 1 say?"), turn("and goal 2?", "What does goal 2 say?")]
    assert understand("and goal 3?", history).text == "What does goal 3 say?"


@pytest.mark.parametrize(
    "asked",
    [
        "Where do sites have to put their family engagement goals?",
        "How often is the school-parent compact reviewed?",
        "What does the law say about the annual meeting?",
        "Which goal of the plan is about English learners?",
        "What are the six types of involvement described by Joyce Epstein?",
        "¿Cuáles son las metas del plan escolar?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(asked: str) -> None:
    assert understood(asked, "What does goal 1 say?") == asked
    assert not understand(asked, [turn("What does goal 1 say?")]).rewritten


@pytest.mark.parametrize("asked", ["and goal 2?", "who wrote it?", "And the second?"])
def test_without_a_turn_before_nothing_is_rewritten(asked: str) -> None:
    assert follows_up(asked)
    assert understood(asked) == asked


def test_a_number_of_something_else_takes_no_ones_place() -> None:
    assert understood("and type 2?", "What does goal 1 say?") == "and type 2? (What does goal 1 say)"


def test_white_space_is_put_in_order_and_a_flood_is_cut() -> None:
    assert understood("  What \n is\tit?  ") == "What is it?"
    assert len(understood("why " * 5000)) <= MOST_CHARACTERS


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=3))
def test_no_question_is_too_odd_to_be_understood(asked: str, before: list[str]) -> None:
    question = understand(asked, [turn(one) for one in before], SPSA)
    assert len(set(question.terms)) == len(question.terms)
    assert set(question.alternatives) <= {*question.terms, *(stem(word) for word in "spsa".split())} | set(
        terms(" ".join(SPSA["SPSA"]))
    )
    if not before:
        assert question.text == as_asked(asked)


# Abbreviations


def stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, text.lower().split()))


def test_an_abbreviation_is_said_by_any_of_its_long_forms() -> None:
    question = understand("What is in the SPSA?", abbreviations=SPSA)
    assert question.covered("spsa", stems("the school plan for student achievement"))
    assert question.covered("spsa", stems("a single plan for student achievement"))
    assert question.covered("spsa", stems("the spsa"))
    assert not question.covered("spsa", stems("the plan for students"))
    assert set(question.spelled_out) >= {stem("single"), stem("school"), stem("achievement")}


def test_a_long_form_is_said_by_its_abbreviation() -> None:
    question = understand("Who writes the school plan for student achievement?", abbreviations=SPSA)
    assert all(question.covered(term, stems("the spsa")) for term in terms("school plan student achievement"))
    assert not question.covered(stem("writes"), stems("the spsa"))
    assert question.spelled_out[-1:] == ("spsa",)


def test_other_words_mean_themselves_only() -> None:
    question = understand("Who writes the plan?", abbreviations=SPSA)
    assert (question.alternatives, question.spelled_out) == ({}, ())
    assert question.covered(stem("plan"), stems("plans"))
    assert not question.covered(stem("plan"), stems("spsa"))


# Slips of the pen


def corrected(text: str) -> str:
    return text.replace("volunters", "volunteers")


def test_a_slip_is_mended_and_what_was_typed_is_kept() -> None:
    question = understand("Who trains volunters?", corrected=corrected)
    assert (question.asked, question.text) == ("Who trains volunters?", "Who trains volunteers?")
    assert question.rewritten


def test_a_slip_in_a_follow_up_is_mended_too() -> None:
    question = understand("and the volunters?", [turn("What is goal 1?")], corrected=corrected)
    assert question.text.startswith("and the volunteers?")
    assert stem("volunteers") in question.terms
