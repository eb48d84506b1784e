from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.context import BaseContext
from pathlib import Path

import pytest

from assistant.library.store import Library
from tests.library import killed_worker
from tests.library.library_samples import MODEL, assert_nearest, assert_whole


@pytest.fixture(scope="module")
def processes() -> BaseContext:
    """Processes that begin with the libraries loaded, and with none of the tests' open files."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.library.killed_worker", "chromadb", "langchain_chroma"])
    return context


def contents(library: Library) -> dict[str, object]:
    """Return what the library says of its files, without the numbers that depend on how often it was written."""
    documents = {summary.id: library.document(summary.id) for summary in library.documents()}
    return {each.file.source: (documents[each.document_id or ""], each.copy_of) for each in library.files()}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], int]:
    """What the library holds after the whole script, and how many steps that takes."""
    steps: list[str] = []
    with Library.open(tmp_path_factory.mktemp("whole") / "data", steps.append) as library:
        killed_worker.script(library, lambda _: None)
        return contents(library), len(steps)


def test_killed_at_every_step_the_next_start_is_consistent(
    tmp_path: Path, processes: BaseContext, finished: tuple[dict[str, object], int]
) -> None:
    expected, steps = finished
    assert steps > 30
    for step in range(steps):
        folder, log = tmp_path / f"data {step}", tmp_path / f"log {step}"
        log.touch()
        process = processes.Process(target=killed_worker.run, args=(folder, log, step))  # type: ignore[attr-defined]
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        with Library.open(folder) as library:
            noted = set(log.read_text().splitlines())
            sources = {each.file.source for each in library.files()}
            for number in range(3):
                acknowledged = f"put {number}.txt" in noted and not (number == 2 and "put changed" in noted)
                assert not acknowledged or f"{number}.txt" in sources
            # Only while they are embedded again passages have no vectors.
            if "removed" not in noted or "embedded again" in noted:
                assert_whole(library)
            if step % 3 == 0:
                killed_worker.script(library, lambda _: None)
                assert contents(library) == expected
                assert_whole(library)
            elif library.passage_count() and not library.missing_vectors(MODEL):
                assert library.sync_vectors(MODEL).in_step
                assert_nearest(library, "chroma")


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path, processes: BaseContext) -> None:
    chance = random.Random(5)
    folder, log = tmp_path / "data", tmp_path / "log"
    for _ in range(8):
        log.write_text("")
        process = processes.Process(target=killed_worker.run_endlessly, args=(folder, log))  # type: ignore[attr-defined]
        process.start()
        while not log.read_text():
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.6))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        with Library.open(folder) as library:
            assert_whole(library)
            last = dict(line.split() for line in log.read_text().splitlines())
            texts = {summary.source: library.document(summary.id).text for summary in library.documents()}
            # What was noted last was committed; one change more may have been, without being noted.
            differing = [
                source
                for source, number in last.items()
                if (source in texts) != (number != "0")
                or not texts.get(source, "").startswith(f"Round {number},"[: 99 * int(number)])
            ]
            assert len(differing) <= 1
            assert library.sync_vectors(MODEL).in_step
            # After hundreds of changes a row may have no path to it left in Chroma's graph: the record answers then.
            assert_nearest(library, None)
