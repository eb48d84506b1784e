from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_chroma import Chroma

from assistant.errors import EmbeddingError
from assistant.library.chroma_folder import ChromaFolder
from assistant.library.store import CHROMA_FOLDER, Library
from assistant.records import Document
from tests.library.library_samples import (
    DIMENSION,
    MODEL,
    assert_nearest,
    make_document,
    make_passages,
    make_vectors,
    put,
    vector_of,
)

DOCUMENTS = [
    make_document(f"{number}.txt", [f"Text {number}, part {part}. It has two sentences." for part in range(4)])
    for number in range(6)
]


def stock(library: Library, documents: list[Document] = DOCUMENTS) -> None:
    for document in documents:
        put(library, document)


def collections(folder: Path) -> Iterator[str]:
    shared = ChromaFolder.shared((folder / CHROMA_FOLDER).resolve())
    yield from sorted(collection.name for collection in shared.client().list_collections())
    shared.leave()


def test_the_record_answers_where_chroma_does_not_reach_a_row(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(library, DOCUMENTS[:2])
    library.sync_vectors(MODEL)
    assert_nearest(library, "chroma")
    search = Chroma.similarity_search_by_vector_with_relevance_scores

    def without_the_nearest(store: Chroma, vector: list[float], k: int) -> list[tuple[Any, float]]:
        return search(store, vector, k=k)[1:]

    monkeypatch.setattr(Chroma, "similarity_search_by_vector_with_relevance_scores", without_the_nearest)
    assert_nearest(library, "record")


def test_the_record_answers_until_chroma_is_in_step(library: Library) -> None:
    stock(library)
    assert not library.vectors_in_step(MODEL)
    assert_nearest(library, "record")
    report = library.sync_vectors(MODEL)
    assert (report.in_step, report.added, report.removed, report.rebuilt) == (True, 24, 0, False)
    assert library.vectors_in_step(MODEL)
    assert_nearest(library, "chroma")


def test_only_differences_are_written(library: Library) -> None:
    stock(library)
    library.sync_vectors(MODEL)
    assert library.sync_vectors(MODEL).added == 0
    changed = make_document("0.txt", [*DOCUMENTS[0].text.split("\n\n")[:3], "This part is new. It replaces one."])
    put(library, changed)
    library.remove("1.txt")
    assert_nearest(library, "record")
    report = library.sync_vectors(MODEL)
    assert (report.added, report.removed, report.rebuilt) == (1, 5, False)
    assert_nearest(library, "chroma")
    library.prune(MODEL)
    assert_nearest(library, "chroma")


def test_what_chroma_holds_survives_a_restart(folder: Path) -> None:
    with Library.open(folder) as library:
        stock(library)
        library.sync_vectors(MODEL)
    with Library.open(folder) as library:
        assert library.sync_vectors(MODEL).added == 0
        assert_nearest(library, "chroma")


def test_changes_that_leave_the_passages_alone_leave_chroma_in_step(library: Library, tmp_path: Path) -> None:
    stock(library)
    library.sync_vectors(MODEL)
    generation = library.generation()
    library.remember_corpus(tmp_path / "elsewhere")
    assert library.generation() > generation
    assert_nearest(library, "chroma")


def test_passages_with_the_same_words_are_one_row_and_all_are_found(library: Library) -> None:
    for number in range(3):
        text = ["The same words. Everywhere.", f"And text {number}. It differs."]
        put(library, make_document(f"{number}.txt", text, title="One title"))
    assert library.sync_vectors(MODEL).added == 4
    assert_nearest(library, "chroma")


def test_models_are_never_mixed(library: Library, folder: Path) -> None:
    stock(library)
    library.sync_vectors(MODEL)
    (before,) = collections(folder)
    assert library.nearest("model-b", vector_of("x"), 5).hits == ()
    missing = library.missing_vectors("model-b")
    assert len(missing) == 24
    titles = {document.id: document for document in DOCUMENTS}
    for passage in library.passages([each.rowid for each in missing]):
        document = titles[passage.document_id]
        library.put_vectors("model-b", make_vectors(document, [passage], "model-b", dimension=5))
    assert library.missing_vectors("model-b") == []
    report = library.sync_vectors("model-b")
    assert (report.in_step, report.added) == (True, 24)
    (after,) = collections(folder)
    assert before != after
    assert library.nearest("model-b", vector_of("x", dimension=5), 5).answered_by == "chroma"
    assert_nearest(library, "record")
    assert library.prune("model-b") == 24
    assert library.nearest(MODEL, vector_of("x"), 5).hits == ()
    with pytest.raises(ValueError, match="shape"):
        library.nearest("model-b", vector_of("x"), 5)


def test_a_model_taken_up_after_pruning_does_not_see_the_former_ones_vectors(library: Library) -> None:
    stock(library)
    library.nearest(MODEL, vector_of("x"), 5)
    library.prune("model-b")
    for document in DOCUMENTS:
        library.put_vectors("model-b", make_vectors(document, make_passages(document), "model-b"))
    assert_nearest(library, "record", "model-b")


def test_questions_that_cannot_be_asked(library: Library) -> None:
    stock(library)
    library.sync_vectors(MODEL)
    for broken in (np.zeros(DIMENSION, np.float32), np.full(DIMENSION, np.nan, np.float32)):
        with pytest.raises(EmbeddingError):
            library.nearest(MODEL, broken, 5)
    assert library.nearest(MODEL, vector_of("x"), 0).hits == ()
    assert len(library.nearest(MODEL, vector_of("x"), 1000).hits) == 24
    twice = library.nearest(MODEL, 2 * vector_of("x"), 5)
    assert twice.hits == library.nearest(MODEL, vector_of("x"), 5).hits


def test_an_empty_library_is_in_step_with_nothing(library: Library) -> None:
    assert not library.sync_vectors(MODEL).in_step
    assert library.nearest(MODEL, vector_of("x"), 5).hits == ()
    stock(library, DOCUMENTS[:1])
    library.remove("0.txt")
    assert library.sync_vectors(MODEL).in_step
    assert library.nearest(MODEL, vector_of("x"), 5).hits == ()


def test_the_record_answers_where_chroma_was_deleted_and_it_is_made_again(folder: Path) -> None:
    with Library.open(folder) as library:
        stock(library)
        library.sync_vectors(MODEL)
    shutil.rmtree(folder / CHROMA_FOLDER)
    with Library.open(folder) as library:
        assert_nearest(library, "record")
        assert library.sync_vectors(MODEL).added == 24
        assert_nearest(library, "chroma")


def test_where_chroma_cannot_be_written_the_record_answers(folder: Path) -> None:
    folder.mkdir()
    (folder / CHROMA_FOLDER).write_text("a file where a folder should be")
    with Library.open(folder) as library:
        stock(library)
        report = library.sync_vectors(MODEL)
        assert not report.in_step
        assert report.problem
        assert_nearest(library, "record")


def test_rows_with_other_vectors_are_noticed_and_made_again(library: Library, folder: Path) -> None:
    stock(library)
    library.sync_vectors(MODEL)
    shared = ChromaFolder.shared((folder / CHROMA_FOLDER).resolve())
    (collection,) = shared.client().list_collections()
    ids = collection.get(include=[])["ids"]
    collection.update(ids, embeddings=np.stack([vector_of(f"wrong {one}") for one in ids]))
    assert "not those of the record" in library.nearest(MODEL, vector_of("x"), 3).reason
    assert_nearest(library, "record")
    report = library.sync_vectors(MODEL)
    assert (report.in_step, report.rebuilt, report.added) == (True, True, 24)
    shared.leave()
    assert_nearest(library, "chroma")


def test_a_thorough_look_finds_other_vectors_without_a_question(library: Library, folder: Path) -> None:
    stock(library)
    library.sync_vectors(MODEL)
    shared = ChromaFolder.shared((folder / CHROMA_FOLDER).resolve())
    (collection,) = shared.client().list_collections()
    one = collection.get(include=[])["ids"][3]
    collection.update([one], embeddings=vector_of("wrong")[None, :])
    shared.leave()
    assert library.sync_vectors(MODEL, thorough=True).rebuilt
    assert_nearest(library, "chroma")


def test_two_libraries_of_one_process_share_the_folder(library: Library, folder: Path) -> None:
    stock(library, DOCUMENTS[:3])
    library.sync_vectors(MODEL)
    with Library.open(folder) as other:
        assert_nearest(other, "chroma")
        put(library, DOCUMENTS[3])
        library.sync_vectors(MODEL)
        assert_nearest(other, "chroma")
        assert_nearest(library, "chroma")
    assert_nearest(library, "chroma")


def test_a_copy_of_another_library_is_not_believed(folder: Path, tmp_path: Path) -> None:
    with Library.open(folder) as library, Library.open(tmp_path / "other") as other:
        stock(library, DOCUMENTS[:2])
        stock(other, DOCUMENTS[2:4])
        library.sync_vectors(MODEL)
        other.sync_vectors(MODEL)
    shutil.rmtree(folder / CHROMA_FOLDER)
    shutil.copytree(tmp_path / "other" / CHROMA_FOLDER, folder / CHROMA_FOLDER)
    with Library.open(folder) as library:
        assert_nearest(library, "record")
        report = library.sync_vectors(MODEL)
        assert (report.in_step, report.added) == (True, 8)
        assert_nearest(library, "chroma")


LARGE = [
    make_document(f"large {number}.txt", [f"Paragraph {number * 200 + part}. It ends." for part in range(200)])
    for number in range(6)
]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 1,200 passages: enough that Chroma writes its index to files."""
    folder = tmp_path_factory.mktemp("large") / "data"
    with Library.open(folder) as library:
        stock(library, LARGE)
        assert library.sync_vectors(MODEL).in_step
    assert list((folder / CHROMA_FOLDER).glob("*/index_metadata.pickle"))
    return folder


def test_whole_files_of_chroma_are_believed(large: Path, folder: Path) -> None:
    shutil.copytree(large, folder)
    with Library.open(folder) as library:
        assert_nearest(library, "chroma")


@pytest.mark.parametrize("seed", range(6))
def test_damaged_files_of_chroma_are_noticed_and_made_again(large: Path, folder: Path, seed: int) -> None:
    shutil.copytree(large, folder)
    damage(random.Random(seed), folder / CHROMA_FOLDER)
    with Library.open(folder) as library:
        expected = library.nearest(MODEL, vector_of("x"), 20)
        report = library.sync_vectors(MODEL, thorough=True)
        assert report.in_step
        found = library.nearest(MODEL, vector_of("x"), 20)
        assert found.answered_by == "chroma"
        assert found.hits == expected.hits
        assert_nearest(library, "chroma")


def damage(chance: random.Random, folder: Path) -> None:
    """Spoil one of the files, as a failing disk or a full one would."""
    path = chance.choice(sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size))
    content = bytearray(path.read_bytes())
    match chance.choice(("flip", "cut", "garble")):
        case "flip":
            for _ in range(20):
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        case "cut":
            del content[chance.randrange(len(content)) :]
        case "garble":
            start = chance.randrange(len(content))
            content[start : start + 2000] = chance.randbytes(len(content[start : start + 2000]))
    path.write_bytes(bytes(content))


def test_chroma_takes_no_settings_from_the_working_folder(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("chroma_server_http_port=not a number\n")
    monkeypatch.chdir(tmp_path)
    stock(library, DOCUMENTS[:1])
    assert library.sync_vectors(MODEL).in_step


def test_a_writer_at_work_is_not_waited_for(library: Library, folder: Path) -> None:
    stock(library)
    with Library.open(folder) as other, other.writing():
        report = library.sync_vectors(MODEL)
        assert not report.in_step
        assert "Another indexing run" in report.problem
        assert_nearest(library, "record")
