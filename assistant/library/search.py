"""Search: keywords and vectors, fused so that neither can drown the other, and the best compared in detail."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from assistant.embedding.base import Embedder
from assistant.library.closeness import Candidate, Query, closeness
from assistant.library.passages import match_any
from assistant.library.store import Library
from assistant.records import Passage, SearchHit
from assistant.wording import searchable

__all__ = ["Query", "frequencies", "keywords", "nearest", "rarity", "search", "text_to_read"]

_KEYWORD_DEPTH = 200
_VECTOR_DEPTH = 100
_COMPARED = 24
"""Passages that are compared in detail. As good as 60 (nDCG@10 on five public sets .714 for both), in half the time."""
_READ = 6
"""At most so many passages are read together with the query, those that may be the first of them."""
_WITHIN = 0.2
"""What scores so much less than the first is not read."""
_CHARACTERS_READ = 5_000
"""In all, but never fewer than two passages: it adds some 80 ms to the slowest searches on two cores. A set of
financial reports has nDCG@10 .765 with it, .762 with two thirds of it, and .743 with nothing read."""
_READ_UP_TO = 20_000
"""Passages of a library. In a larger one the search itself takes the time: 65 ms at 89,000 for 95 queries of 100."""
_RAISED = 0.3
_TEMPERATURE = 2.0
"""Chosen with ``_RAISED`` on eleven sets in BEIR's shape; .5 and 3 do as well, .2 and 2 gain half as much."""
_MOST_GONE_THROUGH = 15_000
"""Passages that the keyword index goes through for one query, a passage counting once for each term: some 10 ms."""
_SATURATION = 2.2
"""FTS5's BM25 has k1 = 1.2: one term adds at most its rarity times k1 + 1."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A passage of the first look; ``first`` is its score there."""

    number: int
    cosine: float
    share: float
    first: float


def search(
    library: Library,
    embedder: Embedder,
    query: Query,
    limit: int = 10,
    handicaps: Mapping[str, float] | None = None,
    document_ids: Collection[str] | None = None,
) -> list[SearchHit]:
    """Return the passages that fit best, best first; of these documents only where ``document_ids`` are given.

    ``handicaps`` maps a document's id to what its passages are put back by.

    The first look scores by the cosine plus the keyword score as a share of the best that the query's terms could
    score. A rank fusion gives the first keyword hit the same weight whether it matches the whole question or one common
    word; a share does not. The second look orders what the first put on top (see ``closeness``). The third reads the
    first few together with the query, where the engine has a model that does and the library is not very large.
    """
    with library.snapshot():
        keyword, similarity, seen = _first_look(library, embedder.fingerprint, query, limit, document_ids)
        chosen = _put_back(library, seen, max(_COMPARED, limit), handicaps or {})
        scored = _second_look(library, embedder, query, chosen[:_COMPARED], handicaps or {})
        scored = [*scored, *_following(library, scored, chosen[_COMPARED:])][: max(limit, _READ)]
        few = library.passage_count() <= _READ_UP_TO
        places = library.places([one.number for _, one, _ in scored[:_READ]]) if few else {}
    ranks = [{number: rank for rank, number in enumerate(ranking, 1)} for ranking in (keyword, similarity)]
    hits = [
        SearchHit(
            number=one.number,
            passage=passage,
            score=score,
            keyword_rank=ranks[0].get(one.number),
            vector_rank=ranks[1].get(one.number),
            keyword_score=one.share,
            similarity=one.cosine,
            closeness=score,
        )
        for score, one, passage in scored
    ]
    titles = {number: headings[0] for number, (_, headings) in places.items()}
    return (_third_look(embedder, query, hits, titles) if titles else hits)[:limit]


def frequencies(library: Library, terms: Sequence[str]) -> dict[str, int]:
    """Return for each stem how many passages have a word of it."""
    looked_for = {term: searchable(term) for term in terms}
    counts = library.document_frequency(looked_for.values())
    return {term: counts[word] for term, word in looked_for.items()}


def rarity(library: Library, terms: Sequence[str]) -> dict[str, float]:
    """Return how much each term tells: ln((N + 1) / (n + 1/2)) + 1, for n of N passages that have it.

    The 1 keeps a word that most passages of a small library have from counting for nothing.
    """
    return {term: weight + 1 for term, weight in _weights(library, terms).items()}


def _weights(library: Library, terms: Sequence[str]) -> dict[str, float]:
    """Return the rarity of each term as BM25 has it, above 0."""
    passages = library.passage_count()
    counts = frequencies(library, terms)
    return {term: math.log((passages + 1) / (counts[term] + 0.5)) for term in terms}


def _first_look(
    library: Library, fingerprint: str, query: Query, limit: int, document_ids: Collection[str] | None
) -> tuple[list[int], list[int], list[_Seen]]:
    """Return the keyword ranking, the vector ranking, and all passages of either, best first."""
    keyword = dict(keywords(library, query, max(_KEYWORD_DEPTH, limit), document_ids))
    similarity = nearest(library, fingerprint, query.vector, max(_VECTOR_DEPTH, limit), document_ids)
    unseen = [number for number in keyword if number not in similarity]
    vectors = library.passage_vectors(fingerprint, unseen)
    best = max(sum(_weights(library, query.terms).values()) * _SATURATION, 1e-9)
    seen = []
    for number in [*similarity, *unseen]:
        cosine = similarity[number] if number in similarity else _cosine(vectors.get(number), query.vector)
        share = min(1.0, keyword.get(number, 0.0) / best)
        seen.append(_Seen(number, cosine, share, cosine + share))
    return list(keyword), list(similarity), sorted(seen, key=lambda one: (-one.first, one.number))


def keywords(
    library: Library, query: Query, limit: int, document_ids: Collection[str] | None = None
) -> list[tuple[int, float]]:
    """Return (number, BM25 score) of the passages with any of the query's terms, best first; see ``search``.

    In a large library the most common terms are left out where rarer ones are there: a term that half of the passages
    have tells nothing (FTS5 gives it no weight), and going through all of them is what a keyword search costs.
    """
    counts = frequencies(library, [*query.terms, *query.spelled_out])
    affordable: list[str] = []
    gone_through = 0
    for term, count in sorted(counts.items(), key=lambda one: one[1]):
        gone_through += count
        if gone_through > _MOST_GONE_THROUGH and any(counts[one] for one in affordable):
            break
        affordable.append(term)
    return library.keyword(match_any(map(searchable, affordable)), limit, document_ids)


def nearest(
    library: Library,
    fingerprint: str,
    vector: NDArray[np.float32],
    limit: int,
    document_ids: Collection[str] | None = None,
) -> dict[int, float]:
    """Return the cosines of the nearest passages by number, nearest first; see ``search`` for ``document_ids``."""
    if document_ids is None:
        return dict(library.nearest(fingerprint, vector, limit).hits)
    vectors = library.passage_vectors(fingerprint, library.numbers_in(document_ids))
    cosines = {number: _cosine(one, vector) for number, one in vectors.items()}
    return dict(sorted(cosines.items(), key=lambda hit: (-hit[1], hit[0]))[:limit])


def _put_back(library: Library, seen: Sequence[_Seen], count: int, handicaps: Mapping[str, float]) -> list[_Seen]:
    """Return the best of the first look once the handicaps of their documents are taken off."""
    reach = max(handicaps.values(), default=0.0)
    if reach <= 0 or len(seen) <= count:
        return list(seen[:count])
    near = [one for one in seen if one.first >= seen[count - 1].first - reach]
    places = library.places([one.number for one in near])
    back = {one.number: handicaps.get(places[one.number][0], 0.0) for one in near}
    return sorted(near, key=lambda one: (back[one.number] - one.first, one.number))[:count]


def _second_look(
    library: Library, embedder: Embedder, query: Query, chosen: Sequence[_Seen], handicaps: Mapping[str, float]
) -> list[tuple[float, _Seen, Passage]]:
    """Return what was chosen with the score that counts, best first."""
    numbers = [one.number for one in chosen]
    passages = dict(zip(numbers, library.passages(numbers), strict=True))
    places = library.places(numbers)
    vectors = library.passage_vectors(embedder.fingerprint, numbers)
    sentences = library.sentence_vectors(embedder.fingerprint, numbers)
    nothing = np.zeros_like(query.vector)
    candidates = [
        Candidate(
            number=one.number,
            cosine=one.cosine,
            share=one.share,
            headings="\n".join(places[one.number][1]),
            text=passages[one.number].text,
            vector=vectors.get(one.number, nothing),
            sentences=sentences.get(one.number, nothing[:0].reshape(0, len(nothing))),
        )
        for one in chosen
    ]
    scores = closeness(query, candidates, _weights(library, query.terms), embedder)
    scored = [
        (score - handicaps.get(places[one.number][0], 0.0), one, passages[one.number])
        for score, one in zip(scores, chosen, strict=True)
    ]
    return sorted(scored, key=lambda each: (-each[0], each[1].number))


def _third_look(
    embedder: Embedder, query: Query, hits: Sequence[SearchHit], titles: Mapping[int, str]
) -> list[SearchHit]:
    """Return the hits in the order that remains once the first few were read; ``titles`` are those of their documents.

    Each is raised by its share of the probability that it is the one that answers.
    """
    first = [hit for hit in hits[:_READ] if hit.score >= hits[0].score - _WITHIN]
    texts = [text_to_read(titles[hit.number], hit.passage) for hit in first]
    first = first[: max(2, sum(length <= _CHARACTERS_READ for length in accumulate(map(len, texts))))]
    if len(first) < 2:
        return list(hits)
    logits = embedder.answerability(query.text, texts[: len(first)])
    if logits is None:
        return list(hits)
    odds = np.exp((np.array(logits) - max(logits)) / _TEMPERATURE)
    raised = [
        replace(hit, score=hit.score + _RAISED * float(share), answerability=logit)
        for hit, share, logit in zip(first, odds / odds.sum(), logits, strict=True)
    ]
    return sorted([*raised, *hits[len(first) :]], key=lambda hit: (-hit.score, hit.number))


def text_to_read(title: str, passage: Passage) -> str:
    """Return what is read together with a question: the passage, below its document's title and its headings."""
    above = ": ".join(filter(None, dict.fromkeys([title, *passage.heading_path])))
    return f"{above}. {passage.text}" if above else passage.text


def _following(
    library: Library, compared: Sequence[tuple[float, _Seen, Passage]], rest: Sequence[_Seen]
) -> list[tuple[float, _Seen, Passage]]:
    """Return what was not compared in detail, in the order of the first look, below what was."""
    if not rest:
        return []
    numbers = [one.number for one in rest]
    passages = dict(zip(numbers, library.passages(numbers), strict=True))
    lowest = min(score for score, *_ in compared) - rest[0].first
    scores = [lowest + one.first for one in rest]
    below = np.minimum.accumulate(scores)
    return [(float(score), one, passages[one.number]) for score, one in zip(below, rest, strict=True)]


def _cosine(stored: NDArray[np.float32] | None, vector: NDArray[np.float32]) -> float:
    return 0.0 if stored is None else float(stored @ vector)
