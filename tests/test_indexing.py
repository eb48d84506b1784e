"""Indexing runs: only what changed is done, what cannot be read is said, and a run that is cut off costs nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.app import Assistant
from assistant.embedding.base import Embedder, PassageEmbedding, PassageInput
from assistant.errors import LibraryError
from assistant.indexing import IndexProgress, context_of, index_folder
from assistant.library.store import Library
from assistant.reading.worker import Reader
from assistant.records import AnswerStatus, IndexReport, to_json
from tests.assistant_samples import (
    FILES,
    CountingEmbedder,
    command,
    open_assistant,
    process_environment,
    run_assistant,
    write_corpus,
)


@dataclass(frozen=True)
class Bench:
    """A folder of documents, the library of it, and an embedder that counts."""

    corpus: Path
    library: Library
    reader: Reader
    embedder: CountingEmbedder

    def run(self) -> tuple[IndexReport, int]:
        """Index and return the report and how many passages were embedded."""
        before = len(self.embedder.passages)
        report = index_folder(self.corpus, self.library, self.reader, self.embedder)
        embedded = len(self.embedder.passages) - before
        assert report.embedded == embedded
        return report, embedded

    def titles(self) -> dict[str, str]:
        return {one.source: one.title for one in self.library.documents()}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def bench(tmp_path: Path, reader: Reader, built_in: Assistant) -> Iterator[Bench]:
    with Library.open(tmp_path / "data") as library:
        yield Bench(write_corpus(tmp_path / "corpus"), library, reader, CountingEmbedder(built_in.embedder))


def test_the_first_run_takes_everything_and_the_second_does_nothing(bench: Bench) -> None:
    first, embedded = bench.run()
    assert set(first.added) == set(FILES)
    assert (first.changed, first.removed, first.unchanged, first.problems) == ((), (), (), ())
    assert first.documents == len(FILES)
    assert first.passages == embedded == bench.library.passage_count() > 0
    second, embedded = bench.run()
    assert (set(second.unchanged), embedded) == (set(FILES), 0)
    assert (second.added, second.changed, second.removed, second.notes) == ((), (), (), ())
    assert (second.documents, second.passages) == (first.documents, first.passages)


def test_a_new_date_on_the_same_bytes_is_no_change(bench: Bench) -> None:
    bench.run()
    os.utime(bench.corpus / "plan.md", (1, 1))
    report, embedded = bench.run()
    assert (set(report.unchanged), embedded) == (set(FILES), 0)


def test_changed_and_removed_files(bench: Bench) -> None:
    bench.run()
    (bench.corpus / "plan.md").write_text("# School plan\n\nThe council now writes the goals in autumn.\n")
    (bench.corpus / "volunteers.html").unlink()
    report, embedded = bench.run()
    assert (report.changed, report.removed) == (("plan.md",), ("volunteers.html",))
    assert report.unchanged == ("law/meeting.txt",)
    assert embedded == 1
    texts = [bench.library.document(one.id).text for one in bench.library.documents()]
    assert len(texts) == report.documents == 2
    assert "autumn" in "".join(texts)
    assert "spring" not in "".join(texts)


def test_a_renamed_file_costs_no_embedding(bench: Bench) -> None:
    write_corpus(bench.corpus, {"sources.toml": '["plan.md"]\ntitle = "Plan"\n["new/plan.md"]\ntitle = "Plan"\n'})
    bench.run()
    (bench.corpus / "new").mkdir()
    (bench.corpus / "plan.md").rename(bench.corpus / "new" / "plan.md")
    report, embedded = bench.run()
    assert (report.added, report.removed, embedded) == (("new/plan.md",), ("plan.md",), 0)
    assert set(bench.titles()) == {"new/plan.md", "law/meeting.txt", "volunteers.html"}


def test_a_copy_shares_its_entry_and_outlives_the_original(bench: Bench) -> None:
    write_corpus(bench.corpus, {"z/copy.md": FILES["plan.md"]})
    report, _ = bench.run()
    assert set(report.added) == {*FILES, "z/copy.md"}
    assert report.documents == len(FILES)
    assert any("z/copy.md" in note and "same content" in note for note in report.notes)
    again, embedded = bench.run()
    assert (len(again.unchanged), embedded) == (len(FILES) + 1, 0)
    (bench.corpus / "plan.md").unlink()
    report, _ = bench.run()
    assert report.removed == ("plan.md",)
    assert report.documents == len(FILES)
    assert "z/copy.md" in bench.titles()
    hits = bench.library.keyword("council", 5)
    assert len(hits) == 1


def test_an_edited_entry_of_the_sources_is_taken_up(bench: Bench) -> None:
    entries = '["plan.md"]\ntitle = "The plan"\nyear = 2020\n["law/meeting.txt"]\ntitle = "The meeting"\n'
    write_corpus(bench.corpus, {"sources.toml": entries})
    bench.run()
    assert bench.titles()["plan.md"] == "The plan"
    write_corpus(bench.corpus, {"sources.toml": entries.replace("2020", "2021")})
    report, embedded = bench.run()
    assert (report.changed, embedded) == (("plan.md",), 0)
    assert {one.year for one in bench.library.documents() if one.source == "plan.md"} == {2021}
    write_corpus(bench.corpus, {"sources.toml": entries.replace("The plan", "Our plan")})
    report, embedded = bench.run()
    # A title is part of what the model reads of a passage.
    assert (report.changed, embedded) == (("plan.md",), 1)
    assert bench.titles()["plan.md"] == "Our plan"


def test_files_that_cannot_be_read_are_said_and_the_others_go_in(bench: Bench) -> None:
    (bench.corpus / "damaged.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog")
    (bench.corpus / "empty.docx").touch()
    (bench.corpus / "noise.txt").write_bytes(bytes(range(256)) * 20)
    report, _ = bench.run()
    assert set(report.added) == set(FILES)
    assert {problem.source for problem in report.problems} == {"damaged.pdf", "empty.docx", "noise.txt"}
    for problem in report.problems:
        assert len(problem.reason) > 15
        assert len(problem.next_step) > 15
        assert "Traceback" not in problem.reason
    again, embedded = bench.run()
    # Said again as long as they are there, without being read again.
    assert {problem.source for problem in again.problems} == {problem.source for problem in report.problems}
    assert embedded == 0
    (bench.corpus / "empty.docx").unlink()
    (bench.corpus / "noise.txt").write_text("The noise ends at ten.")
    third, embedded = bench.run()
    assert (third.added, third.removed, embedded) == (("noise.txt",), ("empty.docx",), 1)
    assert [problem.source for problem in third.problems] == ["damaged.pdf"]


def test_a_file_that_became_unreadable_is_taken_out(bench: Bench) -> None:
    bench.run()
    (bench.corpus / "plan.md").write_bytes(b"")
    report, _ = bench.run()
    assert [problem.source for problem in report.problems] == ["plan.md"]
    assert "plan.md" not in bench.titles()
    assert report.documents == len(FILES) - 1


def test_the_report_is_plain_json(bench: Bench) -> None:
    (bench.corpus / "empty.pdf").touch()
    report, _ = bench.run()
    value = json.loads(json.dumps(to_json(report)))
    assert set(value["added"]) == set(FILES)
    assert value["problems"][0].keys() == {"source", "reason", "next_step"}
    assert all(isinstance(value[name], int) for name in ("documents", "passages", "embedded"))
    assert value["seconds"] > 0


def test_no_passage_exceeds_what_the_model_sees(built_in: Assistant) -> None:
    embedder = built_in.embedder
    passages = [
        (context_of(one.title, passage.heading_path, embedder), passage)
        for one in built_in.library.documents()
        for passage in built_in.library.document_passages(one.id).values()
    ]
    assert len(passages) == built_in.library.passage_count()
    counts = embedder.count_tokens([f"{context}\n{passage.text}" for context, passage in passages])
    assert max(counts) + 2 <= embedder.maximum_tokens
    # Each says what it is about before it begins: no title or heading here is too long for that.
    assert all(context for context, _ in passages)


def test_the_context_of_a_passage_is_cut_from_the_outside_in(built_in: Assistant) -> None:
    def cut(title: str, *headings: str) -> str:
        return context_of(title, headings, built_in.embedder)

    assert cut("Plan") == "Plan"
    assert cut("Plan", "Goals", "Goal 2") == "Plan: Goals: Goal 2"
    assert cut("Plan", "Plan", "Goals") == "Plan: Goals"
    long = "a very long heading that goes on and on about the involvement of families in schools"
    assert cut("Plan", *[long] * 6, "Goal 2").endswith(f"{long}: Goal 2")
    assert cut("Plan", long * 20, "Goal 2") == "Plan: Goal 2"
    assert cut("Plan", *[long] * 6).startswith("Plan: ")
    assert cut(long * 20, "Goals", "Goal 2") == "Goals: Goal 2"
    assert cut(long * 20, long * 20) == ""


def test_a_folder_that_is_not_there_leaves_the_index_as_it_was(bench: Bench) -> None:
    bench.run()
    with pytest.raises(LibraryError, match="--corpus"):
        index_folder(bench.corpus / "nowhere", bench.library, bench.reader, bench.embedder)
    assert len(bench.titles()) == len(FILES)


class FailingEmbedder(CountingEmbedder):
    """Fails at the second document."""

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        if self.passages:
            raise LibraryError("The power is off.", next_step="Put it on.")
        return super().embed_passages(passages)


def test_a_run_that_fails_keeps_what_it_had_finished(bench: Bench, built_in: Assistant) -> None:
    with pytest.raises(LibraryError, match="power"):
        index_folder(bench.corpus, bench.library, bench.reader, FailingEmbedder(built_in.embedder))
    assert len(bench.titles()) == 1
    report, embedded = bench.run()
    assert (len(report.unchanged), len(report.added), embedded) == (1, 2, 2)


def test_progress_is_told_file_by_file(bench: Bench) -> None:
    steps: list[IndexProgress] = []
    index_folder(bench.corpus, bench.library, bench.reader, bench.embedder, steps.append)
    assert [step.source for step in steps if step.stage == "reading"] == sorted(FILES)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert all(0 <= step.done <= step.total for step in steps)


def test_an_open_assistant_sees_what_another_process_indexed(tmp_path: Path, built_in: Assistant) -> None:
    corpus, data = write_corpus(tmp_path / "corpus"), tmp_path / "data"
    question = "Where are the lost umbrellas kept?"
    with open_assistant(corpus, data) as assistant:
        assistant.index()
        assert assistant.ask(question).status is AnswerStatus.NOT_FOUND
        (corpus / "office.md").write_text("# Office\n\nLost umbrellas are kept in the blue box at the front office.\n")
        done = run_assistant("index", "--corpus", corpus, "--data", data, "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["added"] == ["office.md"]
        answer = assistant.ask(question)
        assert "Lost umbrellas are kept in the blue box at the front office." in [one.quote for one in answer.citations]
        assert answer.searched == len(FILES) + 1
        assert assistant.library.vectors_in_step(assistant.embedder.fingerprint)


def many_files() -> dict[str, str]:
    chance = random.Random(3)
    words = "goal plan school family council meeting notice policy parent teacher review budget letter language".split()
    return {
        f"{number:02}.md": "\n\n".join(
            f"## Part {part}\n\n" + " ".join(f"The {' '.join(chance.choices(words, k=9))} is here." for _ in range(8))
            for part in range(5)
        )
        for number in range(9)
    }


def test_a_killed_run_leaves_a_library_that_the_next_run_completes(tmp_path: Path, built_in: Assistant) -> None:
    corpus, data = write_corpus(tmp_path / "corpus", many_files()), tmp_path / "data"
    chance = random.Random(11)
    arguments = command("index", "--corpus", corpus, "--data", data)
    held: list[int] = []
    for _ in range(3):
        process = subprocess.Popen(
            arguments, env=process_environment(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        lock = data / "index.lock"
        while process.poll() is None and not (lock.exists() and lock.stat().st_size):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait()
        with Library.open(data) as library:
            # Whole documents only, each with the vectors of all its passages.
            held.append(len(library.documents()))
            assert library.missing_vectors(built_in.embedder.fingerprint) == []
            for one in library.documents():
                assert library.document(one.id).text
                assert one.passages == len(library.document_passages(one.id)) > 0
    assert held == sorted(held)
    with open_assistant(corpus, data) as assistant:
        report = assistant.index()
        assert report.problems == ()
        assert len(report.added) + len(report.unchanged) == report.documents == 9
        assert len(report.unchanged) == held[-1]
        fingerprint = assistant.embedder.fingerprint
        assert assistant.library.vectors_in_step(fingerprint)
        assert_same_search(assistant, built_in.embedder, tmp_path / "fresh")


def assert_same_search(assistant: Assistant, embedder: Embedder, fresh: Path) -> None:
    """The library is what a run that nobody disturbed makes of the same files."""
    with open_assistant(assistant.settings.corpus, fresh) as other:
        other.index()
        vector = embedder.query_vector("Which budget does the council review?")
        found = []
        for one in (assistant, other):
            nearest = one.library.nearest(embedder.fingerprint, vector, 10)
            assert nearest.answered_by == "chroma"
            found.append([passage.id for passage in one.library.passages([row for row, _ in nearest.hits])])
        assert found[0] == found[1]
