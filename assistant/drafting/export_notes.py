"""The notes of a printed draft: their numbers, what they say, and the sources behind them. Pure.

Notes are numbered as a reader meets them, which is how Word numbers footnotes, whatever the citations' own numbers
are. A note says ``place: “quote”``; the place has no double quotation marks, so that the two can be told apart again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from assistant.drafting.export_labels import ENGLISH, Labels
from assistant.errors import DraftError
from assistant.records import Citation, DraftSentence

SECTION_SEPARATOR = " \u203a "
_BULLET = re.compile(r"^[•●▪◦‣·*–-]\s+")
PLACE_MARKS = str.maketrans({"“": "‘", "”": "’", '"': "'", "„": "‘", "«": "‘", "»": "’"})
"""Double quotation marks of a title or heading become single ones: the first double one of a note opens the quote."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is printed of a source beside the quote; the fields are those of ``Document``."""

    title: str
    author: str | None = None
    year: int | None = None
    published_at: str | None = None
    original: bool = True
    summarises: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a note behind a sentence; ``first`` where the note is met for the first time."""

    note: int
    first: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote. ``citation`` has the note's number; None stands for the school's own word."""

    number: int
    place: str
    citation: Citation | None

    @property
    def text(self) -> str:
        return self.place if self.citation is None else f"{self.place}: “{printed_quote(self.citation.quote)}”"


@dataclass(slots=True)
class Notes:
    """Hands out the numbers of notes in the order of first use; the school's own word is a note like another."""

    citations: Mapping[int, Citation]
    sources: Mapping[str, SourceInfo]
    labels: Labels
    notes: list[Note] = field(default_factory=list)
    _numbers: dict[int | None, int] = field(default_factory=dict)

    def marks(self, sentence: DraftSentence) -> list[Mark]:
        keys: list[int | None] = [*sentence.citations, *([None] if sentence.from_form else [])]
        return sorted((self._mark(key) for key in dict.fromkeys(keys)), key=lambda mark: mark.note)

    def _mark(self, key: int | None) -> Mark:
        if key in self._numbers:
            return Mark(self._numbers[key], first=False)
        number = self._numbers[key] = len(self.notes) + 1
        self.notes.append(self._note(key, number))
        return Mark(number, first=True)

    def _note(self, key: int | None, number: int) -> Note:
        if key is None:
            return Note(number, self.labels.school_note, None)
        if key not in self.citations:
            raise DraftError(
                f"The draft names a citation, number {key}, that it does not have.",
                kept="Nothing was exported.",
                next_step="Open an earlier version of the draft, or write the section that names it again.",
            )
        citation = replace(self.citations[key], number=number)
        return Note(number, note_place(citation, self.sources.get(citation.document_id), self.labels), citation)


def note_place(citation: Citation, source: SourceInfo | None, labels: Labels = ENGLISH) -> str:
    """Return title, page and section as a note says them, without double quotation marks."""
    title = one_line(source.title if source else citation.title)
    path = citation.section[1:] if citation.section[:1] == (citation.title,) else citation.section
    parts = [title + _year(source, labels), _page(citation), SECTION_SEPARATOR.join(map(one_line, path))]
    return ", ".join(filter(None, parts)).translate(PLACE_MARKS)


def _year(source: SourceInfo | None, labels: Labels) -> str:
    if source is None:
        return ""
    said = [*([str(source.year)] if source.year else []), *([] if source.original else [labels.a_summary])]
    return f" ({', '.join(said)})" if said else ""


def _page(citation: Citation) -> str:
    """The printed label is what a reader of the paper looks for, the number what a viewer of the file counts."""
    if citation.page is None:
        return ""
    label = one_line(citation.page_label or "")
    return f"p. {label} (file page {citation.page})" if label not in ("", str(citation.page)) else f"p. {citation.page}"


def source_lines(notes: Notes) -> Iterable[str]:
    """Yield a line for each source that is cited: what it is, where it is published, the notes that cite it."""
    labels = notes.labels
    by_document: dict[str, list[Note]] = {}
    for note in notes.notes:
        if note.citation is not None:
            by_document.setdefault(note.citation.document_id, []).append(note)
    for document_id, cited in by_document.items():
        citation = cited[0].citation
        assert citation is not None
        source = notes.sources.get(document_id) or SourceInfo(citation.title)
        said = [source.title, ", ".join(filter(None, (source.author, str(source.year) if source.year else None)))]
        if not source.original:
            said.append(labels.summary_of.format(source.summarises) if source.summarises else labels.not_the_original)
        where = labels.published if source.original else labels.original_published
        said.append(
            where.format(source.published_at) if source.published_at else labels.kept_as.format(citation.source)
        )
        numbers = ", ".join(str(note.number) for note in cited)
        said.append(labels.note_number[len(cited) > 1].format(numbers))
        yield " ".join(f"{one_line(part).rstrip('.')}." for part in said if part)
    # By itself it is said in its note already.
    if by_document and any(note.citation is None for note in notes.notes):
        yield labels.school_source


def printed_quotation(text: str) -> str:
    """Return a quoted sentence in quotation marks, where it does not bring its own."""
    shown = printed_quote(text)
    return shown if shown[:1] in '“"' and shown[-1:] in '”"' else f"“{shown}”"


def printed_quote(text: str) -> str:
    """Return quoted words on one line; the bullet before an item of a list is none of the words."""
    return one_line(text[bullet_end(text) :])


def bullet_end(text: str) -> int:
    found = _BULLET.match(text)
    return found.end() if found else 0


def one_line(text: str) -> str:
    """Return ``text`` on one line, without characters that show nothing, turn the line around, or break a file."""
    kept = "".join(
        char
        for char in _NOT_IN_XML.sub("", text)
        if char.isspace() or (unicodedata.category(char) != "Cf" or char == "\u200d")
    )
    return " ".join(kept.split())
