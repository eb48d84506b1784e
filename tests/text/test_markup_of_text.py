"""Markup goes, words stay, and nothing is left that loads or links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.markup import is_only_markup, item_text, without_links, without_markup


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("**Goals** and *plans* in `code`", "Goals and plans in code"),
        ("a_name_with_lines and 2 * 3 * 4", "a_name_with_lines and 2 * 3 * 4"),
        ("See [the plan](javascript:alert(1)).", "See the plan."),
        ("![x](//evil.example/a.png)Goals", "Goals"),
        ("<b>Goals</b><script>alert('Goals')</script>", "Goals "),
        ("> > Goals", "Goals"),
        ("| Goals | Plans |", "Goals Plans"),
        ("Goals | plans", "Goals | plans"),
        ("[1]: https://evil.example\nGoals", "\nGoals"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("#\nGoals", "\nGoals"),
    ],
)
def test_words_stay(written: str, words: str) -> None:
    assert without_markup(written) == words


@pytest.mark.timeout(20)
@pytest.mark.parametrize("repeated", ["-", " ", "\t", "#", "* ", "|"])
def test_a_flood_of_one_mark_is_no_work(repeated: str) -> None:
    assert not is_only_markup(repeated * 100_000 + "x")
    assert without_markup(repeated * 100_000 + "x")


@pytest.mark.parametrize("line", ["## Goals", "##", "---", "* * *", "```json", "~~~", "|---|:---:|", "======"])
def test_lines_without_words_of_their_own(line: str) -> None:
    assert is_only_markup(line)
    assert not without_markup(line).strip()


@pytest.mark.parametrize("line", ["", "Goals", "#1 is the first goal", "- Goals", "-- so they say"])
def test_lines_with_words(line: str) -> None:
    assert not is_only_markup(line)


@pytest.mark.parametrize("line", ["- Goals", "* Goals", "• Goals", "1. Goals", "12) Goals", "a) Goals", "  – Goals"])
def test_items_lose_their_mark(line: str) -> None:
    assert item_text(line) == "Goals"


@pytest.mark.parametrize("line", ["Goals", "2026. Goals", "-5 degrees", "(a) Goals", "A. Smith"])
def test_other_lines_are_no_items(line: str) -> None:
    assert item_text(line) is None


@given(st.text(alphabet="ab[]()!<>*_`~|# \n/:.", max_size=60))
def test_no_image_is_left_whatever_is_written(written: str) -> None:
    image = "![x](//evil.example)"
    assert "evil.example" not in without_markup(f"{written}\n{image}\n")
    assert "evil.example" not in without_links(f"{written}\n{image}\n")
