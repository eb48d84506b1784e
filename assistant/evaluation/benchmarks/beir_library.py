"""A retrieval set put into a library of the assistant, as indexing would, so that its own search can be asked."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.embedding.base import Embedder, PassageInput
from assistant.evaluation.benchmarks.beir_set import Row
from assistant.indexing import CONTEXT_TOKENS, context_of
from assistant.library.holdings import PassageVectors, SourceFile
from assistant.library.packing import vector_key
from assistant.library.store import Library
from assistant.reading import cut_passages
from assistant.records import Document, Passage, Section, Span
from assistant.text.sentences import split_sentences

Progress = Callable[[int, int], None]
"""Told how many passages of how many are done."""

_MARKS = 2
_PASSAGES_AT_ONCE = 256
_GAP = "\n\n"
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class FilledLibrary:
    """Which row each passage is of, by the passage's number in the library, and the documents of each title."""

    rows: Mapping[int, str]
    documents: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Titled:
    document: Document
    passages: tuple[Passage, ...]
    row_starts: tuple[int, ...]
    row_ids: tuple[str, ...]

    def row_of(self, passage: Passage) -> str:
        return self.row_ids[bisect_right(self.row_starts, passage.span.start) - 1]


def fill(library: Library, embedder: Embedder, rows: Sequence[Row], progress: Progress) -> FilledLibrary:
    """Put the rows into an empty library and return where they are.

    Rows of one title are one document, as pages of one site are. A row that the model sees whole stays one passage; a
    longer one is cut as any long section is, and its best passage speaks for it. A row without a text is its title.
    """
    titled = list(_documents(rows, embedder))
    vectors = _embed(titled, embedder, progress)
    row_of: dict[int, str] = {}
    with library.writing():
        for one in titled:
            keys = [vector_key(passage, one.document.title) for passage in one.passages]
            file = SourceFile(one.document.source, one.document.id, len(one.document.text), 0)
            library.put(
                one.document,
                one.passages,
                {key: vectors[key] for key in keys},
                file=file,
                fingerprint=embedder.fingerprint,
            )
            row_of |= {
                number: one.row_of(passage) for number, passage in library.document_passages(one.document.id).items()
            }
    library.sync_vectors(embedder.fingerprint)
    return FilledLibrary(row_of, {one.document.title: (one.document.id,) for one in titled})


def _documents(rows: Sequence[Row], embedder: Embedder) -> Iterator[_Titled]:
    by_title: dict[str, list[Row]] = {}
    for row in rows:
        if (row.text or row.title).strip():
            by_title.setdefault(row.title, []).append(row)
    budget = embedder.maximum_tokens - CONTEXT_TOKENS - _MARKS
    for title, some in by_title.items():
        texts = [row.text if row.text.strip() else row.title for row in some]
        starts, start = [], 0
        for text in texts:
            starts.append(start)
            start += len(text) + len(_GAP)
        document = _document(title, texts, starts)
        passages = cut_passages(document, embedder.count_tokens, budget)
        yield _Titled(document, passages, tuple(starts), tuple(row.id for row in some))


def _document(title: str, texts: Sequence[str], starts: Sequence[int]) -> Document:
    whole = _GAP.join(texts)
    digest = hashlib.sha256(f"{title}\n{whole}".encode()).hexdigest()
    return Document(
        id=digest,
        title=title,
        source=f"{digest[:16]}.txt",
        media_type="text/plain",
        text=whole,
        sections=tuple(Section((), Span(start, start + len(text))) for start, text in zip(starts, texts, strict=True)),
        sentences=tuple(
            Span(start + line.start() + span.start, start + line.start() + span.end)
            for start, text in zip(starts, texts, strict=True)
            for line in _LINE.finditer(text)
            for span in split_sentences(line.group())
        ),
    )


def _embed(titled: Sequence[_Titled], embedder: Embedder, progress: Progress) -> dict[str, PassageVectors]:
    wanted = {
        vector_key(passage, one.document.title): (one.document.title, passage)
        for one in titled
        for passage in one.passages
    }
    contexts = {title: context_of(title, (), embedder) for title in {title for title, _ in wanted.values()}}
    vectors: dict[str, PassageVectors] = {}
    items = list(wanted.items())
    for start in range(0, len(items), _PASSAGES_AT_ONCE):
        progress(start, len(items))
        some = items[start : start + _PASSAGES_AT_ONCE]
        inputs = [
            PassageInput(
                contexts[title],
                passage.text,
                tuple(Span(one.start - passage.span.start, one.end - passage.span.start) for one in passage.sentences),
            )
            for _, (title, passage) in some
        ]
        embedded = embedder.embed_passages(inputs)
        for (key, _), one in zip(some, embedded, strict=True):
            vectors[key] = PassageVectors(one.vector, one.sentences)
    progress(len(items), len(items))
    return vectors
