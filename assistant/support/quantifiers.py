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
    r"\b(?:every|all|always|whatever|regardless|no matter|whether or not|however \w+|in all cases|in every case|"
    r"without exception)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:practicable|feasible|reasonable|reasonably|possible|appropriate|to the extent|if|unless|provided|where|when|"
    r"whose|only|in case|on condition|except|as long as|over|that (?:has|have|receives?|does|do))\b",
    re.IGNORECASE,
)


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
