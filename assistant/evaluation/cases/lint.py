"""A set checked against the library, in plain words and by row, before anybody spends time on running it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.evaluation.cases.columns import RowProblem, Severity, row_of, unsafe
from assistant.evaluation.matching import plain
from assistant.evaluation.sources import LibraryView, pages_named
from assistant.records import Document, EvaluationCase, Expectation

_BROKEN_LETTERS = re.compile(r"\ufffd|Ã[\u0080-\u00bf©¡±³º]|â€|Â[\u00a0-\u00bf]")
_FEW_TO_REFUSE = 0.25
_ENOUGH_FOR_ADVICE = 10


def lint(
    cases: Sequence[EvaluationCase], library: LibraryView, rows: Mapping[str, int] | None = None
) -> list[RowProblem]:
    """Return what is wrong or doubtful in the cases, by row.

    ``rows`` gives each case's row by its id, as ``read_set`` does; without it cases count from 1.
    """
    rows = rows if rows is not None else {case.id: number for number, case in enumerate(cases, 1)}
    problems = list(_duplicates(cases, rows))
    for case in cases:
        row = rows[case.id]
        problems += [
            RowProblem(row, *rest)
            for rest in (*_expectation(case), *_limit(case, library), *_sources(case, library), *_cells(case))
        ]
    problems += _whole(cases)
    return sorted(problems, key=lambda one: (one.row, one.column))


_Finding = tuple[str, str, Severity]


def _duplicates(cases: Sequence[EvaluationCase], rows: Mapping[str, int]) -> Iterator[RowProblem]:
    seen: dict[tuple[str, ...], int] = {}
    for case in cases:
        key = (plain(case.question).rstrip(" ?.!"), plain(case.limit_to), *map(plain, case.previous))
        if key in seen:
            words = f"The same question stands in row {seen[key]}; it counts twice in every number."
            yield RowProblem(rows[case.id], "question", words, Severity.WARNING)
        seen.setdefault(key, rows[case.id])


def _expectation(case: EvaluationCase) -> Iterator[_Finding]:
    has_source = bool(case.sources or case.source_quotes)
    if case.expect is Expectation.ANSWER and not has_source:
        if not case.must_include:
            words = "An answer is expected, but neither facts nor a source are given: right or wrong cannot be told."
            yield "must_include", words, Severity.WARNING
        yield "source_document", "No source is given: retrieval will not be scored for this row.", Severity.NOTE
    if not case.expect.answerable and has_source and not case.must_include:
        words = "A refusal is expected, but a source is given: does the source not answer it?"
        yield "source_document", words, Severity.WARNING
    if not case.expect.answerable and case.must_include:
        words = "A refusal is expected; an answer that says this, and so sets the question right, counts as right too."
        yield "must_include", words, Severity.NOTE


def _limit(case: EvaluationCase, library: LibraryView) -> Iterator[_Finding]:
    for name, ids in library.limited_to(case.limit_to).items():
        if not ids:
            near = library.nearest(name)
            hint = f" Did you mean {near}?" if near else ""
            yield "limit_to", f"The library has no document or year “{name}”.{hint}", Severity.ERROR


def _sources(case: EvaluationCase, library: LibraryView) -> Iterator[_Finding]:
    known: list[Document] = []
    for name in case.sources:
        document = library.named(name)
        if document is not None:
            known.append(document)
            continue
        near = library.nearest(name)
        hint = f" Did you mean {near}?" if near else ""
        yield "source_document", f"The library has no document named “{name}”.{hint}", Severity.ERROR
    yield from _pages(case, known)
    for quote in case.source_quotes:
        if len(known) == len(case.sources):
            yield from _quote(quote, case, known, library)


def _pages(case: EvaluationCase, known: Sequence[Document]) -> Iterator[_Finding]:
    paged = [document for document in known if document.pages]
    for written in case.source_pages:
        if known and not paged:
            words = f"{known[0].source} has no pages; the page is not looked at."
            yield "source_page", words, Severity.NOTE
        elif paged and not any(pages_named(document, written) for document in paged):
            first = paged[0]
            words = f"{first.source} has no page {written}: it has {len(first.pages)}."
            yield "source_page", words, Severity.ERROR
        for document in paged:
            named = pages_named(document, written)
            other = next((page for page in document.pages if page.label == written), None)
            if len(named) == 1 and other is not None and other != named[0]:
                words = (
                    f"Page {written} was taken as page {named[0].number} of the file; the page with {written} printed "
                    f"on it is page {other.number} of the file."
                )
                yield "source_page", words, Severity.NOTE


def _quote(quote: str, case: EvaluationCase, known: Sequence[Document], library: LibraryView) -> Iterator[_Finding]:
    within = known if case.sources else library.documents
    holding = [(document, places) for document in within if (places := library.places(quote, document))]
    short = quote if len(quote) <= 60 else quote[:57] + "…"
    if not holding:
        elsewhere = next((one.source for one in library.documents if library.places(quote, one)), None)
        hint = f" They stand in {elsewhere}." if elsewhere else " Copy them from the document as it is shown here."
        place = known[0].source if len(known) == 1 else "these documents" if known else "any document"
        yield "source_quote", f"The words “{short}” do not stand in {place}.{hint}", Severity.ERROR
        return
    for document, places in holding:
        pages = [page for written in case.source_pages for page in pages_named(document, written)]
        if pages and not any(page.span.overlaps(place) for page in pages for place in places):
            on = [page.number for page in document.pages if page.span.overlaps(places[0])]
            given = ", ".join(case.source_pages)
            words = f"The words “{short}” are not on page {given} of {document.source}, but on page {on[0]}."
            yield "source_quote", words, Severity.WARNING


def _cells(case: EvaluationCase) -> Iterator[_Finding]:
    for column, text in row_of(case).items():
        if unsafe(text):
            words = f"The cell begins with {text[0]!r}; in spreadsheets it is written with an apostrophe before it."
            yield column, words, Severity.NOTE
        if _BROKEN_LETTERS.search(text):
            words = "Some letters are broken (as “Ã©” for é): the file was saved or opened in a wrong encoding."
            yield column, words, Severity.WARNING


def _whole(cases: Sequence[EvaluationCase]) -> Iterator[RowProblem]:
    if len(cases) < _ENOUGH_FOR_ADVICE:
        return
    share = sum(not case.expect.answerable for case in cases) / len(cases)
    if share < _FEW_TO_REFUSE:
        words = f"Only {share:.0%} of the questions are to be refused; 25 to 30 % tell whether refusals can be trusted."
        yield RowProblem(0, "expect", words, Severity.NOTE)
