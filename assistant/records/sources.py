"""Documents and what they are made of, what a search finds in them, and what a reading run did."""

from __future__ import annotations

from dataclasses import dataclass


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
    """A passage that a search returned; ``score`` is higher for better. ``number`` is the passage's in the library.

    ``closeness`` is what the score was before the first passages were read together with the query, ``answerability``
    the logit of that reading; None where it was not read.
    """

    number: int
    passage: Passage
    score: float
    keyword_rank: int | None = None
    vector_rank: int | None = None
    keyword_score: float = 0.0
    similarity: float = 0.0
    closeness: float = 0.0
    answerability: float | None = None

    @property
    def found_by(self) -> tuple[str, ...]:
        ranks = (("keyword", self.keyword_rank), ("vector", self.vector_rank))
        return tuple(name for name, rank in ranks if rank is not None)


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
