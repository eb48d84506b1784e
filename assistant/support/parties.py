"""Whether two parties of a sentence changed places: the school tells the district, the district tells the school."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.support.names import is_acronym
from assistant.support.text import Unit, Word

_LIST = frozenset({"and", "or", "the", "a", "an", "of", "their", "its", "as", "well"})
_BOTH_WAYS = frozenset(
    {"differ", "same", "equal", "meet", "marri", "between", "togeth", "compar", "similar", "joint", "jointli", "both",
     "married", "adjac"}
)  # fmt: skip
_TURNING = frozenset({"by", "which", "whom", "that", "whose"})
_BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})
_PARTICIPLE = re.compile(r"\w{2,}(?:ed|en|wn|ght|ade|ept|eld|ound|one|ut|orn)$")


def swapped_parties(claim: Sequence[Unit], sources: Sequence[Unit]) -> tuple[Word, Word] | None:
    """Return two words that stand around a shared one in the nearest source, but the other way round; or None.

    "A ... x ... B" against "B ... x ... A", each word once on either side. What turns round without another meaning is
    left alone: a passive ("A is sent by B"), a list ("A, x and B"), a relation that holds both ways ("A differs from
    B").
    """
    if not sources:
        return None
    nearest = sources[0]
    theirs = _single(nearest)
    for unit in claim:
        ours = [(stem, place) for stem, place in _single(unit).items() if stem in theirs]
        for first, (one, one_place) in enumerate(ours):
            for other, other_place in ours[first + 2 :]:
                if theirs[other] >= theirs[one]:
                    continue
                between = {stem for stem, place in ours if one_place < place < other_place}
                between = {stem for stem in between if theirs[other] < theirs[stem] < theirs[one]}
                ours_text = unit.words[one_place : other_place + 1]
                their_text = nearest.words[theirs[other] : theirs[one] + 1]
                exchanged = _of_a_kind(unit.words[one_place], unit.words[other_place]) or (
                    _same_slot(unit, one_place, nearest, theirs[other])
                    and _same_slot(unit, other_place, nearest, theirs[one])
                )
                if between and exchanged and not _turns_freely(ours_text, their_text):
                    return unit.words[one_place], unit.words[other_place]
    return None


def _single(unit: Unit) -> dict[str, int]:
    """Return the stems of content words and numbers that ``unit`` has once, with their places, in order."""
    places: dict[str, int] = {}
    twice: set[str] = set()
    for place, word in enumerate(unit.words):
        if word.is_content or word.lower[0].isdigit():
            if word.stem in places:
                twice.add(word.stem)
            places[word.stem] = place
    return {stem: place for stem, place in sorted(places.items(), key=lambda one: one[1]) if stem not in twice}


def _of_a_kind(one: Word, other: Word) -> bool:
    """Whether both are numbers, or both acronyms: parts that exchange places without a trace in the words around."""
    if one.lower.isdigit() and other.lower.isdigit():
        return len(one.lower) == len(other.lower)
    return is_acronym(one.written) and is_acronym(other.written)


def _same_slot(unit: Unit, place: int, source: Unit, other: int) -> bool:
    """Whether a word of the claim and another of the source stand before, or after, the same content word."""
    return any(
        ours is not None and theirs is not None and ours.stem == theirs.stem
        for ours, theirs in ((_beside(unit, place, step), _beside(source, other, step)) for step in (-1, 1))
    )


def _beside(unit: Unit, place: int, step: int) -> Word | None:
    """Return the next content word in one direction, at most four words away."""
    for near in range(place + step, place + 5 * step, step):
        if 0 <= near < len(unit.words) and unit.words[near].is_content:
            return unit.words[near]
    return None


def _turns_freely(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    lower = [{word.lower for word in side} for side in (ours, theirs)]
    passive = [_is_passive(side) for side in (ours, theirs)]
    functions = [{word.lower for word in side if not word.is_content} for side in (ours, theirs)]
    return (
        passive[0] != passive[1]
        or any(side <= _LIST for side in functions)
        or any(word.stem in _BOTH_WAYS for word in (*ours, *theirs))
        or any(side & _TURNING for side in lower)
        or len({word.segment for word in ours}) != len({word.segment for word in theirs})
    )


def _is_passive(words: Sequence[Word]) -> bool:
    return any(
        word.lower in _BE and any(_PARTICIPLE.match(other.lower) for other in words[place + 1 : place + 3])
        for place, word in enumerate(words)
    )
