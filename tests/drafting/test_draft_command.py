"""The command ``assistant draft``: what it prints and writes, and what it says of wrong answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assistant.cli import main
from tests.assistant_samples import write_corpus

FORM = "school: Franklin Elementary\nyear: 2031\nalready:\n  - Coffee with the principal\n  - Homework club\nstress:\n"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("draft_command")
    corpus = write_corpus(folder / "corpus")
    (corpus / "policy.md").write_text(
        "# School policy\n\nThe school offers flexible meeting times, and funds may pay for transportation, child care "
        "or home visits.\n",
        encoding="utf-8",
    )
    return ["--corpus", str(corpus), "--data", str(folder / "data")]


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "form.yaml"
    path.write_text(FORM, encoding="utf-8")
    return path


def test_the_list_shows_templates_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", "--list"]) == 0
    output = capsys.readouterr().out
    assert "school-policy: School Parent and Family Engagement Policy" in output
    assert "- school: School, required" in output
    assert main(["draft", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert "family-letter-es" in [template["name"] for template in listed["templates"]]


def test_a_draft_is_printed_with_its_sources_and_what_is_open(
    places: list[str], answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draft", "school-policy", *places, "--answers", str(answers)]) == 0
    output = capsys.readouterr().out
    assert output.startswith("School Parent and Family Engagement Policy: Franklin Elementary\n")
    assert "“The school offers flexible meeting times, and funds may pay" in output
    assert re.search(r"^\[\d+\] School policy: “The school offers", output, re.MULTILINE)
    assert "  - Coffee with the principal\n  - Homework club\n" in output
    assert "To fill in (" in output
    assert "Required, and not covered (" in output
    assert "1116(e)(12)" in output


def test_the_json_is_one_object(places: list[str], answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", "school-policy", *places, "--answers", str(answers), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    value = json.loads(line)
    assert value["form"]["year"] == "2031"
    assert value["form"]["already"] == "- Coffee with the principal\n- Homework club"
    assert value["form"]["stress"] == ""
    kinds = {sentence["kind"] for section in value["sections"] for sentence in section["sentences"]}
    assert kinds <= {"quoted", "supported", "connective", "yours to supply"}
    quotes = [citation["quote"] for citation in value["citations"]]
    assert any(quote.startswith("The school offers flexible") for quote in quotes)
    assert {blank["section"] for blank in value["blanks"]} <= {section["name"] for section in value["sections"]}


@pytest.mark.parametrize("ending", ["md", "html", "txt", "DOCX"])
def test_a_file_is_written_by_its_ending(
    places: list[str], answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    path = tmp_path / f"policy.{ending}"
    assert main(["draft", "school-policy", *places, "--answers", str(answers), "--out", str(path)]) == 0
    assert path.stat().st_size > 1000
    output, errors = capsys.readouterr()
    assert output == ""
    assert "blanks to fill in" in errors


@pytest.mark.parametrize(
    ("arguments", "form", "words"),
    [
        ([], FORM, "Name a template"),
        (["grant"], FORM, "The templates are"),
        (["school-policy"], "scool: F", "no field 'scool'"),
        (["school-policy"], "", "needs 'school'"),
        (["school-policy"], "school: [unclosed", "cannot be read"),
        (["school-policy"], "just words", "no list of"),
        (["school-policy"], "school:\n  name: F", "fields of its own"),
        (["school-policy", "--out", "policy.pdf"], FORM, ".docx"),
        (["school-policy", "--answers", "nowhere.yaml"], FORM, "nowhere.yaml"),
    ],
)
def test_wrong_use_is_told_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], form: str, words: str
) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(form, encoding="utf-8")
    data = tmp_path / "data"
    given = ["draft", *(arguments[:1]), "--answers", str(path), "--data", str(data), *arguments[1:]]
    assert main(given) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("assistant: ")
    assert words in line
    assert not data.exists()
