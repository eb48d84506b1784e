"""PDF files for the tests, drawn line by line, so that it is known what they show and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pypdf
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = letter
Draw = Callable[[Canvas], object]


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
