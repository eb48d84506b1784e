"""The source viewer: the quotation where it stands, whatever it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.records import Document, Page, Span
from assistant.web.source import checked_span, page_words, section_of, source_html, source_view, surroundings
from tests.web.sample_assistant import FRAMEWORK, LAW, SampleAssistant, made_document

DOCUMENTS = (
    made_document(FRAMEWORK, "framework.txt", media_type="text/plain"),
    made_document(LAW, "law.txt", media_type="text/plain"),
    Document("ab" * 32, "No structure", "raw.txt", "text/plain", "One line. Another one, longer. " * 40),
)


@st.composite
def places(draw: st.DrawFn) -> tuple[Document, Span]:
    document = draw(st.sampled_from(DOCUMENTS))
    start = draw(st.integers(0, len(document.text) - 1))
    return document, Span(start, draw(st.integers(start + 1, len(document.text))))


@given(places())
def test_what_is_shown_is_the_text_around_the_quotation_without_a_gap(place: tuple[Document, Span]) -> None:
    document, span = place
    view = source_view(document, span)
    assert view.quote == span.of(document.text)
    assert view.before + view.quote + view.after in document.text
    if view.section_before or view.section_after:
        assert view.section_before.endswith(view.before)
        assert view.section_after.startswith(view.after)


@given(places())
def test_the_surroundings_are_cut_at_sentence_ends(place: tuple[Document, Span]) -> None:
    document, span = place
    around = surroundings(document, span, section_of(document, span))
    assert around.contains(span)
    assert around.start == span.start or around.start in {one.start for one in document.sentences}
    assert around.end == span.end or around.end in {one.end for one in document.sentences}


@given(st.text(min_size=1, max_size=80))
def test_words_of_a_document_never_become_markup(words: str) -> None:
    hostile = f"<img src=x onerror=alert(1)>{words}</blockquote>"
    document = Document(
        "ab" * 32,
        hostile,
        hostile,
        "application/pdf",
        hostile,
        pages=(Page(1, hostile, Span(0, len(hostile))),),
        original=False,
        summarises=hostile,
        published_at="javascript:alert(1)//" + hostile,
    )
    html = source_html(source_view(document, Span(0, len(hostile)), 1), standalone=False)
    assert html.count("<img ") == 1
    assert "&lt;img" in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(("start", "end"), [(0, 10_000_000), (5, 5), (9, 4), (None, 4), (4, None)])
def test_a_place_that_is_not_there_is_refused(start: int | None, end: int | None) -> None:
    with pytest.raises(UsageError, match="no such place"):
        checked_span(DOCUMENTS[0], start, end)


def test_pages_in_words() -> None:
    first, second = Page(3, "iii", Span(0, 5)), Page(4, "iv", Span(5, 9))
    assert page_words([first]) == "printed page iii, page 3 of the file"
    assert page_words([first, second]) == "printed pages iii to iv, pages 3 to 4 of the file"
    assert page_words([replace(first, label="3")]) == "page 3"
    assert page_words([replace(first, label=None), second]) == "pages 3 to 4"
    assert page_words([]) == ""


def test_a_summary_says_so_and_where_the_original_is(sample: SampleAssistant) -> None:
    law = sample.documents[1]
    html = source_html(source_view(law, law.sentences[3], 2), standalone=False)
    assert "This is a summary of 20 U.S.C. 6318." in html
    assert "The original: https://uscode.house.gov" in html
    assert 'href="https' not in html


def test_the_page_of_a_pdf_is_described(sample: SampleAssistant) -> None:
    law = sample.documents[1]
    span = law.sentences[3]
    view = source_view(law, span)
    assert view.image_address == f"/documents/{law.id}/pages/1.png?start={span.start}&end={span.end}"
    assert view.image_words.startswith("Printed page iii, page 1 of the file of Section 1116 in plain words, with the")
    assert view.file_address == f"/documents/{law.id}/file#page=1"
