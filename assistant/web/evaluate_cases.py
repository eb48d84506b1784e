"""An answer of the Ask page to a case of the staff's own set: what was wrong, and which passage is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from assistant.citing import page_at, section_at
from assistant.errors import LibraryError, UsageError
from assistant.evaluation.cases.files import read_set
from assistant.evaluation.cases.from_answer import add_to_staff_set, case_from_answer
from assistant.evaluation.sets import staff_folder
from assistant.evaluation.sources import LibraryView
from assistant.records import Answer, AnswerStatus, Document, NearestPassage, Span, Turn
from assistant.web.conversations import Conversations
from assistant.web.service import Service

if TYPE_CHECKING:
    from assistant.app import Assistant

LONGEST_NOTE = 1_000
LONGEST_QUOTE = 4_000
_NOT_KNOWN = "This answer is not known any more: the conversation has gone on, or the assistant was started again."


class Wrong(StrEnum):
    """What a person says was wrong with an answer."""

    SHOULD_HAVE_ANSWERED = "should have answered"
    SHOULD_HAVE_REFUSED = "should have refused"
    WRONG_PASSAGE = "wrong passage"


WRONG_WORDS = {
    Wrong.SHOULD_HAVE_ANSWERED: "It should have answered: the sources do say",
    Wrong.WRONG_PASSAGE: "It answered from the wrong passage, or left out the one that matters",
    Wrong.SHOULD_HAVE_REFUSED: "It should not have answered: the sources do not say",
}


@dataclass(frozen=True, slots=True)
class SavedCase:
    """Where a case went: the name of the set, its file, and how many questions it has now."""

    set_name: str
    path: str
    questions: int


def find_turn(conversations: Conversations, key: str, number: int, question: str | None = None) -> tuple[Turn, ...]:
    """Return the turns of a conversation up to the one of this number, from 1. Raises UsageError.

    ``question`` is what the page showed for that number: numbers move on when the oldest turns are dropped.
    """
    turns = conversations.turns(key)
    if not 1 <= number <= len(turns) or (question is not None and turns[number - 1].question != question):
        raise UsageError(_NOT_KNOWN, kept="Nothing was saved.", next_step="Ask the question again.")
    return turns[:number]


def choices(answer: Answer) -> dict[Wrong, str]:
    """Return what can have been wrong with this answer."""
    refused = answer.status is AnswerStatus.NOT_FOUND
    fitting = (Wrong.SHOULD_HAVE_ANSWERED,) if refused else (Wrong.WRONG_PASSAGE, Wrong.SHOULD_HAVE_REFUSED)
    return {one: WRONG_WORDS[one] for one in fitting}


def passages(assistant: Service, answer: Answer) -> list[NearestPassage]:
    """Return the passages that the question found, best first, as far as the library still has them."""
    places = [place for one in answer.evidence if (place := _place(one))]
    if not places:
        places = [(one.document_id, one.span) for one in answer.citations]
        places += [(one.document_id, one.span) for one in answer.nearest]
    found = []
    for document_id, span in dict.fromkeys(places):
        try:
            document = assistant.document(document_id)
        except LibraryError:
            continue
        if span.end <= len(document.text):
            found.append(_passage(document, span))
    return found


def _place(passage_id: str) -> tuple[str, Span] | None:
    """Return the document and the characters that a passage's id (``<document id>:<start>-<end>``) names."""
    document_id, _, ends = passage_id.rpartition(":")
    start, _, end = ends.partition("-")
    return (document_id, Span(int(start), int(end))) if start.isdecimal() and end.isdecimal() else None


def _passage(document: Document, span: Span) -> NearestPassage:
    page = page_at(document.pages, span.start)
    return NearestPassage(
        document_id=document.id,
        title=document.title,
        source=document.source,
        page=page.number if page else None,
        page_label=page.label if page else None,
        section=section_at(document.sections, span.start),
        span=span,
        quote=span.of(document.text),
    )


def save_case(
    assistant: Service,
    turns: Sequence[Turn],
    wrong: Wrong,
    *,
    passage: int | None = None,
    quote: str = "",
    note: str = "",
    author: str = "",
) -> SavedCase:
    """Add the last of the turns to the staff's set as a case.

    ``passage`` is the place of the right one among ``passages``, ``quote`` right words pasted from a document instead.
    Raises UsageError where it is not known what would have been right, or the quote stands in no document.
    """
    *history, turn = turns
    if wrong not in choices(turn.answer):
        raise UsageError("This cannot be said of this answer.", next_step="Choose one of what is offered.")
    right: list[NearestPassage] = []
    if wrong is not Wrong.SHOULD_HAVE_REFUSED:
        right = [_right_passage(assistant, turn.answer, passage, quote)]
    case = case_from_answer(
        turn.answer,
        right=False,
        right_passages=right,
        history=history,
        author=author.strip()[:100],
        note=f"{wrong.value}. {note.strip()[:LONGEST_NOTE]}".strip(),
    )
    path = add_to_staff_set(staff_folder(assistant.settings), case)
    return SavedCase(path.stem, str(path), len(read_set(path).set.cases))


def _right_passage(assistant: Service, answer: Answer, number: int | None, quote: str) -> NearestPassage:
    found = passages(assistant, answer)
    if number is not None and 0 <= number < len(found):
        return found[number]
    quote = quote.strip()[:LONGEST_QUOTE]
    if not quote:
        raise UsageError(
            "It is not known what would have been right.",
            kept="Nothing was saved.",
            next_step="Pick the passage that answers the question, or paste its words.",
        )
    view = LibraryView.of(cast("Assistant", assistant))
    for document in view.documents:
        places = view.places(quote, document)
        if places:
            return _passage(document, places[0])
    raise UsageError(
        "These words do not stand in any document.",
        kept="Nothing was saved.",
        next_step="Copy them from the document as it is shown here (Library), one sentence or two.",
    )
