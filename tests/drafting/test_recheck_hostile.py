"""A file that comes back and is not ours, is broken, or was made to do harm."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.drafting.export import Form
from assistant.drafting.recheck import Finding, recheck
from assistant.drafting.recheck_printed import MOST_NOTES
from assistant.errors import UnreadableFileError, UsageError
from assistant.reading.worker import Reader
from assistant.records import Document
from tests.drafting.export_samples import Shelved, document_of
from tests.reading.pdf_samples import lines, pdf, saved


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("letter.txt", "Dear families,\n\nthe meeting is on [date]. “See you there.”\n"),
        ("notes.md", "# Notes\n\n1. Somebody, p. 3: “Each school invites all parents.”\n"),
        ("page.html", "<html><body><p>Draft of a page</p></body></html>"),
    ],
)
def test_a_file_that_is_no_export_is_refused(
    documents: list[Document], reader: Reader, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name} is not a draft that was exported here"):
        recheck(tmp_path / name, name, reader, Shelved(documents))


def test_a_pdf_is_refused_with_what_to_do(documents: list[Document], reader: Reader, tmp_path: Path) -> None:
    saved(tmp_path, "draft.pdf", pdf(lambda canvas: lines(canvas, ["Draft x, version 1, corpus version y."])))
    with pytest.raises(UsageError, match=r"is a PDF.*Word"):
        recheck(tmp_path / "draft.pdf", "draft.pdf", reader, Shelved(documents))


def test_a_broken_file_is_reported_as_such(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "broken.docx"
    path.write_bytes(files["docx"].read_bytes()[:2000])
    with pytest.raises(UnreadableFileError):
        recheck(path, "broken.docx", reader, Shelved(documents))


def test_a_file_made_to_keep_the_machine_busy(reader: Reader, tmp_path: Path) -> None:
    text = " ".join(f"The annual meeting number {number} is a meeting of the parents." for number in range(400))
    held = document_of(text, *(f"{one.rstrip('.')}." for one in text.split(". ")))
    quote = " ".join(["a", "the", "annual", "meeting"] * 300)
    lines = [f"[{number}] Title: “{quote} {number}”" for number in range(1, 60)]
    (tmp_path / "busy.txt").write_text("\n\n".join(["Draft x, version 1, corpus version y.", *lines]), encoding="utf-8")
    started = time.monotonic()
    result = recheck(tmp_path / "busy.txt", "busy.txt", reader, Shelved([held]))
    assert {one.finding for one in result.citations} <= {Finding.VANISHED, Finding.CHANGED}
    assert time.monotonic() - started < 20  # It takes two; with every run of sentences compared, minutes.


def test_only_so_many_notes_are_looked_at(documents: list[Document], reader: Reader, tmp_path: Path) -> None:
    lines = [f"[{number}] Title: “Words {number}.”" for number in range(1, 9999)]
    (tmp_path / "many.txt").write_text("\n\n".join(["Draft x, version 1, corpus version y.", *lines]), encoding="utf-8")
    assert len(recheck(tmp_path / "many.txt", "many.txt", reader, Shelved(documents)).citations) == MOST_NOTES
