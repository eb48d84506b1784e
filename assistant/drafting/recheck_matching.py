"""Where quoted words stand in a document today: verbatim, or in the sentence that is most like them. Pure.

Verbatim means after the reader's own cleaning, with any white space for white space and any of the marks that editors
exchange by themselves (straight and curly quotation marks, hyphens and dashes) for one another. Nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from itertools import accumulate

import numpy as np

from assistant.citing import page_at, section_at
from assistant.drafting.comparing import STILL_THE_SAME, likeness
from assistant.records import Citation, Document, Span
from assistant.text.characters import clean_line
from assistant.text.markers import MARKER, ONLY_MARKER
from assistant.wording import words

_EXCHANGED = ('"“”„‟″', "'‘’‚‛′`´", "-‐‑‒–—―−")  # noqa: RUF001 - the look-alikes are the point
_CANONICAL = str.maketrans({char: chars[0] for chars in _EXCHANGED for char in chars})
_WORD_CHARACTER = re.compile(r"\w")
_WORD_CHARACTERS = re.compile(r"\w\w")
_SLACK = 1.5
"""A reworded quote may have grown to this many times its words, with ``_SLACK_WORDS`` more for short ones."""
_SLACK_WORDS = 3
_RUNS_OF_A_SIZE = 8
_RUNS_COMPARED = 40


@dataclass(frozen=True, slots=True)
class Found:
    """Words in a document: those looked for, verbatim, or else the most like them.

    ``before`` and ``after`` are what their sentences say besides the verbatim words: "... where funds allow".
    """

    document: Document
    span: Span
    verbatim: bool = True
    before: str = ""
    after: str = ""
    likeness: float = 1.0

    @property
    def more(self) -> bool:
        """Whether their sentences say more than the words."""
        return bool(self.before or self.after)

    @property
    def words(self) -> str:
        return self.span.of(self.document.text)

    @property
    def page(self) -> int | None:
        page = page_at(self.document.pages, self.span.start)
        return page.number if page else None

    def citation(self, number: int) -> Citation:
        page = page_at(self.document.pages, self.span.start)
        return Citation(
            number=number,
            document_id=self.document.id,
            title=self.document.title,
            source=self.document.source,
            page=page.number if page else None,
            page_label=page.label if page else None,
            section=section_at(self.document.sections, self.span.start),
            span=self.span,
            quote=self.words,
        )


def canonical(text: str) -> str:
    """Return ``text`` so that two texts are verbatim the same just where their canonical forms are equal."""
    return clean_line(text).translate(_CANONICAL)


class SearchedDocument:
    """A document made ready once for all quotes that are looked up in it."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each sentence."""
        return [words(span.of(self.document.text)) for span in self.document.sentences]

    @cached_property
    def _canonical(self) -> str:
        return " ".join(found[0] for found in self._runs).translate(_CANONICAL)

    @cached_property
    def _runs(self) -> list[re.Match[str]]:
        """The text between white space. It is clean (see ``reading``), so each keeps its length when translated."""
        return list(re.finditer(r"\S+", self.document.text))

    @cached_property
    def _starts(self) -> list[int]:
        """Where each of the runs begins in the canonical text."""
        return list(accumulate((len(found[0]) + 1 for found in self._runs[:-1]), initial=0))

    def places_of(self, quote: str) -> Iterator[Span]:
        """Yield where the text has the words of ``quote`` verbatim, and not as a part of longer words."""
        wanted, text = canonical(quote), self._canonical
        start = text.find(wanted) if wanted else -1
        while start >= 0:
            end = start + len(wanted)
            inside = text[start - 1 : start + 1], text[end - 1 : end + 1]
            if not any(_WORD_CHARACTERS.fullmatch(pair) for pair in inside):
                yield Span(self._position(start), self._position(end - 1) + 1)
            start = text.find(wanted, start + 1)

    def _position(self, index: int) -> int:
        run = bisect_right(self._starts, index) - 1
        return self._runs[run].start() + index - self._starts[run]


def verbatim(quote: str, searched: SearchedDocument, page: int | None = None) -> Found | None:
    """Return where the document has the words of ``quote``: rather as whole sentences, and rather on ``page``.

    Where they are part of a sentence that says more, the span is that whole sentence.
    """
    places = [_in_its_sentences(searched.document, span) for span in searched.places_of(quote)]
    return max(places, key=lambda one: (not one.more, one.page == page, -one.span.start), default=None)


def nearest(quote: str, searched: SearchedDocument) -> Found | None:
    """Return the run of sentences most like ``quote``; None where none has half of its words in the same order."""
    wanted = words(quote)
    best: tuple[float, int, int] | None = None
    for first, size in _promising_runs(wanted, searched.words):
        run = [word for sentence in searched.words[first : first + size] for word in sentence]
        alike = likeness(wanted, run)
        if alike >= STILL_THE_SAME and (best is None or alike > best[0]):
            best = alike, first, size
    if best is None:
        return None
    alike, first, size = best
    sentences = searched.document.sentences
    span = Span(sentences[first].start, sentences[first + size - 1].end)
    return Found(searched.document, span, verbatim=False, likeness=alike)


def _promising_runs(wanted: Sequence[str], by_sentence: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Yield the first index and the number of sentences of the runs that share the most words with ``wanted``.

    What they share in any order is the most that they can share in the same order; to find that out for all runs would
    let a file with long quotes keep the machine busy for hours.
    """
    known = frozenset(wanted)
    shared = np.cumsum([0, *(sum(word in known for word in sentence) for sentence in by_sentence)])
    lengths = np.cumsum([0, *map(len, by_sentence)])
    runs: list[tuple[float, int, int]] = []
    for size in range(1, len(by_sentence) + 1):
        length = lengths[size:] - lengths[:-size]
        bound = 2 * np.minimum(len(wanted), shared[size:] - shared[:-size]) / np.maximum(1, len(wanted) + length)
        fits = length <= _SLACK * len(wanted) + _SLACK_WORDS
        if size > 1 and not fits.any():
            break
        bound[~fits & (size > 1)] = 0
        best = np.argsort(-bound, kind="stable")[:_RUNS_OF_A_SIZE]
        runs += [(float(bound[first]), int(first), size) for first in best if bound[first] >= STILL_THE_SAME]
    for _, first, size in nlargest(_RUNS_COMPARED, runs):
        yield first, size


def _in_its_sentences(document: Document, span: Span) -> Found:
    sentences = [one for one in document.sentences if one.overlaps(span)]
    if not sentences:
        return Found(document, span)
    around = Span(min(span.start, sentences[0].start), max(span.end, sentences[-1].end))
    before, after = document.text[around.start : span.start], document.text[span.end : around.end]
    before, after = (clean_line(side) if _WORD_CHARACTER.search(side) else "" for side in (before, after))
    if ONLY_MARKER.fullmatch(before) or MARKER.fullmatch(f"{before} "):
        before = ""  # The number of an item is not quoted with its words.
    return Found(document, around if before or after else span, before=before, after=after)
