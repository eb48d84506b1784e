"""What changed between two versions of a draft, sentence by sentence and word by word: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from rapidfuzz.distance import Indel

from assistant.records import Blank, Citation, Draft, DraftSection, DraftSentence

STILL_THE_SAME = 0.5
"""Share of words, in order, that two sentences have in common where one is the other reworded. Sentences about
different things share hardly more than their function words."""


class Fate(StrEnum):
    """What became of a section, a sentence or a run of words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class WordChange:
    """A run of words; ``old`` is empty where they were added, ``new`` where they were removed."""

    fate: Fate
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """A sentence before and after, None where there was or is none. ``words`` is given for a changed one."""

    fate: Fate
    old: DraftSentence | None
    new: DraftSentence | None
    words: tuple[WordChange, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section and its sentences in the order in which to read them; a kept section has only kept sentences."""

    name: str
    title: str
    fate: Fate
    sentences: tuple[SentenceChange, ...]


@dataclass(frozen=True, slots=True)
class DraftComparison:
    """The way from one version to another.

    ``citations_gained`` and ``citations_lost`` are told apart by document and words, whatever their numbers are.
    """

    old_version: int
    new_version: int
    sections: tuple[SectionChange, ...]
    citations_gained: tuple[Citation, ...]
    citations_lost: tuple[Citation, ...]
    blanks_filled: tuple[Blank, ...]
    blanks_opened: tuple[Blank, ...]


def compare(old: Draft, new: Draft) -> DraftComparison:
    """Return what changed from ``old`` to ``new``. Sections are matched by name, in the order of ``new``."""
    before = {section.name: section for section in old.sections}
    after = {section.name: section for section in new.sections}
    sections = [_section(before.get(section.name), section) for section in new.sections]
    sections += [_section(section, None) for section in old.sections if section.name not in after]
    cited_before = {_identity(one) for one in old.citations}
    cited_after = {_identity(one) for one in new.citations}
    return DraftComparison(
        old_version=old.version,
        new_version=new.version,
        sections=tuple(sections),
        citations_gained=tuple(one for one in new.citations if _identity(one) not in cited_before),
        citations_lost=tuple(one for one in old.citations if _identity(one) not in cited_after),
        blanks_filled=tuple(one for one in old.blanks if one not in new.blanks),
        blanks_opened=tuple(one for one in new.blanks if one not in old.blanks),
    )


def word_changes(old: str, new: str) -> tuple[WordChange, ...]:
    """Return the runs of words that lead from ``old`` to ``new``, as few words as can be removed and added.

    White space counts only as what parts words. Not by difflib, which takes minutes for long texts of few words.
    """
    before, after = old.split(), new.split()
    changes: list[WordChange] = []
    steps = groupby(Indel.opcodes(before, after), key=lambda step: step.tag == "equal")
    for kept, group in steps:
        run = list(group)
        removed = " ".join(before[run[0].src_start : run[-1].src_end])
        added = " ".join(after[run[0].dest_start : run[-1].dest_end])
        fate = Fate.KEPT if kept else Fate.CHANGED if removed and added else Fate.ADDED if added else Fate.REMOVED
        changes.append(WordChange(fate, removed, added))
    return tuple(changes)


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of words, 0 to 1, that two texts have in common in the same order.

    Twice the length of the longest common subsequence of words over the sum of both lengths (the normalised
    similarity of Indel, i.e. of edits by insertion and deletion).
    """
    return Indel.normalized_similarity(one, other)


def _identity(citation: Citation) -> tuple[str, str]:
    return citation.source, " ".join(citation.quote.split())


def _section(old: DraftSection | None, new: DraftSection | None) -> SectionChange:
    shown = new or old
    assert shown is not None
    sentences = tuple(_sentences(old.sentences if old else (), new.sentences if new else ()))
    if old is None or new is None:
        fate = Fate.ADDED if old is None else Fate.REMOVED
    else:
        kept = old.title == new.title and all(one.fate is Fate.KEPT for one in sentences)
        fate = Fate.KEPT if kept else Fate.CHANGED
    return SectionChange(shown.name, shown.title, fate, sentences)


def _sentences(old: Sequence[DraftSentence], new: Sequence[DraftSentence]) -> list[SentenceChange]:
    before, after = [" ".join(one.text.split()) for one in old], [" ".join(one.text.split()) for one in new]
    changes: list[SentenceChange] = []
    for tag, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs = zip(old[start:end], new[first:last], strict=True)
            changes += [SentenceChange(Fate.KEPT, one, other) for one, other in pairs]
        else:
            changes += _reworded(old[start:end], new[first:last])
    return changes


def _reworded(old: Sequence[DraftSentence], new: Sequence[DraftSentence]) -> list[SentenceChange]:
    """Return a stretch without a kept sentence: pairs that are alike, in order, and what stands alone on each side."""
    changes: list[SentenceChange] = []
    at_old = at_new = 0
    for one, other in _alike(old, new):
        changes += [SentenceChange(Fate.REMOVED, gone, None) for gone in old[at_old:one]]
        changes += [SentenceChange(Fate.ADDED, None, come) for come in new[at_new:other]]
        words = word_changes(old[one].text, new[other].text)
        changes.append(SentenceChange(Fate.CHANGED, old[one], new[other], words))
        at_old, at_new = one + 1, other + 1
    changes += [SentenceChange(Fate.REMOVED, gone, None) for gone in old[at_old:]]
    changes += [SentenceChange(Fate.ADDED, None, come) for come in new[at_new:]]
    return changes


def _alike(old: Sequence[DraftSentence], new: Sequence[DraftSentence]) -> list[tuple[int, int]]:
    """Return the pairs of indices, both rising, whose likeness adds up to the most (a weighted alignment)."""
    before, after = [one.text.split() for one in old], [one.text.split() for one in new]
    likenesses = [[likeness(one, other) for other in after] for one in before]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for row in reversed(range(len(before))):
        for column in reversed(range(len(after))):
            paired = _worth(likenesses[row][column]) + best[row + 1][column + 1]
            best[row][column] = max(best[row + 1][column], best[row][column + 1], paired)
    pairs: list[tuple[int, int]] = []
    row = column = 0
    while row < len(before) and column < len(after):
        worth = _worth(likenesses[row][column])
        if worth and best[row][column] == worth + best[row + 1][column + 1]:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def _worth(value: float) -> float:
    return value if value >= STILL_THE_SAME else 0.0
