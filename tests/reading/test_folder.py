"""The corpus folder and its sources.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UnreadableFileError
from assistant.reading.folder import list_files, read_sources
from assistant.records import SourceEntry

CORPUS = Path(__file__).parents[2] / "corpus"


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in list_files(folder)]


def test_files_are_listed_in_order_of_their_paths(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    for name in (
        "b.txt",
        "a/z.pdf",
        "a/b/c.md",
        "unknown.xyz",
        ".hidden",
        ".git/x",
        "~$lock.docx",
        "sources.toml",
        "a/sources.toml",
    ):
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (tmp_path / "outside.txt").write_text("x")
    (corpus / "link-out.txt").symlink_to(tmp_path / "outside.txt")
    (corpus / "link-in.txt").symlink_to(corpus / "b.txt")
    (corpus / "loop").symlink_to(corpus)
    (corpus / "broken.txt").symlink_to(corpus / "nowhere")
    assert names(corpus) == ["a/b/c.md", "a/sources.toml", "a/z.pdf", "b.txt", "link-in.txt", "unknown.xyz"]


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="--corpus"):
        list_files(tmp_path / "nowhere")


def sources(folder: Path, text: str) -> tuple[dict[str, SourceEntry], list[str]]:
    folder.joinpath("sources.toml").write_text(text, encoding="utf-8")
    entries, problems = read_sources(folder)
    assert all(problem.source == "sources.toml" and problem.next_step for problem in problems)
    return entries, [problem.reason for problem in problems]


def test_good_entries_are_read(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "a.pdf").write_text("x")
    (tmp_path / "b.md").write_text("x")
    entries, problems = sources(
        tmp_path, '["law/a.pdf"]\ntitle = " The law "\nyear = 2015\noriginal = false\n\n["b.md"]\nauthor = ""\n'
    )
    assert entries == {"law/a.pdf": SourceEntry(title="The law", year=2015, original=False), "b.md": SourceEntry()}
    assert problems == []


def test_no_file_of_sources_is_no_problem(tmp_path: Path) -> None:
    assert read_sources(tmp_path) == ({}, [])


def test_what_is_wrong_is_said_and_the_rest_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    entries, problems = sources(
        tmp_path,
        'title = "loose"\n["a.txt"]\ntitle = "Kept"\nyear = "2018"\ncolour = "red"\noriginal = 1\n'
        '["gone.txt"]\ntitle = "x"\n[b.txt]\n',
    )
    assert entries == {"a.txt": SourceEntry(title="Kept")}
    assert len(problems) == 6
    assert "outside of a table" in problems[0]
    assert "'2018'" in problems[1]
    assert "'colour'" in problems[2]
    assert "'original'" in problems[3]
    assert "'gone.txt'" in problems[4]
    assert "'b'" in problems[5]  # What TOML makes of a name with a dot that is not in quotes.


def test_a_broken_file_is_not_fatal(tmp_path: Path) -> None:
    entries, problems = sources(tmp_path, "[unclosed\n")
    assert entries == {}
    assert "cannot be read" in problems[0]


def test_the_sources_of_the_corpus_are_in_order() -> None:
    entries, problems = read_sources(CORPUS)
    assert problems == []
    assert set(entries) == set(names(CORPUS))
