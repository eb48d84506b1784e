"""The source viewer: a place in a document, shown with its surroundings. Pure but for the templates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from assistant.errors import UsageError
from assistant.records import Document, Page, Section, Span
from assistant.web.rendering import joined, place, quoted, render, section_words, span_query, visible

PDF = "application/pdf"
CONTEXT_CHARACTERS = 360
SECTION_CHARACTERS = 12_000
LONGEST_SPAN = 20_000
BEGINNING_CHARACTERS = 3_000

FORMATS = {
    PDF: "PDF",
    "text/plain": "text",
    "text/markdown": "Markdown",
    "text/html": "HTML",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
}


@dataclass(frozen=True, slots=True)
class SourceView:
    """All that the viewer shows of one place; ``section_*`` are empty where the context already is the section."""

    document: Document
    span: Span | None
    number: int | None
    section: str
    pages: str
    before: str
    quote: str
    after: str
    section_before: str
    section_after: str
    file_address: str
    file_words: str
    image_address: str | None
    image_words: str
    copy_text: str


def checked_span(document: Document, start: int | None, end: int | None) -> Span | None:
    """Return the span that a request names, None where it names none; raises UsageError for one that is not there."""
    if start is None and end is None:
        return None
    if start is None or end is None or not 0 <= start < end <= len(document.text) or end - start > LONGEST_SPAN:
        raise UsageError(
            "There is no such place in this document.",
            next_step="Open the citation again from the answer: the document may have changed since.",
        )
    return Span(start, end)


def source_view(document: Document, span: Span | None, number: int | None = None) -> SourceView:
    """Return what to show of ``span``, or of the beginning of the document where there is none."""
    shown = span or Span(0, _sentence_end(document, min(BEGINNING_CHARACTERS, len(document.text))))
    section = section_of(document, shown)
    pages = [page for page in document.pages if page.span.overlaps(shown)]
    context = surroundings(document, shown, section)
    whole = section.span if section and len(section.span) <= SECTION_CHARACTERS else context
    wider = whole.contains(context) and len(whole) > len(context) and span is not None
    text = document.text
    return SourceView(
        document=document,
        span=span,
        number=number,
        section=section_words(section.heading_path, document.title) if section else "",
        pages=page_words(pages),
        before=text[context.start : shown.start] if span else "",
        quote=shown.of(text),
        after=text[shown.end : context.end] if span else "",
        section_before=text[whole.start : shown.start] if wider else "",
        section_after=text[shown.end : whole.end] if wider else "",
        file_address=f"/documents/{document.id}/file"
        + (f"#page={pages[0].number}" if _is_pdf(document, pages) else ""),
        file_words=_file_words(document),
        image_address=f"/documents/{document.id}/pages/{pages[0].number}.png{span_query(span)}"
        if _is_pdf(document, pages)
        else None,
        image_words=_image_words(document, pages, span),
        copy_text=_copy_text(document, pages, section, shown),
    )


def source_html(view: SourceView, *, standalone: bool) -> str:
    """Return the viewer as a fragment for the panel, or as the body of a page of its own."""
    return render("source.html", view=view, standalone=standalone)


def section_of(document: Document, span: Span) -> Section | None:
    """Return the innermost section that holds the beginning of ``span``."""
    around = [one for one in document.sections if one.span.start <= span.start < one.span.end]
    return max(around, key=lambda one: (len(one.heading_path), one.span.start), default=None)


def surroundings(document: Document, span: Span, section: Section | None) -> Span:
    """Return ``span`` with whole sentences around it, some hundred characters each way, inside its section."""
    bounds = section.span if section and section.span.contains(span) else Span(0, len(document.text))
    sentences = document.sentences
    starts = [one.start for one in sentences]
    own = max(bisect_right(starts, span.start) - 1, 0)
    earliest = sentences[own].start if sentences and sentences[own].end > span.start else span.start
    first = bisect_left(starts, max(bounds.start, span.start - CONTEXT_CHARACTERS))
    start = min(starts[first] if first < len(starts) else span.start, earliest, span.start)
    latest = _sentence_end(document, span.end)
    ends = [one.end for one in sentences]
    last = bisect_right(ends, min(bounds.end, span.end + CONTEXT_CHARACTERS)) - 1
    end = max(ends[last] if last >= 0 else span.end, latest, span.end)
    return Span(max(start, min(bounds.start, span.start)), min(end, max(bounds.end, span.end)))


def _sentence_end(document: Document, offset: int) -> int:
    """Return the end of the sentence that ``offset`` cuts, or ``offset`` where it cuts none."""
    for sentence in document.sentences:
        if sentence.start < offset <= sentence.end:
            return sentence.end
    return offset


def page_words(pages: list[Page]) -> str:
    """Return the printed page and the page of the file: ``printed page iii, page 3 of the file``."""
    if not pages:
        return ""
    numbers = [page.number for page in pages]
    in_file = f"page {numbers[0]}" if len(numbers) == 1 else f"pages {numbers[0]} to {numbers[-1]}"
    labels = [page.label for page in pages]
    if any(label is None for label in labels) or labels == [str(number) for number in numbers]:
        return in_file
    printed = f"printed page {labels[0]}" if len(labels) == 1 else f"printed pages {labels[0]} to {labels[-1]}"
    return f"{printed}, {in_file} of the file"


def _is_pdf(document: Document, pages: list[Page]) -> bool:
    return document.media_type == PDF and bool(pages)


def _file_words(document: Document) -> str:
    kind = FORMATS.get(document.media_type, "file")
    return f"Open the document ({kind})" if document.media_type == PDF else f"Download the document ({kind})"


def _image_words(document: Document, pages: list[Page], span: Span | None) -> str:
    if not _is_pdf(document, pages):
        return ""
    quoted = f", with the quotation highlighted: “{_one_line(span.of(document.text))}”" if span else ""
    return visible(f"{page_words(pages[:1]).capitalize()} of {document.title}{quoted}")


def _copy_text(document: Document, pages: list[Page], section: Section | None, span: Span) -> str:
    where = joined(
        (
            document.title,
            document.year,
            place(pages[0].number, pages[0].label) if pages else None,
            section_words(section.heading_path, document.title) if section else None,
        )
    )
    return f"“{_one_line(quoted(span.of(document.text)))}” ({visible(where)})"


def _one_line(text: str) -> str:
    return " ".join(text.split())
