"""How the text of a PDF page looks: size, weight, direction, and whether a reader can see it at all.

Hidden text is how a document smuggles words to a machine past the people who read it. Text without ink is kept in
one case: over a picture, where it is the text recognition of a scan.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]

_SMALLEST_SIZE = 4.0
_NEARLY_WHITE = 250
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|-bd\b|,b\b", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_BOLD_WEIGHT = 600
_DEEPEST_FORM = 5
_MOST_OBJECTS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the words of one text object share; ``size`` is the type size on paper in points, rounded to 0.5.

    Compared by identity, which is fast: a page has one object for each look.
    """

    size: float
    bold: bool
    quarter: int
    slanted: bool
    without_ink: bool
    white: bool
    plainly_visible: bool = True


# With plain addresses for arguments and result: it is called for every word.
_text_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)


class LookBook:
    """Looks up, once for each text object of a page, what it looks like."""

    def __init__(self, page: pdfium.FPDF_PAGE, text_page: pdfium.FPDF_TEXTPAGE) -> None:
        self._page, self._text_page = page, text_page
        self._address = ctypes.cast(text_page, ctypes.c_void_p).value
        self._looks: dict[int | None, Look] = {}
        self._alike: dict[tuple[object, ...], Look] = {}
        self._fonts: dict[int, bool] = {}
        self._matrix, self._size = pdfium.FS_MATRIX(), ctypes.c_float()
        self._color = [ctypes.c_uint() for _ in range(4)]
        self.plain = Look(10.0, False, 0, False, False, False)

    def look_at(self, index: int) -> Look:
        """Return the look of the character at ``index`` of the page's list; the same object for equal looks."""
        key = _text_object(self._address, index)
        look = self._looks.get(key)
        if look is None:
            look = self._looks[key] = self._measured(index) if key else self.plain
        return look

    def most_common_quarter(self, indexes: Sequence[int]) -> int:
        """Return the direction, in quarter turns, that most of the characters at ``indexes`` run in."""
        counts = [0, 0, 0, 0]
        for index in indexes:
            counts[self.look_at(index).quarter] += 1
        return counts.index(max(counts))

    def _measured(self, index: int) -> Look:
        text_object = pdfium.FPDFText_GetTextObject(self._text_page, index)
        matrix, size = self._matrix, self._size
        if not pdfium.FPDFText_GetMatrix(self._text_page, index, matrix):
            return self.plain
        pdfium.FPDFTextObj_GetFontSize(text_object, size)
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
        points = round(2 * size.value * scale) / 2
        quarter, slanted = _direction(matrix.a, matrix.b)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text_object)
        red, green, blue, alpha = self._color
        painted = mode in (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP)
        known = bool(painted and pdfium.FPDFPageObj_GetFillColor(text_object, red, green, blue, alpha))
        without_ink = mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE or (known and alpha.value == 0)
        white = known and min(red.value, green.value, blue.value) >= _NEARLY_WHITE
        bold = self._is_bold(pdfium.FPDFTextObj_GetFont(text_object))
        plainly_visible = not without_ink and not white and points >= _SMALLEST_SIZE
        key = (points, bold, quarter, slanted, without_ink, white, plainly_visible)
        look = self._alike.get(key)
        if look is None:
            look = self._alike[key] = Look(points, bold, quarter, slanted, without_ink, white, plainly_visible)
        return look

    def _is_bold(self, font: pdfium.FPDF_FONT) -> bool:
        if not font:
            return False
        key = ctypes.addressof(font.contents)
        if key not in self._fonts:
            name = ctypes.create_string_buffer(128)
            pdfium.FPDFFont_GetBaseFontName(font, name, 128)
            flags = pdfium.FPDFFont_GetFlags(font)
            self._fonts[key] = (
                _BOLD.search(name.value.decode("utf-8", "replace")) is not None
                or pdfium.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
                or (flags > 0 and bool(flags & _FORCE_BOLD))
            )
        return self._fonts[key]

    def is_visible(self, look: Look, box: Box, length: int) -> bool:
        """Whether a reader of the page sees a word of ``length`` characters in ``box``."""
        left, bottom, right, top = box
        edge = self.page_box
        if right < edge[0] or left > edge[2] or top < edge[1] or bottom > edge[3]:
            return False
        if look.without_ink:
            return self._is_over(box, self._pictures)
        if look.white:
            return self._is_over(box, self._pictures) or self._is_over(box, self._fills)
        # Two characters below the smallest size may be a footnote's mark.
        return look.size >= _SMALLEST_SIZE or length <= 2 or min(right - left, top - bottom) >= _SMALLEST_SIZE + 1

    @staticmethod
    def _is_over(box: Box, areas: list[Box]) -> bool:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in areas)

    @cached_property
    def page_box(self) -> Box:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        for measure in (pdfium.FPDFPage_GetCropBox, pdfium.FPDFPage_GetMediaBox):
            if measure(self._page, left, bottom, right, top) and right.value > left.value and top.value > bottom.value:
                return left.value, bottom.value, right.value, top.value
        return 0.0, 0.0, 612.0, 792.0

    @property
    def has_images(self) -> bool:
        return bool(self._pictures)

    @property
    def _pictures(self) -> list[Box]:
        return self._areas[0]

    @property
    def _fills(self) -> list[Box]:
        return self._areas[1]

    @cached_property
    def _areas(self) -> tuple[list[Box], list[Box]]:
        """The boxes of the pictures and of the coloured areas; collected only for pages that need them."""
        pictures: list[Box] = []
        fills: list[Box] = []
        edges = [ctypes.c_float() for _ in range(4)]
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        waiting: list[tuple[pdfium.FPDF_PAGEOBJECT, int]] = [
            (pdfium.FPDFPage_GetObject(self._page, index), 0)
            for index in range(min(_MOST_OBJECTS, pdfium.FPDFPage_CountObjects(self._page)))
        ]
        while waiting:
            item, depth = waiting.pop()
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT or not pdfium.FPDFPageObj_GetBounds(item, *edges):
                continue
            left, bottom, right, top = (edge.value for edge in edges)
            if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                pictures.append((left, bottom, right, top))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                if depth == 0:  # Objects inside are placed by the form's own matrix: its whole box counts.
                    (pictures if self._holds_picture(item) else fills).append((left, bottom, right, top))
            elif (
                pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
                and alpha.value
                and min(red.value, green.value, blue.value) < _NEARLY_WHITE
                and _is_filled(item)
            ):
                fills.append((left, bottom, right, top))
        return pictures, fills

    def _holds_picture(self, form: pdfium.FPDF_PAGEOBJECT) -> bool:
        waiting, seen = [(form, 0)], 0
        while waiting and seen < _MOST_OBJECTS:
            item, depth = waiting.pop()
            for index in range(pdfium.FPDFFormObj_CountObjects(item)):
                seen += 1
                inner = pdfium.FPDFFormObj_GetObject(item, index)
                kind = pdfium.FPDFPageObj_GetType(inner)
                if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                    return True
                if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                    waiting.append((inner, depth + 1))
        return False


def _is_filled(path: pdfium.FPDF_PAGEOBJECT) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(path, mode, stroke)) and mode.value != pdfium.FPDF_FILLMODE_NONE


def _direction(a: float, b: float) -> tuple[int, bool]:
    """Return the direction of a text matrix in quarter turns, and whether it is slanted in between."""
    angle = math.degrees(math.atan2(b, a)) % 360
    quarter = round(angle / 90)
    return quarter % 4, abs(angle - 90 * quarter) > 10
