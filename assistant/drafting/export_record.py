"""The hidden record in an export: which places it cites, for a program to check again. Lost to some editors.

It is JSON in pure ASCII without ``<``, ``>``, ``&`` and ``-``, so that it is inert in an HTML script of a type that no
browser runs, in a comment, and in XML alike, and needs no parser to be found: files come back from anybody.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from pydantic import TypeAdapter, ValidationError

from assistant.drafting.export_layout import Printed
from assistant.drafting.export_notes import printed_quotation
from assistant.records import Blank, Citation, Draft, SentenceKind

MARKER = "assistant-draft-record"
NAMESPACE = f"urn:{MARKER}"
_LARGEST = 8 * 1024 * 1024
_RECORD = re.compile(rf"{MARKER}[^{{<]{{0,200}}(\{{[^<>]*\}})".encode("ascii"))
_WORD_PART = re.compile(r"customXml/[^/]+\.xml")
_MOST_WORD_PARTS = 50


@dataclass(frozen=True, slots=True)
class RecordedCitation:
    """A citation under the number of its note, and the SHA-256 of its quote in hexadecimal."""

    citation: Citation
    quote_hash: str


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """What an export says of itself. ``quoted`` are the sentences that it prints in quotation marks."""

    draft_id: str
    version: int
    title: str
    corpus_version: str
    created_at: str
    citations: tuple[RecordedCitation, ...]
    blanks: tuple[Blank, ...]
    quoted: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every quote is the one that was written here: nobody tried a hand at it."""
        return all(one.quote_hash == quote_hash(one.citation.quote) for one in self.citations)


def quote_hash(quote: str) -> str:
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()


def record_of(draft: Draft, printed: Printed) -> ExportRecord:
    quoted = (
        printed_quotation(sentence.text)
        for section in draft.sections
        for sentence in section.sentences
        if sentence.kind is SentenceKind.QUOTED
    )
    return ExportRecord(
        draft_id=draft.id,
        version=draft.version,
        title=draft.title,
        corpus_version=draft.corpus_version,
        created_at=draft.created_at,
        citations=tuple(RecordedCitation(one, quote_hash(one.quote)) for one in printed.citations),
        blanks=draft.blanks,
        quoted=tuple(dict.fromkeys(quoted)),
    )


def write_record(record: ExportRecord) -> str:
    """Return the record as inert text."""
    text = json.dumps(_adapter().dump_python(record, mode="json"), separators=(",", ":"))
    return re.sub(r"[<>&-]", lambda found: f"\\u{ord(found[0]):04x}", text)


def find_record(data: bytes) -> ExportRecord | None:
    """Return the record in a file's bytes, None where there is none, or none that is whole."""
    for part in _parts(data):
        found = _RECORD.search(part)
        if found is None:
            continue
        try:
            record = _adapter().validate_json(html.unescape(found[1].decode("ascii")))
        except (ValidationError, UnicodeDecodeError):
            continue
        if record.whole:
            return record
    return None


@cache
def _adapter() -> TypeAdapter[ExportRecord]:
    return TypeAdapter(ExportRecord)


def _parts(data: bytes) -> list[bytes]:
    """Return where a record may stand: the whole of a text file, the custom parts of a Word file, both bounded."""
    if not data.startswith(b"PK"):
        return [data]
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if _WORD_PART.fullmatch(name)]
            return [_bounded(archive, name) for name in names[:_MOST_WORD_PARTS]]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return []  # Word's own parts were readable, or the file would not have come this far.


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_LARGEST)
