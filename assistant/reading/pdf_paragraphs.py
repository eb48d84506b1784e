"""Lines of a PDF -> paragraphs, list items, table rows and headings, also across columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.reading.composing import Block, BlockKind, Fragment
from assistant.reading.pdf_fragments import fragments_of
from assistant.reading.pdf_headings import OutlineEntry, mark_headings
from assistant.reading.pdf_hyphens import HYPHENS, Hyphenation
from assistant.reading.pdf_layout import Element, Row
from assistant.reading.pdf_page import Line
from assistant.text.characters import CELL_SEPARATOR
from assistant.text.markers import BULLETS, MARKER, SURE_MARKER

_LEADER = re.compile(r"(?:[.·_…]\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})?\s*$", re.IGNORECASE)
_CONTENTS_TITLE = re.compile(r"(?:table of )?contents|índice|contenido|tabla de contenido", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"\s(?:\d{1,4}|[ivxlc]{1,7})\s*$", re.IGNORECASE)
_ENDED = re.compile(r"[.!?:;][\"'”\u2019»)\]]*(?:\d{1,3})?$")
_ITEM_ENDED = re.compile(r"(?:[.!?:;]|[;,]\s(?:and|or|y|o))[\"'”\u2019»)\]]*$")
_REFERS = re.compile(
    r"(?:\b(?:and|or|to|through|under|in|of|with|by|y|o|e|del?|section|subsection|paragraph|subparagraph|clause|title|"
    r"part|goal|type|step|sections|subsections|paragraphs|artículo|inciso)|[,)§])$",
    re.IGNORECASE,
)
"""The end of a line after which a number or "(c)" belongs to the sentence."""
_USUAL_LEADING = 1.2


@dataclass(slots=True)
class _State:
    """The paragraph that is being put together."""

    lines: list[Line] = field(default_factory=list)
    in_contents: bool = False


@dataclass(frozen=True, slots=True)
class _Spacing:
    """The usual distance from line to line for each type size."""

    leading: dict[float, float]

    @classmethod
    def measured(cls, elements: Sequence[Element]) -> _Spacing:
        counts: dict[float, Counter[float]] = {}
        for before, line in pairwise(elements):
            if isinstance(before, Line) and isinstance(line, Line) and before.page == line.page:
                drop = before.bottom - line.bottom
                if before.size == line.size and 0.8 * line.size < drop < 3.2 * line.size:
                    counts.setdefault(line.size, Counter())[round(2 * drop) / 2] += 1
        leading: dict[float, float] = {}
        for size, drops in counts.items():
            # The smallest distance that is common: larger ones are those between paragraphs.
            common = [drop for drop, count in drops.items() if count >= 0.25 * max(drops.values())]
            leading[size] = min(common)
        return cls(leading)

    def of(self, size: float) -> float:
        return self.leading.get(size, _USUAL_LEADING * size)


def blocks_of(elements: Sequence[Element], pages: Sequence[str], outline: Sequence[OutlineEntry]) -> list[Block]:
    """Return the blocks that the elements of all pages make; ``pages`` are the character lists of the pages."""
    lines = [line for element in elements for line in ([element] if isinstance(element, Line) else _all(element))]
    hyphenation = Hyphenation([line.raw for line in lines])
    mark_headings([element for element in elements if isinstance(element, Line)], outline)
    spacing = _Spacing.measured(elements)
    blocks: list[Block] = []

    def close(state: _State) -> None:
        if state.lines:
            block = _block(state, fragments_of(state.lines, pages, hyphenation))
            if block.text:
                blocks.append(block)
            state.lines = []

    state = _State()
    for element in elements:
        if isinstance(element, Row):
            close(state)
            fragments = _row_fragments(element, lambda cell: fragments_of(cell, pages, hyphenation))
            text = "".join(fragment.text for fragment in fragments)
            if text:
                kind = BlockKind.CONTENTS if state.in_contents and _ENDS_IN_NUMBER.search(text) else BlockKind.ROW
                blocks.append(Block(kind, text, 0, fragments))
        else:
            if state.lines and _opens_block(state.lines, element, spacing):
                close(state)
            state.lines.append(element)
    close(state)
    return blocks


def _all(row: Row) -> list[Line]:
    return [line for cell in row.cells for line in cell]


def _row_fragments(row: Row, read: Callable[[list[Line]], tuple[Fragment, ...]]) -> tuple[Fragment, ...]:
    parts: list[Fragment] = []
    for cell in row.cells:
        fragments = read(cell)
        if fragments and parts:
            parts.append(Fragment(CELL_SEPARATOR, fragments[0].page, None))
        parts += fragments
    return tuple(parts)


def _block(state: _State, fragments: tuple[Fragment, ...]) -> Block:
    text = "".join(fragment.text for fragment in fragments)
    level = state.lines[0].heading_level
    if level is not None:
        state.in_contents = _CONTENTS_TITLE.fullmatch(text.strip()) is not None
        return Block(BlockKind.HEADING, text, level, fragments)
    if _LEADER.search(text) or (state.in_contents and _ENDS_IN_NUMBER.search(text)):
        return Block(BlockKind.CONTENTS, text, 0, fragments)
    kind = BlockKind.ITEM if MARKER.match(text) else BlockKind.PARAGRAPH
    return Block(kind, text, 0, fragments, _bold_opening(state.lines, fragments))


def _bold_opening(lines: Sequence[Line], fragments: Sequence[Fragment]) -> int:
    """Return the length of the bold words that a paragraph opens with."""
    length = 0
    for fragment in fragments:
        line = next(
            (one for one in lines if one.pieces[0].start <= (fragment.start or 0) < one.pieces[-1].end), lines[0]
        )
        if fragment.start is None:
            length += len(fragment.text)
            continue
        bold = max(0, min(len(fragment.text), line.bold_until - fragment.start))
        length += bold
        if bold < len(fragment.text):
            break
    return length


def _opens_block(paragraph: list[Line], line: Line, spacing: _Spacing) -> bool:
    """Whether ``line`` begins a new block after the lines of ``paragraph``."""
    before = paragraph[-1]
    if before.heading_level is not None or line.heading_level is not None:
        return (before.heading_level, before.heading_group) != (line.heading_level, line.heading_group)
    if before.askew or line.askew or line.opens_cell:
        return True
    text, last = line.raw.lstrip(), before.raw.rstrip()
    if text[:1] in BULLETS or _LEADER.search(last):
        return True
    flows = line.page == before.page and line.bottom < before.bottom and _overlaps(before, line)
    if not flows:
        return not _continues_elsewhere(before, line, last, text)
    goes_on = text[:1].islower() and not _ENDED.search(last)
    broken_word = last.endswith(HYPHENS) and text[:1].isalnum() and not last.endswith(" -")
    if abs(line.size - before.size) > 0.08 * max(line.size, before.size):
        return not (goes_on or broken_word) or abs(line.size - before.size) > 0.25 * line.size
    drop, usual = before.bottom - line.bottom, spacing.of(line.size)
    if drop > 1.25 * usual + 0.5:
        return True
    if broken_word:
        return False
    if _is_marked(paragraph, line, last, text):
        return True
    ended = _ENDED.search(last) is not None
    if ended and drop > 1.12 * usual + 0.5:
        return True
    return _ended_early(before, line, ended, goes_on) or _indented(paragraph, line, ended, goes_on)


def _overlaps(before: Line, line: Line) -> bool:
    return min(before.right, line.right) > max(before.left, line.left) - line.size


def _is_marked(paragraph: list[Line], line: Line, last: str, text: str) -> bool:
    """Whether the line begins a list item or numbered paragraph, rather than with a number by chance of the wrap."""
    if not MARKER.match(text):
        return False
    if _ITEM_ENDED.search(last) or line.left < paragraph[-1].left - line.size:
        return True
    if not SURE_MARKER.match(text):
        return False
    aligned = abs(line.left - paragraph[0].left) < line.size
    listed = aligned and SURE_MARKER.match(paragraph[0].raw.lstrip()) is not None
    if _REFERS.search(last):
        return listed and line.text_left > line.left + 0.5 * line.size
    return listed or _short(paragraph[-1], line) or abs(line.left - paragraph[-1].left) > line.size


def _short(before: Line, line: Line) -> bool:
    return before.limit - before.right > line.first_word + 0.5 * line.size


def _ended_early(before: Line, line: Line, ended: bool, goes_on: bool) -> bool:
    """Whether the first word of ``line`` would have fitted on the line before, so that it was ended on purpose."""
    spare = before.limit - before.right - line.first_word - 0.3 * line.size
    if goes_on:
        return False
    return spare > (1.5 if ended else 3.0) * line.size


def _indented(paragraph: list[Line], line: Line, ended: bool, goes_on: bool) -> bool:
    before = paragraph[-1]
    if goes_on:
        return False
    step = 0.8 * line.size
    hanging = len(paragraph) == 1 and MARKER.match(before.raw.lstrip()) is not None
    if line.left > before.left + step:
        return ended and not hanging
    if line.left < before.left - step:
        first_line_indent = len(paragraph) == 1
        return ended if first_line_indent else True
    return False


def _continues_elsewhere(before: Line, line: Line, last: str, text: str) -> bool:
    """Whether a paragraph runs on at the top of the next column or page."""
    if abs(line.size - before.size) > 0.08 * line.size or before.bold != line.bold or MARKER.match(text):
        return text[:1].islower() and not _ENDED.search(last) and before.bold == line.bold
    if last.endswith(HYPHENS) and text[:1].isalnum():
        return True
    if _ENDED.search(last):
        return False
    return text[:1].islower() or (not _short(before, line) and text[:1] not in BULLETS)
