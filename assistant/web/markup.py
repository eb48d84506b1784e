"""An answer as HTML for the page and as text for the clipboard. Pure; what is shown is escaped by the templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from assistant.records import Answer, AnswerStatus, Citation, Sentence, SentenceKind, Turn
from assistant.web.rendering import joined, place, render, section_words, visible

NOT_FOUND = "The sources do not say."
HIGH_CONFIDENCE = 0.8
MEDIUM_CONFIDENCE = 0.5

YearOf = Callable[[str], int | None]
"""The year of a document by its id, None where it is not known."""


def no_year(_document_id: str) -> int | None:
    """The ``YearOf`` that knows no year."""
    return None


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences that are shown together: quoted ones of one section of one source, or a paragraph of ours."""

    sentences: tuple[Sentence, ...]
    source: Citation | None = None
    pages: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that could not be answered; ``message`` says what to do."""

    question: str
    message: str


def conversation_html(
    turns: Sequence[Turn],
    *,
    pending: str | None = None,
    activity: str = "",
    failure: Failure | None = None,
    year_of: YearOf = no_year,
) -> str:
    """Return the conversation: its turns, then a question under way or one that failed.

    ``activity`` says in words what is being done for the ``pending`` question.
    """
    return render(
        "conversation.html",
        turns=[_turn(number, turn.answer, year_of) for number, turn in enumerate(turns, start=1)],
        pending=pending,
        activity=activity,
        failure=failure,
        not_found=NOT_FOUND,
    )


def _turn(number: int, answer: Answer, year_of: YearOf) -> dict[str, object]:
    return {
        "number": number,
        "answer": answer,
        "blocks": blocks_of(answer),
        "citations": {citation.number: citation for citation in answer.citations},
        "next_marker": count(1).__next__,
        "year_of": year_of,
        "summary_line": summary_line(answer),
        "copy_text": answer_text(answer, year_of),
        "announcement": announcement(answer),
    }


def blocks_of(answer: Answer) -> list[Block]:
    """Return the sentences in order, neighbours that quote the same section of the same source together."""
    citations = {citation.number: citation for citation in answer.citations}

    def place_of(sentence: Sentence) -> tuple[str, tuple[str, ...]] | None:
        if sentence.kind is not SentenceKind.QUOTED or not sentence.citations:
            return None
        first = citations[sentence.citations[0]]
        return first.document_id, first.section

    blocks = []
    for quoted, group in groupby(answer.sentences, key=place_of):
        sentences = tuple(group)
        cited = [citations[number] for sentence in sentences for number in sentence.citations]
        pages = joined(tuple(dict.fromkeys(place(one.page, one.page_label) for one in cited)))
        blocks.append(Block(sentences, cited[0], pages) if quoted else Block(sentences))
    return blocks


def confidence_word(confidence: float) -> str:
    """Return high, medium or low for a confidence from 0 to 1."""
    if confidence >= HIGH_CONFIDENCE:
        return "high"
    return "medium" if confidence >= MEDIUM_CONFIDENCE else "low"


def summary_line(answer: Answer) -> str:
    """Return what stands below an answer: what was searched, how sure the answer is, how long it took."""
    seconds = answer.timings.get("total", sum(answer.timings.values()))
    found = answer.status is not AnswerStatus.NOT_FOUND
    return joined(
        (
            f"searched {_count(answer.searched, 'document')}",
            f"confidence {confidence_word(answer.confidence)}" if found else None,
            f"{max(seconds, 0.01):.2f} s" if answer.timings else None,
        ),
        " · ",
    )


def announcement(answer: Answer) -> str:
    """Return what a screen reader is told, once, when the answer is there."""
    if answer.status is AnswerStatus.NOT_FOUND:
        return f"{NOT_FOUND} {_count(len(answer.nearest), 'closest passage')} listed."
    words = " ".join(visible(sentence.text) for sentence in answer.sentences)
    return f"Answer from {_count(len(answer.citations), 'citation')}: {words}"


def answer_text(answer: Answer, year_of: YearOf = no_year) -> str:
    """Return the answer as plain text with ``[n]`` markers and the list of what they stand for."""
    lines = [visible(answer.question), ""]
    if answer.status is AnswerStatus.NOT_FOUND:
        lines.append(NOT_FOUND)
    else:
        lines += [_marked(sentence) for sentence in answer.sentences]
    if answer.citations:
        lines += ["", "Sources", *(citation_text(one, year_of(one.document_id)) for one in answer.citations)]
    return "\n".join(lines)


def _marked(sentence: Sentence) -> str:
    words = visible(sentence.text)
    words = f"“{words}”" if sentence.kind is SentenceKind.QUOTED else words
    markers = "".join(f"[{number}]" for number in sentence.citations)
    return f"{words} {markers}".rstrip()


def citation_text(citation: Citation, year: int | None) -> str:
    """Return ``[2] Title, 2018, p. 3 (iii), section: “quote”`` without the parts that are not known."""
    where = joined(
        (
            citation.title,
            year,
            place(citation.page, citation.page_label),
            section_words(citation.section, citation.title),
        )
    )
    return visible(f"[{citation.number}] {where}: “{' '.join(citation.quote.split())}”")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
