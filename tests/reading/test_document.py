"""From a file to a document: what a file really is, its title, its language, and words for what cannot be read."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import docx
import pytest

from assistant.errors import UnreadableFileError
from assistant.reading.document import file_id, read_document, readable_name
from assistant.reading.limits import ReadingLimits
from assistant.records import SourceEntry
from assistant.text.language import guess_language
from tests.reading.pdf_samples import lines, pdf, saved


def word_bytes(text: str = "A sentence in Word.") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


PDF = pdf(lambda canvas: lines(canvas, ["A sentence in a PDF."]))


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.pdf", word_bytes(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.docx", PDF, "application/pdf"),
        ("a.txt", PDF, "application/pdf"),
        ("a.pdf", b"rubbish before\n" + PDF, "application/pdf"),
        ("A.PDF", PDF, "application/pdf"),
        ("a", PDF, "application/pdf"),
        ("a.txt", b"<!DOCTYPE html><html><body><p>A sentence.</p></body></html>", "text/html"),
        ("a.md", b"# Title\n\nA sentence.", "text/markdown"),
        ("a.txt", b"A sentence.", "text/plain"),
    ],
)
def test_a_file_is_read_as_what_it_is(tmp_path: Path, name: str, data: bytes, media_type: str) -> None:
    document = read_document(saved(tmp_path, name, data), name, None, ReadingLimits())
    assert document.media_type == media_type
    assert document.id == file_id(data) == hashlib.sha256(data).hexdigest()
    assert "A sentence" in document.text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"", "empty"),
        ("a.txt", b" \n\n", "empty"),
        ("a.pdf", b"Just some text.", "not a PDF"),
        ("a.pdf", b"<!doctype html><html><body>404 Not Found</body></html>", "web page"),
        ("a.docx", b"Just some text.", "not a Word file"),
        ("a.pdf", b"%PDF-1.7\n" + b"junk " * 100, "damaged"),
        ("a.docx", b"PK\x03\x04" + b"junk" * 100, "damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Office format"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.rtf", b"{\\rtf1 text}", "RTF"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "picture"),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 26 + b"xl/workbook.xml", "Excel"),
        ("a.pptx", b"PK\x03\x04" + b"\x00" * 26 + b"ppt/slides", "PowerPoint"),
        ("a.zip", b"PK\x03\x04" + b"\x00" * 26 + b"letter.txt", "zip archive"),
        ("a.txt", bytes(range(256)) * 40, "does not hold text"),
        ("a.csv", b"a,b\n1,2\n", "ending"),
        ("a.exe", b"MZ" + b"\x00" * 50, "program"),
        ("a.html", b"<html><body><script>x</script></body></html>", "no text"),
        ("a.md", b"![](x.png)\n\n---\n", "no text"),
    ],
)
def test_what_cannot_be_read_is_reported_with_what_to_do(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_document(saved(tmp_path, name, data), name, None, ReadingLimits())
    assert words in caught.value.what
    assert name in caught.value.what
    assert caught.value.next_step.endswith(".")


def test_a_file_that_is_too_large_or_gone_is_reported(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.txt", b"x" * (1024 * 1024 + 1))
    with pytest.raises(UnreadableFileError, match="file_megabytes"):
        read_document(path, "a.txt", None, ReadingLimits(megabytes=1))
    with pytest.raises(UnreadableFileError, match="no longer there"):
        read_document(tmp_path / "gone.txt", "gone.txt", None, ReadingLimits())


def test_what_the_sources_file_says_wins(tmp_path: Path) -> None:
    entry = SourceEntry("Title", "Author", 2018, "law", "es", False, "The law", "example.org")
    document = read_document(saved(tmp_path, "a.md", b"# Heading\n\nText."), "law/a.md", entry, ReadingLimits())
    assert (document.title, document.author, document.year, document.kind) == ("Title", "Author", 2018, "law")
    assert (document.language, document.original, document.summarises) == ("es", False, "The law")
    assert (document.published_at, document.source) == ("example.org", "law/a.md")


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [
        ("a.md", b"# The heading\n\nText.", "The heading"),
        ("lcap_goals-2018.txt", b"Text without a heading, which goes on.", "Lcap goals 2018"),
        ("a.html", b"<html><title>Untitled</title><h1>The heading</h1><p>Text.</p></html>", "The heading"),
        ("a.pdf", pdf(lambda canvas: canvas.setTitle("Plan.docx") or lines(canvas, ["Text."])), "A"),
        ("a.pdf", pdf(lambda canvas: canvas.setTitle("The plan") or lines(canvas, ["Text."])), "The plan"),
    ],
)
def test_the_title_is_the_best_that_the_file_offers(tmp_path: Path, name: str, data: bytes, title: str) -> None:
    assert read_document(saved(tmp_path, name, data), name, None, ReadingLimits()).title == title


def test_a_file_name_is_made_readable() -> None:
    assert readable_name("law/section_1116--compact.pdf") == "Section 1116 compact"


def test_the_language_is_guessed_by_common_words() -> None:
    assert guess_language("The plan of the district is for all of the families and it is in the law.") == "en"
    assert guess_language("El plan del distrito es para todas las familias y se encuentra en la ley.") == "es"
    assert guess_language("") == "en"
