"""An answer as HTML for the page and as text for the clipboard. Pure; what is shown is escaped by the templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from assistant.records import NO_MODEL, Answer, AnswerStatus, Citation, Sentence, SentenceKind, Turn
from assistant.text.language import guess_language
from assistant.web.rendering import joined, place, quoted, render, section_words, visible

NOT_FOUND = "The sources do not say."
OTHER_LANGUAGE = (
    "The question looks Spanish. Without a language model it is only compared with documents in Spanish: ask it in "
    "English too."
)
HIGH_CONFIDENCE = 0.8
MEDIUM_CONFIDENCE = 0.5

YearOf = Callable[[str], int | None]
"""The year of a document by its id, None where it is not known."""


def no_year(_document_id: str) -> int | None:
    """The ``YearOf`` that knows no year."""
    return None


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences that are shown together: quoted ones of one section of one source, a paragraph of ours, or a list."""

    sentences: tuple[Sentence, ...]
    source: Citation | None = None
    pages: str = ""
    list: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that could not be answered; ``message`` says what to do."""

    question: str
    message: str


def conversation_html(
    turns: Sequence[Turn],
    *,
    pending: str | None = None,
    growing: Answer | None = None,
    activity: str = "",
    failure: Failure | None = None,
    year_of: YearOf = no_year,
) -> str:
    """Return the conversation: its turns, then a question under way or one that failed.

    ``activity`` says in words what is being done for the ``pending`` question; ``growing`` is its answer so far. What
    was taken out of that is only shown with the whole answer.
    """
    return render(
        "conversation.html",
        turns=[_turn(number, turn.answer, year_of) for number, turn in enumerate(turns, start=1)],
        pending=pending,
        growing=_turn(len(turns) + 1, growing, year_of) if growing else None,
        activity=activity,
        failure=failure,
        not_found=NOT_FOUND,
    )


def _turn(number: int, answer: Answer, year_of: YearOf) -> dict[str, object]:
    return {
        "number": number,
        "answer": answer,
        "understood": answer.interpreted_as if answer.interpreted_as != answer.question else None,
        "blocks": blocks_of(answer),
        "citations": {citation.number: citation for citation in answer.citations},
        "hint": hint(answer),
        "next_marker": count(1).__next__,
        "year_of": year_of,
        "summary_line": summary_line(answer),
        "copy_text": answer_text(answer, year_of),
        "announcement": announcement(answer),
    }


def hint(answer: Answer) -> str | None:
    """Return what may help where nothing was found for a reason that the reader cannot see."""
    if answer.status is AnswerStatus.NOT_FOUND and answer.model == NO_MODEL and guess_language(answer.question) == "es":
        return OTHER_LANGUAGE
    return None


def blocks_of(answer: Answer) -> list[Block]:
    """Return the sentences in order, neighbours that quote the same section of the same source together."""
    citations = {citation.number: citation for citation in answer.citations}

    def place_of(sentence: Sentence) -> tuple[str, tuple[str, ...]] | bool:
        """Return what a quotation is from, or whether a sentence of ours is an item of a list."""
        if sentence.kind is not SentenceKind.QUOTED or not sentence.citations:
            return sentence.item
        first = citations[sentence.citations[0]]
        return first.document_id, first.section

    blocks = []
    for of, group in groupby(answer.sentences, key=place_of):
        sentences = tuple(group)
        if isinstance(of, bool):
            blocks.append(Block(sentences, list=of))
            continue
        cited = [citations[number] for sentence in sentences for number in sentence.citations]
        pages = joined(tuple(dict.fromkeys(place(one.page, one.page_label) for one in cited)))
        blocks.append(Block(sentences, cited[0], pages))
    return blocks


def growing_words(answer: Answer) -> str:
    """Return what is said of an answer that a model is still writing."""
    left_out = f", {len(answer.removed)} left out" if answer.removed else ""
    return f"Written and checked: {_count(len(answer.sentences), 'sentence')}{left_out}. Writing on…"


def confidence_word(confidence: float) -> str:
    """Return high, medium or low for a confidence from 0 to 1."""
    if confidence >= HIGH_CONFIDENCE:
        return "high"
    return "medium" if confidence >= MEDIUM_CONFIDENCE else "low"


def summary_line(answer: Answer) -> str:
    """Return what stands below an answer: what was searched, how sure the answer is, who wrote it, how long it took."""
    seconds = answer.timings.get("total", sum(answer.timings.values()))
    found = answer.status is not AnswerStatus.NOT_FOUND
    return joined(
        (
            f"searched {_count(answer.searched, 'document')}",
            f"confidence {confidence_word(answer.confidence)}" if found else None,
            f"written by {model_name(answer.model)}, each sentence checked" if _has_words_of_ours(answer) else None,
            f"{max(seconds, 0.01):.2f} s" if answer.timings else None,
        ),
        " · ",
    )


def announcement(answer: Answer) -> str:
    """Return what a screen reader is told, once, when the answer is there."""
    if answer.status is AnswerStatus.NOT_FOUND:
        return f"{NOT_FOUND} {_count(len(answer.nearest), 'closest passage')} listed."
    words = " ".join(quoted(sentence.text) for sentence in answer.sentences)
    removed = f"{_count(len(answer.removed), 'sentence')} removed: not in the sources." if answer.removed else None
    told = (f"Answer from {_count(len(answer.citations), 'citation')}: {words}", answer.notice, removed)
    return visible(joined(told, " "))


def model_name(model: str) -> str:
    """Return the name of a model without that of its provider."""
    return visible(model.partition(":")[2] or model)


def _has_words_of_ours(answer: Answer) -> bool:
    return answer.model != NO_MODEL and any(one.kind is SentenceKind.SUPPORTED for one in answer.sentences)


def answer_text(answer: Answer, year_of: YearOf = no_year) -> str:
    """Return the answer as plain text with ``[n]`` markers and the list of what they stand for."""
    lines = [visible(answer.question), ""]
    if answer.status is AnswerStatus.NOT_FOUND:
        lines.append(NOT_FOUND)
    else:
        lines += [_marked(sentence) for sentence in answer.sentences]
    if answer.notice:
        lines += ["", visible(answer.notice)]
    if answer.citations:
        lines += ["", "Sources", *(citation_text(one, year_of(one.document_id)) for one in answer.citations)]
    return "\n".join(lines)


def _marked(sentence: Sentence) -> str:
    words = f"“{quoted(sentence.text)}”" if sentence.kind is SentenceKind.QUOTED else visible(sentence.text)
    return f"{'- ' if sentence.item else ''}{words} {sentence.markers}".rstrip()


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
    return f"[{citation.number}] {visible(where)}: “{' '.join(quoted(citation.quote).split())}”"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
