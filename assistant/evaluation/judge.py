"""A language model as judge of faithfulness: never by default, and shown only once it has shown that it can judge.

Faithfulness as in Ragas: supported claims / claims, over the passages that were found. The claims are the factual
sentences of the answer as they stand; refusals have none and are not judged. Each claim is put to the model three
times; a vote that is neither word is no vote, and a claim without two equal votes is an error, never a zero.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import ModelError, UsageError
from assistant.evaluation.benchmarks.ranking import area_under_curve
from assistant.evaluation.intervals import RESAMPLES, Interval
from assistant.evaluation.metrics.citations import factual
from assistant.evaluation.metrics.support import WordOverlap
from assistant.evaluation.runs.fingerprint import SEED
from assistant.prompts import Prompts
from assistant.records import CaseResult, EvaluationRun, Score, ScoreState
from assistant.support.accuracy import LabelledClaim
from assistant.support.base import Claim

VOTES = 3
MOST_ROWS = 50
KAPPA_NEEDED = 0.6
LABELS_NEEDED = 50
PROMPT = "support_judge"
_CHARACTERS_A_TOKEN = 4

Complete = Callable[[str], str]
"""Sends a request to the model and returns what it writes; raises ModelError."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What judging will take, estimated before anything is sent; what is in the cache already costs nothing.

    ``tokens`` counts a token for every four characters sent, the answers being a word each.
    """

    rows: int
    left_out: int
    claims: int
    requests: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes on one claim: supported, not supported, and answers that were neither."""

    supported: int
    unsupported: int
    unreadable: int

    @property
    def verdict(self) -> bool | None:
        """What most votes say; None where fewer than two agree."""
        if max(self.supported, self.unsupported) * 2 <= VOTES:
            return None
        return self.supported > self.unsupported

    @property
    def share(self) -> float:
        """Supported votes among those that could be read, .5 without any: a score to rank claims by."""
        read = self.supported + self.unsupported
        return self.supported / read if read else 0.5


class Judge:
    """Asks the model through ``complete``; ``identity`` names the model, and with the prompt keys the cache.

    The cache holds hashes and votes and no text. Safe to use from one thread at a time.
    """

    def __init__(self, complete: Complete, prompts: Prompts, identity: str, cache: Path | None = None) -> None:
        self._complete = complete
        self._prompts = prompts
        self.identity = identity
        self._cache_path = cache
        self._cache = _read_cache(cache)

    def vote(self, claim: Claim) -> Votes:
        """Return the three votes on a claim. Raises ModelError where the model cannot be reached."""
        request = self._request(claim)
        answers = [self._answer(request, number) for number in range(VOTES)]
        return Votes(answers.count("supported"), answers.count("not supported"), answers.count(""))

    def faithfulness(self, result: CaseResult) -> Score:
        """Return the share of the answer's factual sentences that the judge finds supported by what was found."""
        claims = claims_of(result)
        if not claims:
            return Score(ScoreState.NOT_APPLICABLE, why="nothing was claimed")
        try:
            verdicts = [self.vote(claim).verdict for claim in claims]
        except ModelError as error:
            return Score(ScoreState.ERROR, why=str(error))
        if any(one is None for one in verdicts):
            return Score(ScoreState.ERROR, why="the judge's votes do not agree or cannot be read")
        return Score(ScoreState.SCORED, sum(one is True for one in verdicts) / len(verdicts))

    def cost(self, run: EvaluationRun, most_rows: int = MOST_ROWS) -> Cost:
        """Return what judging the first ``most_rows`` answers of a run will take. Sends nothing."""
        judged = [one for one in run.results if claims_of(one)]
        claims = [claim for one in judged[:most_rows] for claim in claims_of(one)]
        missing = [
            request
            for request in map(self._request, claims)
            for number in range(VOTES)
            if self._key(request, number) not in self._cache
        ]
        tokens = sum(len(request) for request in missing) // _CHARACTERS_A_TOKEN
        return Cost(min(len(judged), most_rows), max(0, len(judged) - most_rows), len(claims), len(missing), tokens)

    def judge_run(self, run: EvaluationRun, most_rows: int = MOST_ROWS) -> dict[str, Score]:
        """Return the faithfulness of the first ``most_rows`` answers that claim something, by case."""
        judged = [result for result in run.results if claims_of(result)][:most_rows]
        return {one.case_id: self.faithfulness(one) for one in judged}

    def _request(self, claim: Claim) -> str:
        return self._prompts.fill(PROMPT, evidence="\n\n".join(claim.evidence), claim=claim.text)

    def _key(self, request: str, number: int) -> str:
        return hashlib.sha256(f"{self.identity}\0{number}\0{request}".encode()).hexdigest()

    def _answer(self, request: str, number: int) -> str:
        key = self._key(request, number)
        if key not in self._cache:
            answer = read_vote(self._complete(request))
            self._cache[key] = answer
            if self._cache_path is not None:
                self._cache_path.parent.mkdir(parents=True, exist_ok=True)
                with self._cache_path.open("ab") as file:
                    os.write(file.fileno(), json.dumps({"key": key, "vote": answer}).encode() + b"\n")
        return self._cache[key]


def read_vote(answer: str) -> str:
    """Return "supported" or "not supported" where the model wrote just one of these, "" for anything else."""
    words = " ".join(answer.lower().replace("_", " ").split()).strip(" .!*\"'`")
    return words if words in ("supported", "not supported") else ""


def claims_of(result: CaseResult) -> list[Claim]:
    """Return the factual sentences of an answer, each with all passages that were found as its evidence."""
    if result.answer is None or not result.retrieved:
        return []
    evidence = tuple(one.text for one in result.retrieved)
    return [Claim(one.text, evidence, tuple(one.title for one in result.retrieved)) for one in factual(result.answer)]


def _read_cache(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    cache = {}
    for line in path.read_bytes().splitlines():
        try:
            row = json.loads(line)
            cache[str(row["key"])] = str(row["vote"])
        except (ValueError, KeyError, TypeError):
            continue  # a line that was cut off is asked again
    return cache


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """What a judge, named by ``identity``, says of a run, and whether that may be shown."""

    identity: str
    faithfulness: dict[str, Score]
    admission: Admission


def judge_and_admit(
    judge: Judge,
    run: EvaluationRun,
    labelled: Sequence[LabelledClaim],
    most_rows: int = MOST_ROWS,
) -> JudgedRun:
    """Judge a run, and the labelled claims for the admission. Raises ModelError where the model cannot be reached.

    Broken off, it has kept every vote in the judge's cache: the next time goes on from there.

    The answers that people gave a verdict on in this run are the local labels: the judge calls an answer right where
    it finds every sentence supported.
    """
    votes = [judge.vote(one.claim) for one in labelled]
    faithfulness = judge.judge_run(run, most_rows)
    both = [
        one for one in run.verdicts if (score := faithfulness.get(one.case_id)) and score.state is ScoreState.SCORED
    ]
    admitted = admission(
        labelled, votes, [faithfulness[one.case_id].value == 1 for one in both], [one.passed for one in both]
    )
    return JudgedRun(judge.identity, faithfulness, admitted)


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a judge may be shown, and why not.

    ``auroc`` and ``overlap_auroc`` are the judge's and word overlap's on labelled claims, ``gain`` the 95 % interval of
    their difference; ``kappa`` is the agreement with people on ``labels`` answers, None without any.
    """

    admitted: bool
    why: str
    auroc: float | None
    overlap_auroc: float | None
    gain: Interval | None
    kappa: float | None
    labels: int


def admission(
    claims: Sequence[LabelledClaim],
    votes: Sequence[Votes],
    by_judge: Sequence[bool],
    by_people: Sequence[bool],
) -> Admission:
    """Return whether the judge is admitted.

    It has to rank labelled claims better than word overlap does (the interval of the difference of the AUROCs above 0),
    and to agree with people on answers of this installation: Cohen's kappa of .6 or more on 50 answers or more.
    ``by_judge`` and ``by_people`` are verdicts on the same answers. Raises UsageError for claims of one label only.
    """
    labels = [one.supported for one in claims]
    scores = [one.share for one in votes]
    overlap = [one.score for one in WordOverlap().judge([one.claim for one in claims])]
    ours, plain = area_under_curve(scores, labels), area_under_curve(overlap, labels)
    if ours is None or plain is None:
        raise UsageError("The labelled claims are all of one kind.", next_step="Name a set that has both kinds.")
    gain = _gain(scores, overlap, labels)
    kappa = cohens_kappa(by_judge, by_people) if by_people else None
    reasons = []
    if gain.low <= 0:
        reasons.append(
            f"on {len(claims)} labelled claims it is not surely better than word overlap (AUROC {ours:.2f} against "
            f"{plain:.2f}, difference {gain.low:+.2f} to {gain.high:+.2f})"
        )
    if len(by_people) < LABELS_NEEDED:
        reasons.append(f"people judged {len(by_people)} answers here, and {LABELS_NEEDED} are needed")
    elif kappa is None or kappa < KAPPA_NEEDED:
        agreement = "cannot be told" if kappa is None else f"is {kappa:.2f}"
        reasons.append(f"its agreement with people (kappa) {agreement}, and {KAPPA_NEEDED} is needed")
    why = "The judge is not admitted: " + "; ".join(reasons) + "." if reasons else ""
    return Admission(not reasons, why, ours, plain, gain, kappa, len(by_people))


def _gain(scores: Sequence[float], overlap: Sequence[float], labels: Sequence[bool]) -> Interval:
    """Return the 95 % bootstrap interval of the difference of two AUROCs on the same claims."""
    random = np.random.default_rng(SEED)
    ours, plain, truth = np.asarray(scores), np.asarray(overlap), np.asarray(labels)
    differences = []
    for drawn in random.integers(0, len(truth), size=(RESAMPLES, len(truth))):
        one, other = area_under_curve(ours[drawn], truth[drawn]), area_under_curve(plain[drawn], truth[drawn])
        if one is not None and other is not None:
            differences.append(one - other)
    low, high = np.quantile(differences, [0.025, 0.975])
    return Interval(float(low), float(high))


def cohens_kappa(one: Sequence[bool], other: Sequence[bool]) -> float | None:
    """Cohen's kappa (1960) = (observed - expected agreement) / (1 - expected); None where all verdicts are the same."""
    count = len(one)
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / count
    yes, also = sum(one) / count, sum(other) / count
    expected = yes * also + (1 - yes) * (1 - also)
    return (observed - expected) / (1 - expected) if expected < 1 else None
