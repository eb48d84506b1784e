"""Citations: numbered by first use, verbatim, and never across a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citing import Citations, page_at, section_at, split_by_page
from assistant.records import Document, Page, Section, Span


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Draw a document with pages that touch or leave white space between them, or with none."""
    bodies = draw(st.lists(st.text("ab .\n", max_size=12), min_size=1, max_size=5))
    gap = draw(st.sampled_from(["", "\n", "\n\n"]))
    pages, start = [], 0
    for number, body in enumerate(bodies, 1):
        pages.append(Page(number, draw(st.sampled_from([None, f"p{number}"])), Span(start, start + len(body))))
        start += len(body) + len(gap)
    text = gap.join(bodies)
    middle = len(text) // 2
    sections = (Section(("Outer",), Span(0, len(text))), Section(("Outer", "Inner"), Span(middle, len(text))))
    paged = draw(st.booleans())
    return Document("d", "Title", "a.pdf", "application/pdf", text, sections, pages=tuple(pages) if paged else ())


@st.composite
def documents_with_spans(draw: st.DrawFn) -> tuple[Document, list[Span]]:
    document = draw(documents())
    ends = st.integers(0, len(document.text))
    pairs = draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=6))
    return document, [Span(min(pair), max(pair)) for pair in pairs]


@given(documents_with_spans())
def test_citations_are_verbatim_on_one_page_and_numbered_by_first_use(case: tuple[Document, list[Span]]) -> None:
    document, spans = case
    citations = Citations()
    given_out: list[int] = []
    for span in spans:
        if not span.of(document.text).strip():
            with pytest.raises(ValueError, match="no text"):
                citations.cite(document, span)
            continue
        numbers = citations.cite(document, span)
        assert numbers
        assert numbers == citations.cite(document, span)
        given_out.extend(numbers)
        cited = [citations.all()[number - 1] for number in numbers]
        assert all(span.contains(one.span) for one in cited)
        # Together they are the whole of it: only white space lies between and around them.
        assert "".join("".join(one.quote.split()) for one in cited) == "".join(span.of(document.text).split())
    assert list(dict.fromkeys(given_out)) == list(range(1, len(citations.all()) + 1))
    for number, one in enumerate(citations.all(), 1):
        assert one.number == number
        assert one.quote == one.span.of(document.text) == one.quote.strip() != ""
        assert one.section[:1] == ("Outer",)
        if document.pages:
            page = document.pages[one.page - 1] if one.page else None
            assert page is not None
            assert page.span.contains(one.span)
            assert one.page_label == page.label
        else:
            assert (one.page, one.page_label) == (None, None)


def test_the_same_span_of_two_documents_has_two_numbers() -> None:
    one = Document("1", "One", "1.txt", "text/plain", "Goals.")
    other = Document("2", "Two", "2.txt", "text/plain", "Goals.")
    citations = Citations()
    assert citations.cite(one, Span(0, 6)) == (1,)
    assert citations.cite(other, Span(0, 6)) == (2,)
    assert citations.cite(one, Span(0, 6)) == (1,)


def test_a_span_beyond_the_text_is_refused() -> None:
    document = Document("1", "One", "1.txt", "text/plain", "Goals.")
    with pytest.raises(ValueError, match=r"1\.txt"):
        Citations().cite(document, Span(0, 7))


def test_a_quotation_over_a_page_break_is_one_citation_a_page() -> None:
    text = "The plan is\nwritten here."
    pages = (Page(1, "i", Span(0, 11)), Page(2, "ii", Span(12, len(text))))
    document = Document("1", "One", "1.pdf", "application/pdf", text, pages=pages)
    parts = split_by_page(document, Span(4, 19))
    assert [(page, span.of(text)) for page, span in parts] == [(pages[0], "plan is"), (pages[1], "written")]


def test_the_innermost_section_and_the_page_of_a_place() -> None:
    outer, inner = Section(("A",), Span(2, 20)), Section(("A", "B"), Span(5, 9))
    assert [section_at((outer, inner), place) for place in (0, 2, 5, 8, 9, 20)] == [
        (), ("A",), ("A", "B"), ("A", "B"), ("A",), (),
    ]  # fmt: skip
    pages = (Page(1, None, Span(0, 5)), Page(2, None, Span(5, 9)))
    assert [page.number if (page := page_at(pages, place)) else None for place in (0, 4, 5, 8)] == [1, 1, 2, 2]
    assert page_at((), 3) is None
