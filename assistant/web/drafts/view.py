"""A draft as its page shows it. Pure but for the documents that its passages are in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from assistant.drafting.readability import reading_grade
from assistant.errors import LibraryError
from assistant.records import (
    NO_MODEL,
    Citation,
    Coverage,
    Document,
    Draft,
    DraftSection,
    DraftSentence,
    Removed,
    SearchHit,
    SentenceKind,
    Span,
    blank_spans,
)
from assistant.web.markup import model_name
from assistant.web.moments import time_words
from assistant.web.rendering import joined, place, section_words
from assistant.web.source import section_of

KIND_WORDS = {
    SentenceKind.QUOTED: "quoted",
    SentenceKind.SUPPORTED: "supported",
    SentenceKind.CONNECTIVE: "connective",
    SentenceKind.YOURS_TO_SUPPLY: "yours to supply",
}
PASSAGE_CHARACTERS = 420


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a sentence's words; ``blank`` is the number of the blank that it is, None where it is none."""

    text: str
    blank: int | None = None


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence; ``tag`` is the word beside it that says whose it is, "" where its look does."""

    kind: SentenceKind
    kind_words: str
    pieces: tuple[Piece, ...]
    citations: tuple[Citation, ...]
    tag: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """A paragraph, or with ``items`` a list, each of whose items is a line."""

    lines: tuple[tuple[SentenceView, ...], ...]
    items: bool


@dataclass(frozen=True, slots=True)
class BlankView:
    number: int
    words: str
    section: str


@dataclass(frozen=True, slots=True)
class SectionView:
    name: str
    title: str
    blocks: tuple[BlockView, ...]
    blanks: tuple[BlankView, ...]
    covered: tuple[Coverage, ...]
    missing: tuple[Coverage, ...]
    removed: tuple[Removed, ...]
    text: str
    passages: tuple[str, ...]
    cited: frozenset[tuple[str, Span]]


@dataclass(frozen=True, slots=True)
class DraftView:
    draft: Draft
    sections: tuple[SectionView, ...]
    facts: str
    next_marker: Callable[[], int]

    @property
    def blanks(self) -> list[BlankView]:
        return [blank for section in self.sections for blank in section.blanks]

    @property
    def covered(self) -> int:
        return sum(one.covered for one in self.draft.coverage)

    @property
    def missing(self) -> list[tuple[Coverage, SectionView]]:
        return [(one, section) for section in self.sections for one in section.missing]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage that a section may rest on; ``cited`` tells that the section cites it as it stands."""

    id: str
    document_id: str
    span: Span
    title: str
    where: str
    text: str
    cited: bool
    ticked: bool


def draft_view(draft: Draft) -> DraftView:
    """Return what to show of ``draft``, its blanks numbered through."""
    numbers = count(1)
    citations = {one.number: one for one in draft.citations}
    sections = tuple(_section(draft, section, citations, numbers) for section in draft.sections)
    return DraftView(draft, sections, _facts(draft), count(1).__next__)


def written_by(draft: Draft) -> str:
    """Return how a draft came about."""
    if draft.model == NO_MODEL:
        return "put together from its template and the sources’ own sentences"
    return f"written by {model_name(draft.model)}, each sentence checked"


def section_text(section: DraftSection) -> str:
    """Return a section as text to edit: paragraphs with an empty line between them, items each on a line."""
    lines: list[str] = []
    for (_, item), sentences in groupby(section.sentences, key=lambda one: (one.block, one.item)):
        text = " ".join(" ".join(one.text.split()) for one in sentences)
        if lines and not (item and lines[-1].startswith("- ")):
            lines.append("")
        lines.append(f"- {text}" if item else text)
    return "\n".join(lines)


def passage_views(
    passages: Sequence[str],
    cited: frozenset[tuple[str, Span]],
    ticked: frozenset[str],
    document: Callable[[str], Document],
) -> list[PassageView]:
    """Return the passages of these ids that the library still has, those that are cited first."""
    known: dict[str, Document] = {}
    views = []
    for passage in dict.fromkeys(passages):
        document_id, _, ends = passage.rpartition(":")
        start, _, end = ends.partition("-")
        if not (start.isdigit() and end.isdigit()):
            continue
        try:
            if document_id not in known:
                known[document_id] = document(document_id)
        except LibraryError:
            continue
        views.append(_passage(passage, known[document_id], Span(int(start), int(end)), cited, passage in ticked))
    return sorted(views, key=lambda one: not one.cited)


def found_passages(hits: Sequence[SearchHit], known: Sequence[str]) -> list[str]:
    """Return the ids of the passages of a search that are not known yet."""
    return [hit.passage.id for hit in hits if hit.passage.id not in known]


def _section(
    draft: Draft, section: DraftSection, citations: dict[int, Citation], numbers: Iterator[int]
) -> SectionView:
    blanks: dict[str, BlankView] = {}
    sentences = [(one, _sentence(one, section, citations, numbers, blanks)) for one in section.sentences]
    coverage = [one for one in draft.coverage if one.section == section.name]
    cited = (citations[number] for one in section.sentences for number in one.citations)
    return SectionView(
        name=section.name,
        title=section.title,
        blocks=tuple(_blocks(sentences)),
        blanks=tuple(blanks.values()),
        covered=tuple(one for one in coverage if one.covered),
        missing=tuple(one for one in coverage if not one.covered),
        removed=section.removed,
        text=section_text(section),
        passages=section.passages,
        cited=frozenset((one.document_id, one.span) for one in cited),
    )


def _sentence(
    sentence: DraftSentence,
    section: DraftSection,
    citations: dict[int, Citation],
    numbers: Iterator[int],
    blanks: dict[str, BlankView],
) -> SentenceView:
    pieces: list[Piece] = []
    position = 0
    for span in blank_spans(sentence):
        number = next(numbers)
        words = span.of(sentence.text)[1:-1].strip()
        blanks.setdefault(words, BlankView(number, words, section.name))
        pieces += [Piece(sentence.text[position : span.start]), Piece(words, number)]
        position = span.end
    pieces.append(Piece(sentence.text[position:]))
    shown = tuple(one for one in pieces if one.text)
    tag = ""
    if sentence.from_form:
        tag = "yours"
    elif sentence.kind is SentenceKind.YOURS_TO_SUPPLY and all(one.blank is None for one in shown):
        tag = "to confirm"
    cited = tuple(citations[number] for number in sentence.citations)
    return SentenceView(sentence.kind, KIND_WORDS[sentence.kind], shown, cited, tag)


def _blocks(sentences: Sequence[tuple[DraftSentence, SentenceView]]) -> Iterator[BlockView]:
    lines = [
        (item, tuple(view for _, view in group))
        for (_, item), group in groupby(sentences, key=lambda one: (one[0].block, one[0].item))
    ]
    for items, group in groupby(lines, key=lambda line: line[0]):
        if items:
            yield BlockView(tuple(line for _, line in group), items=True)
        else:
            yield from (BlockView((line,), items=False) for _, line in group)


def _facts(draft: Draft) -> str:
    grade = reading_grade(draft)
    return joined(
        (
            f"version {draft.version}",
            time_words(draft.created_at),
            written_by(draft),
            f"reading grade {grade:.0f}" if grade is not None else None,
        ),
        " · ",
    )


def _passage(
    identifier: str, document: Document, span: Span, cited: frozenset[tuple[str, Span]], ticked: bool
) -> PassageView:
    page = next((one for one in document.pages if one.span.overlaps(span)), None)
    section = section_of(document, span)
    text = " ".join(span.of(document.text).split())
    return PassageView(
        id=identifier,
        document_id=document.id,
        span=span,
        title=document.title,
        where=joined(
            (
                place(page.number, page.label) if page else None,
                section_words(section.heading_path, document.title) if section else None,
            ),
            " · ",
        ),
        text=text if len(text) <= PASSAGE_CHARACTERS else f"{text[:PASSAGE_CHARACTERS].rpartition(' ')[0]} …",
        cited=any(one == document.id and span.overlaps(quoted) for one, quoted in cited),
        ticked=ticked,
    )
