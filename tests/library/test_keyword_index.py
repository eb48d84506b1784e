from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.passages import match_any
from assistant.library.store import Library
from tests.library.library_samples import make_document, put


def texts(library: Library, *terms: str, limit: int = 10) -> list[str]:
    rows = [rowid for rowid, _ in library.keyword(match_any(terms), limit)]
    return [passage.text for passage in library.passages(rows)]


@pytest.fixture
def stocked(library: Library) -> Library:
    put(
        library,
        make_document("a.txt", ["Families and José read. They meet.", "Section 1116(b)(1) asks for goals. Yes."]),
    )
    put(
        library,
        make_document(
            "b.txt", ["Goals, goals and goals. All of them.", "A family is read to. It listens."], "Reading night"
        ),
    )
    return library


def test_words_are_stemmed_and_accents_folded(stocked: Library) -> None:
    assert len(texts(stocked, "FAMILY")) == 2
    assert len(texts(stocked, "jose")) == 1
    assert texts(stocked, "unheard") == []


def test_more_of_a_term_scores_higher_and_scores_are_positive(stocked: Library) -> None:
    hits = stocked.keyword(match_any(["goals"]), 10)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert all(score > 0 for _, score in hits)
    assert texts(stocked, "goal")[0].startswith("Goals, goals")


def test_titles_and_headings_are_searched_with_less_weight(stocked: Library) -> None:
    assert len(texts(stocked, "night")) == 2
    match = match_any(["part"])
    assert len(stocked.keyword(match, 10)) == 4
    low, high = (stocked.keyword(match, 10, weights=(1.0, weight))[0][1] for weight in (0.1, 2.0))
    assert low < high


def test_a_search_can_be_kept_to_some_documents(stocked: Library) -> None:
    only = next(document.id for document in stocked.documents() if document.source == "b.txt")
    rows = [rowid for rowid, _ in stocked.keyword(match_any(["goals", "family"]), 10, [only])]
    assert {passage.document_id for passage in stocked.passages(rows)} == {only}
    assert stocked.keyword(match_any(["goals"]), 10, []) == []
    assert len(stocked.keyword(match_any(["goals"]), 1)) == 1
    assert stocked.keyword(match_any(["goals"]), 0) == []


def test_terms_of_several_words_are_phrases(stocked: Library) -> None:
    assert len(texts(stocked, "section 1116(b)(1)")) == 1
    assert texts(stocked, "goals section") == []


def test_document_frequency(stocked: Library) -> None:
    assert stocked.document_frequency(["goal", "FAMILIES", "unheard", "?", "asks for goals"]) == {
        "goal": 2, "FAMILIES": 2, "unheard": 0, "?": 0, "asks for goals": 1,
    }  # fmt: skip
    stocked.remove("b.txt")
    assert stocked.document_frequency(["goal"]) == {"goal": 1}


def test_no_terms_match_nothing(stocked: Library) -> None:
    assert match_any([]) == match_any(["", "  ", "?!", '"']) == ""
    assert stocked.keyword("", 5) == []


def test_a_broken_expression_is_the_callers_error(stocked: Library) -> None:
    for broken in ('"open', "AND", "NEAR(", "nosuchcolumn : x", "a ^"):
        with pytest.raises(ValueError, match="full-text"):
            stocked.keyword(broken, 5)


def test_operators_and_quotes_in_terms_are_words(stocked: Library) -> None:
    for term in ('goals" OR "family', "NOT", "heading : night", "fam*", "a AND b", "-goals", "(", "goals)", "1116\0"):
        assert stocked.keyword(match_any([term, "goals"]), 10) != []
    assert texts(stocked, 'goals" OR "family') == []


def test_thousands_of_terms_are_searched(stocked: Library) -> None:
    assert len(texts(stocked, *(f"word{number}" for number in range(3000)), "goals")) == 2


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library.open(tmp_path_factory.mktemp("keyword") / "data")
    put(library, make_document("a.txt", ["Families and José read. They meet."]))
    return library


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_text_can_be_a_term(small: Library, terms: list[str]) -> None:
    terms = [term.encode("utf-8", "replace").decode() for term in terms]
    assert isinstance(small.keyword(match_any(terms), 5), list)
    assert len(small.keyword(match_any([*terms, "meet"]), 5)) == 1
