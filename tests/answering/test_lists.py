"""Which sentence opens a list, and which are its items."""

from __future__ import annotations

import pytest

from assistant.answering.lists import is_item, items_below, lead_in
from assistant.records import Passage, Span


def passage(*sentences: str) -> Passage:
    text = "\n".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return Passage("p", "d", Span(0, len(text)), text, (), tuple(spans))


@pytest.mark.parametrize(
    "text", ["• One", "- one", "1. One", "(a) one", "(iii) one", "(2) one", "Goal 3: One", "Type 5. One"]
)
def test_marked_lines_are_items(text: str) -> None:
    assert is_item(text)


@pytest.mark.parametrize(
    "text", ["One goal is enough.", "In 2018 it was presented.", "(see the law) it is so.", "Goals: one"]
)
def test_ordinary_sentences_are_not(text: str) -> None:
    assert not is_item(text)


def test_an_item_belongs_to_the_line_that_opens_its_list() -> None:
    listed = passage("Before.", "The goals are these:", "Goal 1: Read.", "Goal 2: Write.", "After.")
    assert lead_in(listed, 3) == listed.sentences[1]
    assert lead_in(listed, 1) is None
    assert lead_in(listed, 4) is None
    assert items_below(listed, 1, 9) == listed.sentences[2:4]
    assert items_below(listed, 1, 1) == listed.sentences[2:3]


def test_items_without_an_opening_line_have_none() -> None:
    assert lead_in(passage("Nothing opens this.", "• one", "• two"), 2) is None
