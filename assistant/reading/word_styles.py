"""What the styles of a Word file say: names, heading levels, numbering, hidden text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_OFF = ("0", "false", "off", "none")
_SMALLEST_SIZE = 8  # Half points: less than 4 pt is not meant to be read.
_Element = Any


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what it inherits; ``level`` 0 is the title, 1 to 9 headings, None neither."""

    name: str = ""
    level: int | None = None
    numbering_id: str | None = None
    numbering_level: str | None = None


@dataclass(slots=True)
class Styles:
    elements: dict[str, _Element] = field(default_factory=dict)
    language: str | None = None
    _known: dict[str, Style] = field(default_factory=dict)

    @classmethod
    def of_part(cls, root: _Element | None) -> Styles:
        if root is None:
            return cls()
        elements = {style.get(qn("w:styleId"), ""): style for style in root.iter(qn("w:style"))}
        language = root.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
        return cls(elements, language.get(qn("w:val")) if language is not None else None)

    def of(self, paragraph: _Element) -> Style:
        """Return the style of a paragraph, its own outline level taking precedence."""
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return Style()
        style = self._named(_value(properties, "w:pStyle") or "")
        level = _value(properties, "w:outlineLvl")
        if level is not None and level.isdigit():
            return Style(
                style.name, int(level) + 1 if int(level) < 9 else None, style.numbering_id, style.numbering_level
            )
        return style

    def _named(self, identifier: str) -> Style:
        if identifier not in self._known:
            self._known[identifier] = self._resolved(identifier)
        return self._known[identifier]

    def _resolved(self, identifier: str) -> Style:
        name, level, numbering_id, numbering_level = "", None, None, None
        for element in self._chain(identifier):
            own = _value(element, "w:name") or ""
            name = name or own
            heading = _HEADING.fullmatch(own)
            outline = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if level is None and heading:
                level = int(heading[1])
            elif level is None and own.lower() == "title":
                level = 0
            elif level is None and outline is not None and (outline.get(qn("w:val")) or "9") in "012345678":
                level = int(outline.get(qn("w:val"))) + 1
            number = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if number is not None:
                numbering_id = numbering_id or _value(number, "w:numId")
                numbering_level = numbering_level or _value(number, "w:ilvl")
        return Style(name, level, numbering_id, numbering_level)

    def _chain(self, identifier: str) -> list[_Element]:
        chain: list[_Element] = []
        seen: set[str] = set()
        while identifier in self.elements and identifier not in seen:
            seen.add(identifier)
            chain.append(self.elements[identifier])
            identifier = _value(chain[-1], "w:basedOn") or ""
        return chain

    def is_bold(self, run: _Element) -> bool:
        properties = run.find(qn("w:rPr"))
        return properties is not None and _is_on(properties, "w:b")

    def is_hidden(self, run: _Element, *, shaded: bool) -> bool:
        """Whether a reader of the printed page does not see the run: vanished, white on white, below 4 pt."""
        properties = run.find(qn("w:rPr"))
        if properties is None:
            return False
        styles = self._chain(_value(properties, "w:rStyle") or "")
        inherited = [style.find(qn("w:rPr")) for style in styles]
        every = [properties, *(found for found in inherited if found is not None)]
        if any(_is_on(found, name) for found in every for name in ("w:vanish", "w:specVanish")):
            return True
        color = next((value for found in every if (value := _value(found, "w:color"))), "auto")
        size = next((value for found in every if (value := _value(found, "w:sz"))), "24")
        white = color.lower() == "ffffff" and not shaded and not self.is_shaded(properties)
        return white or (size.isdigit() and int(size) < _SMALLEST_SIZE)

    @staticmethod
    def is_shaded(properties: _Element | None) -> bool:
        if properties is None:
            return False
        shade = properties.find(qn("w:shd"))
        fill = (shade.get(qn("w:fill")) or "auto").lower() if shade is not None else "auto"
        return fill not in ("auto", "ffffff") or _value(properties, "w:highlight") is not None


def _value(element: _Element, name: str) -> str | None:
    child = element.find(qn(name))
    return child.get(qn("w:val")) if child is not None else None


def _is_on(properties: _Element, name: str) -> bool:
    child = properties.find(qn(name))
    return child is not None and (child.get(qn("w:val")) or "true").lower() not in _OFF
