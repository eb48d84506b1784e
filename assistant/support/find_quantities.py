"""Finding the figures of a text, with what bounds them and what they count or number."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.support.dates import find_dates, find_times
from assistant.support.numerals import DIGITS, ORDINAL, SCALE, SPANISH, SPELLED, ordinal_of, scale_of, value_of
from assistant.support.quantities import Bound, Measure, Quantity
from assistant.wording import STOP_WORDS, stem

_BEFORE = (
    (
        Bound.AT_LEAST,
        r"(?:at least|no (?:fewer|less) than|not (?:(?:fewer|less) than|under|below)|(?:a )?minimum (?:of )?|al menos)",
    ),
    (
        Bound.AT_MOST,
        r"(?:at most|up to|not (?:over|above)|(?:no|not) (?:more|greater|longer|later) than|"
        r"(?:a )?maximum (?:of )?|(?:does |do |may |must |shall |can)?(?:not|never) (?:to )?exceed(?:ing|s)?|"
        r"as many as|as much as|hasta)",
    ),
    (
        Bound.ABOVE,
        r"(?:more than|greater than|higher than|larger than|longer than|older than|over|above(?: the age of)?|"
        r"upwards of|in excess of|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|más de)",
    ),
    (
        Bound.BELOW,
        r"(?:less than|fewer than|lower than|smaller than|shorter than|younger than|under|below(?: the age of)?|"
        r"menos de)",
    ),
    (Bound.WITHIN, r"(?:within)"),
    (Bound.AFTER, r"(?:after)"),
    (
        Bound.ABOUT,
        r"(?:about|around|approximately|roughly|some|circa|ca\.?|an estimated|estimated at|nearly|almost|close to|"
        r"just over|just under|~|≈|aproximadamente)",
    ),
)
_ANY_BEFORE = "|".join(f"(?P<{bound.name}>{pattern})" for bound, pattern in _BEFORE)
_BOUND_BEFORE = re.compile(
    rf"(?<!\w)(?:{_ANY_BEFORE})(?: (?:the|a|an|its|their|about|as|of|just))*\s*[$€£¥(]*\s*$", re.IGNORECASE
)
_DATE_BEFORE = re.compile(
    r"\b(?:(?P<BELOW>before|prior to|earlier than)|(?P<ABOVE>after|later than|following))\s+$", re.IGNORECASE
)
_BOUND_AFTER = (
    (
        Bound.AT_LEAST,
        re.compile(
            r"\s*(?:\+|(?:[\w%-]+\s){0,2}?or (?:more|greater|older|above|higher|longer|later)|"
            r"(?:[\w%-]+\s){0,4}?at the earliest)",
            re.I,
        ),
    ),
    (
        Bound.AT_MOST,
        re.compile(
            r"\s*(?:(?:[\w%-]+\s){0,2}?or (?:less|fewer|younger|below|lower|shorter|earlier|sooner)|"
            r"(?:[\w%-]+\s){0,4}?at the latest)\b",
            re.I,
        ),
    ),
)
_NUMBER = re.compile(
    rf"(?P<money>(?:US|CA|A|AU)?[$€£¥]\s?)?"
    rf"(?:(?P<ordinal>\b{ORDINAL}\b)|(?P<digits>(?<![\w.,])(?:{DIGITS})(?!\w)|(?<![\w.,])\d+(?=[kmbKMB]\b)|"
    rf"(?<![\w.,])\d+(?=s\b))|"
    rf"(?P<spelled>\b{SPELLED}\b)|(?P<spanish>\b(?:{SPANISH})\b)|\b(?P<times>once|twice|thrice)\b|"
    r"\b(?P<half>half(?: an?(?= (?:hundred|thousand|million|billion)\b)|(?= (?:of|the|an?|all|its|their)\b)))|"
    rf"\b(?:an?|one) (?P<period>decade|century|dozen|fortnight)\b)"
    rf"(?:[\s-]?(?P<scale>{SCALE})\b)?"
    rf"(?P<percent>\s?(?:%|percent\b|per cent\b|por ciento\b|percentage points?\b))?"
    rf"(?P<currency>\s(?:dollars?|euros?|pounds? sterling|usd|eur|gbp|dólares)\b)?",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"\b(?P<top>one|two|three|four|five|seven|nine|a)[- ](?P<bottom>hal(?:f|ves)|thirds?|quarters?|fourths?|fifths?|"
    r"sixths?|sevenths?|eighths?|ninths?|tenths?)\b(?!\s+(?:grade|graders?|place|time|of (?:january|february|march|"
    r"april|may|june|july|august|september|october|november|december)))",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\b((?:1[5-9]|20|21)\d\d)\s?[–-]\s?((?:1[5-9]|20|21)?\d\d)\b(?![-–/.,]\d)")
_PARTS = {"hal": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8} | {
    "ninth": 9,
    "tenth": 10,
}
_OF = re.compile(r"\s+of\b|\s*$", re.IGNORECASE)
_PERIODS = {"dozen": 12.0, "fortnight": 2.0, "decade": 1.0, "century": 1.0}
_TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_PRONOUN_ONE = re.compile(
    r"\s*(?:of\b|another\b|or more\b|who\b|that\b|which\b|can\b|may\b|must\b|should\b|would\b|is\b|was\b|by one\b|"
    r"such\b|side\b|hand\b|day\b(?! (?:before|after|per|of))|[.,;:)]|$)",
    re.IGNORECASE,
)
_NO_ONE = re.compile(r"\b(?:no|any|every|some|each|this|that|the) $", re.IGNORECASE)
_COUNTED = re.compile(r"[^\W\d_]{2,}")
_NAMED = re.compile(r"([^\W\d_]{3,})\s+#?$")
_MARK = re.compile(r"(?<=\()\d{1,3}(?=\))")
PARAGRAPH_MARK = re.compile(r"(?<![^\W\d_])\((?:\d{1,3}(?!\)\s?\d{3}[ .-]\d{4})|[A-Za-z]|[ivx]{2,5})\)")
_APART = re.compile(r"[,.;:()\[\]\d$\n]")


@lru_cache(maxsize=4096)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Return the figures of ``text`` in order. Each character belongs to one figure at most."""
    found: list[Quantity] = []
    taken: list[tuple[int, int]] = []
    for start, end, date in find_dates(text):
        taken.append((start, end))
        bound = _date_bound(text, start)
        found.append(Quantity(Measure.DATE, 0.0, bound, (), text[start:end], start, end, date=date))
    for start, end, minute in find_times(text):
        if _free(taken, start, end):
            taken.append((start, end))
            found.append(Quantity(Measure.TIME, float(minute), Bound.EXACT, (), text[start:end], start, end))
    for match in _YEARS.finditer(text):
        if _free(taken, *match.span()):
            taken.append(match.span())
            for part in (1, 2):
                year = float(match[part] if len(match[part]) == 4 else match[1][:2] + match[part])
                written = match[part] if part == 1 else str(int(year))
                found.append(
                    Quantity(Measure.NUMBER, year, Bound.EXACT, (), written, match.start(part), match.end(part))
                )
    for match in _FRACTION.finditer(text):
        # "A third cousin" is no third of a cousin.
        is_share = match["top"].lower() != "a" or _OF.match(text, match.end()) is not None
        if is_share and _free(taken, *match.span()):
            taken.append(match.span())
            found.append(_fraction(text, match))
    taken += [mark.span() for mark in _MARK.finditer(text)]
    for match in _NUMBER.finditer(text):
        if _free(taken, *match.span()) and (quantity := _number(text, match)) is not None:
            found.append(quantity)
    return tuple(sorted(found, key=lambda one: one.start))


def paragraph_marks(text: str) -> tuple[str, ...]:
    """Return the marks of paragraphs that ``text`` names, in order: "6318(c)(2)" gives "(c)" and "(2)"."""
    return tuple(mark.group() for mark in PARAGRAPH_MARK.finditer(text))


def _number(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    spelled = match["digits"] is None
    if match["ordinal"]:
        value = ordinal_of(match["ordinal"])
        # "First" and "second" also order the parts of a text.
        if value is None or (value <= 2 and spelled and match["ordinal"].isalpha()):
            return None
        return Quantity(
            Measure.ORDINAL, value, Bound.EXACT, _counted_after(text, end), match.group(), start, end, spelled=True
        )
    if match["times"]:
        value = _TIMES[match["times"].lower()]
        return Quantity(Measure.NUMBER, value, _bound(text, start, end), ("time",), match.group(), start, end)
    if match["half"] and not match["scale"]:
        return Quantity(
            Measure.PERCENT, 50.0, _bound(text, start, end), _counted_after(text, end), match.group(), start, end,
            spelled=True,
        )  # fmt: skip
    written = match["digits"] or match["spelled"] or match["spanish"] or ""
    value = 0.5 if match["half"] else value_of(written)
    if match["period"]:
        value = _PERIODS[match["period"].lower()]
    if value is None or (written.lower() == "one" and _is_pronoun(text, start, end)):
        return None
    value *= scale_of(match["scale"])
    counted = (stem(match["period"].lower()),) if match["period"] else _counted_after(text, end)
    measure = Measure.NUMBER
    if match["percent"]:
        measure = Measure.PERCENT
    elif match["money"] or match["currency"]:
        measure = Measure.MONEY
    return Quantity(
        measure, value, _bound(text, start, end), counted, match.group().strip(), start, end, spelled=spelled,
        named=_named_before(text, start),
    )  # fmt: skip


def _is_pronoun(text: str, start: int, end: int) -> bool:
    """Whether "one" counts nothing: "no one", "one of them"."""
    return _PRONOUN_ONE.match(text, end) is not None or _NO_ONE.search(text, max(0, start - 8), start) is not None


def _fraction(text: str, match: re.Match[str]) -> Quantity:
    top = 1.0 if match["top"].lower() == "a" else value_of(match["top"]) or 1.0
    bottom = next(parts for name, parts in _PARTS.items() if match["bottom"].lower().startswith(name))
    start, end = match.span()
    value = round(100 * top / bottom, 2)
    counted = _counted_after(text, end)
    return Quantity(Measure.PERCENT, value, _bound(text, start, end), counted, match.group(), start, end, spelled=True)


def _bound(text: str, start: int, end: int) -> Bound:
    if re.fullmatch(r"[12]\d{3}", text[start:end]) and (dated := _date_bound(text, start)) is not Bound.EXACT:
        return dated
    before = _BOUND_BEFORE.search(text, max(0, start - 40), start)
    if before is not None:
        return next(bound for bound, _ in _BEFORE if before[bound.name])
    return next((bound for bound, pattern in _BOUND_AFTER if pattern.match(text, end)), Bound.EXACT)


def _date_bound(text: str, start: int) -> Bound:
    before = _DATE_BEFORE.search(text, max(0, start - 20), start)
    return Bound.EXACT if before is None else Bound.BELOW if before["BELOW"] else Bound.ABOVE


def _counted_after(text: str, end: int) -> tuple[str, ...]:
    """Return the stems of the first two content words among the next four."""
    nearby = _APART.split(text[end : end + 60], maxsplit=1)[0]
    following = [word.lower() for word in _COUNTED.findall(nearby)[:4]]
    return tuple(stem(word) for word in following if word not in STOP_WORDS)[:2]


def _named_before(text: str, start: int) -> str:
    before = _NAMED.search(text, max(0, start - 30), start)
    return "" if before is None or before[1].lower() in STOP_WORDS else stem(before[1].lower())


def _free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return all(end <= first or start >= last for first, last in taken)
