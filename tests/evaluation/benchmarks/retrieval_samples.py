"""A retrieval set of a few rows, written as BEIR has them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROWS: tuple[tuple[str, str, str], ...] = (
    ("c1", "Cats", "The British Blue is a breed of cat with a dense grey coat."),
    ("c2", "Cats", "A cat sleeps up to sixteen hours a day."),
    ("c3", "Dogs", "Retrievers were bred to bring back what hunters shot."),
    ("c4", "Dogs", "A dog that is left alone all day may bark."),
    ("c5", "Parks", "The park opens at dawn and closes at ten in the evening."),
    ("c6", "", "Volcanoes form where plates of the crust meet."),
)
QUERIES: tuple[dict[str, Any], ...] = (
    {"_id": "q1", "text": "When does the park close?", "answerable": True},
    {"_id": "q2", "text": "How long does it sleep each day?", "answerable": True, "scope": "Cats"},
    {"_id": "q3", "text": "Who composed the opera Aida?", "answerable": False},
    {"_id": "q4", "text": "What were retrievers bred for?", "answerable": True},
)
JUDGEMENTS: tuple[tuple[str, str, int], ...] = (("q1", "c5", 1), ("q2", "c2", 1), ("q4", "c3", 2), ("q4", "c4", 0))


def write_set(
    folder: Path,
    rows: Sequence[tuple[str, str, str]] = ROWS,
    queries: Sequence[Mapping[str, Any]] = QUERIES,
    judgements: Sequence[tuple[str, str, int]] = JUDGEMENTS,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    corpus = [json.dumps({"_id": identifier, "title": title, "text": text}) for identifier, title, text in rows]
    (folder / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(one) for one in queries) + "\n", encoding="utf-8")
    lines = ["query-id\tcorpus-id\tscore", *(f"{query}\t{row}\t{grade}" for query, row, grade in judgements)]
    (folder / "qrels.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder
