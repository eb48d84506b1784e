from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import EmbeddingError, LibraryError
from assistant.library.database import DATABASE_FILE
from assistant.library.holdings import PassageVectors, SourceFile
from assistant.library.packing import vector_key
from assistant.library.passages import match_any
from assistant.library.store import Library
from assistant.records import FileProblem
from tests.library.library_samples import (
    DIMENSION,
    MODEL,
    RECIPE,
    file_of,
    make_document,
    make_passages,
    make_vectors,
    put,
    vector_of,
    without_runs,
)

PLAN = make_document("plan.pdf", ["Sites create goals. They stand in the plan.", "Families meet often. Liaisons help."])
LAW = make_document(
    "law/1116.html", ["Each school shall convene an annual meeting. Parents are invited."], title="The law"
)


def test_what_is_put_comes_back(library: Library, folder: Path) -> None:
    assert put(library, PLAN)
    with Library.open(folder) as again:
        assert again.document(PLAN.id, runs=True) == PLAN
        assert again.document(PLAN.id) == without_runs(PLAN)
        assert again.page(PLAN.id, 2) == PLAN.pages[1]
        passages = make_passages(PLAN)
        assert tuple(again.document_passages(PLAN.id).values()) == passages
        assert again.passages([passages[1].id, passages[0].id]) == [passages[1], passages[0]]
        assert all(passage.span.of(again.document(PLAN.id).text) == passage.text for passage in passages)
        summary = again.summary(PLAN.id)
    assert (summary.title, summary.source, summary.pages, summary.passages) == ("plan.pdf", "plan.pdf", 2, 2)
    assert summary.original is False


def test_characters_outside_of_ascii_keep_their_places(library: Library) -> None:
    odd = make_document("odd.txt", ["Ünïcödé and 𝒎𝒂𝒕𝒉 and e\u0301. Second\0sentence.", '"quoted" \\ back, the end'])
    put(library, odd)
    assert library.document(odd.id, runs=True) == odd
    assert tuple(library.document_passages(odd.id).values()) == make_passages(odd)
    assert library.keyword(match_any(["unicode"]), 5) != []


def test_vectors_come_back(library: Library) -> None:
    put(library, PLAN)
    rows = library.document_passages(PLAN.id)
    vectors = make_vectors(PLAN, make_passages(PLAN))
    of_passages, of_sentences = library.passage_vectors(MODEL, list(rows)), library.sentence_vectors(MODEL, list(rows))
    for rowid, passage in rows.items():
        expected = vectors[vector_key(passage, PLAN.title)]
        np.testing.assert_allclose(of_passages[rowid], expected.passage, atol=1e-6)
        np.testing.assert_allclose(of_sentences[rowid], expected.sentences, atol=1e-3)
        assert of_sentences[rowid].shape == (len(passage.sentences), DIMENSION)
        assert of_sentences[rowid].dtype == np.float32
    assert library.sentence_vectors("another model", list(rows)) == {}


def test_unknown_documents_and_pages_are_errors(library: Library) -> None:
    put(library, PLAN)
    for ask in (library.document, library.summary, library.source_path):
        with pytest.raises(LibraryError, match="does not have this document"):
            ask("0" * 64)
    with pytest.raises(LibraryError, match="no page 3"):
        library.page(PLAN.id, 3)
    assert library.passages([10**9]) == []
    assert library.passages(["no such passage"]) == []
    assert library.passages([]) == []


def test_a_changed_file_replaces_its_document(library: Library) -> None:
    put(library, PLAN)
    changed = make_document("plan.pdf", ["Sites create goals. They stand in the plan.", "Everything else is new."])
    put(library, changed)
    assert [document.id for document in library.documents()] == [changed.id]
    with pytest.raises(LibraryError):
        library.document(PLAN.id)
    assert library.keyword(match_any(["liaisons"]), 5) == []
    assert len(library.keyword(match_any(["goals", "new"]), 5)) == 2
    library.check()


def test_no_rowid_is_used_twice(library: Library) -> None:
    put(library, PLAN)
    former = set(library.document_passages(PLAN.id))
    library.remove("plan.pdf")
    put(library, PLAN)
    assert former.isdisjoint(library.document_passages(PLAN.id))
    assert library.passages(sorted(former)) == []


def test_a_passage_that_comes_back_is_not_embedded_again(library: Library) -> None:
    put(library, PLAN)
    keys = [vector_key(passage, PLAN.title) for passage in make_passages(PLAN)]
    changed = make_document(
        "plan.pdf", ["Something before. " + "It moves what follows.", "Families meet often. Liaisons help."]
    )
    moved = replace(changed.sections[1], heading_path=PLAN.sections[1].heading_path)
    changed = replace(changed, sections=(changed.sections[0], moved))
    fresh = {vector_key(passage, changed.title) for passage in make_passages(changed)}
    assert library.known_vectors(MODEL, fresh) == {keys[1]}
    put(library, changed)
    library.remove("plan.pdf")
    assert library.known_vectors(MODEL, keys) == set(keys)
    assert library.known_vectors("another model", keys) == set()
    assert library.prune(MODEL) == 3
    assert library.known_vectors(MODEL, keys) == set()


def test_the_vector_key_is_what_the_model_may_see() -> None:
    passage = make_passages(PLAN)[0]
    key = vector_key(passage, PLAN.title)
    elsewhere = replace(passage, document_id="another", id="another:0-1", pages=(9,))
    assert vector_key(elsewhere, PLAN.title) == key
    assert vector_key(passage, "Another title") != key
    assert vector_key(replace(passage, heading_path=("Part", "1")), PLAN.title) != key
    assert vector_key(replace(passage, sentences=passage.sentences[:1]), PLAN.title) != key
    assert vector_key(replace(passage, text=passage.text.upper()), PLAN.title) != key


def test_files_with_the_same_bytes_share_a_document(library: Library) -> None:
    assert put(library, PLAN)
    assert not put(library, replace(PLAN, source="b/copy.pdf"), "b/copy.pdf")
    first, second = sorted(library.files(), key=lambda held: held.copy_of or "")
    assert (first.file.source, first.copy_of, second.file.source, second.copy_of) == (
        "plan.pdf", None, "b/copy.pdf", "plan.pdf",
    )  # fmt: skip
    assert first.document_id == second.document_id == PLAN.id
    assert library.passage_count() == 2
    library.remove("plan.pdf")
    assert library.document(PLAN.id).source == "b/copy.pdf"
    assert [(held.copy_of, held.file.recipe) for held in library.files()] == [(None, "")]
    library.remove("b/copy.pdf")
    assert library.documents() == []
    assert library.passage_count() == 0


def test_the_same_file_cut_by_another_recipe_is_cut_again(library: Library) -> None:
    put(library, PLAN)
    passages = make_passages(PLAN)[:1]
    assert library.put(PLAN, passages, {}, file=file_of(PLAN, recipe="reading 2"), fingerprint=MODEL)
    assert tuple(library.document_passages(PLAN.id).values()) == passages


def test_problems_are_kept_and_take_the_former_document_out(library: Library) -> None:
    put(library, PLAN)
    put(library, LAW)
    problem = FileProblem("plan.pdf", "It is encrypted.", "Save it without a password.")
    library.record_problem(problem, SourceFile("plan.pdf", "f" * 64, 10, 20, RECIPE))
    held = {each.file.source: each for each in library.files()}
    assert held["plan.pdf"].problem == problem
    assert held["plan.pdf"].document_id is None
    assert [document.id for document in library.documents()] == [LAW.id]
    put(library, PLAN)
    assert {each.file.source: each.problem for each in library.files()} == {"plan.pdf": None, "law/1116.html": None}


def test_a_file_read_in_part_has_a_document_and_a_problem(library: Library) -> None:
    problem = FileProblem("plan.pdf", "Page 2 is a picture.", "Have it recognised.")
    passages = make_passages(PLAN)
    library.put(PLAN, passages, make_vectors(PLAN, passages), file=file_of(PLAN), fingerprint=MODEL, problem=problem)
    (held,) = library.files()
    assert (held.document_id, held.problem) == (PLAN.id, problem)


def test_metadata_changes_without_the_bytes(library: Library) -> None:
    put(library, PLAN)
    renamed = replace(PLAN, title="Strategic plan", year=None, author="The district", original=True, kind="plan")
    put(library, renamed)
    assert library.document(PLAN.id, runs=True) == renamed
    assert len(library.keyword(match_any(["strategic"]), 5)) == 2
    assert library.missing_vectors(MODEL) == []
    library.check()


@pytest.mark.parametrize("fault", ["zero", "nan", "infinite sentence", "dimension", "sentences"])
def test_unusable_vectors_change_nothing(library: Library, fault: str) -> None:
    put(library, LAW)
    generation = library.generation()
    passages = make_passages(PLAN)
    vectors = make_vectors(PLAN, passages)
    key, good = next(iter(vectors.items()))
    bad = {
        "zero": replace(good, passage=np.zeros(DIMENSION, np.float32)),
        "nan": replace(good, passage=np.full(DIMENSION, np.nan, np.float32)),
        "infinite sentence": replace(good, sentences=np.full_like(good.sentences, 1e30)),
        "dimension": PassageVectors(vector_of("x", dimension=3), np.ones((2, 3), np.float32)),
        "sentences": replace(good, sentences=good.sentences[:1]),
    }[fault]
    with pytest.raises(EmbeddingError, match="cannot be used"):
        library.put(PLAN, passages, vectors | {key: bad}, file=file_of(PLAN), fingerprint=MODEL)
    assert [document.id for document in library.documents()] == [LAW.id]
    assert library.generation() == generation
    library.check()


def test_passages_must_be_the_documents_and_have_vectors(library: Library) -> None:
    passages = make_passages(PLAN)
    with pytest.raises(ValueError, match="have no vectors"):
        library.put(PLAN, passages, {}, file=file_of(PLAN), fingerprint=MODEL)
    wrong = replace(passages[0], text=passages[0].text[::-1])
    with pytest.raises(ValueError, match="not in the document"):
        library.put(PLAN, [wrong], make_vectors(PLAN, [wrong]), file=file_of(PLAN), fingerprint=MODEL)
    with pytest.raises(ValueError, match="not read from"):
        library.put(PLAN, passages, make_vectors(PLAN, passages), file=file_of(PLAN, "other.pdf"), fingerprint=MODEL)
    assert library.documents() == []
    assert library.files() == []


def test_the_generation_grows_with_each_change(library: Library, folder: Path) -> None:
    seen = [library.generation()]
    for change in (
        lambda: put(library, PLAN),
        lambda: put(library, replace(PLAN, title="New")),
        lambda: library.remove("plan.pdf"),
        lambda: library.record_problem(FileProblem("x", "y", "z"), SourceFile("x", "", 0, 0)),
        lambda: library.prune(MODEL),
    ):
        change()
        seen.append(library.generation())
    assert seen == sorted(set(seen))
    with Library.open(folder) as again:
        assert again.generation() == seen[-1]
        assert again.state().changed_at is not None


def test_a_snapshot_sees_one_state(library: Library, folder: Path) -> None:
    put(library, PLAN)
    with Library.open(folder) as writer, library.snapshot():
        rows = library.keyword(match_any(["goals"]), 5)
        writer.remove("plan.pdf")
        put(writer, LAW)
        assert [passage.document_id for passage in library.passages([rowid for rowid, _ in rows])] == [PLAN.id]
        assert library.document(PLAN.id).title == PLAN.title
    assert library.passages([rowid for rowid, _ in rows]) == []
    assert [document.id for document in library.documents()] == [LAW.id]


def test_many_threads_read_while_one_writes(library: Library) -> None:
    put(library, PLAN)
    documents = [make_document(f"{number}.txt", [f"Text {number} of many goals. It ends."]) for number in range(25)]
    done = threading.Event()
    faults: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                with library.snapshot():
                    hits = library.keyword(match_any(["goals"]), 50)
                    passages = library.passages([rowid for rowid, _ in hits])
                    assert len(passages) == len(hits)
                    for passage in passages:
                        assert passage.span.of(library.document(passage.document_id).text) == passage.text
        except BaseException as error:
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    for document in documents:
        put(library, document)
    for document in documents[::2]:
        library.remove(document.source)
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(library.documents()) == 1 + 12


def test_the_source_file_is_found_again(library: Library, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "law").mkdir(parents=True)
    (corpus / "law" / "1116.html").write_text("law")
    put(library, LAW)
    with pytest.raises(LibraryError, match="not where it was read from"):
        library.source_path(LAW.id)
    library.remember_corpus(corpus)
    assert library.source_path(LAW.id) == (corpus / "law" / "1116.html").resolve()
    (tmp_path / "secret.txt").write_text("not a document")
    outside = make_document("../secret.txt", ["Outside of the folder. Yes."])
    put(library, outside)
    with pytest.raises(LibraryError, match="not where it was read from"):
        library.source_path(outside.id)


def test_a_closed_library_says_so(folder: Path) -> None:
    library = Library.open(folder)
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="closed"):
        library.documents()


def test_a_newer_and_a_foreign_file_are_refused_and_left_alone(folder: Path) -> None:
    Library.open(folder).close()
    path = folder / DATABASE_FILE
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="newer version") as caught:
        Library.open(folder)
    assert "nothing is lost" in str(caught.value)
    assert path.read_bytes() == before

    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE something (x)")
    connection.close()
    with pytest.raises(LibraryError, match="something else"):
        Library.open(folder)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="cannot be made"):
        Library.open(tmp_path / "file" / "data")
