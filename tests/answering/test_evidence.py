"""Weighing sentences: what makes one come before another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.evidence import (
    SUMMARY_HANDICAP,
    WeighedSentence,
    first_look,
    second_look,
    share_said,
    text_to_read,
    worth_reading,
)
from assistant.answering.question import understand
from assistant.embedding.base import TokenVectors
from assistant.records import Passage, SearchHit, Span
from assistant.wording import term_set

DIMENSION = 4


def hit(number: int, *sentences: str, document: str = "d", heading: str = "Part") -> SearchHit:
    text = "\n".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    passage = Passage(f"{document}:{number}", document, Span(0, len(text)), text, (heading,), tuple(spans))
    return SearchHit(number, passage, 1.0, similarity=0.5)


def look(question: str, *hits: SearchHit, handicaps: dict[str, float] | None = None) -> list[WeighedSentence]:
    """The first look where all vectors are the same, so that only the wording tells sentences apart."""
    asked = understand(question)
    vector = np.full(DIMENSION, 0.5, dtype=np.float32)
    vectors = {one.number: np.tile(vector, (len(one.passage.sentences), 1)) for one in hits}
    rarity = dict.fromkeys(asked.terms, 1.0)
    return first_look(asked, vector, hits, vectors, rarity, handicaps or {}, lambda word: word == "Epstein")


def best(question: str, *hits: SearchHit, handicaps: dict[str, float] | None = None) -> str:
    return look(question, *hits, handicaps=handicaps)[0].text


def test_the_sentence_that_says_the_words_of_the_question_comes_first() -> None:
    assert best("Who approves the plan?", hit(1, "Schools are safe.", "The board approves the plan.")).startswith(
        "The board"
    )


def test_the_numbered_thing_that_is_asked_for_comes_before_others_of_its_name() -> None:
    goals = hit(1, "Goal 1: graduates and goal readiness.", "Goal 2: learners.", "Under Goal 2 and others, sites plan.")
    assert best("What does goal 2 say?", goals) == "Goal 2: learners."
    assert look("What does goal 2 say?", goals)[-1].text.startswith("Goal 1")


@pytest.mark.parametrize(
    ("question", "holds_it"),
    [
        ("How many principles does the framework describe?", "The framework describes 18 principles."),
        ("When was the framework presented?", "The framework was presented in February 2018."),
        ("Who wrote the framework?", "Epstein wrote the framework."),
        ("What are the parts of the framework?", "The framework has parts, as follows:"),
    ],
)
def test_a_sentence_with_the_kind_of_thing_asked_for_comes_first(question: str, holds_it: str) -> None:
    assert (
        best(question, hit(1, "The framework describes principles presented in parts, the board wrote.", holds_it))
        == holds_it
    )


def test_an_original_comes_before_a_summary_that_says_the_same() -> None:
    said = "Sites put their goals into the plan."
    summary, original = hit(1, said, document="summary"), hit(2, said, document="original")
    first = look("Where do sites put goals?", summary, original, handicaps={"summary": SUMMARY_HANDICAP})[0]
    assert first.hit.passage.document_id == "original"


def test_headings_and_the_line_that_opens_a_list_count_for_its_items() -> None:
    listed = look(
        "Which barriers does the evaluation look for?",
        hit(1, "The evaluation looks for barriers:", "• disability", heading="X"),
    )
    item = next(one for one in listed if one.text.startswith("•"))
    assert item.coverage == 0.0
    assert item.coverage_with_headings == pytest.approx(1.0)


def test_the_second_look_reads_only_what_it_is_given_and_prefers_matched_words() -> None:
    one, other = hit(1, "alpha beta"), hit(2, "gamma delta")
    weighed = look("omega", one, other)
    assert [found.number for found in worth_reading(weighed)] == [1, 2]
    axes = np.eye(DIMENSION, dtype=np.float32)
    start = text_to_read(one).index("alpha")
    question = TokenVectors(axes[:1], ((0, 5),))
    near = TokenVectors(axes[:2], ((start, start + 5), (start + 6, start + 10)))
    far = TokenVectors(axes[2:4], ((start, start + 5), (start + 6, start + 11)))
    read = second_look(understand("omega"), weighed, question, {1: far, 2: near}, {"omega": 1.0})
    assert [found.hit.number for found in read] == [2, 1]
    assert read[0].match == pytest.approx(1.0)
    assert read[1].least_match == pytest.approx(0.0)
    assert [
        found.hit.number for found in second_look(understand("omega"), weighed, question, {1: far}, {"omega": 1.0})
    ] == [1]


def test_what_an_asker_tells_of_the_own_case_need_not_be_matched() -> None:
    one = hit(1, "omega kappa")
    text, start = "Alpha beta. Omega kappa?", text_to_read(one).index("omega")
    axes = np.eye(DIMENSION, dtype=np.float32)
    question = TokenVectors(axes[:4], ((0, 5), (6, 10), (12, 17), (18, 23)))
    same = TokenVectors(axes[2:4], ((start, start + 5), (start + 6, start + 11)))
    (read,) = second_look(understand(text), look(text, one), question, {1: same}, {})
    assert read.least_match == pytest.approx(1.0)


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_share_said_is_a_share(question: str, text: str) -> None:
    asked = understand(question)
    share = share_said(asked, term_set(text), dict.fromkeys(asked.terms, 1.5))
    assert 0.0 <= share <= 1.0
    if asked.terms:
        assert share_said(asked, term_set(asked.text), dict.fromkeys(asked.terms, 1.5)) == pytest.approx(1.0)
