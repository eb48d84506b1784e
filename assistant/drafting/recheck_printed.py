"""What an exported file prints: its notes, its blanks, and which draft it is. Pure, over the text as it was read.

Word and LibreOffice may drop the hidden record when they save a file; what is printed stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.records import Document
from assistant.text.characters import clean_line

MOST_NOTES = 500
LONGEST_QUOTE = 10_000
"""No draft comes near either; a file made to keep the machine busy does."""
# The number as a footnote of Word, of Markdown and of plain text is read; the place has no double quotation marks.
_NOTE = re.compile(
    r"^(?:\[\^?(?P<mark>\d{1,5})\]:?|(?P<number>\d{1,5})[.)]?)\s+"
    r"(?P<place>[^“”\"\n]{1,1000}): [“\"](?P<quote>.+)[”\"]\s*↩?\s*$"
)
_PAGE = re.compile(r", p\. (?P<label>[^,()]{1,40}?)(?: \(file page (?P<page>\d{1,6})\))?(?=,|$)")
_COLOPHON = re.compile(r"\bDraft (?P<id>\S{1,80}), version (?P<version>\d{1,6}), corpus version (?P<corpus>\S{1,80})\.")
_BLANK = re.compile(r"\[([^\[\]\n]*[^\W\d_][^\[\]\n]*)\]")
_QUOTATION = re.compile(r"“[^“”]*”")


@dataclass(frozen=True, slots=True)
class PrintedNote:
    """A footnote as it is printed now; ``page`` is the number in the file where the note tells it."""

    number: int
    place: str
    quote: str

    @property
    def page(self) -> int | None:
        found = _PAGE.search(self.place)
        if found is None:
            return None
        number = found["page"] or found["label"]
        return int(number) if number.isascii() and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """``draft_id``, ``version`` and ``corpus_version`` are None where the line that tells them is gone.

    ``blanks`` are the words that stand in brackets outside of quotations. ``text`` is all but the notes, on one line.
    """

    title: str
    notes: tuple[PrintedNote, ...]
    blanks: tuple[str, ...]
    text: str
    draft_id: str | None
    version: int | None
    corpus_version: str | None


def read_printed(document: Document) -> PrintedFile:
    """Return what the text of an uploaded file holds of an export; a file of another kind has none of it."""
    notes: list[PrintedNote] = []
    body: list[str] = []
    for line in document.text.split("\n"):
        found = _NOTE.match(line) if len(line) <= LONGEST_QUOTE else None
        if found is None or len(notes) == MOST_NOTES:
            body.append(line)
        else:
            number = int(found["mark"] or found["number"])
            notes.append(PrintedNote(number, found["place"].strip(), found["quote"].strip()))
    colophon = _COLOPHON.search(document.text)
    unquoted = (_QUOTATION.sub(" ", line) for line in body)
    blanks = (clean_line(found[1]) for line in unquoted for found in _BLANK.finditer(line))
    return PrintedFile(
        title=document.title,
        notes=tuple(notes),
        blanks=tuple(dict.fromkeys(blanks)),
        text=clean_line(" ".join(body)),
        draft_id=colophon["id"] if colophon else None,
        version=int(colophon["version"]) if colophon else None,
        corpus_version=colophon["corpus"] if colophon else None,
    )
