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


def swapped_parties(claim: Unit, sources: Sequence[Unit]) -> tuple[Word, Word] | None:
    """Return two words that stand around a shared one in the nearest source, but the other way round; or None.

    "A ... x ... B" against "B ... x ... A", each word once on either side. What turns round without another meaning is
    left alone: a passive ("A is sent by B"), a list ("A, x and B"), a relation that holds both ways ("A differs from
    B").
    """
    if not sources:
        return None
    nearest = sources[0]
    theirs = _single(nearest)
    ours = [(stem, place) for stem, place in _single(claim).items() if stem in theirs]
    for first, (one, one_place) in enumerate(ours):
        for other, other_place in ours[first + 2 :]:
            if theirs[other] >= theirs[one]:
                continue
            around = (stem for stem, place in ours if one_place < place < other_place)
            if not any(theirs[other] < theirs[stem] < theirs[one] for stem in around):
                continue
            exchanged = _of_a_kind(claim.words[one_place], claim.words[other_place]) or _exchanged(
                (claim, one_place, other_place), (nearest, theirs[other], theirs[one])
            )
            ours_text = claim.words[one_place : other_place + 1]
            their_text = nearest.words[theirs[other] : theirs[one] + 1]
            if exchanged and not _turns_freely(ours_text, their_text):
                return claim.words[one_place], claim.words[other_place]
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


def _exchanged(claim: tuple[Unit, int, int], source: tuple[Unit, int, int]) -> bool:
    """Whether each of two places of the claim stands beside the same content word as its counterpart in the source; of
    one of the two a word of its own may stand between ("the county office")."""
    unit, nearest = claim[0], source[0]
    strict, loose = (
        [_same_slot(unit, ours, nearest, theirs, own) for ours, theirs in zip(claim[1:], source[1:], strict=True)]
        for own in (False, True)
    )
    return all(loose) and any(strict)


def _same_slot(unit: Unit, place: int, source: Unit, other: int, own: bool) -> bool:
    """Whether a word of the claim and another of the source stand before, or after, the same content word; with
    ``own``, whether they do so with a content word of their own right before them."""
    return any(not _beside(unit, place, step, own).isdisjoint(_beside(source, other, step, own)) for step in (-1, 1))


def _beside(unit: Unit, place: int, step: int, own: bool) -> set[str]:
    """Return the stem of the next content word in one direction, at most four words away; with ``own`` also of the one
    after it, where the next one stands right there."""
    around = [near for near in range(place + step, place + 5 * step, step) if 0 <= near < len(unit.words)]
    content = [near for near in around if unit.words[near].is_content]
    reach = 2 if own and content and content[0] == place + step else 1
    return {unit.words[near].stem for near in content[:reach]}


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
