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
from typing import NamedTuple

import pypdfium2.raw as pdfium

from assistant.reading.pdf_visibility import Box, Look, LookBook

LINE_END_HYPHEN = "\ufffe"
"""PDFium's mark for a hyphen before a line break; the break itself is not in its list then."""
CELL_GAP = 1.5
"""A gap wider than this, in type sizes, separates cells or columns rather than words."""

_WORD = re.compile(rf"[^\s{LINE_END_HYPHEN}\x02]+[{LINE_END_HYPHEN}\x02]?|[{LINE_END_HYPHEN}\x02]")
_NOTED_GAP = 0.55
_NOTE_MARK = re.compile(r"\d{1,3}|[*†‡§]{1,3}")
_SAME_LINE_OVERLAP = 0.5
_RAISED_OVERLAP = 0.15
"""A footnote's mark beside text shares but little of its height."""
# The same function with plain addresses for arguments: called for every word, it costs half as much this way.
_measure = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    ctypes.cast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0
)


class Piece(NamedTuple):
    """A half-open range of a page's characters; a glued one follows the one before it without a space."""

    start: int
    end: int
    glued: bool = False


class Gap(NamedTuple):
    """A gap rather wider than a space: where the word after it begins, and the edges on both sides."""

    start: int
    left: float
    right: float


@dataclass(slots=True)
class Line:
    """Words side by side without a wide gap. Positions are in points, y upwards, turned so that the text is level.

    ``pieces`` is usually one; ``raw`` is what PDFium has there. ``gaps`` may turn out to part cells. ``limit``
    is the right edge of the line's column, ``text_left`` the left edge of the text after a list marker; the words up to
    the page's character ``bold_until`` are bold.
    """

    page: int
    pieces: list[Piece]
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
    gaps: list[Gap] = field(default_factory=list)
    opens_cell: bool = False

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


@dataclass(slots=True)
class _Word:
    """The word that a line ends with so far."""

    start: int
    end: int
    left: float
    look: Look


class _LineBuilder:
    """Walks the words of a page once and puts those that stand side by side into lines."""

    def __init__(self, text: str, text_page: pdfium.FPDF_TEXTPAGE, looks: LookBook, number: int, turn: int) -> None:
        self._text, self._looks, self._number, self._turn = text, looks, number, turn
        self._address = ctypes.cast(text_page, ctypes.c_void_p).value
        self._rectangle = pdfium.FS_RECTF()
        self._reference = ctypes.byref(self._rectangle)
        self._counts: dict[Look, int] = {}

    def lines(self, spans: Sequence[tuple[int, int]]) -> Iterator[Line]:
        address, reference, rectangle, turn = self._address, self._reference, self._rectangle, self._turn
        look_at = self._looks.look_at
        line: Line | None = None
        last = _Word(0, 0, 0.0, self._looks.plain)
        for start, end in spans:
            if not _measure(address, start, reference):
                continue
            box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
            look = look_at(start)
            if not look.plainly_visible and not self._looks.is_visible(look, box, end - start):
                continue
            left, bottom, _, top = box if turn == 0 else turned(box, turn)
            if line is not None and not self._goes_on(line, last, start, look, left, bottom, top):
                yield self._closed(line, last.end)
                line = None
            if line is None:
                askew = look.quarter != turn or look.slanted
                line = Line(self._number, [Piece(start, end)], left, bottom, top, askew, text_left=left)
                self._counts = {}
            else:
                self._extend(line, last, start, end, look)
                # A superscript must not make the line look lower than its type.
                if top - bottom > line.top - line.bottom:
                    line.bottom, line.top = bottom, top
            if look.bold and (line.bold_until == last.end or not self._counts):
                line.bold_until = end
            self._counts[look] = self._counts.get(look, 0) + end - start
            last.start, last.end, last.left, last.look = start, end, left, look
        if line is not None:
            yield self._closed(line, last.end)

    def _goes_on(self, line: Line, last: _Word, start: int, look: Look, left: float, bottom: float, top: float) -> bool:
        """Whether a word that begins at ``start`` stands on the line after ``last``; notes a rather wide gap."""
        before = last.look
        if left <= last.left or look.quarter != before.quarter or look.slanted != before.slanted:
            return False
        shared = (line.top if line.top < top else top) - (line.bottom if line.bottom > bottom else bottom)
        raised = not 0.75 < look.size / (before.size or 1.0) < 1.33
        if shared < (_RAISED_OVERLAP if raised else _SAME_LINE_OVERLAP) * min(line.top - line.bottom, top - bottom):
            return False
        right = self._right(last.end)
        size = look.size if look.size > before.size else before.size
        if left - right > _NOTED_GAP * size:
            line.gaps.append(Gap(start, right, left))
        return left - right < CELL_GAP * size

    def _extend(self, line: Line, last: _Word, start: int, end: int, look: Look) -> None:
        """Begin a new piece where the word does not follow the last one; else the open piece just goes on."""
        glued = look.size < 0.75 * last.look.size and _NOTE_MARK.fullmatch(self._text, start, end) is not None
        if glued or self._text[last.end : start].strip():  # Hidden words stand between.
            line.pieces[-1] = line.pieces[-1]._replace(end=last.end)
            line.pieces.append(Piece(start, end, glued))

    def _right(self, end: int) -> float:
        """Return the right edge of the character before ``end``."""
        box = self._rectangle
        _measure(self._address, end - 1, self._reference)
        if self._turn == 0:
            return float(box.right)
        return turned((box.left, box.bottom, box.right, box.top), self._turn)[2]

    def _closed(self, line: Line, end: int) -> Line:
        """Give the line its raw text and right edge, and the size and weight that most of its characters have."""
        line.pieces[-1] = line.pieces[-1]._replace(end=end)
        line.raw = raw_of(line.pieces, self._text)
        line.right = self._right(line.pieces[-1].end)
        line.first_word = self._right(line.pieces[0].start + len(line.raw.split(maxsplit=1)[0])) - line.left
        line.gaps = [gap for gap in line.gaps if gap.right < line.right]
        look = max(self._counts, key=lambda one: self._counts[one])
        line.size = look.size
        bold = sum(count for one, count in self._counts.items() if one.bold)
        line.bold = bold > 0.9 * sum(self._counts.values())
        return line


def raw_of(pieces: Sequence[Piece], text: str) -> str:
    """Return the characters of the pieces of a line, as PDFium lists them."""
    return "".join(
        ("" if index == 0 or piece.glued else " ") + text[piece.start : piece.end] for index, piece in enumerate(pieces)
    )


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
