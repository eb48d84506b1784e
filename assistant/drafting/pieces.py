"""What can be cited of a passage: its sentences and items, and what of it can stand alone as a quotation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from assistant.drafting.base import Evidence
from assistant.records import Document, Span
from assistant.support import Claim
from assistant.text.characters import CELL_SEPARATOR
from assistant.text.markers import BULLETS
from assistant.wording import STOP_WORDS, term_set

PIECES_READ = 14
"""Pieces of evidence that one claim is judged by: those that share most words with it."""
_MOST_ITEMS = 14
_FEWEST_WORDS = 5

_BULLET = re.compile(rf"^[{BULLETS}*–-]\s*")
_NUMBER = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
_ITEM = re.compile(
    rf"^\s*(?:(?P<bullet>[{BULLETS}*–—-])|(?P<number>\(?[0-9]{{1,3}}[.)])|(?P<letter>\([A-Za-z]{{1,4}}\))|"
    r"(?P<name>[A-Z][a-z]+) \d+\s*[:.])"
)


@dataclass(frozen=True, eq=False)
class Piece:
    """What can be quoted on its own: a sentence, or a line that opens a list with its items. Its spans are in order.

    ``context`` are the headings above it and, for an item, the line that opens its list. Pieces are equal where they
    are the same places; to compare or hash whole documents would take longer than to check a sentence.
    """

    document: Document
    spans: tuple[Span, ...]
    context: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Piece) and self._place == other._place

    def __hash__(self) -> int:
        return hash(self._place)

    @property
    def _place(self) -> tuple[str, tuple[Span, ...]]:
        return self.document.id, self.spans

    @cached_property
    def text(self) -> str:
        return " ".join(span.of(self.document.text) for span in self.spans)

    @cached_property
    def stems(self) -> frozenset[str]:
        return content_stems(self.text)


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words of ``text`` that carry content."""
    return term_set(text) - STOP_WORDS


def nearest(text: str, pieces: Sequence[Piece], most: int = PIECES_READ) -> tuple[Piece, ...]:
    """Return the pieces that share the largest part of the words of ``text``, best first."""
    wanted = content_stems(text)
    ranked = sorted(
        ((len(wanted & piece.stems), place) for place, piece in enumerate(pieces)), key=lambda one: (-one[0], one[1])
    )
    return tuple(pieces[place] for shared, place in ranked[:most] if shared)


def share_said(text: str, by: Iterable[str]) -> float:
    """Return the share of the content words of ``text`` that are said by any of the texts, 0 to 1; 1 for no words.

    A support check allows for other ways of putting things. Where a sentence of a template or an item of law has to be
    said rather than touched on, this is asked beside it.
    """
    wanted = content_stems(text)
    said = frozenset[str]().union(*map(term_set, by))
    return len(wanted & said) / len(wanted) if wanted else 1.0


def claim(text: str, pieces: Sequence[Piece], words: str = "") -> Claim:
    """Return the claim that the pieces carry ``text``; it may use ``words`` (a school's name), which carry nothing."""
    return Claim(text, tuple(piece.text for piece in pieces), tuple(f"{piece.context} {words}" for piece in pieces))


def ranked(evidence: Evidence, pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces of a passage, those that bear on the question first."""
    ranks = {span.end: rank for rank, span in enumerate(evidence.spans)}
    return sorted(pieces, key=lambda piece: ranks.get(piece.spans[0].end, len(ranks)))


def sentences(evidence: Evidence) -> Iterator[Piece]:
    """Yield each sentence and item of a passage; the line that opens a list is part of what stands above its items."""
    document = evidence.document
    headings = _headings(evidence)
    opening = ""
    for span in evidence.passage.sentences:
        text = span.of(document.text)
        if text.rstrip().endswith("?"):
            continue
        if _mark(text) is None:
            opening = text if text.rstrip().endswith(":") else ""
            yield Piece(document, (span,), headings)
        else:
            yield Piece(document, (_without_mark(document, span),), f"{headings} {opening}".strip())


def quotable(evidence: Evidence) -> Iterator[Piece]:
    """Yield what can be quoted of a passage: whole sentences that state something, and lists with what opens them."""
    document, passage = evidence.document, evidence.passage
    following = tuple(span for span in document.sentences if span.start >= passage.span.end)[:_MOST_ITEMS]
    reach = (*passage.sentences, *following)
    for place, span in enumerate(passage.sentences):
        text = span.of(document.text)
        if text.rstrip().endswith(":"):
            items = _items(document, reach[place + 1 :])
            if items and not items[0].of(document.text).rstrip().endswith("?"):
                yield Piece(document, (_without_bullet(document, span), *items), _headings(evidence))
        elif _states(text):
            yield Piece(document, (_without_mark(document, span),), _headings(evidence))


def _headings(evidence: Evidence) -> str:
    return ": ".join((evidence.document.title, *evidence.passage.heading_path))


def _items(document: Document, spans: Sequence[Span]) -> tuple[Span, ...]:
    marks = [_mark(span.of(document.text)) for span in spans[:_MOST_ITEMS]]
    if not marks or marks[0] is None:
        return ()
    run = takewhile(lambda pair: pair[1] == marks[0], zip(spans, marks, strict=False))
    return tuple(_without_mark(document, span) for span, _ in run)


def _mark(text: str) -> str | None:
    found = _ITEM.match(text)
    return None if found is None else found.lastgroup


def _without_bullet(document: Document, span: Span) -> Span:
    """Return the span after a bullet: a draft has bullets of its own."""
    found = _BULLET.match(span.of(document.text))
    return Span(span.start + found.end(), span.end) if found and found.end() < len(span) else span


def _without_mark(document: Document, span: Span) -> Span:
    """Return the span of an item after its bullet or number; a paragraph's own letter and number stay."""
    found = _NUMBER.match(span.of(document.text))
    return Span(span.start + found.end(), span.end) if found else _without_bullet(document, span)


def _states(text: str) -> bool:
    """Whether a sentence can stand alone as a statement: no question, no row of a table, no fragment of a list."""
    words = _BULLET.sub("", text)
    return (
        not words.rstrip().endswith("?")
        and CELL_SEPARATOR not in text
        and len(words.split()) >= _FEWEST_WORDS
        and words.rstrip()[-1:] in '.!)”"’'
        and (words[:1].isupper() or words[:1] in '(“"0123456789')
    )
