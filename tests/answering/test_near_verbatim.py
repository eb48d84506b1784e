"""What counts as a source's own words, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.near_verbatim import (
    is_whole,
    keeps_to,
    pieces_kept_to,
    same_force,
    says_more_than,
    stated_number,
)

SOURCE = "The governing board, not the site council, approves the plan in May, and the plan is reviewed every year."
PRIORITY = "At least 90 percent of the reserve goes to schools, and high-need schools come first."


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("The plan is reviewed every year.", SOURCE),
        (
            "A district reserves 1 percent where it gets $500,000.",
            "A district reserves 1 percent where it gets $500,000.",
        ),
        ("Each school writes a policy.", "Each school writes a policy, with the board."),
        ("Parents won't come alone.", "Parents will not come alone."),
        ("At least 90 percent of the reserve goes to schools.", PRIORITY),
        ("According to the source, at least 90 percent of the reserve goes to schools.", PRIORITY),
        ("High-need schools come first.", PRIORITY),
        ("The reserve must be used by each school in May.", "Each school must use the reserve in May."),
        ("In May, each school must use the reserve.", "Each school must use the reserve in May."),
        ("Ann Lee was the author of the plan.", "The author of the plan was Ann Lee."),
        ("The authors are Ann Lee and Joe Roe.", "Ann Lee and Joe Roe are the authors."),
        ("The framework was presented in May.", "The family engagement framework was presented in May."),
        ("There are 3 goals in the plan.", "There are three goals in the plan."),
    ],
)
def test_the_same_words_in_the_same_order_are_the_sources(text: str, piece: str) -> None:
    assert keeps_to(text, piece)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("The site council approves the plan in May.", SOURCE),
        ("The governing board approves the budget in May.", SOURCE),
        ("Schools come first.", PRIORITY),
        ("At least 90 percent of the reserve goes to high-need schools first.", PRIORITY),
        ("Schools may use the reserve in May.", "Schools must use the reserve in May."),
        ("Schools must use the reserve in May.", "Schools must not use the reserve in May."),
        ("Schools use the reserve in May.", "Schools must use the reserve in May."),
        ("Parents invite schools.", "Schools invite parents."),
        ("The end is the start, and the goal is the means.", "The goal is the start, and the end is the means."),
        ("The end is the start of the plan.", "The goal is the start of the plan, and the end comes later."),
        ("Guidance is a framework.", "A framework is guidance."),
        ("The district reserves 1 percent.", "The district reserves 1 percent where it gets over $500,000."),
        ("At least 15 percent and at least 15 pupils.", "At least 15 percent and at least 50 pupils."),
        ("The plan was presented after the vote.", "The plan was presented before the vote."),
        ("The law requires a policy for each school.", "The law requires a policy for each school that has no funds."),
        ("", SOURCE),
        ("The of and.", SOURCE),
    ],
)
def test_anything_added_moved_or_left_out_that_changes_it_is_not(text: str, piece: str) -> None:
    assert not keeps_to(text, piece)


def test_two_pieces_may_say_two_parts_of_what_is_one_things() -> None:
    pieces = ["The plan is approved by the board.", "The plan is reviewed yearly.", "The compact is signed yearly."]
    assert pieces_kept_to("The plan is approved by the board and reviewed yearly.", pieces) == (0, 1)
    assert pieces_kept_to("The plan is approved by the board and signed yearly.", pieces) is None
    places = ["The plan of Venice is approved by the board.", "The plan of Malibu is reviewed yearly."]
    assert pieces_kept_to("The plan of Venice is approved by the board and reviewed yearly.", places) is None
    types = ["Type 2, Communicating, goes both ways.", "Type 3, Volunteering, covers helpers."]
    assert pieces_kept_to("Type 2 goes both ways and covers helpers.", types) is None


@pytest.mark.parametrize(
    ("text", "whole"),
    [("It is so.", True), ("“It is so!”", True), ("Goals", False), ("Plan > Goals > It is so.", False)],
)
def test_a_whole_sentence_ends_as_one_and_is_no_path(text: str, whole: bool) -> None:
    assert is_whole(text) is whole


@given(st.text(), st.text())
def test_any_text_can_be_compared_and_a_text_keeps_to_no_other_words(text: str, piece: str) -> None:
    if keeps_to(text, piece):
        assert not says_more_than(text, piece + " also")
    pieces_kept_to(text, [piece])
    is_whole(text)
    stated_number(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The three goals are:", 3),
        ("The 2018 plan has three goals:", 3),
        ("These are the 18 principles:", 18),
        ("The goals are:", None),
        ("2 of 3:", None),
    ],
)
def test_the_number_in_an_opening_line(text: str, number: int | None) -> None:
    assert stated_number(text) == number


def test_the_force_of_two_lines() -> None:
    assert same_force("Schools must:", "Each school shall do this:")
    assert not same_force("Schools must:", "Schools may:")
    assert not same_force("Schools must:", "Schools must not:")


@pytest.mark.timeout(20)
def test_a_flood_of_one_word_is_no_work() -> None:
    assert keeps_to("Parents, " * 600, "Parents, " * 3000)
