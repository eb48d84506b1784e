"""What speaks for and against a claim being carried by its evidence: some numbers, from words and their vectors.

A claim's content word is matched by the evidence's nearest content word, as vectors in context (late interaction:
Khattab and Zaharia, "ColBERT", 2020), or, without vectors, where the evidence has its stem. A claim that adds something
has a run of words that nothing matches; so the weakest run of three counts beside the mean.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.support.additions import NOTHING_ADDED, Addition, added
from assistant.support.base import Claim
from assistant.support.lexicon import alike
from assistant.support.objections import Objection, ObjectionKind
from assistant.support.text import Word, read
from assistant.support.vectors import WordVectors, windows

RUN = 3
"""Content words in the run whose match is looked at, about a short clause."""


@dataclass(frozen=True, slots=True)
class Signals:
    """``match``: mean over the claim's content words, -1 to 1; ``weakest_run``: the least mean over ``RUN`` of them in
    a row. ``added``: how much a phrase of the claim looks added, see ``additions``, 0 without vectors. ``number``,
    ``name``, ``other``: 1 where a check of that kind objected."""

    match: float
    weakest_run: float
    added: float
    number: float
    name: float
    other: float


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """How well each content word of a claim is matched by each piece: shape (number of words, number of pieces).
    ``addition``: what of it looks added to all of them."""

    values: npt.NDArray[np.float64]
    by_vectors: bool
    addition: Addition = NOTHING_ADDED

    def signals(self, pieces: Collection[int], objections: Sequence[Objection]) -> Signals:
        """Return the signals for the claim against some of its pieces, at least one."""
        best = self.values[:, list(pieces)].max(axis=1)
        length = min(RUN, len(best))
        runs = np.convolve(best, np.full(length, 1 / length), mode="valid")
        kinds = {objection.kind for objection in objections}
        return Signals(
            match=float(best.mean()),
            weakest_run=float(runs.min()),
            added=self.addition.amount,
            number=float(ObjectionKind.NUMBER in kinds),
            name=float(ObjectionKind.NAME in kinds),
            other=float(bool(kinds - {ObjectionKind.NUMBER, ObjectionKind.NAME})),
        )


def compare(claim: Claim, vectors: Mapping[str, WordVectors]) -> Matches:
    """Return the matches of a claim that has a word; ``vectors`` may lack pieces that were not worth embedding.

    A word of a piece's headings counts as matched: it says what the piece is about.
    """
    text = read(claim.text)
    content = [word for word in text.words if word.is_content] or list(text.words)
    headings = np.array([[_has(word, claim.context(at)) for at in range(len(claim.evidence))] for word in content])
    ours = vectors.get(claim.text)
    if ours is None:
        stems = [[_has(word, piece) for piece in claim.evidence] for word in content]
        return Matches(np.maximum(np.array(stems, dtype=np.float64), headings), by_vectors=False)
    rows = [ours.rows.get(word.start) for word in content]
    seen = np.array([row is not None for row in rows])
    values = np.zeros((len(content), len(claim.evidence)))
    for at, piece in enumerate(claim.evidence):
        theirs = [vectors[window] for window in windows(piece) if window in vectors]
        if theirs and seen.any():
            near = (
                ours.vectors[[row for row in rows if row is not None]] @ np.concatenate([v.vectors for v in theirs]).T
            )
            values[seen, at] = near.max(axis=1) if near.shape[1] else 0.0
        # The model saw the beginning of a long claim only; the rest is compared by stems.
        values[~seen, at] = [_has(word, piece) for word, row in zip(content, rows, strict=True) if row is None]
    values = np.maximum(values, headings)
    return Matches(values, by_vectors=True, addition=_addition(claim, content, values.max(axis=1), vectors))


def _addition(
    claim: Claim, content: Sequence[Word], best: npt.NDArray[np.float64], vectors: Mapping[str, WordVectors]
) -> Addition:
    theirs = [vectors[window] for piece in claim.evidence for window in windows(piece) if window in vectors]
    sources = (*claim.evidence, *claim.contexts)
    had = {word.start: any(_has(word, text) for text in sources) for word in content}
    match = {word.start: float(value) for word, value in zip(content, best, strict=True)}
    return added(read(claim.text).units, vectors[claim.text], theirs, match, had)


def _has(word: Word, text: str) -> float:
    if not text:
        return 0.0
    stems = read(text).stems
    return float(word.stem in stems or not stems.isdisjoint(alike().get(word.stem, frozenset())))
