"""Whether a sentence holds the kind of thing that is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.expectation import Kind
from assistant.answering.holding import holds


def is_name(word: str) -> bool:
    return word in {"Epstein", "Joyce", "SMMUSD"}


HOLDS = [
    (Kind.COUNT, "How many principles are there?", "The framework describes 18 principles."),
    (Kind.COUNT, "How many principles are there?", "It rests on eighteen essential principles."),
    (Kind.COUNT, "How many goals are there?", "Goal 1: All graduates are ready."),
    (Kind.MONEY, "How much money is reserved?", "More than $500,000 is received."),
    (Kind.MONEY, "How much money is reserved?", "At least 1 percent of the allocation is reserved."),
    (Kind.SHARE, "What share is it?", "Not less than 90 percent is distributed."),
    (Kind.SHARE, "What share is it?", "La mitad se reparte."),
    (Kind.TIME, "When is it?", "It is held in September."),
    (Kind.PRICE, "What does it cost?", "A workshop is $40 for a family."),
    (Kind.PRICE, "What does it cost?", "Child care is free of charge."),
    (Kind.DATE, "What is the deadline?", "It is due before the school year begins."),
    (Kind.DATE, "What is the date?", "Epstein, J., 2009."),
    (Kind.FREQUENCY, "How often is it?", "The policy is reviewed each year."),
    (Kind.DURATION, "How long is it good?", "The team writes a one-year plan."),
    (Kind.TIME, "When is it?", "Se reúne cada mes."),
    (Kind.TIME, "How long ago?", "The program began more than three decades ago."),
    (Kind.CONTACT, "What is the phone number?", "Call (310) 555-0100."),
    (Kind.CONTACT, "What is the address?", "Write to office@school.org."),
    (Kind.NAME, "Who wrote it?", "It is the work of Epstein."),
    (Kind.SCHOOL, "Which of our schools is it?", "Franklin Elementary has a liaison."),
    (Kind.SCHOOL, "Which of our schools is it?", "It began at Will Rogers Middle School."),
    (Kind.PERSON, "Who leads it?", "It is the work of Joyce Epstein."),
    (Kind.LIST, "What are the types?", "These are the types:"),
    (Kind.LIST, "What are the types?", "The types are parenting, volunteering, decision making and others."),
]
HOLDS_NOT = [
    (Kind.COUNT, "How many principles are there?", "The framework describes principles in 2018."),
    (Kind.COUNT, "How many principles are there?", "There are 3 goals. Each rests on a principle."),
    (Kind.COUNT, "How many liaisons are there?", "Section 1116 names liaisons."),
    (Kind.COUNT, "How many liaisons are there?", "It needs at least 50 pupils.\nLiaisons help."),
    (Kind.COUNT, "How many schools are there?", "The plan is made for one school."),
    (Kind.PRICE, "What does a liaison earn?", "At least 1 percent is reserved."),
    (Kind.PRICE, "What does a liaison earn?", "A liaison helps families in 3 languages."),
    (Kind.SHARE, "What share is it?", "Most of it is distributed."),
    (Kind.TIME, "When is it?", "Volunteers help in the library."),
    (Kind.DATE, "What is the deadline?", "It may be reviewed as part of the plan."),
    (Kind.FREQUENCY, "How often is it?", "It was adopted in 2018."),
    (Kind.DURATION, "How long does a member serve?", "Members are elected in May."),
    (Kind.NAME, "Who wrote it?", "The SMMUSD Framework."),
    (Kind.NAME, "Who wrote it?", "The Epstein Framework."),
    (Kind.SCHOOL, "Which of our schools is it?", "The School Site Council and the School District."),
    (Kind.SCHOOL, "Which of our schools is it?", "Title I Elementary schools have one."),
    (Kind.CONTACT, "What is the phone number?", "There are 18 principles. Call the office."),
    (Kind.PERSON, "Who wrote it?", "The framework was written by the district."),
    (Kind.PERSON, "Who is Joyce Epstein?", "Joyce Epstein."),
    (Kind.LIST, "What are the types?", "In 2014, the state named types, six of them."),
]


@pytest.mark.parametrize(("kind", "question", "text"), HOLDS)
def test_sentences_that_hold_what_is_asked_for(kind: Kind, question: str, text: str) -> None:
    assert holds(kind, text, question, is_name)


@pytest.mark.parametrize(("kind", "question", "text"), HOLDS_NOT)
def test_sentences_that_do_not(kind: Kind, question: str, text: str) -> None:
    assert not holds(kind, text, question, is_name)


@given(st.sampled_from(list(Kind)), st.text(max_size=120), st.text(max_size=120))
def test_no_text_is_too_odd(kind: Kind, question: str, text: str) -> None:
    assert isinstance(holds(kind, text, question, str.istitle), bool)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("repeated", ["'", "’ ", "a@", "A ", "1 ", "each ", ", a"])
def test_a_flood_of_one_thing_is_no_work(repeated: str) -> None:
    flood = repeated * (8000 // len(repeated))
    assert not any(
        holds(kind, flood, "What is the address?", str.istitle) for kind in (Kind.CONTACT, Kind.PRICE, Kind.LIST)
    )
