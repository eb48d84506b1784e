"""A draft as it is printed, before any format: text, numbered notes, sources and what is left to do: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant import PRODUCT
from assistant.drafting.export_labels import DISTRICT, ENGLISH, SCHOOL, in_words, labels_for
from assistant.drafting.export_notes import (
    Mark,
    Note,
    Notes,
    SourceInfo,
    bullet_end,
    one_line,
    printed_quotation,
    source_lines,
)
from assistant.records import NO_MODEL, Citation, Draft, DraftSection, DraftSentence, SentenceKind, blank_spans

_SUBTITLE_FIELDS = ("school", "district", "year")


@dataclass(frozen=True, slots=True)
class Words:
    """Text on one line; ``blank`` is what the school has to fill in."""

    text: str
    blank: bool = False


Pieces = tuple[Words | Mark, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the items of a list."""

    lines: tuple[Pieces, ...]
    items: bool = False


@dataclass(frozen=True, slots=True)
class PrintedSection:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """All that is printed. ``to_supply`` and ``not_covered`` pair the title of a section with what it lacks.

    ``written`` tells the day, ``headings`` are those of the sources and of the notes, ``page_of`` the words around the
    number of a page and of all pages.
    """

    title: str
    subtitle: str
    written: str
    headings: tuple[str, str]
    page_of: tuple[str, str]
    sections: tuple[PrintedSection, ...]
    notes: tuple[Note, ...]
    sources: tuple[str, ...]
    to_supply: tuple[tuple[str, str], ...]
    not_covered: tuple[tuple[str, str], ...]
    about: tuple[str, ...]
    writer: str = SCHOOL

    @property
    def last_page(self) -> str:
        """The heading of what is for the writer and is taken out before the paper is sent on."""
        return f"For the {self.writer}, before this is sent on"

    @property
    def lacking(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """What is left to do, by heading; nothing under a heading where nothing is."""
        return ((f"To be supplied by the {self.writer}", self.to_supply), ("Not covered", self.not_covered))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations that are printed, with the numbers of their notes."""
        return tuple(note.citation for note in self.notes if note.citation is not None)


def lay_out(draft: Draft, sources: Mapping[str, SourceInfo]) -> Printed:
    """Return ``draft`` as it is printed; ``sources`` are by document id, and may lack some.

    Raises DraftError where a sentence names a citation that the draft does not have: it would be printed bare.
    """
    writer = DISTRICT if draft.form.get("district") and "school" not in draft.form else SCHOOL
    labels = labels_for(draft.language, writer)
    notes = Notes({one.number: one for one in draft.citations}, sources, labels)
    title = one_line(draft.title)
    named = (one_line(draft.form.get(name, "")) for name in _SUBTITLE_FIELDS)
    titles = {section.name: one_line(section.title) for section in draft.sections}
    sections = tuple(_section(section, notes) for section in draft.sections)
    missing = [one for one in draft.coverage if not one.covered]
    return Printed(
        title=title,
        subtitle=", ".join(value for value in named if value and value not in title),
        written=labels.draft_of.format(in_words(one_line(draft.created_at), labels)),
        headings=(labels.sources, labels.notes),
        page_of=labels.page_of,
        sections=sections,
        notes=tuple(notes.notes),
        sources=tuple(source_lines(notes)),
        to_supply=tuple((titles[one.section], one_line(one.words)) for one in draft.blanks),
        not_covered=tuple(
            (titles.get(one.section, one.section), one_line(f"{one.item.name}: {one.item.words}")) for one in missing
        ),
        about=tuple(_about(draft)),
        writer=writer,
    )


def _section(section: DraftSection, notes: Notes) -> PrintedSection:
    blocks: list[Block] = []
    by_block = [list(group) for _, group in groupby(section.sentences, key=lambda one: (one.block, one.item))]
    for items, group in groupby(by_block, key=lambda sentences: sentences[0].item):
        lines = [_line(sentences, notes) for sentences in group]
        blocks += [Block(tuple(lines), items=True)] if items else [Block((line,)) for line in lines]
    if not blocks:
        blocks.append(Block(((Words(notes.labels.empty_section, blank=True),),)))
    return PrintedSection(one_line(section.title), tuple(blocks))


def _line(sentences: Sequence[DraftSentence], notes: Notes) -> Pieces:
    pieces: list[Words | Mark] = []
    for position, sentence in enumerate(sentences):
        if position:
            pieces.append(Words(" "))
        pieces += _words(sentence, strip_bullet=position == 0 and sentence.item)
        pieces += notes.marks(sentence)
    return tuple(pieces)


def _words(sentence: DraftSentence, *, strip_bullet: bool) -> Iterable[Words]:
    if sentence.kind is SentenceKind.QUOTED:
        yield Words(printed_quotation(sentence.text))
        return
    start = bullet_end(sentence.text) if strip_bullet else 0
    for span in blank_spans(sentence):
        yield from _plain(sentence.text[start : span.start])
        yield Words(one_line(span.of(sentence.text)), blank=True)
        start = span.end
    yield from _plain(sentence.text[start:])


def _plain(text: str) -> Iterable[Words]:
    shown = one_line(text)
    if shown:
        yield Words(f"{' ' * text[:1].isspace()}{shown}{' ' * text[-1:].isspace()}")
    elif text:
        yield Words(" ")


def _about(draft: Draft) -> Iterable[str]:
    day = in_words(one_line(draft.created_at), ENGLISH)
    model = "No language model was used" if draft.model == NO_MODEL else f"Language model: {one_line(draft.model)}"
    yield f"Drafted with the {PRODUCT} on {day}. {model}."
    yield colophon(draft.id, draft.version, draft.corpus_version)
    if draft.notice:
        yield one_line(draft.notice)
    yield (
        "The quotations were checked, word for word, against the documents as they were on that day. Upload this file "
        "to the assistant to check them against the documents as they are now. This page may be taken out before that."
    )


def colophon(draft_id: str, version: int, corpus_version: str) -> str:
    """Return the printed line by which an export is known again when its hidden record is lost."""
    return f"Draft {one_line(draft_id)}, version {version}, corpus version {one_line(corpus_version)}."
