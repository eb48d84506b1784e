"""What the documents' own writing tells about words, kept beside them: written with each document, asked for one word.

A library that grows is then no slower at the first question after a change: nothing is read as a whole but the
abbreviations. Each document has one row with its words, those written small apart from the others, and with a mark for
each of its sentences; a full-text index over these rows finds the documents of a word or mark.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable

from assistant.library.lexicon import find_abbreviations
from assistant.records import Document
from assistant.wording import words

_WRITTEN_SMALL = re.compile(r"(?<![\w’'-])[a-zà-ÿ][\w’']*")
_FORMULA_FROM = 3


def save_vocabulary(connection: sqlite3.Connection, document: Document) -> None:
    """Write what the document's text tells about words, in place of what it told before."""
    connection.execute("DELETE FROM vocabulary WHERE document_id = ?", (document.id,))
    connection.execute("DELETE FROM abbreviations WHERE document_id = ?", (document.id,))
    # A word with a capital further on ("iPhone") is not written small.
    small = {word for word in _WRITTEN_SMALL.findall(document.text) if word == word.lower()}
    others = set(words(document.text)) - small
    marks = {_mark(span.of(document.text)) for span in document.sentences}
    connection.execute(
        "INSERT INTO vocabulary (document_id, small, others, sentences) VALUES (?, ?, ?, ?)",
        (document.id, *(" ".join(sorted(some)) for some in (small, others, marks))),
    )
    defined = find_abbreviations([document.text])
    pairs = [(short, long) for short, longs in defined.items() for long in longs]
    connection.executemany(
        "INSERT INTO abbreviations (document_id, position, short, long) VALUES (?, ?, ?, ?)",
        [(document.id, position, *pair) for position, pair in enumerate(pairs)],
    )


def _mark(sentence: str) -> str:
    """Return a name for the sentence that looks like no word: it begins with a digit."""
    return "0" + hashlib.blake2b(sentence.encode(), digest_size=8).hexdigest()


def is_written(connection: sqlite3.Connection, word: str, *, small: bool) -> bool:
    """Return whether any document has the lower-case word; with ``small``, whether any writes it without a capital."""
    rows = connection.execute("SELECT col FROM vocabulary_terms WHERE term = ?", (word,))
    columns = {str(row[0]) for row in rows}
    return "small" in columns if small else not columns.isdisjoint(("small", "others"))


def words_beginning(connection: sqlite3.Connection, letter: str, shortest: int, longest: int) -> list[str]:
    """Return the words of the documents, in lower case, that begin with ``letter`` and have so many letters."""
    rows = connection.execute(
        "SELECT DISTINCT term FROM vocabulary_terms"
        " WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? AND col <> 'sentences'",
        (letter, chr(ord(letter) + 1), shortest, longest),
    )
    return [str(row[0]) for row in rows]


def formulas_among(connection: sqlite3.Connection, sentences: Iterable[str]) -> frozenset[str]:
    """Return those of the sentences that stand, to the letter, in at least three documents."""
    return frozenset(
        sentence for sentence in dict.fromkeys(sentences) if _documents_with(connection, sentence) >= _FORMULA_FROM
    )


def _documents_with(connection: sqlite3.Connection, sentence: str) -> int:
    rows = connection.execute(
        "SELECT doc FROM vocabulary_terms WHERE term = ? AND col = 'sentences'", (_mark(sentence),)
    ).fetchall()
    return int(rows[0][0]) if rows else 0


def abbreviations(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Return what the documents' abbreviations stand for, in the order of the documents' titles and of their texts."""
    found: dict[str, dict[str, None]] = {}
    for short, long in connection.execute(
        "SELECT short, long FROM abbreviations JOIN documents ON documents.id = document_id"
        " ORDER BY title COLLATE NOCASE, source, position"
    ):
        found.setdefault(short, {})[long] = None
    return {short: tuple(longs) for short, longs in found.items()}
