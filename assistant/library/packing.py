"""Spans, runs and vectors as compact bytes, and the keys and digests that show when stored bytes were damaged."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.records import CharacterRun, Document, Page, Passage, Section, Span

# Half a SHA-256: enough that two passages never meet by accident, short enough for 100,000 of them in an index.
KEY_BYTES = 16


def pack_spans(spans: Iterable[Span], origin: int = 0) -> bytes:
    """Return the spans, counted from ``origin``, as pairs of 32-bit little-endian numbers."""
    pairs = [(span.start - origin, span.end - origin) for span in spans]
    return np.asarray(pairs, dtype="<u4").tobytes()


def unpack_spans(packed: bytes, origin: int = 0) -> tuple[Span, ...]:
    pairs = np.frombuffer(packed, dtype="<u4").reshape(-1, 2).tolist()
    return tuple(Span(start + origin, end + origin) for start, end in pairs)


def pack_runs(runs: Iterable[CharacterRun]) -> bytes:
    """Return the runs as triples of 32-bit numbers, compressed: most of a page's runs follow one pattern."""
    triples = [(run.start, run.page_start, run.length) for run in runs]
    return zlib.compress(np.asarray(triples, dtype="<u4").tobytes(), 1)


def unpack_runs(packed: bytes) -> tuple[CharacterRun, ...]:
    triples = np.frombuffer(zlib.decompress(packed), dtype="<u4").reshape(-1, 3).tolist()
    return tuple(CharacterRun(*triple) for triple in triples)


def pack_sections(sections: Iterable[Section]) -> str:
    return compact_json([[section.heading_path, section.span.start, section.span.end] for section in sections])


def unpack_sections(packed: str) -> tuple[Section, ...]:
    return tuple(Section(tuple(path), Span(start, end)) for path, start, end in json.loads(packed))


def pack_pages(pages: Iterable[Page]) -> str:
    """Return the pages without their runs, which are many and seldom needed."""
    return compact_json([[page.number, page.label, page.span.start, page.span.end] for page in pages])


def unpack_pages(packed: str) -> tuple[Page, ...]:
    return tuple(Page(number, label, Span(start, end)) for number, label, start, end in json.loads(packed))


def pack_heading(title: str, heading_path: Sequence[str]) -> str:
    return compact_json([title, *heading_path])


def unpack_heading(packed: str) -> tuple[str, ...]:
    """Return the heading path, without the title that stands before it."""
    return tuple(json.loads(packed)[1:])


def compact_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def vector_key(passage: Passage, title: str) -> str:
    """Return the name of what a model may see of a passage: title, headings, text and where its sentences stand.

    Two passages with the same key have the same vectors under one model, wherever they stand.
    """
    sentences = pack_spans(passage.sentences, passage.span.start)
    return key_of(pack_heading(title, passage.heading_path), passage.text, sentences)


def key_of(heading: str, text: str, sentences: bytes) -> str:
    """Return the vector key of a packed passage, in hexadecimal."""
    digest = hashlib.sha256()
    for part in (heading.encode(), text.encode(), sentences):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()[: 2 * KEY_BYTES]


def document_digest(document: Document) -> str:
    """Return the SHA-256 of all of a document but the runs of its pages, which carry a checksum of their own."""
    described = (
        document.id, document.title, document.source, document.media_type, document.author, document.kind,
        document.year, document.language, document.original, document.summarises, document.published_at,
        pack_sections(document.sections), pack_pages(document.pages),
    )  # fmt: skip
    digest = hashlib.sha256(compact_json(described).encode())
    digest.update(document.text.encode())
    digest.update(pack_spans(document.sentences))
    return digest.hexdigest()


def pack_vector(vector: NDArray[np.float32]) -> bytes:
    return np.asarray(vector, dtype="<f4").tobytes()


def unpack_vector(packed: bytes) -> NDArray[np.float32]:
    return np.frombuffer(packed, dtype="<f4")


def pack_sentence_vectors(vectors: NDArray[np.float32]) -> bytes:
    """Return the vectors as 16-bit floats: cosines of unit vectors change by less than 0.001."""
    return np.asarray(vectors, dtype="<f2").tobytes()


def unpack_sentence_vectors(packed: bytes, dimension: int) -> NDArray[np.float32]:
    return np.frombuffer(packed, dtype="<f2").reshape(-1, dimension).astype(np.float32)
