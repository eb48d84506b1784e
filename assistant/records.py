"""The nouns of the project: frozen, JSON-ready, without input or output.

Offsets are half-open ranges of Python characters (code points) in ``Document.text``. Two invariants hold
everywhere and are tests: ``document.text[passage.span] == passage.text`` for every passage, and
``document.text[citation.span] == citation.quote`` for every citation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of characters of a document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start} to {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the characters of ``text`` inside this span."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def intersection(self, other: Span) -> Span | None:
        """Return the shared characters, or None where there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class CharacterRun:
    """A stretch of document text that stands character for character on a page.

    ``start`` is an offset into ``Document.text``; ``page_start`` is the index of the same character in the
    page's own character list, as the PDF library counts it; both advance together for ``length`` characters.
    Runs are the way back from cleaned text to positions on the printed page.
    """

    start: int
    page_start: int
    length: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paginated file: physical number from 1, printed label where the file has one."""

    number: int
    label: str | None
    span: Span
    runs: tuple[CharacterRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The text below one heading, the heading's own line included; the path runs from the outermost heading."""

    heading_path: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """What ``sources.toml`` says of a file; every field may be unknown."""

    title: str | None = None
    author: str | None = None
    year: int | None = None
    kind: str | None = None
    language: str | None = None
    original: bool = True
    summarises: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source as it was read. ``id`` is the SHA-256 of the file's bytes, in hexadecimal.

    ``source`` is the path inside the corpus folder, with forward slashes. ``sentences`` are the citable units in
    reading order: sentences, list items, numbered paragraphs and table rows, never overlapping. ``pages`` is empty
    for formats that have none. ``original`` is False for a summary, and ``summarises`` then names what of.
    """

    id: str
    title: str
    source: str
    media_type: str
    text: str
    sections: tuple[Section, ...] = ()
    sentences: tuple[Span, ...] = ()
    pages: tuple[Page, ...] = ()
    author: str | None = None
    kind: str | None = None
    year: int | None = None
    language: str = "en"
    original: bool = True
    summarises: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences below one heading, short enough for the embedding model.

    ``id`` is ``<document id>:<start>-<end>``. ``pages`` are the physical numbers of the pages it touches.
    """

    id: str
    document_id: str
    span: Span
    text: str
    heading_path: tuple[str, ...] = ()
    sentences: tuple[Span, ...] = ()
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage that a search returned; ``score`` is higher for better. ``number`` is the passage's in the library."""

    number: int
    passage: Passage
    score: float
    keyword_rank: int | None = None
    vector_rank: int | None = None
    keyword_score: float = 0.0
    similarity: float = 0.0

    @property
    def found_by(self) -> tuple[str, ...]:
        ranks = (("keyword", self.keyword_rank), ("vector", self.vector_rank))
        return tuple(name for name, rank in ranks if rank is not None)


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
    """A sentence as shown; ``citations`` are the numbers of the citations that carry it."""

    text: str
    kind: SentenceKind
    citations: tuple[int, ...] = ()


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
    ``searched`` is the number of documents searched. ``timings`` are seconds by step.
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

    @property
    def text(self) -> str:
        """The sentences in order, each followed by its markers, ``[1]`` or ``[1][2]``."""
        return " ".join(
            sentence.text + "".join(f"[{number}]" for number in sentence.citations) for sentence in self.sentences
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the conversation so far and what it was answered with."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that is not (or not wholly) in the library: what is wrong and what the reader of this can do."""

    source: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did, by source path; ``passages`` and ``documents`` count the library afterwards."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[FileProblem, ...]
    documents: int
    passages: int
    embedded: int
    seconds: float
    notes: tuple[str, ...] = ()


def to_json(record: Any) -> Any:
    """Return ``record`` as JSON-ready values; a span becomes its ``start`` and ``end`` beside the other fields."""
    if is_dataclass(record) and not isinstance(record, type):
        result: dict[str, Any] = {}
        for one in fields(record):
            value = getattr(record, one.name)
            if isinstance(value, Span):
                result |= {"start": value.start, "end": value.end}
            else:
                result[one.name] = to_json(value)
        return result
    if isinstance(record, StrEnum):
        return record.value
    if isinstance(record, dict):
        return {key: to_json(value) for key, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [to_json(value) for value in record]
    if isinstance(record, float):
        return round(record, 6)
    return record


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as the command line and the HTTP interface give it, its marked text included."""
    value: dict[str, Any] = to_json(answer)
    return value | {"text": answer.text}
