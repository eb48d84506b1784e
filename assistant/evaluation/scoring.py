"""A case and what came back for it to scores, a verdict, and the step that failed. Pure; nothing is asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from assistant.evaluation.metrics import answers, citations, drafts, refusals, retrieval, support
from assistant.evaluation.metrics.registry import METRICS
from assistant.evaluation.metrics.retrieval import Level
from assistant.records import (
    Answer,
    CaseResult,
    CaseScores,
    Draft,
    DraftTemplate,
    EvaluationCase,
    EvaluationRun,
    Expectation,
    FailingStage,
    Score,
    ScoreState,
)

Values = dict[str, float | str]
"""By metric a value, or the reason why the metric has no meaning for this case."""

ERROR, ANSWERED_UNANSWERABLE, FORBIDDEN, WRONG_NUMBER, INVALID_CITATION, VITAL_MISSED, NOT_CITED, REFUSED = range(1, 9)
"""Severities of failures, the gravest first."""

_NO_SOURCE = "no source is given"
_ABSTAINED = "nothing was answered"
_TO_REFUSE = "to be refused"
_NO_FACTS = "no facts are given"


def score_run(run: EvaluationRun, templates: Mapping[str, DraftTemplate] | None = None) -> tuple[CaseScores, ...]:
    """Return the scores of all results of a run, in their order.

    ``templates``, by name, are needed for the metrics of drafts that compare with the template.
    """
    cases = {case.id: case for case in run.set.cases}
    return tuple(score_case(cases[one.case_id], one, templates or {}) for one in run.results if one.case_id in cases)


def score_case(
    case: EvaluationCase, result: CaseResult, templates: Mapping[str, DraftTemplate] | None = None
) -> CaseScores:
    """Return what a result is worth. A metric without meaning for the case is not applicable, never zero."""
    if result.error is not None or (result.answer is None and result.draft is None):
        error = Score(ScoreState.ERROR, why=result.error or "There is no answer.")
        scores = dict.fromkeys(METRICS, error)
        return CaseScores(case, result, scores, None, ERROR, error.why, FailingStage.ERROR)
    if result.draft is not None:
        values = _draft_values(result.draft, (templates or {}).get(result.draft.template))
        return CaseScores(case, result, _complete(values), None)
    answer = cast(Answer, result.answer)
    values = _retrieval_values(case, result) | _citation_values(case, answer, result)
    values |= _answer_values(case, answer) | _refusal_values(case, answer)
    values["reference_similarity"] = _or(result.similarity, "no reference answer")
    verdict = _verdict(case, answer, values)
    values["truthfulness"] = (
        "right or wrong cannot be told"
        if verdict.passed is None
        else refusals.truthfulness(
            answerable=case.expect.answerable,
            refused=refusals.abstained(answer) or (not case.expect.answerable and verdict.passed),
            right=verdict.passed,
            complete=values.get("fact_recall", 1.0) == 1.0 or not case.must_include,
        )
    )
    values["passed"] = "right or wrong cannot be told" if verdict.passed is None else float(verdict.passed)
    stage = failing_stage(case, answer, result) if verdict.passed is False else None
    return CaseScores(case, result, _complete(values), verdict.passed, verdict.severity, verdict.problem, stage)


def _complete(values: Values) -> dict[str, Score]:
    scores = {}
    for name in METRICS:
        value = values.get(name, "no such thing in this case")
        if isinstance(value, str):
            scores[name] = Score(ScoreState.NOT_APPLICABLE, why=value)
        else:
            scores[name] = Score(ScoreState.SCORED, value)
    return scores


def _or(value: float | None, why: str) -> float | str:
    return why if value is None else value


def _retrieval_values(case: EvaluationCase, result: CaseResult) -> Values:
    values: Values = {}
    intervals = retrieval.quote_intervals(result.gold, result.retrieved)
    for index, name in enumerate(("quote_recall", "quote_precision", "quote_iou")):
        values[name] = intervals[index] if intervals else "no quote is given"
    depth = len(result.retrieved)
    for level in Level:
        units = len(retrieval.wanted(result.gold, level)) if case.expect.answerable else 0
        if not units:
            why = _NO_SOURCE if not result.gold else f"no {level} is given" if case.expect.answerable else _TO_REFUSE
            values |= {f"{level}_{name}": why for name in ("hit", "recall", "all_gold", "mrr@10", "ndcg@10")}
            continue
        found = retrieval.ranks(result.gold, result.retrieved, level)
        ranking = retrieval.collapsed(result.gold, result.retrieved, level)
        values[f"{level}_hit"] = retrieval.hit(found, depth)
        values[f"{level}_recall"] = retrieval.recall(found, depth)
        values[f"{level}_all_gold"] = retrieval.all_gold(found, depth) if units > 1 else "only one is wanted"
        values[f"{level}_mrr@10"] = retrieval.mean_reciprocal_rank(ranking, units)
        values[f"{level}_ndcg@10"] = retrieval.ndcg(ranking, units)
    return values


def _citation_values(case: EvaluationCase, answer: Answer, result: CaseResult) -> Values:
    pairs = citations.cited_sentences(answer, result.cited)
    words = support.judge_sentences([one for one in pairs if one.evidence], support.WordOverlap())
    cites_nothing = _ABSTAINED if refusals.abstained(answer) else "nothing is cited"
    values: Values = {
        "citation_valid": _or(citations.citation_valid(answer, result.cited), cites_nothing),
        "quote_fidelity": _or(citations.quote_fidelity(answer, result.cited), "nothing is quoted"),
        "citation_coverage": _or(citations.citation_coverage(answer), cites_nothing),
        "number_support": _or(citations.number_support(pairs), "no numbers"),
        "support_screen": _or(support.support_screen(result.supports), cites_nothing),
        "word_overlap": _or(support.support_screen(words), cites_nothing),
        "force_kept": _or(citations.force_kept(pairs), cites_nothing),
        "citation_recall": _or(support.citation_recall(result.supports), cites_nothing),
        "citation_precision": _or(support.citation_precision(result.supports), cites_nothing),
    }
    if not result.gold or not case.expect.answerable:
        why = _NO_SOURCE if case.expect.answerable else _TO_REFUSE
        return values | dict.fromkeys(("gold_cited", "gold_citation_recall", "gold_citation_precision"), why)
    cited = [(one.document_id, one.page, one.span) for one in answer.citations]
    found = [retrieval.share_cited(unit, cited) for unit in result.gold]
    values["gold_cited"] = float(any(found))
    values["gold_citation_recall"] = sum(found) / len(found)
    gold = [any(retrieval.share_cited(unit, [one]) for unit in result.gold) for one in cited]
    values["gold_citation_precision"] = sum(gold) / len(gold) if gold else cites_nothing
    return values


def _answer_values(case: EvaluationCase, answer: Answer) -> Values:
    said = [one.text for one in answer.sentences]
    values: Values = {
        "forbidden": float(bool(answers.forbidden_said(case.must_not_include, said)))
        if case.must_not_include
        else "nothing is forbidden"
    }
    if not case.expect.answerable:
        return values | dict.fromkeys(("fact_recall", "vital_strict", "token_f1", "rouge_l"), _TO_REFUSE)
    for name, compute in (("fact_recall", answers.fact_recall), ("vital_strict", answers.vital_strict)):
        values[name] = compute(case.must_include, said) if case.must_include else _NO_FACTS
    for name, compare in (("token_f1", answers.token_f1), ("rouge_l", answers.rouge_l)):
        values[name] = (
            compare(" ".join(said), case.reference_answer) if case.reference_answer else "no reference answer"
        )
    return values


def _refusal_values(case: EvaluationCase, answer: Answer) -> Values:
    refused = refusals.abstained(answer) or (case.expect is Expectation.ASK_BACK and refusals.asked_back(answer))
    if case.expect.answerable:
        return {"over_abstain": float(refused), "false_answer": "can be answered"}
    return {"false_answer": float(not refused), "over_abstain": _TO_REFUSE}


def _draft_values(draft: Draft, template: DraftTemplate | None) -> Values:
    coverage = drafts.coverage_by_section(draft)
    no_template = "the template is not known"
    return {
        "sections_present": drafts.sections_present(draft, template) if template else no_template,
        "draft_coverage": sum(coverage.values()) / len(coverage) if coverage else "it claims nothing",
        "draft_numbers": float(len(drafts.numbers_not_in_sources(draft))),
        "draft_blanks": float(drafts.open_blanks(draft)),
        "draft_copy": float(drafts.longest_copy(draft)),
        "items_cited": _or(drafts.items_cited(draft, template), "nothing is required") if template else no_template,
    }


@dataclass(frozen=True, slots=True)
class _Verdict:
    passed: bool | None
    severity: int = 0
    problem: str = ""


def _verdict(case: EvaluationCase, answer: Answer, values: Values) -> _Verdict:
    """Return right or wrong, by the gravest thing that is wrong.

    To be refused: right if it was. To be answered: right with every vital fact said; where no facts are given, with the
    right place cited; where neither is given it cannot be told. Never right with something forbidden said, a citation
    that leads nowhere, or a number that does not stand where it is cited.
    """
    if values["false_answer"] == 1.0:
        return _Verdict(False, ANSWERED_UNANSWERABLE, "It answered what the sources do not say.")
    forbidden = answers.forbidden_said(case.must_not_include, [one.text for one in answer.sentences])
    if forbidden:
        return _Verdict(False, FORBIDDEN, f"It says what it must not: {forbidden[0]}.")
    if values["over_abstain"] == 1.0:
        return _Verdict(False, REFUSED, "It refused what the sources answer.")
    if _below_one(values["citation_valid"]) or _below_one(values["quote_fidelity"]):
        return _Verdict(False, INVALID_CITATION, "A citation does not lead to what it quotes.")
    if not case.expect.answerable:
        return _Verdict(True)
    missed = _missed(case, answer)
    if missed:
        grave = WRONG_NUMBER if _below_one(values["number_support"]) else VITAL_MISSED
        return _Verdict(False, grave, f"It does not say: {'; '.join(missed)}.")
    if case.must_include:
        return _Verdict(True)
    if values["gold_cited"] == 0.0:
        return _Verdict(False, NOT_CITED, "It does not cite the right place.")
    return _Verdict(True if values["gold_cited"] == 1.0 else None)


def _below_one(value: float | str) -> bool:
    return not isinstance(value, str) and value < 1.0


def _missed(case: EvaluationCase, answer: Answer) -> list[str]:
    said = [one.text for one in answer.sentences]
    vital = answers.vital_facts(case.must_include)
    return [fact.wordings[0] for fact in vital if answers.credit(fact, said) < 1.0]


def failing_stage(case: EvaluationCase, answer: Answer, result: CaseResult) -> FailingStage:
    """Return the first step at which a failed case went wrong, by its gold units."""
    if not case.expect.answerable:
        return FailingStage.SHOULD_HAVE_REFUSED
    refused = refusals.abstained(answer)
    if not result.gold:
        return FailingStage.REFUSED_WRONGLY if refused else FailingStage.UNKNOWN
    steps: Sequence[tuple[FailingStage, Callable[[], bool]]] = (
        (FailingStage.NOT_READ, lambda: all(unit.problem is not None for unit in result.gold)),
        (FailingStage.NOT_RETRIEVED, lambda: not _retrieved(result)),
        (FailingStage.REFUSED_WRONGLY, lambda: refused),
        (FailingStage.UNUSED, lambda: not _used(answer, result)),
    )
    return next((stage for stage, holds in steps if holds()), FailingStage.WRONG)


def _retrieved(result: CaseResult) -> bool:
    level = Level.PASSAGE if retrieval.wanted(result.gold, Level.PASSAGE) else Level.DOCUMENT
    return any(rank is not None for rank in retrieval.ranks(result.gold, result.retrieved, level))


def _used(answer: Answer, result: CaseResult) -> bool:
    cited = [(one.document_id, one.page, one.span) for one in answer.citations]
    return any(retrieval.share_cited(unit, cited) for unit in result.gold)
