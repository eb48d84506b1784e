"""The assistant: its parts, built once, and the order of their steps."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from assistant.answering import confidence, evidence, quotes
from assistant.answering.question import Question, understand
from assistant.embedding.base import Embedder
from assistant.errors import LibraryError, UsageError
from assistant.indexing import IndexProgress, Progress, index_folder
from assistant.library.holdings import DocumentSummary
from assistant.library.lexicon import Lexicon, find_formulas, read_lexicon
from assistant.library.search import frequencies, rarity, search
from assistant.library.store import Library
from assistant.models import load_embedder
from assistant.reading.limits import ReadingLimits
from assistant.reading.worker import Reader
from assistant.records import (
    Answer,
    AnswerStatus,
    Citation,
    Document,
    FileProblem,
    IndexReport,
    NearestPassage,
    SearchHit,
    Sentence,
    Span,
    Turn,
)
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.retriever import LibraryRetriever

__all__ = ["Assistant", "IndexProgress", "LibraryOverview"]

QUOTES_MODEL = "quotes"
HITS = 12
_PAGE_SCALE = 1.6


@dataclass(frozen=True, slots=True)
class LibraryOverview:
    """What is in the library; ``indexed_at`` is a UTC time in ISO 8601, None before the first run."""

    documents: tuple[DocumentSummary, ...]
    problems: tuple[FileProblem, ...]
    passages: int
    embedding_model: str
    indexed_at: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a question found: its sentences, best first, and the signals of whether they answer it (None for none)."""

    asked: Question
    weighed: list[evidence.WeighedSentence]
    signals: confidence.Signals | None


@dataclass(frozen=True, slots=True)
class _KnownSources:
    generation: int
    documents: int
    lexicon: Lexicon
    formulas: frozenset[str]
    handicaps: dict[str, float]


class Assistant:
    """Reads, indexes and answers. Safe to use from several threads; a context manager.

    The library opens at once; the embedding model is loaded when it is first needed, or by ``warm``.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library = Library.open(settings.data)
        self._reader = Reader(
            ReadingLimits(
                megabytes=settings.file_megabytes,
                pages=settings.file_pages,
                seconds=settings.file_seconds,
                memory_megabytes=settings.file_memory_megabytes,
            )
        )
        self._embedder: Embedder | None = None
        self._loading = threading.Lock()
        self._known: _KnownSources | None = None

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
        self.library.close()

    # The model

    @property
    def ready(self) -> bool:
        """Whether a question can be answered without loading anything first."""
        return self._embedder is not None

    def warm(self) -> None:
        """Load the embedding model and touch the index, so that the first question is as quick as the others."""
        vector = self.embedder.query_vector("Where are the goals?")
        self.library.sync_vectors(self.embedder.fingerprint)
        self.library.nearest(self.embedder.fingerprint, vector, 1)
        self._known_sources()

    @property
    def embedder(self) -> Embedder:
        """The embedding engine; the first use loads it. Raises EmbeddingError."""
        with self._loading:
            if self._embedder is None:
                self._embedder = load_embedder(self.settings)
            return self._embedder

    # Index

    def index(self, progress: Progress | None = None) -> IndexReport:
        """Bring the index into step with the corpus folder. Raises LibraryError, EmbeddingError."""
        return index_folder(self.settings.corpus, self.library, self._reader, self.embedder, progress)

    def needs_index(self) -> bool:
        """Whether nothing was read yet, or read from another folder or for another embedding model than is set now."""
        state = self.library.state()
        if state.documents == 0 or state.corpus != self.settings.corpus.resolve():
            return True
        return bool(self.library.missing_vectors(self.embedder.fingerprint))

    # Ask

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer in the sources' own sentences, or say that they do not say.

        Raises UsageError for an empty question, LibraryError where the index is damaged or made for another model.
        """
        if not question.strip():
            raise UsageError("There is no question.", next_step="Type one, for example: What is LCAP Goal 3?")
        timings: dict[str, float] = {}
        with self.library.snapshot():
            found = self._find(question, history, timings)
            with _timed(timings, "write"):
                return self._written(found, timings)

    def _find(self, question: str, history: Sequence[Turn], timings: dict[str, float]) -> Findings:
        """Understand, search, weigh, and judge whether that is enough."""
        with _timed(timings, "understand"):
            known = self._known_sources()
            lexicon, is_word, is_name = known.lexicon, self.embedder.is_word, known.lexicon.is_name
            asked = understand(question, history, lexicon.abbreviations, lambda text: lexicon.corrected(text, is_word))
        with _timed(timings, "embed"):
            embedder = self.embedder
            vector = embedder.query_vector(asked.text)
        with _timed(timings, "search"):
            hits = search(
                self.library, embedder.fingerprint, vector, asked.terms, asked.spelled_out, HITS, known.handicaps
            )
            rarities = rarity(self.library, asked.terms)
            by_number = self.library.sentence_vectors(embedder.fingerprint, [hit.number for hit in hits])
            if any(hit.number not in by_number for hit in hits):
                raise _not_prepared()
        with _timed(timings, "weigh"):
            weighed = evidence.first_look(asked, vector, hits, by_number, rarities, known.handicaps, is_name)
            weighed = [one for one in weighed if one.text not in known.formulas]
            read = evidence.worth_reading(weighed)
            tokens = embedder.token_vectors([asked.text, *map(evidence.text_to_read, read)])
            by_hit = dict(zip([hit.number for hit in read], tokens[1:], strict=True))
            weighed = evidence.second_look(asked, weighed, tokens[0], by_hit, rarities)
        with _timed(timings, "judge"):
            signals = None
            if weighed:
                alone = embedder.embed_documents([one.text for one in weighed[: confidence.SENTENCES_READ]])
                similarities = [float(np.dot(one, vector)) for one in alone]
                signals = confidence.signals(asked, weighed, similarities, rarities, self._is_known, is_name)
        return Findings(asked, weighed, signals)

    def _is_known(self, term: str) -> bool:
        return frequencies(self.library, [term])[term] > 0

    def _written(self, found: Findings, timings: dict[str, float]) -> Answer:
        judged = confidence.probability(found.signals) if found.signals else 0.0
        status = confidence.status(judged)
        documents = self.library.document
        sentences: tuple[Sentence, ...] = ()
        citations: tuple[Citation, ...] = ()
        nearest: tuple[NearestPassage, ...] = ()
        if status is AnswerStatus.NOT_FOUND:
            nearest = quotes.nearest(found.weighed, documents)
        else:
            chosen = quotes.choose(found.weighed, self.settings.answer_sentences)
            sentences, citations = quotes.write(quotes.quotations(chosen), documents)
        return Answer(
            question=found.asked.asked,
            status=status,
            sentences=sentences,
            citations=citations,
            removed=(),
            nearest=nearest,
            confidence=judged,
            model=QUOTES_MODEL,
            interpreted_as=found.asked.text if found.asked.rewritten else None,
            searched=self._known_sources().documents,
            timings=timings,
        )

    def _known_sources(self) -> _KnownSources:
        """Return what is known of the sources as a whole; read anew after a change of the library."""
        generation = self.library.generation()
        known = self._known
        if known is None or known.generation != generation:
            documents = [self.library.document(one.id) for one in self.library.documents()]
            known = self._known = _KnownSources(
                generation=generation,
                documents=len(documents),
                lexicon=read_lexicon(one.text for one in documents),
                formulas=find_formulas(documents),
                handicaps={one.id: 0.0 if one.original else evidence.SUMMARY_HANDICAP for one in documents},
            )
        return known

    # Look up

    def search(self, query: str, limit: int = 10) -> list[SearchHit]:
        """Return the passages that fit a query best, best first."""
        asked = understand(query, (), self._known_sources().lexicon.abbreviations)
        vector = self.embedder.query_vector(asked.text)
        return search(self.library, self.embedder.fingerprint, vector, asked.terms, asked.spelled_out, limit)

    def retriever(self, limit: int = 8) -> LibraryRetriever:
        """Return the search as a LangChain retriever of at most ``limit`` passages."""
        from assistant.retriever import LibraryRetriever

        return LibraryRetriever(search=self.search, document=self.document, limit=limit)

    def overview(self) -> LibraryOverview:
        """Return what the library holds and which files it could not take."""
        state = self.library.state()
        problems = tuple(one.problem for one in self.library.files() if one.problem is not None)
        return LibraryOverview(
            documents=tuple(self.library.documents()),
            problems=problems,
            passages=state.passages,
            embedding_model=self.settings.embedding_model,
            indexed_at=state.changed_at,
        )

    def document(self, document_id: str) -> Document:
        """Return a document; raises LibraryError for an unknown id."""
        return self.library.document(document_id)

    def original_file(self, document_id: str) -> Path:
        """Return the path of the file a document was read from; raises LibraryError where it is gone."""
        return self.library.source_path(document_id)

    def page_image(self, document_id: str, page_number: int, span: Span | None) -> bytes:
        """Return a page of a PDF as PNG with ``span`` marked. Raises LibraryError, UnreadableFileError."""
        path = self.library.source_path(document_id)
        page = self.library.page(document_id, page_number)
        return self._reader.render_page(path, page, [span] if span else [], _PAGE_SCALE)


def _not_prepared() -> LibraryError:
    # To answer from the other passages alone would call things absent that the sources do say.
    return LibraryError(
        "The documents are not all prepared for the embedding model that is set.",
        kept="Nothing is lost.",
        next_step="Run: assistant index. If a run is under way, ask again when it is done.",
    )


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[step] = time.perf_counter() - started
