"""How well search ranks, and how well the confidence tells what can be answered, on a public set.

Everything goes through the assistant's own search: the same keyword index, the same vectors, the same fusion and
second look, the same judgement of whether what was found answers. Keywords alone and vectors alone are the baselines.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embedding.base import Embedder
from assistant.evaluation.benchmarks.beir_library import FilledLibrary, fill
from assistant.evaluation.benchmarks.beir_set import Query, RetrievalSet, load_retrieval_set
from assistant.evaluation.benchmarks.growth import Progress
from assistant.evaluation.benchmarks.ranking import area_under_curve, discounted_gain, recall, reciprocal_rank
from assistant.finding import Finder, query_of
from assistant.library.search import keywords, nearest, search
from assistant.library.store import Library
from assistant.models import load_embedder
from assistant.settings import Settings

METHODS = ("keyword", "vector", "ours")
_DEPTH = 100
_MEASURES: Mapping[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "ndcg@10": lambda ranking, relevant: discounted_gain(ranking, relevant, 10),
    "recall@5": lambda ranking, relevant: recall(ranking, relevant, 5),
    "recall@10": lambda ranking, relevant: recall(ranking, relevant, 10),
    "recall@100": lambda ranking, relevant: recall(ranking, relevant, 100),
    "mrr@10": lambda ranking, relevant: reciprocal_rank(ranking, relevant, 10),
}


@dataclass(frozen=True, slots=True)
class RetrievalBenchmark:
    """What was measured. ``measures`` maps a measure to the mean of each method, None where no query has a relevant
    row; ``judged`` counts those that have. ``refusal_auroc`` is None unless the set has both kinds of questions.
    """

    name: str
    passages: int
    questions: int
    judged: int
    measures: Mapping[str, Mapping[str, float | None]]
    refusal_auroc: Mapping[str, float] | None
    seconds: float

    def as_json(self) -> dict[str, object]:
        measures = {
            name: {method: _rounded(value) for method, value in values.items()}
            for name, values in self.measures.items()
        }
        refusal = self.refusal_auroc
        return {
            "set": self.name,
            "passages": self.passages,
            "questions": self.questions,
            **measures,
            "refusal_auroc": {method: _rounded(value) for method, value in refusal.items()} if refusal else None,
            "seconds": round(self.seconds, 2),
        }

    def as_text(self) -> str:
        rows = [(name, [_shown(values[method]) for method in METHODS]) for name, values in self.measures.items()]
        if self.refusal_auroc:
            rows.append(("refusal AUROC", [_shown(self.refusal_auroc[method]) for method in METHODS]))
        table = "\n".join(
            f"{name:<14}" + "".join(f"{one:>9}" for one in values) for name, values in [("", METHODS), *rows]
        )
        return (
            f"{self.name}: {self.passages} passages, {self.questions} questions, {self.judged} of them with a relevant "
            f"passage, {self.seconds:.0f} s\n{table}"
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Rankings of rows by method, and the score that each method would refuse by (None where it was not needed)."""

    rankings: Mapping[str, Sequence[str]]
    top: Mapping[str, float] | None


def run_retrieval(
    folder: Path, settings: Settings, tell: Progress = lambda step, done, total: None
) -> RetrievalBenchmark:
    """Measure retrieval on the set in ``folder``, in a temporary library.

    Raises UsageError for a set that cannot be read, EmbeddingError where the model of the settings cannot be used.
    """
    started = time.perf_counter()
    chosen = load_retrieval_set(folder)
    embedder = load_embedder(settings)
    with tempfile.TemporaryDirectory(prefix="retrieval-") as scratch, Library.open(Path(scratch)) as library:
        filled = fill(library, embedder, chosen.rows, lambda done, total: tell("embedding passages", done, total))
        asked = _ask(chosen, _Searched(library, embedder, filled), tell)
    measures = _measured(chosen, asked)
    return RetrievalBenchmark(
        name=chosen.name,
        passages=len(chosen.rows),
        questions=len(chosen.queries),
        judged=sum(_has_relevant(chosen, one) for one in chosen.queries),
        measures=measures,
        refusal_auroc=_refusal(chosen.queries, asked),
        seconds=time.perf_counter() - started,
    )


class _Searched:
    """The filled library, asked each way."""

    def __init__(self, library: Library, embedder: Embedder, filled: FilledLibrary) -> None:
        self.library, self.embedder, self.filled = library, embedder, filled
        self.finder = Finder(library, lambda: embedder)
        # A row that was cut takes several places of a ranking of passages.
        self.depth = -(-_DEPTH * len(filled.rows) // max(1, len(set(filled.rows.values()))))

    def one(self, query: Query, text: str, vector: NDArray[np.float32], judged: bool) -> _Asked:
        documents = None if query.scope is None else self.filled.documents.get(query.scope, ())
        asked = query_of(self.finder.understood(text), vector)
        with self.library.snapshot():
            keyword = keywords(self.library, asked, self.depth, documents)
            similar = nearest(self.library, self.embedder.fingerprint, vector, self.depth, documents)
            hits = search(self.library, self.embedder, asked, self.depth, document_ids=documents)
            top = None
            if judged:
                found = self.finder.find(text, (), {}, document_ids=documents)
                best = max(similar.values(), default=0.0)
                top = {"keyword": keyword[0][1] if keyword else 0.0, "vector": best, "ours": found.confidence}
        numbers = {
            "keyword": [number for number, _ in keyword],
            "vector": list(similar),
            "ours": [hit.number for hit in hits],
        }
        return _Asked({method: self._rows(some) for method, some in numbers.items()}, top)

    def _rows(self, numbers: Sequence[int]) -> list[str]:
        return list(dict.fromkeys(self.filled.rows[number] for number in numbers))[:_DEPTH]


def _ask(chosen: RetrievalSet, searched: _Searched, tell: Progress) -> list[_Asked]:
    judged = {one.answerable for one in chosen.queries} >= {True, False}
    texts = [searched.finder.understood(one.text).text for one in chosen.queries]
    vectors = np.asarray(searched.embedder.embed_documents(texts), dtype=np.float32)
    asked = []
    for number, (query, vector) in enumerate(zip(chosen.queries, vectors, strict=True)):
        tell("asking questions", number, len(chosen.queries))
        asked.append(searched.one(query, query.text, vector, judged and query.answerable is not None))
    tell("asking questions", len(asked), len(asked))
    return asked


def _has_relevant(chosen: RetrievalSet, query: Query) -> bool:
    return any(grade > 0 for grade in chosen.relevant.get(query.id, {}).values())


def _measured(chosen: RetrievalSet, asked: Sequence[_Asked]) -> dict[str, dict[str, float | None]]:
    counted = [
        (one.rankings, chosen.relevant[query.id])
        for query, one in zip(chosen.queries, asked, strict=True)
        if _has_relevant(chosen, query)
    ]
    return {
        name: {
            method: float(np.mean([measure(rankings[method], relevant) for rankings, relevant in counted]))
            if counted
            else None
            for method in METHODS
        }
        for name, measure in _MEASURES.items()
    }


def _refusal(queries: Sequence[Query], asked: Sequence[_Asked]) -> dict[str, float] | None:
    judged = [(query.answerable, one.top) for query, one in zip(queries, asked, strict=True) if one.top is not None]
    answerable = [bool(known) for known, _ in judged]
    areas = {method: area_under_curve([top[method] for _, top in judged], answerable) for method in METHODS}
    return {method: area for method, area in areas.items() if area is not None} or None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
