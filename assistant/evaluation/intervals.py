"""How sure a number is: intervals of one rate or mean. Pure; the same input gives the same output."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.runs.fingerprint import SEED

CONFIDENCE = 0.95
RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float


def wilson(successes: int, count: int) -> Interval:
    """Return Wilson's score interval (1927) of a rate. Raises ValueError without trials.

    (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n); holds its level for small samples and rates near 0 or 1,
    where the textbook interval does not.
    """
    from scipy.stats import binomtest

    found = binomtest(successes, count).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))


def bound_without_failures(count: int) -> float:
    """Return the upper 95 % bound of a rate of which no case was seen in ``count``: 3/n (Hanley 1983), at most 1."""
    return min(1.0, 3.0 / count)


def interval_at_an_end(value: float, count: int, lowest: float, highest: float) -> Interval:
    """Return the 95 % interval of a mean whose ``count`` values all lie at one end of their range.

    Resampling would give no width at all. By ``bound_without_failures`` at most 3/n of all cases may be others, and
    none of these can be further away than the other end.
    """
    reach = (highest - lowest) * bound_without_failures(count)
    return Interval(highest - reach, highest) if value == highest else Interval(lowest, lowest + reach)


def bootstrap(values: Sequence[float], clusters: Sequence[Hashable] | None = None) -> Interval:
    """Return the percentile bootstrap interval (Efron 1979) of the mean, from ``RESAMPLES`` resamples.

    Values of one cluster are drawn together: questions on one document go wrong together, and drawing them one by one
    can make the interval three times too narrow. Few clusters make it too narrow the other way (one of them leaves
    nothing to draw), so the wider one of the two intervals is returned. Raises ValueError without values.
    """
    alone = _percentiles(resampled_means(values, None))
    if clusters is None:
        return alone
    together = _percentiles(resampled_means(values, clusters))
    return max(alone, together, key=lambda one: one.high - one.low)


def _percentiles(means: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Interval:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def resampled_means(
    values: Sequence[float], clusters: Sequence[Hashable] | None
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the mean of each resample, shape ``(RESAMPLES,)``: clusters drawn with replacement, all their values."""
    if not values:
        raise ValueError("no values")
    names = list(clusters) if clusters is not None else list(range(len(values)))
    if len(names) != len(values):
        raise ValueError(f"{len(names)} clusters for {len(values)} values")
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    index = np.asarray([places[name] for name in names])
    sums = np.bincount(index, weights=np.asarray(values, dtype=np.float64), minlength=len(places))
    counts = np.bincount(index, minlength=len(places)).astype(np.float64)
    drawn = np.random.default_rng(SEED).integers(0, len(places), size=(RESAMPLES, len(places)))
    means: np.ndarray[tuple[int], np.dtype[np.float64]] = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return means
