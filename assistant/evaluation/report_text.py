"""Reports for the terminal, and as JSON. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from assistant.evaluation.compare import CaseChange, Comparison, MetricComparison
from assistant.evaluation.estimates import FEW, Estimate
from assistant.evaluation.metrics.registry import METRICS
from assistant.evaluation.paired import Verdict
from assistant.evaluation.report import RunReport
from assistant.records import CaseScores, to_json

_MOST_SHOWN = 400
_BRIEF = ("passed", "vital_strict", "gold_cited", "false_answer", "over_abstain", "passage_recall")
_SHORT = {
    "passed": "right",
    "vital_strict": "vital",
    "gold_cited": "cited",
    "false_answer": "false",
    "over_abstain": "refused",
    "passage_recall": "found",
}


def report_text(report: RunReport) -> str:
    """Return the report as text."""
    return "\n".join(
        [
            *_heading(report),
            "",
            *(f"  {'ok    ' if gate.holds else 'BROKEN'} {gate.title} (n={gate.count})" for gate in report.gates),
            "",
            *(_estimate_line(one) for one in _first_passed(report)),
            *(_estimate_line(one) for one in report.headlines),
            "",
            *_refusal_lines(report),
            "",
            *_failure_lines(report),
            *_category_lines(report),
            *_closing(report),
        ]
    )


def _heading(report: RunReport) -> Iterable[str]:
    yield f"Run {report.run_id}: {report.cases} questions of {report.set_name}" + (
        f", {report.repeats} times" if report.repeats > 1 else ""
    )
    if not report.finished:
        yield f"Not finished. Go on with: assistant eval run --resume {report.run_id}"
    if report.locked:
        yield "A locked set: only totals are shown, so that nothing is tuned on its questions."


def _first_passed(report: RunReport) -> list[Estimate]:
    return [one for one in report.metrics if one.metric == "passed"]


def _estimate_line(one: Estimate) -> str:
    bound = f", true rate below {one.bound:.3f}" if one.bound is not None else ""
    few = ", few" if one.count < FEW else ""
    others = f", not applicable {one.not_applicable}" if one.not_applicable else ""
    others += f", errors {one.errors}" if one.errors else ""
    between = f"[{one.interval.low:.3f}, {one.interval.high:.3f}]"
    return f"  {one.title:<42} {one.value:6.3f}  {between}  n={one.count}{few}{others}{bound}"


def _refusal_lines(report: RunReport) -> Iterable[str]:
    found = report.refusals
    if found.auroc is not None:
        yield (
            f"  Confidence tells what can be answered: AUROC {found.auroc:.3f}, risk-coverage area "
            f"{found.risk_coverage_area:.3f}, F1 of refusing {_number(found.abstain_f1)}"
        )
    timing = report.operations
    yield (
        f"  Seconds a question: p50 {_number(timing.p50)}, p95 {_number(timing.p95)}; errors {timing.errors}"
        + (f"; verdict flips {timing.flip_rate:.3f}" if timing.flip_rate is not None else "")
    )


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _failure_lines(report: RunReport) -> Iterable[str]:
    if not report.failed:
        yield "No failures."
        return
    stages = ", ".join(f"{name} {count}" for name, count in report.stages.items())
    yield f"Failures: {report.failed} ({stages})"
    for one in report.failures:
        yield from _failure(one, report.overruled.get(one.case.id))
    yield ""


def _failure(one: CaseScores, overruled: bool | None) -> Iterable[str]:
    yield f"  {one.case.id} [{one.stage.value if one.stage else 'failed'}] {_cut(one.case.question)}"
    yield f"      {one.problem}"
    if overruled is not None:
        yield f"      A person says: {'right' if overruled else 'wrong'}."
    answer = one.result.answer
    if answer is not None and answer.sentences:
        yield f"      answered: {_cut(answer.text)}"
        for citation in answer.citations[:2]:
            yield f"      cited:    {citation.source}: {_cut(citation.quote, 160)}"
    for unit in one.result.gold[:2]:
        yield f"      expected: {unit.source}: {_cut(unit.problem or unit.quote or '', 160)}"


def _cut(text: str, most: int = _MOST_SHOWN) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _category_lines(report: RunReport) -> Iterable[str]:
    yield f"By category ({'/'.join(_SHORT.values())}; in brackets: fewer than {FEW})"
    width = max(len(name) for name in report.categories)
    yield "  " + " " * width + "".join(f"{_SHORT[name]:>12}" for name in _BRIEF)
    for name, found in report.categories.items():
        yield f"  {name:<{width}}" + "".join(f"{_category_cell(found.get(metric)):>12}" for metric in _BRIEF)
    yield ""


def _category_cell(one: Estimate | None) -> str:
    if one is None:
        return "-"
    text = f"{one.value:.2f}/{one.count}"
    return f"({text})" if one.count < FEW else text


def _closing(report: RunReport) -> Iterable[str]:
    yield "Other metrics"
    headlines = {one.metric for one in report.headlines} | {"passed"}
    yield from (_estimate_line(one) for one in report.metrics if one.metric not in headlines)
    yield ""
    for name, reasons in report.not_scored.items():
        why = ", ".join(f"{reason} ({count})" for reason, count in reasons.items())
        yield f"  Not scored for “{METRICS[name].title}”: {why}"
    if report.agreement.count:
        yield f"  People judged {report.agreement.count}: the same as computed in {report.agreement.agreed}"
    if report.judge is not None:
        yield _estimate_line(report.judge)
    if report.judge_note:
        yield f"  {report.judge_note}"
    mark = report.fingerprint
    settings = ", ".join(f"{name}={value}" for name, value in mark.settings.items())
    yield (
        f"  Set {mark.set_hash}, documents {mark.corpus}, embedding {mark.embedding}, prompts {mark.prompts}, model "
        f"{mark.model}, support by {mark.support_check}, program {mark.version} ({mark.code}), {settings}, seed "
        f"{mark.seed}, {mark.started_at}"
    )


def report_json(report: RunReport) -> dict[str, Any]:
    """Return the report as JSON-ready values, its failures as short objects."""
    value: dict[str, Any] = to_json(report)
    value["gates_hold"] = report.gates_hold
    value["failures"] = [case_json(one) for one in report.failures]
    return value


def case_json(one: CaseScores) -> dict[str, Any]:
    """Return a judged case as JSON-ready values: what was asked, answered, cited, expected, and what went wrong."""
    answer = one.result.answer
    return {
        "id": one.case.id,
        "question": one.case.question,
        "category": one.case.category,
        "passed": one.passed,
        "problem": one.problem,
        "stage": one.stage.value if one.stage else None,
        "severity": one.severity,
        "answer": answer.text if answer else None,
        "status": answer.status.value if answer else None,
        "confidence": round(answer.confidence, 6) if answer else None,
        "citations": [to_json(citation) for citation in answer.citations] if answer else [],
        "gold": [to_json(unit) for unit in one.result.gold],
        "error": one.result.error,
        "scores": {name: round(score.value, 6) for name, score in one.scores.items() if score.state.value == "scored"},
    }


def comparison_text(found: Comparison) -> str:
    """Return the comparison as text: verdicts, then broken, fixed and still failing."""
    lines = [f"{found.second_id} beside {found.first_id}: {found.shared} questions of {found.set_name} in both"]
    lines += [f"  They differ in {name}: {one} -> {two}" for name, (one, two) in found.differs.items()]
    for words, names in (
        ("Only in the first", found.only_first),
        ("Only in the second", found.only_second),
        ("Reworded, not compared", found.reworded),
    ):
        if names:
            lines.append(f"  {words}: {', '.join(names)}")
    lines.append("")
    lines += [_comparison_line(one) for one in ([found.overall] if found.overall else []) + list(found.headlines)]
    lines.append("")
    lines += [f"  BROKEN {gate.title}: {', '.join(gate.broken_by)}" for gate in found.gates if not gate.holds]
    for title, kind, changes in (
        ("Broken", "broken", found.broken),
        ("Fixed", "fixed", found.fixed),
        ("Still failing", "still failing", found.still_failing),
    ):
        lines.append(f"{title}: {found.counts[kind]}")
        lines += _change_lines(changes, brief=kind == "still failing")
    lines.append(f"Regression: {'; '.join(found.regressions)}." if found.regressions else "No regression.")
    return "\n".join(lines)


def _comparison_line(one: MetricComparison) -> str:
    paired = one.paired
    between = f"[{paired.interval.low:+.3f}, {paired.interval.high:+.3f}]"
    return (
        f"  {one.title:<30} {paired.first:.3f} -> {paired.second:.3f}  {verdict_words(one)}  (gain "
        f"{paired.difference:+.3f} {between}, n={paired.count}, {paired.test}, p={one.adjusted_p:.3f})"
    )


def verdict_words(one: MetricComparison) -> str:
    """Return what may be said of a metric: better, worse, no difference, or how many questions would tell."""
    if one.verdict is Verdict.CANNOT_TELL and one.paired.needed is not None:
        return f"cannot tell (needs about {max(one.paired.needed, one.paired.count + 1)} questions)"
    return one.verdict.value


def _change_lines(changes: Sequence[CaseChange], *, brief: bool) -> Iterable[str]:
    for one in changes:
        yield f"  {one.case_id} {_cut(one.question, 160)}"
        if not brief:
            now = one.second if one.second.problem else one.first
            yield f"      {'now' if now is one.second else 'before'}: {now.problem}"


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON-ready values."""
    value: dict[str, Any] = to_json(found)
    for name in ("broken", "fixed", "still_failing"):
        changes: Sequence[CaseChange] = getattr(found, name)
        value[name] = [
            {"id": one.case_id, "first": case_json(one.first), "second": case_json(one.second)} for one in changes
        ]
    for one, compared in zip(value["headlines"], found.headlines, strict=True):
        one["words"] = verdict_words(compared)
    value["regressions"] = list(found.regressions)
    return value
