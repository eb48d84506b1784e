"""Running heads and feet: what a PDF repeats on its pages for paper's sake, found by place and by repetition."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from assistant.reading.numerals import from_roman
from assistant.reading.pdf_page import Line, PageContent
from assistant.text.characters import clean_line

_ZONE = 0.14
"""Heads and feet stand in this share of the page's height, from the edge."""
_SAME_PLACE = 8.0
_FEW_PAGES = 10
_MOST_WORDS_BESIDE = 12
_FEWEST_NUMBERED = 3
_NUMBER = re.compile(
    r"(?:page|página|pág\.?|p\.?)?\s*[-\u2013—|\[(]*\s*(?P<number>\d{1,4}|[ivxlc]{1,7})\s*[-\u2013—|\])]*"
    r"\s*(?:(?:of|de|/)\s*\d{1,4})?(?:\s*\|?\s*p\s*a\s*g\s*e)?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?<![\w.])(?:\d{1,4}|[ivxlc]{1,7})(?![\w])", re.IGNORECASE)

_Key = tuple[str, float, str]


def remove_running_lines(pages: Sequence[PageContent]) -> dict[int, str]:
    """Take the running heads, feet and page numbers out of ``pages``; return the printed number of each page.

    A number is returned only where it fits the run of the numbers on the other pages: a page without a printed
    number has none.
    """
    recurring = _recurring(pages)
    numbers: dict[int, list[str]] = defaultdict(list)
    taken = [[line for edge in ("head", "foot") for line in _removable(page, edge, recurring)] for page in pages]
    if all(len(removed) >= len(page.lines) for page, removed in zip(pages, taken, strict=True)):
        return {}  # Nothing would be left: these lines are all that the pages say.
    for page, removed in zip(pages, taken, strict=True):
        gone = {id(line) for line in removed}
        page.lines = [line for line in page.lines if id(line) not in gone]
        for line in removed:
            numbers[page.number] += _TOKEN.findall(clean_line(line.raw))
    _remove_watermarks(pages)
    return _printed_numbers(numbers)


def _zone(page: PageContent, edge: str) -> Iterator[tuple[float, Line]]:
    """Yield the lines near one edge with the place of their middle, measured from that edge."""
    _, low, _, high = page.box
    depth = _ZONE * (high - low)
    for line in page.lines:
        middle = (line.top + line.bottom) / 2
        distance = high - middle if edge == "head" else middle - low
        if distance < depth and not line.askew:
            yield distance, line


def _key(edge: str, line: Line) -> _Key:
    return edge, line.size, re.sub(r"\d+", "#", clean_line(line.raw).casefold())


def _recurring(pages: Sequence[PageContent]) -> dict[_Key, float]:
    """Return the lines that recur in one place, by their text with the digits folded, and that place."""
    places: dict[_Key, list[float]] = defaultdict(list)
    for page in pages:
        for edge in ("head", "foot"):
            for distance, line in _zone(page, edge):
                places[_key(edge, line)].append(distance)
    needed = 2 if len(pages) <= _FEW_PAGES else 3
    found: dict[_Key, float] = {}
    for key, distances in places.items():
        middle = median(distances)
        if sum(abs(distance - middle) < _SAME_PLACE for distance in distances) >= needed:
            found[key] = middle
    return found


def _removable(page: PageContent, edge: str, recurring: dict[_Key, float]) -> list[Line]:
    """Return what to remove at one edge: from the edge inwards, up to the first line that belongs to the text."""
    removable: list[Line] = []
    for band in _bands(sorted(_zone(page, edge), key=lambda item: item[0])):
        running = [line for distance, line in band if _is_running(edge, distance, line, recurring)]
        beside = [line for _, line in band if line not in running]
        if not running or any(len(line.raw.split()) > _MOST_WORDS_BESIDE for line in beside):
            if running and not beside:
                continue
            removable += running
            break
        removable += [line for _, line in band]
    return removable


def _bands(lines: list[tuple[float, Line]]) -> Iterator[list[tuple[float, Line]]]:
    """Yield the lines that stand beside one another together."""
    band: list[tuple[float, Line]] = []
    for distance, line in lines:
        if band and distance - band[-1][0] > 0.5 * line.height:
            yield band
            band = []
        band.append((distance, line))
    if band:
        yield band


def _is_running(edge: str, distance: float, line: Line, recurring: dict[_Key, float]) -> bool:
    place = recurring.get(_key(edge, line))
    if place is not None and abs(distance - place) < _SAME_PLACE:
        return True
    number = _NUMBER.fullmatch(clean_line(line.raw))
    return number is not None and _value(number["number"]) is not None


def _value(token: str) -> int | None:
    return int(token) if token.isdigit() else from_roman(token.lower())


def _printed_numbers(numbers: dict[int, list[str]]) -> dict[int, str]:
    """Return for each page the number that advances with the pages; Roman and Arabic ones are counted apart."""
    offsets: Counter[tuple[bool, int]] = Counter()
    for page, tokens in numbers.items():
        offsets.update({(token.isdigit(), value - page) for token in tokens if (value := _value(token)) is not None})
    fitting = {kind: offset for (kind, offset), count in reversed(offsets.most_common()) if count >= _FEWEST_NUMBERED}
    return {
        page: token
        for page, tokens in numbers.items()
        for token in tokens
        if (value := _value(token)) is not None and fitting.get(token.isdigit()) == value - page
    }


def _remove_watermarks(pages: Sequence[PageContent]) -> None:
    """Slanted lines that several pages share ("DRAFT") are no part of the text."""
    counts = Counter(clean_line(line.raw) for page in pages for line in page.lines if line.askew)
    for page in pages:
        page.lines = [line for line in page.lines if not (line.askew and counts[clean_line(line.raw)] > 1)]
