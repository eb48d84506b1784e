"""The body of a template, what the form puts into it, blanks, and the count of citations."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.blanks import blank_words, without_blanks, without_markers
from assistant.drafting.body import Block, Place, Statement, blocks, fields, places
from assistant.drafting.filling import Filled, blank_for, filled, one_line, typed_blocks
from assistant.drafting.versions import renumbered
from assistant.records import Citation, DraftSection, DraftSentence, SentenceKind, Span, TemplateField

FIELDS = {
    "school": TemplateField("school", "School"),
    "goal": TemplateField("goal", "LCAP goal, as it is worded"),
    "already": TemplateField("already", "What is done already?", lines=4),
}


def test_a_body_is_paragraphs_and_items() -> None:
    body = (
        "This is {school}. It meets\non [date]. {source: 1116(c)(1)}\n\n<!-- a note\n\nfor editors -->\n"
        "It does:\n\n- {already}\n- More of it,\n  on two lines.\n"
    )
    assert blocks(body) == (
        Block((Statement("This is {school}."), Statement("It meets on [date]."), Place("1116(c)(1)"))),
        Block((Statement("It does:"),)),
        Block((Statement("{already}"),), item=True),
        Block((Statement("More of it, on two lines."),), item=True),
    )
    assert fields(body) == ("school", "already")
    assert places(body) == ("1116(c)(1)",)


def test_a_field_alone_is_known_from_a_field_in_words() -> None:
    assert Statement("{already?}.").is_one_field
    assert not Statement("For {already}.").is_one_field


@pytest.mark.parametrize(
    ("text", "form", "result"),
    [
        ("The plan of {school}.", {"school": "Franklin"}, Filled("The plan of Franklin.", typed=True)),
        ("The plan of {school}.", {}, Filled("The plan of [school].")),
        ("We serve {goal?}.", {}, None),
        (
            "Goal: {goal?}.",
            {"goal": "Reading for all in grade 3."},
            Filled("Goal: Reading for all in grade 3.", typed=True, from_form=True),
        ),
        (
            "Our goal is {goal} at {school}.",
            {"goal": "a\nb", "school": "{goal}"},
            Filled("Our goal is a; b at {goal}.", typed=True),
        ),
    ],
)
def test_fields_are_filled_in(text: str, form: dict[str, str], result: Filled | None) -> None:
    assert filled(Statement(text), form, FIELDS) == result


@pytest.mark.parametrize(
    ("field", "blank"),
    [("school", "[school]"), ("goal", "[LCAP goal, as it is worded]"), ("already", "[what is done already]")],
)
def test_an_empty_field_leaves_a_blank_with_its_label(field: str, blank: str) -> None:
    assert blank_for(FIELDS[field]) == blank


@given(st.text(max_size=200))
def test_what_is_typed_is_never_filled_in_again(value: str) -> None:
    said = filled(Statement("{school} and {goal}"), {"school": value, "goal": "G"}, FIELDS)
    assert said is not None
    expected = one_line(value) or "[school]"
    assert said.text == f"{expected} and G"


@given(st.text(max_size=300))
def test_typed_text_keeps_its_words_in_order(value: str) -> None:
    said = " ".join(sentence for block in typed_blocks(value) for sentence in block.sentences)
    letters = [letter for letter in said if letter.isalpha()]
    typed = iter(value)
    assert all(any(letter == other for other in typed) for letter in letters)
    assert all("\n" not in sentence for block in typed_blocks(value) for sentence in block.sentences)


def test_blanks_are_words_in_square_brackets() -> None:
    text = "On [date of the meeting] at [ place ], see [1] and []."
    assert blank_words(text) == ("date of the meeting", "place")
    assert without_blanks(text) == "On at , see [1] and []."


@given(st.text(alphabet="[]0123456789, a–", max_size=40))
def test_no_number_typed_in_brackets_passes_for_a_citation(text: str) -> None:
    assert not re.search(r"\[\d+\]", without_markers(text))


def citation(number: int, start: int) -> Citation:
    return Citation(number, "d", "T", "t.md", None, None, (), Span(start, start + 1), "x")


def test_citations_are_counted_anew_in_the_order_of_use() -> None:
    def section(name: str, *numbers: tuple[int, ...]) -> DraftSection:
        return DraftSection(name, name, tuple(DraftSentence("x", SentenceKind.SUPPORTED, one) for one in numbers))

    first = {1: citation(1, 10), 2: citation(2, 20)}
    second = {1: citation(1, 20), 7: citation(7, 30)}
    sections, citations = renumbered([(section("a", (2,)), first), (section("b", (7, 1), ()), second)])
    assert [[one.citations for one in found.sentences] for found in sections] == [[(1,)], [(2, 1), ()]]
    assert [(one.number, one.span.start) for one in citations] == [(1, 20), (2, 30)]
