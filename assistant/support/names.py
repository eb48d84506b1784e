"""Proper names of a text: words written with a capital where nothing but a name asks for one, and acronyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from assistant.support.dates import MONTH_NUMBERS
from assistant.support.lexicon import IN_ENGLISH
from assistant.support.numerals import ordinal_of, value_of
from assistant.support.text import Text, Word, read
from assistant.wording import STOP_WORDS

_NOT_NAMES = frozenset(MONTH_NUMBERS) | frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mr mrs ms dr sir i ok yes no".split()
)
_SHORTEST_PREFIX = 4
_LONGEST_ACRONYM = 8
_DOTS = re.compile(r"\b(?:[A-Z]\.){2,}")


@lru_cache(maxsize=4096)
def find_names(text: str) -> tuple[Word, ...]:
    """Return the words of ``text`` that are names or parts of names, in order.

    The first word of a sentence counts where another name follows it or where it is an acronym. A line set in capitals
    or in title case tells nothing of names, and gives none.
    """
    found: list[Word] = []
    for unit in read(text).units:
        words = unit.words
        capitals = sum(word.has_capital for word in words)
        if len(words) > 3 and capitals > 0.8 * len(words):
            continue
        for place, word in enumerate(words):
            if not _may_be_name(word):
                continue
            following = words[place + 1] if place + 1 < len(words) else None
            starts_name = following is not None and _may_be_name(following) and following.start == word.end + 1
            owns = word.lower.endswith("'s") and word.lower.removesuffix("'s") not in STOP_WORDS
            if not word.opens or is_acronym(word.written) or ((starts_name or owns) and word.is_content):
                found.append(word)
    return tuple(found)


def is_acronym(written: str) -> bool:
    """Whether a word is short for several: two capitals or more ("LCAP", "ELs", "McREL" is not one)."""
    return (
        sum(letter.isupper() for letter in written) >= 2
        and written.rstrip("s").isupper()
        and len(written) <= _LONGEST_ACRONYM
    )


def has_name(name: Word, texts: Iterable[Text]) -> bool:
    """Whether one of ``texts`` has a name: the word itself, one of its family, what its letters are short for, or the
    English word for a Spanish one that names an institution."""
    return any(_has_name(name, text) for text in texts)


def _has_name(name: Word, text: Text) -> bool:
    if not text.stems.isdisjoint(IN_ENGLISH.get(_plain(name.lower), ())):
        return True
    if (
        name.stem in text.stems
        or _plain(name.lower) in _plain_words(text.written)
        or _undotted(name.written) in _acronyms(text.written)
    ):
        return True
    if is_acronym(name.written):
        return name.written.rstrip("s").lower() in initials(text.written)
    # "American" and "America", "Californians" and "California", "Ortega" and "Ortega's" are of one family.
    beginning = name.stem[: max(_SHORTEST_PREFIX, len(name.stem) - 3)]
    if len(name.stem) >= _SHORTEST_PREFIX + 1 and any(
        other.startswith(beginning) and abs(len(other) - len(name.stem)) <= 4
        for other in _by_beginning(text.written).get(beginning[:_SHORTEST_PREFIX], ())
    ):
        return True
    return name.lower in _hyphenated(text.written)


@lru_cache(maxsize=4096)
def _by_beginning(text: str) -> dict[str, list[str]]:
    """Return the stems of ``text`` by their first letters."""
    found: dict[str, list[str]] = {}
    for stem in read(text).stems:
        if len(stem) >= _SHORTEST_PREFIX:
            found.setdefault(stem[:_SHORTEST_PREFIX], []).append(stem)
    return found


@lru_cache(maxsize=4096)
def initials(text: str) -> frozenset[str]:
    """Return the acronyms that runs of capitalised words of ``text`` would have: "School Site Council" gives "ssc"."""
    found: set[str] = set()
    for unit in read(text).units:
        run: list[str] = []
        gap = False
        for word in unit.words:
            if word.has_capital or (run and word.stem and word.is_content and not gap and len(run) < 6):
                run.append(word.lower[0])
                gap = False
            elif run and word.lower in STOP_WORDS and not gap:
                gap = True
                continue
            else:
                run, gap = [], False
            for start in range(max(0, len(run) - _LONGEST_ACRONYM), len(run) - 1):
                found.add("".join(run[start:]))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _acronyms(text: str) -> frozenset[str]:
    return frozenset(_undotted(found) for found in _DOTS.findall(text))


@lru_cache(maxsize=4096)
def _hyphenated(text: str) -> frozenset[str]:
    return frozenset(found.lower().replace("-", "") for found in re.findall(r"\w+(?:-\w+)+", text))


@lru_cache(maxsize=16384)
def _plain(lower: str) -> str:
    """Return a word without accents: "mónica" gives "monica"."""
    return "".join(letter for letter in unicodedata.normalize("NFD", lower) if not unicodedata.combining(letter))


@lru_cache(maxsize=4096)
def _plain_words(text: str) -> frozenset[str]:
    return frozenset(_plain(word.lower) for word in read(text).words)


def _undotted(written: str) -> str:
    return written.replace(".", "").lower()


def _may_be_name(word: Word) -> bool:
    return (
        word.has_capital
        and word.lower not in STOP_WORDS
        and word.lower not in _NOT_NAMES
        and (len(word.written) > 1)
        and value_of(word.lower) is None
        and ordinal_of(word.lower) is None
    )
