"""What a PDF says of itself: outline, printed page numbers, title, language, protection. pypdf reads these.

The text is PDFium's to read. pypdf gives up on some damaged files that PDFium still reads; then the document goes
without that part of its structure, never without its text.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeVar

from pypdf import PasswordType, PdfReader, apply_configuration
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject

from assistant.reading.pdf_headings import OutlineEntry
from assistant.text.characters import clean_line

_MOST_BOOKMARKS = 10_000
"""More are not read at all. pypdf's time grows with the square of the bookmarks that have others below them."""
_DEEPEST_BOOKMARK = 9
_UNKNOWN_CHARACTER = "\ufffd"
_Part = TypeVar("_Part")

# What pypdf raises on damaged files, beside errors of its own, and where an encryption is beyond it.
_GAVE_UP = (
    PyPdfError,
    DependencyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)

# It logs every departure from the standard that it mends: nothing that a reader of the document could act on.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class PdfStructure:
    """The outline in reading order, and for every page its printed label or None. Parts that fail are left empty."""

    labels: tuple[str | None, ...]
    outline: tuple[OutlineEntry, ...] = ()
    title: str | None = None
    language: str | None = None


def read_structure(data: bytes, page_count: int) -> PdfStructure:
    """Return the structure of a PDF that PDFium says has ``page_count`` pages; an empty user password is tried."""
    unlabelled: tuple[str | None, ...] = (None,) * page_count
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        root = reader.root_object
    except _GAVE_UP:
        return PdfStructure(unlabelled)
    return PdfStructure(
        labels=_or_else(unlabelled, lambda: _labels(reader, page_count)),
        outline=_or_else((), lambda: tuple(_outline(reader))),
        title=_or_else(None, lambda: _text(reader.metadata, "/Title")),
        language=_or_else(None, lambda: _text(root, "/Lang")),
    )


def needs_password(data: bytes) -> bool | None:
    """Return whether an encrypted PDF is locked with a user password; None where pypdf cannot tell."""
    try:
        return PdfReader(BytesIO(data), strict=False).decrypt("") is PasswordType.NOT_DECRYPTED
    except NotImplementedError:
        return False  # A certificate, rights management, or a scheme of its own.
    except _GAVE_UP:
        return None


def _or_else(otherwise: _Part, part: Callable[[], _Part]) -> _Part:
    try:
        return part()
    except _GAVE_UP:
        return otherwise


def _labels(reader: PdfReader, page_count: int) -> tuple[str | None, ...]:
    """Return the labels that the file gives its pages, none of them made up from their place in the file."""
    if "/PageLabels" not in reader.root_object or len(reader.pages) != page_count:
        return (None,) * page_count
    return tuple(clean_line(label) or None for label in reader.page_labels)


def _outline(reader: PdfReader) -> Iterator[OutlineEntry]:
    with apply_configuration(outline_maximum_entries=_MOST_BOOKMARKS):
        bookmarks = reader.outline
    if not bookmarks:
        return
    numbers = {
        page.indirect_reference.idnum: number
        for number, page in enumerate(reader.pages, start=1)
        if page.indirect_reference is not None
    }
    for level, bookmark in _flat(bookmarks, 1):
        yield OutlineEntry(level, clean_line(bookmark.title or ""), _page_number(bookmark.page, numbers))


def _flat(bookmarks: Sequence[Any], level: int) -> Iterator[tuple[int, Any]]:
    """Yield depth and bookmark; pypdf puts those below a bookmark into a list after it."""
    for bookmark in bookmarks:
        if not isinstance(bookmark, list):
            yield level, bookmark
        elif level < _DEEPEST_BOOKMARK:
            yield from _flat(bookmark, level + 1)


def _page_number(target: object, numbers: dict[int, int]) -> int | None:
    if isinstance(target, IndirectObject):
        return numbers.get(target.idnum)
    # The page's place from 0 is for links into other files, but some programs write it for their own pages too.
    return target + 1 if isinstance(target, int) else None


def _text(holder: DictionaryObject | None, key: str) -> str | None:
    value: object = holder[key] if holder is not None and key in holder else None
    if isinstance(value, bytes):  # Not in an encoding that the standard knows: in practice UTF-8.
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str) or _UNKNOWN_CHARACTER in value:
        return None
    return clean_line(value) or None
