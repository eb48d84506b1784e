"""Words, stems and numbers: what search and checking take two writings for the same by."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.wording import STOP_WORDS, numbers, searchable, stem, term_set, terms, words

# Words as texts have them; two letters more than the stemmer needs to have something to do.
WORDS = st.from_regex(r"[a-z]{1,14}", fullmatch=True)


def test_words_are_lower_case_and_keep_their_apostrophes() -> None:
    assert words("The schools’ parents, it's SMMUSD's (2018)!") == [
        "the",
        "schools",
        "parents",
        "it's",
        "smmusd's",
        "2018",
    ]


@given(st.text())
def test_no_text_is_too_odd_for_words(text: str) -> None:
    assert term_set(text) >= frozenset(terms(text))
    assert bool(words(text)) == bool(terms(text))
    assert len(terms(text)) == len(set(terms(text)))


@given(st.lists(WORDS, min_size=1, max_size=20))
def test_stems_are_those_of_the_keyword_index(some: list[str]) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'porter unicode61')")
        connection.execute("INSERT INTO texts VALUES (?)", (" ".join(some),))
        connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(texts, 'row')")
        indexed = {row[0] for row in connection.execute("SELECT term FROM vocabulary")}
    assert {stem(word) for word in some} == indexed


@given(WORDS)
def test_a_stem_is_looked_for_by_a_word_that_has_it(word: str) -> None:
    assert stem(searchable(stem(word))) == stem(word)


@pytest.mark.parametrize("word", ["decision", "committee", "purpose", "university", "revised", "representation"])
def test_words_whose_stem_has_another_stem_are_found(word: str) -> None:
    assert stem(stem(word)) != stem(word)
    assert stem(searchable(stem(word))) == stem(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [("families", "family"), ("district's", "district"), ("engaging", "engaged"), ("policies", "policy")],
)
def test_inflections_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_terms_leave_out_words_without_content_unless_there_are_no_others() -> None:
    assert terms("What are the goals of the goal?") == [stem("goals")]
    assert terms("¿Cuáles son las metas de la escuela?") == [stem("metas"), stem("escuela")]
    assert terms("What is it?") == ["what", "is", "it"]
    assert "not" in STOP_WORDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$1,250 for 4 evenings", {"1250", "4"}),
        ("In 2018, 18 principles.", {"2018", "18"}),
        ("1.5 percent, or 95.", {"1.5", "95"}),
        ("none", set()),
    ],
)
def test_numbers_are_compared_without_their_separators(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected
