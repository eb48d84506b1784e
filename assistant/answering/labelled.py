"""What a model is given to write from, and the sentences of it that carry or do not carry what it writes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.lists import lead_in, sentence_text
from assistant.records import Document, Passage, Span


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A passage that was found, under the short label by which the model may name it in this turn."""

    label: str
    document: Document
    passage: Passage


def evidence_text(evidence: Sequence[LabelledPassage]) -> str:
    """Return the evidence as the model reads it. Square brackets in a source are made round: they mark labels here."""
    blocks = []
    for one in evidence:
        headings = " > ".join(one.passage.heading_path)
        text = f"{headings}\n{one.passage.text}" if headings else one.passage.text
        blocks.append(f"[{one.label}] " + text.replace("[", "(").replace("]", ")"))
    return "\n\n".join(blocks)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of the evidence, with the headings above it and the line that opens its list, if it is in one."""

    label: str
    document: Document
    passage: Passage
    span: Span
    text: str
    headings: str
    opening: Span | None

    @property
    def spans(self) -> tuple[Span, ...]:
        """Its span, after that of the line that opens its list, if it is in one."""
        return (self.span,) if self.opening is None else (self.opening, self.span)

    @property
    def said(self) -> str:
        """The sentence after the line that opens its list: an item says nothing by itself."""
        return " ".join(sentence_text(self.passage, span) for span in self.spans)

    @property
    def lead_in(self) -> str:
        """The line that opens its list, "" where it is in none."""
        return "" if self.opening is None else sentence_text(self.passage, self.opening)

    @property
    def context(self) -> str:
        """What stands above it: headings, and the line that opens its list."""
        return " ".join(part for part in (self.headings, self.lead_in) if part)


def units_of(one: LabelledPassage) -> list[Unit]:
    """Return the sentences of a passage, in order."""
    passage = one.passage
    headings = ": ".join(passage.heading_path)
    units = []
    for index, span in enumerate(passage.sentences):
        opening = lead_in(passage, index)
        text = sentence_text(passage, span)
        units.append(Unit(one.label, one.document, passage, span, text, headings, opening if opening != span else None))
    return units
