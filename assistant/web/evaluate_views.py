"""What the Evaluate pages show of cases and numbers, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.evaluation.estimates import FEW, Estimate, failed
from assistant.evaluation.metrics import answers, retrieval
from assistant.evaluation.metrics.registry import METRICS
from assistant.evaluation.metrics.retrieval import Level
from assistant.evaluation.verdicts import said_in
from assistant.records import (
    CaseScores,
    Citation,
    Expectation,
    FailingStage,
    GoldUnit,
    OverruledVerdict,
    SentenceKind,
)
from assistant.web.markup import model_name
from assistant.web.moments import time_words
from assistant.web.rendering import view_address

LONGEST_GOLD = 600
_GAINS = ("mrr", "ndcg", "truthfulness")

EXPECTATION_WORDS = {
    Expectation.ANSWER: "an answer",
    Expectation.ABSTAIN: "a refusal: the sources do not say",
    Expectation.ASK_BACK: "a question back",
    Expectation.DRAFT: "a draft",
}
_OR_RIGHT = ", or an answer that sets the question right"
STAGE_WORDS = {
    FailingStage.ERROR: ("Error", "The question ended in an error."),
    FailingStage.NOT_READ: ("Not read", "The library does not have the source, or not those words."),
    FailingStage.NOT_RETRIEVED: ("Not found", "The search did not bring the right passage."),
    FailingStage.UNUSED: ("Found, not used", "The search brought the right passage; the answer does not use it."),
    FailingStage.WRONG: ("Used, but wrong", "The right passage is cited, but the answer is not right."),
    FailingStage.REFUSED_WRONGLY: (
        "Refused wrongly",
        "The search brought the right passage; it was refused all the same.",
    ),
    FailingStage.SHOULD_HAVE_REFUSED: ("Should have refused", "The sources do not say; it answered."),
    FailingStage.UNKNOWN: ("Step unknown", "No source is given for this question, so the step cannot be told."),
}
HEADLINE_WORDS = {
    "passed": "Every vital fact said, or the right place cited where no facts are given; refused where it should be.",
    "vital_strict": "Facts marked with * that the answers say.",
    "gold_cited": "Answers that cite the passage that the set names.",
    "support_screen": "Sentences that the support check finds carried by what they cite.",
    "false_answer": "Questions that the sources do not answer, answered all the same. Less is better.",
    "over_abstain": "Questions that the sources answer, refused. Less is better.",
}


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact that the answer must say, and whether it does: said, in part, missing."""

    words: str
    vital: bool
    state: str


@dataclass(frozen=True, slots=True)
class GoldView:
    """A place that the set names as the source; ``found`` says in words what became of it."""

    source: str
    quote: str
    problem: str
    address: str | None
    found: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A judged case as the pages show it; ``key`` is unique on a page and fit for an id of HTML."""

    key: str
    scores: CaseScores
    stage: tuple[str, str] | None
    expected: str
    facts: tuple[FactView, ...]
    gold: tuple[GoldView, ...]
    citations: dict[int, Citation]
    own_words: bool
    verdict: OverruledVerdict | None
    verdict_at: str

    @property
    def failed(self) -> bool:
        return failed(self.scores)


def case_view(one: CaseScores, key: str, verdicts: Mapping[str, OverruledVerdict]) -> CaseView:
    """Return a case with what was expected of it beside what came."""
    answer = one.result.answer
    written = answer or one.result.draft
    said = said_in(written) if written else []
    verdict = verdicts.get(one.case.id)
    facts = tuple(
        FactView(" or ".join(fact.wordings), fact.vital, _credit_word(answers.credit(fact, said)))
        for fact in one.case.must_include
    )
    return CaseView(
        key=key,
        scores=one,
        stage=STAGE_WORDS[one.stage] if one.stage else None,
        expected=EXPECTATION_WORDS[one.case.expect] + ("" if one.case.expect.answerable or not facts else _OR_RIGHT),
        facts=facts,
        gold=tuple(_gold_view(unit, one) for unit in one.result.gold),
        citations={citation.number: citation for citation in answer.citations} if answer else {},
        own_words=any(sentence.kind is SentenceKind.SUPPORTED for sentence in answer.sentences) if answer else False,
        verdict=verdict,
        verdict_at=time_words(verdict.at) or "" if verdict and verdict.at else "",
    )


def _credit_word(credit: float) -> str:
    return "said" if credit >= 1 else "said in part" if credit > 0 else "missing"


def _gold_view(unit: GoldUnit, one: CaseScores) -> GoldView:
    level = Level.PASSAGE if unit.quote else Level.PAGE if unit.pages else Level.DOCUMENT
    rank = retrieval.found_at(unit, one.result.retrieved, level) if unit.document_id and not unit.problem else None
    answer = one.result.answer
    cited = [(cited.document_id, cited.page, cited.span) for cited in answer.citations] if answer else []
    if unit.problem:
        found = ""
    elif retrieval.share_cited(unit, cited):
        found = "found and cited"
    elif rank is not None:
        found = f"found, at place {rank} of {len(one.result.retrieved)}, but not cited"
    else:
        found = "not found by the search"
    quote = unit.quote or ""
    return GoldView(
        source=unit.source,
        quote=quote if len(quote) <= LONGEST_GOLD else quote[: LONGEST_GOLD - 1] + "…",
        problem=unit.problem or "",
        address=view_address(unit.document_id, unit.places[0] if unit.places and unit.quote else None)
        if unit.document_id
        else None,
        found=found,
    )


def in_percent(metric: str) -> bool:
    """Whether a metric is a share, which people read in percent; gains and counts are read as they are."""
    found = METRICS.get(metric)
    return found is None or (found.highest == 1.0 and not any(name in metric for name in _GAINS))


def shown(metric: str, value: float) -> str:
    """Return a value of a metric as text."""
    if in_percent(metric):
        return f"{value:.0%}"
    return f"{value:.2f}" if METRICS[metric].highest is not None else f"{value:.1f}"


def signed(difference: float) -> str:
    """Return a difference of two shares in points of percent, with its sign."""
    points = round(difference * 100, 1)
    return "0" if points == 0 else f"{points:+.1f}".replace("-", "\u2212")


def between(one: Estimate) -> str:
    """Return the interval of an estimate in words; of a rate of which no case was seen, what it may be at most."""
    if one.bound is not None:
        return f"none seen; the true rate is below {one.bound:.0%}"
    low, high = shown(one.metric, one.interval.low), shown(one.metric, one.interval.high)
    return f"{low.removesuffix('%')} to {high}"


def answered_by(model: str) -> str:
    """Return who answered a run, from the language model in its fingerprint."""
    return "quotes, no language model" if model.startswith("none") else model_name(model)


def few(one: Estimate) -> bool:
    return one.count < FEW
