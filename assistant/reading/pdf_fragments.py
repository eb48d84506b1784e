"""Lines of a PDF -> clean text that knows which character of which page each of its own stands for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from assistant.reading.composing import Fragment
from assistant.reading.pdf_hyphens import HYPHENS, Hyphenation
from assistant.reading.pdf_page import LINE_END_HYPHEN, Line
from assistant.text.characters import clean, is_clean

_WORD = re.compile(r"\S+")
_MARKED_HYPHEN = re.compile(f"[{LINE_END_HYPHEN}\x02]")


def fragments_of(lines: Sequence[Line], pages: Sequence[str], hyphenation: Hyphenation) -> tuple[Fragment, ...]:
    """Return the text of ``lines`` joined to one; ``pages`` are the character lists of the pages, in order."""
    found: list[Fragment] = []
    for index, line in enumerate(lines):
        pieces = list(_line_fragments(line, pages[line.page - 1]))
        following = lines[index + 1] if index + 1 < len(lines) else None
        if following is None or not pieces:
            found += pieces
        else:
            found += _joined(line, pieces, following, hyphenation)
    return _trimmed(found)


def _joined(line: Line, pieces: list[Fragment], following: Line, hyphenation: Hyphenation) -> list[Fragment]:
    """Return the line's pieces with what joins them to the following line."""
    space = Fragment(" ", line.page, None)
    raw = line.raw.rstrip()
    if not raw.endswith(HYPHENS) or len(raw) < 2 or raw[-2].isspace() or raw[-2] == "-":
        return [*pieces, space]
    joint = hyphenation.joint(raw[:-1], following.raw.lstrip())
    last = pieces[-1]
    if joint:
        if not last.text.endswith("-"):  # A soft hyphen shows here, though cleaning dropped it.
            pieces = [*pieces, Fragment("-", line.page, line.pieces[-1].end - 1)]
        return pieces if joint == "-" else [*pieces, space]
    if last.text.endswith("-"):
        pieces = [*pieces[:-1], Fragment(last.text[:-1], last.page, last.start)]
    return [piece for piece in pieces if piece.text]


def _line_fragments(line: Line, page: str) -> Iterator[Fragment]:
    for number, (start, end, glued) in enumerate(line.pieces):
        if number and not glued:
            yield Fragment(" ", line.page, None)
        raw = page[start:end]
        if is_clean(raw) and "  " not in raw:
            yield Fragment(raw, line.page, start)
        else:
            yield from _spaced(raw, start, line.page)


def _spaced(raw: str, offset: int, page: int) -> Iterator[Fragment]:
    first = True
    for word in _WORD.finditer(raw):
        pieces = [piece for piece in _word_fragments(word[0], offset + word.start(), page) if piece.text]
        if pieces and not first:
            yield Fragment(" ", page, offset + word.start() - 1)
        first = first and not pieces
        yield from pieces


def _word_fragments(word: str, offset: int, page: int) -> Iterator[Fragment]:
    """Clean a word; where its characters stay one for one they keep their place."""
    word = _MARKED_HYPHEN.sub("-", word)
    cleaned = clean(word)
    if len(cleaned) == len(word) and all(clean(char) == other for char, other in zip(word, cleaned, strict=True)):
        yield Fragment(cleaned, page, offset)
        return
    for start, end in _clusters(word):
        text = clean(word[start:end]).replace("\n", "")
        yield Fragment(text, page, offset + start if len(text) == 1 else None)


def _clusters(word: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a letter and the accents that follow it."""
    start = 0
    for index in range(1, len(word) + 1):
        if index == len(word) or not unicodedata.combining(word[index]):
            yield start, index
            start = index


def _trimmed(fragments: list[Fragment]) -> tuple[Fragment, ...]:
    """Drop white space at both ends and doubled spaces between fragments."""
    kept: list[Fragment] = []
    for fragment in fragments:
        if fragment.text == " " and (not kept or kept[-1].text.endswith(" ")):
            continue
        text, start = fragment.text, fragment.start
        if not kept or kept[-1].text.endswith(" "):
            stripped = text.lstrip(" ")
            start = start + len(text) - len(stripped) if start is not None else None
            text = stripped
        if text:
            kept.append(Fragment(text, fragment.page, start))
    while kept and kept[-1].text.endswith(" "):
        last = kept.pop()
        if stripped := last.text.rstrip(" "):
            kept.append(Fragment(stripped, last.page, last.start))
    return tuple(kept)
