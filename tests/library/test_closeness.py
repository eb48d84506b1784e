"""The second look at passages: what brings one before another, each thing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedding.base import Embedder, Matrix, Meanings
from assistant.library.closeness import Candidate, Query, closeness
from assistant.wording import terms

AXES = np.eye(4, dtype=np.float32)


class WordMeanings(Embedder):
    """Gives each word of a text the vector that it is told, and others one that is near nothing."""

    fingerprint, dimension, maximum_tokens = "meanings", 4, 256

    def __init__(self, known: dict[str, Matrix] | None = None) -> None:
        self.known = known or {}

    def meanings(self, text: str, passages: Sequence[str]) -> Meanings:
        if not self.known:
            return super().meanings(text, passages)
        asked, offsets = self._read(text)
        nearest = [(asked @ self._read(one)[0].T).max(axis=1, initial=0) for one in passages]
        return Meanings(np.array(nearest, dtype=np.float32).reshape(len(passages), len(offsets)), offsets)

    def _read(self, text: str) -> tuple[Matrix, tuple[tuple[int, int], ...]]:
        rows, offsets, start = [], [], 0
        for word in text.split():
            start = text.index(word, start)
            rows.append(self.known.get(word, AXES[3] * 0))
            offsets.append((start, start + len(word)))
            start += len(word)
        return np.array(rows, dtype=np.float32).reshape(-1, 4), tuple(offsets)

    def count_tokens(self, texts: object) -> list[int]:
        raise NotImplementedError

    embed_passages = token_vectors = count_tokens  # type: ignore[assignment]


def query(text: str, **more: object) -> Query:
    return Query(text, AXES[0], tuple(terms(text)), **more)  # type: ignore[arg-type]


def candidate(text: str, **more: object) -> Candidate:
    same: dict[str, object] = {
        "number": 1, "cosine": 0.4, "share": 0.2, "headings": "", "vector": AXES[1], "sentences": AXES[1:2],
    }  # fmt: skip
    return Candidate(text=text, **(same | more))  # type: ignore[arg-type]


def scores(asked: Query, *candidates: Candidate, embedder: Embedder | None = None) -> list[float]:
    weights = dict.fromkeys(asked.terms, 1.0)
    return closeness(asked, candidates, weights, embedder or WordMeanings())


BASE = candidate("grey stones")


@pytest.mark.parametrize(
    "better",
    [
        replace(BASE, cosine=0.5),
        replace(BASE, share=0.5),
        replace(BASE, sentences=np.stack([AXES[1], AXES[0]])),
        replace(BASE, text="grey stones and a budget"),
        replace(BASE, headings="Budget"),
    ],
    ids=["cosine", "keyword share", "one near sentence", "a term said", "a term in a heading"],
)
def test_each_of_these_alone_brings_a_passage_forward(better: Candidate) -> None:
    worse, closer = scores(query("school budget"), BASE, better)
    assert closer > worse


def test_terms_side_by_side_as_asked_count_more_than_apart() -> None:
    together, apart = scores(
        query("annual meeting"), candidate("the annual meeting is soon"), candidate("the meeting is annual soon")
    )
    assert together > apart


def test_an_abbreviation_is_said_by_what_it_stands_for() -> None:
    asked = query("spsa", alternatives={"spsa": (frozenset(terms("school plan")),)})
    spelled_out, half = scores(asked, candidate("the school has a plan"), candidate("the school has a site"))
    assert spelled_out > half


def test_a_word_of_the_same_meaning_is_matched_without_being_said() -> None:
    near = (AXES[0] + AXES[1]) / np.sqrt(2, dtype=np.float32)
    embedder = WordMeanings({"salary": AXES[0], "pay": near, "rock": AXES[2]})
    pay, rock = scores(query("salary"), candidate("pay"), candidate("rock"), embedder=embedder)
    assert pay - rock == pytest.approx(np.sqrt(0.5) / 2, abs=1e-6)


def test_what_is_near_the_best_of_the_first_look_comes_forward() -> None:
    best = [replace(BASE, cosine=0.9, vector=AXES[2])] * 3
    near, far = replace(BASE, vector=AXES[2]), replace(BASE, vector=AXES[3])
    *_, one, other = scores(query("school"), *best, near, far)
    assert one > other


def test_no_candidates_and_no_terms_are_no_trouble() -> None:
    assert scores(query("school")) == []
    assert len(scores(Query("?!", AXES[0], ()), BASE)) == 1
    assert len(scores(query("school"), replace(BASE, sentences=AXES[:0]))) == 1


@given(st.text(max_size=40), st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_every_candidate_has_a_score_that_is_a_number(text: str, passages: list[str]) -> None:
    embedder = WordMeanings({"a": AXES[0]})
    found = scores(query(text), *(candidate(one) for one in passages), embedder=embedder)
    assert len(found) == len(passages)
    assert np.isfinite(found).all()
