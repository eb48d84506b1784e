"""``assistant eval`` as staff and a district's own builds use it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.common import Parsers
from assistant.cli.evaluate import add_evaluate
from assistant.errors import UsageError
from assistant.evaluation.baselines import baseline_path, read_baseline
from assistant.evaluation.cases.files import read_set
from assistant.evaluation.compare import compare, side_of
from assistant.evaluation.runs.folder import list_runs, load_run
from assistant.settings import Settings, load_settings
from tests.assistant_samples import open_assistant, write_corpus

SET = """\
id,question,expect,must_include,source_document,source_quote,category
goals,Who writes the goals of the plan each spring?,answer,*site council,plan.md,The site council writes the goals,plan
meeting,Who is invited to the annual meeting?,answer,*all parents,law/meeting.txt,,meeting
moon,How far away is Jupiter from the moon in light years?,abstain,,,,off the subject
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small corpus, an index of it, and a set beside it, as the program ships."""
    folder = tmp_path_factory.mktemp("home")
    with open_assistant(write_corpus(folder / "corpus"), folder / "data") as assistant:
        assistant.index()
    (folder / "eval").mkdir()
    (folder / "eval" / "small.csv").write_text(SET, encoding="utf-8")
    (folder / "eval" / "small-locked.csv").write_text(SET, encoding="utf-8")
    return folder


def settings_of(home: Path, **changes: Any) -> Settings:
    return load_settings({"corpus": home / "corpus", "data": home / "data", **changes}, {})


def command(home: Path, *arguments: str, **changes: Any) -> int:
    """Run ``assistant eval`` with these arguments and return the exit status."""
    parser = argparse.ArgumentParser()
    empty = argparse.ArgumentParser(add_help=False)
    add_evaluate(Parsers(parser.add_subparsers(), empty, empty))
    options = parser.parse_args(["eval", *arguments])
    status: int = options.run(settings_of(home, **changes), options)
    return status


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def last_run(home: Path) -> str:
    return list_runs(home / "data")[-1].id


def test_a_set_is_run_reported_and_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(home, "run", "small", "--repeat", "2", "--json") == 0
    report = printed(capsys)
    assert (report["cases"], report["repeats"], report["gates_hold"], report["failed"]) == (3, 2, True, 0)
    assert command(home, "report", "last") == 0
    captured = capsys.readouterr()
    assert "Vital facts said" in captured.out
    assert captured.err == ""
    assert command(home, "list", "--json") == 0
    listed = printed(capsys)
    assert [one["name"] for one in listed["sets"]] == ["small", "small-locked"]
    assert report["run_id"] in [one["id"] for one in listed["runs"]]
    assert command(home, "run", "small", "--limit", "1", "--json") == 0
    capsys.readouterr()
    assert command(home, "list") == 0
    listing = capsys.readouterr().out
    assert "small-locked: 3 questions, locked" in listing
    assert listing.rstrip().endswith("changed since the run before: the questions")


def test_only_some_questions_and_a_run_that_goes_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(home, "run", str(home / "eval" / "small.csv"), "--limit", "2", "--json") == 0
    assert printed(capsys)["cases"] == 2
    results = home / "data" / "evaluation" / "runs" / last_run(home) / "results.jsonl"
    results.write_bytes(results.read_bytes().splitlines(keepends=True)[0])
    assert command(home, "run", "--resume", "last", "--json") == 0
    report = printed(capsys)
    assert (report["cases"], report["finished"]) == (2, True)


def test_two_runs_are_compared_and_the_gate_closes_on_a_regression(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        command(home, "run", "small")
    first, second = [one.id for one in list_runs(home / "data")][-2:]
    capsys.readouterr()
    assert command(home, "compare", first, second, "--gate", "--json") == 0
    found = printed(capsys)
    assert (found["shared"], found["regressions"], found["counts"]["broken"]) == (3, [], 0)
    assert {one["words"] for one in found["headlines"]} == {"no difference"}
    # What was right in every answer is refused in the second run.
    path = home / "data" / "evaluation" / "runs" / second / "results.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["answer"] |= {"status": "not_found", "sentences": [], "citations": []}
        row |= {"cited": [], "supports": []}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert command(home, "compare", first, second) == 0
    assert "Broken: 2" in capsys.readouterr().out
    assert command(home, "compare", first, second, "--gate") == 1
    capsys.readouterr()


def test_of_a_locked_set_no_question_is_printed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(home, "run", "small-locked", answer_sentences=1) == 0
    printed_text = capsys.readouterr().out
    assert "only totals are shown" in printed_text
    assert "Jupiter" not in printed_text


def test_a_set_is_checked_row_by_row(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(home, "check", "small") == 0
    assert "3 questions, 0 errors" in capsys.readouterr().out
    path = tmp_path / "mine.csv"
    path.write_text("question,expect,source_document\nWho?,answer,plans.md\n,answer,\n", encoding="utf-8")
    assert command(home, "check", str(path)) == 1
    words = capsys.readouterr().out
    assert "row 2, source_document: error" in words
    assert "Did you mean plan.md?" in words
    assert "row 3, question: error: There is no question in this row." in words
    assert command(home, "check", str(path), "--json") == 1
    assert {one["row"] for one in printed(capsys)["problems"]} >= {2, 3}
    # What can be asked is asked, and what is left out is told.
    assert command(home, "run", str(path), "--json") == 0
    assert "row 3 is left out" in capsys.readouterr().err


def test_a_baseline_is_written_and_compared_with(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "eval" / "small.csv"
    assert command(home, "baseline", "--json") == 0
    assert printed(capsys) == {"written": [str(baseline_path(path))]}
    assert json.loads(baseline_path(path).read_text(encoding="utf-8"))["cases"][0]["id"] == "goals"
    command(home, "run", "small")
    run = load_run(home / "data", "last")
    found = compare(read_baseline(baseline_path(path), read_set(path).set.cases), side_of(run))
    assert (found.shared, found.regressions, found.counts) == (
        3,
        (),
        {"broken": 0, "fixed": 0, "still failing": 0},
    )
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "Name a set to run"),
        (["run", "smal"], "Did you mean small"),
        (["run", "small", "--resume", "last"], "Name a set to run"),
        (["run", "small", "--repeat", "0"], "at least once"),
        (["run", "small", "--limit", "0"], "no questions"),
        (["run", "small", "--model", "nonsense"], "nonsense is not a model"),
        (["report", "nothing"], "There is no run nothing"),
        (["judge", "nothing"], "There is no run nothing"),
        (["check", "nothing.csv"], "There is no set"),
    ],
)
def test_wrong_use_is_told_in_words(home: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        command(home, *arguments)


def test_a_judge_needs_a_model(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    command(home, "run", "small", "--limit", "1")
    capsys.readouterr()
    monkeypatch.chdir(home)  # the claims that ship are found from anywhere
    with pytest.raises(UsageError, match="No language model is set to judge"):
        command(home, "judge", "last")
