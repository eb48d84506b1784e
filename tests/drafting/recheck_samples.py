"""What a check of an exported file found, by its quotations."""

from __future__ import annotations

from assistant.drafting.recheck import CheckedCitation, Finding, Recheck
from tests.drafting.export_samples import FAMILIES, GOALS, MEETING


def by_quote(result: Recheck) -> dict[str, CheckedCitation]:
    return {one.quote: one for one in result.citations}


def findings(result: Recheck) -> dict[str, Finding]:
    return {one.quote: one.finding for one in result.citations}


ALL_UNCHANGED = dict.fromkeys((MEETING, GOALS, "A meeting in the fall", FAMILIES), Finding.UNCHANGED)
