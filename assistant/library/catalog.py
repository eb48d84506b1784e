"""Files and documents in the record. Every function works inside the transaction or snapshot of its connection."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import replace
from typing import Any

from assistant.errors import LibraryError
from assistant.library.database import DamagedRecordError
from assistant.library.holdings import DocumentSummary, HeldFile, SourceFile
from assistant.library.packing import (
    document_digest,
    pack_pages,
    pack_runs,
    pack_sections,
    pack_spans,
    unpack_pages,
    unpack_runs,
    unpack_sections,
    unpack_spans,
)
from assistant.library.vocabulary import save_vocabulary
from assistant.records import Document, FileProblem, Page

_METADATA = (
    "title", "source", "media_type", "author", "kind", "year", "language", "original", "summarises", "published_at",
)  # fmt: skip
_METADATA_COLUMNS = ", ".join(_METADATA)


def save_document(connection: sqlite3.Connection, document: Document) -> None:
    """Write the document, over the one with the same id if there is one; its passages are the caller's."""
    row: dict[str, Any] = {name: getattr(document, name) for name in _METADATA} | {
        "id": document.id,
        "page_count": len(document.pages),
        "digest": document_digest(document),
        "sections": pack_sections(document.sections),
        "pages": pack_pages(document.pages),
        "sentences": pack_spans(document.sentences),
        "text": document.text,
    }
    connection.execute(
        f"INSERT INTO documents ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})"
        f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in row if name != 'id')}",
        row,
    )
    connection.execute("DELETE FROM page_runs WHERE document_id = ?", (document.id,))
    connection.executemany(
        "INSERT INTO page_runs (document_id, position, runs) VALUES (?, ?, ?)",
        [(document.id, position, pack_runs(page.runs)) for position, page in enumerate(document.pages)],
    )
    save_vocabulary(connection, document)


def add_vocabularies(connection: sqlite3.Connection) -> None:
    """Write the vocabularies of all documents, for a library that has none yet; seconds for a large one."""
    for (identifier,) in connection.execute("SELECT id FROM documents").fetchall():
        save_vocabulary(connection, load_document(connection, identifier, runs=False))


def save_metadata(connection: sqlite3.Connection, document: Document) -> None:
    """Write what is known of the document; its text and structure must be those that are there."""
    values = {name: getattr(document, name) for name in _METADATA}
    connection.execute(
        f"UPDATE documents SET {', '.join(f'{name} = :{name}' for name in _METADATA)}, digest = :digest WHERE id = :id",
        values | {"digest": document_digest(document), "id": document.id},
    )


def load_document(connection: sqlite3.Connection, document_id: str, *, runs: bool) -> Document:
    """Return the document, its pages with their character runs where ``runs`` asks for them.

    Raises LibraryError for an unknown id and DamagedRecordError where the content does not match its digest.
    """
    row = connection.execute(
        f"SELECT {_METADATA_COLUMNS}, sections, pages, sentences, text, digest FROM documents WHERE id = ?",
        (document_id,),
    ).fetchone()
    if row is None:
        raise unknown_document()
    *metadata, sections, pages, sentences, text, digest = row
    values: dict[str, Any] = dict(zip(_METADATA, metadata, strict=True))
    try:
        document = Document(
            id=document_id,
            text=text,
            sections=unpack_sections(sections),
            sentences=unpack_spans(sentences),
            pages=unpack_pages(pages),
            **(values | {"original": bool(values["original"])}),
        )
        if document_digest(document) != digest:
            raise DamagedRecordError(f"the text of {document.source}")
    except (ValueError, TypeError) as error:
        raise DamagedRecordError(f"the structure of a document: {error}") from error
    if not runs:
        return document
    return replace(document, pages=tuple(with_runs(connection, document, page.number) for page in document.pages))


def with_runs(connection: sqlite3.Connection, document: Document, number: int) -> Page:
    """Return the page of ``document`` with that physical number and its runs; raises LibraryError for no such page."""
    for position, page in enumerate(document.pages):
        if page.number == number:
            row = connection.execute(
                "SELECT runs FROM page_runs WHERE document_id = ? AND position = ?", (document.id, position)
            ).fetchone()
            try:
                return replace(page, runs=unpack_runs(row[0]))
            except (TypeError, ValueError, zlib.error) as error:
                raise DamagedRecordError(f"page {number} of {document.source}") from error
    raise LibraryError(f"The document has no page {number}.", next_step="Open it from its first page.")


def unknown_document() -> LibraryError:
    return LibraryError(
        "The library does not have this document (any more).",
        next_step="Ask again, or look it up on the library page: it may have been replaced by a newer version.",
    )


def summaries(connection: sqlite3.Connection, document_id: str | None = None) -> list[DocumentSummary]:
    """Return all documents without their texts, by title; or the one with that id, if it is there."""
    rows = connection.execute(
        f"SELECT id, {_METADATA_COLUMNS}, page_count,"
        " (SELECT count(*) FROM passages WHERE passages.document_id = documents.id)"
        " FROM documents WHERE ?1 IS NULL OR id = ?1 ORDER BY title COLLATE NOCASE, source",
        (document_id,),
    )
    found = []
    for identifier, *metadata, pages, passages in rows:
        values: dict[str, Any] = dict(zip(_METADATA, metadata, strict=True))
        values["original"] = bool(values["original"])
        found.append(DocumentSummary(id=identifier, pages=pages or None, passages=passages, **values))
    return found


def held_files(connection: sqlite3.Connection) -> list[HeldFile]:
    """Return all files the library knows of, by source path."""
    rows = connection.execute(
        "SELECT files.source, content_hash, size, modified_ns, files.recipe, document_id, reason, next_step,"
        " documents.source FROM files LEFT JOIN documents ON documents.id = document_id"
        " ORDER BY files.source"
    )
    return [
        HeldFile(
            file=SourceFile(source, content_hash, size, modified_ns, recipe),
            document_id=document_id,
            copy_of=first if first is not None and first != source else None,
            problem=None if reason is None else FileProblem(source, reason, next_step or ""),
        )
        for source, content_hash, size, modified_ns, recipe, document_id, reason, next_step, first in rows
    ]


def save_file(
    connection: sqlite3.Connection, file: SourceFile, document_id: str | None, problem: FileProblem | None
) -> None:
    """Note the file as it is now, and delete the document that it stood for before if no other file does."""
    former = connection.execute("SELECT document_id FROM files WHERE source = ?", (file.source,)).fetchone()
    connection.execute(
        "INSERT OR REPLACE INTO files (source, content_hash, size, modified_ns, recipe, document_id, reason, next_step)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            file.source, file.content_hash, file.size, file.modified_ns, file.recipe, document_id,
            problem.reason if problem else None, problem.next_step if problem else None,
        ),
    )  # fmt: skip
    if former is not None and former[0] is not None and former[0] != document_id:
        _release(connection, former[0], file.source)


def forget_file(connection: sqlite3.Connection, source: str) -> bool:
    """Remove the file, and its document if no other file has the same bytes; return whether it was known."""
    former = connection.execute("DELETE FROM files WHERE source = ? RETURNING document_id", (source,)).fetchall()
    if former and former[0][0] is not None:
        _release(connection, former[0][0], source)
    return bool(former)


def origin(connection: sqlite3.Connection, document_id: str) -> str | None:
    """Return the source that the document was read from, or None if it is not there."""
    row = connection.execute("SELECT source FROM documents WHERE id = ?", (document_id,)).fetchone()
    return None if row is None else str(row[0])


def _release(connection: sqlite3.Connection, document_id: str, source: str) -> None:
    heir = connection.execute("SELECT min(source) FROM files WHERE document_id = ?", (document_id,)).fetchone()[0]
    if heir is None:
        connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        return
    document = load_document(connection, document_id, runs=False)
    if document.source == source:
        save_metadata(connection, replace(document, source=heir))
        # What is said of this file may differ from what was said of the other: it is worth reading at the next run.
        connection.execute("UPDATE files SET recipe = '' WHERE source = ?", (heir,))
