"""What searching and indexing again cost as a library grows."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.embedding.base import Embedder
from assistant.evaluation.benchmarks.synthetic import CheapEmbedder, SyntheticText
from assistant.finding import Finder
from assistant.indexing import IndexProgress, index_folder
from assistant.library.store import Library
from assistant.reading import Reader, ReadingLimits

SIZES = (1_000, 10_000, 100_000)
_PASSAGES_A_DOCUMENT = 100
_QUESTIONS = 60
_HITS = 12
_LIMITS = ReadingLimits(megabytes=100, pages=2000, seconds=120, memory_megabytes=1024)

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much is done."""


@dataclass(frozen=True, slots=True)
class GrowthPoint:
    """A library of so many passages: seconds of indexing it (without the model's work), of indexing it again
    unchanged, of the first search after that, and of a warm search, embedding the question included."""

    passages: int
    index_seconds: float
    again_seconds: float
    first_seconds: float
    p50_seconds: float
    p95_seconds: float

    def as_json(self) -> dict[str, float]:
        return {
            "passages": self.passages,
            "index_seconds": round(self.index_seconds, 2),
            "again_seconds": round(self.again_seconds, 3),
            "first_ms": round(self.first_seconds * 1000, 1),
            "p50_ms": round(self.p50_seconds * 1000, 1),
            "p95_ms": round(self.p95_seconds * 1000, 1),
        }


def measure_growth(sizes: Sequence[int], texts: Sequence[str], embedder: Embedder, tell: Progress) -> list[GrowthPoint]:
    """Return a point for each size, in passages; the libraries are made up and thrown away.

    ``texts`` are what the made-up documents read like. Raises ValueError where they have no sentence.
    """
    return [_measure(size, texts, CheapEmbedder(embedder), tell) for size in sorted(sizes)]


def _measure(size: int, texts: Sequence[str], embedder: CheapEmbedder, tell: Progress) -> GrowthPoint:
    text = SyntheticText(texts)
    with tempfile.TemporaryDirectory(prefix="growth-") as scratch:
        folder = Path(scratch, "documents")
        tell(f"writing {size:,} passages", 0, size)
        text.write_folder(folder, size, -(-size // _PASSAGES_A_DOCUMENT))
        with Library.open(Path(scratch, "data")) as library:
            reader = Reader(_LIMITS)

            def told(step: IndexProgress) -> None:
                tell(f"indexing {size:,} passages", step.done, step.total)

            try:
                first = index_folder(folder, library, reader, embedder, told)
                started = time.perf_counter()
                index_folder(folder, library, reader, embedder)
                again = time.perf_counter() - started
            finally:
                reader.close()
            tell(f"searching {first.passages:,} passages", 0, 1)
            first_seconds, *seconds = _search(library, embedder, text)
        return GrowthPoint(
            passages=first.passages,
            index_seconds=first.seconds,
            again_seconds=again,
            first_seconds=first_seconds,
            p50_seconds=float(np.quantile(seconds, 0.5)),
            p95_seconds=float(np.quantile(seconds, 0.95)),
        )


def _search(library: Library, embedder: Embedder, text: SyntheticText) -> list[float]:
    """Return the seconds of some searches, one after the other; the first meets a library that has just changed."""
    choice = random.Random(1)
    questions = [" ".join(text.sentence().split()[: choice.randint(5, 12)]) for _ in range(_QUESTIONS + 1)]
    embedder.query_vector(questions[0])
    finder = Finder(library, lambda: embedder)
    seconds = []
    for question in questions:
        started = time.perf_counter()
        finder.search(question, _HITS)
        seconds.append(time.perf_counter() - started)
    return seconds
