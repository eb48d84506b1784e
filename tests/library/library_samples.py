"""Documents, passages and vectors for the tests of the library."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.library.holdings import PassageVectors, SourceFile
from assistant.library.packing import vector_key
from assistant.library.store import Library
from assistant.records import CharacterRun, Document, Page, Passage, Section, Span

MODEL = "model-a"
DIMENSION = 12
RECIPE = "reading 1"


def make_document(source: str, paragraphs: Sequence[str], title: str = "", content: str | None = None) -> Document:
    """Return a document of one section a paragraph, two pages, and the sentences that end with a full stop."""
    text = "\n\n".join(paragraphs)
    sections, sentences = [], []
    start = 0
    for number, paragraph in enumerate(paragraphs, 1):
        sections.append(Section((f"Part {number}",), Span(start, start + len(paragraph))))
        place = start
        for sentence in paragraph.split(". "):
            sentences.append(Span(place, place + len(sentence)))
            place += len(sentence) + 2
        start += len(paragraph) + 2
    half = len(text) // 2
    return Document(
        id=hashlib.sha256((text if content is None else content).encode()).hexdigest(),
        title=title or source,
        source=source,
        media_type="text/plain",
        text=text,
        sections=tuple(sections),
        sentences=tuple(sentences),
        pages=(
            Page(1, "i", Span(0, half), (CharacterRun(0, 4, half),)),
            Page(
                2,
                None,
                Span(half, len(text)),
                (CharacterRun(half, 0, 3), CharacterRun(half + 3, 9, len(text) - half - 3)),
            ),
        ),
        author="An author",
        year=2018,
        original=False,
        summarises="Another document",
    )


def make_passages(document: Document) -> tuple[Passage, ...]:
    """Return one passage for each section."""
    return tuple(
        Passage(
            id=f"{document.id}:{section.span.start}-{section.span.end}",
            document_id=document.id,
            span=section.span,
            text=section.span.of(document.text),
            heading_path=section.heading_path,
            sentences=tuple(sentence for sentence in document.sentences if section.span.contains(sentence)),
            pages=tuple(page.number for page in document.pages if page.span.overlaps(section.span)),
        )
        for section in document.sections
    )


@cache
def vector_of(key: str, salt: str = MODEL, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """Return the unit vector that a key always gets: seeded by it, so that no test depends on the order of work."""
    seed = int.from_bytes(hashlib.sha256(f"{salt} {key}".encode()).digest()[:8], "little")
    vector = np.random.default_rng(seed).normal(size=dimension)
    unit: NDArray[np.float32] = (vector / np.linalg.norm(vector)).astype(np.float32)
    unit.flags.writeable = False
    return unit


def make_vectors(
    document: Document, passages: Sequence[Passage], salt: str = MODEL, dimension: int = DIMENSION
) -> dict[str, PassageVectors]:
    """Return the vectors of the passages by vector key, each sentence with one of its own."""
    found = {}
    for passage in passages:
        key = vector_key(passage, document.title)
        sentences = [vector_of(f"{key} {number}", salt, dimension) for number in range(len(passage.sentences))]
        stacked = np.stack(sentences) if sentences else np.empty((0, dimension), np.float32)
        found[key] = PassageVectors(vector_of(key, salt, dimension), stacked)
    return found


def file_of(document: Document, source: str | None = None, recipe: str = RECIPE) -> SourceFile:
    return SourceFile(source or document.source, document.id, len(document.text), 1_700_000_000_000_000_000, recipe)


def put(library: Library, document: Document, source: str | None = None, model: str = MODEL) -> bool:
    """Put a document in as an indexing run does: only what is not known is embedded."""
    passages = make_passages(document)
    vectors = make_vectors(document, passages, salt=model)
    known = library.known_vectors(model, vectors)
    fresh = {key: value for key, value in vectors.items() if key not in known}
    return library.put(document, passages, fresh, file=file_of(document, source), fingerprint=model)


def without_runs(document: Document) -> Document:
    return replace(document, pages=tuple(replace(page, runs=()) for page in document.pages))


def brute_force(
    library: Library, vector: NDArray[np.float32], limit: int, model: str = MODEL
) -> list[tuple[int, float]]:
    """Return what ``nearest`` should, computed from the vectors that the documents were put with."""
    hits = []
    for summary in library.documents():
        for rowid, passage in library.document_passages(summary.id).items():
            own = vector_of(vector_key(passage, summary.title), model)
            hits.append((rowid, round(float(own.astype(np.float64) @ vector.astype(np.float64)), 6)))
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:limit]


def assert_nearest(library: Library, answered_by: str | None, model: str = MODEL) -> None:
    """Ask for some vectors and compare with ``brute_force``, in order and to five digits; None for whoever answers."""
    for name in ("one", "two", "three"):
        vector = vector_of(name)
        expected, found = brute_force(library, vector, 7, model), library.nearest(model, vector, 7)
        assert answered_by in (None, found.answered_by), found.reason
        assert [rowid for rowid, _ in found.hits] == [rowid for rowid, _ in expected]
        np.testing.assert_allclose([one for _, one in found.hits], [one for _, one in expected], atol=1e-5)


def assert_whole(library: Library, model: str = MODEL) -> None:
    """Everything of each document is there and belongs together, and nothing else is."""
    library.check()
    summaries = {summary.id: summary for summary in library.documents()}
    held = library.files()
    assert {each.document_id for each in held if each.document_id} == set(summaries)
    for identifier, summary in summaries.items():
        document = library.document(identifier, runs=True)
        rows = library.document_passages(identifier)
        assert tuple(rows.values()) == make_passages(document)
        assert summary.passages == len(rows)
        assert document.source in {each.file.source for each in held if each.document_id == identifier}
        assert set(library.passage_vectors(model, list(rows))) == set(rows)
        assert {rowid: len(found) for rowid, found in library.sentence_vectors(model, list(rows)).items()} == {
            rowid: len(passage.sentences) for rowid, passage in rows.items()
        }
    assert library.passage_count() == sum(summary.passages for summary in summaries.values())
    assert library.missing_vectors(model) == []
