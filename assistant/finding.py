"""Finding what bears on a question: understand it, search, weigh the sentences, judge whether they answer it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from assistant.answering import confidence, evidence
from assistant.answering.particulars import asking
from assistant.answering.question import Question, as_asked, understand
from assistant.embedding.base import Embedder, Matrix
from assistant.errors import LibraryError
from assistant.library.lexicon import Lexicon
from assistant.library.search import Query, frequencies, rarity, search, text_to_read
from assistant.library.store import Library
from assistant.records import SearchHit, Turn
from assistant.text.language import DEFAULT_LANGUAGE, guess_language

HITS = 12


@dataclass(frozen=True, slots=True)
class KnownSources:
    """What is known of the sources as a whole, at one generation of the library: of their words, and by a document's id
    its title and what its sentences are put back by."""

    generation: int
    lexicon: Lexicon
    titles: dict[str, str]
    handicaps: dict[str, float]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a question found: passages and their sentences, best first, and the signals of whether they answer it.

    ``searched`` is the number of documents searched. ``signals`` is None where nothing was found.
    """

    asked: Question
    searched: int
    hits: list[SearchHit]
    weighed: list[evidence.WeighedSentence]
    signals: confidence.Signals | None

    @property
    def confidence(self) -> float:
        """The calibrated probability, 0 to 1, that the sentences found answer the question."""
        return confidence.probability(self.signals) if self.signals else 0.0


class Finder:
    """Finds in one library with one embedding engine. Safe to use from several threads."""

    def __init__(self, library: Library, embedder: Callable[[], Embedder]) -> None:
        self._library = library
        self._embedder = embedder
        self._known: KnownSources | None = None

    def find(
        self,
        question: str,
        history: Sequence[Turn],
        timings: dict[str, float],
        rewritten: str | None = None,
        document_ids: Collection[str] | None = None,
    ) -> Findings:
        """Find what bears on ``question``; ``rewritten`` is what it means where somebody else worked that out.

        Only these documents are searched where ``document_ids`` are given.

        Raises LibraryError where a passage has no vectors of this embedding model.
        """
        embedder = self._embedder()
        with timed(timings, "understand"):
            known = self.known()
            is_name = known.lexicon.is_name
            asked = self.understood(question if rewritten is None else rewritten, history if rewritten is None else ())
            if rewritten is not None:
                asked = replace(asked, asked=as_asked(question))
            documents = known.handicaps.keys() if document_ids is None else known.handicaps.keys() & set(document_ids)
        with timed(timings, "embed"):
            vector = embedder.query_vector(asked.text)
        with timed(timings, "search"):
            hits = search(self._library, embedder, query_of(asked, vector), HITS, known.handicaps, document_ids)
            rarities = rarity(self._library, asked.terms)
            by_number = self._library.sentence_vectors(embedder.fingerprint, [hit.number for hit in hits])
            if any(hit.number not in by_number for hit in hits):
                raise _not_prepared()
        with timed(timings, "weigh"):
            weighed = evidence.first_look(asked, vector, hits, by_number, rarities, known.handicaps, is_name)
            formulas = self._library.formulas_among(one.text for one in weighed)
            weighed = [one for one in weighed if one.text not in formulas]
            read = evidence.worth_reading(weighed)
            tokens = embedder.token_vectors([asked.text, *map(evidence.text_to_read, read)])
            by_hit = dict(zip([hit.number for hit in read], tokens[1:], strict=True))
            weighed = evidence.second_look(asked, weighed, tokens[0], by_hit, rarities)
        with timed(timings, "judge"):
            signals = None
            if weighed:
                alone = embedder.embed_documents([one.text for one in weighed[: confidence.SENTENCES_READ]])
                similarities = [float(np.dot(one, vector)) for one in alone]
                logit = self._answerability(embedder, asked, weighed[0].hit)
                signals = confidence.signals(asked, hits, weighed, similarities, self._is_known, is_name, logit)
        return Findings(asked, len(documents), hits, weighed, signals)

    def understood(self, question: str, history: Sequence[Turn] = ()) -> Question:
        """Return the question as it is to be searched for: standing alone, slips mended, abbreviations resolved."""
        lexicon, is_word = self.known().lexicon, self._embedder().is_word

        def mended(text: str) -> str:
            # The embedding model knows English words only: to it "participación" is a slip for "participation".
            return lexicon.corrected(text, is_word) if guess_language(text) == DEFAULT_LANGUAGE else text

        return understand(question, history, lexicon.abbreviations, mended)

    def search(self, query: str, limit: int, document_ids: Collection[str] | None = None) -> list[SearchHit]:
        """Return the passages that fit a query best, best first; of these documents only where any are given."""
        embedder = self._embedder()
        asked = understand(query, (), self.known().lexicon.abbreviations)
        vector = embedder.query_vector(asked.text)
        return search(self._library, embedder, query_of(asked, vector), limit, document_ids=document_ids)

    def known(self) -> KnownSources:
        """Return what is known of the sources as a whole; read anew after a change of the library."""
        generation = self._library.generation()
        known = self._known
        if known is None or known.generation != generation:
            documents = self._library.documents()
            known = self._known = KnownSources(
                generation=generation,
                lexicon=Lexicon(self._library.abbreviations(), self._library),
                titles={one.id: one.title for one in documents},
                handicaps={one.id: 0.0 if one.original else evidence.SUMMARY_HANDICAP for one in documents},
            )
        return known

    def _answerability(self, embedder: Embedder, asked: Question, hit: SearchHit) -> float | None:
        """Return the logit that the passage answers what is asked for; None where no model reads both together."""
        question = asking(asked.text)
        if question == asked.text and hit.answerability is not None:
            return hit.answerability
        text = text_to_read(self.known().titles[hit.passage.document_id], hit.passage)
        logits = embedder.answerability(question, [text])
        return logits[0] if logits else None

    def _is_known(self, term: str) -> bool:
        return frequencies(self._library, [term])[term] > 0


def query_of(asked: Question, vector: Matrix) -> Query:
    """Return what to search for, for a question with this unit vector."""
    return Query(asked.text, vector, asked.terms, asked.spelled_out, asked.alternatives)


def _not_prepared() -> LibraryError:
    # To answer from the other passages alone would call things absent that the sources do say.
    return LibraryError(
        "The documents are not all prepared for the embedding model that is set.",
        kept="Nothing is lost.",
        next_step="Run: assistant index. If a run is under way, ask again when it is done.",
    )


@contextmanager
def timed(timings: dict[str, float], step: str) -> Iterator[None]:
    """Add the seconds that the block takes to ``timings[step]``."""
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[step] = timings.get(step, 0.0) + time.perf_counter() - started
