"""All metrics of a single case by name: what each is called, which way is better, and what it decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    OUTCOME = "outcome"
    RETRIEVAL = "retrieval"
    CITATIONS = "citations"
    ANSWERS = "answers"
    REFUSALS = "refusals"
    DRAFTS = "drafts"


class Role(StrEnum):
    """A gate must be 1 everywhere; headlines are compared between runs; the others are shown."""

    GATE = "gate"
    HEADLINE = "headline"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Metric:
    """``yes_or_no``: a case has 0 or 1, so that its mean is a rate. ``better`` is 1 where more is better, else -1.

    ``lowest`` and ``highest`` bound the values; ``highest`` is None where there is no bound.
    """

    name: str
    title: str
    group: Group
    role: Role = Role.SHOWN
    better: int = 1
    yes_or_no: bool = False
    lowest: float = 0.0
    highest: float | None = 1.0


def _retrieval() -> list[Metric]:
    metrics = []
    for level in ("document", "page", "passage"):
        metrics += [
            Metric(f"{level}_hit", f"Any gold {level} found", Group.RETRIEVAL, yes_or_no=True),
            Metric(f"{level}_recall", f"Gold {level}s found", Group.RETRIEVAL),
            Metric(f"{level}_all_gold", f"All gold {level}s found, several wanted", Group.RETRIEVAL, yes_or_no=True),
            Metric(f"{level}_mrr@10", f"MRR@10 by {level}", Group.RETRIEVAL),
            Metric(f"{level}_ndcg@10", f"nDCG@10 by {level}", Group.RETRIEVAL),
        ]
    return metrics


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in [
        Metric("passed", "Right", Group.OUTCOME, yes_or_no=True),
        Metric("citation_valid", "Citations lead to a real place", Group.CITATIONS, Role.GATE),
        Metric("quote_fidelity", "Quotations are word for word", Group.CITATIONS, Role.GATE),
        Metric("vital_strict", "Vital facts said", Group.ANSWERS, Role.HEADLINE),
        Metric("gold_cited", "The right place is cited", Group.CITATIONS, Role.HEADLINE, yes_or_no=True),
        Metric("support_screen", "Cited sentences supported", Group.CITATIONS, Role.HEADLINE),
        Metric("false_answer", "Answered what cannot be", Group.REFUSALS, Role.HEADLINE, better=-1, yes_or_no=True),
        Metric(
            "over_abstain", "Refused what can be answered", Group.REFUSALS, Role.HEADLINE, better=-1, yes_or_no=True
        ),
        *_retrieval(),
        Metric("quote_recall", "Characters of the quotes retrieved", Group.RETRIEVAL),
        Metric("quote_precision", "Characters retrieved that are of the quotes", Group.RETRIEVAL),
        Metric("quote_iou", "The two over both together (IoU)", Group.RETRIEVAL),
        Metric("citation_coverage", "Factual sentences with a citation", Group.CITATIONS),
        Metric("number_support", "Numbers found where cited", Group.CITATIONS),
        Metric("word_overlap", "Cited sentences passing word overlap", Group.CITATIONS),
        Metric("force_kept", "Denials and duties kept", Group.CITATIONS),
        Metric("citation_recall", "ALCE citation recall", Group.CITATIONS),
        Metric("citation_precision", "ALCE citation precision", Group.CITATIONS),
        Metric("gold_citation_recall", "Gold places cited", Group.CITATIONS),
        Metric("gold_citation_precision", "Citations that are gold (a lower bound)", Group.CITATIONS),
        Metric("fact_recall", "Facts said, half credit for half", Group.ANSWERS),
        Metric("forbidden", "Said what must not be said", Group.ANSWERS, better=-1, yes_or_no=True),
        Metric("token_f1", "Token F1 with the reference answer", Group.ANSWERS),
        Metric("rouge_l", "ROUGE-L with the reference answer", Group.ANSWERS),
        Metric("reference_similarity", "Cosine with the reference answer", Group.ANSWERS, lowest=-1.0),
        Metric("truthfulness", "Truthfulness (1, .5, 0, -1)", Group.REFUSALS, lowest=-1.0),
        Metric("sections_present", "Sections of the template present", Group.DRAFTS),
        Metric("draft_coverage", "Claims of a draft with a citation, by section", Group.DRAFTS),
        Metric("draft_numbers", "Numbers of a draft without a source", Group.DRAFTS, better=-1, highest=None),
        Metric("draft_blanks", "Blanks left open", Group.DRAFTS, better=-1, highest=None),
        Metric("draft_copy", "Longest unmarked copy in words", Group.DRAFTS, better=-1, highest=None),
        Metric("items_cited", "Required items covered with a citation", Group.DRAFTS),
    ]
}
GATES = tuple(name for name, metric in METRICS.items() if metric.role is Role.GATE)
HEADLINES = tuple(name for name, metric in METRICS.items() if metric.role is Role.HEADLINE)
