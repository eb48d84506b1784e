"""Numbers as they are written, in digits and in words: patterns that find them, and their values."""

from __future__ import annotations

import re

_UNITS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS = {
    **dict(
        zip(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
            range(1, 21),
            strict=True,
        )
    ),
    **dict(
        zip(
            "thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split(),
            range(30, 100, 10),
            strict=True,
        )
    ),
    "hundredth": 100,
}
_SPANISH = dict(
    zip(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
        "dieciocho diecinueve veinte".split(),
        range(21),
        strict=True,
    )
) | {
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
    "cien": 100, "ciento": 100, "mil": 1000, "millón": 10**6, "millones": 10**6,
}  # fmt: skip
del _SPANISH["once"], _SPANISH["uno"]  # English words, or an article

_UNIT_WORDS = "|".join(_UNITS)
_TEN_WORDS = "|".join(_TENS)
_SMALL = rf"(?:(?:{_TEN_WORDS})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|{_UNIT_WORDS})"
_ORDINAL_WORDS = "|".join(_ORDINALS)
SPELLED = rf"(?:{_SMALL}(?:[- ](?:hundred|thousand|million|billion|trillion))+(?:,? (?:and )?{_SMALL})?|{_SMALL})"
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
SCALE = r"(?:hundred|thousand|million|billion|trillion|mln|bn|[kmb](?![\w]))"
ORDINAL = rf"(?:\d+(?:st|nd|rd|th)|(?:(?:{_TEN_WORDS})[- ])?(?:{_ORDINAL_WORDS}))"
SPANISH = "|".join(sorted(_SPANISH, key=len, reverse=True))

_ABBREVIATED = {"k": 1_000, "m": 10**6, "mln": 10**6, "b": 10**9, "bn": 10**9}


def value_of(written: str) -> float | None:
    """Return the value of a cardinal number as ``DIGITS``, ``SPELLED`` or ``SPANISH`` match it; None for other text."""
    lower = written.lower().strip()
    if re.fullmatch(DIGITS, lower):
        # Digits of other scripts are numbers too; more of them than a float holds are none that is compared.
        value = float(lower.replace(",", ""))
        return value if value < 1e300 else None
    if lower in _SPANISH:
        return float(_SPANISH[lower])
    total, current, seen = 0.0, 0.0, False
    for word in re.findall(r"[a-z]+", lower):
        if word in _UNITS:
            current += _UNITS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in _SCALES:
            total += (current or 1) * _SCALES[word]
            current = 0.0
        elif word == "and":
            continue
        else:
            return None
        seen = True
    return total + current if seen else None


def scale_of(written: str | None) -> float:
    """Return what a scale word multiplies by; 1 where there is none."""
    if not written:
        return 1.0
    lower = written.lower().strip()
    return float(_SCALES.get(lower) or _ABBREVIATED[lower])


def ordinal_of(written: str) -> float | None:
    """Return the place an ordinal names: "3rd", "third" and "twenty-third" give 3, 3, 23; None for other text."""
    lower = written.lower()
    if digits := re.fullmatch(r"(\d+)(?:st|nd|rd|th)", lower):
        return float(digits[1])
    parts = re.split(r"[- ]", lower)
    if parts[-1] not in _ORDINALS or any(part not in _TENS for part in parts[:-1]):
        return None
    return float(_ORDINALS[parts[-1]] + sum(_TENS[part] for part in parts[:-1]))
