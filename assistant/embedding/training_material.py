"""What the packaged model is trained on: questions, each with a text that answers it and texts that do not.

A line of a JSONL file is either a passage (``title``, ``passage``, the questions that it answers, ``answered``, and
questions on the same subject that it does not answer, ``unanswered``) or a document (``title`` and ``passages``, each
with ``heading``, ``text``, the ``questions`` that it answers and the document's other passages do not, and those on the
same subject that none of them answers, ``unanswered``).
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import UsageError
from assistant.wording import terms

_OF_THESE, _HELD_OUT = 25, 7
"""Of this many passages or documents one is held out: the one with this number, counted from 0."""
_NEAR = 60
"""Passages of other documents, nearest by their vectors, whose words are compared with a question's."""
_MISTAKABLE = 8
_SATURATION = 2.2
"""As in a keyword search: one term adds at most its rarity times this."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage with what stands above it."""

    title: str
    heading: str
    passage: str

    @property
    def whole(self) -> str:
        """The text as it is read when somebody asks."""
        above = ": ".join(filter(None, [self.title, self.heading]))
        return f"{above}. {self.passage}" if above else self.passage


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on ``text`` and whether that answers it; where it does, the texts that could be mistaken for it.

    ``siblings`` are the other passages of its document, ``strangers`` the most like it of other documents.
    """

    question: str
    text: Text
    answered: bool
    siblings: tuple[Text, ...] = ()
    strangers: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """Questions to learn from, and questions on other documents to be judged by."""

    training: list[Asked]
    held_out: list[Asked]


@dataclass(slots=True)
class _Pool:
    """All passages, for each the number of its document, and the questions on each."""

    texts: list[Text] = field(default_factory=list)
    document: list[int] = field(default_factory=list)
    questions: list[list[tuple[str, bool]]] = field(default_factory=list)

    def add(self, text: Text, document: int, answered: Sequence[str], unanswered: Sequence[str]) -> None:
        self.texts.append(text)
        self.document.append(document)
        self.questions.append([(one, True) for one in answered] + [(one, False) for one in unanswered])


def read_material(folder: Path, embed: Callable[[list[str]], NDArray[np.float32]]) -> Material:
    """Return the questions of all files in ``folder`` and the folders in it.

    ``embed`` gives the unit vectors of a list of texts. Raises UsageError where there is nothing to read.
    """
    files = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.jsonl"))]
    rows = [json.loads(line) for text in files for line in text.splitlines()]
    if not rows:
        raise UsageError(f"There is no JSONL file in {folder}.", next_step="Name a folder like eval/training.")
    pool = _Pool()
    for document, row in enumerate(rows):
        _add(pool, document, row)
    return _divided(pool, embed)


def _add(pool: _Pool, document: int, row: dict[str, Any]) -> None:
    if "passage" in row:
        pool.add(Text(row["title"], "", row["passage"]), document, row["answered"], row["unanswered"])
        return
    for one in row["passages"]:
        pool.add(Text(row["title"], one["heading"], one["text"]), document, one["questions"], one["unanswered"])


def _divided(pool: _Pool, embed: Callable[[list[str]], NDArray[np.float32]]) -> Material:
    vectors = embed([one.whole for one in pool.texts])
    every = [(place, question, answered) for place, some in enumerate(pool.questions) for question, answered in some]
    asked = embed([question for _, question, _ in every])
    words = _Words([one.whole for one in pool.texts])
    material = Material([], [])
    for (place, question, answered), vector in zip(every, asked, strict=True):
        held_out = _is_held_out(pool.document[place])
        siblings, strangers = _mistakable(pool, place, vectors @ vector, words, question) if answered else ((), ())
        one = Asked(question, pool.texts[place], answered, siblings, strangers)
        (material.held_out if held_out else material.training).append(one)
    return material


def _is_held_out(document: int) -> bool:
    return document % _OF_THESE == _HELD_OUT


def _mistakable(
    pool: _Pool, place: int, cosines: NDArray[np.float32], words: _Words, question: str
) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """Return the other passages of the document, and those of others that a search would find first; from the same
    side of what is held out."""
    document = pool.document
    siblings = [one for one, other in enumerate(document) if other == document[place] and one != place]
    near = [
        int(one)
        for one in np.argsort(-cosines)[:_NEAR]
        if document[one] != document[place] and _is_held_out(document[one]) == _is_held_out(document[place])
    ]
    shares = words.shares(question, near)
    found = sorted(near, key=lambda one: -(float(cosines[one]) + shares[one]))[:_MISTAKABLE]
    return tuple(pool.texts[one] for one in siblings), tuple(pool.texts[one] for one in found)


class _Words:
    """The terms of all texts, for the keyword score of a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(terms(text)) for text in texts]
        self._frequency = Counter(term for one in self._counts for term in one)

    def shares(self, question: str, places: Sequence[int]) -> dict[int, float]:
        """Return for each place the keyword score as a share of the best that could be, 0 to 1."""
        rarity = {
            term: math.log((len(self._counts) + 1) / (self._frequency[term] + 0.5))
            for term in terms(question)
            if self._frequency[term]
        }
        best = sum(rarity.values()) * _SATURATION or 1.0
        return {place: sum(rarity[term] for term in rarity if term in self._counts[place]) / best for place in places}


def choices(asked: Sequence[Asked], chance: random.Random) -> list[tuple[str, list[str], bool]]:
    """Return for each question the texts of one round of learning, and whether the first of them answers it.

    After one that answers come two siblings and a stranger, chosen by chance. So that the title is not what
    is learned, one question in five is asked of texts without it, and one in five of texts without headings.
    """
    found = []
    for one in asked:
        others = [*_some(one.siblings, 2, chance), *_some(one.strangers, 1, chance)]
        shown = chance.random()
        texts = [_shown(text, shown) for text in [one.text, *others]]
        found.append((one.question, texts, one.answered))
    return found


def _some(texts: Sequence[Text], count: int, chance: random.Random) -> list[Text]:
    return chance.sample(texts, min(count, len(texts)))


def _shown(text: Text, shown: float) -> str:
    if shown < 0.2:
        return text.passage
    return f"{text.title}. {text.passage}" if shown < 0.4 else text.whole
