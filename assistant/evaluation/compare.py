"""Two runs of one set: what broke, what was fixed, and whether the difference is more than chance. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import UsageError
from assistant.evaluation.estimates import Gate, case_means, cluster_of, gates, worst_repeats
from assistant.evaluation.metrics.registry import HEADLINES, METRICS
from assistant.evaluation.paired import PairedDifference, Verdict, compare_paired, holm, verdict
from assistant.evaluation.runs.fingerprint import differences
from assistant.evaluation.scoring import score_run
from assistant.records import CaseScores, EvaluationRun, RunFingerprint

_NEVER_SILENT = ("the questions", "the documents")


class DifferentRunsError(UsageError):
    """Two runs of other questions or documents; somebody may want them compared all the same."""


@dataclass(frozen=True, slots=True)
class MetricComparison:
    """A headline metric in both runs, with the p adjusted for all headlines and what may be said of it.

    ``regression``: the whole interval of the difference lies below zero.
    """

    metric: str
    title: str
    paired: PairedDifference
    adjusted_p: float
    verdict: Verdict
    regression: bool


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A question that is right in one run only, or wrong in both, with both answers' judgement."""

    case_id: str
    question: str
    category: str
    first: CaseScores
    second: CaseScores


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second run beside the first, over the ``shared`` questions that both asked in the same words.

    ``differs`` names what else differs, with both values. ``only_first`` and ``only_second`` are ids of questions that
    the other run does not have, ``reworded`` of those whose row was changed. The lists of cases are in the order of
    severity, and empty for a locked set unless asked for; ``counts`` has their lengths in any case.
    """

    first_id: str
    second_id: str
    set_name: str
    locked: bool
    shared: int
    differs: dict[str, tuple[str, str]]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    reworded: tuple[str, ...]
    overall: MetricComparison | None
    headlines: tuple[MetricComparison, ...]
    gates: tuple[Gate, ...]
    broken: tuple[CaseChange, ...]
    fixed: tuple[CaseChange, ...]
    still_failing: tuple[CaseChange, ...]
    counts: dict[str, int]

    @property
    def regressions(self) -> tuple[str, ...]:
        """Why a gate of a build should close: gates broken in the second run, headlines that got worse."""
        broken = [f"{gate.title}: not in every case" for gate in self.gates if not gate.holds]
        return (*broken, *(f"{one.title}: worse" for one in self.headlines if one.regression))


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are compared: a run, or the baseline that was written of one."""

    id: str
    set_name: str
    locked: bool
    fingerprint: RunFingerprint
    scores: tuple[CaseScores, ...]


def side_of(run: EvaluationRun) -> Side:
    """Return a run as a side of a comparison; no headline metric of a draft needs its template."""
    return Side(run.id, run.set.name, run.set.locked, run.fingerprint, score_run(run))


def compare_runs(
    first: EvaluationRun, second: EvaluationRun, *, allow_different: bool = False, show_locked: bool = False
) -> Comparison:
    """Compare the second run with the first. Raises as ``compare``."""
    return compare(side_of(first), side_of(second), allow_different=allow_different, show_locked=show_locked)


def compare(first: Side, second: Side, *, allow_different: bool = False, show_locked: bool = False) -> Comparison:
    """Compare the second side with the first.

    Raises DifferentRunsError where questions or documents differ, unless ``allow_different``, UsageError where no
    question is shared.
    """
    differs = differences(first.fingerprint, second.fingerprint)
    grave = [name for name in _NEVER_SILENT if name in differs]
    if grave and not allow_different:
        raise DifferentRunsError(
            f"The two runs differ in {' and '.join(grave)}, so a difference in the numbers may come from that alone.",
            next_step="Run both on the same, or say that it is meant, with --different.",
        )
    ours, theirs = _by_case(first.scores), _by_case(second.scores)
    hashes = [{name: some[0].result.row_hash for name, some in one.items()} for one in (ours, theirs)]
    shared = [name for name in ours if name in theirs and hashes[0][name] == hashes[1][name]]
    if not shared:
        raise UsageError("The two runs have no question in common.", next_step="Compare two runs of one set.")
    before = [one for name in shared for one in ours[name]]
    after = [one for name in shared for one in theirs[name]]
    locked = first.locked or second.locked
    show = show_locked or not locked
    lists = _changes(shared, ours, theirs)
    return Comparison(
        first_id=first.id,
        second_id=second.id,
        set_name=second.set_name,
        locked=locked,
        shared=len(shared),
        differs=differs,
        only_first=tuple(name for name in ours if name not in theirs),
        only_second=tuple(name for name in theirs if name not in ours),
        reworded=tuple(name for name in ours if name in theirs and hashes[0][name] != hashes[1][name]),
        overall=next(iter(_compared(("passed",), before, after)), None),
        headlines=_compared(HEADLINES, before, after),
        gates=gates(after, show=show),
        broken=lists["broken"] if show else (),
        fixed=lists["fixed"] if show else (),
        still_failing=lists["still failing"] if show else (),
        counts={name: len(some) for name, some in lists.items()},
    )


def _by_case(scores: Sequence[CaseScores]) -> dict[str, list[CaseScores]]:
    by_case: dict[str, list[CaseScores]] = {}
    for one in scores:
        by_case.setdefault(one.case.id, []).append(one)
    return by_case


def _compared(
    metrics: Sequence[str], before: Sequence[CaseScores], after: Sequence[CaseScores]
) -> tuple[MetricComparison, ...]:
    clusters = {one.case.id: cluster_of(one) for one in after}
    found = []
    for name in metrics:
        first, second = case_means(name, before), case_means(name, after)
        both = [case for case in first if case in second]
        if both:
            values = [first[case] for case in both], [second[case] for case in both]
            # Means over repeats are no longer yes or no.
            clean = METRICS[name].yes_or_no and all(one in (0.0, 1.0) for some in values for one in some)
            where = [clusters[case] for case in both]
            paired = compare_paired(*values, better=METRICS[name].better, yes_or_no=clean, clusters=where)
            found.append((name, paired))
    adjusted = holm([paired.p for _, paired in found])
    return tuple(
        MetricComparison(
            metric=name,
            title=METRICS[name].title,
            paired=paired,
            adjusted_p=p,
            verdict=verdict(paired, p),
            regression=paired.interval.high < 0,
        )
        for (name, paired), p in zip(found, adjusted, strict=True)
    )


def _changes(
    shared: Sequence[str], before: Mapping[str, list[CaseScores]], after: Mapping[str, list[CaseScores]]
) -> dict[str, tuple[CaseChange, ...]]:
    kinds: dict[tuple[bool | None, bool | None], str] = {
        (True, False): "broken",
        (False, True): "fixed",
        (False, False): "still failing",
    }
    lists: dict[str, list[CaseChange]] = {kind: [] for kind in kinds.values()}
    for name in shared:
        # A question is right only if it is right every time.
        (first,), (second,) = worst_repeats(before[name]), worst_repeats(after[name])
        states = (_right(first), _right(second))
        kind = kinds.get(states)
        if kind is not None:
            lists[kind].append(CaseChange(name, second.case.question, second.case.category, first, second))
    return {
        kind: tuple(sorted(some, key=lambda one: one.first.severity if kind == "fixed" else one.second.severity))
        for kind, some in lists.items()
    }


def _right(one: CaseScores) -> bool | None:
    return False if one.result.error is not None else one.passed
