"""Whether a claim turns its source around by a "not" too many or too few, or by an opposite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.support.lexicon import DENYING, EXCLUDING, NEGATIONS, REMOTE_DENIALS, alike, opposites
from assistant.support.modals import Force, force_of, rules
from assistant.support.text import Unit, Word
from assistant.wording import stem

_REACH = {"no": 2, "without": 2, "neither": 2, "nor": 2, "except": 2}
"""Content words that a negation reaches within its clause: "not" its verb, "no" its noun and the verb after it."""
_STOPS = frozenset("what how why that who which whom whose where when if".split())
_REACHED = frozenset(
    "same all every both other before after always use uses used using make makes made take takes took taken".split()
)
"""Function words and light verbs that a negation can turn round, so that it reaches them, too."""
_NEAR = 4
"""Words apart at which two words are taken to belong together."""
_BOUNDS = frozenset("more less fewer later longer greater higher lower only least earlier exceed just merely".split())
"""After "no" or "not" these bound a number or add to what was said ("no later than", "not only"): they deny nothing."""
_FAILS = frozenset(stem(word) for word in "fail failed fails refuse refused unable decline declined neglected".split())
_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis")


@lru_cache(maxsize=8192)
def negated(unit: Unit) -> frozenset[int]:
    """Return the places of the words of ``unit`` that a negation reaches."""
    reached: set[int] = set()
    for place, word in enumerate(unit.words):
        if not _denies(unit.words, place) or place in _freeing(unit):
            continue
        left = _REACH.get(word.lower, 1)
        for later in range(place + 1, min(place + 8, len(unit.words))):
            other = unit.words[later]
            if other.clause != word.clause or not left or other.lower in _STOPS or _denies(unit.words, later):
                break
            if other.stem in DENYING:  # "nothing stops", "not without": the two cancel out
                break
            if (other.is_content or other.lower in _REACHED) and not _is_adverb(other):
                reached.add(later)
                left -= 1
    return frozenset(reached)


@lru_cache(maxsize=8192)
def _freeing(unit: Unit) -> frozenset[int]:
    """Return the places of words that leave a rule free: "not" in "is not required to send" denies no sending, nor
    does "no" in "no choice but to send"."""
    spans = [(rule.start, rule.end) for rule in rules(unit) if rule.force in (Force.NEED_NOT, Force.MUST)]
    return frozenset(
        place
        for place, word in enumerate(unit.words)
        if any(start <= word.start - unit.start < end for start, end in spans)
    )


def _is_adverb(word: Word) -> bool:
    return word.lower.endswith("ly") and len(word.lower) > 4


def denies(unit: Unit) -> bool:
    """Whether ``unit`` has a negation of any kind."""
    return any(_denies(unit.words, place) for place in range(len(unit.words))) or _has_lexical_negation(unit)


def _denies(words: Sequence[Word], place: int) -> bool:
    following = words[place + 1].lower if place + 1 < len(words) else ""
    if (words[place].lower, following) in (("rather", "than"), ("instead", "of")):
        return True
    if words[place].stem in _FAILS and following == "to":
        return True
    if words[place].lower not in NEGATIONS:
        return False
    if following == "to" and place + 2 < len(words):
        following = words[place + 2].lower
    if following == "limited" and place and words[place - 1].lower == "but":
        return False
    return following not in _BOUNDS


def _has_lexical_negation(unit: Unit) -> bool:
    return any(word.stem in REMOTE_DENIALS or word.lower in NEGATIONS for word in unit.words)


def turned_negation(claim: Unit, sources: Sequence[Unit]) -> Word | None:
    """Return the word that one side denies and the other affirms, None where there is none.

    ``sources`` are the units nearest to the claim, nearest first. A word is compared where both sides have it; a denial
    in other words beside it on the other side ("failed to", "unable", an opposite) excuses the negation.
    """
    if not sources:
        return None
    nearest = sources[0]
    ours = _one_sided(claim, sources)
    theirs = _one_sided(nearest, [claim])
    affirmed_here = [word for word, affirmed in ours if affirmed]
    affirmed_there = [word for word, affirmed in theirs if affirmed and not _affirmed_too(word, sources)]
    if ours and theirs:
        # Both deny something. Often it is the same in other words; where each affirms what the other denies, it is not.
        return affirmed_here[0] if affirmed_here and affirmed_there else None
    if affirmed_here or affirmed_there:
        return (affirmed_here or affirmed_there)[0]
    return _affirmed_instead(nearest, claim)


def unanswered_denial(claim: Unit, pieces: Sequence[Unit]) -> Word | None:
    """Return the word that the claim denies although no unit of the evidence denies anything, in any words."""
    if any(denies(unit) for unit in pieces):
        return None
    denied = negated(claim)
    return next((word for at, word in enumerate(claim.words) if at in denied or word.stem in EXCLUDING), None)


def denied_nearby(claim: Unit, sources: Sequence[Unit]) -> Word | None:
    """Return a word that another near source than the nearest denies and the claim affirms, where the claim says at
    least half of that source's clause, and no source affirms the word."""
    if denies(claim):
        return None
    affirmed = {word.stem for place, word in enumerate(claim.words) if place not in negated(claim)}
    for source in sources[1:]:
        for place in sorted(negated(source)):
            word = source.words[place]
            clause = [one for one in source.words if one.segment == word.segment and one.is_content]
            half = len(clause) >= 3 and sum(one.stem in claim.stems for one in clause) >= len(clause) / 2
            if half and word.stem in affirmed and not _affirmed_too(word, sources):
                return word
    return None


def _one_sided(denying: Unit, others: Sequence[Unit]) -> list[tuple[Word, bool]]:
    """Return the words that ``denying`` denies and ``others`` do not, each with whether they affirm it."""
    found = []
    for place in sorted(negated(denying)):
        word = denying.words[place]
        states = [_is_denied(word, other, at) for other in others for at in _occurrences(word, other)]
        if not any(states):
            found.append((word, bool(states)))
    return found


def _affirmed_too(word: Word, sources: Sequence[Unit]) -> bool:
    """Whether the sources also affirm the word, elsewhere: then it cannot be told which is meant."""
    return any(at not in negated(source) for source in sources for at in _occurrences(word, source))


def _affirmed_instead(nearest: Unit, claim: Unit) -> Word | None:
    """Return the word that the source denies where the claim says the rest of that statement and denies nothing."""
    if denies(claim):
        return None
    said = claim.stems
    for place in sorted(negated(nearest)):
        word = nearest.words[place]
        rest = [
            other
            for at, other in enumerate(nearest.words)
            if other.segment == word.segment and at != place and (other.is_content or other.lower[0].isdigit())
        ]
        if word.stem not in said and len(rest) >= 3 and sum(other.stem in said for other in rest) >= 0.8 * len(rest):
            return word
    return None


def _occurrences(word: Word, unit: Unit) -> list[int]:
    same = alike().get(word.stem, frozenset()) | {word.stem}
    return [place for place, other in enumerate(unit.words) if other.stem in same]


def _is_denied(word: Word, unit: Unit, place: int) -> bool:
    """Whether the word at ``place`` is denied, or something beside it says so in another way."""
    rule = force_of(unit, place)
    if place in negated(unit) or (rule is not None and rule.force is Force.MUST_NOT):
        return True
    beside = unit.words[max(0, place - 2 * _NEAR) : place + _NEAR]
    against = opposites().get(word.stem, frozenset())
    return any(
        other.stem in DENYING
        or other.stem in against
        or any(other.lower == prefix + word.lower for prefix in _PREFIXES)
        for other in beside
        if other.segment == unit.words[place].segment
    )


def opposite(claim: Unit, sources: Sequence[Unit]) -> tuple[Word, Word] | None:
    """Return a word of the claim and its opposite in the nearest source, where the source lacks the word itself and a
    word beside it in the claim also stands beside the opposite.

    A pair of which one is denied says the same ("not short", "long") and is none.
    """
    if not sources:
        return None
    nearest = sources[0]
    known = {stem for source in sources for stem in source.stems}
    denied = negated(claim)
    for place, word in enumerate(claim.words):
        against = opposites().get(word.stem)
        if not against or (alike()[word.stem] | {word.stem}) & known:
            continue
        for other_place, other in enumerate(nearest.words):
            if other.stem not in against or (place in denied) != (other_place in negated(nearest)):
                continue
            if _share_neighbour(claim, place, nearest, other_place):
                return word, other
    return None


def _share_neighbour(unit: Unit, place: int, source: Unit, other: int) -> bool:
    around = {word.stem for word in _around(source, other)}
    return any(word.stem in around for word in _around(unit, place))


def _around(unit: Unit, place: int) -> Iterator[Word]:
    for near in range(max(0, place - _NEAR), min(len(unit.words), place + _NEAR + 1)):
        if near != place and unit.words[near].is_content:
            yield unit.words[near]
