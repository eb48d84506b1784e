"""The body of a template's section: paragraphs and list items, their sentences, the places for quoted sentences. Pure.

What may stand in it is little enough to be learned from an example: paragraphs and items ("- ") separated by blank
lines, ``{field}``, ``{field?}``, ``[blank]`` and ``{source: NAME}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.text.sentences import split_sentences

PLACE = re.compile(r"\{\s*source\s*:\s*(?P<item>[^{}]+?)\s*\}")
FIELD = re.compile(r"\{\s*(?P<name>[a-z][a-z0-9_]*)\s*(?P<optional>\?)?\s*\}")
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
_ITEM = re.compile(r"^\s*[-*•]\s+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NOT_TAKEN = (
    (re.compile(r"^\s*\|"), "a table", "write its rows as items that begin with '- '"),
    (re.compile(r"^\s*\d{1,3}[.)]\s"), "a numbered list", "begin each item with '- '"),
    (re.compile(r"^\s*#"), "a heading of another level than '##'", "make it a section of its own, or plain text"),
    (re.compile(r"^\s*(?:```|~~~)"), "a block of code", "take its fences away"),
    (re.compile(r"!?\[[^\]]*\]\([^)]*\)"), "a link or an image", "write out the words; sources are cited for you"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), "HTML", "write plain words"),
    (re.compile(r"\*\*|__"), "bold type", "write plain words; headings and quotations are set off for you"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the template, its fields not yet filled in."""

    text: str

    @property
    def is_one_field(self) -> bool:
        """Whether it is nothing but a field: what the school typed stands there by itself."""
        return FIELD.fullmatch(self.text.strip().rstrip(".")) is not None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sources' own words for the required item of this name go."""

    item: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or an item of a list."""

    parts: tuple[Statement | Place, ...]
    item: bool = False


def blocks(body: str) -> tuple[Block, ...]:
    """Return the paragraphs and items of a body in order."""
    return tuple(_block(" ".join(lines), item) for lines, item in _paragraphs(body))


def _paragraphs(body: str) -> Iterator[tuple[list[str], bool]]:
    lines: list[str] = []
    item = False
    for line in [*_COMMENT.sub("", body).splitlines(), ""]:
        begins_item = _ITEM.match(line) is not None
        if lines and (begins_item or not line.strip()):
            yield lines, item
            lines = []
        if not line.strip():
            continue
        if not lines:
            item = begins_item
        lines.append(_ITEM.sub("", line).strip() if begins_item else line.strip())


def _block(text: str, item: bool) -> Block:
    parts: list[Statement | Place] = []
    position = 0
    for place in PLACE.finditer(text):
        parts += _statements(text[position : place.start()])
        parts.append(Place(place["item"]))
        position = place.end()
    return Block((*parts, *_statements(text[position:])), item)


def _statements(text: str) -> list[Statement]:
    # Fields are masked by words of the same length, so that their braces do not decide where a sentence ends.
    masked = FIELD.sub(lambda found: "X" * len(found.group()), text)
    return [Statement(span.of(text)) for span in split_sentences(masked)]


def statements(body: str) -> tuple[Statement, ...]:
    """Return all sentences of a body in order."""
    return tuple(part for block in blocks(body) for part in block.parts if isinstance(part, Statement))


def fields(body: str) -> tuple[str, ...]:
    """Return the names of the fields of a body, each once."""
    return tuple(dict.fromkeys(found["name"] for found in FIELD.finditer(body)))


def places(body: str) -> tuple[str, ...]:
    """Return the names of the items that the body has places for, in order."""
    return tuple(found["item"] for found in PLACE.finditer(body))


def mistakes(body: str) -> Iterator[tuple[int, str, str]]:
    """Yield line (from 1), what is wrong, and what to do, for all that a body may not hold."""
    text = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), body)
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, what, instead in _NOT_TAKEN:
            if pattern.search(line):
                yield number, f"there is {what}, which a draft cannot hold", instead
        for braces in _BRACES.finditer(line):
            if not FIELD.fullmatch(braces.group()) and not PLACE.fullmatch(braces.group()):
                yield (
                    number,
                    f"{braces.group()!r} is neither a field nor a place for a source",
                    ("write {name_of_a_field} or {source: NAME of an item that the section covers}"),
                )
        if line.count("[") != line.count("]"):
            yield number, "a bracket of a blank is not closed or not opened on its line", "write [words], on one line"
