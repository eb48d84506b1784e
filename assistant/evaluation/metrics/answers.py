"""Does the answer say what it must, and nothing that it must not?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.evaluation.matching import negated, plain, says, stems
from assistant.evaluation.numbers import numbers_in
from assistant.records import Fact
from assistant.wording import words

FULL, PARTLY = 0.8, 0.5
"""Least shares of a fact's words that one sentence of the answer must have for full and for half credit."""


def credit(fact: Fact, sentences: Sequence[str]) -> float:
    """Return how far the answer says a fact: 1, .5 or 0, by its best wording.

    1 where the wording occurs in the answer as it is, or where one sentence has all its numbers, ``FULL`` of its words
    (by stems) and a denial just if the wording has one; .5 where one sentence has ``PARTLY`` of its words; else 0.
    """
    return max((_credit(wording, sentences) for wording in fact.wordings), default=0.0)


def _credit(wording: str, sentences: Sequence[str]) -> float:
    if says(" ".join(sentences), wording):
        return 1.0
    wanted, figures, denies = stems(wording), numbers_in(wording), negated(wording)
    best = 0.0
    for sentence in sentences:
        share = len(wanted & stems(sentence)) / len(wanted) if wanted else 0.0
        same = figures <= numbers_in(sentence) and denies == negated(sentence)
        best = max(best, 1.0 if share >= FULL and same else 0.5 if share >= PARTLY else 0.0)
    return best


def fact_recall(facts: Sequence[Fact], sentences: Sequence[str]) -> float:
    """fact_recall = sum of the credits of all facts / facts."""
    return sum(credit(fact, sentences) for fact in facts) / len(facts)


def vital_facts(facts: Sequence[Fact]) -> list[Fact]:
    """Return the vital facts; where none is marked, all are."""
    return [fact for fact in facts if fact.vital] or list(facts)


def vital_strict(facts: Sequence[Fact], sentences: Sequence[str]) -> float:
    """vital_strict = vital facts with full credit / vital facts (as in the nugget evaluation of TREC RAG 2024)."""
    vital = vital_facts(facts)
    return sum(credit(fact, sentences) == 1.0 for fact in vital) / len(vital)


def forbidden_said(forbidden: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """Return what the answer says and must not: only wordings that occur in it as they are; ``|`` parts wordings."""
    text = " ".join(sentences)
    return [item for item in forbidden if any(says(text, part) for part in item.split("|"))]


def token_f1(answer: str, reference: str) -> float:
    """F1 over words as in SQuAD (Rajpurkar and others 2016): 2PR / (P + R), shared words counted as often as in both.

    Shown, never decisive: it sees neither denials nor which number is whose.
    """
    ours, theirs = Counter(words(plain(answer))), Counter(words(plain(reference)))
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else 0.0


def rouge_l(answer: str, reference: str) -> float:
    """ROUGE-L (Lin 2004): F1 of the longest common subsequence of words, its length L: 2L / (words of both).

    Shown, never decisive.
    """
    ours, theirs = words(plain(answer)), words(plain(reference))
    if not ours or not theirs:
        return 0.0
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = 0
        for place, other in enumerate(theirs, 1):
            before, row[place] = row[place], before + 1 if word == other else max(row[place], row[place - 1])
    return 2 * row[-1] / (len(ours) + len(theirs))
