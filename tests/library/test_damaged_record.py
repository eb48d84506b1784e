from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import LibraryError
from assistant.library.database import DATABASE_FILE
from assistant.library.passages import match_any
from assistant.library.store import LOCK_FILE, Library
from tests.library.library_samples import MODEL, assert_nearest, assert_whole, make_document, put, vector_of

DOCUMENTS = [
    make_document(f"{number}.txt", [f"Document {number} has goals {part}. It ends." for part in range(30)])
    for number in range(8)
]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked") / "data"
    with Library.open(folder) as library:
        for document in DOCUMENTS:
            put(library, document)
    return folder


def flip(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 5, 50))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def garble(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    content[start : start + 9000] = chance.randbytes(len(content[start : start + 9000]))


@pytest.mark.parametrize("spoil", [flip, cut, garble])
def test_damage_is_an_error_or_harmless_and_never_a_wrong_text(
    stocked: Path, tmp_path: Path, spoil: Callable[[bytearray, random.Random], None]
) -> None:
    texts = {document.id: document for document in DOCUMENTS}
    noticed: list[str] = []
    for seed in range(40):
        folder = tmp_path / str(seed)
        shutil.copytree(stocked, folder, ignore=shutil.ignore_patterns("chroma*"))
        path = folder / DATABASE_FILE
        content = bytearray(path.read_bytes())
        spoil(content, random.Random(seed))
        path.write_bytes(bytes(content))
        try:
            with Library.open(folder) as library:
                for rowid, _ in library.keyword(match_any(["goals"]), 1000):
                    for passage in library.passages([rowid]):
                        assert passage.span.of(texts[passage.document_id].text) == passage.text
                for identifier, document in texts.items():
                    # One that is no longer found is an error; one that is found is the right one.
                    assert library.document(identifier, runs=True) == document
                library.nearest(MODEL, vector_of("x"), 10)
        except LibraryError as error:
            noticed.append(str(error))
    assert len(noticed) > 5
    for message in noticed:
        assert any(words in message for words in ("is damaged", "something else", "does not have this document")), (
            message
        )


def test_a_damaged_file_says_what_is_kept_and_what_to_do(stocked: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(stocked, folder)
    (folder / DATABASE_FILE).write_bytes(b"not a database" * 1000)
    with pytest.raises(LibraryError) as caught:
        Library.open(folder)
    assert "damaged" in caught.value.what
    assert "documents are not affected" in caught.value.kept
    assert "Delete that folder and index again" in caught.value.next_step


def test_a_run_that_was_cut_off_has_the_record_checked(stocked: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(stocked, folder)
    path = folder / DATABASE_FILE
    content = bytearray(path.read_bytes())
    # The last page, which nothing that opening does would read.
    content[-8192:] = bytes(range(256)) * 32
    path.write_bytes(bytes(content))
    Library.open(folder).close()
    (folder / LOCK_FILE).write_text("writing\n")
    with pytest.raises(LibraryError, match="damaged"):
        Library.open(folder)


def test_a_keyword_index_that_disagrees_is_made_anew(stocked: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(stocked, folder)
    with sqlite3.connect(folder / DATABASE_FILE) as connection:
        connection.execute("INSERT INTO passages_fts (passages_fts) VALUES ('delete-all')")
    connection.close()
    with Library.open(folder) as library:
        assert library.keyword(match_any(["goals"]), 500) == []
        library.check()
        assert len(library.keyword(match_any(["goals"]), 500)) == 240


def test_a_record_that_is_gone_is_an_empty_library(stocked: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(stocked, folder)
    with Library.open(folder) as library:
        library.sync_vectors(MODEL)
    (folder / DATABASE_FILE).unlink()
    with Library.open(folder) as library:
        assert library.documents() == []
        assert library.nearest(MODEL, vector_of("x"), 5).hits == ()
        put(library, DOCUMENTS[0])
        assert_nearest(library, "record")
        assert library.sync_vectors(MODEL).rebuilt
        assert_nearest(library, "chroma")
        assert_whole(library)
