"""Thinking aloud is left out, however the text is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat import without_thinking

CASES = {
    "": "",
    "Goal 3.": "Goal 3.",
    "<think>Hm.</think>Goal 3.": "Goal 3.",
    "<think>\nHm.\n</think>\n\nGoal 3.": "\n\nGoal 3.",
    "<Thinking>Hm, < 5 </think> still.</THINKING>Goal 3.": "Goal 3.",
    "Yes.<reasoning>Hm.</reasoning> And no.<think>Hm.</think> So.": "Yes. And no. So.",
    "Goal 3.<think>Is that all": "Goal 3.",
    "<think>Never closed": "",
    "A lone end</think> is dropped.": "A lone end is dropped.",
    "Fewer than < 5 and <b>bold</b> <thinker> <": "Fewer than < 5 and <b>bold</b> <thinker> <",
    "<think>a<think>b</think>Goal 3.": "Goal 3.",
    "<think >Hm.</think >Goal 3.": "Goal 3.",
    "cut at <thin": "cut at <thin",
}
PARTS = [*"<think> </think> <thinking> </thinking> <reasoning> </reasoning> < > </ a k".split(), " "]


@pytest.mark.parametrize(("text", "shown"), CASES.items())
def test_blocks_are_left_out(text: str, shown: str) -> None:
    assert "".join(without_thinking(iter([text]))) == shown
    assert "".join(without_thinking(iter(text))) == shown


@given(st.lists(st.sampled_from(PARTS)).map("".join), st.data())
def test_it_makes_no_difference_where_the_text_is_cut(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    found = list(without_thinking(iter(pieces)))
    assert "".join(found) == "".join(without_thinking(iter([text])))
    assert all(found)


@given(st.text(alphabet="abc <>/think", max_size=200))
def test_text_without_blocks_stays_as_it_is(text: str) -> None:
    if not any(tag in text for tag in ("<think", "</think")):
        assert "".join(without_thinking(iter(text))) == text


def test_words_are_not_held_back() -> None:
    pieces = iter(["Goal ", "3 is", " <b", "road."])
    shown = without_thinking(pieces)
    assert [next(shown), next(shown), next(shown)] == ["Goal ", "3 is", " <b"]
