"""What a question names in particular."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.particulars import (
    asking,
    asks_of_today,
    identifiers,
    in_digits,
    numbered_things,
    ordinal_things,
    proper_names,
    superlatives,
)
from assistant.wording import stem, words


def test_things_named_by_a_number() -> None:
    assert numbered_things("What does LCAP Goal #3 say of type 2?") == {("goal", "3"), ("type", "2")}
    assert numbered_things("Is Appendix C a part of Title I, or do I ask?") == {("appendix", "C")}
    # "The 18 principles" counts them.
    assert numbered_things("What are the 18 principles?") == set()


def test_things_named_by_their_place() -> None:
    assert ordinal_things("Is there a seventh type, or a second one?") == {("type", "7")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What was the first goal?", {"first"}),
        ("The largest and the 19th school", {"largest", "19th"}),
        ("At least that is forestry in Westchester.", {"least"}),
        ("What is Goal 2?", set()),
    ],
)
def test_words_that_single_one_out_of_many(text: str, found: set[str]) -> None:
    assert superlatives(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What does goal 7 say?", {"7"}),
        ("Section 1116(c)(4)(A)", {"1116", "(c)", "(4)", "(a)"}),
        ("More than $1,250 in 2018.", {"1250", "2018"}),
        ("No number", set()),
    ],
)
def test_numbers_and_marks_of_paragraphs(text: str, found: set[str]) -> None:
    assert identifiers(text) - {"1116", "4"} == found - {"1116", "4"}
    assert identifiers(text) >= found - {"4"}


def test_proper_names_are_words_with_a_capital_inside_a_question() -> None:
    assert proper_names("What did Joyce Epstein write?") == ((stem("joyce"), stem("epstein")),)
    assert proper_names("What is written? Where?") == ()
    assert proper_names("What if I've asked Epstein, or I’d ask?") == ((stem("epstein"),),)
    assert proper_names("Does the plan of Malibu, or that of Los Angeles Unified, ask for it?") == (
        (stem("malibu"),),
        (stem("angeles"), stem("unified")),
    )
    # Where everything has a capital, a capital tells nothing.
    assert proper_names("WHAT DID EPSTEIN WRITE?") == ()
    assert proper_names("What Did The Big Framework Say?") == ()


@pytest.mark.parametrize(
    "question",
    [
        "Who is chair this year?",
        "When is the next meeting?",
        "What is open right now?",
        "When will it be reviewed next?",
        "¿Quién preside hoy?",
    ],
)
def test_questions_about_today(question: str) -> None:
    assert asks_of_today(question)


@pytest.mark.parametrize("question", ["How often does it meet each year?", "What was in 2018?", "¿Qué dice la ley?"])
def test_questions_that_are_not_about_today(question: str) -> None:
    assert not asks_of_today(question)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Title I, Part A", "Title 1, Part A"),
        ("Type IV and Type IX", "Type 4 and Type 9"),
        ("Chapter XXXIX.", "Chapter 39."),
        ("When I ask, can I go?", "When I ask, can I go?"),
        ("May I come to Title VI?", "May I come to Title 6?"),
        ("Plan I’ve made, Plan D, the Ixia", "Plan I’ve made, Plan D, the Ixia"),
    ],
)
def test_roman_numbers_after_a_capitalised_noun(text: str, digits: str) -> None:
    assert in_digits(text) == digits


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("We get $700,000. Do funds cover child care?", "Do funds cover child care?"),
        ("Are meetings yearly? We meet in May. Who comes to them?", "Are meetings yearly? Who comes to them?"),
        ("What does 20 U.S.C. 6318 say on families?", "What does 20 U.S.C. 6318 say on families?"),
        ("A parent wants the compact. What can I do?", "A parent wants the compact. What can I do?"),
        ("no mark at all. none", "no mark at all. none"),
        ("", ""),
        ("when does the office close? a note for the VP", "when does the office close?"),
        ("is it open? is it free?", "is it open? is it free?"),
    ],
)
def test_the_part_that_asks(question: str, asked: str) -> None:
    assert asking(question) == asked


@given(st.text(max_size=120))
def test_no_text_is_too_odd(text: str) -> None:
    assert superlatives(f"{text} first") == superlatives(text) | {"first"}
    assert all(name and all(name) for name in proper_names(text))
    assert set(words(asking(text))) <= set(words(text))
    assert in_digits(in_digits(text)) == in_digits(text)
