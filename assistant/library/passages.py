"""Passages in the record and the keyword index over them (FTS5: stemmed words, BM25)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from assistant.library.database import DamagedRecordError, error_name
from assistant.library.packing import compact_json, key_of, pack_heading, pack_spans, unpack_heading, unpack_spans
from assistant.records import Document, Passage, Span

# A word in the title or a heading says less than one in the text: every passage below it has it.
TEXT_WEIGHT = 1.0
HEADING_WEIGHT = 0.5

_COLUMNS = 'passages.rowid, id, document_id, start, "end", vector_key, sentences, pages, heading, text'


def save_passages(connection: sqlite3.Connection, document: Document, passages: Sequence[Passage]) -> list[str]:
    """Write the passages in place of those that the document had; return their vector keys.

    Raises ValueError for a passage that is not named by its place, or not the document's text at that place.
    """
    for passage in passages:
        place = f"{document.id}:{passage.span.start}-{passage.span.end}"
        if passage.id != place or passage.span.of(document.text) != passage.text:
            raise ValueError(f"the passage {passage.id} is not in the document {document.id}")
    connection.execute("DELETE FROM passages WHERE document_id = ?", (document.id,))
    keys = []
    for passage in passages:
        heading = pack_heading(document.title, passage.heading_path)
        sentences = pack_spans(passage.sentences, passage.span.start)
        keys.append(key_of(heading, passage.text, sentences))
        connection.execute(
            'INSERT INTO passages (id, document_id, start, "end", vector_key, sentences, pages, heading, text)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                passage.id, document.id, passage.span.start, passage.span.end, keys[-1], sentences,
                compact_json(passage.pages), heading, passage.text,
            ),
        )  # fmt: skip
    return keys


def load_passages(connection: sqlite3.Connection, wanted: Sequence[int] | Sequence[str]) -> list[Passage]:
    """Return the passages with these rowids or ids, in the order asked for; those that are gone are left out.

    Raises DamagedRecordError where a passage does not match its key.
    """
    column = "id" if wanted and isinstance(wanted[0], str) else "passages.rowid"
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM passages WHERE {column} IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)
    )
    place = 1 if column == "id" else 0
    found = {row[place]: row for row in rows}
    return [_passage(found[one]) for one in wanted if one in found]


def places(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return for each passage by rowid its document's id, and that one's title with the headings above the passage."""
    rows = connection.execute(
        "SELECT rowid, document_id, heading FROM passages WHERE rowid IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {int(rowid): (str(document), tuple(json.loads(heading))) for rowid, document, heading in rows}


def numbers_in(connection: sqlite3.Connection, document_ids: Iterable[str]) -> list[int]:
    """Return the rowids of all passages of these documents, in order."""
    rows = connection.execute(
        "SELECT rowid FROM passages WHERE document_id IN (SELECT value FROM json_each(?)) ORDER BY 1",
        (json.dumps(list(document_ids)),),
    )
    return [int(row[0]) for row in rows]


def document_passages(connection: sqlite3.Connection, document_id: str) -> dict[int, Passage]:
    """Return all passages of a document by rowid, in reading order."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM passages WHERE document_id = ? ORDER BY start", (document_id,))
    return {row[0]: _passage(row) for row in rows}


def _passage(row: tuple[int, str, str, int, int, str, bytes, str, str, str]) -> Passage:
    _, identifier, document_id, start, end, key, sentences, pages, heading, text = row
    if key_of(heading, text, sentences) != key or identifier != f"{document_id}:{start}-{end}":
        raise DamagedRecordError("the text of a passage")
    try:
        return Passage(
            id=identifier,
            document_id=document_id,
            span=Span(start, end),
            text=text,
            heading_path=unpack_heading(heading),
            sentences=unpack_spans(sentences, start),
            pages=tuple(json.loads(pages)),
        )
    except (ValueError, TypeError) as error:
        raise DamagedRecordError("the pages of a passage") from error


def match_any(terms: Iterable[str]) -> str:
    """Return the FTS5 expression for passages with any of the terms, each taken literally; "" for no terms.

    A term of several words is looked for as a phrase. Nothing in a term is read as an operator.
    """
    quoted = dict.fromkeys(_quoted(term) for term in terms if any(character.isalnum() for character in term))
    return " OR ".join(quoted)


def _quoted(term: str) -> str:
    return '"' + term.replace("\0", " ").replace('"', '""') + '"'


def keyword(
    connection: sqlite3.Connection,
    match: str,
    limit: int,
    document_ids: Iterable[str] | None = None,
    weights: tuple[float, float] = (TEXT_WEIGHT, HEADING_WEIGHT),
) -> list[tuple[int, float]]:
    """Return (rowid, score) of the passages that ``match``, best first; the score is BM25, higher for better.

    ``weights`` are those of the text and of title and headings. Raises ValueError where ``match`` is not an
    expression of FTS5.
    """
    if not match or limit < 1:
        return []
    chosen = ""
    parameters: list[object] = [match, f"bm25({float(weights[0])}, {float(weights[1])})"]
    if document_ids is not None:
        chosen = " AND rowid IN (SELECT rowid FROM passages WHERE document_id IN (SELECT value FROM json_each(?)))"
        parameters.append(json.dumps(list(document_ids)))
    try:
        rows = connection.execute(
            f"SELECT rowid, -rank FROM passages_fts WHERE passages_fts MATCH ? AND rank MATCH ?{chosen}"
            " ORDER BY rank, rowid LIMIT ?",
            (*parameters, limit),
        )
        return [(int(rowid), float(score)) for rowid, score in rows]
    except sqlite3.OperationalError as error:
        # Damage of the index can show as the same error, but then it does for every expression.
        if error_name(error) != "SQLITE_ERROR" or not _answers(connection):
            raise
        raise ValueError(f"not a full-text expression: {match!r}: {error}") from error


def _answers(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT rowid FROM passages_fts WHERE passages_fts MATCH 'a' LIMIT 1").fetchall()
    except sqlite3.DatabaseError:
        return False
    return True


def document_frequency(connection: sqlite3.Connection, term: str) -> int:
    """Return how many passages have the term (its stem; a phrase where it has several words)."""
    match = match_any([term])
    if not match:
        return 0
    rows = connection.execute("SELECT count(*) FROM passages_fts WHERE passages_fts MATCH ?", (match,))
    return int(rows.fetchone()[0])
