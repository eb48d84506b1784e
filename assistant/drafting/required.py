"""The sources' own words for what a section must cover."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.drafting.pieces import PIECES_READ, Piece, claim, content_stems
from assistant.records import RequiredItem
from assistant.support import SupportCheck

_PRECISION, _NAMED, _ORIGINAL = 0.4, 0.15, 0.1
"""What counts beside the share of an item's words that a piece has, which counts 1."""
_PARAGRAPH = re.compile(r"(?:\([A-Za-z0-9]{1,3}\))+")


def carrying(
    items: Sequence[RequiredItem], quotable: Sequence[Piece], check: SupportCheck
) -> dict[str, tuple[Piece, ...]]:
    """Return for each item, by name, the pieces that together say what it asks for; nothing where none do.

    The piece that fits best is asked first by itself, so that one crisp sentence is quoted where there is one.
    """
    ranked = {item.name: _by_fit(item, quotable) for item in items}
    found: dict[str, tuple[Piece, ...]] = {}
    for most in (1, 4, PIECES_READ):
        asked = [(item, ranked[item.name][:most]) for item in items if item.name not in found and ranked[item.name]]
        verdicts = check.judge([claim(item.words, pieces) for item, pieces in asked]) if asked else []
        for (item, pieces), verdict in zip(asked, verdicts, strict=True):
            if verdict.supported and not verdict.partly_checked:
                found[item.name] = tuple(pieces[place] for place in verdict.carried_by)
    return found


def _by_fit(item: RequiredItem, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces in the order of how well they say what an item asks for.

    First comes what has most of the item's words and little else, with something for a piece that names the paragraph
    and for an original.
    """
    wanted = content_stems(item.words)
    label = _label(item.name)

    def fit(piece: Piece) -> float:
        shared = len(wanted & piece.stems)
        return (
            shared / max(1, len(wanted))
            + _PRECISION * shared / max(1, len(piece.stems))
            + _NAMED * (label is not None and label.search(piece.text) is not None)
            + _ORIGINAL * piece.document.original
        )

    return tuple(sorted((piece for piece in pieces if wanted & piece.stems), key=lambda piece: -fit(piece)))


def _label(name: str) -> re.Pattern[str] | None:
    """Return what finds the paragraph of an item's name: "(c)(1)" for "1116(c)(1), subjects"."""
    short = name.split(",")[0]
    found = _PARAGRAPH.search(short)
    label = found[0] if found else short
    return re.compile(rf"(?<!\)){re.escape(label)}(?![\w(])") if any(one.isdigit() for one in short) else None
