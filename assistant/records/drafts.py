"""Drafts: plan and policy language in sections, each sentence of a kind, the blanks that only the school can fill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.records.answers import Citation, Removed, SentenceKind
from assistant.records.sources import Span

_BLANK = re.compile(r"\[([^\[\]\n]*[^\W\d_][^\[\]\n]*)\]")
"""Words between brackets: a number alone is the mark of a citation."""


@dataclass(frozen=True, slots=True)
class TemplateField:
    """A question of the form that the school fills in before a draft is written.

    ``choices`` is empty for free text; ``lines`` is the height of its field.
    """

    name: str
    label: str
    help: str = ""
    required: bool = False
    lines: int = 1
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequiredItem:
    """Something that a section must cover: ``name`` as people cite it ("1116(c)(1)"), ``words`` what it asks for."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """A section of a template.

    ``questions`` gather its evidence, ``covers`` is what it must cover, ``body`` its own plan language in Markdown
    with ``{field}`` for the form's values and ``[blank]`` for what only the school knows.
    """

    name: str
    title: str
    body: str
    questions: tuple[str, ...]
    covers: tuple[RequiredItem, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftTemplate:
    """What is needed to write one kind of document; ``level`` is "school" or "district", ``place`` where it stands in a
    list of templates, from 1."""

    name: str
    title: str
    description: str
    audience: str
    level: str
    fields: tuple[TemplateField, ...]
    sections: tuple[TemplateSection, ...]
    language: str = "en"
    place: int = 99


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft. ``block`` is what it stands in, counted from 0 in its section: a paragraph or, where
    ``item`` is set, an item of a list; sentences of one block are shown together.

    ``from_form`` tells that the school's own form is what it rests on.
    """

    text: str
    kind: SentenceKind
    citations: tuple[int, ...] = ()
    block: int = 0
    item: bool = False
    from_form: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """What the school has to supply: the words between the brackets, and the section they stand in."""

    words: str
    section: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a required item is covered; ``sentences`` are the indices of those of its section that cover it."""

    section: str
    item: RequiredItem
    covered: bool
    sentences: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A section as written. ``passages`` are the ids of the passages that it may rest on, best first."""

    name: str
    title: str
    sentences: tuple[DraftSentence, ...]
    removed: tuple[Removed, ...] = ()
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of a draft: the one object behind the page, the exports and the JSON.

    ``form`` holds what the school filled in, by field name. ``citations`` are numbered once for the whole draft.
    ``corpus_version`` is a hash of the documents it was written from. ``notice`` says what the reader should know of
    how it was written, as that the model did not answer. ``created_at`` is a UTC time in ISO 8601, ``language`` the
    two-letter code of the language it is written in.
    """

    id: str
    version: int
    template: str
    title: str
    form: dict[str, str]
    sections: tuple[DraftSection, ...]
    citations: tuple[Citation, ...]
    coverage: tuple[Coverage, ...]
    model: str
    corpus_version: str
    created_at: str
    notice: str | None = None
    timings: dict[str, float] = field(default_factory=dict)
    language: str = "en"

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """What is left for the school to supply, in order, each once for its section."""
        found = (
            Blank(span.of(sentence.text)[1:-1].strip(), section.name)
            for section in self.sections
            for sentence in section.sentences
            for span in blank_spans(sentence)
        )
        return tuple(dict.fromkeys(found))


def blank_spans(sentence: DraftSentence) -> Iterator[Span]:
    """Yield where the blanks of a sentence stand in its text, brackets included; a quotation's brackets are its own."""
    if sentence.kind is not SentenceKind.QUOTED:
        for found in _BLANK.finditer(sentence.text):
            yield Span(found.start(), found.end())
