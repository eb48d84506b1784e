"""Answers: sentences of four kinds, the verified citations behind them, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from assistant.records.serialising import to_json
from assistant.records.sources import Span

NO_MODEL = "quotes"
"""What stands for the model of an answer or draft that none had a part in."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified place in a source. It never crosses a page: a quotation that does has one citation a page."""

    number: int
    document_id: str
    title: str
    source: str
    page: int | None
    page_label: str | None
    section: tuple[str, ...]
    span: Span
    quote: str


class SentenceKind(StrEnum):
    """Whose words a sentence is, and what stands behind it."""

    QUOTED = "quoted"
    SUPPORTED = "supported"
    CONNECTIVE = "connective"
    YOURS_TO_SUPPLY = "yours to supply"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as shown; ``citations`` are the numbers of the citations that carry it.

    ``item`` tells that a model wrote it as an item of a list.
    """

    text: str
    kind: SentenceKind
    citations: tuple[int, ...] = ()
    item: bool = False

    @property
    def markers(self) -> str:
        """The numbers of its citations as they are written, ``[1][2]``."""
        return "".join(f"[{number}]" for number in self.citations)


@dataclass(frozen=True, slots=True)
class Removed:
    """A sentence that failed its check and is not shown as part of the answer."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class NearestPassage:
    """What came closest when the sources do not say; offered for reading on, never as a source of an answer."""

    document_id: str
    title: str
    source: str
    page: int | None
    page_label: str | None
    section: tuple[str, ...]
    span: Span
    quote: str


class AnswerStatus(StrEnum):
    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Answer:
    """The one object behind the text, the panel, the export and the JSON: it numbers the citations once.

    ``interpreted_as`` is the stand-alone question that was searched for, where a follow-up was rewritten.
    ``evidence`` are the ids of the passages that were found and weighed, best first, then of those beside them that the
    rest of a quoted list stands in. ``searched`` is the number of
    documents searched. ``timings`` are seconds by step. ``notice`` tells what the reader
    should know of how it came about, as that the language model did not answer. While it is being written
    ``complete`` is False, and what it holds so far has been checked already.
    """

    question: str
    status: AnswerStatus
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    removed: tuple[Removed, ...]
    nearest: tuple[NearestPassage, ...]
    confidence: float
    model: str
    interpreted_as: str | None = None
    searched: int = 0
    timings: dict[str, float] = field(default_factory=dict)
    notice: str | None = None
    complete: bool = True
    evidence: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentences in order, each followed by its markers, ``[1]`` or ``[1][2]``."""
        return " ".join(f"{sentence.text}{sentence.markers}" for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the conversation so far and what it was answered with."""

    question: str
    answer: Answer


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as the command line and the HTTP interface give it, its marked text included."""
    value: dict[str, Any] = to_json(answer)
    # How a sentence is laid out is the page's business, and what is given out is always complete.
    for sentence in value["sentences"]:
        del sentence["item"]
    del value["complete"]
    return value | {"text": answer.text}
