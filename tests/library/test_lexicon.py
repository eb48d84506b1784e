"""What the sources tell about their words: abbreviations, names, and words close to a misspelled one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.app import Assistant
from assistant.library.lexicon import Lexicon, find_abbreviations
from assistant.library.store import Library
from tests.library.library_samples import make_document, put


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("the Single Plan for Student Achievement (SPSA) is", "SPSA", "Single Plan for Student Achievement"),
        ("the Local Control and Accountability Plan (LCAP).", "LCAP", "Local Control and Accountability Plan"),
        ("The National Network of Partnership Schools (NNPS)", "NNPS", "Network of Partnership Schools"),
        ("an English Language Advisory Committee ( ELAC )", "ELAC", "English Language Advisory Committee"),
    ],
)
def test_abbreviations_are_taken_from_where_they_are_defined(text: str, short: str, long: str) -> None:
    (found,) = find_abbreviations([text])[short]
    assert found.endswith(long)


@pytest.mark.parametrize(
    "text",
    [
        "The plan (PDF) is long.",
        "Each school (Title I) writes one.",
        "the goals (LCAP)",
        "It ended. Then (IT) came.",
        "paragraph (A) and paragraph (B)",
        "one thing\nSecond Thing (OTST)",
        "",
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    assert find_abbreviations([text]) == {}


def test_each_long_form_is_kept_once_in_the_order_found() -> None:
    texts = [
        "Single Plan for Student Achievement (SPSA)",
        "School Plan for Student Achievement (SPSA)",
        "the Single Plan for Student Achievement (SPSA)",
    ]
    assert find_abbreviations(texts) == {
        "SPSA": ("Single Plan for Student Achievement", "School Plan for Student Achievement")
    }


@given(st.lists(st.text("ABab ()\n.", max_size=40), max_size=3))
def test_what_is_found_stands_in_the_texts(texts: list[str]) -> None:
    squeezed = [" ".join(text.split()) for text in texts]
    for short, longs in find_abbreviations(texts).items():
        for long in longs:
            assert any(" ".join(long.split()) in text for text in squeezed)
            assert long[0].lower() == short[0].lower()


def test_the_built_in_documents_define_their_abbreviations(built_in: Assistant) -> None:
    abbreviations = built_in.library.abbreviations()
    assert set(abbreviations["SPSA"]) == {
        "Single Plan for Student Achievement",
        "School Plan for Student Achievement",
    }
    assert abbreviations["LCAP"] == ("Local Control and Accountability Plan",)
    assert "NNPS" in abbreviations


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lexicon]:
    with Library.open(tmp_path_factory.mktemp("words")) as library:
        for source, text in (
            ("a.txt", "Epstein trained the volunteers. The committee meets; Parents and parents write the framework."),
            ("b.txt", "Translation of the compact. Engagement of families."),
        ):
            put(library, make_document(source, [text]))
        yield Lexicon(library.abbreviations(), library)


def test_a_name_is_a_word_that_is_never_written_small(lexicon: Lexicon) -> None:
    assert lexicon.is_name("Epstein")
    assert lexicon.is_name("Translation")
    assert not lexicon.is_name("Parents")
    assert not lexicon.is_name("volunteers")


def never(word: str) -> bool:
    """Know no word but those of the sources."""
    return False


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("who trained the volunters?", "who trained the volunteers?"),
        ("what does the comittee do?", "what does the committee do?"),
        ("when does the commitee meet", "when does the committee meet"),
        ("who trained the framwork", "who trained the framework"),
        ("engagment of famlies", "engagement of families"),
    ],
)
def test_slips_of_the_pen_are_mended(lexicon: Lexicon, typed: str, mended: str) -> None:
    assert lexicon.corrected(typed, never) == mended


@pytest.mark.parametrize(
    "question",
    [
        "Who trained the volunteers?",
        "Who is Epsteen?",
        "What does Comittee mean?",
        "Does the committees' chair write?",
        "What is the SPSA?",
        "Which umbrellas are waterproof?",
        "who is the chair?",
        "¿Quién escribe el acuerdo?",
        "section 1116(c)",
    ],
)
def test_names_known_words_and_words_that_resemble_none_are_left_alone(lexicon: Lexicon, question: str) -> None:
    assert lexicon.corrected(question, never) == question


class FewWords:
    """A vocabulary that holds no library."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def is_written(self, word: str, *, small: bool = False) -> bool:
        return word in self._words

    def words_beginning(self, letter: str, shortest: int, longest: int) -> list[str]:
        return [word for word in self._words if word.startswith(letter) and shortest <= len(word) <= longest]


@given(st.text(max_size=60))
def test_mending_changes_words_only(text: str) -> None:
    small = Lexicon({}, FewWords("volunteers", "write", "frameworks"))
    mended = small.corrected(text, never)
    assert len(mended.split()) == len(text.split())
    assert small.corrected(mended, never) == mended


def test_without_sources_nothing_is_mended() -> None:
    assert Lexicon({}, FewWords()).corrected("who trained the volunters?", never) == "who trained the volunters?"


def test_a_word_of_the_language_is_no_slip_of_another(lexicon: Lexicon) -> None:
    known = {"commitment", "compost", "bake"}
    assert lexicon.corrected("who buys the compast?", known.__contains__) == "who buys the compact?"
    for question in ("what is compost?", "who composts?", "is a commitment made?", "who baked it?"):
        assert lexicon.corrected(question, known.__contains__) == question
