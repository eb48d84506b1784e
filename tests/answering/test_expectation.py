"""What kind of thing a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.expectation import Kind, expected

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
        "How much do schools receive?",
        "What is the budget of the program?",
        "¿Cuánto dinero se reserva?",
    ],
    Kind.PRICE: [
        "How much does a bilingual liaison earn?",
        "What does an interpreter get paid?",
        "What is the salary of a liaison?",
        "What is the hourly rate for child care?",
        "We plan an evening. What does the workshop cost?",
        "¿Cuánto cuesta el taller?",
        "¿Cuánto gana una intérprete?",
    ],
    Kind.SHARE: [
        "What percentage of the reserve goes to schools?",
        "Which share must be distributed?",
        "What is the attendance rate of the school?",
        "¿Qué porcentaje se reparte?",
    ],
    Kind.TIME: [
        "When is the annual meeting?",
        "And when was it adopted?",
        "In what year was the framework written?",
        "How long ago was it begun?",
        "¿Cuándo se reúne el consejo?",
        "¿En qué año se adoptó?",
    ],
    Kind.DATE: [
        "What is the deadline?",
        "On what dates are the workshops?",
        "By what day is it due?",
        "¿En qué fecha?",
    ],
    Kind.FREQUENCY: ["How often is the policy reviewed?", "¿Con qué frecuencia se revisa?"],
    Kind.DURATION: ["How long does a member serve?", "For how long is the plan good?", "¿Cuánto tiempo dura?"],
    Kind.CONTACT: [
        "What is the phone number of the office?",
        "What is the address of the school?",
        "How can I contact the liaison?",
        "Who should I call about a translation?",
        "¿Cuál es el teléfono de la oficina?",
    ],
    Kind.NAME: [
        "Who wrote the framework?",
        "What is the principal's name?",
        "What are the names of the council members?",
        "Which researcher is named?",
        "Who was the superintendent?",
        "¿Quién escribió el marco?",
    ],
    Kind.SCHOOL: [
        "Which of our schools have a liaison?",
        "Which of the middle schools take part?",
        "Which school was the first?",
        "What are the names of the charter schools?",
        "Which Malibu schools take part?",
    ],
    Kind.PERSON: [
        "Who developed the plan?",
        "Who is leading the work?",
        "Who chairs the council?",
        "¿Quién dirige el consejo?",
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
    "What does the reserve of Title I pay for?",
    "Which costs are reasonable?",
    "Which schools must have a council?",
    "Which of our schools must write a compact?",
    "Which members are elected by parents?",
    "Who develops the plan?",
    "Why do schools write a compact?",
    "¿Por qué se reúnen los padres?",
    "Is the policy reviewed because of the law?",
    "¿Qué dice la ley sobre los padres?",
]


@pytest.mark.parametrize(("kind", "question"), [(kind, one) for kind, some in ASKED.items() for one in some])
def test_the_kind_that_is_asked_for(kind: Kind, question: str) -> None:
    assert expected(question) is kind


@pytest.mark.parametrize("question", NOTHING_IN_PARTICULAR)
def test_questions_that_any_statement_may_answer(question: str) -> None:
    assert expected(question) is None


def test_figures_dates_names_and_addresses_are_values_and_lists_are_not() -> None:
    assert {kind for kind in Kind if not kind.is_value} == {Kind.PERSON, Kind.DEFINITION, Kind.LIST}


@given(st.text(max_size=120))
def test_no_question_is_too_odd(question: str) -> None:
    kind = expected(question)
    assert kind is None or kind in Kind


@pytest.mark.timeout(20)
@pytest.mark.parametrize("repeated", ["'", "’ ", "how many ", "what is ", "Which A ", "what's the name of "])
def test_a_flood_of_one_thing_is_no_work(repeated: str) -> None:
    expected(repeated * (8000 // len(repeated)))
