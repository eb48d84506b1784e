"""Texts and numbers compared: what is set in another way is the same, and what says something else is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.matching import covered_length, find_places, negated, normalise, plain, says, union_length
from assistant.evaluation.numbers import numbers_in
from assistant.records import Span

TEXT = st.text(st.sampled_from(list("aBé ﬁ-’“\n\u00ad½e\u0301")), max_size=30)
SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda ends: Span(min(ends), max(ends))), max_size=5
)


def test_one_form_for_ligatures_hyphens_quotation_marks_and_white_space() -> None:
    assert plain("The “oﬃce’s”  engage-\nment — Cafe\u0301\u00ad") == 'the "office\'s" engagement - café'
    assert plain("a well-known plan") == "a well-known plan"


@given(TEXT)
def test_every_character_of_the_one_form_knows_where_it_stood(text: str) -> None:
    found = normalise(text)
    assert len(found.offsets) == len(found.text)
    assert list(found.offsets) == sorted(found.offsets)
    assert all(0 <= offset < len(text) for offset in found.offsets)
    assert plain(found.text) == found.text


@given(TEXT, TEXT, st.text(st.sampled_from("abcdé"), min_size=3, max_size=8))
def test_a_quote_is_found_where_it_stands(before: str, after: str, quote: str) -> None:
    text = f"{before} {quote} {after}"
    assert any(plain(place.of(text)) == plain(quote) for place in find_places(quote, text))


def test_quotes_are_found_across_line_breaks_and_with_a_slip() -> None:
    text = "Start. The district’s family engage-\nment\npolicy is written in spring. End."
    (place,) = find_places("The district's family engagement policy is written in spring.", text)
    assert place.of(text).startswith("The district")
    assert place.of(text).rstrip(".").endswith("spring")
    (near,) = find_places("The districts family engagement polcy is written in spring", text)
    assert abs(near.start - place.start) <= 2
    assert find_places("Another sentence that nobody ever wrote in here", text) == ()
    assert find_places("spr", "In spr and in spr") == (Span(3, 6), Span(14, 17))
    assert find_places(" … ", text) == ()


@pytest.mark.parametrize(
    ("text", "wanted", "holds"),
    [
        ("It is 15 percent.", "15 percent", True),
        ("It is 115 percent.", "15 percent", False),
        ("It is 1.15 percent.", "15 percent", False),
        ("Of all,15 percent.", "15 percent", True),
        ("It costs 2.50", "2", False),
        ("It costs 2.", "2", True),
        ("See (e)(14) there", "(e)(14)", True),
        ("fivefold", "five", False),
        ("The SPSA.", "spsa", True),
        ("anything", "", False),
    ],
)
def test_words_are_whole_words_and_numbers_whole_numbers(text: str, wanted: str, holds: bool) -> None:
    assert says(text, wanted) is holds


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("$1,250.00 for 10 percent or 10% of 10", {"1250", "10%", "10"}),
        ("twenty-five schools and twelve parents", {"25", "12"}),
        ("on February 15, 2018", {"2-15", "2018"}),
        ("el 15 de febrero de 2018", {"2-15", "2018"}),
        ("on 2/15/2018", {"2-15", "2018"}),
        ("20 U.S.C. 6318(a)(3)", {"20", "6318", "3"}),
        ("No one came in May.", set()),
        ("a rate of 0.50", {"0.5"}),
        ("007", {"7"}),
    ],
)
def test_numbers_are_compared_by_value(text: str, values: set[str]) -> None:
    assert numbers_in(text) == values


def test_denials_are_seen() -> None:
    assert negated("It isn’t so.")
    assert negated("They may not.")
    assert not negated("It is notable.")


@given(SPANS, SPANS)
def test_lengths_agree_with_sets_of_characters(spans: list[Span], others: list[Span]) -> None:
    characters = {at for span in spans for at in range(span.start, span.end)}
    covered = {at for span in others for at in range(span.start, span.end)}
    assert union_length(spans) == len(characters)
    for span in spans:
        assert covered_length(span, others) == len(covered & set(range(span.start, span.end)))
