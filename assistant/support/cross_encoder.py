"""A cross-encoder for entailment as the support check, with the hard checks before it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.support.base import Claim, Verdict
from assistant.support.built_in import nearest, ranked, readable
from assistant.support.calibration import OBJECTED, THRESHOLD
from assistant.support.objections import objections_to
from assistant.support.verbatim import says_verbatim

_PIECES = 4
_NOT_ENTAILED = "It does not follow from the source."


class CrossEncoderCheck:
    """What the entailment model in ``folder`` says of each of the pieces that share most with a claim, and of them all
    together. A changed number, name, force or negation is objected to as in the built-in check.

    Raises EmbeddingError where the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        from assistant.embedding.cross_encoder import EntailmentModel

        self._model = EntailmentModel(folder)
        self.name = f"cross-encoder {folder.name}"

    @property
    def reads_meaning(self) -> bool:
        """True: telling entailment is what such a model is trained for."""
        return True

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        """Return one verdict a claim, in order; the model is asked once for all. Raises EmbeddingError."""
        claims = [readable(claim) for claim in claims]
        sets = [_sets(claim) for claim in claims]
        pairs = [
            (_premise(claim, chosen), claim.text)
            for claim, chosen_sets in zip(claims, sets, strict=True)
            for chosen in chosen_sets
        ]
        scores = iter(self._model.entailment(pairs).tolist())
        return [
            _verdict(claim, [(next(scores), chosen) for chosen in chosen_sets])
            for claim, chosen_sets in zip(claims, sets, strict=True)
        ]


def _sets(claim: Claim) -> list[tuple[int, ...]]:
    """Return the sets of pieces that the model is asked about, smallest first."""
    if not any(letter.isalnum() for letter in claim.text):
        return []
    best = [number for number in ranked(claim) if claim.evidence[number].strip()][:_PIECES]
    together = [tuple(best[:size]) for size in range(2, len(best) + 1)]
    return [(number,) for number in best] + together


def _premise(claim: Claim, chosen: Sequence[int]) -> str:
    """Return the chosen pieces in the order of the evidence, each below its heading."""
    parts = [(claim.context(number), claim.evidence[number]) for number in sorted(chosen)]
    return "\n".join(f"{context}: {piece}" if context else piece for context, piece in parts)


def _verdict(claim: Claim, scored: Sequence[tuple[float, tuple[int, ...]]]) -> Verdict:
    for number, piece in enumerate(claim.evidence):
        if says_verbatim(piece, claim.text):
            return Verdict(True, 1.0, None, (number,))
    score = max((score for score, _ in scored), default=0.0)
    objected = objections_to(claim, range(len(claim.evidence)))
    one_of = set(nearest(claim) if objected else range(len(claim.evidence)))
    clean = [
        (score, chosen)
        for score, chosen in scored
        if score >= THRESHOLD and one_of & set(chosen) and not objections_to(claim, chosen)
    ]
    if clean:
        smallest = min(len(chosen) for _, chosen in clean)
        _, carrying = max(one for one in clean if len(one[1]) == smallest)
        return Verdict(True, score, None, carrying)
    if score < THRESHOLD:
        return Verdict(False, score, _NOT_ENTAILED, ())
    return Verdict(False, score * OBJECTED, objected[0].reason if objected else _NOT_ENTAILED, ())
