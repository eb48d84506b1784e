"""Words that say of how many something holds: only, all, some; and bounds without a number.

Each check takes a sentence of a claim, and as ``sources`` the units of its evidence that come nearest to it, the
nearest first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.support.text import Unit

_EVERY = "all|every|everyone|everybody|always"
_WHOLE = "each|any|entire|whole|both|throughout|whoever|100 ?%"
_SOLELY = "only|solely|exclusively"
_MOSTLY = "often|usually|generally|typically|sometimes|mostly|largely"
_MAINLY = "normally|mainly"
_NOT_NOT = r"(?<!not )(?<!n't )(?<!n’t )"


def _any_of(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


_ONLY = re.compile(
    rf"{_NOT_NOT}\b(?:{_SOLELY}|sole|nothing but|no one but|none but|nobody but|alone|limited to|restricted to|just|"
    r"merely|unless|except)\b|\bno (?:other|more than|one else)\b",
    re.IGNORECASE,
)
_CLAIMS_ONLY = re.compile(
    rf"{_NOT_NOT}(?<!if )\b(?:{_SOLELY}|(?:nobody|none|no one) but|(?:limited|restricted) to)\b(?! if\b)",
    re.IGNORECASE,
)
_ALL = _any_of(_EVERY, _WHOLE)
_CLAIMS_ALL = re.compile(rf"\b(?:{_EVERY})\b(?! over\b| at once\b)", re.IGNORECASE)
_GENERAL = _any_of(_EVERY, _WHOLE, "anyone|never|ever|no|none|nobody|whatever|regardless")
_UNIVERSAL = _any_of(_EVERY, _SOLELY, r"each|never|in (?:all|every) cases?")
_UNCONDITIONAL = _any_of(
    r"every|all|always|never|whatever|regardless|no matter|whether or not|however \w+|in all cases|in every case|"
    r"without exception"
)
_AT_ALL_TIMES = re.compile(r"never|always", re.IGNORECASE)
_SOME = _any_of(
    _MOSTLY, "some|several|many|most|a few|few|certain|half|occasionally|a majority|a minority|at least one"
)
_FREQUENCY = _any_of(_MOSTLY, _MAINLY)
_HEDGED = _any_of(
    _MOSTLY,
    _MAINLY,
    r"may|might|can|could|primarily|rarely|occasionally|likely|on occasion|in (?:some|most|many) cases|some|most|many|"
    r"certain|where possible|if (?:possible|necessary)",
)
_CONDITION = _any_of(
    r"practicable|feasible|reasonable|reasonably|possible|appropriate|to the extent|if|unless|provided|where|when|"
    r"whose|only|in case|on condition|except|as long as|over|that (?:has|have|receives?|does|do)"
)
_EXCEPTION = _any_of(
    r"unless|except(?:ions?)?|other than|apart from|provided that|only if|only when|as long as|in the absence of"
)
_DETERMINERS = frozenset("all every each any".split())
_PARTS = frozenset("some many most several certain few".split())
_NARROWS = frozenset(
    "who whose that which with without receiving participating attending enrolled if when where".split()
)


def quantifier_change(claim: Unit, sources: Sequence[Unit]) -> tuple[str, str | None] | None:
    """Return what the claim says of how many, and what the source says instead (None: nothing); None: no change."""
    if not sources:
        return None
    said, nearest = claim.text, sources[0].text
    source = " \n".join(unit.text for unit in sources)
    if (only := _CLAIMS_ONLY.search(said)) and not _ONLY.search(source):
        return only.group().lower(), None
    if (
        (dropped := _CLAIMS_ONLY.search(nearest))
        and not _ONLY.search(said)
        and _governs_shared(dropped, nearest, claim)
    ):
        return "", dropped.group().lower()
    if (every := _CLAIMS_ALL.search(said)) and not _ALL.search(source) and (some := _SOME.search(nearest)):
        return every.group().lower(), some.group().lower()
    if (
        (every := _UNCONDITIONAL.search(said))
        and not _CONDITION.search(said)
        and not _ALL.search(source)
        and (condition := _CONDITION.search(nearest))
    ):
        return every.group().lower(), condition.group().lower()
    if (some := _SOME.search(said)) and not _SOME.search(source) and (every := _CLAIMS_ALL.search(nearest)):
        return some.group().lower(), every.group().lower()
    return None


def _governs_shared(found: re.Match[str], nearest: str, claim: Unit) -> bool:
    """Whether the word that "only" stands before in the source is one that the claim has."""
    following = re.match(r"\W*(?:[a-z]{1,3}\W+){0,2}(\w+)", nearest[found.end() :])
    return following is not None and any(word.lower == following[1].lower() for word in claim.words)


def unhedged(claim: Unit, sources: Sequence[Unit]) -> tuple[str, str] | None:
    """Return the word by which a claim says something of all cases, and the word of its source that leaves it open
    ("some", "often", "may"), where the source has no word for all and the claim leaves nothing open; or None."""
    if not sources:
        return None
    every = _UNIVERSAL.search(claim.text)
    hedge = _HEDGED.search(sources[0].text)
    if every is None or hedge is None or _HEDGED.search(claim.text):
        return None
    if _CLAIMS_ONLY.fullmatch(every.group()):
        answered = any(_ONLY.search(source.text) for source in sources) and not _FREQUENCY.search(sources[0].text)
    else:
        answered = not _AT_ALL_TIMES.fullmatch(every.group()) and any(_GENERAL.search(one.text) for one in sources)
    return None if answered else (every.group().lower(), hedge.group().lower())


def exception_dropped(claim: Unit, sources: Sequence[Unit]) -> tuple[str, str] | None:
    """Return the "never", "always" or "all" of a claim that has no exception, and the exception of its source."""
    if not sources:
        return None
    every = _UNIVERSAL.search(claim.text)
    exception = _EXCEPTION.search(sources[0].text)
    if every is None or exception is None or _CONDITION.search(claim.text):
        return None
    return every.group().lower(), exception.group().lower()


def joined_otherwise(claim: Unit, sources: Sequence[Unit]) -> tuple[str, str] | None:
    """Return "and" and "or" in the order of claim and source where they join the same two words; or None."""
    theirs = _joined(sources[0]) if sources else {}
    return next(((word, theirs[pair]) for pair, word in _joined(claim).items() if theirs.get(pair, word) != word), None)


def _joined(unit: Unit) -> dict[frozenset[str], str]:
    """Return the "and" and "or" of a unit by the two content words that it stands between."""
    found: dict[frozenset[str], str] = {}
    for place, word in enumerate(unit.words):
        if word.lower in ("and", "or"):
            before = [one.stem for one in unit.words[max(0, place - 2) : place] if one.is_content][-1:]
            after = [one.stem for one in unit.words[place + 1 : place + 4] if one.is_content][:1]
            if before and after:
                found[frozenset((*before, *after))] = word.lower
    return found


def unanswered_all(claim: Unit, sources: Sequence[Unit]) -> str | None:
    """Return the "all" or "every" of the claim where no source has a word for all, and the noun after it stands in the
    nearest source with something that narrows it ("volunteers who work alone", "participating children"), or where a
    source says it of some of them ("many districts"); or None."""
    if not sources:
        return None
    answered = any(_GENERAL.search(source.text) for source in sources)
    for word, noun in _of_nouns(claim, _DETERMINERS):
        if not answered and _is_narrowed(noun, sources[0], claim.stems):
            return word
        of_it = {other for source in sources for other, of in _of_nouns(source, _DETERMINERS | _PARTS) if of == noun}
        if of_it & _PARTS and not of_it & _DETERMINERS:
            return word
    return None


def _of_nouns(unit: Unit, determiners: frozenset[str]) -> list[tuple[str, str]]:
    """Return the words of ``determiners`` in a unit, each with the stem of the content word that follows it."""
    found = []
    for place, word in enumerate(unit.words):
        if word.lower in determiners:
            noun = next((one.stem for one in unit.words[place + 1 : place + 4] if one.is_content), None)
            if noun is not None:
                found.append((word.lower, noun))
    return found


def _is_narrowed(noun: str, source: Unit, said: frozenset[str]) -> bool:
    for place, word in enumerate(source.words):
        if word.stem != noun:
            continue
        before = source.words[place - 1] if place else None
        after = source.words[place + 1] if place + 1 < len(source.words) else None
        if before is not None and before.is_content and before.stem not in said and before.clause == word.clause:
            return True
        if after is not None and after.lower in _NARROWS and after.stem not in said:
            return True
    return False
