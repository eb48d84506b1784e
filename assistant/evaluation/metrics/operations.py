"""How fast, how steady, how often not at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value at or below which ``share`` of the values lie, by nearest rank; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def flip_rate(outcomes: Mapping[str, Sequence[bool | None]]) -> float | None:
    """flip_rate = cases whose verdict is not the same in all repeats / cases; None without repeats.

    Repeats without a verdict (an error, or a case that cannot be judged) are left out; a case needs two that have one.
    """
    known = [
        {one for one in some if one is not None}
        for some in outcomes.values()
        if sum(one is not None for one in some) > 1
    ]
    return sum(len(verdicts) > 1 for verdicts in known) / len(known) if known else None
