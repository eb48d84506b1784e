"""Spans, and the JSON that leaves the program."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import (
    Answer,
    AnswerStatus,
    Citation,
    NearestPassage,
    Passage,
    Removed,
    SearchHit,
    Sentence,
    SentenceKind,
    Span,
    answer_json,
    to_json,
)

TEXT = "In 2018 the district wrote it down."
SPANS = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(lambda ends: Span(min(ends), max(ends)))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (-3, -2)])
def test_what_is_no_span_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


@given(SPANS, SPANS)
def test_spans_agree_with_the_sets_of_their_characters(one: Span, other: Span) -> None:
    ones, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    shared = one.intersection(other)
    assert len(one) == len(ones) == len(one.of(TEXT))
    assert set(range(shared.start, shared.end) if shared else ()) == ones & others
    assert (shared is not None) == bool(ones & others)
    assert one.overlaps(other) == other.overlaps(one)
    assert bool(ones & others) <= one.overlaps(other)
    if others:
        assert one.contains(other) == (others <= ones)


def test_records_cannot_be_changed() -> None:
    span = Span(1, 2)
    with pytest.raises(FrozenInstanceError):
        span.start = 0  # type: ignore[misc]


def sample_answer() -> Answer:
    citations = (
        Citation(1, "a" * 64, "A title", "a.pdf", 3, "iii", ("Part", "Goals"), Span(4, 9), "goals"),
        Citation(2, "b" * 64, "B", "b.txt", None, None, (), Span(0, 2), "It"),
    )
    return Answer(
        question="Which goals?",
        status=AnswerStatus.PARTIAL,
        sentences=(
            Sentence("goals", SentenceKind.QUOTED, (1, 2)),
            Sentence("In summary,", SentenceKind.CONNECTIVE),
            Sentence("It", SentenceKind.SUPPORTED, (2,)),
        ),
        citations=citations,
        removed=(Removed("Seven.", "no source says it"),),
        nearest=(NearestPassage("b" * 64, "B", "b.txt", None, None, (), Span(0, 2), "It"),),
        confidence=0.512345678,
        model="quotes",
        timings={"search": 0.0123456789},
    )


def test_the_text_of_an_answer_has_its_markers_in_order() -> None:
    assert sample_answer().text == "goals[1][2] In summary, It[2]"


def test_an_answer_as_json_has_the_keys_that_are_promised() -> None:
    value = json.loads(json.dumps(answer_json(sample_answer())))
    assert value["status"] == "partial"
    assert value["text"] == "goals[1][2] In summary, It[2]"
    assert [sentence["kind"] for sentence in value["sentences"]] == ["quoted", "connective", "supported"]
    assert value["sentences"][0] == {"text": "goals", "kind": "quoted", "citations": [1, 2]}
    assert value["citations"][0] == {
        "number": 1,
        "document_id": "a" * 64,
        "title": "A title",
        "source": "a.pdf",
        "page": 3,
        "page_label": "iii",
        "section": ["Part", "Goals"],
        "start": 4,
        "end": 9,
        "quote": "goals",
    }
    assert value["removed"] == [{"text": "Seven.", "reason": "no source says it"}]
    assert {"title", "page", "quote"} <= value["nearest"][0].keys()
    assert value["confidence"] == pytest.approx(0.512346, abs=1e-9)
    assert value["timings"] == {"search": 0.012346}


def test_every_record_becomes_plain_json() -> None:
    passage = Passage("d:0-2", "d", Span(0, 2), "It", ("Part",), (Span(0, 2),), (1,))
    value = to_json(SearchHit(7, passage, 1.5, keyword_rank=None, vector_rank=2))
    assert json.loads(json.dumps(value)) == value
    assert (value["passage"]["start"], value["passage"]["end"]) == (0, 2)
    assert value["passage"]["sentences"] == [{"start": 0, "end": 2}]


@pytest.mark.parametrize(
    ("keyword", "vector", "found_by"),
    [(1, None, ("keyword",)), (None, 3, ("vector",)), (2, 1, ("keyword", "vector")), (None, None, ())],
)
def test_a_hit_says_what_found_it(keyword: int | None, vector: int | None, found_by: tuple[str, ...]) -> None:
    passage = Passage("d:0-2", "d", Span(0, 2), "It")
    assert SearchHit(1, passage, 1.0, keyword_rank=keyword, vector_rank=vector).found_by == found_by
