"""A small library, answers over it, and the cases that ask for them, all put together by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.evaluation.cases.columns import case_of
from assistant.evaluation.cases.files import row_hash
from assistant.evaluation.sources import LibraryView, gold_units, look_up
from assistant.records import (
    Answer,
    AnswerStatus,
    CaseResult,
    Citation,
    Document,
    EvaluationCase,
    Page,
    RetrievedPassage,
    Sentence,
    SentenceKind,
    SentenceSupport,
    Span,
)

ATTENDANCE = (
    "Attendance policy.\n"
    "A student who misses 10 percent of school days is chronically absent.\n"
    "Parents are told within 3 days.\f"
    "The principal must not excuse an absence after June 30, 2024.\n"
    "“Regular attend-\nance” means every school day."
)
MEALS = "Meals.\nLunch costs $2.50 for each student.\nBreakfast is free.\n"


def attendance() -> Document:
    """Return a document of two pages, the second printed as page 1."""
    middle = ATTENDANCE.index("\f") + 1
    return Document(
        id="a" * 64,
        title="Attendance Policy",
        source="policies/attendance.pdf",
        media_type="application/pdf",
        text=ATTENDANCE,
        pages=(Page(1, "i", Span(0, middle)), Page(2, "1", Span(middle, len(ATTENDANCE)))),
    )


def meals() -> Document:
    return Document(id="b" * 64, title="School Meals", source="meals.txt", media_type="text/plain", text=MEALS)


def view() -> LibraryView:
    return LibraryView([attendance(), meals()])


def case(**columns: Any) -> EvaluationCase:
    """Return the case in a row with these columns."""
    return case_of({"question": "How many absences are too many?", "expect": "answer"} | columns)


def span_of(document: Document, words: str) -> Span:
    start = document.text.index(words)
    return Span(start, start + len(words))


def cite(number: int, document: Document, words: str, **changes: Any) -> Citation:
    """Return a right citation of words of a document, but for ``changes``."""
    span = span_of(document, words)
    page = next((page for page in document.pages if page.span.start <= span.start < page.span.end), None)
    right: dict[str, Any] = {
        "number": number,
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "page": page.number if page else None,
        "page_label": page.label if page else None,
        "section": (),
        "span": span,
        "quote": words,
    }
    return Citation(**(right | changes))


def answer(
    *sentences: Sentence,
    citations: Sequence[Citation] = (),
    confidence: float = 0.9,
    evidence: Sequence[str] = (),
    status: AnswerStatus = AnswerStatus.ANSWERED,
) -> Answer:
    return Answer(
        "How many absences are too many?",
        status,
        sentences,
        tuple(citations),
        (),
        (),
        confidence,
        "quotes",
        evidence=tuple(evidence),
    )


def quoting(document: Document, *quotes: str, **rest: Any) -> Answer:
    """Return an answer that quotes these words, each with its citation."""
    citations = [cite(number, document, words) for number, words in enumerate(quotes, 1)]
    sentences = [Sentence(one.quote, SentenceKind.QUOTED, (one.number,)) for one in citations]
    return answer(*sentences, citations=citations, **rest)


def refusal(confidence: float = 0.1) -> Answer:
    return answer(status=AnswerStatus.NOT_FOUND, confidence=confidence)


def passage(rank: int, document: Document, words: str, pages: Sequence[int] = ()) -> RetrievedPassage:
    span = span_of(document, words)
    name = f"{document.id}:{span.start}-{span.end}"
    return RetrievedPassage(rank, name, document.id, document.source, document.title, span, tuple(pages), words)


def result(
    asked: EvaluationCase,
    given: Answer | None,
    *,
    retrieved: Sequence[RetrievedPassage] = (),
    error: str | None = None,
    repeat: int = 0,
    seconds: float = 0.5,
) -> CaseResult:
    """Return what the runner would have written for an answer, every cited sentence being found supported."""
    library = view()
    cited = tuple(look_up(one, library) for one in given.citations) if given else ()
    supports = (
        tuple(SentenceSupport(one.text, bool(one.citations) or None, 0.9) for one in given.sentences) if given else ()
    )
    return CaseResult(
        asked.id,
        row_hash(asked),
        repeat,
        given,
        None,
        tuple(retrieved),
        gold_units(asked, library),
        cited,
        supports,
        error=error,
        seconds=seconds,
    )
