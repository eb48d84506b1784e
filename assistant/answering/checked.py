"""A model's sentences against the evidence of this turn: what may be shown, as what, and what is taken out.

A sentence is shown only as one of three kinds: quoted, where a source has it word for word; supported, where the
support check found spans that carry it; connective, where it claims nothing. Everything else is removed, with the
reason. What the model says it rests on is only a hint where to look first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.answering.lists import lead_in, sentence_text
from assistant.answering.model_text import ModelSentence, joined_opening
from assistant.citing import Citations
from assistant.records import Document, Passage, Removed, Sentence, SentenceKind, Span
from assistant.support import Claim, SupportCheck, Verdict, claims_nothing
from assistant.wording import words

NOT_IN_SOURCES = "The sources found do not say this."
_FALSE_QUOTE = "It puts words in quotation marks that the sources found do not have."
_QUOTED_WORDS = re.compile(r"[“\"«](?P<words>[^“”\"«»]{8,})[”\"»]")
_FEWEST_QUOTED_WORDS = 3


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A passage that was found, under the short label by which the model may name it in this turn."""

    label: str
    document: Document
    passage: Passage


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence of the evidence; ``context`` is what stands above it: headings, and the line that opens its list."""

    label: str
    document: Document
    span: Span
    text: str
    context: str


def evidence_text(evidence: Sequence[LabelledPassage]) -> str:
    """Return the evidence as the model reads it. Square brackets in a source are made round: they mark labels here."""
    blocks = []
    for one in evidence:
        headings = " > ".join(one.passage.heading_path)
        text = f"{headings}\n{one.passage.text}" if headings else one.passage.text
        blocks.append(f"[{one.label}] " + text.replace("[", "(").replace("]", ")"))
    return "\n\n".join(blocks)


class CheckedSentences:
    """Takes a model's sentences one by one and keeps what passed, in order, with numbered citations."""

    def __init__(self, evidence: Sequence[LabelledPassage], check: SupportCheck) -> None:
        self._units = [unit for one in evidence for unit in _units(one)]
        self._check = check
        self._verbatim = {_plain_words(unit.text): unit for unit in reversed(self._units)}
        self._everything = " ".join(_plain_words(unit.text) for unit in self._units)
        self._seen: set[str] = set()
        self._held: list[Sentence] = []
        self.citations = Citations()
        self.sentences: list[Sentence] = []
        self.removed: list[Removed] = []

    def take(self, sentence: ModelSentence) -> None:
        """Check ``sentence`` and keep it as what it is; one that was said before is passed over."""
        key = _plain_words(sentence.whole)
        if key in self._seen:
            return
        self._seen.add(key)
        if claims_nothing(sentence.whole):
            # Shown only once something follows that it connects to.
            self._held.append(Sentence(sentence.text, SentenceKind.CONNECTIVE, item=sentence.item))
            return
        kept = self._quoted(sentence) or self._supported(sentence)
        if kept is not None:
            self.sentences += [*self._held, kept]
            self._held = []

    def _quoted(self, sentence: ModelSentence) -> Sentence | None:
        unit = self._verbatim.get(_plain_words(sentence.text)) if not sentence.opening else None
        if unit is None:
            return None
        return Sentence(unit.text, SentenceKind.QUOTED, self.citations.cite(unit.document, unit.span))

    def _supported(self, sentence: ModelSentence) -> Sentence | None:
        if any(not self._has_words(found["words"]) for found in _QUOTED_WORDS.finditer(sentence.text)):
            self.removed.append(Removed(sentence.text, _FALSE_QUOTE))
            return None
        verdict, units = self._judged(sentence)
        if not verdict.supported:
            self.removed.append(Removed(sentence.text, verdict.reason or NOT_IN_SOURCES))
            return None
        numbers = [
            number
            for index in verdict.carried_by
            for number in self.citations.cite(units[index].document, units[index].span)
        ]
        if sentence.opening and not self._opening_is_shown(sentence):
            sentence = joined_opening(sentence)
        return Sentence(
            sentence.text, SentenceKind.SUPPORTED, tuple(dict.fromkeys(sorted(numbers))), item=sentence.item
        )

    def _judged(self, sentence: ModelSentence) -> tuple[Verdict, list[_Unit]]:
        """Return the verdict by the evidence the sentence names or, where that does not carry it, by all of it."""
        named = [unit for unit in self._units if unit.label in sentence.labels]
        for units in (named, self._units):
            if units:
                verdict = self._check.judge([_claim(sentence.whole, units)])[0]
                if verdict.supported or units is self._units:
                    return verdict, units
        return Verdict(False, 0.0, NOT_IN_SOURCES, ()), []

    def _has_words(self, quoted: str) -> bool:
        plain = _plain_words(quoted)
        return len(plain.split()) < _FEWEST_QUOTED_WORDS or f" {plain} " in f" {self._everything} "

    def _opening_is_shown(self, sentence: ModelSentence) -> bool:
        return any(one.text == sentence.opening for one in [*self.sentences, *self._held])


def _units(one: LabelledPassage) -> list[_Unit]:
    passage = one.passage
    headings = ": ".join(passage.heading_path)
    units = []
    for index, span in enumerate(passage.sentences):
        opening = lead_in(passage, index)
        above = sentence_text(passage, opening) if opening is not None and opening != span else ""
        context = " ".join(part for part in (headings, above) if part)
        units.append(_Unit(one.label, one.document, span, sentence_text(passage, span), context))
    return units


def _claim(text: str, units: Sequence[_Unit]) -> Claim:
    return Claim(text, tuple(unit.text for unit in units), tuple(unit.context for unit in units))


def _plain_words(text: str) -> str:
    return " ".join(words(text))


def as_sentences_of_ours(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences with lone list items as plain sentences: a list of one is none."""
    result: list[Sentence] = []
    for is_item, group in groupby(sentences, key=lambda one: one.item):
        run = list(group)
        result += [replace(one, item=False) for one in run] if is_item and len(run) == 1 else run
    return result
