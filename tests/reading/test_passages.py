"""Passages: whole sentences below one heading, within the budget, with exact spans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.composing import Block, BlockKind, compose
from assistant.reading.passages import cut_passages
from assistant.records import Document, Page, Passage, Span


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_letters(texts: Sequence[str]) -> list[int]:
    return [sum(not char.isspace() for char in text) for text in texts]


def document_of(blocks: Sequence[Block], pages: tuple[Page, ...] = ()) -> Document:
    composition = compose(blocks)
    return Document(
        "d" * 64,
        "Title",
        "title.txt",
        "text/plain",
        composition.text,
        composition.sections,
        composition.sentences,
        pages,
    )


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def check(document: Document, passages: Sequence[Passage], budget: int) -> None:
    for passage in passages:
        assert document.text[passage.span.start : passage.span.end] == passage.text
        assert passage.id == f"{document.id}:{passage.span.start}-{passage.span.end}"
        assert passage.sentences
        assert passage.span == Span(passage.sentences[0].start, passage.sentences[-1].end)
        section = next(one for one in document.sections if one.span.contains(passage.span))
        assert passage.heading_path == section.heading_path
    starts = [passage.span for passage in passages]
    assert starts == sorted(starts)
    assert all(first.end <= second.start for first, second in pairwise(starts))


WORD = st.text("abcdefgh", min_size=1, max_size=9)
SENTENCE = st.lists(WORD, min_size=1, max_size=30).map(lambda words: " ".join(words).capitalize() + ".")
BLOCK = st.builds(
    lambda kind, sentences, level: Block(
        kind, sentences[0].rstrip(".") if kind is BlockKind.HEADING else " ".join(sentences), level
    ),
    st.sampled_from(BlockKind),
    st.lists(SENTENCE, min_size=1, max_size=6),
    st.integers(1, 4),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=25), st.integers(3, 90))
def test_passages_fit_the_budget_and_hold_every_sentence(blocks: list[Block], budget: int) -> None:
    document = document_of(blocks)
    passages = cut_passages(document, count_words, budget)
    check(document, passages, budget)
    assert all(count_words([passage.text])[0] <= budget for passage in passages)
    inside = "".join(span.of(document.text) for passage in passages for span in passage.sentences)
    wanted = "".join(span.of(document.text) for span in document.sentences)
    assert "".join(inside.split()) == "".join(wanted.split())
    within = [sentence for sentence in document.sentences if count_words([sentence.of(document.text)])[0] <= budget]
    assert set(within) <= {span for passage in passages for span in passage.sentences}


def test_an_endless_word_is_cut_inside_as_the_last_resort() -> None:
    document = document_of([paragraph("x" * 1000), paragraph("A short sentence follows it.")])
    passages = cut_passages(document, count_letters, 50)
    check(document, passages, 50)
    assert all(count_letters([passage.text])[0] <= 50 for passage in passages)
    assert sum(passage.text.count("x") for passage in passages) == 1000


def test_a_list_stays_with_the_sentence_that_announces_it() -> None:
    sentences = " ".join(f"Sentence number {number} has a number of words in it." for number in range(6))
    items = [Block(BlockKind.ITEM, f"Goal {number}: All students engage in safe schools.") for number in range(1, 4)]
    document = document_of([paragraph(sentences), paragraph("The plan includes the following goals:"), *items])
    passages = cut_passages(document, count_words, 64)
    assert len(passages) == 2
    assert passages[1].text.startswith("The plan includes")
    assert "Goal 3" in passages[1].text


def test_passages_are_of_even_size() -> None:
    text = " ".join(f"Sentence number {number} has got eight words here." for number in range(12))
    sizes = [count_words([one.text])[0] for one in cut_passages(document_of([paragraph(text)]), count_words, 80)]
    assert sizes == [48, 48]


def test_paragraphs_are_preferred_to_be_kept_whole() -> None:
    paragraphs = [" ".join(["Eight words are in this one short sentence."] * 5)] * 4
    document = document_of([paragraph(text) for text in paragraphs])
    passages = cut_passages(document, count_words, 90)
    assert [passage.text.count("\n\n") for passage in passages] == [1, 1]


def test_a_passage_never_crosses_a_heading() -> None:
    document = document_of(
        [
            Block(BlockKind.HEADING, "One", 1),
            paragraph("First."),
            Block(BlockKind.HEADING, "Two", 2),
            paragraph("Second."),
        ]
    )
    passages = cut_passages(document, count_words, 100)
    assert [(passage.heading_path, passage.text) for passage in passages] == [
        (("One",), "First."),
        (("One", "Two"), "Second."),
    ]


def test_a_passage_names_the_pages_it_touches() -> None:
    text = "One goes here. Two goes here. Three goes here."
    pages = (Page(1, None, Span(0, 20)), Page(2, None, Span(20, 20)), Page(3, "iii", Span(20, len(text))))
    document = document_of([paragraph(text)], pages)
    assert [passage.pages for passage in cut_passages(document, count_words, 3)] == [(1,), (1, 3), (3,)]


def test_the_counts_are_asked_for_in_one_batch() -> None:
    calls: list[int] = []

    def counting(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_words(texts)

    cut_passages(document_of([paragraph("One here. Two here. Three here.")]), counting, 50)
    assert calls == [3]


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="budget"):
        cut_passages(document_of([paragraph("One.")]), count_words, 0)
