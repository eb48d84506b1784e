"""Blocks in reading order -> one text with its sections and citable units, offsets made as it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from assistant.records import Section, Span
from assistant.text.characters import CELL_SEPARATOR
from assistant.text.markers import without_marker
from assistant.text.sentences import cut_long, split_sentences, word_count

WORDS_IN_A_WHOLE_ITEM = 60
"""A longer list item or numbered paragraph is cited by sentence, its number staying with the first."""


class BlockKind(Enum):
    HEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()
    ROW = auto()
    CONTENTS = auto()
    """A line of a table of contents: part of the text, but it says nothing that could be cited."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a block; ``start`` is the index of its first character on the page, None for one that was added."""

    text: str
    page: int
    start: int | None


@dataclass(slots=True)
class Block:
    """A heading (``level`` from 1), paragraph, item or row: one line of the document's text.

    ``label`` is the length of a name in bold that opens it ("Annual meeting. The yearly ..."): it is not cited apart.
    """

    kind: BlockKind
    text: str
    level: int = 0
    fragments: tuple[Fragment, ...] = ()
    label: int = 0


@dataclass(frozen=True, slots=True)
class Composition:
    """The text of a document; ``starts`` are the offsets of the blocks that went into it, in order."""

    text: str
    sections: tuple[Section, ...]
    sentences: tuple[Span, ...]
    starts: tuple[int, ...]


@dataclass(slots=True)
class _Outline:
    """Collects the sections: flat, in order, covering the text without a gap."""

    path: list[tuple[int, str]] = field(default_factory=list)
    found: list[tuple[tuple[str, ...], int]] = field(default_factory=lambda: [((), 0)])

    def add(self, level: int, heading: str, start: int) -> None:
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        self.path.append((level, heading))
        self.found.append((tuple(name for _, name in self.path), start))

    def sections(self, length: int) -> tuple[Section, ...]:
        ends = [start for _, start in self.found[1:]] + [length]
        return tuple(
            Section(path, Span(start, end)) for (path, start), end in zip(self.found, ends, strict=True) if start < end
        )


def compose(blocks: Sequence[Block]) -> Composition:
    """Return the blocks as one text. Blocks must be clean (see ``characters``) and not empty."""
    if not any(block.kind not in (BlockKind.HEADING, BlockKind.CONTENTS) for block in blocks):
        # A file of nothing but short lines still has something to say.
        blocks = [Block(BlockKind.PARAGRAPH, block.text, 0, block.fragments) for block in blocks]
    parts: list[str] = []
    starts: list[int] = []
    sentences: list[Span] = []
    outline = _Outline()
    length = 0
    before: Block | None = None
    for block in blocks:
        if before is not None:
            separator = _separator(before, block)
            parts.append(separator)
            length += len(separator)
        if block.kind is BlockKind.HEADING:
            outline.add(block.level, without_marker(block.text) or block.text, length)
        parts.append(block.text)
        starts.append(length)
        sentences.extend(Span(length + unit.start, length + unit.end) for unit in citable_units(block))
        length += len(block.text)
        before = block
    return Composition("".join(parts), outline.sections(length), tuple(sentences), tuple(starts))


def citable_units(block: Block) -> Iterable[Span]:
    """Return the units of one block, as spans of its text."""
    if block.kind in (BlockKind.HEADING, BlockKind.CONTENTS):
        return ()
    if block.kind is BlockKind.ROW and word_count(block.text) > WORDS_IN_A_WHOLE_ITEM:
        return list(_units_of_cells(block.text))
    if block.kind is BlockKind.PARAGRAPH or word_count(block.text) > WORDS_IN_A_WHOLE_ITEM:
        units = split_sentences(block.text)
        if len(units) > 1 and units[0].end <= block.label + 1:
            units[:2] = cut_long(block.text, Span(units[0].start, units[1].end))
        return units
    return cut_long(block.text, Span(0, len(block.text)))


def _units_of_cells(text: str) -> Iterator[Span]:
    """A long row is cited cell by cell."""
    start = 0
    for cell in text.split(CELL_SEPARATOR):
        for unit in split_sentences(cell):
            yield Span(start + unit.start, start + unit.end)
        start += len(cell) + len(CELL_SEPARATOR)


def _separator(before: Block, block: Block) -> str:
    close = (BlockKind.ITEM, BlockKind.ROW, BlockKind.CONTENTS)
    if before.kind is BlockKind.HEADING and block.kind is not BlockKind.HEADING:
        return "\n"
    if block.kind in close and (before.kind is block.kind or before.text.endswith(":")):
        return "\n"
    return "\n\n"
