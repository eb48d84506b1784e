"""Reading a retrieval set: what BEIR's files may look like, and errors that name file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.evaluation.benchmarks.beir_set import load_retrieval_set
from tests.evaluation.benchmarks.retrieval_samples import write_set


def test_a_set_is_read_whole(tmp_path: Path) -> None:
    read = load_retrieval_set(write_set(tmp_path / "pets"))
    assert read.name == "pets"
    assert [row.id for row in read.rows] == ["c1", "c2", "c3", "c4", "c5", "c6"]
    assert read.rows[1].title == "Cats"
    assert [(one.answerable, one.scope) for one in read.queries][1:3] == [(True, "Cats"), (False, None)]
    assert read.relevant == {"q1": {"c5": 1}, "q2": {"c2": 1}, "q4": {"c3": 2, "c4": 0}}


def test_what_a_set_may_leave_out(tmp_path: Path) -> None:
    """Titles, answerable, scope, a header; ids that are numbers; judgements where BEIR's archives have them."""
    folder = tmp_path / "bare"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text('{"_id": 7, "text": "x"}\n\n{"_id": "8", "title": null, "text": "y"}')
    (folder / "queries.jsonl").write_text('{"_id": 1, "text": "z", "metadata": {}}')
    (folder / "qrels" / "test.tsv").write_text("1\t7\t1\n")
    read = load_retrieval_set(folder)
    assert [(row.id, row.title) for row in read.rows] == [("7", ""), ("8", "")]
    assert read.relevant == {"1": {"7": 1}}


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("corpus.jsonl", "{", "line 7: not JSON"),
        ("corpus.jsonl", "[1]", "line 7: not an object"),
        ("corpus.jsonl", '{"text": "no id"}', "line 7: _id is missing"),
        ("corpus.jsonl", '{"_id": "c1", "text": "again"}', "an _id twice"),
        ("queries.jsonl", '{"_id": "q9"}', "line 5: text is missing"),
        ("queries.jsonl", '{"_id": "q9", "text": "x", "answerable": "no"}', "line 5: answerable"),
        ("qrels.tsv", "q1\tc1", "line 6: not a query, a passage and a grade"),
    ],
)
def test_a_line_that_is_not_right_is_named(tmp_path: Path, name: str, line: str, says: str) -> None:
    path = write_set(tmp_path / "set") / name
    text = path.read_text()
    path.write_text(f"{text}{line}" if text.endswith("\n") else f"{text}\n{line}")
    with pytest.raises(UsageError, match=says) as caught:
        load_retrieval_set(tmp_path / "set")
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    (write_set(tmp_path / "set") / name).unlink()
    with pytest.raises(UsageError, match=f"{name} cannot be read"):
        load_retrieval_set(tmp_path / "set")


def test_an_empty_file_is_no_set(tmp_path: Path) -> None:
    (write_set(tmp_path / "set") / "queries.jsonl").write_text("")
    with pytest.raises(UsageError, match="is empty"):
        load_retrieval_set(tmp_path / "set")


def test_odd_characters_do_not_part_lines(tmp_path: Path) -> None:
    text = "before\u2028after\x85end"
    folder = write_set(tmp_path / "set", rows=[("c1", "", text)])
    (folder / "corpus.jsonl").write_text(json.dumps({"_id": "c1", "text": text}, ensure_ascii=False), encoding="utf-8")
    assert load_retrieval_set(folder).rows[0].text == text
