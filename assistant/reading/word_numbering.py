"""The numbers that Word shows before list items and headings, which its file does not hold as text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from assistant.reading.numerals import numeral
from assistant.reading.word_styles import Style

_FORMATS = {
    "decimal": "1",
    "decimalZero": "1",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
}
_Element = Any


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    template: str
    start: int


@dataclass(slots=True)
class Numbering:
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    used: set[str] = field(default_factory=set)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of_part(cls, root: _Element | None) -> Numbering:
        if root is None:
            return cls()
        abstract = {
            one.get(qn("w:abstractNumId"), ""): {
                int(level.get(qn("w:ilvl"), "0")): _level(level) for level in one.findall(qn("w:lvl"))
            }
            for one in root.findall(qn("w:abstractNum"))
        }
        numbering = cls()
        for one in root.findall(qn("w:num")):
            identifier = one.get(qn("w:numId"), "")
            group = one.find(qn("w:abstractNumId"))
            numbering.groups[identifier] = group.get(qn("w:val"), "") if group is not None else ""
            numbering.levels[identifier] = abstract.get(numbering.groups[identifier], {})
            numbering.restarts[identifier] = {
                int(override.get(qn("w:ilvl"), "0")): _integer(override, "w:startOverride", 1)
                for override in one.findall(qn("w:lvlOverride"))
                if override.find(qn("w:startOverride")) is not None
            }
        return numbering

    def label(self, paragraph: _Element, style: Style) -> str:
        """Return the number or bullet of a paragraph and count it; '' where it has none."""
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        identifier, depth = style.numbering_id, style.numbering_level
        if own is not None:
            identifier = _text(own, "w:numId") or identifier
            depth = _text(own, "w:ilvl") or depth
        level = int(depth) if depth and depth.isdigit() else 0
        if identifier is None or level not in self.levels.get(identifier, {}):
            return ""
        self._count(identifier, level)
        shown = self.levels[identifier][level]
        if shown.format == "bullet":
            return "•"
        if shown.format == "none":
            return ""
        counts = self.counts[self.groups[identifier]]
        return re.sub(
            r"%(\d)", lambda match: self._numeral(identifier, int(match[1]) - 1, counts), shown.template
        ).strip()

    def _count(self, identifier: str, level: int) -> None:
        counts = self.counts[self.groups[identifier]]
        if identifier not in self.used:
            self.used.add(identifier)
            counts.update({deep: start - 1 for deep, start in self.restarts[identifier].items()})
        counts[level] = counts.get(level, self.levels[identifier][level].start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]

    def _numeral(self, identifier: str, level: int, counts: dict[int, int]) -> str:
        definition = self.levels[identifier].get(level)
        if definition is None:
            return ""
        return numeral(counts.get(level, definition.start), _FORMATS.get(definition.format, "1"))


def _level(element: _Element) -> _Level:
    form, template = _text(element, "w:numFmt") or "decimal", _text(element, "w:lvlText") or ""
    return _Level(form, template, _integer(element, "w:start", 1))


def _integer(element: _Element, name: str, otherwise: int) -> int:
    value = _text(element, name)
    return int(value) if value and value.isdigit() else otherwise


def _text(element: _Element, name: str) -> str | None:
    child = element.find(qn(name))
    return child.get(qn("w:val")) if child is not None else None
