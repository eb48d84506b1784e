"""Which lines of a PDF are headings: its outline says so, or their type stands out from the text's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from assistant.reading.pdf_page import Line
from assistant.text.characters import clean, clean_line

HEADING_WORDS = 25
_LARGER = 1.12
_LINES_OF_A_HEADING = 4
_SHORTEST_CAPITALS = 3
_SECTION_NUMBER = re.compile(
    r"^\s*(?:(?:chapter|section|part|article|capítulo|sección)\s+)?[\dA-Z]{0,3}(?:\.\d+)*[.):]?\s+", re.IGNORECASE
)
_NOT_LETTERS = re.compile(r"[\W_]+")
_BULLETED = re.compile(r"[•▪■●○◆►‣·*\u2013—-]\s")


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: its depth from 1, its title, and the page (from 1) that it leads to."""

    level: int
    title: str
    page: int | None


@dataclass(frozen=True, slots=True, order=True)
class TypeStyle:
    """What type says of rank: size, then weight (2 bold, 1 capitals, 3 both), larger being higher."""

    size: float
    weight: int = 0


def style_of(line: Line) -> TypeStyle:
    return TypeStyle(line.size, 2 * line.bold + (line.raw.isupper() and len(line.raw) > _SHORTEST_CAPITALS))


def body_style(lines: Sequence[Line]) -> TypeStyle:
    """Return the style that most of the characters have."""
    counts: Counter[TypeStyle] = Counter()
    for line in lines:
        counts[TypeStyle(line.size, 2 * line.bold)] += len(line.raw)
    return counts.most_common(1)[0][0] if counts else TypeStyle(10.0)


def mark_headings(lines: Sequence[Line], outline: Sequence[OutlineEntry]) -> None:
    """Set ``heading_level`` and ``heading_group`` of the lines that are headings; lines are in reading order."""
    body = body_style(lines)
    groups = _by_outline(lines, outline)
    _by_type(lines, body, next_group=groups + 1)
    _set_levels(lines)


def _by_outline(lines: Sequence[Line], outline: Sequence[OutlineEntry]) -> int:
    """Match outline entries to lines of their page, in order; return the number of headings found."""
    places: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        places.setdefault(line.page, []).append(index)
    group = 0
    for entry in outline:
        wanted = _letters(entry.title)
        for index in places.get(entry.page or 0, ()):
            length = _match_length(lines, index, wanted) if lines[index].heading_level is None else 0
            if length:
                group += 1
                for line in lines[index : index + length]:
                    line.heading_level, line.heading_group = entry.level, group
                break
    return group


def _match_length(lines: Sequence[Line], start: int, wanted: str) -> int:
    """Return how many lines from ``start`` on make up exactly the letters wanted, 0 where they do not."""
    found = bare = ""
    for length, line in enumerate(lines[start : start + _LINES_OF_A_HEADING], start=1):
        found += _letters(line.raw)
        # The bookmark may lack the number that the heading has on the page.
        bare = _letters(_SECTION_NUMBER.sub("", line.raw)) if length == 1 else bare + _letters(line.raw)
        if wanted and wanted in (found, bare):
            return length
        if not wanted.startswith(found) and not (bare and wanted.startswith(bare)):
            return 0
    return 0


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", clean(text).casefold())


def _by_type(lines: Sequence[Line], body: TypeStyle, next_group: int) -> None:
    group = next_group
    run: list[Line] = []
    for index, line in enumerate(lines):
        if run and not _same_heading(run[-1], line):
            group += _close(run, lines, index, group)
            run = []
        if line.heading_level is None and _stands_out(line, body):
            run.append(line)
    if run:
        _close(run, lines, len(lines), group)


def _same_heading(before: Line, line: Line) -> bool:
    drop = before.bottom - line.bottom
    same = line.page == before.page and style_of(line) == style_of(before) and line.heading_level is None
    return same and 0 < drop < 1.6 * line.size


def _close(run: list[Line], lines: Sequence[Line], end: int, group: int) -> int:
    text = clean_line(" ".join(line.raw for line in run))
    following = lines[end] if end < len(lines) else None
    if not _reads_as_heading(text) or _goes_on(run[-1], following):
        return 0
    for line in run:
        line.heading_level, line.heading_group = 0, group
    return 1


def _goes_on(last: Line, following: Line | None) -> bool:
    """Whether the text after goes on in mid sentence: then the bold or large words only open a paragraph."""
    if following is None or following.page != last.page:
        return False
    drop = last.bottom - following.bottom
    return 0 < drop < 1.6 * following.size and following.raw.lstrip()[:1].islower()


def _stands_out(line: Line, body: TypeStyle) -> bool:
    if line.askew:
        return False
    if line.size >= _LARGER * body.size:
        return any(char.isalpha() for char in line.raw)
    if line.size < 0.93 * body.size:
        return False
    return style_of(line).weight > body.weight


def _reads_as_heading(text: str) -> bool:
    words = text.split()
    if not words or len(words) > HEADING_WORDS or text[-1] in ".;,":
        return False
    first = next((char for char in text if char.isalnum()), "")
    return not first.islower() and not _BULLETED.match(text) and sum(char.isalpha() for char in text) >= 3


def _set_levels(lines: Sequence[Line]) -> None:
    """Give the headings found by type a level: that of the outline's headings of the same style, else by size."""
    outlined: dict[TypeStyle, list[int]] = {}
    unknown: set[TypeStyle] = set()
    for line in lines:
        if line.heading_level:
            outlined.setdefault(style_of(line), []).append(line.heading_level)
        elif line.heading_level == 0:
            unknown.add(style_of(line))
    levels = {style: round(median(found)) for style, found in outlined.items()}
    for style in sorted(unknown - set(levels), reverse=True):
        levels[style] = max((level for other, level in levels.items() if other > style), default=0) + 1
    for line in lines:
        if line.heading_level == 0:
            line.heading_level = levels[style_of(line)]
