"""Right or wrong, how grave that is, and the step that failed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.evaluation.metrics import answers, refusals, retrieval
from assistant.evaluation.metrics.retrieval import Level
from assistant.records import Answer, CaseResult, Draft, EvaluationCase, FailingStage

Values = dict[str, float | str]
"""By metric a value, or the reason why the metric has no meaning for this case."""

ERROR, ANSWERED_UNANSWERABLE, FORBIDDEN, WRONG_NUMBER, INVALID_CITATION, VITAL_MISSED, NOT_CITED, REFUSED = range(1, 9)
"""Severities of failures, the gravest first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Right or wrong (None: it cannot be told), with the severity of what is wrong and its words."""

    passed: bool | None
    severity: int = 0
    problem: str = ""


def verdict_of_draft(case: EvaluationCase, draft: Draft) -> Verdict:
    """Return right or wrong by the facts that the draft must have and must not have; without any it cannot be told."""
    said = said_in(draft)
    forbidden = answers.forbidden_said(case.must_not_include, said)
    if forbidden:
        return Verdict(False, FORBIDDEN, f"It says what it must not: {forbidden[0]}.")
    missed = _missed(case, said)
    if missed:
        return Verdict(False, VITAL_MISSED, f"It does not say: {'; '.join(missed)}.")
    return Verdict(True if case.must_include else None)


def verdict_of_answer(case: EvaluationCase, answer: Answer, values: Values) -> Verdict:
    """Return right or wrong, by the gravest thing that is wrong.

    To be refused: right if it was, or if the answer sets the question right (``corrects``). To be answered: right with
    every vital fact said; where no facts are given, with the right place cited; where neither is given it cannot be
    told. Never right with something forbidden said, a citation that leads nowhere, or a number that does not stand
    where it is cited.
    """
    if values["false_answer"] == 1.0:
        return Verdict(False, ANSWERED_UNANSWERABLE, "It answered what the sources do not say.")
    forbidden = answers.forbidden_said(case.must_not_include, said_in(answer))
    if forbidden:
        return Verdict(False, FORBIDDEN, f"It says what it must not: {forbidden[0]}.")
    if values["over_abstain"] == 1.0:
        return Verdict(False, REFUSED, "It refused what the sources answer.")
    if _below_one(values["citation_valid"]) or _below_one(values["quote_fidelity"]):
        return Verdict(False, INVALID_CITATION, "A citation does not lead to what it quotes.")
    missed = _missed(case, said_in(answer)) if case.expect.answerable else []
    if _below_one(values["number_support"]):
        more = f", and it does not say: {'; '.join(missed)}" if missed else ""
        return Verdict(False, WRONG_NUMBER, f"It has a number that does not stand where it is cited{more}.")
    if not case.expect.answerable:
        return Verdict(True)
    if missed:
        return Verdict(False, VITAL_MISSED, f"It does not say: {'; '.join(missed)}.")
    if case.must_include:
        return Verdict(True)
    if values["gold_cited"] == 0.0:
        return Verdict(False, NOT_CITED, "It does not cite the right place.")
    return Verdict(True if values["gold_cited"] == 1.0 else None)


def corrects(case: EvaluationCase, answer: Answer) -> bool:
    """Whether the answer to a question to be refused says what sets the question right instead.

    A question may rest on something false ("Why was the rule abolished?" of a rule in force). Refusing it is right, and
    so is saying what the sources say: every vital fact that such a case gives.
    """
    return bool(case.must_include) and not refusals.abstained(answer) and not _missed(case, said_in(answer))


def _below_one(value: float | str) -> bool:
    return not isinstance(value, str) and value < 1.0


def said_in(written: Answer | Draft) -> list[str]:
    """Return the sentences of an answer or of all sections of a draft, in order."""
    if isinstance(written, Draft):
        return [one.text for section in written.sections for one in section.sentences]
    return [one.text for one in written.sentences]


def _missed(case: EvaluationCase, said: Sequence[str]) -> list[str]:
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
