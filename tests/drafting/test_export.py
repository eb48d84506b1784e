"""Exports: what a reader of each format finds, and that no words in them become markup."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pypandoc
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from assistant.drafting import export_word
from assistant.drafting.export import FORMS, export, file_name
from assistant.drafting.export_labels import ENGLISH
from assistant.drafting.export_layout import Printed, lay_out
from assistant.drafting.export_notes import one_line
from assistant.drafting.export_record import MARKER, ExportRecord, find_record, record_of, write_record
from assistant.drafting.export_text import escaped
from assistant.errors import DraftError, UsageError
from assistant.reading.worker import Reader
from assistant.records import Document, Draft, DraftSection, DraftSentence, SentenceKind
from tests.drafting.export_samples import (
    FAMILIES,
    GOALS,
    HOSTILE,
    MEETING,
    draft_over,
    drafts,
    infos,
    read_files,
)

MEETING_NOTE = f"The 'Annual' Meeting (2024), ANNUAL MEETING: “{MEETING}”"
GOALS_NOTE = f"School plan (a summary), Goals: “{GOALS}”"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Document]]:
    with Reader() as reader:
        yield read_files(reader, tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def draft(documents: list[Document]) -> Draft:
    return draft_over(*documents)


@pytest.fixture(scope="module")
def printed(draft: Draft, documents: list[Document]) -> Printed:
    return lay_out(draft, infos(documents))


@pytest.fixture(scope="module")
def word(draft: Draft, documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return export(draft, infos(documents), "docx", scratch=tmp_path_factory.mktemp("scratch"))


def part(word: bytes, name: str) -> Any:
    return etree.fromstring(zipfile.ZipFile(BytesIO(word)).read(name))


def texts(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


# What is printed


def test_notes_are_numbered_as_they_are_met_and_say_where_the_words_stand(printed: Printed) -> None:
    assert [note.text for note in printed.notes] == [
        ENGLISH.school_note,
        MEETING_NOTE,
        GOALS_NOTE,
        "School plan (a summary), Goals: “A meeting in the fall”",
        f"The 'Annual' Meeting (2024), ANNUAL MEETING: “{FAMILIES}”",
    ]
    assert [one.number for one in printed.citations] == [2, 3, 4, 5]


def test_a_page_is_told_as_printed_and_as_counted(draft: Draft, documents: list[Document]) -> None:
    paged = replace(draft.citations[0], page=3, page_label="iii")
    shown = lay_out(replace(draft, citations=(paged, *draft.citations[1:])), infos(documents)).notes[2]
    assert shown.place == "School plan (a summary), p. iii (file page 3), Goals"
    paged = replace(paged, page_label="3")
    shown = lay_out(replace(draft, citations=(paged, *draft.citations[1:])), {}).notes[2]
    assert shown.place == "School plan, p. 3, Goals"


def test_sources_say_who_wrote_them_and_where_the_originals_are_published(printed: Printed) -> None:
    assert printed.sources == (
        'The "Annual" Meeting. A School District, 2024. Published at: district.test, Laws. Notes 2, 5.',
        "School plan. A summary of: The Education Code. Kept as: plan.md. Notes 3, 4.",
        "The school: what it stated for this document.",
    )


def test_what_is_left_to_do_is_listed(printed: Printed) -> None:
    assert printed.to_supply == (("Annual meeting", "date of the meeting"),)
    assert printed.not_covered == (("Annual meeting", "1116(c)(2): a flexible number of meetings"),)
    assert printed.subtitle == "Lincoln School, 2026-27"
    assert printed.written == "Draft of November 24, 2026"


def test_what_readers_see_is_in_the_language_of_the_draft(draft: Draft, documents: list[Document]) -> None:
    spanish = lay_out(replace(draft, language="es"), infos(documents))
    assert spanish.written == "Borrador del 24 de noviembre de 2026"
    assert spanish.headings == ("Fuentes", "Notas")
    assert spanish.notes[2].place == "School plan (resumen), Goals"
    assert spanish.sources[1] == "School plan. Resumen de: The Education Code. Guardado como: plan.md. Notas 3, 4."


def test_a_citation_that_is_missing_is_not_printed_bare(draft: Draft, documents: list[Document]) -> None:
    with pytest.raises(DraftError, match=r"number 1, that it does not have"):
        lay_out(replace(draft, citations=draft.citations[1:]), infos(documents))


def test_another_form_is_refused(draft: Draft, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="docx, md, html, txt"):
        export(draft, {}, "pdf", scratch=tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "name"),
    [("A plan & more", "A-plan-more-v2.docx"), ("../../etc/passwd", "etc-passwd-v2.docx"), ("?", "draft-v2.docx")],
)
def test_the_name_of_the_file_is_safe(draft: Draft, title: str, name: str) -> None:
    assert file_name(replace(draft, title=title), "docx") == name


# Word


def test_word_has_real_headings_lists_and_a_title(word: bytes) -> None:
    document = docx.Document(BytesIO(word))
    styled = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.style]
    assert styled[:3] == [
        ("Title", "A plan & more"),
        ("Subtitle", "Lincoln School, 2026-27"),
        ("Date", "Draft of November 24, 2026"),
    ]
    headings = [(style, text) for style, text in styled if style.startswith("Heading")]
    assert headings == [
        ("Heading 1", "Annual meeting"),
        ("Heading 1", "Accessibility"),
        ("Heading 1", "Sources"),
        ("Heading 1", "For the school, before this is sent on"),
        ("Heading 2", "To be supplied by the school"),
        ("Heading 2", "Not covered"),
        ("Heading 2", "About this draft"),
    ]
    items = [texts(one) for one in document.element.body.iter(qn("w:p")) if one.find(f".//{qn('w:numPr')}") is not None]
    assert items[:2] == ["“A meeting in the fall”", "Two more meetings in spring."]
    for name in ("Title", "Heading 1", "Body Text", "Compact", "Footnote Text", "Blank to Fill In"):
        assert name in [style.name for style in document.styles]


def test_word_has_true_footnotes_and_cross_references_to_those_met_before(word: bytes, printed: Printed) -> None:
    notes = [texts(one).strip() for one in part(word, "word/footnotes.xml") if one.get(qn("w:type")) is None]
    assert notes == [note.text for note in printed.notes]
    body = part(word, "word/document.xml")
    assert len(list(body.iter(qn("w:footnoteReference")))) == len(printed.notes)
    assert [code.text.split() for code in body.iter(qn("w:instrText"))] == [["NOTEREF", "note_2", "\\f", "\\h"]]
    assert "note_2" in [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    repeated = next(one for one in body.iter(qn("w:p")) if texts(one).startswith("It takes place"))
    # Notes 2 and 3 of one sentence: the cross-reference, a comma, and the footnote's own mark.
    assert texts(repeated) == "It takes place on [date of the meeting]. Goals are written each spring.2, "


def test_word_highlights_the_blanks_and_nothing_else(word: bytes) -> None:
    body = part(word, "word/document.xml")
    highlighted = [run for run in body.iter(qn("w:r")) if run.find(f"./{qn('w:rPr')}/{qn('w:highlight')}") is not None]
    assert [texts(run) for run in highlighted] == ["[date of the meeting]", "Nothing has been written here yet."]
    styles = {run.find(f"./{qn('w:rPr')}/{qn('w:rStyle')}").get(qn("w:val")) for run in highlighted}
    style = next(one for one in part(word, "word/styles.xml") if one.get(qn("w:styleId")) in styles)
    assert style.find(f".//{qn('w:shd')}").get(qn("w:fill")) == "FFF2A8"


def test_word_has_a_page_a_footer_and_properties(word: bytes, draft: Draft) -> None:
    document = docx.Document(BytesIO(word))
    section = document.sections[-1]
    assert [round(length.inches, 2) for length in (section.page_width, section.left_margin) if length] == [8.5, 1.0]
    codes = [code.text.strip() for code in section.footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert "A plan & more" in section.footer.paragraphs[0].text
    properties = document.core_properties
    assert (properties.title, properties.author) == ("A plan & more", "Family Engagement Assistant")
    assert properties.created is not None
    assert properties.created.strftime("%Y-%m-%d %H:%M") == "2026-11-24 13:05"
    custom = {one.get("name"): texts_of(one) for one in part(word, "docProps/custom.xml")}
    assert custom == {
        "Drafted with": "Family Engagement Assistant",
        "Drafted on": draft.created_at,
        "Draft": draft.id,
        "Draft version": "2",
        "Corpus version": "9c1e55aa",
    }


def texts_of(element: Any) -> str:
    return "".join(element.itertext())


def test_nothing_that_is_typed_becomes_markup_in_word(documents: list[Document], tmp_path: Path) -> None:
    plain = draft_over(*documents)
    words = HOSTILE.replace("[", "(").replace("]", ")")  # Square brackets are a blank, by design.
    hostile = draft_over(*documents, typed=words, blank=f"date {words}")
    hostile = replace(
        hostile,
        title=HOSTILE,
        model=HOSTILE,
        notice=HOSTILE,
        corpus_version=HOSTILE,
        sections=tuple(replace(section, title=HOSTILE) for section in hostile.sections),
        citations=tuple(replace(one, section=(HOSTILE,), source=HOSTILE) for one in hostile.citations),
    )
    tags = []
    for draft in (plain, hostile):
        made = export(draft, infos(documents), "docx", scratch=tmp_path)
        body = part(made, "word/document.xml")
        tags.append([element.tag for element in body.iter() if element.tag not in (qn("w:r"), qn("w:t"))])
        if draft is hostile:
            assert f"{words} invites every family." in texts(body)
            assert docx.Document(BytesIO(made)).core_properties.title == HOSTILE
            names = zipfile.ZipFile(BytesIO(made)).namelist()
            assert not any("media" in name or "embeddings" in name for name in names)
            relations = zipfile.ZipFile(BytesIO(made)).read("word/_rels/document.xml.rels").decode()
            assert "http://b.test" not in relations
    assert tags[0] == tags[1]
    assert list(tmp_path.iterdir()) == []


def test_word_is_read_back_by_our_own_reader(word: bytes, tmp_path: Path, printed: Printed) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word)
    with Reader() as reader:
        text = reader.read(path, "a.docx").text
    assert [note.text in text for note in printed.notes] == [True] * len(printed.notes)


def test_without_pandoc_the_other_forms_are_written(
    draft: Draft, documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> str:
        raise OSError("No pandoc was found")

    monkeypatch.setattr(pypandoc, "get_pandoc_path", missing)
    with pytest.raises(DraftError, match=r"pandoc.*Markdown"):
        export(draft, infos(documents), "docx", scratch=tmp_path)
    for form in ("md", "html", "txt"):
        assert MEETING.encode() in export(draft, infos(documents), form, scratch=tmp_path)


@pytest.mark.parametrize(
    ("script", "message"), [("echo 'out of memory' >&2; exit 2", "out of memory"), ("sleep 30", "longer than 0.3")]
)
def test_a_pandoc_that_fails_or_hangs_is_reported(
    draft: Draft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    program = tmp_path / "pandoc"
    program.write_text(f"#!/bin/sh\nexec 3>&1\n{script}\n".replace("sleep", "exec sleep"))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: str(program))
    monkeypatch.setattr(export_word, "SECONDS", 0.3)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.raises(DraftError, match=message):
        export(draft, {}, "docx", scratch=scratch)
    assert list(scratch.iterdir()) == []


# Markdown, HTML, text


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


@given(drafts)
def test_any_draft_is_printed_or_refused_in_plain_words(draft: Draft) -> None:
    numbers = {one.number for one in draft.citations}
    cited = {number for section in draft.sections for one in section.sentences for number in one.citations}
    for form in FORMS:
        if cited - numbers:
            with pytest.raises(DraftError, match="does not have"):
                export(draft, {}, form, scratch=Path("/nowhere"))
        elif form != "docx":
            export(draft, {}, form, scratch=Path("/nowhere"))


# The hidden record


@given(st.text(max_size=80))
@example("--> ]]> </script><!-- </record> & \ud800")
def test_the_record_is_inert_and_found_again(title: str) -> None:
    draft = Draft("a" * 32, 1, "t", title, {}, (DraftSection("s", "S", ()),), (), (), "quotes", "c", "2026-11-24")
    record = record_of(draft, lay_out(draft, {}))
    if any("\ud800" <= char <= "\udfff" for char in title):
        return
    text = write_record(record)
    assert text.isascii()
    assert not re.search("[<>&-]", text)
    for carrier in (
        f"<!-- {MARKER} {text} -->",
        f'<script id="{MARKER}">{text}</script>',
        f'<record xmlns="{MARKER}">{text}',
    ):
        assert find_record(f"before {carrier} after".encode()) == record


def test_every_form_but_text_carries_the_record(draft: Draft, documents: list[Document], tmp_path: Path) -> None:
    found = {form: find_record(export(draft, infos(documents), form, scratch=tmp_path)) for form in FORMS}
    assert found["txt"] is None
    record = found["docx"]
    assert isinstance(record, ExportRecord)
    assert (record.draft_id, record.version, record.corpus_version) == (draft.id, 2, "9c1e55aa")
    assert [one.citation.quote for one in record.citations] == [MEETING, GOALS, "• A meeting in the fall", FAMILIES]
    assert record.citations[0].citation.span.of(documents[0].text) == MEETING
    assert found["md"] == found["html"] == record


def test_a_record_that_was_tampered_with_is_no_record(draft: Draft, documents: list[Document], tmp_path: Path) -> None:
    page = export(draft, infos(documents), "html", scratch=tmp_path)
    assert find_record(page) is not None
    start = page.index(MARKER.encode())
    head, tail = page[:start], page[start:]
    assert find_record(head + tail.replace(b"flexible time", b"certain time", 1)) is None
    assert find_record(head + tail.replace(b'"version":2', b'"version":"two"', 1)) is None
    assert find_record(f"{MARKER} {'{' * 100_000}".encode()) is None
    assert find_record(f"{MARKER} {'[{' * 50_000}".replace("[{", '{"a":', 1).encode()) is None
    assert find_record(b"PK\x03\x04 not an archive") is None


def test_a_quotation_keeps_its_own_quotation_marks() -> None:
    sentence = DraftSentence("“All are welcome.”", SentenceKind.QUOTED)
    draft = Draft("a" * 32, 1, "t", "T", {}, (DraftSection("s", "S", (sentence,)),), (), (), "q", "c", "2026-11-24")
    assert "\n“All are welcome.”\n" in export(draft, {}, "txt", scratch=Path()).decode()
