"""A page of a PDF as a picture, with spans of the document's text marked as with a highlighter."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pypdfium2 as pypdfium
import pypdfium2.raw as pdfium

from assistant.errors import UnreadableFileError
from assistant.records import Page, Span

_AMBER = (255, 214, 102)
"""Multiplied with what is under it, as ink is: black letters stay black on it."""
_MOST_PIXELS = 16_000_000
_BRIDGED = 3
"""Characters without a place of their own (a ligature's second letter, a space) between marked ones are marked too."""
_MARGIN = 1.0

Box = tuple[float, float, float, float]


def render_page(path: Path, page: Page, spans: Sequence[Span], scale: float) -> bytes:
    """Return a PNG of ``page`` at ``scale`` pixels a point, less for very large pages.

    Raises UnreadableFileError where the file is not a PDF with that page any more.
    """
    from assistant.reading.pdf import open_pdf

    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(
            f"{path.name} cannot be opened: {error.strerror or error}.", next_step="Index the folder again."
        ) from error
    document = open_pdf(data, path.name)
    try:
        if not 1 <= page.number <= len(document):
            raise _no_page(path, page)
        return _drawn(document[page.number - 1], page, spans, scale)
    except pypdfium.PdfiumError as error:
        raise _no_page(path, page) from error
    finally:
        document.close()


def _no_page(path: Path, page: Page) -> UnreadableFileError:
    return UnreadableFileError(
        f"Page {page.number} of {path.name} cannot be shown.",
        next_step="The file may have changed: index the folder again, or open the document itself.",
    )


def _drawn(page: pypdfium.PdfPage, record: Page, spans: Sequence[Span], scale: float) -> bytes:
    from PIL import Image, ImageChops, ImageDraw

    width, height = page.get_size()
    scale = min(scale, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale)
    image = bitmap.to_pil().convert("RGB")
    boxes = list(_boxes(page, list(_page_ranges(record, spans))))
    if boxes:
        converter = bitmap.get_posconv(page)
        ink = Image.new("RGB", image.size, "white")
        draw = ImageDraw.Draw(ink)
        for left, bottom, right, top in boxes:
            first, second = converter.to_bitmap(left, bottom), converter.to_bitmap(right, top)
            (x0, x1), (y0, y1) = sorted((first[0], second[0])), sorted((first[1], second[1]))
            draw.rounded_rectangle((x0, y0, x1, y1), radius=2 * scale, fill=_AMBER)
        image = ImageChops.multiply(image, ink)
    output = BytesIO()
    image.save(output, "PNG", compress_level=1)
    return output.getvalue()


def _page_ranges(page: Page, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of page characters that the spans cover, close ones bridged."""
    ranges: list[tuple[int, int]] = []
    for span in spans:
        for run in page.runs:
            start, end = max(span.start, run.start), min(span.end, run.start + run.length)
            if start < end:
                ranges.append((run.page_start + start - run.start, run.page_start + end - run.start))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start - merged[-1][1] <= _BRIDGED:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    yield from merged


def _boxes(page: pypdfium.PdfPage, ranges: Sequence[tuple[int, int]]) -> Iterator[Box]:
    """Yield boxes, in page coordinates, round the characters of each range: one for each stretch of a line."""
    text_page = page.get_textpage()
    box = pdfium.FS_RECTF()
    count = pdfium.FPDFText_CountChars(text_page)
    for start, end in ranges:
        current: Box | None = None
        for index in range(start, min(end, count)):
            if not pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
                continue
            # A line break that PDFium made up has no size.
            if box.right - box.left <= 0 and box.top - box.bottom <= 0:
                continue
            new = (box.left, box.bottom, box.right, box.top)
            if current is not None and _same_line(current, new):
                current = _union(current, new)
            else:
                if current is not None:
                    yield _padded(current)
                current = new
        if current is not None:
            yield _padded(current)


def _same_line(first: Box, second: Box) -> bool:
    """Whether two boxes lie side by side, in level or in upright text."""
    level = min(first[3], second[3]) - max(first[1], second[1])
    upright = min(first[2], second[2]) - max(first[0], second[0])
    height, width = second[3] - second[1], second[2] - second[0]
    gap_x = max(first[0], second[0]) - min(first[2], second[2])
    gap_y = max(first[1], second[1]) - min(first[3], second[3])
    return (level > 0.5 * height and gap_x < 2 * height) or (
        upright > 0.5 * width and width > 0 and gap_y < 0.2 * width
    )


def _union(first: Box, second: Box) -> Box:
    return min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3])


def _padded(box: Box) -> Box:
    return box[0] - _MARGIN, box[1], box[2] + _MARGIN, box[3]
