"""The language model as the judge of a model's sentences; the hard checks stay above it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.errors import ModelError
from assistant.prompts import Prompts
from assistant.support.base import Claim, Verdict
from assistant.support.built_in import BuiltInCheck, cover
from assistant.support.objections import objections_to

PROMPT = "support_judge"
_ANSWER = re.compile(
    r"\W*+(?:answer|verdict)?\W*+(?P<no>not[\s_-]*supported|unsupported|no)?(?P<yes>supported|yes)?\W*+", re.IGNORECASE
)
_NO_ANSWER = "The language model did not say whether the source carries this; the built-in check did."
_NO_MODEL = "The language model could not be asked; the built-in check judged."
_JUDGED_AGAINST = "The language model finds this not in the source."


class ModelJudgeCheck:
    """Asks ``complete``, a request to the language model, about each claim that the hard checks let pass.

    Where the model fails or does not answer as it was asked to, the verdict is that of ``built_in`` and says so. After
    a failure the model is not asked again in the same call, so that a server that is gone costs its time limit once.
    """

    def __init__(self, complete: Callable[[str], str], prompts: Prompts, built_in: BuiltInCheck) -> None:
        self._complete = complete
        self._prompts = prompts
        self._built_in = built_in
        self.name = "language model as judge"

    @property
    def reads_meaning(self) -> bool:
        """True: the administrator chose this model to judge; where it gives no verdict, the verdict says so."""
        return True

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        """Return one verdict a claim, in order. Raises SettingsError where the prompt cannot be used, EmbeddingError
        where the built-in check does."""
        verdicts = []
        reachable = True
        for claim, ours in zip(claims, self._built_in.judge(claims), strict=True):
            if not self._needs_a_judge(claim, ours):
                verdicts.append(ours)
                continue
            if not reachable:
                verdicts.append(_fallen_back(ours, _NO_MODEL))
                continue
            try:
                answer = self._complete(self._request(claim))
            except ModelError:
                reachable = False
                verdicts.append(_fallen_back(ours, _NO_MODEL))
                continue
            verdicts.append(_verdict(claim, ours, parse_answer(answer)))
        return verdicts

    def prepare(self, evidence: Sequence[str]) -> None:
        """Let the built-in check, which judges first, prepare the pieces. Raises EmbeddingError."""
        self._built_in.prepare(evidence)

    def _needs_a_judge(self, claim: Claim, ours: Verdict) -> bool:
        """Whether the claim is open: neither word for word in the source, nor objected to, nor without a source."""
        if ours.score in (0.0, 1.0):
            return False
        return ours.supported or not objections_to(claim, range(len(claim.evidence)))

    def _request(self, claim: Claim) -> str:
        pieces = [
            f"{context}: {piece}" if (context := claim.context(number)) else piece
            for number, piece in enumerate(claim.evidence)
        ]
        return self._prompts.fill(PROMPT, evidence="\n\n".join(pieces), claim=claim.text)


def parse_answer(answer: str) -> bool | None:
    """Return whether an answer says supported; None where it says neither, or anything besides."""
    first = next((line for line in answer.splitlines() if line.strip()), "")
    found = _ANSWER.fullmatch(first)
    if found is None or bool(found["yes"]) == bool(found["no"]):
        return None
    return found["yes"] is not None


def _verdict(claim: Claim, ours: Verdict, supported: bool | None) -> Verdict:
    if supported is None:
        return _fallen_back(ours, _NO_ANSWER)
    # The judge decides on which side of the middle the score is, the built-in score orders within each side.
    if supported:
        return Verdict(True, 0.5 + ours.score / 2, None, ours.carried_by or cover(claim))
    return Verdict(False, ours.score / 2, _JUDGED_AGAINST, ())


def _fallen_back(ours: Verdict, why: str) -> Verdict:
    reason = None if ours.supported else " ".join(part for part in (ours.reason, why) if part)
    return replace(ours, reason=reason, fell_back=True)
