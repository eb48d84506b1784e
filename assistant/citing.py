"""Spans to verified citations, and the numbers they carry: pure.

A citation names one page. A quotation that runs over a page break becomes one citation a page, so that each quote
stands, whole, on the page it names.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from assistant.records import Citation, Document, Page, Section, Span


class Citations:
    """Hands out citation numbers in the order of first use; the same span keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, Span], int] = {}
        self._citations: list[Citation] = []

    def cite(self, document: Document, span: Span) -> tuple[int, ...]:
        """Return the numbers of the citations for ``span``, new ones where there are none yet.

        Raises ValueError where the span is not inside the document or holds no text: such a citation would
        claim what nobody can look up.
        """
        if span.end > len(document.text) or not span.of(document.text).strip():
            raise ValueError(f"no text at {span.start} to {span.end} of {document.source}")
        return tuple(self._number(document, page, part) for page, part in split_by_page(document, span))

    def all(self) -> tuple[Citation, ...]:
        """Return the citations in the order of their numbers, which count from 1."""
        return tuple(self._citations)

    def _number(self, document: Document, page: Page | None, span: Span) -> int:
        key = (document.id, span)
        if key not in self._numbers:
            self._numbers[key] = len(self._citations) + 1
            self._citations.append(
                Citation(
                    number=self._numbers[key],
                    document_id=document.id,
                    title=document.title,
                    source=document.source,
                    page=page.number if page else None,
                    page_label=page.label if page else None,
                    section=section_at(document.sections, span.start),
                    span=span,
                    quote=span.of(document.text),
                )
            )
        return self._numbers[key]


def split_by_page(document: Document, span: Span) -> list[tuple[Page | None, Span]]:
    """Return the parts of ``span`` on each page, without white space at their ends; one part where nothing is paged."""
    if not document.pages:
        return [(None, _trimmed(document.text, span))]
    parts = []
    for page in document.pages:
        shared = page.span.intersection(span)
        if shared is not None and shared.of(document.text).strip():
            parts.append((page, _trimmed(document.text, shared)))
    return [*parts] or [(None, _trimmed(document.text, span))]


def section_at(sections: Sequence[Section], position: int) -> tuple[str, ...]:
    """Return the heading path of the innermost section at ``position``; empty before the first heading."""
    inside = [section for section in sections if section.span.start <= position < section.span.end]
    if not inside:
        return ()
    return max(inside, key=lambda section: (len(section.heading_path), section.span.start)).heading_path


def page_at(pages: Sequence[Page], position: int) -> Page | None:
    """Return the page that holds ``position``, None where nothing is paged."""
    index = bisect_right([page.span.start for page in pages], position) - 1
    return pages[index] if index >= 0 else None


def _trimmed(text: str, span: Span) -> Span:
    part = span.of(text)
    start = span.start + len(part) - len(part.lstrip())
    return Span(start, start + len(part.strip()))
