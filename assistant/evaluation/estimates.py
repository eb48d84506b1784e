"""Numbers over the cases of a run: each metric with how sure it is, what must hold in every case, which case failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evaluation.intervals import (
    Interval,
    bootstrap,
    bound_without_failures,
    interval_at_an_end,
    wilson,
)
from assistant.evaluation.metrics.registry import GATES, METRICS, Metric
from assistant.records import CaseScores, ScoreState

FEW = 10
"""Below this many cases a number says little, and is shown in grey."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric over a run: the mean of ``count`` scored cases with its 95 % interval, and how many have no score.

    Every case is in one of ``count``, ``not_applicable`` and ``errors``: scored if any of its repeats is.
    ``bound`` is the upper bound 3/n of a rate of which no case was seen.
    """

    metric: str
    title: str
    count: int
    value: float
    interval: Interval
    not_applicable: int
    errors: int
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that must hold in every case; ``broken_by`` names the cases in which it does not."""

    name: str
    title: str
    holds: bool
    count: int
    broken_by: tuple[str, ...]


def failed(one: CaseScores) -> bool:
    """Whether the answer is wrong or there is none; of neither it may be that it cannot be told."""
    return one.passed is False or one.result.error is not None


def worst_repeats(scores: Sequence[CaseScores]) -> list[CaseScores]:
    """Return of each case, in their order, the repeat that counts: the gravest failure, without any the first."""
    worst: dict[str, CaseScores] = {}
    for one in scores:
        known = worst.setdefault(one.case.id, one)
        if failed(one) and (not failed(known) or one.severity < known.severity):
            worst[one.case.id] = one
    return list(worst.values())


def cluster_of(one: CaseScores) -> str:
    """Return what a case shares with others that go wrong together: its first source, else itself."""
    return one.case.sources[0] if one.case.sources else f"case {one.case.id}"


def case_means(metric: str, scores: Sequence[CaseScores]) -> dict[str, float]:
    """Return the metric of each case that has it, the mean over its repeats."""
    values: dict[str, list[float]] = {}
    for one in scores:
        score = one.scores[metric]
        if score.state is ScoreState.SCORED:
            values.setdefault(one.case.id, []).append(score.value)
    return {name: sum(some) / len(some) for name, some in values.items()}


def estimate(metric: Metric, scores: Sequence[CaseScores]) -> Estimate | None:
    """Return the metric over the cases, each counted once whatever its repeats; None where no case has it."""
    means = case_means(metric.name, scores)
    if not means:
        return None
    clusters = {one.case.id: cluster_of(one) for one in scores}
    values = list(means.values())
    value = sum(values) / len(values)
    clean = all(one in (0.0, 1.0) for one in values)
    if metric.yes_or_no and clean:
        interval = wilson(round(sum(values)), len(values))
    elif metric.highest is not None and set(values) in ({metric.lowest}, {metric.highest}):
        interval = interval_at_an_end(value, len(values), metric.lowest, metric.highest)
    else:
        interval = bootstrap(values, [clusters[name] for name in means])
    errors = {one.case.id for one in scores if one.scores[metric.name].state is ScoreState.ERROR} - means.keys()
    others = clusters.keys() - means.keys() - errors
    seen_none = metric.yes_or_no and metric.better < 0 and value == 0
    return Estimate(
        metric=metric.name,
        title=metric.title,
        count=len(values),
        value=value,
        interval=interval,
        not_applicable=len(others),
        errors=len(errors),
        bound=bound_without_failures(len(values)) if seen_none else None,
    )


def gates(scores: Sequence[CaseScores], *, show: bool = True) -> tuple[Gate, ...]:
    """Return the gates: every citation real, every quotation word for word, no error. ``show``: name the cases."""
    found = []
    for name in GATES:
        values = {one.case.id: one.scores[name].value for one in scores if one.scores[name].state is ScoreState.SCORED}
        broken = tuple(
            dict.fromkeys(
                one.case.id
                for one in scores
                if one.scores[name].state is ScoreState.SCORED and one.scores[name].value < 1
            )
        )
        found.append(Gate(name, METRICS[name].title, not broken, len(values), broken if show else ()))
    errors = tuple(dict.fromkeys(one.case.id for one in scores if one.result.error is not None))
    count = len({one.case.id for one in scores})
    return (*found, Gate("errors", "No question ended in an error", not errors, count, errors if show else ()))
