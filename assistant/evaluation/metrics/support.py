"""Support of sentences by what they cite, through any check that judges claims, with word overlap as the plain one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.evaluation.matching import plain, stems
from assistant.evaluation.numbers import numbers_in
from assistant.records import SentenceSupport
from assistant.support.base import Claim, SupportCheck, Verdict
from assistant.wording import STOP_WORDS, stem, words

OVERLAP_THRESHOLD = 0.675
MISSING_NUMBER = 0.25
"""Both chosen on one public set of claims with evidence: balanced accuracy .67 there, .82 and .67 on two others, and
near chance where the evidence is on the subject and contradicts. A screen, not a verdict."""


class WordOverlap:
    """The plain check: enough of the claim's content words stand in the evidence, and no number is missing.

    score = content words of the claim (by stems) in the evidence / content words, less .25 for a missing number;
    supported from .675 on.
    """

    name = "word overlap"

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        return [self._judge(claim) for claim in claims]

    def _judge(self, claim: Claim) -> Verdict:
        evidence = " ".join(claim.evidence)
        score = overlap_score(claim.text, evidence)
        missing = numbers_in(claim.text) - numbers_in(evidence)
        supported = score >= OVERLAP_THRESHOLD
        reason = (
            None
            if supported
            else f"missing numbers: {', '.join(sorted(missing))}"
            if missing
            else "too few words shared"
        )
        carried = tuple(range(len(claim.evidence))) if supported else ()
        return Verdict(supported, min(1.0, max(0.0, score)), reason, carried)


def overlap_score(claim: str, evidence: str) -> float:
    """Return the score of ``WordOverlap``, which may lie below 0; 1 for a claim without content words or numbers."""
    wanted = {stem(word) for word in words(plain(claim)) if word not in STOP_WORDS}
    share = len(wanted & stems(evidence)) / len(wanted) if wanted else 1.0
    return share - (MISSING_NUMBER if numbers_in(claim) - numbers_in(evidence) else 0.0)


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A factual sentence and the texts of its citations, with the headings above each."""

    text: str
    evidence: tuple[str, ...]
    contexts: tuple[str, ...]


def judge_sentences(sentences: Sequence[CitedSentence], check: SupportCheck) -> tuple[SentenceSupport, ...]:
    """Judge sentences in two calls of the check, so that a model behind it sees them in batches."""
    cited = [index for index, one in enumerate(sentences) if one.evidence]
    wholes = dict(zip(cited, check.judge([_claim(sentences[index]) for index in cited]), strict=True)) if cited else {}
    # Only where the union carries the sentence, and there is more than one citation, do the parts matter.
    divided = [index for index in cited if len(sentences[index].evidence) > 1 and wholes[index].supported]
    asked = [(index, piece) for index in divided for piece in range(len(sentences[index].evidence))]
    claims = [_claim(sentences[index], [piece]) for index, piece in asked]
    claims += [_claim(sentences[index], _others(sentences[index], piece)) for index, piece in asked]
    verdicts = [one.supported for one in check.judge(claims)] if claims else []
    alone = dict(zip(asked, verdicts[: len(asked)], strict=True))
    without = dict(zip(asked, verdicts[len(asked) :], strict=True))
    return tuple(_support(one, wholes.get(index), index, alone, without) for index, one in enumerate(sentences))


def _support(
    one: CitedSentence,
    whole: Verdict | None,
    index: int,
    alone: Mapping[tuple[int, int], bool],
    without: Mapping[tuple[int, int], bool],
) -> SentenceSupport:
    if whole is None:
        return SentenceSupport(one.text, None, reason="It cites nothing.")
    pieces = range(len(one.evidence))
    return SentenceSupport(
        text=one.text,
        supported=whole.supported,
        score=whole.score,
        reason=whole.reason or "",
        alone=tuple(alone.get((index, piece), whole.supported) for piece in pieces),
        without=tuple(without.get((index, piece), False) for piece in pieces),
    )


def _others(one: CitedSentence, piece: int) -> list[int]:
    return [other for other in range(len(one.evidence)) if other != piece]


def _claim(one: CitedSentence, pieces: Sequence[int] | None = None) -> Claim:
    chosen = range(len(one.evidence)) if pieces is None else pieces
    return Claim(
        one.text, tuple(one.evidence[index] for index in chosen), tuple(one.contexts[index] for index in chosen)
    )


def support_screen(supports: Sequence[SentenceSupport]) -> float | None:
    """support_screen = cited sentences that the check passes / cited sentences; None where nothing is cited."""
    cited = [one.supported for one in supports if one.supported is not None]
    return sum(cited) / len(cited) if cited else None


def citation_recall(supports: Sequence[SentenceSupport]) -> float | None:
    """ALCE citation recall (Gao and others 2023) = sentences supported by the union of their citations / sentences."""
    return sum(one.supported is True for one in supports) / len(supports) if supports else None


def citation_precision(supports: Sequence[SentenceSupport]) -> float | None:
    """ALCE citation precision = citations that are not irrelevant / citations; None where nothing is cited.

    Of a sentence that its citations do not support, none counts. Else a citation is irrelevant if it does not support
    the sentence alone while the others do without it.
    """
    pairs = [
        bool(one.supported) and (alone or not rest)
        for one in supports
        for alone, rest in zip(one.alone, one.without, strict=True)
    ]
    return sum(pairs) / len(pairs) if pairs else None
