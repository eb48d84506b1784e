"""Whether a claim adds something to its evidence: a phrase without which it would come nearer to what the source says.

Seen in its sentence, the word of an added phrase looks much like the words beside it, so that its own nearest match in
the source tells little. The sentence as a whole tells more: without a phrase that only the claim has it comes nearer to
the evidence, without one that both have it moves away. (Leaving a part out to see what it does: "occlusion", Zeiler and
Fergus, arXiv 1311.2901; here on vectors that were computed once, in context, as in late chunking.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.embedding.base import Matrix
from assistant.support.text import Unit, Word
from assistant.support.vectors import WordVectors

_OPENS_PHRASE = frozenset(
    "of in on at by for with to from as about into during after before within through under over between among against "
    "without via per and or but which who that where when while so because including such than is are was were be been "
    "has have had if unless".split()
)


@dataclass(frozen=True, slots=True)
class Addition:
    """The phrase of a claim that looks most like an addition, as written, and how much it does: 0 for not at all."""

    amount: float = 0.0
    phrase: str = ""


NOTHING_ADDED = Addition()


def phrases(unit: Unit) -> Iterator[tuple[Word, ...]]:
    """Yield the words of a sentence in phrases, each with a content word: a preposition, a conjunction, a form of "to
    be" or a comma begins one."""
    phrase: list[Word] = []
    for word in unit.words:
        whole = any(one.is_content or one.lower[0].isdigit() for one in phrase)
        if phrase and ((whole and word.lower in _OPENS_PHRASE) or word.clause != phrase[-1].clause):
            if any(one.is_content for one in phrase):
                yield tuple(phrase)
            phrase = []
        phrase.append(word)
    if any(one.is_content for one in phrase):
        yield tuple(phrase)


def added(
    units: Sequence[Unit],
    ours: WordVectors,
    theirs: Sequence[WordVectors],
    match: Mapping[int, float],
    had: Mapping[int, bool],
) -> Addition:
    """Return the phrase of the claim that looks most like an addition: without it the claim comes nearer the evidence.

    ``theirs`` are the windows of the evidence. ``match`` says for the start of a content word of the claim how well the
    evidence matches it (-1 to 1), ``had`` whether the evidence has the word itself. The gain in cosine counts in
    proportion to what is unmatched of the phrase, and only where a word of it is not in the evidence; it is a few
    thousandths where nothing was added.
    """
    if not theirs:
        return NOTHING_ADDED
    totals = np.stack([one.total for one in theirs])
    evidence = _unit(np.concatenate([totals, totals.sum(axis=0, keepdims=True)]))
    tokens = ours.tokens.astype(np.float32)
    whole = float((evidence @ _unit(ours.total)).max())
    most = NOTHING_ADDED
    for unit in units:
        for phrase in phrases(unit):
            starts = [word.start for word in phrase if word.start in match]
            inside = (ours.starts >= phrase[0].start) & (ours.starts < phrase[-1].end)
            if not inside.any() or inside.all() or all(had[start] for start in starts):
                continue
            without = float((evidence @ _unit(ours.total - tokens[inside].sum(axis=0))).max())
            unmatched = 1.0 - float(np.mean([match[start] for start in starts]))
            amount = (without - whole) * unmatched
            if amount > most.amount:
                written = unit.text[phrase[0].start - unit.start : phrase[-1].end - unit.start]
                most = Addition(amount, written)
    return most


def _unit(vectors: Matrix) -> Matrix:
    unit: Matrix = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return unit
