"""A case and what came back for it to scores, a verdict, and the step that failed. Pure; nothing is asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from assistant.evaluation.metrics import answers, citations, drafts, refusals, retrieval, support
from assistant.evaluation.metrics.registry import METRICS
from assistant.evaluation.metrics.retrieval import Level
from assistant.evaluation.verdicts import (
    ERROR,
    Values,
    corrects,
    failing_stage,
    said_in,
    verdict_of_answer,
    verdict_of_draft,
)
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

_NO_SOURCE = "no source is given"
_ABSTAINED = "nothing was answered"
_TO_REFUSE = "to be refused"
_NO_FACTS = "no facts are given"
_UNTOLD = "right or wrong cannot be told"


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
        values = _draft_values(case, result.draft, (templates or {}).get(result.draft.template))
        verdict = verdict_of_draft(case, result.draft)
        values["passed"] = _or(None if verdict.passed is None else float(verdict.passed), _UNTOLD)
        return CaseScores(case, result, _complete(values), verdict.passed, verdict.severity, verdict.problem)
    answer = cast(Answer, result.answer)
    values = _retrieval_values(case, result) | _citation_values(case, answer, result)
    values |= _answer_values(case, answer) | _refusal_values(case, answer)
    values["reference_similarity"] = _or(result.similarity, "no reference answer")
    verdict = verdict_of_answer(case, answer, values)
    values["truthfulness"] = (
        _UNTOLD
        if verdict.passed is None
        else refusals.truthfulness(
            answerable=case.expect.answerable,
            refused=refusals.abstained(answer) or (not case.expect.answerable and verdict.passed),
            right=verdict.passed,
            complete=values.get("fact_recall", 1.0) == 1.0 or not case.must_include,
        )
    )
    values["passed"] = _or(None if verdict.passed is None else float(verdict.passed), _UNTOLD)
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
        "citation_valid": _or(citations.citation_valid(answer, result.cited, result.retrieved), cites_nothing),
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
    said = said_in(answer)
    values = _fact_values(case, said)
    if not case.expect.answerable:
        return values | dict.fromkeys(("fact_recall", "vital_strict", "token_f1", "rouge_l"), _TO_REFUSE)
    for name, compare in (("token_f1", answers.token_f1), ("rouge_l", answers.rouge_l)):
        values[name] = (
            compare(" ".join(said), case.reference_answer) if case.reference_answer else "no reference answer"
        )
    return values


def _fact_values(case: EvaluationCase, said: Sequence[str]) -> Values:
    forbidden = answers.forbidden_said(case.must_not_include, said)
    values: Values = {"forbidden": float(bool(forbidden)) if case.must_not_include else "nothing is forbidden"}
    for name, compute in (("fact_recall", answers.fact_recall), ("vital_strict", answers.vital_strict)):
        values[name] = compute(case.must_include, said) if case.must_include else _NO_FACTS
    return values


def _refusal_values(case: EvaluationCase, answer: Answer) -> Values:
    refused = refusals.abstained(answer)
    if case.expect.answerable:
        return {"over_abstain": float(refused), "false_answer": "can be answered"}
    asked_back = case.expect is Expectation.ASK_BACK and refusals.asked_back(answer)
    return {"false_answer": float(not (refused or asked_back or corrects(case, answer))), "over_abstain": _TO_REFUSE}


def _draft_values(case: EvaluationCase, draft: Draft, template: DraftTemplate | None) -> Values:
    coverage = drafts.coverage_by_section(draft)
    no_template = "the template is not known"
    return _fact_values(case, said_in(draft)) | {
        "sections_present": drafts.sections_present(draft, template) if template else no_template,
        "draft_coverage": sum(coverage.values()) / len(coverage) if coverage else "it claims nothing",
        "draft_numbers": float(len(drafts.numbers_not_in_sources(draft))),
        "draft_blanks": float(drafts.open_blanks(draft)),
        "draft_copy": float(drafts.longest_copy(draft)),
        "items_cited": _or(drafts.items_cited(draft, template), "nothing is required") if template else no_template,
    }
