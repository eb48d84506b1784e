"""A figure: a number, a share, a sum of money, a date, a time; and whether one text's figure carries another's.

A figure stands for a set of values: "12" for one, "at least 12" for all from 12 on. The source carries the claim's
figure where all that the source allows is allowed by the claim too (set inclusion), with one exception: the same number
with another bound is another rule ("at least 1 percent" is not "1 percent"), even where one follows from the other.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.support.dates import Date

_ABOUT = 0.1
"""Share by which a figure may differ from one that is given as rough."""

_LARGE = 100
"""From here on a number is rounded when it is told."""


class Measure(StrEnum):
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    ORDINAL = "ordinal"
    DATE = "date"
    TIME = "time"


class Bound(StrEnum):
    EXACT = "exactly"
    ABOUT = "about"
    ABOVE = "more than"
    AT_LEAST = "at least"
    BELOW = "less than"
    AT_MOST = "at most"
    WITHIN = "within"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as written at ``start`` to ``end``.

    ``counted`` are the stems of up to two words after it ("300 students"); ``named`` is the stem of the word right
    before it, which it may number ("Goal 2"), "" where there is none.
    """

    measure: Measure
    value: float
    bound: Bound
    counted: tuple[str, ...]
    written: str
    start: int
    end: int
    date: Date | None = None
    spelled: bool = False
    named: str = ""

    @property
    def is_year(self) -> bool:
        """Whether it is a bare number that reads as a year."""
        return self.measure is Measure.NUMBER and self.written.isdigit() and 1000 <= self.value <= 2199

    @property
    def allowed(self) -> tuple[float, float]:
        """The values it stands for, from and to; open ends are the next number that a float can tell apart."""
        value = self.value
        match self.bound:
            case Bound.ABOVE | Bound.AFTER:
                return math.nextafter(value, math.inf), math.inf
            case Bound.AT_LEAST:
                return value, math.inf
            case Bound.BELOW:
                return -math.inf, math.nextafter(value, -math.inf)
            case Bound.AT_MOST | Bound.WITHIN:
                return -math.inf, value
            case Bound.ABOUT:
                return value * (1 - _ABOUT), value * (1 + _ABOUT)
        return value, value

    def carries(self, claimed: Quantity) -> bool:
        """Whether a source that has this figure carries a claim that has ``claimed``."""
        if claimed.date is not None:
            return self._carries_date(claimed)
        if self.date is not None:
            return self._carries_part_of_date(claimed)
        if self.measure is not claimed.measure and not _same_kind(self, claimed):
            return False
        if self.value == claimed.value:
            return _same_rule(self.bound, claimed.bound)
        loose = (Bound.EXACT, Bound.ABOUT)
        if self.bound not in loose and claimed.bound not in loose and not _rounder(self, claimed):
            return False  # two limits: another limit is another rule, even where one implies the other
        low, high = claimed.allowed
        least, most = self.allowed
        return (low <= least and most <= high) or _rounded(self, claimed)

    def _carries_date(self, claimed: Quantity) -> bool:
        if self.date is None or claimed.date is None:
            return False
        if self.date.says(claimed.date):
            return _same_rule(self.bound, claimed.bound)
        if claimed.bound in (Bound.ABOVE, Bound.BELOW) and self.bound is Bound.EXACT:
            return (
                self.date.is_before(claimed.date) if claimed.bound is Bound.BELOW else claimed.date.is_before(self.date)
            )
        return False

    def _carries_part_of_date(self, claimed: Quantity) -> bool:
        """Whether this date carries a bare year, or its day as an ordinal ("the 5th")."""
        if self.date is None:
            return False
        if not claimed.is_year or self.date.year is None:
            return claimed.measure is Measure.ORDINAL and claimed.value == self.date.day
        if claimed.bound is Bound.BELOW:
            return self.date.year < claimed.value
        if claimed.bound is Bound.ABOVE:
            return self.date.year > claimed.value
        return self.date.year == claimed.value


def _same_kind(had: Quantity, claimed: Quantity) -> bool:
    """Whether two measures can be of one thing: a plain number may be an ordinal's or a sum's, never a share's."""
    pair = {had.measure, claimed.measure}
    return pair in ({Measure.NUMBER, Measure.MONEY}, {Measure.NUMBER, Measure.ORDINAL})


def _same_rule(had: Bound, claimed: Bound) -> bool:
    if had is claimed:
        return True
    loose = {Bound.EXACT, Bound.ABOUT}
    return (
        {had, claimed} <= loose
        or {had, claimed} <= {Bound.EXACT, Bound.WITHIN}
        or {had, claimed} <= {Bound.EXACT, Bound.AFTER}
        or {had, claimed} <= {Bound.WITHIN, Bound.AT_MOST}
        or (had, claimed) in ((Bound.ABOVE, Bound.AT_LEAST), (Bound.BELOW, Bound.AT_MOST))
    )


def _rounder(had: Quantity, claimed: Quantity) -> bool:
    """Whether the claim gives a large limit of the source, on the same side, in fewer digits: "over 5,000" for "over
    5,800"."""
    digits = [len(f"{one.value:.0f}".rstrip("0")) for one in (had, claimed)]
    upper = (Bound.ABOVE, Bound.AT_LEAST)
    return (
        had.measure in (Measure.NUMBER, Measure.MONEY)
        and min(had.value, claimed.value) >= _LARGE
        and digits[1] < digits[0]
        and (had.bound in upper) == (claimed.bound in upper)
    )


def _rounded(had: Quantity, claimed: Quantity) -> bool:
    """Whether a large number of the source, written out, was rounded to the claim's "5.3 million"."""
    if claimed.bound not in (Bound.EXACT, Bound.ABOUT) or had.bound not in (Bound.EXACT, Bound.ABOUT):
        return False
    if not re.search(r"thousand|million|billion|trillion|[kmb]\b|bn|mln", claimed.written, re.IGNORECASE):
        return False
    digits = re.sub(r"\D", "", claimed.written).lstrip("0")
    scale = 10.0 ** (math.floor(math.log10(abs(claimed.value))) - max(len(digits), 1) + 1) if claimed.value else 1.0
    return abs(had.value - claimed.value) <= scale / 2
