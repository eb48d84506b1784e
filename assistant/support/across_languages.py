"""Claims in another language than their evidence, where words cannot be compared: figures and names only."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.support.base import Claim, Verdict
from assistant.support.facts import missing_facts

ONLY_FACTS = "Only its numbers and names were checked, because the source is in another language."
_SCORE = 0.5
"""Neither likely nor unlikely: that the figures agree says nothing of the rest."""


def judge_across_languages(claims: Sequence[Claim]) -> list[Verdict]:
    """Return one verdict a claim, in order, all of them marked as partly checked.

    A claim is let pass where the evidence has all its numbers, dates, names and addresses; it must have one of them,
    else nothing was checked. It is carried by the pieces that have them, those with most first. That is far less than a
    check: whoever shows such a claim has to say so, or to have it compared with a translation as well.
    """
    return [_judge(claim) for claim in claims]


def _judge(claim: Claim) -> Verdict:
    missing = missing_facts(claim.text, [*claim.evidence, *claim.contexts])
    if missing:
        return Verdict(False, 0.0, f"“{missing[0].text}” is not in the source. {ONLY_FACTS}", (), partly_checked=True)
    everything = missing_facts(claim.text, [])
    if not everything:
        return Verdict(False, 0.0, f"It has none to check. {ONLY_FACTS}", (), partly_checked=True)
    had = {
        number: len(everything) - len(missing_facts(claim.text, [piece])) for number, piece in enumerate(claim.evidence)
    }
    carrying = sorted((number for number, count in had.items() if count), key=lambda number: -had[number])
    return Verdict(bool(carrying), _SCORE if carrying else 0.0, ONLY_FACTS, tuple(carrying), partly_checked=True)
