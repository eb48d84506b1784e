"""An exported file, uploaded again: do its quotations still stand in the documents, and what is left to fill in?

What is checked is what the file prints now. The hidden record, where it survived, tells which document and version
each quote was taken from, and what was printed at first; without it the notes themselves are what there is to go by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.drafting.comparing import STILL_THE_SAME, likeness, word_changes
from assistant.drafting.export_notes import PLACE_MARKS, note_place, printed_quote
from assistant.drafting.export_record import ExportRecord, find_record
from assistant.drafting.recheck_matching import Found, SearchedDocument, canonical, nearest, verbatim
from assistant.drafting.recheck_printed import LONGEST_QUOTE, MOST_NOTES, PrintedFile, PrintedNote, read_printed
from assistant.drafting.recheck_records import (
    CheckedCitation,
    FileReader,
    Finding,
    HeldDocument,
    LibraryView,
    Recheck,
)
from assistant.errors import UsageError
from assistant.records import Citation
from assistant.text.characters import clean_line

__all__ = ["CheckedCitation", "Finding", "Recheck", "recheck"]

_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A quotation to look up: the note as printed (None where it is gone), and what the record knows of it."""

    note: PrintedNote | None
    recorded: Citation | None
    edited: bool = False

    @property
    def page(self) -> int | None:
        """The number of the page in the file that was cited, None where none was."""
        if self.recorded is not None and not self.edited:
            return self.recorded.page
        return self.note.page if self.note else None


def recheck(file: Path, name: str, reader: FileReader, library: LibraryView) -> Recheck:
    """Check the exported ``file`` against the documents of ``library``; ``name`` is what its owner calls it.

    Raises UnreadableFileError for a file that cannot be read, UsageError for one that is no export of ours.
    """
    document = reader.read(file, name)
    if document.media_type == _PDF:
        raise UsageError(
            f"{name} is a PDF; its footnotes cannot be told from its text.",
            next_step="Upload the Word, Markdown, HTML or text file that was exported.",
        )
    printed = read_printed(document)
    record = find_record(file.read_bytes())
    documents = _Documents(library)
    # Staff may have taken out the line that names the draft; its notes still name our documents.
    named = printed.draft_id is not None or any(map(documents.named, printed.notes))
    if record is None and not named:
        raise UsageError(
            f"{name} is not a draft that was exported here, or what tells so is gone.",
            next_step="Upload the Word, Markdown, HTML or text file that was exported, as it was saved last.",
        )
    claims = list(_claims(printed, record))
    quotes = ["", *(_key(_printed(claim)[2]) for claim in claims), ""]
    neighbours = zip(quotes, quotes[2:], strict=False)
    checked = [_checked(claim, documents, around) for claim, around in zip(claims, neighbours, strict=True)]
    return _result(printed, record, tuple(checked))


def _result(printed: PrintedFile, record: ExportRecord | None, citations: tuple[CheckedCitation, ...]) -> Recheck:
    if record is None:
        return Recheck(
            title=printed.title,
            draft_id=printed.draft_id,
            version=printed.version,
            corpus_version=printed.corpus_version,
            from_record=False,
            citations=citations,
            open_blanks=printed.blanks,
        )
    body = canonical(printed.text)
    recorded = list(dict.fromkeys(clean_line(blank.words) for blank in record.blanks))
    return Recheck(
        title=record.title,
        draft_id=record.draft_id,
        version=record.version,
        corpus_version=record.corpus_version,
        from_record=True,
        citations=citations,
        open_blanks=printed.blanks,
        filled_blanks=tuple(words for words in recorded if words not in printed.blanks),
        altered_quotations=tuple(one for one in record.quoted if canonical(one) not in body),
    )


def _claims(printed: PrintedFile, record: ExportRecord | None) -> Iterable[_Claim]:
    """Yield the notes in the order of the file, then what was recorded and is no longer printed."""
    whole = record.citations[:MOST_NOTES] if record else ()
    recorded = [one.citation for one in whole if len(one.citation.quote) <= LONGEST_QUOTE]
    left = {one.number: one for one in recorded}
    by_quote = {_key(one.quote): one for one in recorded}
    for note in printed.notes:
        same = by_quote.get(_key(note.quote))
        edited = False
        if same is None:  # Reworded in the file: the note of that number, if it is recognisably the same.
            same = left.get(note.number)
            edited = same is not None and likeness(same.quote.split(), note.quote.split()) >= STILL_THE_SAME
            same = same if edited else None
        if same is not None:
            left.pop(same.number, None)
        yield _Claim(note, same, edited)
    yield from (_Claim(None, one) for one in left.values())


def _key(quote: str) -> str:
    return canonical(printed_quote(quote))


class _Documents:
    """The library as a citation looks at it: the document it was taken from first."""

    def __init__(self, library: LibraryView) -> None:
        self._library = library
        self._held = list(library.documents())
        self._known: dict[str, SearchedDocument] = {}
        self._by_title: dict[str, list[HeldDocument]] = {}
        for one in self._held:
            self._by_title.setdefault(canonical(one.title.translate(PLACE_MARKS)), []).append(one)

    def own(self, claim: _Claim) -> list[SearchedDocument]:
        """Return the documents that a claim means: the very file, else its newer version, else one of that title."""
        recorded, note = claim.recorded, claim.note
        if recorded is not None:
            ways = (
                [one for one in self._held if one.id == recorded.document_id],
                [one for one in self._held if one.source == recorded.source],
                [one for one in self._held if canonical(one.title) == canonical(recorded.title)],
            )
            return self._texts(next(filter(None, ways), []))
        return self._texts(self.named(note)) if note else []

    def named(self, note: PrintedNote) -> list[HeldDocument]:
        """Return the documents by whose title the note begins: the longest, since one title may begin like another."""
        place = canonical(note.place)
        fitting = [title for title in self._by_title if re.match(rf"{re.escape(title)}(?=$|,| \()", place)]
        return self._by_title[max(fitting, key=len)] if fitting else []

    def others(self, than: Sequence[SearchedDocument]) -> Iterable[SearchedDocument]:
        known = {one.document.id for one in than}
        return (self._searched(one.id) for one in self._held if one.id not in known)

    def _texts(self, held: Sequence[HeldDocument]) -> list[SearchedDocument]:
        return [self._searched(one.id) for one in held]

    def _searched(self, document_id: str) -> SearchedDocument:
        if document_id not in self._known:
            self._known[document_id] = SearchedDocument(self._library.document(document_id))
        return self._known[document_id]


def _checked(claim: _Claim, documents: _Documents, neighbours: tuple[str, str]) -> CheckedCitation:
    number, place, quote = _printed(claim)
    own = documents.own(claim)
    found = _found(claim, quote, own, documents, neighbours)
    finding, reason = _judged(claim, found, known=bool(own))
    now = found.citation(number) if found else None
    changed = now is not None and finding is Finding.CHANGED
    return CheckedCitation(
        number=number,
        place=place,
        quote=quote,
        finding=finding,
        reason=reason,
        now=now,
        words=word_changes(quote, printed_quote(now.quote)) if now is not None and changed else (),
        edited=claim.edited,
        printed=claim.note is not None,
    )


def _found(
    claim: _Claim, quote: str, own: Sequence[SearchedDocument], documents: _Documents, neighbours: tuple[str, str]
) -> Found | None:
    """Return the words, or what is most like them, in the claim's own documents; else the words in another one."""
    recorded = claim.recorded
    for document in (one.document for one in own):
        if recorded and document.id == recorded.document_id and _key(recorded.span.of(document.text)) == _key(quote):
            return Found(document, recorded.span)
    places = [one for one in (verbatim(quote, searched, claim.page) for searched in own) if one is not None]
    places = [_joined(one, neighbours) for one in places]
    places = places or [one for one in (nearest(quote, searched) for searched in own) if one is not None]
    if not places:
        elsewhere = (verbatim(quote, other) for other in documents.others(own))
        places = [one for one in elsewhere if one is not None and not one.more]
    return max(places, key=lambda one: (not one.more, one.likeness), default=None)


def _joined(found: Found, neighbours: tuple[str, str]) -> Found:
    """A quotation that ran over a page break was cited in two parts: the rest of a sentence stands in the next note."""
    before, after = canonical(found.before).split(), canonical(found.after).split()
    previous, following = (one.split() for one in neighbours)
    return replace(
        found,
        before="" if previous[max(0, len(previous) - len(before)) :] == before else found.before,
        after="" if following[: len(after)] == after else found.after,
    )


def _printed(claim: _Claim) -> tuple[int, str, str]:
    """Return the number, the place and the quote of the note, or of the record where the note is gone."""
    if claim.note is not None:
        return claim.note.number, claim.note.place, claim.note.quote
    assert claim.recorded is not None
    return claim.recorded.number, note_place(claim.recorded, None), printed_quote(claim.recorded.quote)


def _judged(claim: _Claim, found: Found | None, *, known: bool) -> tuple[Finding, str]:
    if found is None:
        gone = "its document has nothing like it any more" if known else "its document is no longer in the library"
        return Finding.VANISHED, f"The words are gone: {gone}."
    if found.more:
        return Finding.CHANGED, "The words still stand, but their sentence says more than was quoted."
    if not found.verbatim:
        edited = "The note was edited in the file; the document does not say it so."
        return Finding.CHANGED, edited if claim.edited else "The document now words it differently."
    recorded = claim.recorded
    if not known:
        return Finding.MOVED, f"The same words now stand in another document: {found.document.title}."
    if claim.page is not None and found.page != claim.page:
        where = f"on page {found.page}" if found.page is not None else "on no page of their own"
        return Finding.MOVED, f"The same words now stand {where}, not on page {claim.page}."
    if recorded and found.document.id != recorded.document_id:
        return Finding.MOVED, "The document has changed since; these words of it have not."
    return Finding.UNCHANGED, "The document says it word for word."
