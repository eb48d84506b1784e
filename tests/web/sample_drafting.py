"""The drafting half of the sample assistant: a real drafter and shelf over its two texts, with a small template."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.chat import ChatModel
from assistant.drafting.base import Evidence, OnSection
from assistant.drafting.drafter import Drafter
from assistant.drafting.export import Form, export, source_info
from assistant.drafting.recheck import CheckedCitation, Finding, Recheck
from assistant.drafting.shelf import Shelf
from assistant.drafting.templates import parse_template
from assistant.errors import UsageError
from assistant.prompts import Prompts
from assistant.records import Document, Draft, DraftTemplate, Passage, SearchHit
from assistant.settings import Settings
from assistant.support import Claim, Verdict, word_overlap

PROMPTS = Path(__file__).parent.parent.parent / "prompts"
TEMPLATE = parse_template(
    "policy",
    """---
title: School policy
description: The written policy of a school under section 1116.
audience: families and staff
level: school
form:
  - name: school
    label: School
    help: Its full name, as it should stand in the policy.
    required: true
  - name: grades
    label: Grades
    choices: [TK to 5, 6 to 8, 9 to 12]
  - name: already
    label: What the school already does
    help: One activity a line.
    lines: 4
sections:
  - heading: Purpose
    questions: ["What is the written policy?"]
    covers:
      "1116(b)(1)": Each school served has a written policy developed jointly with parents.
  - heading: The annual meeting
    questions: ["When is the annual meeting?"]
    covers:
      "1116(c)(1)": The school holds an annual meeting to which all parents are invited.
      "1116(c)(2)": Funds pay for transportation, child care or home visits.
---

## Purpose

This is the policy of {school} for grades {grades}.

{source: 1116(b)(1)}

What we already do:

- {already}

## The annual meeting

{source: 1116(c)(1)} We meet on [date of the annual meeting] in [place].
""",
)


class WordsCheck:
    """Takes a claim for supported where the evidence has most of its words."""

    name = "words"

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        return [self._one(claim) for claim in claims]

    def _one(self, claim: Claim) -> Verdict:
        scores = [word_overlap(claim.text, [piece]) for piece in claim.evidence]
        best = max(range(len(scores)), key=scores.__getitem__, default=None)
        if best is None or scores[best] < 0.7:
            return Verdict(False, 0.1, "No source says so.", ())
        return Verdict(True, scores[best], None, (best,))


class DraftingSample:
    """``writer`` is the language model that drafts are written with; ``section_seconds`` is how long one takes."""

    settings: Settings
    documents: list[Document]
    writer: ChatModel | None
    section_seconds: float
    rechecked: Recheck | None

    def templates(self) -> Sequence[DraftTemplate]:
        return (TEMPLATE,)

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.settings.data)

    @property
    def drafter(self) -> Drafter:
        return Drafter(
            templates=self.templates(),
            find=self._find,
            documents=self.document,
            check=WordsCheck(),
            model=self.writer,
            prompts=Prompts(PROMPTS),
            corpus_version=lambda: "today",
        )

    def document(self, document_id: str) -> Document:
        raise NotImplementedError

    def write_draft(self, template: str, form: Mapping[str, str], on_section: OnSection | None = None) -> Draft:
        def slowly(draft: Draft) -> None:
            time.sleep(self.section_seconds)
            if on_section:
                on_section(draft)

        if form["school"] == "Crash":
            raise RuntimeError("a fault that nobody foresaw")
        return self.drafter.write(template, form, slowly)

    def export_draft(self, draft: Draft, form: Form) -> bytes:
        sources = {one.id: source_info(one) for one in self.documents}
        self.settings.data.mkdir(parents=True, exist_ok=True)
        return export(draft, sources, form, scratch=self.settings.data)

    def recheck_draft(self, name: str, content: bytes) -> Recheck:
        if self.rechecked is None or content == b"other":
            raise UsageError(f"{name} is no draft that was exported here.", next_step="Upload the exported file.")
        return self.rechecked

    def search(self, query: str, limit: int = 10) -> list[SearchHit]:
        ranked = sorted(self._passages(), key=lambda one: -word_overlap(query, [one.text]))
        return [
            SearchHit(number, one, word_overlap(query, [one.text]))
            for number, one in enumerate(ranked[:limit], start=1)
            if word_overlap(query, [one.text]) > 0
        ]

    def _find(self, question: str) -> Sequence[Evidence]:
        return [
            Evidence(hit.passage, self.document(hit.passage.document_id), hit.passage.sentences, hit.score)
            for hit in self.search(question, 2)
        ]

    def _passages(self) -> list[Passage]:
        return [
            Passage(
                id=f"{document.id}:{section.span.start}-{section.span.end}",
                document_id=document.id,
                span=section.span,
                text=section.span.of(document.text),
                heading_path=section.heading_path,
                sentences=tuple(one for one in document.sentences if section.span.contains(one)),
            )
            for document in self.documents
            for section in document.sections
        ]


def recheck_of(draft: Draft, view: Callable[[str], Document]) -> Recheck:
    """Return a check of an export of ``draft`` in which each kind of finding occurs."""
    from dataclasses import replace

    from assistant.drafting.comparing import word_changes

    first = draft.citations[0]
    changed = first.quote.replace("written", "printed")
    checked = [
        CheckedCitation(1, first.title, first.quote, Finding.UNCHANGED, "The document says it word for word.", first),
        CheckedCitation(
            2,
            first.title,
            changed,
            Finding.CHANGED,
            "The document now words it differently.",
            replace(first, number=2),
            word_changes(changed, first.quote),
        ),
        CheckedCitation(3, "An old handbook, p. 2", "Doors open at 8.", Finding.VANISHED, "The words are gone."),
    ]
    return Recheck(
        title=draft.title,
        draft_id=draft.id,
        version=draft.version,
        corpus_version="yesterday",
        from_record=False,
        citations=tuple(checked),
        open_blanks=("place",),
        filled_blanks=("date of the annual meeting",),
        altered_quotations=("Each school has a policy.",),
    )
