"""The command ``ask``: what it prints on a terminal, as JSON and for a file of questions."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.assistant_samples import FILES
from tests.cli.command import ANSWERABLE, UNANSWERABLE, Command, one_object


def test_an_answer_on_a_terminal_has_its_sources_below(run: Command) -> None:
    status, output, errors = run("ask", ANSWERABLE)
    assert (status, errors) == (0, "")
    assert "Volunteers are trained in September by the library staff.[1]" in output
    assert "\n[1] Volunteers" in output


def test_a_list_on_a_terminal_has_a_line_an_item_and_one_place_for_all(fresh: Command) -> None:
    compact = (
        "# Compact\n\n## What it says\n\nThe compact describes three duties:\n\n- teaching\n- reading\n- talking\n"
    )
    compact += "\n## Who writes it\n\nParents and teachers sign the duties of the compact.\n"
    (fresh.corpus / "compact.md").write_text(compact, encoding="utf-8")
    _, output, _ = fresh("ask", "Which duties does the compact describe, and who signs the duties of the compact?")
    duties = "\n• teaching[2]\n• reading[3]\n• talking[4]\n"
    assert f"The compact describes three duties:[1]{duties}Parents and teachers sign" in output
    assert "\n[1][2][3][4] Compact, What it says\n[5] Compact, Who writes it" in output


def test_an_answer_as_json_is_one_object(run: Command) -> None:
    status, output, errors = run("ask", ANSWERABLE, "--json")
    assert (status, errors) == (0, "")
    value = one_object(output)
    assert value["question"] == ANSWERABLE
    assert value["status"] in {"answered", "partial"}
    assert value["citations"][0]["source"] == "volunteers.html"


def test_not_found_is_an_answer_too(run: Command) -> None:
    status, output, errors = run("ask", UNANSWERABLE)
    assert (status, errors) == (0, "")
    assert output.startswith("The sources do not say.\nClosest passages")
    status, output, _ = run("ask", UNANSWERABLE, "--json")
    assert (status, one_object(output)["status"]) == (0, "not_found")


def test_a_file_of_questions_gives_a_line_for_each(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text(f"\ufeff{ANSWERABLE}\n\n  {UNANSWERABLE}  \nÑandú?\n", encoding="utf-8")
    status, output, errors = run("ask", "--file", file, "--json")
    assert (status, errors) == (0, "")
    values = [json.loads(line) for line in output.splitlines()]
    assert [value["question"] for value in values] == [ANSWERABLE, UNANSWERABLE, "Ñandú?"]
    status, output, _ = run("ask", "--file", file)
    assert [line for line in output.splitlines() if line.startswith("> ")] == [
        f"> {question}" for question in (ANSWERABLE, UNANSWERABLE, "Ñandú?")
    ]


def test_questions_from_standard_input(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{ANSWERABLE}\n{ANSWERABLE}\n"))
    status, output, _ = run("ask", "--file", "-", "--json")
    assert (status, len(output.splitlines())) == (0, 2)


def test_ask_indexes_first_where_nothing_is_indexed(fresh: Command) -> None:
    status, output, errors = fresh("ask", ANSWERABLE, "--json")
    assert (status, errors) == (0, "")
    assert one_object(output)["searched"] == len(FILES)
