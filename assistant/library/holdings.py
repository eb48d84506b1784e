"""What the library holds and hands out, beside the nouns of ``records``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.records import FileProblem


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the corpus folder as it was when it was read.

    ``source`` is its path inside the folder, with forward slashes. ``content_hash`` is the SHA-256 of its bytes in
    hexadecimal, empty where they could not be read. ``recipe`` names the way of reading and cutting; a file that was
    read by another recipe is worth reading again although its bytes are the same.
    """

    source: str
    content_hash: str
    size: int
    modified_ns: int
    recipe: str = ""


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file and what became of it.

    ``document_id`` is None where the file is not in the library, and ``problem`` then says why; a document that was
    read in part has both. ``copy_of`` is the source path of another file with the same bytes, whose document stands
    for both.
    """

    file: SourceFile
    document_id: str | None
    copy_of: str | None
    problem: FileProblem | None


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text. ``pages`` is None for formats without pages; ``passages`` counts them."""

    id: str
    title: str
    source: str
    media_type: str
    author: str | None
    kind: str | None
    year: int | None
    language: str
    original: bool
    summarises: str | None
    published_at: str | None
    pages: int | None
    passages: int


@dataclass(frozen=True, slots=True, eq=False)
class PassageVectors:
    """The vectors of one passage.

    ``passage`` has the shape ``(dimension,)``, ``sentences`` ``(number of the passage's sentences, dimension)``, in
    the order of ``Passage.sentences``. The first is kept as float32 of length 1, the others as float16.
    """

    passage: NDArray[np.float32]
    sentences: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MissingVectors:
    """A passage without vectors of a model, by its number; ``title`` is its document's, ``key`` its vector key."""

    rowid: int
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The passages nearest to a vector: ``hits`` are (rowid, cosine similarity), best first.

    ``answered_by`` is "chroma", or "record" when the vectors of SQLite were compared one by one because Chroma was
    not in step with them; ``reason`` then says why. Both give the same similarities.
    """

    hits: tuple[tuple[int, float], ...]
    answered_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VectorReport:
    """What bringing Chroma into step did: vectors added and removed, and what was wrong, if anything.

    ``in_step`` is False where Chroma could not be mended; searches are then answered from SQLite, exactly but slower.
    """

    in_step: bool
    added: int = 0
    removed: int = 0
    rebuilt: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LibraryState:
    """Figures of the library for ``doctor`` and the library page. ``changed_at`` is a UTC time in ISO 8601.

    ``corpus`` is the folder that the documents were read from, None before the first run.
    """

    folder: Path
    corpus: Path | None
    generation: int
    changed_at: str | None
    documents: int
    passages: int
    vectors: dict[str, int]
