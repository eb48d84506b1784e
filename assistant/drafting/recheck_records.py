"""What a recheck is given and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from assistant.drafting.comparing import WordChange
from assistant.records import Citation, Document


class FileReader(Protocol):
    """Reads a file that nobody vouches for, as ``assistant.reading.Reader`` does in a process of its own."""

    def read(self, path: Path, source: str) -> Document: ...


class HeldDocument(Protocol):
    """A document of the library without its text."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def source(self) -> str: ...


class LibraryView(Protocol):
    """The documents as they are today; ``assistant.library.Library`` is one."""

    def documents(self) -> Sequence[HeldDocument]: ...
    def document(self, document_id: str) -> Document: ...


class Finding(StrEnum):
    """What became of a quotation."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    CHANGED = "changed"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """A citation of the file and what became of it.

    ``place`` and ``quote`` are as printed; ``reason`` says the finding in words. ``now`` is where the words, or those
    that have taken their place, stand today, and ``words`` leads from the quote to them where it changed. ``edited``:
    the file no longer prints the quote that was exported. ``printed``: the note is still in the file.
    """

    number: int
    place: str
    quote: str
    finding: Finding
    reason: str
    now: Citation | None = None
    words: tuple[WordChange, ...] = ()
    edited: bool = False
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Recheck:
    """What was found. ``from_record`` tells whether the hidden record was there; without it documents are known by
    their titles only, and ``filled_blanks`` and ``altered_quotations`` cannot be told.

    ``altered_quotations`` are sentences that were exported in quotation marks and are no longer in the file as such.
    """

    title: str
    draft_id: str | None
    version: int | None
    corpus_version: str | None
    from_record: bool
    citations: tuple[CheckedCitation, ...]
    open_blanks: tuple[str, ...]
    filled_blanks: tuple[str, ...] = ()
    altered_quotations: tuple[str, ...] = ()

    @property
    def all_stand(self) -> bool:
        """Whether every quotation that is printed still stands in the documents, word for word; also where none is."""
        stands = (Finding.UNCHANGED, Finding.MOVED)
        return all(one.finding in stands for one in self.citations if one.printed) and not self.altered_quotations
