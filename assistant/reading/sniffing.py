"""What a file really is, from its bytes; the ending of its name only decides between kinds of text."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from assistant.errors import UnreadableFileError


class MediaType(StrEnum):
    TEXT = "text/plain"
    MARKDOWN = "text/markdown"
    HTML = "text/html"
    WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PDF = "application/pdf"


ENDINGS = {
    ".txt": MediaType.TEXT,
    ".text": MediaType.TEXT,
    ".md": MediaType.MARKDOWN,
    ".markdown": MediaType.MARKDOWN,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".docx": MediaType.WORD,
    ".pdf": MediaType.PDF,
}
READABLE = "PDF, Word (.docx), HTML, Markdown and text files can be read"

_SAVE_AS = "Open it in the program that made it and save it as PDF or Word (.docx)."
_WORD_AGAIN = "Open it in Word and save it as .docx."
# Beginnings of files that are not documents we read: what they are, and what to do.
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "an RTF file", _WORD_AGAIN),
    (b"\x89PNG", "a picture", "Scan or photograph pages into a PDF with text recognition (OCR) instead."),
    (b"\xff\xd8\xff", "a picture", "Scan or photograph pages into a PDF with text recognition (OCR) instead."),
    (b"GIF8", "a picture", "Scan or photograph pages into a PDF with text recognition (OCR) instead."),
    (b"II*\x00", "a scanned picture", "Turn it into a PDF with text recognition (OCR)."),
    (b"MM\x00*", "a scanned picture", "Turn it into a PDF with text recognition (OCR)."),
    (b"%!PS", "a PostScript file", "Convert it to PDF."),
    (b"MZ", "a program", "Remove it from the folder."),
    (b"\x7fELF", "a program", "Remove it from the folder."),
    (b"7z\xbc\xaf", "an archive", "Unpack it and put the documents that are in it into the folder."),
    (b"Rar!", "an archive", "Unpack it and put the documents that are in it into the folder."),
    (b"\x1f\x8b", "an archive", "Unpack it and put the documents that are in it into the folder."),
    (b"SQLite format 3", "a database", "Remove it from the folder."),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN = 1024
"""The signature of a PDF may stand after as much rubbish as this (Adobe's readers accept it, and so does PDFium)."""


def sniff(data: bytes, source: str) -> MediaType:
    """Return what ``data`` is; raises UnreadableFileError, saying what to do, where it is nothing we read."""
    ending = PurePath(source).suffix.lower()
    named = ENDINGS.get(ending)
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableFileError(
            f"{source} is empty.", next_step="Get a fresh copy of it, or remove it from the folder."
        )
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return MediaType.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data, source)
    if data.startswith(_OLE):
        raise _old_office(data, source)
    for start, what, step in _OTHERS:
        if data.startswith(start):
            raise UnreadableFileError(f"{source} is {what}; {READABLE}.", next_step=step)
    if named in (MediaType.PDF, MediaType.WORD):
        return _text_with_wrong_ending(data, source, ending)
    if named is None:
        raise UnreadableFileError(f"{source} has an ending that is not known here; {READABLE}.", next_step=_SAVE_AS)
    if named is MediaType.TEXT and _looks_like_html(data):
        return MediaType.HTML
    return named


def _zipped(data: bytes, source: str) -> MediaType:
    names = data  # The names of the parts stand unpacked in the archive.
    if b"word/" in names:
        return MediaType.WORD
    for part, what in (
        (b"xl/", "an Excel workbook"),
        (b"ppt/", "a PowerPoint file"),
        (b"opendocument", "an OpenDocument file"),
    ):
        if part in names:
            raise UnreadableFileError(
                f"{source} is {what}; {READABLE}.", next_step="Open it and save or export it as PDF."
            )
    if PurePath(source).suffix.lower() == ".docx":
        return MediaType.WORD  # Its own check says what is wrong with it.
    raise UnreadableFileError(
        f"{source} is a zip archive.", next_step="Unpack it and put the documents that are in it into the folder."
    )


def _old_office(data: bytes, source: str) -> UnreadableFileError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableFileError(
            f"{source} is protected with a password.", next_step="Save a copy without a password and put that here."
        )
    return UnreadableFileError(
        f"{source} is in the old Office format (.doc, .xls, .ppt); {READABLE}.", next_step=_WORD_AGAIN
    )


def _text_with_wrong_ending(data: bytes, source: str, ending: str) -> MediaType:
    """An export that failed often is a web page (of the error) under the name of the document: said, not indexed."""
    kind = "Word file" if ending == ".docx" else "PDF"
    if _looks_like_html(data):
        what = f"{source} is a web page, not a {kind}."
    elif b"\x00" not in data[:4096]:
        what = f"{source} is not a {kind} but text or a damaged file."
    else:
        what = f"{source} is damaged or not a {kind}."
    raise UnreadableFileError(what, next_step="Get a fresh copy, or give it the ending that fits what it is.")


def _looks_like_html(data: bytes) -> bool:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<?xml")) and b"<html" in data[:4096].lower()
