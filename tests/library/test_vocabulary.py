"""What the library knows of its documents' words: in step with the documents, and the same as reading them all."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.database import DATABASE_FILE
from assistant.library.holdings import SourceFile
from assistant.library.schema import SCHEMA_VERSION
from assistant.library.store import Library
from assistant.records import FileProblem
from assistant.wording import words
from tests.library.library_samples import file_of, make_document, make_passages, make_vectors, put

NOTICE = "This notice is the same everywhere"


def fill(library: Library) -> None:
    put(library, make_document("a.txt", [f"Epstein wrote it. {NOTICE}", "The Single Plan for Students (SPS) is due."]))
    put(library, make_document("b.txt", [f"{NOTICE}. Schools are asked."]))
    put(library, make_document("c.txt", [f"A school asks. {NOTICE}", "The School Plan of Schools (SPS) is kept."]))


def test_words_are_those_of_the_documents_that_are_there(library: Library) -> None:
    fill(library)
    assert library.is_written("epstein")
    assert not library.is_written("epstein", small=True)
    assert library.is_written("school", small=True)
    assert not library.is_written("unwritten")
    assert sorted(library.words_beginning("s", 5, 7)) == ["school", "schools", "single"]
    library.remove("a.txt")
    assert not library.is_written("epstein")
    assert library.words_beginning("e", 1, 20) == ["everywhere"]


@pytest.mark.parametrize("word", ["", '"', "small : school", "a\0b", "*", "school OR asks", "’", "-"])
def test_a_word_is_never_read_as_an_expression(library: Library, word: str) -> None:
    fill(library)
    assert not library.is_written(word)


def test_a_notice_is_one_from_three_documents_on(library: Library) -> None:
    fill(library)
    assert library.formulas_among([NOTICE, "Epstein wrote it", "not there"]) == {NOTICE}
    library.remove("b.txt")
    assert library.formulas_among([NOTICE]) == frozenset()


def test_a_sentence_said_three_times_in_one_document_is_no_notice(library: Library) -> None:
    put(library, make_document("a.txt", [NOTICE, NOTICE, NOTICE]))
    assert library.formulas_among([NOTICE]) == frozenset()


def test_abbreviations_come_and_go_with_their_documents(library: Library) -> None:
    fill(library)
    assert library.abbreviations() == {"SPS": ("Single Plan for Students", "School Plan of Schools")}
    library.record_problem(FileProblem("a.txt", "damaged", ""), SourceFile("a.txt", "", 0, 0))
    assert library.abbreviations() == {"SPS": ("School Plan of Schools",)}


def test_a_document_read_anew_replaces_its_words(library: Library) -> None:
    first = make_document("a.txt", ["An old reading (with errors)."], content="the same bytes")
    again = make_document("a.txt", ["A better reading."], content="the same bytes")
    for document in (first, again):
        passages = make_passages(document)
        library.put(document, passages, make_vectors(document, passages), file=file_of(document), fingerprint="model-a")
    assert library.is_written("better")
    assert not library.is_written("old")
    library.check()


def test_nothing_is_kept_of_a_document_that_could_not_be_stored(library: Library) -> None:
    document = make_document("a.txt", ["Nowhere to be found."])
    with pytest.raises(ValueError, match="no vectors"):
        library.put(document, make_passages(document), {}, file=file_of(document), fingerprint="model-a")
    assert not library.is_written("nowhere")


TEXTS = st.lists(st.text("aAbéÉüß’'-_ 1.\n", min_size=1, max_size=40), min_size=1, max_size=3)


@given(TEXTS)
@settings(max_examples=40)
def test_the_same_as_reading_all_texts(texts: list[str]) -> None:
    documents = [make_document(f"{number}.txt", [f"12345678 {text}"]) for number, text in enumerate(texts)]
    every = {word for one in documents for word in words(one.text)}
    small = {word for one in documents for word in re.findall(r"(?<![\w’'-])[a-zà-ÿ][\w’']*", one.text)}
    small -= {word for word in small if word != word.lower()}
    with TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        for one in documents:
            put(library, one)
        for word in every | small | {"b", "ab"}:
            assert library.is_written(word, small=True) == (word in small), word
            assert library.is_written(word) == (word in every | small), word
        found = {word for letter in "abéüß" for word in library.words_beginning(letter, 1, 100)}
        assert found == {word for word in every | small if word[0] in "abéüß"}


def as_version_1(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection, connection:
        for name in ("vocabulary_terms", "vocabulary_fts", "vocabulary", "abbreviations"):
            connection.execute(f"DROP TABLE {name}")
        connection.execute("PRAGMA user_version = 1")


def test_a_library_of_the_version_before_is_brought_up_to_date(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        fill(library)
        generation = library.generation()
    as_version_1(tmp_path)
    with Library.open(tmp_path) as library:
        assert library.generation() == generation
        assert library.is_written("epstein")
        assert library.formulas_among([NOTICE]) == {NOTICE}
        assert set(library.abbreviations()) == {"SPS"}
        library.remove("a.txt")
        library.check()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_an_index_that_is_not_that_of_its_rows_is_made_anew(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        fill(library)
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection, connection:
        connection.execute("INSERT INTO vocabulary_fts (vocabulary_fts) VALUES ('delete-all')")
    with Library.open(tmp_path) as library:
        assert not library.is_written("epstein")
        library.check()
        assert library.is_written("epstein")
