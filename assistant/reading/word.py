"""Word files (.docx): body text in order, heading styles, list numbers, tables, footnotes.

python-docx opens the package; the walk itself is over the XML, since what a reader sees also stands in places that
its objects pass over: content controls, tracked insertions, text boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from assistant.reading.composing import Block, BlockKind
from assistant.reading.word_numbering import Numbering
from assistant.reading.word_styles import Styles
from assistant.text.characters import CELL_SEPARATOR, clean_line
from assistant.text.markers import MARKER

_HEADING_WORDS = 14
_CONTENTS_STYLE = re.compile(r"toc \d|toc heading|table of figures", re.IGNORECASE)
_DELETED = frozenset(qn(name) for name in ("w:del", "w:moveFrom", "w:pPr", "w:instrText"))
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT, _TAB, _BREAK, _CARRIAGE, _HYPHEN = (qn(name) for name in ("w:t", "w:tab", "w:br", "w:cr", "w:noBreakHyphen"))
_RUN, _PARAGRAPH, _TABLE, _ROW, _CELL = (qn(name) for name in ("w:r", "w:p", "w:tbl", "w:tr", "w:tc"))
_NOTE, _BOX = qn("w:footnoteReference"), qn("w:txbxContent")
_TRANSPARENT = frozenset(
    qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")
)
_Element = Any  # lxml's elements have no public type.


@dataclass(frozen=True, slots=True)
class WordContent:
    blocks: list[Block]
    title: str | None
    language: str | None


@dataclass(slots=True)
class _Reader:
    styles: Styles
    numbering: Numbering
    notes: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    noted: int = 0
    title: str | None = None

    def read(self, container: _Element, *, shaded: bool = False) -> None:
        for element in container:
            if element.tag == _PARAGRAPH:
                self.add_paragraph(element, shaded=shaded)
            elif element.tag == _TABLE:
                self.add_table(element)
            elif element.tag in _TRANSPARENT:
                self.read(element, shaded=shaded)

    def add_paragraph(self, paragraph: _Element, *, shaded: bool) -> None:
        style = self.styles.of(paragraph)
        label = self.numbering.label(paragraph, style)
        lines = [clean_line(line) for line in _text(paragraph, self.styles, shaded=shaded).split("\n")]
        kind, level = self._kind(paragraph, style.name, style.level, label, lines)
        if kind is BlockKind.HEADING:
            lines = [" ".join(line for line in lines if line)]
            if style.name.lower() == "title" and self.title is None:
                self.title = lines[0] or None
        bold = _bold_opening(paragraph, self.styles)
        for line in lines:
            if line:
                opening = bold + len(label) + 1 if bold and label else bold
                self.blocks.append(Block(kind, f"{label} {line}" if label else line, level, label=opening))
                label, bold = "", 0
        for box in paragraph.iter(_BOX):
            if not any(ancestor.tag == _ALTERNATIVE for ancestor in box.iterancestors()):
                self.read(box)
        for reference in paragraph.iter(_NOTE):
            note = self.notes.get(reference.get(qn("w:id"), ""))
            if note:
                self.noted += 1
                self.blocks.append(Block(BlockKind.PARAGRAPH, f"{self.noted} {note}"))

    def _kind(
        self, paragraph: _Element, style: str, style_level: int | None, label: str, lines: list[str]
    ) -> tuple[BlockKind, int]:
        if _CONTENTS_STYLE.fullmatch(style):
            return BlockKind.CONTENTS, 0
        if style_level is not None:
            return BlockKind.HEADING, style_level
        text = lines[0] if lines else ""
        if label or MARKER.match(text) or style.lower().startswith("list "):
            return BlockKind.ITEM, 0
        few = len(lines) == 1 and 0 < len(text.split()) <= _HEADING_WORDS
        if few and text[-1:] not in ".,;:?!" and text[:1].isupper() and _all_bold(paragraph, self.styles):
            return BlockKind.HEADING, 9
        return BlockKind.PARAGRAPH, 0

    def add_table(self, table: _Element) -> None:
        for row in table.iter(_ROW):
            if next(row.iterancestors(_TABLE)) is not table:
                continue
            cells = [cell for cell in row.iter(_CELL) if next(cell.iterancestors(_ROW)) is row]
            if len(cells) == 1:  # A box round text, not a table.
                self.read(cells[0], shaded=True)
                continue
            texts = [clean_line(" ".join(self._cell_texts(cell))) for cell in cells]
            text = CELL_SEPARATOR.join(cell for cell in texts if cell)
            if text:
                self.blocks.append(Block(BlockKind.ROW, text))

    def _cell_texts(self, cell: _Element) -> Iterator[str]:
        # The shading of a table style is not looked up: white letters in a table are taken as seen.
        for paragraph in cell.iter(_PARAGRAPH):
            label = self.numbering.label(paragraph, self.styles.of(paragraph))
            text = _text(paragraph, self.styles, shaded=True).replace("\n", " ")
            yield f"{label} {text}" if label and text.strip() else text


def read_word(data: bytes) -> WordContent:
    """Return the blocks of a .docx file. Its package must have been checked before (``word_package``)."""
    package = docx.Document(BytesIO(data))
    root = package.element
    parts = {part.partname.split("/")[-1]: part for part in package.part.package.iter_parts()}
    styles = Styles.of_part(getattr(parts.get("styles.xml"), "element", None))
    numbering = Numbering.of_part(getattr(parts.get("numbering.xml"), "element", None))
    notes_part = parts.get("footnotes.xml")
    reader = _Reader(styles, numbering, _notes(notes_part.blob if notes_part is not None else None, styles))
    reader.read(root.body)
    properties = package.core_properties
    title = reader.title or clean_line(properties.title or "") or None
    return WordContent(reader.blocks, title, properties.language or styles.language)


def _notes(blob: bytes | None, styles: Styles) -> dict[str, str]:
    """Return the text of the footnotes by their id; separators and the like have a type and are left out."""
    if blob is None:
        return {}
    from docx.oxml.parser import parse_xml

    notes: dict[str, str] = {}
    for note in parse_xml(blob).iter(qn("w:footnote")):
        if note.get(qn("w:type")) is None:
            texts = (_text(paragraph, styles, shaded=False) for paragraph in note.iter(_PARAGRAPH))
            notes[note.get(qn("w:id"), "")] = clean_line(" ".join(texts))
    return notes


def _text(paragraph: _Element, styles: Styles, *, shaded: bool) -> str:
    """Return what a reader sees of a paragraph; a line break in it is a new line here."""
    parts: list[str] = []
    shaded = shaded or styles.is_shaded(paragraph.find(qn("w:pPr")))
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        tag = element.tag
        if tag in _DELETED or tag in (_ALTERNATIVE, _BOX):
            continue
        if tag == _RUN and styles.is_hidden(element, shaded=shaded):
            continue
        if tag == _TEXT:
            parts.append(element.text or "")
        elif tag == _TAB:
            parts.append("\t")
        elif tag in (_BREAK, _CARRIAGE):
            parts.append("\n" if element.get(qn("w:type")) is None else " ")
        elif tag == _HYPHEN:
            parts.append("-")
        else:
            waiting.extend(reversed(element))
    return "".join(parts)


def _bold_opening(paragraph: _Element, styles: Styles) -> int:
    """Return the length of the bold words that the paragraph opens with."""
    opening: list[str] = []
    for run in paragraph.iter(_RUN):
        text = "".join(element.text or "" for element in run.iter(_TEXT))
        if text.strip() and not styles.is_bold(run):
            break
        opening.append(text)
    return len(clean_line("".join(opening)))


def _all_bold(paragraph: _Element, styles: Styles) -> bool:
    runs = [run for run in paragraph.iter(_RUN) if any((text.text or "").strip() for text in run.iter(_TEXT))]
    return bool(runs) and all(styles.is_bold(run) for run in runs)
