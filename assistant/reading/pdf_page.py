"""One page of a PDF -> its visible lines with their place, size and weight, in the order of the content stream.

PDFium lists the characters of a page; an index into that list is the way back to a place on paper. Positions are
asked for by word, not by character: that is where the time goes (about 4 ms a page of 600 words).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2.raw as pdfium

from assistant.reading.pdf_visibility import Box, Look, LookBook

LINE_END_HYPHEN = "\ufffe"
"""PDFium's mark for a hyphen before a line break; the break itself is not in its list then."""
CELL_GAP = 1.8
"""A gap wider than this, in type sizes, separates cells or columns rather than words."""

_WORD = re.compile(rf"[^\s{LINE_END_HYPHEN}\x02]+[{LINE_END_HYPHEN}\x02]?|[{LINE_END_HYPHEN}\x02]")
_SAME_LINE_OVERLAP = 0.5
_RAISED_OVERLAP = 0.15
"""A footnote's mark beside text shares but little of its height."""
# The same function with plain addresses for arguments: called for every word, it costs half as much this way.
_measure = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    ctypes.cast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0
)


@dataclass(slots=True)
class Line:
    """Words side by side without a wide gap. Positions are in points, y upwards, turned so that the text is level.

    ``pieces`` are half-open ranges of the page's characters, usually one; ``raw`` is what PDFium has there. ``limit``
    is the right edge of the line's column, ``text_left`` the left edge of the text after a list marker; the words up to
    the page's character ``bold_until`` are bold.
    """

    page: int
    pieces: list[tuple[int, int]]
    left: float
    bottom: float
    top: float
    askew: bool = False
    right: float = 0.0
    raw: str = ""
    size: float = 0.0
    bold: bool = False
    first_word: float = 0.0
    bold_until: int = 0
    limit: float = 0.0
    text_left: float = 0.0
    heading_level: int | None = None
    heading_group: int = 0

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(slots=True)
class PageContent:
    """The lines of a page in stream order, its characters, and its box in the turned frame."""

    number: int
    characters: str
    lines: list[Line] = field(default_factory=list)
    box: Box = (0.0, 0.0, 0.0, 0.0)
    has_images: bool = False


def read_page(document: pdfium.FPDF_DOCUMENT, index: int) -> PageContent:
    """Return the content of page ``index`` (from 0); raises ValueError where PDFium cannot load it."""
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        raise ValueError(f"page {index + 1} cannot be loaded")
    try:
        text_page = pdfium.FPDFText_LoadPage(page)
        if not text_page:
            raise ValueError(f"the text of page {index + 1} cannot be loaded")
        try:
            return _content(page, text_page, index + 1)
        finally:
            pdfium.FPDFText_ClosePage(text_page)
    finally:
        pdfium.FPDF_ClosePage(page)


def characters(text_page: pdfium.FPDF_TEXTPAGE) -> str:
    """Return the page's character list as a string: one code point a character, so that indexes agree."""
    count = pdfium.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    # Some characters have no text of their own, or stand in two code units: the list itself is asked.
    codes = (pdfium.FPDFText_GetUnicode(text_page, position) for position in range(count))
    return "".join(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _content(page: pdfium.FPDF_PAGE, text_page: pdfium.FPDF_TEXTPAGE, number: int) -> PageContent:
    text = characters(text_page)
    looks = LookBook(page, text_page)
    spans = [match.span() for match in _WORD.finditer(text)]
    turn = looks.most_common_quarter([start for start, _ in spans[:: 1 + len(spans) // 20]])
    content = PageContent(number, text, box=turned(looks.page_box, turn))
    content.lines = list(_LineBuilder(text, text_page, looks, number, turn).lines(spans))
    left, bottom, right, top = content.box
    content.lines = [
        line
        for line in content.lines
        if line.right > left and line.left < right and line.top > bottom and line.bottom < top
    ]
    if _runs_upwards(content.lines):
        content.lines.reverse()
    content.has_images = not content.lines and looks.has_images
    return content


def _runs_upwards(lines: Sequence[Line]) -> bool:
    """Whether most lines stand above the one before: PDFium lists some turned pages from the wrong end."""
    stacked = [
        after.bottom > before.bottom
        for before, after in pairwise(lines)
        if min(before.right, after.right) > max(before.left, after.left)
    ]
    return 2 * sum(stacked) > len(stacked)


class _LineBuilder:
    """Walks the words of a page once. The place of a word's end is only asked for where it matters: at the end of a
    line, and where the next word begins suspiciously far away."""

    def __init__(self, text: str, text_page: pdfium.FPDF_TEXTPAGE, looks: LookBook, number: int, turn: int) -> None:
        self._text, self._looks, self._number, self._turn = text, looks, number, turn
        self._address = ctypes.cast(text_page, ctypes.c_void_p).value
        self._rectangle = pdfium.FS_RECTF()
        self._reference = ctypes.byref(self._rectangle)

    def lines(self, spans: Sequence[tuple[int, int]]) -> Iterator[Line]:
        address, reference, rectangle, turn = self._address, self._reference, self._rectangle, self._turn
        look_at, text = self._looks.look_at, self._text
        line: Line | None = None
        look, start, end, left, bottom, top = self._looks.plain, 0, 0, 0.0, 0.0, 0.0
        counts: dict[Look, int] = {}
        for next_start, next_end in spans:
            if not _measure(address, next_start, reference):
                continue
            box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
            next_look = look_at(next_start)
            if not next_look.plainly_visible and not self._looks.is_visible(next_look, box, next_end - next_start):
                continue
            next_left, next_bottom, _, next_top = box if turn == 0 else turned(box, turn)
            if line is not None:
                size = look.size if look.size > next_look.size else next_look.size
                height = (top if top < next_top else next_top) - (bottom if bottom > next_bottom else next_bottom)
                raised = not 0.75 < next_look.size / (look.size or 1.0) < 1.33
                needed = _RAISED_OVERLAP if raised else _SAME_LINE_OVERLAP
                goes_on = (
                    height > needed * min(top - bottom, next_top - next_bottom)
                    and next_left > left
                    and look.quarter == next_look.quarter
                    and look.slanted == next_look.slanted
                )
                if goes_on and next_left - left > (end - start) * 0.4 * size + size:
                    goes_on = next_left - self._right(end) < CELL_GAP * size
                if goes_on:
                    if text[end:next_start].isspace() or end == next_start:
                        line.pieces[-1] = (line.pieces[-1][0], next_end)
                    else:  # Hidden words stand between.
                        line.pieces.append((next_start, next_end))
                else:
                    yield self._closed(line, counts)
                    line = None
            if line is None:
                askew = next_look.quarter != turn or next_look.slanted
                line = Line(
                    self._number, [(next_start, next_end)], next_left, next_bottom, next_top, askew, text_left=next_left
                )
                counts = {}
                bottom, top = next_bottom, next_top
            elif next_top - next_bottom > top - bottom:
                # A superscript must not make the line look lower than its type.
                bottom, top = next_bottom, next_top
                line.bottom, line.top = bottom, top
            if next_look.bold and (line.bold_until == end or not counts):
                line.bold_until = next_end
            counts[next_look] = counts.get(next_look, 0) + next_end - next_start
            look, start, end, left = next_look, next_start, next_end, next_left
        if line is not None:
            yield self._closed(line, counts)

    def _right(self, end: int) -> float:
        """Return the right edge of the character before ``end``."""
        box = self._rectangle
        _measure(self._address, end - 1, self._reference)
        if self._turn == 0:
            return float(box.right)
        return turned((box.left, box.bottom, box.right, box.top), self._turn)[2]

    def _closed(self, line: Line, counts: dict[Look, int]) -> Line:
        """Give the line its raw text and right edge, and the size and weight that most of its characters have."""
        line.raw = " ".join(self._text[start:end] for start, end in line.pieces)
        line.right = self._right(line.pieces[-1][1])
        first_end = line.pieces[0][0] + len(line.raw.split(maxsplit=1)[0])
        line.first_word = self._right(first_end) - line.left
        total = sum(counts.values())
        look = max(counts, key=lambda one: counts[one])
        line.size = look.size
        line.bold = sum(count for one, count in counts.items() if one.bold) > 0.9 * total
        return line


def turned(box: Box, quarter: int) -> Box:
    """Return ``box`` (left, bottom, right, top) in a frame in which text turned by ``quarter`` runs to the right."""
    left, bottom, right, top = box
    if quarter == 1:
        return bottom, -right, top, -left
    if quarter == 2:
        return -right, -top, -left, -bottom
    if quarter == 3:
        return -top, left, -bottom, right
    return box
