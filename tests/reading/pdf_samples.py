"""PDF files for the tests, drawn line by line, so that it is known what they show and where."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from assistant.reading.pdf_page import characters
from assistant.records import Document, Span
from assistant.text.characters import clean

CORPUS = Path(__file__).parents[2] / "corpus"
WIDTH, HEIGHT = letter
Draw = Callable[[Canvas], object]
Read = Callable[[bytes], Document]


def pdf(*pages: Draw, **options: object) -> bytes:
    """Return a PDF with a page for each function, which draws it."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=letter, **options)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def lines(
    canvas: Canvas,
    texts: Sequence[str],
    *,
    left: float = 72,
    top: float = 700,
    leading: float = 14,
    font: str = "Helvetica",
    size: float = 11,
) -> float:
    """Draw lines one below the other; return where the next would be."""
    canvas.setFont(font, size)
    for text in texts:
        canvas.drawString(left, top, text)
        top -= leading
    return top


def rewritten(data: bytes, change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    """Return the PDF ``data`` as pypdf writes it after ``change``."""
    writer = pypdf.PdfWriter(BytesIO(data))
    change(writer)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def image_page(canvas: Canvas) -> None:
    """Draw a page that is but a picture, as a scanner makes them."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "grey")), 0, 0, WIDTH, HEIGHT)


def check(document: Document, data: bytes) -> None:
    """The promises that hold of every PDF: pages cover the text, runs lead back to the same characters."""
    assert document.pages[0].span.start == 0
    assert document.pages[-1].span.end == len(document.text)
    for first, second in zip(document.pages, document.pages[1:], strict=False):
        assert first.span.end == second.span.start
    file = pypdfium2.PdfDocument(data)
    for page in document.pages:
        text_page = file[page.number - 1].get_textpage()
        listed = characters(text_page.raw)
        for run in page.runs:
            assert page.span.contains(Span(run.start, run.start + run.length))
            for step in range(run.length):
                there, here = listed[run.page_start + step], document.text[run.start + step]
                assert here == there or here == clean(there) or (here == "-" and there in "\ufffe\x02")
    assert not re.search(r"[\u200b-\u200f\u202a-\u202e\u00ad\ufb00-\ufb06\x00-\x08]", document.text)
    assert document.text == unicodedata.normalize("NFC", document.text)
    file.close()


def units(document: Document) -> list[str]:
    return [span.of(document.text).replace(" \u2003 ", " | ") for span in document.sentences]


def headings(document: Document) -> list[tuple[str, ...]]:
    return [section.heading_path for section in document.sections]
