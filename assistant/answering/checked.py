"""A model's sentences against the evidence of this turn: what may be shown, as what, and what is taken out.

A sentence is shown only as one of three kinds: quoted, where a source has it word for word; supported, where the
support check found spans that carry it, and it keeps to their words, or carries a very high score, or the check is a
model that reads meaning; connective, where it claims nothing. It must be a whole sentence, add something to the
question, and rest on what bears on the question. Everything else is removed, with the reason. What the model says it
rests on is only a hint where to look first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from assistant.answering.labelled import LabelledPassage, Unit, units_of
from assistant.answering.lists import opens_list
from assistant.answering.model_text import ModelSentence
from assistant.answering.near_verbatim import (
    content_of,
    is_whole,
    keeps_to,
    pieces_kept_to,
    same_force,
    says_more_than,
    stated_number,
)
from assistant.answering.quotes import LEANS_BACK
from assistant.citing import Citations
from assistant.records import Passage, Removed, Sentence, SentenceKind, Span
from assistant.support import Claim, SupportCheck, Verdict, claims_nothing, prepare, reads_meaning
from assistant.wording import words

NOT_IN_SOURCES = "The sources found do not say this."
PARAPHRASED = 0.97
"""The score from which a sentence may be in other words than the source: below it, additions on the subject pass."""
_FALSE_QUOTE = "It puts words in quotation marks that the sources found do not have."
_NOT_WHOLE = "It is not a whole sentence."
_NOT_SAID_SO = "No source found says it in these or nearly these words."
_ONLY_ASKS = "It only repeats the question."
_BESIDE = "It rests on what does not bear on the question."
_HANGS = "It leans on a sentence that is not shown."
_OPENS_NOTHING = "It opens a list of which nothing is in the sources."
_QUOTED_WORDS = re.compile(r"[“\"«](?P<words>[^“”\"«»]{8,})[”\"»]")
_FEWEST_QUOTED_WORDS = 3
_YES_OR_NO = re.compile(
    r"^\W*(?:is|are|was|were|does|do|did|may|can|could|must|should|shall|will|would|has|have|had)\b", re.IGNORECASE
)

Bears = Callable[[str, Span], bool]
"""Whether a sentence of a source, by its document's id and its span, bears on the question."""


class CheckedSentences:
    """Takes a model's sentences one by one and keeps what passed, in order, with numbered citations.

    ``question`` is what was asked; ``bears`` tells which sentences of the evidence bear on it.
    """

    def __init__(
        self,
        evidence: Sequence[LabelledPassage],
        check: SupportCheck,
        question: str,
        bears: Bears,
    ) -> None:
        self._units = [unit for one in evidence for unit in units_of(one)]
        self._check = check
        self._question = question
        self._bears = bears
        self._verbatim = {_plain_words(unit.text): unit for unit in reversed(self._units)}
        self._headings = {_plain_words(heading) for one in evidence for heading in one.passage.heading_path}
        # Two spaces part the passages: nobody says what stands at the end of one and at the beginning of another.
        self._everything = "".join(f" {_plain_words(one.passage.text)} " for one in evidence)
        self._seen: set[str] = set()
        self._held: list[Sentence] = []
        self._opening: _Opening | None = None
        self._before: Passage | None = None
        self._first = True
        self.repeated = 0
        self.half_list = False
        self.citations = Citations()
        self.sentences: list[Sentence] = []
        self.removed: list[Removed] = []

    def prepare(self) -> None:
        """Let the support check read the evidence before there is anything to check. Raises EmbeddingError."""
        prepare(self._check, [text for unit in self._units for text in dict.fromkeys((unit.text, unit.said))])

    def take(self, sentence: ModelSentence) -> None:
        """Check ``sentence`` and keep it as what it is; one that was said before is passed over."""
        key = _plain_words(sentence.whole)
        if key in self._seen or self._says_again(sentence):
            self.repeated += 1
            return
        self._seen.add(key)
        if not sentence.item:
            self._end_list()
        if claims_nothing(sentence.whole):
            # Shown only once something follows that it connects to.
            self._held.append(Sentence(sentence.text, SentenceKind.CONNECTIVE, item=sentence.item))
            return
        if opens_list(sentence.text) and not sentence.item:
            self._opening = _Opening(sentence)
            return
        carried = self._carried(sentence)
        self._before, self._first = None if isinstance(carried, str) else carried[0].passage, False
        if isinstance(carried, str):
            self.removed.append(Removed(sentence.text, carried))
            return
        self._keep(sentence, carried)

    def finish(self) -> None:
        """Take note that nothing follows."""
        self._end_list()

    def _keep(self, sentence: ModelSentence, carried: Sequence[Unit]) -> None:
        opening = self._opening
        if sentence.item and opening is not None and opening.sentence.text == sentence.opening:
            if not opening.items:
                self._held.append(self._shown(opening.sentence, carried[:1], opens=True))
            opening.items.append(sentence.text)
        shown = self._shown(sentence, carried)
        if shown.kind is SentenceKind.QUOTED:
            self._quote_lead_in(carried[0])
        self.sentences += [*self._held, shown]
        self._held = []

    def _quote_lead_in(self, unit: Unit) -> None:
        if unit.opening is not None and unit.lead_in not in [one.text for one in self.sentences]:
            numbers = self.citations.cite(unit.document, unit.opening)
            self.sentences.append(Sentence(unit.lead_in, SentenceKind.QUOTED, numbers))

    def _shown(self, sentence: ModelSentence, carried: Sequence[Unit], opens: bool = False) -> Sentence:
        same = self._verbatim.get(_plain_words(sentence.text))
        if same is not None and not sentence.item:
            return Sentence(same.text, SentenceKind.QUOTED, self.citations.cite(same.document, same.span))
        spans = [(unit, span) for unit in carried for span in (unit.spans[:1] if opens else unit.spans)]
        numbers = {number for unit, span in spans for number in self.citations.cite(unit.document, span)}
        return Sentence(sentence.text, SentenceKind.SUPPORTED, tuple(sorted(numbers)), item=sentence.item)

    def _says_again(self, sentence: ModelSentence) -> bool:
        if sentence.item:
            said = self._opening.items if self._opening is not None else []
        else:
            said = [one.text for one in self.sentences if one.kind is not SentenceKind.CONNECTIVE]
        return any(not says_more_than(sentence.text, one) for one in said)

    def _carried(self, sentence: ModelSentence) -> Sequence[Unit] | str:
        """Return the sentences of the evidence that carry it, or why it is not shown."""
        same = self._verbatim.get(_plain_words(sentence.text)) if not sentence.opening else None
        if same is None and self._opening is None and not self._is_whole(sentence.text):
            return _NOT_WHOLE
        if not _YES_OR_NO.match(self._question) and not says_more_than(sentence.whole, self._question):
            return _ONLY_ASKS
        if any(not self._has_words(found["words"]) for found in _QUOTED_WORDS.finditer(sentence.text)):
            return _FALSE_QUOTE
        carried = [same] if same is not None else self._said_so(sentence) or self._paraphrased(sentence)
        if isinstance(carried, str):
            return carried
        # The first sentence leans on the question.
        hangs = LEANS_BACK.match(sentence.text) and not self._first
        if hangs and not any(unit.passage == self._before for unit in carried):
            return _HANGS
        if not any(self._bears(unit.document.id, span) for unit in carried for span in unit.spans):
            return _BESIDE
        return carried

    def _said_so(self, sentence: ModelSentence) -> list[Unit] | None:
        """Return what says it in nearly the same words, the evidence that it names looked at first."""
        units = sorted(self._units, key=lambda unit: unit.label not in sentence.labels)
        carried = _item_of(sentence, units) if sentence.opening else _pieces_of(sentence, units)
        if not carried or (not sentence.opening and not all(_stands_alone(sentence.text, unit) for unit in carried)):
            return None
        claim = Claim(sentence.whole, tuple(unit.said for unit in carried), tuple(unit.headings for unit in carried))
        return carried if self._check.judge([claim])[0].supported else None

    def _paraphrased(self, sentence: ModelSentence) -> list[Unit] | str:
        """Return what carries it in other words, or why that is not taken to be so."""
        verdict, units = self._judged(sentence)
        carried = [units[place] for place in verdict.carried_by]
        if not verdict.supported or not carried:
            return verdict.reason or NOT_IN_SOURCES
        taken_as_it_is = verdict.partly_checked or (reads_meaning(self._check) and not verdict.fell_back)
        if not taken_as_it_is and not self._surely_carries(carried, sentence.whole):
            return _NOT_SAID_SO
        return carried

    def _surely_carries(self, carried: Sequence[Unit], text: str) -> bool:
        """Whether one sentence of the evidence carries ``text`` without what stands above it: headings say what a text
        is about, and two sentences together seem to say what neither does."""
        if len(carried) > 1 or not _stands_alone(text, carried[0]) or not says_more_than(text, carried[0].said):
            # With the same words, and yet not said so, something is exchanged, or left out that matters.
            return False
        verdict = self._check.judge([Claim(text, (carried[0].said,))])[0]
        return verdict.supported and verdict.score >= PARAPHRASED

    def _judged(self, sentence: ModelSentence) -> tuple[Verdict, list[Unit]]:
        """Return the verdict by the evidence the sentence names or, where that does not carry it, by all of it."""
        named = [unit for unit in self._units if unit.label in sentence.labels]
        for units in (named, self._units):
            if units:
                verdict = self._check.judge([_claim(sentence.whole, units)])[0]
                if verdict.supported or units is self._units:
                    return verdict, units
        return Verdict(False, 0.0, NOT_IN_SOURCES, ()), []

    def _is_whole(self, text: str) -> bool:
        return is_whole(text) and _plain_words(text) not in self._headings

    def _has_words(self, quoted: str) -> bool:
        plain = _plain_words(quoted)
        return len(plain.split()) < _FEWEST_QUOTED_WORDS or f" {plain} " in self._everything

    def _end_list(self) -> None:
        opening, self._opening = self._opening, None
        if opening is None:
            return
        if not opening.items:
            self.removed.append(Removed(opening.sentence.text, _OPENS_NOTHING))
        elif (number := stated_number(opening.sentence.text)) is not None and number != len(opening.items):
            self.half_list = True


@dataclass(slots=True)
class _Opening:
    """A line that opens a list, and those of its items that are shown."""

    sentence: ModelSentence
    items: list[str] = field(default_factory=list)


def _item_of(sentence: ModelSentence, units: Sequence[Unit]) -> list[Unit]:
    """Return what says an item of a list, and in it or above it what the line that opens the list says."""
    for unit in units:
        if says_more_than(sentence.opening, unit.said):
            continue
        opened_alike = unit.opening is not None and same_force(sentence.opening, unit.lead_in)
        if (opened_alike and keeps_to(sentence.text, unit.text)) or keeps_to(sentence.whole, unit.said):
            return [unit]
    return []


def _stands_alone(text: str, unit: Unit) -> bool:
    """Whether ``text`` takes something from the line that opens the list of ``unit``, if it is in one: "at least 50
    pupils" may be a condition, an example, or what is not so."""
    return unit.opening is None or bool(content_of(text) & content_of(unit.lead_in) - content_of(unit.text))


def _pieces_of(sentence: ModelSentence, units: Sequence[Unit]) -> list[Unit]:
    return [units[place] for place in pieces_kept_to(sentence.text, [unit.said for unit in units]) or ()]


def _claim(text: str, units: Sequence[Unit]) -> Claim:
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
