"""How often a support check is right, on labelled claims; and the baseline that any check has to beat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import UsageError
from assistant.support.base import Claim, SupportCheck
from assistant.wording import STOP_WORDS, stem, words


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim with its evidence and whether that carries it; rows of one ``id`` are one claim with other evidence."""

    id: str
    claim: Claim
    supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class KindCount:
    """Of the claims of one kind: how many there are, and on how many the check was right."""

    count: int
    right: int

    @property
    def share(self) -> float:
        return self.right / self.count


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How a check did on labelled claims.

    ``auroc``: the probability that a supported claim scores above one that is not, ties counting half; None where there
    are claims of one label only. ``balanced_accuracy``: the mean of ``supported_passed`` (supported claims that were
    found supported) and ``unsupported_caught`` (others that were not), None likewise. ``kinds``: by kind of claim, in
    order of name; a supported kind counts what passed, another what was caught.
    """

    count: int
    auroc: float | None
    balanced_accuracy: float | None
    supported_passed: float | None
    unsupported_caught: float | None
    kinds: Mapping[str, KindCount]


def load_cases(path: Path) -> list[LabelledClaim]:
    """Return the labelled claims of a JSON-lines file: fields ``claim``, ``evidence`` (a list) and ``supported``;
    ``id``, ``kind`` and ``contexts`` (a list as long as ``evidence``) may be left out.

    Raises UsageError naming the line that cannot be used.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The claims in {path} cannot be read: {error}.", next_step="Name a file of JSON lines in UTF-8."
        ) from error
    return [_case(line, number, path) for number, line in enumerate(lines, start=1) if line.strip()]


def _case(line: str, number: int, path: Path) -> LabelledClaim:
    try:
        row = json.loads(line)
        evidence, contexts, supported = row["evidence"], row.get("contexts") or [], row["supported"]
        if not isinstance(supported, bool) or not isinstance(row["claim"], str):
            raise ValueError("claim must be a text and supported true or false")
        if not isinstance(evidence, list) or not all(isinstance(text, str) for text in [*evidence, *contexts]):
            raise ValueError("evidence and contexts must be lists of texts")
        claim = Claim(row["claim"], tuple(evidence), tuple(contexts))
        kind = str(row.get("kind") or ("supported" if supported else "unsupported"))
        return LabelledClaim(str(row.get("id", number)), claim, supported, kind)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"Line {number} of {path} is no labelled claim: {error!r}.",
            next_step='Each line is an object like {"claim": "…", "evidence": ["…"], "supported": true}.',
        ) from error


def measure(check: SupportCheck, cases: Sequence[LabelledClaim]) -> Accuracy:
    """Return how ``check`` does on ``cases``; of the rows of one id the one with the best score counts."""
    verdicts = check.judge([case.claim for case in cases])
    scored = [(case, verdict.score, verdict.supported) for case, verdict in zip(cases, verdicts, strict=True)]
    return summarise(scored)


def summarise(scored: Iterable[tuple[LabelledClaim, float, bool]]) -> Accuracy:
    """Return the accuracy of given scores and verdicts. A claim given in several rows has the best score of them, and
    is found supported where one of them was."""
    best: dict[str, tuple[LabelledClaim, float, bool]] = {}
    for case, score, found in scored:
        _, other_score, other_found = best.get(case.id, (case, score, found))
        best[case.id] = (case, max(score, other_score), found or other_found)
    labels = np.array([case.supported for case, _, _ in best.values()], dtype=bool)
    scores = np.array([score for _, score, _ in best.values()], dtype=np.float64)
    found_supported = np.array([found for _, _, found in best.values()], dtype=bool)
    passed = _mean(found_supported[labels])
    caught = _mean(~found_supported[~labels])
    kinds: dict[str, list[bool]] = {}
    for case, _, found in best.values():
        kinds.setdefault(case.kind, []).append(found == case.supported)
    return Accuracy(
        count=len(best),
        auroc=auroc(labels, scores),
        balanced_accuracy=None if passed is None or caught is None else (passed + caught) / 2,
        supported_passed=passed,
        unsupported_caught=caught,
        kinds={kind: KindCount(len(right), sum(right)) for kind, right in sorted(kinds.items())},
    )


def auroc(labels: npt.NDArray[np.bool_], scores: npt.NDArray[np.float64]) -> float | None:
    """Return the area under the ROC curve as the Mann-Whitney statistic: the share of pairs of a supported and an
    unsupported claim in which the supported one scores higher, ties counting half. None without such a pair.

    (Hanley and McNeil, "The meaning and use of the area under a ROC curve", 1982.)
    """
    positive, negative = int(labels.sum()), int((~labels).sum())
    if not positive or not negative:
        return None
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    above = ranks[labels].sum() - positive * (positive + 1) / 2
    return float(above / (positive * negative))


def word_overlap(claim: str, evidence: Sequence[str]) -> float:
    """Return the share of the claim's content words, by stem, that the evidence has; 0 to 1. The baseline."""
    content = [stem(word) for word in words(claim) if word not in STOP_WORDS] or [stem(word) for word in words(claim)]
    had = {stem(word) for text in evidence for word in words(text)}
    return sum(word in had for word in content) / len(content) if content else 0.0


def overlap_accuracy(cases: Sequence[LabelledClaim], threshold: float = 0.675) -> Accuracy:
    """Return how the baseline does on ``cases``; ``threshold`` is the one it does best with on a public claim set."""
    overlaps = [word_overlap(case.claim.text, case.claim.evidence) for case in cases]
    return summarise((case, overlap, overlap >= threshold) for case, overlap in zip(cases, overlaps, strict=True))


def _mean(values: npt.NDArray[np.bool_]) -> float | None:
    return float(values.mean()) if len(values) else None
