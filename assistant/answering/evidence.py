"""Weighing the sentences of the passages that a search found: first all of them quickly, then the best word by word.

The weights below were fitted on question sets with marked answer sentences (public encyclopedia, speech and
consultation texts, and notes on school law) and rounded. Share of questions with the right sentence first, and among
the first three, after the first look and after both: .55 to .66 and .70 to .81 on 120 questions of a public span set,
.42 to .52 and .63 to .75 on 130 questions on the notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.answering.expectation import expected
from assistant.answering.holding import holds
from assistant.answering.lists import lead_in, sentence_text
from assistant.answering.particulars import asking, numbered_things
from assistant.answering.question import Question
from assistant.embedding.base import Matrix, TokenVectors
from assistant.records import SearchHit, Span
from assistant.text.characters import CELL_SEPARATOR
from assistant.wording import STOP_WORDS, stem, term_set, words

PASSAGES_READ = 4
"""Passages that are read word by word; their tokens are embedded while the reader waits."""

_PASSAGE = 0.5
_COVERAGE = 0.3
_COVERAGE_WITH_HEADINGS = 0.6
_MATCH = 0.6
_LEAST_MATCH = 0.2
_KIND = 0.2
_NUMBERED = 0.5
_ROW = 0.3
"""What a row of a table is put back by: by itself it is seldom a sentence, and its head row says nothing."""
SUMMARY_HANDICAP = 0.4
"""What a summary's sentence has to be better by before it is quoted rather than the original's."""


@dataclass(frozen=True, slots=True, eq=False)
class WeighedSentence:
    """A sentence of a found passage and how much it bears on the question.

    ``similarity`` is the cosine of its vector and the question's; ``coverage`` the share of the question's terms, by
    rarity, that it says, and ``coverage_with_headings`` that it, the headings above it or the line that opens its list
    say. ``match`` tells how well each content word of the question is matched by one of its words, as vectors in
    context, on average by rarity, ``least_match`` how well the worst of them is (late interaction: Khattab and Zaharia,
    "ColBERT", 2020). ``has_kind`` tells whether it has the number, date, name ... that is asked for; ``numbered`` is
    above 0 where it has the numbered thing that is asked for ("Goal 2"), below 0 where it has another of that name. The
    second look fills the two matches in.
    """

    hit: SearchHit
    span: Span
    text: str
    stems: frozenset[str]
    similarity: float
    coverage: float
    coverage_with_headings: float
    handicap: float
    has_kind: bool
    numbered: float
    match: float = 0.0
    least_match: float = 0.0

    @property
    def score(self) -> float:
        return (
            self.similarity
            + _PASSAGE * self.hit.similarity
            + _COVERAGE * self.coverage
            + _COVERAGE_WITH_HEADINGS * self.coverage_with_headings
            + _MATCH * self.match
            + _LEAST_MATCH * self.least_match
            + _KIND * self.has_kind
            + _NUMBERED * self.numbered
            - self.handicap
        )


def first_look(
    question: Question,
    vector: Matrix,
    hits: Sequence[SearchHit],
    sentence_vectors: Mapping[int, Matrix],
    rarity: Mapping[str, float],
    handicaps: Mapping[str, float],
    is_name: Callable[[str], bool],
) -> list[WeighedSentence]:
    """Return all sentences of the hits, the one that bears most on the question first.

    ``sentence_vectors`` maps a hit's number to unit vectors of shape (number of sentences, dimension); ``rarity`` a
    term to its weight; ``handicaps`` a document's id to what its sentences are put back by. ``is_name`` tells of a word
    whether the sources only ever write it with a capital.
    """
    kind = expected(question.text)
    asked_for = numbered_things(question.text)
    weighed = []
    for hit in hits:
        passage = hit.passage
        headings = term_set(" ".join(passage.heading_path))
        similarities = sentence_vectors[hit.number] @ vector
        for index, (span, similarity) in enumerate(zip(passage.sentences, similarities, strict=True)):
            text = sentence_text(passage, span)
            stems = term_set(text)
            opening = lead_in(passage, index)
            around = headings if opening is None else headings | term_set(sentence_text(passage, opening))
            weighed.append(
                WeighedSentence(
                    hit=hit,
                    span=span,
                    text=text,
                    stems=stems,
                    similarity=float(similarity),
                    coverage=share_said(question, stems, rarity),
                    coverage_with_headings=share_said(question, stems | around, rarity),
                    handicap=handicaps.get(passage.document_id, 0.0) + _ROW * (CELL_SEPARATOR in text),
                    has_kind=kind is not None and holds(kind, text, question.text, is_name),
                    numbered=_numbered(asked_for, text),
                )
            )
    return sorted(weighed, key=lambda one: -one.score)


def share_said(question: Question, stems: frozenset[str], rarity: Mapping[str, float]) -> float:
    """Return the share of the question's terms, weighed by rarity, that a unit with these stems says; 0 to 1."""
    whole = sum(rarity[term] for term in question.terms)
    said = sum(rarity[term] for term in question.terms if question.covered(term, stems))
    return said / whole if whole > 0 else 0.0


def worth_reading(weighed: Sequence[WeighedSentence]) -> list[SearchHit]:
    """Return the passages of the best sentences, for the second look."""
    best = dict.fromkeys(one.hit.number for one in weighed)
    chosen = list(best)[:PASSAGES_READ]
    hits = {one.hit.number: one.hit for one in weighed}
    return [hits[number] for number in chosen]


def text_to_read(hit: SearchHit) -> str:
    """Return what ``second_look`` expects the token vectors of: the passage's innermost heading, then its text."""
    return "\n".join([": ".join(hit.passage.heading_path[-1:]), hit.passage.text])


def second_look(
    question: Question,
    weighed: Sequence[WeighedSentence],
    question_tokens: TokenVectors,
    passage_tokens: Mapping[int, TokenVectors],
    rarity: Mapping[str, float],
) -> list[WeighedSentence]:
    """Return the sentences of the passages read word by word, weighed anew, best first.

    ``question_tokens`` are those of ``question.text``, ``passage_tokens`` by a hit's number those of
    ``text_to_read``.
    """
    asked, weights = _content_words(question.text, question_tokens, rarity)
    read = []
    for one in weighed:
        tokens = passage_tokens.get(one.hit.number)
        if tokens is None:
            continue
        shift = len(text_to_read(one.hit)) - len(one.hit.passage.text) - one.hit.passage.span.start
        inside = [
            row
            for row, (start, end) in enumerate(tokens.offsets)
            if start >= one.span.start + shift and end <= one.span.end + shift
        ]
        if not inside or not len(asked):
            read.append(one)
            continue
        nearest = (asked @ tokens.vectors[inside].T).max(axis=1)
        match = float(np.average(nearest, weights=weights))
        read.append(replace(one, match=match, least_match=float(nearest.min())))
    return sorted(read, key=lambda one: -one.score)


def _numbered(asked_for: frozenset[tuple[str, str]], text: str) -> float:
    """Return 2 where ``text`` opens with a numbered thing that is asked for, 1 where it has it, -1/2 where it only has
    others of that name."""
    if not asked_for:
        return 0.0
    found = numbered_things(text)
    if asked_for & numbered_things(" ".join(text.split()[:3])):
        return 2.0
    if asked_for & found:
        return 1.0
    return -0.5 if {noun for noun, _ in asked_for} & {noun for noun, _ in found} else 0.0


def _content_words(text: str, tokens: TokenVectors, rarity: Mapping[str, float]) -> tuple[Matrix, list[float]]:
    """Return the unit vectors of the content words, shape (number of words, dimension), and the weight of each."""
    starts = np.array([start for start, _ in tokens.offsets])
    ends = np.array([end for _, end in tokens.offsets])
    vectors, weights = [], []
    asked = set(words(asking(text)))
    for word in re.finditer(r"\w+", text):
        if word.group().lower() in STOP_WORDS or word.group().lower() not in asked or not len(starts):
            continue
        rows = (starts >= word.start()) & (ends <= word.end())
        if rows.any():
            vector = tokens.vectors[rows].mean(axis=0)
            vectors.append(vector / max(float(np.linalg.norm(vector)), 1e-12))
            weights.append(rarity.get(stem(word.group().lower()), 1.0))
    return np.array(vectors, dtype=np.float32), weights
