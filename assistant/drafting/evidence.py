"""What a section may rest on: the passages that its questions find, or those that somebody chose for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.citing import section_at
from assistant.drafting import pieces
from assistant.drafting.base import Documents, Evidence, Find
from assistant.drafting.pieces import Piece
from assistant.errors import LibraryError, UsageError
from assistant.records import Passage, Span, TemplateSection
from assistant.wording import term_set, terms

MOST_PASSAGES = 24
_MOSTLY_SAID = 0.8
"""Share of an item's words that a found passage has to have for the item not to be searched for by itself."""

_PASSAGE_ID = re.compile(r"(?P<document>\w+):(?P<start>\d{1,9})-(?P<end>\d{1,9})")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence of a section: its passages, those that bear most on its questions first.

    ``sentences`` are single sentences and items, to support what is written; ``quotable`` those that can stand alone
    in the sources' own words, lists whole.
    """

    passages: tuple[Passage, ...]
    sentences: tuple[Piece, ...]
    quotable: tuple[Piece, ...]

    @property
    def passage_ids(self) -> tuple[str, ...]:
        return tuple(passage.id for passage in self.passages)


def gathered(section: TemplateSection, find: Find, language: str) -> Gathered:
    """Return the evidence for a section: what its questions find and, for items that those miss, what their words do.

    ``language`` is that of the section's words; where the sources found are in another one, the words find nothing.
    """
    found = [list(find(question)) for question in section.questions]
    evidence = _merged(found)
    said = [term_set(one.passage.text) for one in evidence]
    readable = not evidence or any(one.document.language == language for one in evidence)
    for item in section.covers if readable else ():
        wanted = set(terms(item.words))
        if not any(len(wanted & words) >= _MOSTLY_SAID * len(wanted) for words in said):
            found.append(list(find(f"{item.words} {item.name}")))
    return of_evidence(_merged(found))


def chosen(passage_ids: Iterable[str], documents: Documents) -> Gathered:
    """Return the evidence that the passages of these ids are.

    Raises UsageError for what is no id of a passage, LibraryError for one that is not in the library.
    """
    evidence = []
    for passage_id in dict.fromkeys(passage_ids):
        document_id, span = _parts(passage_id)
        document = documents(document_id)
        sentences = tuple(one for one in document.sentences if span.contains(one))
        headings = section_at(document.sections, span.start)
        passage = Passage(passage_id, document_id, span, span.of(document.text), headings, sentences)
        evidence.append(Evidence(passage, document, (), 0.0))
    return of_evidence(evidence)


def _parts(passage_id: str) -> tuple[str, Span]:
    found = _PASSAGE_ID.fullmatch(passage_id)
    if found is None or int(found["start"]) > int(found["end"]):
        raise UsageError(
            f"{passage_id[:80]!r} is not a passage.",
            next_step="Choose passages from what the section or a search shows.",
        )
    return found["document"], Span(int(found["start"]), int(found["end"]))


def chosen_if_there(passage_ids: Iterable[str], documents: Documents) -> Gathered:
    """Return as ``chosen`` those of the passages that the library still has."""
    there = []
    for passage_id in passage_ids:
        try:
            documents(passage_id.rpartition(":")[0])
        except LibraryError:
            continue
        there.append(passage_id)
    return chosen(there, documents)


def of_evidence(evidence: Sequence[Evidence]) -> Gathered:
    """Return passages with the pieces they are made of."""
    kept = evidence[:MOST_PASSAGES]
    sentences = [piece for one in kept for piece in pieces.ranked(one, pieces.sentences(one))]
    quotable = [piece for one in kept for piece in pieces.ranked(one, pieces.quotable(one))]
    return Gathered(tuple(one.passage for one in kept), tuple(dict.fromkeys(sentences)), tuple(dict.fromkeys(quotable)))


def _merged(found: Sequence[Sequence[Evidence]]) -> list[Evidence]:
    """Return the passages of several questions, each once, the first of every question before the second of any."""
    longest = max((len(one) for one in found), default=0)
    merged: dict[str, Evidence] = {}
    for rank in range(longest):
        for evidence in found:
            if rank < len(evidence):
                merged.setdefault(evidence[rank].passage.id, evidence[rank])
    return list(merged.values())
