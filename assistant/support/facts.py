"""Facts that must not be invented: figures, dates, names, addresses of a text, and which of them no source has.

Strict where ``built_in`` weighs: drafting shows a sentence about a school only where every fact of it is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.support.find_quantities import PARAGRAPH_MARK, find_quantities, paragraph_marks
from assistant.support.names import find_names, has_name
from assistant.support.quantities import Measure, Quantity
from assistant.support.text import Text, Word, read


class FactKind(StrEnum):
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    NAME = "name"
    EMAIL = "e-mail address"
    WEB = "web address"
    PHONE = "phone number"
    ADDRESS = "street address"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a text, as written there."""

    kind: FactKind
    text: str


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+|\b[\w-]+(?:\.[\w-]+)*\.(?:org|gov|com|edu|net|us)\b(?:/[^\s<>\"')\]]*)?"
)
_PHONE = re.compile(
    r"(?<![\d.])(?:\+?\d{1,2}[ .-])?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)|\b\d{3}-\d{4}\b(?!-)"
)
_STREET = re.compile(
    r"\b\d{1,6} (?:(?:[NSEW]\.?|North|South|East|West) )?(?:[\w'’.]+ ){1,3}?(?:street|st|avenue|ave|road|rd|"
    r"boulevard|blvd|drive|dr|way|lane|ln|court|ct|place|pl|highway|hwy|parkway|pkwy|calle|avenida)\b\.?",
    re.IGNORECASE,
)
_PARAGRAPHS = re.compile(rf"(?:{PARAGRAPH_MARK.pattern})+")
_CONTACTS = (
    (FactKind.EMAIL, _EMAIL),
    (FactKind.WEB, _WEB),
    (FactKind.PHONE, _PHONE),
    (FactKind.ADDRESS, _STREET),
)
_FIGURE_KINDS = {
    Measure.NUMBER: FactKind.NUMBER,
    Measure.ORDINAL: FactKind.NUMBER,
    Measure.PERCENT: FactKind.PERCENT,
    Measure.MONEY: FactKind.MONEY,
    Measure.DATE: FactKind.DATE,
    Measure.TIME: FactKind.TIME,
}


def facts(text: str) -> list[Fact]:
    """Return the facts of ``text`` in the order in which they stand."""
    return [fact for fact, _ in _located(text)]


def missing_facts(text: str, allowed: Sequence[str]) -> list[Fact]:
    """Return the facts of ``text`` that none of the ``allowed`` texts has, in order.

    The same fact may be written differently: "three" and "3", "15%" and "fifteen percent", "May 5, 2012" and
    "5/5/2012", an acronym and the words that it is short for. What bounds a number ("at least") is not compared here.
    """
    sources = [read(one) for one in allowed]
    figures = [quantity for one in allowed for quantity in find_quantities(one)]
    contacts = {
        _plain_contact(found.group()) for one in allowed for _, pattern in _CONTACTS for found in pattern.finditer(one)
    }
    marks = {mark for one in allowed for mark in paragraph_marks(one)}
    return [
        fact
        for fact, what in _located(text)
        if not (
            marks.issuperset(paragraph_marks(fact.text))
            if fact.kind is FactKind.PARAGRAPH
            else _allowed(fact, what, sources, figures, contacts)
        )
    ]


def _located(text: str) -> list[tuple[Fact, Quantity | Word | None]]:
    """Return the facts in order, each with the figure or the word that it was read from."""
    found: list[tuple[int, Fact, Quantity | Word | None]] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in _CONTACTS:
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end in taken):
                taken.append(match.span())
                found.append((match.start(), Fact(kind, match.group().rstrip(".,;:")), None))

    def free(start: int, end: int) -> bool:
        return all(end <= first or start >= last for first, last in taken)

    for match in _PARAGRAPHS.finditer(text):
        if free(*match.span()):
            found.append((match.start(), Fact(FactKind.PARAGRAPH, match.group()), None))
    figures = find_quantities(text)
    for quantity in figures:
        if free(quantity.start, quantity.end):
            found.append((quantity.start, Fact(_FIGURE_KINDS[quantity.measure], quantity.written), quantity))
    taken += [(quantity.start, quantity.end) for quantity in figures]
    for name in find_names(text):
        if free(name.start, name.end):
            found.append((name.start, Fact(FactKind.NAME, re.sub(r"['’]s$", "", name.written)), name))
    return [(fact, what) for _, fact, what in sorted(found, key=lambda one: one[0])]


def _allowed(
    fact: Fact, what: Quantity | Word | None, sources: Sequence[Text], figures: Sequence[Quantity], contacts: set[str]
) -> bool:
    if isinstance(what, Word):
        return has_name(what, sources)
    if isinstance(what, Quantity):
        return any(same_figure(figure, what) for figure in figures)
    return _plain_contact(fact.text) in contacts


def same_figure(had: Quantity, wanted: Quantity) -> bool:
    """Whether two figures are of one value and kind, whatever bounds them."""
    if had.date is not None or wanted.date is not None:
        return had.carries(wanted)
    return had.value == wanted.value and (
        had.measure is wanted.measure
        or {had.measure, wanted.measure} in ({Measure.NUMBER, Measure.MONEY}, {Measure.NUMBER, Measure.ORDINAL})
    )


def _plain_contact(written: str) -> str:
    """Return a contact without what its writing varies in: case, punctuation around digits, "https://www."."""
    lower = re.sub(r"^(?:https?://)?(?:www\.)?", "", written.lower().rstrip(".,;:/"))
    return re.sub(r"\D", "", lower)[-10:] if re.fullmatch(r"[\d\s().+-]+", lower) else re.sub(r"[.,\s]+", " ", lower)
