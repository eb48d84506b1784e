"""Two runs over the same questions: is a difference more than chance, and how many questions would tell? Pure."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assistant.evaluation.intervals import Interval, bootstrap
from assistant.evaluation.runs.fingerprint import SEED

SIGNIFICANT = 0.05
_PERMUTATIONS = 9_999
_Z_SIGNIFICANT, _Z_POWER = 1.959964, 0.841621
"""Quantiles of the normal distribution at 1 - .05/2 and at .8."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    CANNOT_TELL = "cannot tell"
    SAME = "no difference"


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """A metric in two runs over the ``count`` questions that have a value in both.

    ``difference`` is the mean of second less first, in the direction in which more is better, ``interval`` its 95 %
    interval. ``p`` is the chance of a difference at least this large if there were none, by the test named.
    ``changed`` counts the questions with another value; ``needed`` estimates how many questions would tell a true
    difference of this size in four cases of five, None where nothing differs.
    """

    count: int
    first: float
    second: float
    difference: float
    interval: Interval
    p: float
    test: str
    changed: int
    needed: int | None


def compare_paired(
    first: Sequence[float],
    second: Sequence[float],
    *,
    better: int,
    yes_or_no: bool,
    clusters: Sequence[Hashable] | None = None,
) -> PairedDifference:
    """Compare the values of the same questions in two runs. Raises ValueError where there are none."""
    differences = [better * (two - one) for one, two in zip(first, second, strict=True)]
    if not differences:
        raise ValueError("no questions in common")
    up, down = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
    mean = sum(differences) / len(differences)
    if yes_or_no:
        p, test = mcnemar(down, up), "exact McNemar"
        needed = needed_for_rates((up + down) / len(differences), mean)
    else:
        p, test = permutation(differences), "paired permutation"
        needed = needed_for_means(float(np.std(differences)), mean)
    return PairedDifference(
        count=len(differences),
        first=sum(first) / len(first),
        second=sum(second) / len(second),
        difference=mean,
        interval=bootstrap(differences, clusters),
        p=p,
        test=test,
        changed=up + down,
        needed=needed,
    )


def mcnemar(broken: int, fixed: int) -> float:
    """Return the two-sided p of the exact test of McNemar (1947): of the changed cases half should go either way."""
    from scipy.stats import binomtest

    return float(binomtest(broken, broken + fixed, 0.5).pvalue) if broken + fixed else 1.0


def permutation(differences: Sequence[float]) -> float:
    """Return the two-sided p of the paired permutation test: without an effect each difference has either sign."""
    from scipy.stats import permutation_test

    values = np.asarray([one for one in differences if one], dtype=np.float64)
    if not len(values):
        return 1.0
    if len(values) == 1:
        return 1.0  # one pair has two arrangements, and both are as extreme
    found = permutation_test(
        (values, np.zeros_like(values)),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_PERMUTATIONS,
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for being many (Holm 1979), in their order.

    In rising order the i-th of m is multiplied by m - i + 1, none may be below the one before, none above 1.
    """
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [0.0] * len(p_values)
    reached = 0.0
    for place, index in enumerate(order):
        reached = max(reached, min(1.0, p_values[index] * (len(p_values) - place)))
        adjusted[index] = reached
    return adjusted


def verdict(compared: PairedDifference, adjusted_p: float) -> Verdict:
    """Return what may be said: better or worse only where the test and the interval agree that it is not chance."""
    if not compared.changed:
        return Verdict.SAME
    if adjusted_p >= SIGNIFICANT or compared.interval.low <= 0 <= compared.interval.high:
        return Verdict.CANNOT_TELL
    return Verdict.BETTER if compared.difference > 0 else Verdict.WORSE


def needed_for_rates(discordant: float, difference: float) -> int | None:
    """Return how many questions McNemar's test needs to tell a difference of rates, at .05 and a power of .8.

    Connor (1987): n = (z_a sqrt(d) + z_b sqrt(d - D^2))^2 / D^2 for a share d of changed questions and a difference D.
    A difference of .10 with .20 changed needs 155. None where there is no difference.
    """
    if not difference:
        return None
    root = _Z_SIGNIFICANT * math.sqrt(discordant) + _Z_POWER * math.sqrt(max(0.0, discordant - difference**2))
    return math.ceil(root**2 / difference**2)


def needed_for_means(deviation: float, difference: float) -> int | None:
    """Return how many questions tell a mean difference D: n = ((z_a + z_b) s / D)^2, s their standard deviation."""
    if not difference:
        return None
    return max(2, math.ceil(((_Z_SIGNIFICANT + _Z_POWER) * deviation / difference) ** 2))
