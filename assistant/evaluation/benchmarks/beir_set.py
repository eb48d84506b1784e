"""A retrieval set in the shape of BEIR (Thakur and others 2021): a folder of passages, queries and judgements.

``corpus.jsonl`` has ``_id``, ``title`` and ``text``; ``queries.jsonl`` has ``_id`` and ``text``, and may have
``answerable`` (whether the passages answer it) and ``scope`` (only passages with that title count); ``qrels.tsv`` has a
header, then query, passage and grade, parted by tabs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import UsageError

_SHAPE = "A set is a folder with corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels.tsv."


@dataclass(frozen=True, slots=True)
class Row:
    """One passage of the set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question; ``answerable`` and ``scope`` are None where the set does not say."""

    id: str
    text: str
    answerable: bool | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """``relevant`` gives for a query's id the grade of each row judged for it, by the row's id."""

    name: str
    rows: tuple[Row, ...]
    queries: tuple[Query, ...]
    relevant: Mapping[str, Mapping[str, int]]


def load_retrieval_set(folder: Path) -> RetrievalSet:
    """Read the set in ``folder``. Raises UsageError naming the file and line that is not as it should be."""
    rows = tuple(
        Row(_text(one, "_id", place), _text(one, "title", place, ""), _text(one, "text", place, ""))
        for place, one in _objects(folder / "corpus.jsonl")
    )
    queries = tuple(
        Query(
            _text(one, "_id", place),
            _text(one, "text", place),
            _answerable(one, place),
            _text(one, "scope", place, "") or None,
        )
        for place, one in _objects(folder / "queries.jsonl")
    )
    for name, identifiers in (
        ("corpus.jsonl", [row.id for row in rows]),
        ("queries.jsonl", [one.id for one in queries]),
    ):
        if len(set(identifiers)) < len(identifiers):
            raise UsageError(f"{folder / name} has an _id twice.", next_step="Give each line an _id of its own.")
        if not identifiers:
            raise UsageError(f"{folder / name} is empty.", next_step=_SHAPE)
    return RetrievalSet(folder.resolve().name, rows, queries, _judgements(_qrels(folder)))


def _qrels(folder: Path) -> Path:
    """Return the judgements: beside the other files, or where BEIR's own archives have those of the test part."""
    beside = folder / "qrels.tsv"
    inside = folder / "qrels" / "test.tsv"
    return inside if inside.is_file() and not beside.is_file() else beside


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, line) of the lines that are not blank."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}, line {number}", line.rstrip("\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", next_step=_SHAPE) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text.", next_step="Save it as UTF-8.") from error


def _objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, line in _lines(path):
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{place}: not JSON ({error.msg}).", next_step=_SHAPE) from error
        if not isinstance(value, dict):
            raise UsageError(f"{place}: not an object.", next_step=_SHAPE)
        yield place, value


def _text(value: Mapping[str, Any], name: str, place: str, default: str | None = None) -> str:
    found = value.get(name)
    if found is None and default is not None:
        return default
    # Some sets number their queries.
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str):
        raise UsageError(f"{place}: {name} is missing or not a text.", next_step=_SHAPE)
    return found


def _answerable(value: Mapping[str, Any], place: str) -> bool | None:
    found = value.get("answerable")
    if found is not None and not isinstance(found, bool):
        raise UsageError(f"{place}: answerable is neither true nor false.", next_step="Write true or false.")
    return found


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for index, (place, line) in enumerate(_lines(path)):
        fields = line.split("\t")
        try:
            query, row, grade = fields
            judged.setdefault(query, {})[row] = int(float(grade))
        except ValueError as error:
            if index == 0 and len(fields) == 3:
                continue  # the header
            raise UsageError(
                f"{place}: not a query, a passage and a grade, parted by tabs.", next_step=_SHAPE
            ) from error
    return judged
