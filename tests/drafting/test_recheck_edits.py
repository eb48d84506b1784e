"""An exported file that comes back with blanks filled in, words changed, or saved by another program."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx

from assistant.drafting.comparing import Fate
from assistant.drafting.export import Form
from assistant.drafting.recheck import Finding, recheck
from assistant.reading.worker import Reader
from assistant.records import Document
from tests.drafting.export_samples import FAMILIES, MEETING, Shelved


def test_blanks_that_were_filled_and_quotations_that_were_edited(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    page = files["html"].read_text(encoding="utf-8")
    body = page.index("<main>")
    notes = page.index('<section class="notes">')
    edited = (
        page[:body]
        + page[body:notes].replace("[date of the meeting]", "May 3").replace("at a flexible time", "at night")
        + page[notes:].replace(FAMILIES, FAMILIES.replace("understand", "like"))
    )
    path = tmp_path / "edited.html"
    path.write_text(edited, encoding="utf-8")
    result = recheck(path, "edited.html", reader, Shelved(documents))
    assert result.open_blanks == ()
    assert result.filled_blanks == ("date of the meeting",)
    assert result.altered_quotations == (f"“{MEETING}”",)
    assert not result.all_stand
    note = result.citations[-1]
    assert (note.number, note.edited, note.finding) == (5, True, Finding.CHANGED)
    assert [(one.old, one.new) for one in note.words if one.fate is Fate.CHANGED] == [("like.", "understand.")]


def test_a_note_that_was_taken_out_is_still_checked_and_said_to_be_gone(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    lines = files["md"].read_text(encoding="utf-8").splitlines()
    path = tmp_path / "shorter.md"
    path.write_text("\n".join(line for line in lines if not line.startswith("[^3]:")), encoding="utf-8")
    result = recheck(path, "shorter.md", reader, Shelved(documents))
    assert [(one.number, one.printed) for one in result.citations] == [(2, True), (4, True), (5, True), (3, False)]


def test_word_may_have_saved_it_again_with_straight_quotes_and_other_spaces(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    document = docx.Document(BytesIO(files["docx"].read_bytes()))
    for part in document.part.package.iter_parts():
        if part.partname == "/word/footnotes.xml":
            text = (
                part.blob.decode().replace("“", '"').replace("”", '"').replace("annual meeting", "annual\u00a0meeting")
            )
            part._blob = text.encode()
    path = tmp_path / "saved.docx"
    document.save(str(path))
    result = recheck(path, "saved.docx", reader, Shelved(documents))
    assert [one.finding for one in result.citations] == [Finding.UNCHANGED] * 4
    assert not any(one.edited for one in result.citations)
