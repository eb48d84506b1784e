"""Texts compared as people compare them: the same words count as the same however they are set. Pure."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from assistant.records import Span
from assistant.wording import stem, words

_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032`\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_QUOTE_MARKS = dict.fromkeys(_SINGLE_QUOTES, "'") | dict.fromkeys(_DOUBLE_QUOTES, '"')
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_HYPHEN_BREAK = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad][ \t]*\r?\n[ \t]*(?=[^\W\d_])")
FUZZY_QUOTE = 90.0
"""Least similarity (0 to 100, rapidfuzz partial ratio) at which a pasted quote is taken for a stretch of a document."""
_SHORTEST_FUZZY = 24

NEGATIONS = frozenset("not no never none neither nor without cannot n't ni nunca sin ningún ninguna".split())
MODALS = frozenset("must shall may should can could might will would".split())


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text brought to one form; ``offsets[i]`` is where character ``i`` of it stands in the text it was made from."""

    text: str
    offsets: Sequence[int]
    length: int

    def original(self, start: int, end: int) -> Span:
        """Return the characters of the original between two positions of the normalised text."""
        after = self.offsets[end] if end < len(self.offsets) else self.length
        last = self.offsets[end - 1] + 1
        # White space and dropped characters after the last one are no part of it.
        return Span(self.offsets[start], min(last, after) if after > self.offsets[start] else last)


def normalise(text: str) -> Normalised:
    """Return ``text`` in NFKC and lower case, ligatures opened, words joined that a hyphen broke at the end of a line,
    quotation marks and dashes of one kind, every white space one blank, none at the ends.
    """
    characters: list[str] = []
    offsets = array("I")
    breaks = {at for found in _HYPHEN_BREAK.finditer(text) for at in range(found.start(), found.end())}
    for offset, character in enumerate(text):
        if character in _DROPPED or offset in breaks:
            continue
        character = _QUOTE_MARKS.get(character) or _DASHES.get(character) or character
        for one in unicodedata.normalize("NFKC", character).casefold():
            if one.isspace():
                if not characters or characters[-1] == " ":
                    continue
                one = " "
            characters.append(one)
            offsets.append(offset)
    while characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    # Letters and accents that were written apart.
    return _composed("".join(characters), offsets, len(text))


def _composed(text: str, offsets: array[int], length: int) -> Normalised:
    if unicodedata.is_normalized("NFC", text):
        return Normalised(text, offsets, length)
    composed: list[str] = []
    kept = array("I")
    for character, offset in zip(text, offsets, strict=True):
        joined = unicodedata.normalize("NFC", composed[-1] + character) if composed else character
        if composed and len(joined) == 1:
            composed[-1] = joined
        else:
            composed.append(character)
            kept.append(offset)
    return Normalised("".join(composed), kept, length)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return ``text`` as ``normalise`` brings it to one form."""
    return normalise(text).text


def find_places(quote: str, text: str | Normalised) -> tuple[Span, ...]:
    """Return where ``quote`` stands in ``text``, or in the text that a normalised one was made from.

    Every place in which it stands word for word; else, for a quote of some length, the one most like it, at a
    similarity of ``FUZZY_QUOTE`` or more.
    """
    within = normalise(text) if isinstance(text, str) else text
    whole = plain(quote).strip(" …")
    # A full stop at the end is often added by whoever pasted the words.
    for wanted in dict.fromkeys([whole, whole.strip(" .…")]):
        if not wanted.strip(" ."):
            return ()
        places = tuple(within.original(start, start + len(wanted)) for start in _occurrences(wanted, within.text))
        if places:
            return places
    if len(wanted) < _SHORTEST_FUZZY:
        return ()
    found = fuzz.partial_ratio_alignment(wanted, within.text, score_cutoff=FUZZY_QUOTE)
    # A text shorter than the quote would be looked for in the quote.
    if found is None or len(within.text) < len(wanted) or found.dest_end <= found.dest_start:
        return ()
    return (within.original(found.dest_start, found.dest_end),)


def _occurrences(wanted: str, text: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + len(wanted))


def says(text: str, words_wanted: str) -> bool:
    """Whether ``text`` has these words in this order, as whole words: "5 percent" is not in "15 percent"."""
    wanted = plain(words_wanted)
    if not wanted:
        return False
    before = r"(?<!\w)(?<!\d[.,])" if wanted[0].isdigit() else r"(?<!\w)" if wanted[0].isalnum() else ""
    after = r"(?![\w])(?![.,]\d)" if wanted[-1].isdigit() else r"(?!\w)" if wanted[-1].isalnum() else ""
    return re.search(before + re.escape(wanted) + after, plain(text)) is not None


def stems(text: str) -> frozenset[str]:
    """Return the stems of all words of ``text``."""
    return frozenset(stem(word) for word in words(plain(text)))


def negated(text: str) -> bool:
    """Whether ``text`` has a word that denies."""
    every = words(plain(text))
    return any(word in NEGATIONS or word.endswith("n't") for word in every)


def modals(text: str) -> frozenset[str]:
    """Return the verbs of duty, leave and possibility in ``text``."""
    return frozenset(word for word in words(plain(text)) if word in MODALS)


def overlap(one: Span, other: Span) -> int:
    """Return how many characters two spans share."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def union_length(spans: Sequence[Span]) -> int:
    """Return how many characters the spans cover together, each counted once."""
    covered = reached = 0
    for span in sorted(spans):
        covered += max(0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return covered


def covered_length(span: Span, others: Sequence[Span]) -> int:
    """Return how many characters of ``span`` the others cover together."""
    parts = (one.intersection(span) for one in others)
    return union_length([part for part in parts if part is not None])
