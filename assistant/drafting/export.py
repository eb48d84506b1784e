"""A draft to a file that can be sent on: Word, Markdown, HTML or plain text, with its citations as notes.

Word goes through pandoc; the others need nothing but this package. Whatever is printed also lets the file be checked
against the documents later (``recheck``): by a hidden record, and by the notes themselves where an editor lost that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from assistant import PRODUCT
from assistant.drafting.export_html import to_html
from assistant.drafting.export_layout import lay_out
from assistant.drafting.export_notes import SourceInfo, one_line
from assistant.drafting.export_record import record_of, write_record
from assistant.drafting.export_text import to_markdown, to_plain_text
from assistant.errors import UsageError
from assistant.records import Document, Draft

__all__ = ["FORMS", "Form", "SourceInfo", "export", "file_name", "source_info"]

Form = Literal["docx", "md", "html", "txt"]
FORMS: tuple[Form, ...] = get_args(Form)


def export(draft: Draft, sources: Mapping[str, SourceInfo], form: Form, *, scratch: Path) -> bytes:
    """Return the bytes of the file. ``sources`` are by document id; a source that is not among them is printed with
    what its citations say. ``scratch`` is a folder for temporary files, which are gone afterwards.

    Raises UsageError for another form, DraftError where pandoc is missing or fails, and where the draft names a
    citation that it does not have.
    """
    if form not in FORMS:
        raise UsageError(f"A draft cannot be exported as {form!r}.", next_step=f"Choose one of: {', '.join(FORMS)}.")
    printed = lay_out(draft, sources)
    language = one_line(draft.language)
    if form == "txt":
        return to_plain_text(printed).encode()
    record = write_record(record_of(draft, printed))
    properties = {
        "Drafted with": PRODUCT,
        "Drafted on": draft.created_at,
        "Draft": draft.id,
        "Draft version": str(draft.version),
        "Corpus version": draft.corpus_version,
    }
    properties = {name: one_line(value) for name, value in properties.items()}
    named = [(name.lower().replace(" ", "-"), value) for name, value in properties.items()]
    if form == "md":
        return to_markdown(printed, record, [("title", printed.title), ("lang", language), *named]).encode()
    if form == "html":
        return to_html(printed, record, named, language).encode()
    from assistant.drafting.export_word import to_word

    return to_word(printed, record, properties, _moment(draft.created_at), language, scratch)


def source_info(document: Document) -> SourceInfo:
    """Return what an export prints of a document."""
    return SourceInfo(
        document.title, document.author, document.year, document.published_at, document.original, document.summarises
    )


def file_name(draft: Draft, form: Form) -> str:
    """Return a name for the file, made of the title: safe on every system, never empty."""
    words = "".join(char if char.isalnum() else " " for char in one_line(draft.title)).split()
    return f"{'-'.join(words)[:80].strip('-') or 'draft'}-v{draft.version}.{form}"


def _moment(created_at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(created_at)
    except ValueError:
        return datetime.now(UTC)
    return moment.astimezone(UTC).replace(tzinfo=None)
