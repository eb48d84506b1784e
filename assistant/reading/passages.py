"""A document -> passages for search: runs of whole sentences below one heading, within a budget of word pieces.

Where to cut is decided for a section as a whole (shortest path over its sentences): few passages, of even size,
cut rather between paragraphs than inside one, and never between a list and the sentence that announces it as
long as both fit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from assistant.records import Document, Page, Passage, Section, Span

# The cost of a cut, beside the cost of an unfilled passage, which is at most 1.
_CUT_AFTER_LEAD_IN = 1.0
_CUT_IN_LIST = 0.25
_CUT_IN_PARAGRAPH = 0.15

CountTokens = Callable[[Sequence[str]], Sequence[int]]


def cut_passages(document: Document, count_tokens: CountTokens, budget: int) -> tuple[Passage, ...]:
    """Return the passages of ``document``, each of at most ``budget`` word pieces.

    ``count_tokens`` gives the number of word pieces of each text of a batch. It is asked once for all sentences of
    the document; the count of a passage is taken as the sum of its sentences' counts, which holds for tokenizers
    that never join words across white space (WordPiece does not). A sentence that alone exceeds the budget is cut
    between words. Raises ValueError where ``budget`` is not positive.
    """
    if budget < 1:
        raise ValueError("the budget of a passage must be at least one word piece")
    units = list(document.sentences)
    counts = list(count_tokens([unit.of(document.text) for unit in units])) if units else []
    units, counts = _within_budget(document.text, units, counts, count_tokens, budget)
    ends = [page.span.end for page in document.pages]
    passages: list[Passage] = []
    starts = [unit.start for unit in units]
    for section in document.sections or (Section((), Span(0, len(document.text))),):
        inside = range(bisect_left(starts, section.span.start), bisect_left(starts, section.span.end))
        for first, last in _stretches(document.text, units, inside):
            for begin, end in _runs(document.text, units[first:last], counts[first:last], budget):
                run = tuple(units[first + begin : first + end])
                span = Span(run[0].start, run[-1].end)
                passages.append(
                    Passage(
                        id=f"{document.id}:{span.start}-{span.end}",
                        document_id=document.id,
                        span=span,
                        text=span.of(document.text),
                        heading_path=section.heading_path,
                        sentences=run,
                        pages=_pages(document.pages, ends, span),
                    )
                )
    return tuple(passages)


def _stretches(text: str, units: Sequence[Span], inside: range) -> Iterator[tuple[int, int]]:
    """Yield the ranges of units with only white space between them: a passage holds what was counted, no more."""
    first = inside.start
    for index in range(inside.start + 1, inside.stop):
        if text[units[index - 1].end : units[index].start].strip():
            yield first, index
            first = index
    if first < inside.stop:
        yield first, inside.stop


def _runs(text: str, units: Sequence[Span], counts: Sequence[int], budget: int) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of units that make the cheapest set of passages."""
    best = [0.0] + [float("inf")] * len(units)
    previous = [0] * (len(units) + 1)
    cuts = [0.0] + [_cut_cost(text, units, index) for index in range(1, len(units))] + [0.0]
    for end in range(1, len(units) + 1):
        size = 0
        for begin in range(end - 1, -1, -1):
            size += counts[begin]
            if size > budget and begin < end - 1:
                break
            cost = best[begin] + max(0.0, 1 - size / budget) ** 2 + cuts[end]
            if cost < best[end]:
                best[end], previous[end] = cost, begin
    ranges: list[tuple[int, int]] = []
    end = len(units)
    while end > 0:
        ranges.append((previous[end], end))
        end = previous[end]
    yield from reversed(ranges)


def _cut_cost(text: str, units: Sequence[Span], index: int) -> float:
    """Return what it costs to begin a new passage with unit ``index``."""
    before, between = units[index - 1].of(text), text[units[index - 1].end : units[index].start]
    if before.endswith((":", ":—", "—")):
        return _CUT_AFTER_LEAD_IN
    if "\n\n" in between:
        return 0.0
    return _CUT_IN_LIST if "\n" in between else _CUT_IN_PARAGRAPH


def _within_budget(
    text: str, units: list[Span], counts: list[int], count_tokens: CountTokens, budget: int
) -> tuple[list[Span], list[int]]:
    """Cut the units that alone exceed the budget between words, halving until the pieces fit."""
    while any(count > budget and _middle(text, unit) for unit, count in zip(units, counts, strict=True)):
        pieces: list[Span] = []
        known: list[int | None] = []
        for unit, count in zip(units, counts, strict=True):
            middle = _middle(text, unit) if count > budget else None
            if middle is None:
                pieces.append(unit)
                known.append(count)
            else:
                pieces += [Span(unit.start, middle[0]), Span(middle[1], unit.end)]
                known += [None, None]
        fresh = iter(
            count_tokens([piece.of(text) for piece, count in zip(pieces, known, strict=True) if count is None])
        )
        units, counts = pieces, [next(fresh) if count is None else count for count in known]
    return units, counts


def _middle(text: str, unit: Span) -> tuple[int, int] | None:
    """Return the end of the first and the start of the second half of ``unit``; None for one character.

    A single endless word (a broken link, a base64 string) is cut inside, where nothing else is left.
    """
    centre = (unit.start + unit.end) // 2
    left, right = text.rfind(" ", unit.start, centre + 1), text.find(" ", centre, unit.end)
    places = [place for place in (left, right) if unit.start < place < unit.end - 1]
    if not places:
        return (centre, centre) if len(unit) > 1 else None
    place = min(places, key=lambda position: abs(position - centre))
    end, start = place, place
    while end > unit.start + 1 and text[end - 1].isspace():
        end -= 1
    while start < unit.end - 1 and text[start].isspace():
        start += 1
    return end, start


def _pages(pages: Sequence[Page], ends: Sequence[int], span: Span) -> tuple[int, ...]:
    if not pages:
        return ()
    first = bisect_right(ends, span.start)
    touched = pages[first : bisect_left(ends, span.end) + 1]
    return tuple(page.number for page in touched if page.span.intersection(span) is not None)
