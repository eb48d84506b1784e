"""What a run came to: gates, headline numbers with how sure they are, failures first, all by category. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.evaluation.benchmarks.ranking import area_under_curve
from assistant.evaluation.estimates import Estimate, Gate, case_means, estimate, failed, gates, worst_repeats
from assistant.evaluation.intervals import bootstrap
from assistant.evaluation.judge import JudgedRun
from assistant.evaluation.metrics import operations, refusals
from assistant.evaluation.metrics.registry import HEADLINES, METRICS
from assistant.evaluation.scoring import score_run
from assistant.records import CaseScores, DraftTemplate, EvaluationRun, RunFingerprint, ScoreState

TABLE_METRICS = ("passed", *HEADLINES, "passage_recall")


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refusing over the whole run; None where a figure has no meaning. ``curve`` is (coverage, risk)."""

    abstain_f1: float | None
    auroc: float | None
    risk_coverage_area: float | None
    curve: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Operations:
    """Seconds a question, by nearest rank, over those that ended well; ``flip_rate`` is None without repeats."""

    p50: float | None
    p95: float | None
    errors: int
    flip_rate: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Verdicts of people beside the computed ones: of ``count`` cases judged by both ``agreed`` have the same."""

    count: int
    agreed: int
    disputed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    """All that is said of a run, in the order in which it is read.

    ``failures`` are sorted by severity, of a locked set empty unless asked for: ``failed`` counts them in any case.
    ``categories`` has for each category the estimates of ``TABLE_METRICS``. ``judge_note`` says why no judge is shown.
    """

    run_id: str
    set_name: str
    locked: bool
    finished: bool
    cases: int
    repeats: int
    failed: int
    gates: tuple[Gate, ...]
    headlines: tuple[Estimate, ...]
    failures: tuple[CaseScores, ...]
    stages: dict[str, int]
    categories: dict[str, dict[str, Estimate]]
    metrics: tuple[Estimate, ...]
    not_scored: dict[str, dict[str, int]]
    refusals: Refusals
    operations: Operations
    agreement: Agreement
    fingerprint: RunFingerprint
    judge: Estimate | None = None
    judge_note: str = ""
    overruled: dict[str, bool] = field(default_factory=dict)

    @property
    def gates_hold(self) -> bool:
        return all(gate.holds for gate in self.gates)


def report_run(
    run: EvaluationRun,
    *,
    show_locked: bool = False,
    templates: Mapping[str, DraftTemplate] | None = None,
    judged: JudgedRun | None = None,
) -> RunReport:
    """Return the report of a run; ``show_locked`` lists the failures of a locked set as well."""
    scores = score_run(run, templates)
    failures = sorted(
        filter(failed, worst_repeats(scores)), key=lambda one: (one.severity, one.case.priority != "high")
    )
    return RunReport(
        run_id=run.id,
        set_name=run.set.name,
        locked=run.set.locked,
        finished=run.finished,
        cases=len(run.set.cases),
        repeats=run.repeats,
        failed=len(failures),
        gates=gates(scores, show=show_locked or not run.set.locked),
        headlines=tuple(one for name in HEADLINES if (one := estimate(METRICS[name], scores))),
        failures=tuple(failures) if show_locked or not run.set.locked else (),
        stages=dict(Counter(one.stage.value for one in failures if one.stage is not None).most_common()),
        categories=_categories(scores),
        metrics=tuple(one for metric in METRICS.values() if (one := estimate(metric, scores))),
        not_scored=_not_scored(scores),
        refusals=_refusals(scores),
        operations=_operations(scores),
        agreement=_agreement(run, scores),
        fingerprint=run.fingerprint,
        judge=_judge(judged),
        judge_note=judged.admission.why if judged else "",
        overruled={one.case_id: one.passed for one in run.verdicts},
    )


def _categories(scores: Sequence[CaseScores]) -> dict[str, dict[str, Estimate]]:
    by_name: dict[str, list[CaseScores]] = {}
    for one in scores:
        by_name.setdefault(one.case.category or "(none)", []).append(one)
    return {
        name: {metric: found for metric in TABLE_METRICS if (found := estimate(METRICS[metric], some))}
        for name, some in sorted(by_name.items())
    }


def _not_scored(scores: Sequence[CaseScores]) -> dict[str, dict[str, int]]:
    """Return for each headline, and for right or wrong, why cases have no score in any repeat, and how many."""
    reasons: dict[str, dict[str, int]] = {}
    for name in ("passed", *HEADLINES):
        scored = case_means(name, scores)
        found = {one.case.id: one.scores[name] for one in scores if one.case.id not in scored}
        why = Counter(score.why for score in found.values() if score.state is ScoreState.NOT_APPLICABLE)
        if why:
            reasons[name] = dict(why.most_common())
    return reasons


def _refusals(scores: Sequence[CaseScores]) -> Refusals:
    judged = [(one, one.result.answer) for one in scores if one.result.answer is not None]
    unanswerable = [not one.case.expect.answerable for one, _ in judged]
    risky = [not may_be_answered(one) for one, _ in judged]
    confidences = [answer.confidence for _, answer in judged]
    refused = [
        one.scores["false_answer"].value == 0 if bad else one.scores["over_abstain"].value == 1
        for (one, _), bad in zip(judged, unanswerable, strict=True)
    ]
    return Refusals(
        abstain_f1=refusals.abstain_f1(refused, unanswerable),
        auroc=area_under_curve(confidences, [not bad for bad in risky]) if confidences else None,
        risk_coverage_area=refusals.risk_coverage_area(confidences, risky),
        curve=tuple(refusals.risk_coverage(confidences, risky)),
    )


def may_be_answered(one: CaseScores) -> bool:
    """Whether answering is right: what can be answered, and what was answered rightly although it may be refused."""
    answered = one.result.answer is not None and not refusals.abstained(one.result.answer)
    return one.case.expect.answerable or (answered and one.scores["false_answer"].value == 0)


def _operations(scores: Sequence[CaseScores]) -> Operations:
    seconds = [one.result.seconds for one in scores if one.result.error is None]
    verdicts: dict[str, list[bool | None]] = {}
    for one in scores:
        verdicts.setdefault(one.case.id, []).append(one.passed)
    return Operations(
        p50=operations.percentile(seconds, 0.5),
        p95=operations.percentile(seconds, 0.95),
        errors=sum(one.result.error is not None for one in scores),
        flip_rate=operations.flip_rate(verdicts),
    )


def _agreement(run: EvaluationRun, scores: Sequence[CaseScores]) -> Agreement:
    computed = {one.case.id: one.passed for one in reversed(scores) if one.passed is not None}
    both = [one for one in run.verdicts if one.case_id in computed]
    disputed = tuple(one.case_id for one in both if computed[one.case_id] != one.passed)
    return Agreement(len(both), len(both) - len(disputed), disputed)


def _judge(judged: JudgedRun | None) -> Estimate | None:
    """Return the judge's faithfulness, None of a judge that is not admitted."""
    if judged is None or not judged.admission.admitted:
        return None
    states = Counter(score.state for score in judged.faithfulness.values())
    values = [score.value for score in judged.faithfulness.values() if score.state is ScoreState.SCORED]
    if not values:
        return None
    return Estimate(
        metric="faithfulness",
        title=f"Faithful, says {judged.identity}",
        count=len(values),
        value=sum(values) / len(values),
        interval=bootstrap(values),
        not_applicable=states[ScoreState.NOT_APPLICABLE],
        errors=states[ScoreState.ERROR],
    )
