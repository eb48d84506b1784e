"""Dates and times of day as they are written: "May 5, 2012", "5 May 2012", "5/5/2012", "2012-05-05", "6:30 p.m."."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)
MONTH_NUMBERS = {name: place for names in _MONTHS for place, name in enumerate(names.split(), start=1)} | {"sept": 9}
_NAMES = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
_DAY = r"(?P<day{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year{0}>1[0-9]\d\d|20\d\d|21\d\d)"
_DATE = re.compile(
    "|".join(
        (
            # May 5, 2012 · May 5 · 5 de mayo de 2012 · 5 May 2012 · May 2012
            rf"\b(?P<month1>{_NAMES})\.? {_DAY.format(1)}(?:,? {_YEAR.format(1)})?(?![\d%]|[.,]\d)\b",
            rf"\b{_DAY.format(2)} (?:of |de )?(?P<month2>{_NAMES})\b\.?(?:,?(?: de| of)? {_YEAR.format(2)}\b)?",
            rf"\b(?P<month3>{_NAMES})\.?,?(?: of| de| in)? {_YEAR.format(3)}\b",
            r"\b(?P<month4>[01]?\d)/(?P<day4>[0-3]?\d)/(?P<year4>\d{4}|\d\d)\b(?!/)",
            rf"\b{_YEAR.format(5)}-(?P<month5>[01]\d)-(?P<day5>[0-3]\d)(?!\d)",
        )
    ),
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b\.?|"
    r"\b(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b(?!:)|\b(?P<word>noon|midnight)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date with what is known of it; None for the rest."""

    year: int | None
    month: int | None
    day: int | None

    def without_year(self) -> Date:
        return Date(None, self.month, self.day)

    def is_before(self, other: Date) -> bool:
        """Whether it is earlier, as far as both are known; False where that cannot be told."""
        for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day)):
            if mine is None or theirs is None:
                if mine is not theirs:
                    return False
            elif mine != theirs:
                return mine < theirs
        return False

    def says(self, other: Date) -> bool:
        """Whether all that ``other`` says this one says too: "May 5, 2012" says "May 2012"."""
        return all(
            wanted is None or wanted == had
            for had, wanted in ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        )


def find_dates(text: str) -> list[tuple[int, int, Date]]:
    """Return start, end and date of each date in ``text`` that has a month, in order."""
    found = []
    for match in _DATE.finditer(text):
        parts = {name.rstrip("12345"): value for name, value in match.groupdict().items() if value is not None}
        month = MONTH_NUMBERS.get(parts["month"].lower()) or _whole(parts["month"])
        day = _whole(parts.get("day"))
        year = _whole(parts.get("year"))
        if year is not None and year < 100:
            year += 2000 if year < 50 else 1900
        if 1 <= (month or 0) <= 12 and (day is None or 1 <= day <= 31):
            found.append((match.start(), match.end(), Date(year, month, day)))
    return found


def find_times(text: str) -> list[tuple[int, int, int]]:
    """Return start, end and minute of the day of each time of day in ``text``, in order."""
    found = []
    for match in _TIME.finditer(text):
        if match["word"]:
            minute = 720 if match["word"].lower() == "noon" else 0
        elif match["hour24"]:
            minute = int(match["hour24"]) * 60 + int(match["minute24"])
        else:
            hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
            minute = hour * 60 + int(match["minute"] or 0)
        found.append((match.start(), match.end(), minute))
    return found


def _whole(digits: str | None) -> int | None:
    return None if digits is None else int(digits)
