"""The command ``doctor``: what is in order, what is not, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant_samples import FILES, write_corpus
from tests.cli.command import Command, one_object


@pytest.fixture
def in_order(run: Command) -> Iterator[Command]:
    yield run
    (run.corpus / "new.md").unlink(missing_ok=True)


def test_the_doctor_in_words_and_as_json(in_order: Command) -> None:
    status, output, errors = in_order("doctor")
    assert (status, errors) == (0, "")
    assert "PROBLEM" not in output
    status, output, _ = in_order("doctor", "--json")
    value = one_object(output)
    assert (status, value["well"]) == (0, True)
    findings = {one["name"]: one for one in value["findings"]}
    assert {one["state"] for one in value["findings"]} <= {"well", "warning", "problem"}
    assert f"{len(FILES)} documents" in findings["Index"]["found"]
    assert findings["Vectors"]["state"] == "well"
    assert {"Python", "Model weights", "Embedding model", "Corpus", "chromadb"} <= findings.keys()
    write_corpus(in_order.corpus, {"new.md": "# New\n\nNot read yet.\n"})
    status, output, _ = in_order("doctor", "--json")
    findings = {one["name"]: one for one in one_object(output)["findings"]}
    assert (status, findings["Corpus"]["state"]) == (0, "warning")
    assert findings["Corpus"]["next_step"] == "Run: assistant index"


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDING_MODEL", str(tmp_path / "nowhere"))
    status, output, _ = run.bare("doctor", "--corpus", tmp_path / "no corpus", "--data", tmp_path / "data")
    assert status == 1
    assert "PROBLEM  Corpus" in output
    assert "PROBLEM  Embedding model" in output
    assert "warning  Index" in output
    assert "-> Run: assistant index" in output


def test_the_doctor_says_that_the_index_is_damaged(fresh: Command) -> None:
    fresh.data.mkdir()
    (fresh.data / "library.sqlite3").write_bytes(b"this is no database" * 500)
    status, output, errors = fresh("doctor", "--json")
    assert (status, errors) == (1, "")
    problems = [one for one in one_object(output)["findings"] if one["state"] == "problem"]
    assert [one["name"] for one in problems] == ["Index"]
    assert problems[0]["next_step"]
