"""A retrieval set put into a library of the assistant, as indexing would, so that its own search can be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.embedding.base import Embedder
from assistant.evaluation.benchmarks.beir_set import RetrievalSet, Row
from assistant.indexing import CONTEXT_TOKENS, passage_vectors
from assistant.library.holdings import SourceFile
from assistant.library.packing import vector_key
from assistant.library.store import Library
from assistant.reading import cut_passages
from assistant.reading.sentences import split_sentences
from assistant.records import Document, Passage, Section, Span

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""

_MARKS = 2
_ROWS_AT_ONCE = 512
_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class FilledLibrary:
    """Which row each passage is of, by its number in the library, and which documents have which title."""

    rows: Mapping[int, str]
    documents: Mapping[str, tuple[str, ...]]


def fill(library: Library, embedder: Embedder, rows: Sequence[Row], progress: Progress) -> FilledLibrary:
    """Put the rows into an empty library and return where they are.

    Rows of one title are one document, as pages of one site are. A row that the model sees whole stays one passage; a
    longer one is cut as any long section is, and its best passage speaks for it.
    """
    ...
