"""Exports to Markdown, HTML and plain text: words stay words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.drafting.export import export
from assistant.drafting.export_notes import one_line
from assistant.drafting.export_text import escaped
from assistant.records import Document, Draft
from tests.drafting.export_samples import HOSTILE, MEETING, MEETING_NOTE, draft_over, infos


@given(st.one_of(st.text(max_size=60), st.text(alphabet="#*_[]()<>!&;:.-+=|~$^`\\/@a1 ", max_size=30)).map(one_line))
@example(HOSTILE)
@example("1. one")
@example("- one")
@example("+ one #")
@example("===")
@example("&amp; &#60; R&D")
@example("a *b*c_d_")
def test_markdown_shows_words_as_they_are(text: str) -> None:
    for before, words in (("", text), ("## ", text), ("- ", text), ("[^1]: ", f"Title: “{text}”")):
        tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(before + escaped(words))
        inline = [child for token in tokens if token.type == "inline" for child in token.children or []]
        assert "".join(child.content for child in inline) == (before if before.startswith("[") else "") + words
        assert {child.type for child in inline} <= {"text", "text_special"}


def test_markdown_has_footnotes_and_a_front_matter(draft: Draft, documents: list[Document], tmp_path: Path) -> None:
    text = export(draft, infos(documents), "md", scratch=tmp_path).decode()
    assert text.startswith('---\ntitle: "A plan & more"\n')
    assert 'corpus-version: "9c1e55aa"' in text
    assert f"“{MEETING}”[^2]" in text
    assert "It takes place on **\\[date of the meeting\\]**. Goals are written each spring.[^2][^3]" in text
    assert f"[^2]: {MEETING_NOTE}" in text
    assert "- “A meeting in the fall”[^4]\n- Two more meetings in spring." in text


def test_html_is_one_page_without_anything_that_runs_or_leads_out(documents: list[Document], tmp_path: Path) -> None:
    draft = replace(draft_over(*documents, typed=HOSTILE, blank=f"date {HOSTILE[:40]}"), title=HOSTILE)
    page = BeautifulSoup(export(draft, infos(documents), "html", scratch=tmp_path), "lxml")
    assert page.h1 is not None
    assert page.h1.get_text() == HOSTILE
    assert [one.get("type") for one in page.find_all("script")] == ["application/json"]
    assert {tag.name for tag in page.find_all(True)} <= set(
        "html head meta title style script body main h1 h2 h3 p ul ol li section sup a mark".split()
    )
    links = [str(one["href"]) for one in page.find_all("a")]
    assert all(link.startswith("#") and page.find(id=link[1:]) is not None for link in links)
    assert not any(name.startswith("on") for tag in page.find_all(True) for name in tag.attrs)
    assert any(one.get_text().startswith("[date # Not a heading") for one in page.find_all("mark"))


def test_plain_text_is_plain(draft: Draft, documents: list[Document], tmp_path: Path) -> None:
    text = export(draft, infos(documents), "txt", scratch=tmp_path).decode()
    assert f"Lincoln School invites every family.[1] “{MEETING}”[2]" in text
    assert "- “A meeting in the fall”[4]" in text
    assert f"[2] {MEETING_NOTE}" in text
    assert "Draft 0123456789abcdef0123456789abcdef, version 2, corpus version 9c1e55aa." in text
