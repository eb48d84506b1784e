"""Numbers, sums, shares and dates of a text by their values: "$1,250" is 1250, "ten percent" is 10%. Pure.

Written apart from the product's own check of numbers on purpose: a measure that shares its code with what it measures
shares its mistakes.
"""

from __future__ import annotations

import re

from assistant.evaluation.matching import plain

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_MONTHS = (
    "january february march april may june july august september october november december "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()
_WORDS = {word: str(value) for value, word in enumerate(_UNITS)} | {
    word: str(10 * value) for value, word in enumerate(_TENS, 2)
}
# "one" is more often a pronoun than a number.
del _WORDS["one"]
_COMPOUND = re.compile(rf"\b({'|'.join(_TENS)})[- ]({'|'.join(_UNITS[1:10])})\b")
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b")
_MONTH = re.compile(rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of| de)? )?\b({'|'.join(_MONTHS)})\b(?: (\d{{1,2}})\b)?")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{2,4})\b")
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_PERCENT = re.compile(r"\s*(?:%|percent\b|per cent\b|por ciento\b)")


def numbers_in(text: str) -> frozenset[str]:
    """Return the values written in ``text``: plain ("1250"), shares ("10%"), days of a month ("2-15").

    Digits inside longer names count as they stand, so "6318(a)(3)" has 6318 and 3. A share is its own kind of value:
    10% is not 10.
    """
    found: set[str] = set()
    rest = plain(text)
    rest = _SLASHED.sub(lambda date: _note(found, f"{int(date[1])}-{int(date[2])}", date[3]), rest)
    rest = _MONTH.sub(lambda date: _month(found, date), rest)
    rest = _COMPOUND.sub(lambda word: str(int(_WORDS[word[1]]) + _UNITS.index(word[2])), rest)
    rest = _WORD.sub(lambda word: _WORDS[word[1]], rest)
    for number in _NUMBER.finditer(rest):
        value = number.group().replace(",", "")
        if "." in value:
            value = value.rstrip("0").rstrip(".")
        value = re.sub(r"^0+(?=\d)", "", value)
        found.add(value + ("%" if _PERCENT.match(rest, number.end()) else ""))
    return frozenset(found)


def _note(found: set[str], value: str, rest: str) -> str:
    found.add(value)
    return f" {rest} "


def _month(found: set[str], date: re.Match[str]) -> str:
    day = date[1] or date[3]
    if day is None or not 1 <= int(day) <= 31:
        return date.group()
    found.add(f"{_MONTHS.index(date[2]) % 12 + 1}-{int(day)}")
    return " "
