"""What a question takes for granted, and whether a text has a word of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.premises import says_nothing_of_the_premise

PROGRAM = "The mentoring program has been running for twelve years and helps families settle in."


@pytest.mark.parametrize(
    "question",
    [
        "Why was the mentoring program cancelled?",
        "Why did the county pull out of the mentoring program?",
        "When did the board vote the mentoring program down?",
        "Now that the mentoring program is closed, who helps families?",
        "In what year was mentoring abolished?",
        "Who got rid of the mentoring program?",
        "¿Por qué cerraron el programa?",
    ],
)
def test_an_end_that_the_text_has_no_word_of(question: str) -> None:
    assert says_nothing_of_the_premise(question, PROGRAM)
    assert not says_nothing_of_the_premise(question, f"{PROGRAM} It was discontinued in 2019.")


def test_a_former_state_is_an_end_too() -> None:
    assert not says_nothing_of_the_premise("When did mentoring stop?", "Mentoring was offered until 2019.")


@pytest.mark.parametrize(
    "question", ["Who chairs the program?", "Who is in charge of it?", "¿Quién dirige el programa?"]
)
def test_a_leader_that_the_text_has_no_word_of(question: str) -> None:
    assert says_nothing_of_the_premise(question, "The program helps families settle in.")
    assert not says_nothing_of_the_premise(question, "The program is led by two mentors, the director says.")


@pytest.mark.parametrize(
    "question",
    [
        "Why was the program started?",
        "Can a family refuse the program?",
        "When does the program end?",
        "Who is invited to the program?",
        "What happens if we stop?",
    ],
)
def test_other_questions_take_nothing_of_the_kind_for_granted(question: str) -> None:
    assert not says_nothing_of_the_premise(question, PROGRAM)


@given(st.text(max_size=80))
def test_a_text_that_says_what_the_question_says_is_not_silent_on_it(question: str) -> None:
    assert not says_nothing_of_the_premise(question, question)
