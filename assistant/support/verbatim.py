"""Whether a text says a sentence word for word, as a whole sentence of its own."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.support.text import read

_MOST_UNITS = 4
_QUOTES = str.maketrans("’‘“”«»", '\'\'""""')
_SPACE = re.compile(r"\s+")


def says_verbatim(piece: str, sentence: str) -> bool:
    """Whether ``sentence`` is the whole of ``piece``, or one to four whole units of it.

    White space, the kind of quotation marks, capitals and the stop at the end may differ. Part of a sentence is not
    enough: what stands around it may deny it.
    """
    wanted = _plain(sentence)
    if not any(letter.isalnum() for letter in wanted):
        return False
    if len(wanted) > len(piece) + 2:
        return False
    return wanted in _runs(piece)


@lru_cache(maxsize=4096)
def _runs(piece: str) -> frozenset[str]:
    units = read(piece).units
    found = {_plain(piece)}
    for start in range(len(units)):
        for end in range(start + 1, min(start + _MOST_UNITS, len(units)) + 1):
            found.add(_plain(piece[units[start].start : units[end - 1].start + len(units[end - 1].text)]))
    return frozenset(found)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip().lower().translate(_QUOTES).strip(" .\"'")
