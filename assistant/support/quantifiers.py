"""Words that say of how many something holds: only, all, some; and bounds without a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.support.text import Unit

_ONLY = re.compile(
    r"(?<!not )(?<!n't )(?<!n’t )\b(?:only|solely|exclusively|sole|nothing but|no one but|none but|nobody but|alone|"
    r"limited to|restricted to|just|merely|unless|except)\b|\bno (?:other|more than|one else)\b",
    re.IGNORECASE,
)
_CLAIMS_ONLY = re.compile(
    r"(?<!not )(?<!n't )(?<!n’t )(?<!if )\b(?:only|solely|exclusively|(?:nobody|none|no one) but|"
    r"(?:limited|restricted) to)\b(?! if\b)",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|every|each|any|everyone|everybody|entire|whole|both|always|throughout|whoever|100 ?%)\b", re.IGNORECASE
)
_CLAIMS_ALL = re.compile(r"\b(?:all|every|everyone|everybody|always)\b(?! over\b| at once\b)", re.IGNORECASE)
_SOME = re.compile(
    r"\b(?:some|several|many|most|a few|few|certain|half|often|sometimes|usually|generally|typically|largely|mostly|"
    r"occasionally|a majority|a minority|at least one)\b",
    re.IGNORECASE,
)


_UNCONDITIONAL = re.compile(
    r"\b(?:every|all|always|never|whatever|regardless|no matter|whether or not|however \w+|in all cases|in every case|"
    r"without exception)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:practicable|feasible|reasonable|reasonably|possible|appropriate|to the extent|if|unless|provided|where|when|"
    r"whose|only|in case|on condition|except|as long as|over|that (?:has|have|receives?|does|do))\b",
    re.IGNORECASE,
)


_UNIVERSAL = re.compile(
    r"\b(?:all|every|everyone|everybody|each|always|never|in (?:all|every) cases?|only|solely|exclusively)\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(?:may|might|can|could|often|usually|normally|generally|typically|sometimes|mostly|mainly|largely|primarily|"
    r"rarely|occasionally|likely|on occasion|in (?:some|most|many) cases|some|most|many|certain|where possible|"
    r"if (?:possible|necessary))\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:all|every|everyone|everybody|each|any|anyone|always|never|ever|entire|whole|both|throughout|no|none|nobody|"
    r"whoever|whatever|regardless|100 ?%)\b",
    re.IGNORECASE,
)


_AT_ALL_TIMES = re.compile(r"never|always", re.IGNORECASE)
_DETERMINERS = frozenset("all every each any".split())
_PARTS = frozenset("some many most several certain few".split())
_NARROWS = frozenset(
    "who whose that which with without receiving participating attending enrolled if when where".split()
)
_EXCEPTION = re.compile(
    r"\b(?:unless|except(?:ions?)?|other than|apart from|provided that|only if|only when|as long as|"
    r"in the absence of)\b",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    r"\b(?:often|usually|normally|generally|typically|sometimes|mostly|mainly|largely)\b", re.IGNORECASE
)


def unhedged(claim: Sequence[Unit], sources: Sequence[Unit]) -> tuple[str, str] | None:
    """Return the word by which a claim says something of all cases, and the word of its source that leaves it open
    ("some", "often", "may"), where the source has no word for all and the claim leaves nothing open; or None."""
    if not sources:
        return None
    said = " \n".join(unit.text for unit in claim)
    every = _UNIVERSAL.search(said)
    hedge = _HEDGED.search(sources[0].text)
    if every is None or hedge is None or _HEDGED.search(said):
        return None
    if _CLAIMS_ONLY.fullmatch(every.group()):
        answered = any(_ONLY.search(source.text) for source in sources) and not _FREQUENCY.search(sources[0].text)
    else:
        answered = not _AT_ALL_TIMES.fullmatch(every.group()) and any(_GENERAL.search(one.text) for one in sources)
    if answered:
        return None
    return every.group().lower(), hedge.group().lower()


def unanswered_all(claim: Sequence[Unit], sources: Sequence[Unit]) -> str | None:
    """Return the "all" or "every" of the claim where no source has a word for all, and the noun after it stands in the
    nearest source with something that narrows it ("volunteers who work alone", "participating children"), or where a
    source says it of some of them ("many districts"); or None."""
    if not sources:
        return None
    answered = any(_GENERAL.search(source.text) for source in sources)
    said = frozenset[str]().union(*(unit.stems for unit in claim))
    for unit in claim:
        for word, noun in _of_nouns(unit, _DETERMINERS):
            if not answered and _is_narrowed(noun, sources[0], said):
                return word
            told = [(other, of) for source in sources for other, of in _of_nouns(source, _DETERMINERS | _PARTS)]
            if any(of == noun and other in _PARTS for other, of in told) and not any(
                of == noun and other in _DETERMINERS for other, of in told
            ):
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


def exception_dropped(claim: Sequence[Unit], sources: Sequence[Unit]) -> tuple[str, str] | None:
    """Return the "never", "always" or "all" of a claim that has no exception, and the exception of its source."""
    if not sources:
        return None
    said = " \n".join(unit.text for unit in claim)
    every = _UNIVERSAL.search(said)
    exception = _EXCEPTION.search(sources[0].text)
    if every is None or exception is None or _CONDITION.search(said):
        return None
    return every.group().lower(), exception.group().lower()


def joined_otherwise(claim: Sequence[Unit], sources: Sequence[Unit]) -> tuple[str, str] | None:
    """Return "and" and "or" in the order of claim and source where they join the same two words; or None."""
    if not sources:
        return None
    theirs = _joined(sources[0])
    for unit in claim:
        for pair, word in _joined(unit).items():
            if theirs.get(pair, word) != word:
                return word, theirs[pair]
    return None


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


def quantifier_change(claim: Sequence[Unit], sources: Sequence[Unit]) -> tuple[str, str | None] | None:
    """Return what the claim says of how many, and what the source says instead (None: nothing); None: no change.

    ``sources`` are the units nearest to the claim, nearest first.
    """
    if not sources:
        return None
    said = " \n".join(unit.text for unit in claim)
    source = " \n".join(unit.text for unit in sources)
    nearest = sources[0].text
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


def _governs_shared(found: re.Match[str], nearest: str, claim: Sequence[Unit]) -> bool:
    """Whether the word that "only" stands before in the source is one that the claim has."""
    following = re.match(r"\W*(?:[a-z]{1,3}\W+){0,2}(\w+)", nearest[found.end() :])
    return following is not None and any(word.lower == following[1].lower() for unit in claim for word in unit.words)
