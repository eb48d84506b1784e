"""Several processes on one library, and the lock between those that write."""

from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path

import pytest

from assistant.errors import LibraryError
from assistant.library.lock import WriterLock
from assistant.library.store import LOCK_FILE, Library
from tests.library import killed_worker
from tests.library.library_samples import MODEL, assert_nearest, assert_whole, make_document, put


def test_a_reader_sees_what_another_process_wrote(library: Library, folder: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.library.killed_worker", "chromadb", "langchain_chroma"])
    put(library, make_document("mine.txt", ["Written here. It ends.", "And more. It ends."]))
    library.sync_vectors(MODEL)
    assert_nearest(library, "chroma")
    process = context.Process(target=killed_worker.write_then_wait, args=(folder, tmp_path / "go"))
    process.start()
    for number in range(1, 4):
        generation = library.generation()
        (tmp_path / f"go.{number}").touch()
        while not (tmp_path / f"done.{number}").exists():
            # Whatever the other process is at, questions are answered, and rightly.
            hits = library.nearest(MODEL, killed_worker.QUESTION, 50).hits
            assert len(hits) in (1 + number, 2 + number)
            time.sleep(0.01)
        assert library.generation() > generation
        assert_nearest(library, "chroma")
        assert_whole(library)
    process.join()
    assert process.exitcode == 0


def test_a_copy_made_anew_by_another_library_is_taken_up(library: Library, folder: Path) -> None:
    put(library, make_document("mine.txt", ["Written here. It ends."]))
    library.sync_vectors(MODEL)
    assert_nearest(library, "chroma")
    with Library.open(folder) as other:
        put(other, make_document("other.txt", ["Written there. It ends."]))
        assert_nearest(library, "record")
        other.sync_vectors(MODEL)
    assert_nearest(library, "chroma")


def test_one_writer_at_a_time(library: Library, folder: Path) -> None:
    document = make_document("a.txt", ["A text. It ends."])
    with Library.open(folder) as other:
        with other.writing():
            with pytest.raises(LibraryError, match="Another indexing run is at work"):
                put(library, document)
            assert library.documents() == []
            put(other, document)
        put(library, document, "copy.txt")
    assert len(library.files()) == 2


def test_a_writer_can_wait(library: Library, folder: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with Library.open(folder) as other, other.writing():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(10)
    threading.Timer(0.2, leave.set).start()
    with library.writing(wait=10):
        assert leave.is_set()
    thread.join()


def test_threads_of_one_library_are_writers_too(library: Library) -> None:
    refused = threading.Event()

    def write() -> None:
        try:
            library.remove("x")
        except LibraryError:
            refused.set()

    with library.writing(), library.writing():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        library.remove("x")
    assert refused.is_set()


def test_a_writer_that_was_cut_off_leaves_word(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / LOCK_FILE)
    assert not lock.abandoned()
    with lock.hold():
        assert not WriterLock(tmp_path / LOCK_FILE).abandoned()
    assert not lock.abandoned()
    with pytest.raises(ZeroDivisionError), lock.hold():
        _ = 1 / 0
    assert not lock.abandoned()
    (tmp_path / LOCK_FILE).write_text("writing\n")
    assert lock.abandoned()
    with lock.hold():
        pass
    assert not lock.abandoned()
