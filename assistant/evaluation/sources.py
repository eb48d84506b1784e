"""The library as the sets name it: documents by file name or title, quotes by their words, pages by number or label."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from assistant.citing import page_at
from assistant.evaluation.matching import Normalised, find_places, normalise, plain
from assistant.records import Citation, CitedPlace, Document, EvaluationCase, GoldUnit, Page, Span

if TYPE_CHECKING:
    from assistant.app import Assistant

_GOOD_GUESS = 60.0
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_PAGE_WORD = re.compile(r"^(?:pages?|pp?\.?|pág\.?|página)\s*", re.IGNORECASE)


class LibraryView:
    """The documents of a library at one moment; reads nothing after it was made."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(sorted(documents, key=lambda one: one.source))
        self._by_id = {one.id: one for one in self.documents}
        self._by_name: dict[str, Document] = {}
        for document in self.documents:
            for name in (document.title, document.source.rpartition("/")[2], document.source):
                self._by_name[plain(name)] = document
        self._normalised: dict[str, Normalised] = {}
        self._places: dict[tuple[str, str], tuple[Span, ...]] = {}

    @classmethod
    def of(cls, assistant: Assistant) -> LibraryView:
        """Return the view of all documents that the assistant holds."""
        return cls(assistant.document(one.id) for one in assistant.overview().documents)

    def by_id(self, document_id: str) -> Document | None:
        return self._by_id.get(document_id)

    def named(self, name: str) -> Document | None:
        """Return the document with this path, file name (with or without its ending) or title."""
        wanted = plain(name)
        if wanted in self._by_name:
            return self._by_name[wanted]
        same = {one.id: one for known, one in self._by_name.items() if known.rpartition(".")[0] == wanted and wanted}
        return next(iter(same.values())) if len(same) == 1 else None

    def limited_to(self, words: str) -> dict[str, tuple[str, ...]]:
        """Return for each part of ``words``, parted by ";", the ids of the document or of the year it names."""
        return {part: self._of_name_or_year(part) for one in words.split(";") if (part := one.strip())}

    def _of_name_or_year(self, name: str) -> tuple[str, ...]:
        document = self.named(name)
        if document is not None:
            return (document.id,)
        return tuple(one.id for one in self.documents if str(one.year) == name)

    def nearest(self, name: str) -> str | None:
        """Return the path of the document that ``name`` is probably meant for."""
        found = process.extractOne(plain(name), list(self._by_name), scorer=fuzz.WRatio, score_cutoff=_GOOD_GUESS)
        return self._by_name[found[0]].source if found else None

    def places(self, quote: str, document: Document) -> tuple[Span, ...]:
        """Return where the quote stands in the document; see ``find_places``."""
        key = (quote, document.id)
        if key not in self._places:
            if document.id not in self._normalised:
                self._normalised[document.id] = normalise(document.text)
            self._places[key] = find_places(quote, self._normalised[document.id])
        return self._places[key]


def pages_named(document: Document, written: str) -> tuple[Page, ...]:
    """Return the pages that ``written`` names: "4" and "4-5" by their number in the file, else by printed label."""
    name = _PAGE_WORD.sub("", written.strip())
    span = _RANGE.fullmatch(name)
    first, last = (int(span[1]), int(span[2])) if span else (int(name), int(name)) if name.isdecimal() else (1, 0)
    numbered = tuple(page for page in document.pages if first <= page.number <= last)
    return numbered or tuple(page for page in document.pages if (page.label or "").casefold() == name.casefold())


def gold_units(case: EvaluationCase, view: LibraryView) -> tuple[GoldUnit, ...]:
    """Return what is to be found for a case: one unit a quote; without quotes one a page; else one a document.

    A quote is looked for in the documents that the case names, without any in all. A unit that the library does not
    have is kept, with its problem.
    """
    found = [(name, view.named(name)) for name in case.sources]
    known = [one for _, one in found if one is not None]
    missing = tuple(
        GoldUnit(name, None, problem=f"The library has no document named “{name}”.")
        for name, one in found
        if one is None
    )
    if case.source_quotes:
        return tuple(_quote_unit(quote, known, missing, view, bool(case.sources)) for quote in case.source_quotes)
    paged = [one for one in known if one.pages]
    if case.source_pages and paged:
        units = tuple(_page_unit(one, written) for one in paged for written in case.source_pages)
        return (*units, *(GoldUnit(one.source, one.id) for one in known if not one.pages), *missing)
    return (*(GoldUnit(one.source, one.id) for one in known), *missing)


def _quote_unit(
    quote: str, known: list[Document], missing: tuple[GoldUnit, ...], view: LibraryView, named: bool
) -> GoldUnit:
    for document in known if named else view.documents:
        places = view.places(quote, document)
        if places:
            pages = {page.number for one in places if (page := page_at(document.pages, one.start)) is not None}
            return GoldUnit(document.source, document.id, quote, places, tuple(sorted(pages)))
    if not known and missing:
        return GoldUnit(missing[0].source, None, quote, problem=missing[0].problem)
    place = known[0].source if len(known) == 1 else "the documents that are named" if named else "any document"
    problem = f"The words “{quote[:80]}” do not stand in {place}."
    return GoldUnit(known[0].source if known else "", known[0].id if known else None, quote, problem=problem)


def _page_unit(document: Document, written: str) -> GoldUnit:
    pages = pages_named(document, written)
    if not pages:
        return GoldUnit(document.source, document.id, problem=f"{document.source} has no page {written}.")
    return GoldUnit(
        document.source, document.id, None, tuple(page.span for page in pages), tuple(page.number for page in pages)
    )


def look_up(citation: Citation, view: LibraryView) -> CitedPlace:
    """Return what really stands where a citation points."""
    document = view.by_id(citation.document_id)
    if document is None or citation.span.end > len(document.text):
        return CitedPlace(citation.number, None, False)
    page = page_at(document.pages, citation.span.start)
    holds = citation.page is None or (page is not None and page.number == citation.page)
    return CitedPlace(citation.number, citation.span.of(document.text), holds)
