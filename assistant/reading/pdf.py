"""PDF files: exact text with the way back to places on the page, structure, printed page numbers.

PDFium reads the text and later draws the page, so that one list of characters stands behind text and highlight
alike. What the file says of itself beside its text comes from pypdf, imported where it is needed: it takes a sixth of
a second to load, which drawing a page does without.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pypdfium
import pypdfium2.raw as pdfium

from assistant.errors import UnreadableFileError
from assistant.reading.composing import Block, Composition, compose
from assistant.reading.limits import ReadingLimits
from assistant.reading.pdf_heads import remove_running_lines
from assistant.reading.pdf_layout import Element, reading_order
from assistant.reading.pdf_page import PageContent, read_page
from assistant.reading.pdf_paragraphs import blocks_of
from assistant.records import CharacterRun, Page, Span
from assistant.text.characters import clean_line

_MOST_CHARACTERS = 20_000_000
_UNREADABLE_SHARE = 0.4
_SPACES = re.compile(r"\s")
_UNKNOWN = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]")
_PLACEHOLDER = "please wait... if this message is not eventually replaced"


@dataclass(frozen=True, slots=True)
class PdfContent:
    composition: Composition
    pages: tuple[Page, ...]
    title: str | None
    language: str | None


def open_pdf(data: bytes, source: str) -> pypdfium.PdfDocument:
    """Open a PDF, an empty user password being tried; raises UnreadableFileError."""
    try:
        return pypdfium.PdfDocument(data)
    except pypdfium.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            from assistant.reading.pdf_structure import needs_password

            locked = needs_password(data)
            if locked is None:
                locked = error.err_code == pdfium.FPDF_ERR_PASSWORD
            raise _protected(source, by_password=locked) from error
        raise UnreadableFileError(
            f"{source} is damaged or cut short: it cannot be opened as a PDF.",
            next_step="Get a fresh copy; if other programs open it, print it to a new PDF.",
        ) from error


def _protected(source: str, *, by_password: bool) -> UnreadableFileError:
    if by_password:
        return UnreadableFileError(
            f"{source} is protected with a password.",
            next_step="Open it with the password, print or save it to a new PDF without one, and put that here.",
        )
    return UnreadableFileError(
        f"{source} is protected in a way that cannot be opened here.",
        next_step="Open it in Adobe Reader and print it to a new PDF.",
    )


def read_pdf(data: bytes, source: str, limits: ReadingLimits) -> PdfContent:
    """Return the text of a PDF with its pages; a page that fails costs only its own text."""
    from assistant.reading.pdf_structure import read_structure

    document = open_pdf(data, source)
    try:
        count = len(document)
        if count > limits.pages:
            raise UnreadableFileError(
                f"{source} has {count:,} pages; PDF files of up to {limits.pages:,} are read.",
                next_step="Split it, or raise file_pages in the settings.",
            )
        pages = _read_pages(document, count, source)
    finally:
        document.close()
    _check_text(pages, source)
    printed = remove_running_lines(pages)
    structure = read_structure(data, count)
    labels: Sequence[str | None] = structure.labels
    if not any(labels):
        labels = [printed.get(page.number) for page in pages]
    elements: list[Element] = [element for page in pages for element in reading_order(page)]
    blocks = blocks_of(elements, [page.characters for page in pages], structure.outline)
    composition = compose(blocks)
    return PdfContent(composition, _pages(blocks, composition, labels), structure.title, structure.language)


def _read_pages(document: pypdfium.PdfDocument, count: int, source: str) -> list[PageContent]:
    pages: list[PageContent] = []
    failed = total = 0
    for index in range(count):
        try:
            page = read_page(document.raw, index)
        except ValueError:
            page = PageContent(index + 1, "")
            failed += 1
        total += len(page.characters)
        if total > _MOST_CHARACTERS:
            raise UnreadableFileError(
                f"{source} holds more than {_MOST_CHARACTERS // 1_000_000} million characters.",
                next_step="Split it into several files.",
            )
        pages.append(page)
    if failed == count:
        raise UnreadableFileError(
            f"{source} is damaged: none of its pages can be read.",
            next_step="Get a fresh copy; if other programs open it, print it to a new PDF.",
        )
    return pages


def _check_text(pages: Sequence[PageContent], source: str) -> None:
    """Raise UnreadableFileError where there is no text to read, saying why."""
    text = "".join(line.raw for page in pages for line in page.lines)
    letters = len(text) - len(_SPACES.findall(text))
    if not letters:
        if any(page.has_images for page in pages):
            raise UnreadableFileError(
                f"{source} is scanned: its pages are pictures without text.",
                next_step="Run text recognition (OCR) over it first, as scanners and Acrobat can, and save the result.",
            )
        raise UnreadableFileError(
            f"{source} has no text on its pages.",
            next_step="Check that it is the right file; if so, print it to a new PDF.",
        )
    if len(_UNKNOWN.findall(text)) > _UNREADABLE_SHARE * letters:
        raise UnreadableFileError(
            f"{source} does not say which letters its shapes stand for, so its text cannot be read.",
            next_step="Run text recognition (OCR) over it, or export it again from the program that made it.",
        )
    if clean_line(text[:200]).casefold().startswith(_PLACEHOLDER):
        raise UnreadableFileError(
            f"{source} is a form that only Adobe Reader can show.", next_step="Open it there and print it to a new PDF."
        )


def _pages(blocks: Sequence[Block], composition: Composition, labels: Sequence[str | None]) -> tuple[Page, ...]:
    """Return the pages with their spans, which cover the text without a gap, and their runs."""
    count = len(labels)
    starts: list[int | None] = [None] * count
    runs: list[list[CharacterRun]] = [[] for _ in range(count)]
    for block, start in zip(blocks, composition.starts, strict=True):
        offset = start
        for fragment in block.fragments:
            index = fragment.page - 1
            if starts[index] is None:
                starts[index] = offset
            if fragment.start is not None:
                _add_run(runs[index], offset, fragment.start, len(fragment.text))
            offset += len(fragment.text)
    spans: list[Span] = []
    end = len(composition.text)
    for index in reversed(range(count)):
        found = starts[index]
        start = 0 if index == 0 else end if found is None else found
        spans.append(Span(start, end))
        end = start
    return tuple(Page(index + 1, labels[index], span, tuple(runs[index])) for index, span in enumerate(reversed(spans)))


def _add_run(runs: list[CharacterRun], start: int, page_start: int, length: int) -> None:
    if runs:
        last = runs[-1]
        if last.start + last.length == start and last.page_start + last.length == page_start:
            runs[-1] = CharacterRun(last.start, last.page_start, last.length + length)
            return
    runs.append(CharacterRun(start, page_start, length))
