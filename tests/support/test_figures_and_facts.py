"""Figures, dates, names and addresses: what is read from a text, and what counts as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.support import Fact, FactKind, facts, missing_facts
from assistant.support.find_quantities import find_quantities
from assistant.support.quantities import Bound


def carries(source: str, claim: str) -> bool:
    return all(any(had.carries(wanted) for had in find_quantities(source)) for wanted in find_quantities(claim))


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("three schools", "3 schools"),
        ("two hundred and fifty-three pupils", "253 pupils"),
        ("1,250 parents", "1250 parents"),
        ("15%", "fifteen percent"),
        ("half a million dollars", "$500,000"),
        ("May 5, 2012", "5/5/2012"),
        ("2012-05-05", "5 May 2012"),
        ("5 de mayo de 2012", "May 5, 2012"),
        ("May 5, 2012", "in 2012"),
        ("May 5, 2012", "May 2012"),
        ("6:30 p.m.", "18:30"),
        ("noon", "12 p.m."),
        ("the 3rd grade", "the third grade"),
        ("twice a year", "2 times a year"),
        ("2018–19", "2018-2019"),
        ("one-third", "a third of"),
        ("no fewer than 12", "at least 12"),
        ("12 or more", "at least 12"),
        ("exactly 120 people", "more than 100 people"),
        ("over 5,800 people", "over 5,000 people"),
        ("5,312,000 copies", "5.3 million copies"),
        ("in 2008", "before 2010"),
        ("March 20, 2020", "after March 15, 2020"),
        ("about 100", "100"),
        ("tres escuelas", "3 schools"),
    ],
)
def test_the_same_figure_written_otherwise(source: str, claim: str) -> None:
    assert carries(source, claim)


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("15 percent", "15 dollars"),
        ("15 percent", "15 people"),
        ("at least 15 percent", "at least 5 percent"),
        ("at least 1 percent", "1 percent"),
        ("1 percent", "more than 1 percent"),
        ("up to 30 days", "at least 30 days"),
        ("over $500,000", "over $100,000"),
        ("$98.5 million", "over $100 million"),
        ("more than 50 people", "50 people"),
        ("within 10 days", "after 10 days"),
        ("before May 5", "after May 5"),
        ("in 2010", "after 2010"),
        ("May 2012", "May 5, 2012"),
        ("5,312,000", "5.4 million"),
        ("6:30 a.m.", "6:30 p.m."),
        ("the 3rd grade", "the fourth grade"),
    ],
)
def test_another_figure(source: str, claim: str) -> None:
    assert not carries(source, claim)


@given(st.integers(0, 99_999))
def test_every_whole_number_is_read_with_and_without_separators(number: int) -> None:
    for written in (str(number), f"{number:,}"):
        (found,) = find_quantities(f"There are {written} of them.")
        assert (found.value, found.bound) == (number, Bound.EXACT)


@given(st.text(max_size=60))
def test_a_text_allows_its_own_facts(text: str) -> None:
    assert missing_facts(text, [text]) == []


@given(st.text(alphabet="0123456789.,:/-$%() aApPmM", max_size=30))
def test_no_row_of_signs_is_too_strange_to_read(text: str) -> None:
    for found in find_quantities(text):
        assert text[found.start : found.end].strip()


def test_facts_are_read_in_order_with_their_kinds() -> None:
    text = "Maria Lopez, 2425 Kansas Avenue, spent $1,200 (15%) at Edison by May 5; call (310) 450-8338 or m@x.org."
    assert [(fact.kind, fact.text) for fact in facts(text)] == [
        (FactKind.NAME, "Maria"),
        (FactKind.NAME, "Lopez"),
        (FactKind.ADDRESS, "2425 Kansas Avenue"),
        (FactKind.MONEY, "$1,200"),
        (FactKind.PERCENT, "15%"),
        (FactKind.NAME, "Edison"),
        (FactKind.DATE, "May 5"),
        (FactKind.PHONE, "(310) 450-8338"),
        (FactKind.EMAIL, "m@x.org"),
    ]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("Call (310) 450-8338.", "Phone: 310.450.8338"),
        ("See www.smmusd.org.", "https://smmusd.org/"),
        ("The SSC meets twice.", "The School Site Council meets two times."),
        ("Californians vote in Santa Mónica.", "In California, Santa Monica votes."),
        ("El Distrito usa fondos del Título I.", "The district uses Title I funds."),
        ("Under 20 U.S.C. 6318(c)(2) it is due.", "20 USC 6318 (c)(2)"),
        ("They may meet in May.", "They meet in May 2020."),
        ("One of them may help.", "Some help."),
        ("First, the plan is read.", "The plan is read."),
        ("Edison’s plan", "the plan of Edison"),
    ],
)
def test_what_the_sources_have_is_no_invention(text: str, allowed: str) -> None:
    assert missing_facts(text, ["Nothing to see.", allowed]) == []


@pytest.mark.parametrize(
    ("text", "allowed", "missing"),
    [
        ("The team has three goals.", "The team has goals.", Fact(FactKind.NUMBER, "three")),
        ("Principal Ortega wrote it.", "The principal wrote it.", Fact(FactKind.NAME, "Ortega")),
        ("Ortega’s plan", "the plan", Fact(FactKind.NAME, "Ortega")),
        ("Write to a@b.org.", "Write to c@b.org.", Fact(FactKind.EMAIL, "a@b.org")),
        ("Due on May 6.", "Due on May 5.", Fact(FactKind.DATE, "May 6")),
        ("6318(c)(2)", "6318(c)(1)", Fact(FactKind.PARAGRAPH, "(c)(2)")),
        ("The PTA pays.", "The council pays.", Fact(FactKind.NAME, "PTA")),
    ],
)
def test_what_no_source_has_is_named(text: str, allowed: str, missing: Fact) -> None:
    assert missing_facts(text, [allowed]) == [missing]
