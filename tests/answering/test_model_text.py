"""A model's text to sentences: without markup, with the labels that exist, however it is cut into pieces."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.answering.model_text import MOST_CHARACTERS, ModelSentence, sentences

LABELS = {"E1", "E2", "E3"}


def read(text: str, step: int = 0) -> list[ModelSentence]:
    pieces = [text[at : at + step] for at in range(0, len(text), step)] if step else [text]
    return list(sentences(pieces, LABELS))


def said(text: str) -> list[str]:
    return [one.text for one in read(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Parents are invited [E2].",
        "Parents are invited. [E2]",
        "Parents are invited.[E2]",
        "Parents are invited [e2].",
        "Parents are invited (E2).",
        "Parents are invited 【E2】.",
        "Parents are invited [evidence E2].",
        "- **Parents** are invited [E2].",
        "> Parents are *invited* [E2].",
        "Parents are invited [E2, E9].",
    ],
)
def test_a_label_is_taken_off_wherever_it_is_put(text: str) -> None:
    (one,) = read(text)
    assert (one.text, one.labels) == ("Parents are invited.", ("E2",))


@pytest.mark.parametrize(
    "made_up",
    ["[7]", "[E9]", "[p. 3]", "[Framework, p. 12]", "(Source: The Plan, page 4)", "[see page iii]", "(p. 4)", "[1][2]"],
)
def test_references_that_the_model_makes_up_are_dropped(made_up: str) -> None:
    (one,) = read(f"Parents are invited {made_up}.")
    assert (one.text, one.labels) == ("Parents are invited.", ())


@pytest.mark.parametrize("text", ["Section 1116(b)(2) applies.", "Goal 3 (engagement) counts.", "It is (a) or (b)."])
def test_the_paragraphs_of_a_law_are_no_references(text: str) -> None:
    assert said(text) == [text]


@pytest.mark.parametrize(
    "markup",
    [
        "![x](http://evil.example/?q=1)",
        "![x][img]",
        "<img src=x onerror=alert(1)>",
        "<script>alert('Parents')</script>",
        "<style>p{background:url(//evil.example)}</style>",
        "<!-- hidden words -->",
        "<svg><text>Parents</text></svg>",
    ],
)
def test_markup_that_could_load_or_run_something_leaves_nothing(markup: str) -> None:
    assert said(f"Parents are invited {markup}.") == ["Parents are invited."]


def test_of_a_link_only_its_words_stay() -> None:
    assert said("See [the plan](javascript:alert(1)) and <a href='//evil.example'>more</a>.") == [
        "See the plan and more."
    ]


def test_items_know_the_line_that_opens_their_list() -> None:
    items = read("The plan names:\n\n1. Goals [E1]\n- a budget. It is small.\n* parents;\n\nIt is short.")
    assert [(one.text, one.item, one.opening) for one in items] == [
        ("The plan names:", False, ""),
        ("Goals", True, "The plan names:"),
        ("a budget.", True, "The plan names:"),
        ("It is small.", True, "The plan names:"),
        ("parents;", True, "The plan names:"),
        ("It is short.", False, ""),
    ]
    assert items[1].whole == "The plan names: Goals"


def test_headings_rules_fences_and_table_lines_are_no_sentences() -> None:
    assert said("# Answer\n\n---\n```text\nIt is so.\n```\n| A | B |\n|---|---|\n") == ["It is so.", "A B"]


def test_a_label_that_is_cut_off_is_dropped() -> None:
    assert said("Parents are invited [E1") == ["Parents are invited"]


def test_text_without_an_end_is_cut() -> None:
    assert len(read("word " * 2000, step=40)) > 1
    assert all(len(one.text) <= MOST_CHARACTERS + 40 for one in read("word " * 2000, step=40))


PARTS = st.sampled_from(
    [
        "Parents are invited. ", "Title I. ", "[E1]", " [E2]. ", "\n", "\n\n", "- ", "1. ", "**Goals** ", "(E3) ",
        "Dr. Ray ", "includes:\n", "[a](http://x.example) ", "![i](//x) ", "section 1116(b)(2) ", "“It is so.” ", "? ",
        "<b>now</b> ", "| ",
    ]
)  # fmt: skip


@given(st.lists(PARTS, max_size=25).map("".join), st.integers(1, 9))
@example("Parents are invited. ?  [E2]. [E1]Parents are invited. ", 1)
def test_how_the_text_arrives_does_not_matter_for_what_is_shown(text: str, step: int) -> None:
    whole, pieces = read(text), read(text, step)
    assert "".join("".join(one.text.split()) for one in whole) == "".join("".join(one.text.split()) for one in pieces)
    assert {label for one in whole for label in one.labels} == {label for one in pieces for label in one.labels}


@given(st.text(), st.integers(1, 30))
def test_no_text_breaks_it_and_nothing_of_markdown_or_html_that_loads_is_left(text: str, step: int) -> None:
    for one in read(f"Yes. ![{text}](http://evil.example) <img src='{text}'> No.", step):
        assert not re.search(r"\[[^\[\]]*\]\(", one.text)
        assert set(one.labels) <= LABELS
