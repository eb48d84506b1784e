"""Quotes: verbatim, with what makes them readable, each thing said once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import quotes
from assistant.answering.evidence import WeighedSentence
from assistant.citing import Citations
from assistant.records import Document, Page, Passage, SearchHit, Section, SentenceKind, Span
from assistant.wording import term_set


def make_document(sentences: Sequence[str], identifier: str = "d", pages: bool = False) -> Document:
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    text = " ".join(sentences)
    half = len(text) // 2
    return Document(
        id=identifier,
        title=f"Title of {identifier}",
        source=f"{identifier}.txt",
        media_type="text/plain",
        text=text,
        sections=(Section(("Part",), Span(0, len(text))),),
        sentences=tuple(spans),
        pages=(Page(1, "i", Span(0, half)), Page(2, "ii", Span(half, len(text)))) if pages else (),
    )


def weigh(document: Document, scores: dict[int, float], handicap: float = 0.0) -> list[WeighedSentence]:
    """Return the sentences with these numbers, each scored by its similarity alone."""
    whole = Span(document.sentences[0].start, document.sentences[-1].end)
    passage = Passage(f"{document.id}:0", document.id, whole, whole.of(document.text), ("Part",), document.sentences)
    found = [
        WeighedSentence(
            hit=SearchHit(1, passage, 0.0),
            span=document.sentences[number],
            text=document.sentences[number].of(document.text),
            stems=term_set(document.sentences[number].of(document.text)),
            similarity=score + handicap,
            coverage=0.0,
            coverage_with_headings=0.0,
            handicap=handicap,
            has_kind=False,
            numbered=0.0,
        )
        for number, score in scores.items()
    ]
    return sorted(found, key=lambda one: -one.score)


def shown(document: Document, *numbers: int) -> list[str]:
    """Return the sentences that an answer shows when these were chosen."""
    chosen = weigh(document, dict.fromkeys(numbers, 1.0))
    sentences = quotes.write(quotes.quotations(chosen), lambda _: document, Citations())
    return [sentence.text for sentence in sentences]


@pytest.mark.parametrize(
    "leaning",
    [
        "It is reviewed each year.",
        "They meet in spring.",
        "This is done jointly.",
        "Therefore schools send it home.",
        "Additionally, it names goals.",
        "Además, nombra metas.",
    ],
)
def test_a_sentence_that_leans_back_brings_the_one_before(leaning: str) -> None:
    document = make_document(["Nothing of it.", "The compact is written by parents.", leaning])
    assert shown(document, 2) == ["The compact is written by parents.", leaning]


def test_a_sentence_that_stands_alone_comes_alone() -> None:
    document = make_document(["The compact is written.", "Schools send the compact home.", "Itineraries differ."])
    assert shown(document, 1) == ["Schools send the compact home."]
    assert shown(document, 2) == ["Itineraries differ."]


def test_the_first_sentence_of_a_passage_has_nothing_to_lean_on() -> None:
    assert shown(make_document(["It is reviewed.", "More."]), 0) == ["It is reviewed."]


def test_what_leans_on_something_that_is_not_quoted_does_not_open_a_quotation() -> None:
    document = make_document(["Additionally, it is yearly.", "Schools write the compact.", "They send it home."])
    assert shown(document, 0, 1) == ["Schools write the compact.", "Additionally, it is yearly."]
    following = make_document(["It is yearly.", "They send it home."])
    assert shown(following, 0, 1) == ["It is yearly.", "They send it home."]


def test_what_two_quotations_need_is_said_once() -> None:
    document = make_document(["Schools write the compact.", "They send it home."])
    passages = [
        Passage(f"d:{span.start}", "d", span, span.of(document.text), (), (span,)) for span in document.sentences
    ]
    found = [quotes.Quotation(passage, passage.sentences, 1.0) for passage in passages]
    written = quotes.write(found, lambda _: document, Citations())
    assert [one.text for one in written] == ["Schools write the compact.", "They send it home."]


LIST = ["Intro.", "The plan has two goals:", "(1) Safe schools.", "(2) Ready graduates.", "Then comes more."]


def test_an_item_brings_the_line_that_opens_its_list() -> None:
    assert shown(make_document(LIST), 3) == ["The plan has two goals:", "(2) Ready graduates."]


def test_the_line_that_opens_a_list_brings_its_items() -> None:
    assert shown(make_document(LIST), 1) == ["The plan has two goals:", "(1) Safe schools.", "(2) Ready graduates."]


def test_a_sentence_cut_off_from_what_it_leans_on_brings_it_from_the_document() -> None:
    document = make_document(["The compact is written by parents.", "It is reviewed each year.", "More."])
    passage = replace(document, sentences=document.sentences[1:])
    sentences = quotes.write(quotes.quotations(weigh(passage, {0: 1.0})), lambda _: document, Citations())
    assert [sentence.text for sentence in sentences] == [
        "The compact is written by parents.",
        "It is reviewed each year.",
    ]


def test_two_items_bring_the_whole_list() -> None:
    three = ["The plan has three goals:", "• Safe schools.", "• Ready graduates.", "• Strong families.", "(c) More."]
    assert shown(make_document(three), 1, 2) == three[:4]


def test_a_list_goes_on_beyond_its_passage_while_its_items_are_marked_alike() -> None:
    text = ["The plan has three goals:", "• Safe schools.", "• Ready graduates.", "• Strong families.", "(c) More."]
    document = make_document(text)
    chosen = weigh(replace(document, sentences=document.sentences[:3]), {0: 1.0})
    sentences = quotes.write(quotes.quotations(chosen), lambda _: document, Citations())
    assert [sentence.text for sentence in sentences] == text[:4]


@pytest.mark.parametrize("marks", [("•", "•"), ("1.", "2."), ("(a)", "(b)"), ("-", "-"), ("Goal 1:", "Goal 2:")])
def test_lists_are_known_by_their_marks(marks: tuple[str, str]) -> None:
    document = make_document(["There are:", f"{marks[0]} Safe schools.", f"{marks[1]} Ready graduates."])
    assert len(shown(document, 0)) == 3
    assert shown(document, 2) == ["There are:", f"{marks[1]} Ready graduates."]


def test_chosen_sentences_of_a_passage_come_once_and_in_its_order() -> None:
    assert shown(make_document(LIST), 3, 1, 2) == LIST[1:4]


def test_passages_come_by_their_best_sentence() -> None:
    one, other = make_document(["Goals are set.", "Meetings are held."], "a"), make_document(["Plans are made."], "b")
    chosen = sorted([*weigh(one, {0: 0.7, 1: 0.8}), *weigh(other, {0: 0.9})], key=lambda each: -each.score)
    citations = Citations()
    sentences = quotes.write(quotes.quotations(chosen), {"a": one, "b": other}.__getitem__, citations)
    assert [sentence.text for sentence in sentences] == ["Plans are made.", "Goals are set.", "Meetings are held."]
    assert [one.document_id for one in citations.all()] == ["b", "a", "a"]


# Choosing


def test_what_is_said_twice_is_quoted_once_and_the_original_is_preferred() -> None:
    summary = make_document(["The site council writes the goals each spring."], "summary")
    original = make_document(["Each spring the site council writes the goals."], "original")
    another = make_document(["Volunteers are trained by library staff."], "another")
    weighed = sorted(
        [*weigh(summary, {0: 0.95}, handicap=0.3), *weigh(original, {0: 0.9}), *weigh(another, {0: 0.85})],
        key=lambda one: -one.score,
    )
    assert [one.hit.passage.document_id for one in quotes.choose(weighed, 4)] == ["original", "another"]
    assert [one.hit.passage.document_id for one in quotes.choose(weighed, 1)] == ["original"]


def test_only_sentences_close_to_the_best_are_chosen_and_no_more_than_allowed() -> None:
    words = ["apples", "bears", "clouds", "doors", "eagles", "forks"]
    document = make_document([f"Room for {word}." for word in words])
    weighed = weigh(document, {0: 1.0, 1: 0.99, 2: 0.98, 3: 0.97, 4: quotes.WITHIN_BEST - 0.01})
    assert len(quotes.choose(weighed, 12)) == 4
    assert len(quotes.choose(weighed, 2)) == 2
    assert quotes.choose([], 4) == []


# Invariants

PARTS = st.sampled_from(
    ["It is so.", "Goals:", "(1) One.", "• Two.", "The plan is long and dull.", "They meet.", "3. Three things."]
)


@given(st.lists(PARTS, min_size=1, max_size=9), st.data())
def test_nothing_is_quoted_that_is_not_verbatim_and_every_number_leads_somewhere(
    parts: list[str], data: st.DataObject
) -> None:
    document = make_document(parts, pages=data.draw(st.booleans()))
    numbers = data.draw(st.lists(st.integers(0, len(parts) - 1), min_size=1, unique=True))
    chosen = weigh(document, {number: 1 - number / 100 for number in numbers})
    numbered = Citations()
    sentences = quotes.write(quotes.quotations(chosen), lambda _: document, numbered)
    citations = numbered.all()
    assert [one.number for one in citations] == list(range(1, len(citations) + 1))
    used = [number for sentence in sentences for number in sentence.citations]
    assert list(dict.fromkeys(used)) == [one.number for one in citations]
    for sentence in sentences:
        assert sentence.kind is SentenceKind.QUOTED
        assert sentence.text in document.text
        cited = "".join(citations[number - 1].quote for number in sentence.citations)
        assert "".join(cited.split()) == "".join(sentence.text.split())
    for one in citations:
        assert one.quote == one.span.of(document.text)
        assert not document.pages or document.pages[(one.page or 0) - 1].span.contains(one.span)
    shown_texts = [sentence.text for sentence in sentences]
    assert all(parts[number] in shown_texts for number in numbers)


def test_the_nearest_are_one_sentence_a_passage_each_verbatim_and_different() -> None:
    documents = {name: make_document([f"The {name} council meets.", "It votes."], name) for name in "abcde"}
    documents["f"] = make_document(["The a council meets."], "f")
    weighed = [one for document in documents.values() for one in weigh(document, {0: 0.9})]
    lookup: Callable[[str], Document] = documents.__getitem__
    found = quotes.nearest(weighed, lookup)
    assert 1 <= len(found) <= 3
    assert len({one.document_id for one in found}) == len(found)
    for one in found:
        assert one.quote == one.span.of(documents[one.document_id].text)
        assert (one.title, one.section) == (f"Title of {one.document_id}", ("Part",))
    assert quotes.nearest([], lookup) == ()
