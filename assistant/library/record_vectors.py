"""Vectors in the record: the copy that counts. Chroma's is made from it, and exact search reads it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EmbeddingError
from assistant.library.holdings import MissingVectors, PassageVectors
from assistant.library.packing import (
    pack_sentence_vectors,
    pack_vector,
    unpack_sentence_vectors,
    unpack_spans,
    unpack_vector,
)

# Vectors of passages that are there; those of passages that are gone wait for ``prune``.
_LIVE = "key IN (SELECT vector_key FROM passages)"


def model(connection: sqlite3.Connection, fingerprint: str) -> tuple[int, int] | None:
    """Return the number and the dimension of a model, or None where the library has no vector of it."""
    row = connection.execute("SELECT id, dimension FROM models WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return None if row is None else (int(row[0]), int(row[1]))


def known(connection: sqlite3.Connection, fingerprint: str, keys: Iterable[str]) -> set[str]:
    rows = connection.execute(
        "SELECT key FROM vectors WHERE model_id = (SELECT id FROM models WHERE fingerprint = ?)"
        " AND key IN (SELECT value FROM json_each(?))",
        (fingerprint, json.dumps(list(keys))),
    )
    return {str(row[0]) for row in rows}


def save(connection: sqlite3.Connection, fingerprint: str, vectors: Mapping[str, PassageVectors]) -> None:
    """Write the vectors by vector key; what is known already is left as it is.

    Raises EmbeddingError for vectors that no model should give: of another dimension than its others, zero, not
    finite, or not one for each sentence.
    """
    for key, value in vectors.items():
        dimension = value.passage.shape[0] if value.passage.ndim == 1 else 0
        model_id, expected = model(connection, fingerprint) or _add_model(connection, fingerprint, dimension)
        row = connection.execute("SELECT sentences FROM passages WHERE vector_key = ?", (key,)).fetchone()
        if row is None:
            # The passage was replaced since it was embedded.
            continue
        sentences = len(unpack_spans(row[0]))
        if dimension != expected or value.sentences.shape != (sentences, expected):
            raise _unusable(
                f"shapes {value.passage.shape} and {value.sentences.shape} for a passage of {sentences} sentences"
                f" instead of ({expected},) and ({sentences}, {expected})"
            )
        added = connection.execute(
            "INSERT OR IGNORE INTO vectors (model_id, key, vector) VALUES (?, ?, ?) RETURNING id",
            (model_id, key, pack_vector(unit(value.passage))),
        ).fetchone()
        if added is not None:
            # False for a number that is not one, too.
            if not (np.abs(value.sentences) <= np.finfo(np.float16).max).all():
                raise _unusable("numbers that are not finite, or far too large")
            connection.execute(
                "INSERT INTO sentence_vectors (vector_id, vectors) VALUES (?, ?)",
                (added[0], pack_sentence_vectors(value.sentences)),
            )


def _add_model(connection: sqlite3.Connection, fingerprint: str, dimension: int) -> tuple[int, int]:
    if dimension < 1:
        raise _unusable("no numbers")
    row = connection.execute(
        "INSERT INTO models (fingerprint, dimension) VALUES (?, ?) RETURNING id", (fingerprint, dimension)
    ).fetchone()
    return int(row[0]), dimension


def unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the vector at length 1; raises EmbeddingError for a zero vector or numbers that are not finite."""
    wide = np.asarray(vector, dtype=np.float64)
    length = float(np.linalg.norm(wide))
    if not np.isfinite(length) or length == 0:
        raise _unusable("numbers that are not finite, or only zeros")
    return (wide / length).astype(np.float32)


def _unusable(detail: str) -> EmbeddingError:
    return EmbeddingError(
        f"The embedding model gave vectors that cannot be used: {detail}.",
        kept="Nothing of this document was stored.",
        next_step="Check the setting embedding_model, and the server if it names one.",
    )


def note_change(connection: sqlite3.Connection) -> None:
    """Note that which vectors belong to passages may be another set from the end of this transaction on."""
    connection.execute(
        "UPDATE meta SET value = (SELECT value + 1 FROM meta WHERE name = 'generation')"
        " WHERE name = 'vector_generation'"
    )


def missing(connection: sqlite3.Connection, fingerprint: str) -> list[MissingVectors]:
    """Return one passage for each key that has no vector of the model, in the order of their numbers."""
    rows = connection.execute(
        "SELECT min(passages.rowid), vector_key, title FROM passages JOIN documents ON documents.id = document_id"
        " WHERE vector_key NOT IN"
        " (SELECT key FROM vectors WHERE model_id = (SELECT id FROM models WHERE fingerprint = ?))"
        " GROUP BY vector_key ORDER BY 1",
        (fingerprint,),
    )
    return [MissingVectors(int(rowid), key, title) for rowid, key, title in rows]


def live_keys(connection: sqlite3.Connection, model_id: int) -> set[str]:
    rows = connection.execute(f"SELECT key FROM vectors WHERE model_id = ? AND {_LIVE}", (model_id,))
    return {str(row[0]) for row in rows}


def by_key(connection: sqlite3.Connection, model_id: int, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    rows = connection.execute(
        "SELECT key, vector FROM vectors WHERE model_id = ? AND key IN (SELECT value FROM json_each(?))",
        (model_id, json.dumps(list(keys))),
    )
    return {key: unpack_vector(packed) for key, packed in rows}


def after(connection: sqlite3.Connection, model_id: int, last: int) -> list[tuple[int, str, bytes]]:
    """Return (number, key, packed vector) of the vectors added since number ``last``, in the order of numbers."""
    # The plus keeps SQLite from going through the index by model, from which every row would be a leap.
    rows = connection.execute(
        "SELECT id, key, vector FROM vectors WHERE id > ? AND +model_id = ? ORDER BY id", (last, model_id)
    )
    return [(int(number), str(key), packed) for number, key, packed in rows]


def passage_vectors(
    connection: sqlite3.Connection, fingerprint: str, rowids: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """Return the vector of each passage that has one, shape ``(dimension,)``, by rowid."""
    # CROSS JOIN fixes the order of work: SQLite would begin with all vectors of the model.
    rows = connection.execute(
        "SELECT passages.rowid, vector FROM json_each(?) AS wanted"
        " CROSS JOIN passages ON passages.rowid = wanted.value"
        " CROSS JOIN vectors ON vectors.key = vector_key"
        " AND model_id = (SELECT id FROM models WHERE fingerprint = ?)",
        (json.dumps(list(rowids)), fingerprint),
    )
    return {int(rowid): unpack_vector(packed) for rowid, packed in rows}


def sentence_vectors(
    connection: sqlite3.Connection, fingerprint: str, rowids: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """Return the vectors of each passage's sentences, shape ``(sentences, dimension)``, by rowid."""
    described = model(connection, fingerprint)
    if described is None:
        return {}
    rows = connection.execute(
        "SELECT passages.rowid, vectors FROM json_each(?) AS wanted"
        " CROSS JOIN passages ON passages.rowid = wanted.value"
        " CROSS JOIN vectors ON vectors.key = vector_key AND model_id = ?"
        " CROSS JOIN sentence_vectors ON vector_id = vectors.id",
        (json.dumps(list(rowids)), described[0]),
    )
    return {int(rowid): unpack_sentence_vectors(packed, described[1]) for rowid, packed in rows}


def rowids_of(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, list[int]]:
    """Return the passages that have each key; usually one, several for a text that the documents repeat."""
    found: dict[str, list[int]] = {}
    for key, rowid in connection.execute(
        "SELECT vector_key, rowid FROM passages WHERE vector_key IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        (json.dumps(list(keys)),),
    ):
        found.setdefault(key, []).append(rowid)
    return found


# Vectors, and models, that ``prune`` deletes.
_SURPLUS_VECTORS = (
    "model_id NOT IN (SELECT id FROM models WHERE fingerprint = ?) OR key NOT IN (SELECT vector_key FROM passages)"
)
_SURPLUS_MODELS = "fingerprint <> ?"


def has_surplus(connection: sqlite3.Connection, fingerprint: str) -> bool:
    """Whether there is anything for ``prune`` to delete."""
    row = connection.execute(
        f"SELECT EXISTS (SELECT 1 FROM vectors WHERE {_SURPLUS_VECTORS})"
        f" OR EXISTS (SELECT 1 FROM models WHERE {_SURPLUS_MODELS})",
        (fingerprint, fingerprint),
    ).fetchone()
    return bool(row[0])


def prune(connection: sqlite3.Connection, fingerprint: str) -> int:
    """Delete the vectors of other models and of passages that are gone; return how many."""
    deleted = connection.execute(f"DELETE FROM vectors WHERE {_SURPLUS_VECTORS}", (fingerprint,)).rowcount
    connection.execute(f"DELETE FROM models WHERE {_SURPLUS_MODELS}", (fingerprint,))
    return deleted
