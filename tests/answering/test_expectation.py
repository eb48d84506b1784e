"""What kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.expectation import Kind, expected, holds

ASKED = {
    Kind.COUNT: [
        "How many goals are there?",
        "And how many principles does the framework describe?",
        "What is the number of members?",
        "¿Cuántas metas tiene el plan?",
        "¿Cuántos padres asisten?",
    ],
    Kind.MONEY: [
        "How much money is set aside for families?",
        "How much does a bilingual liaison earn?",
        "What is the salary of a liaison?",
        "What does the workshop cost? What is the fee?",
        "¿Cuánto cuesta el taller?",
        "¿Cuánto gana una intérprete?",
    ],
    Kind.SHARE: [
        "What percentage of the reserve goes to schools?",
        "Which share must be distributed?",
        "¿Qué porcentaje se reparte?",
    ],
    Kind.TIME: [
        "When is the annual meeting?",
        "And when was it adopted?",
        "In what year was the framework written?",
        "How often is the policy reviewed?",
        "How long does a member serve?",
        "What is the deadline?",
        "¿Cuándo se reúne el consejo?",
        "¿En qué año se adoptó?",
    ],
    Kind.CONTACT: [
        "What is the phone number of the office?",
        "What is the address of the school?",
        "How can I contact the liaison?",
        "Who should I call about a translation?",
        "¿Cuál es el teléfono de la oficina?",
    ],
    Kind.PERSON: [
        "Who wrote the framework?",
        "Who is the superintendent?",
        "Who chairs the council?",
        "¿Quién dirige el consejo?",
    ],
    Kind.REASON: [
        "Why do schools write a compact?",
        "So why is there a meeting?",
        "What led to the program?",
        "¿Por qué se reúnen los padres?",
    ],
}
NOTHING_IN_PARTICULAR = [
    "Where do sites put their goals?",
    "What does the compact describe to parents and teachers?",
    "Does it matter how much a family earns?",
    "Must schools say when they meet?",
    "Who can take part in the meeting?",
    "How do schools involve parents?",
    "Which languages are used?",
    "Is the policy reviewed because of the law?",
    "¿Qué dice la ley sobre los padres?",
]


@pytest.mark.parametrize(("kind", "question"), [(kind, one) for kind, some in ASKED.items() for one in some])
def test_the_kind_that_is_asked_for(kind: Kind, question: str) -> None:
    assert expected(question) is kind


@pytest.mark.parametrize("question", NOTHING_IN_PARTICULAR)
def test_questions_that_any_statement_may_answer(question: str) -> None:
    assert expected(question) is None


def is_name(word: str) -> bool:
    return word in {"Epstein", "Joyce", "Johns", "Hopkins"}


HOLDS = [
    (Kind.COUNT, "How many principles are there?", "The framework describes 18 principles."),
    (Kind.COUNT, "How many principles are there?", "It rests on eighteen essential principles."),
    (Kind.COUNT, "How many goals are there?", "Goal 1: All graduates are ready."),
    (Kind.MONEY, "How much money is reserved?", "More than $500,000 is received."),
    (Kind.MONEY, "How much money is reserved?", "At least 1 percent of the allocation is reserved."),
    (Kind.SHARE, "What share is it?", "Not less than 90 percent is distributed."),
    (Kind.SHARE, "What share is it?", "La mitad se reparte."),
    (Kind.TIME, "When is it?", "It is held in September."),
    (Kind.TIME, "How often is it?", "The policy is reviewed each year."),
    (Kind.TIME, "When is it?", "Se reúne cada mes."),
    (Kind.TIME, "How long ago?", "The program began more than three decades ago."),
    (Kind.CONTACT, "What is the phone number?", "Call (310) 555-0100."),
    (Kind.CONTACT, "What is the address?", "Write to office@school.org."),
    (Kind.PERSON, "Who wrote it?", "It is the work of Joyce Epstein."),
    (Kind.REASON, "Why is it?", "It is written so that families know it."),
    (Kind.REASON, "¿Por qué?", "Se reúnen para que todos opinen."),
]
HOLDS_NOT = [
    (Kind.COUNT, "How many principles are there?", "The framework describes principles in 2018."),
    (Kind.COUNT, "How many principles are there?", "There are 3 goals. Each rests on a principle."),
    (Kind.COUNT, "How many liaisons are there?", "Section 1116 names liaisons."),
    (Kind.COUNT, "How many liaisons are there?", "It needs at least 50 pupils.\nLiaisons help."),
    (Kind.MONEY, "What does a liaison earn?", "A liaison helps families in 3 languages."),
    (Kind.SHARE, "What share is it?", "Most of it is distributed."),
    (Kind.TIME, "When is it?", "Volunteers help in the library."),
    (Kind.CONTACT, "What is the phone number?", "There are 18 principles. Call the office."),
    (Kind.PERSON, "Who wrote it?", "The framework was written by the district."),
    (Kind.PERSON, "Who is Joyce Epstein?", "Joyce Epstein."),
    (Kind.REASON, "Why is it?", "It is written by the school."),
]


@pytest.mark.parametrize(("kind", "question", "text"), HOLDS)
def test_sentences_that_hold_what_is_asked_for(kind: Kind, question: str, text: str) -> None:
    assert holds(kind, text, question, is_name)


@pytest.mark.parametrize(("kind", "question", "text"), HOLDS_NOT)
def test_sentences_that_do_not(kind: Kind, question: str, text: str) -> None:
    assert not holds(kind, text, question, is_name)


def test_figures_dates_and_addresses_are_values_people_and_reasons_are_not() -> None:
    values = {Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.TIME, Kind.CONTACT}
    assert {kind for kind in Kind if kind.is_value} == values


@given(st.text(max_size=120), st.text(max_size=120))
def test_no_text_is_too_odd(question: str, text: str) -> None:
    kind = expected(question)
    assert kind is None or isinstance(holds(kind, text, question, str.istitle), bool)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("repeated", ["'", "’ ", "a@", "how many ", "what is "])
def test_a_flood_of_one_thing_is_no_work(repeated: str) -> None:
    flood = repeated * (8000 // len(repeated))
    expected(flood)
    assert not any(holds(kind, flood, "What is the address?", str.istitle) for kind in (Kind.CONTACT, Kind.MONEY))
