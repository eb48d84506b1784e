"""Words of a text as search and checking see them: pure, no state, the same in every layer.

Stems are those of Porter's algorithm (Program 14, 1980), as the keyword index makes them, so that a term counted
here is a term found there.
"""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"\w+(?:[’']\w+)?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_STEMMER = snowballstemmer.stemmer("porter")
_SHORTEST_STEMMED = 3
"""Shorter words are left alone by the keyword index; Porter's rules would take the "s" from "is", and all of "s"."""

STOP_WORDS = frozenset(
    # English: function words, and the verbs that only hold a question together
    "a about above after again against all am an and any are aren't as at be because been before being below between "
    "both but by can can't could couldn't did didn't do does doesn't doing don't down during each few for from further "
    "had has have having he her here hers herself him himself his how i if in into is isn't it its itself just let me "
    "might must my myself no nor not now of off on once only or other our ours ourselves out over own please "
    "same shall she should so some such than that the their theirs them themselves then there these they this those "
    "through to too under until up us very was we were what when where whether which while who whom whose why will "
    "with would you your yours yourself say says said tell exactly actually really stand stands mean means "
    "meant meaning definition define defined abbreviation abbreviated "
    # Spanish
    "al como con cual cuales cuando cuanto cuantos cómo cuál cuáles cuándo cuánto cuántos de del desde donde dónde el "
    "ella ellas ellos en entre es esa ese eso esta este esto está están hay la las le les lo los más me mi muy nos o "
    "para pero por porque que quien quién qué se según ser si sin sobre son su sus también tiene tienen un una "
    "uno unos y ya".split()
)


def words(text: str) -> list[str]:
    """Return the words of ``text`` in lower case, in order; an apostrophe inside a word stays in it."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the stem of a lower-case word; a possessive ending is dropped first."""
    word = word.removesuffix("'s").removesuffix("'")
    return word if len(word) < _SHORTEST_STEMMED else str(_STEMMER.stemWord(word))


def searchable(term: str) -> str:
    """Return what to look for in the keyword index in place of a stem.

    The index stems what it looks for once more, and some stems have another stem: "decis" becomes "deci", which no
    text has. Porter's last step takes an "e" off the end, so with one the stem comes out as it was.
    """
    return term if stem(term) == term else f"{term}e"


def terms(text: str) -> list[str]:
    """Return the stems of the words that carry content, in order, each once; all words where none does."""
    every = words(text)
    content = [word for word in every if word not in STOP_WORDS]
    return list(dict.fromkeys(stem(word) for word in content or every))


def term_set(text: str) -> frozenset[str]:
    """Return the stems of all words of ``text``, stop words included."""
    return frozenset(stem(word) for word in words(text))


def numbers(text: str) -> frozenset[str]:
    """Return the numbers written in digits in ``text``, without thousands separators: "$1,250" gives "1250"."""
    return frozenset(number.rstrip(".,").replace(",", "") for number in _NUMBER.findall(text))
