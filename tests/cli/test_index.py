"""The command ``index``: its report, and which folder it reads."""

from __future__ import annotations

from pathlib import Path

from tests.assistant_samples import FILES, write_corpus
from tests.cli.command import Command, one_object


def test_an_index_report_in_words_and_as_json(fresh: Command) -> None:
    (fresh.corpus / "empty.pdf").touch()
    status, output, errors = fresh("index")
    assert (status, errors) == (0, "")
    assert output.startswith(f"{len(FILES)} documents, ")
    assert f"{len(FILES)} added" in output
    assert "  empty.pdf: " in output
    status, output, errors = fresh("index", "--json")
    assert (status, errors) == (0, "")
    value = one_object(output)
    assert set(value["unchanged"]) >= set(FILES)
    assert [problem["source"] for problem in value["problems"]] == ["empty.pdf"]
    assert (value["documents"], value["embedded"]) == (len(FILES), 0)
    status, output, _ = fresh("index")
    assert "nothing new" in output


def test_a_folder_may_be_named_without_an_option(fresh: Command, tmp_path: Path) -> None:
    other = write_corpus(tmp_path / "other", {"one.md": "# One\n\nOnly this one is here.\n"})
    status, output, _ = fresh("index", other, "--json")
    assert status == 0
    assert one_object(output)["added"] == ["one.md"]
