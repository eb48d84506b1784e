"""Exports to Word: real headings, footnotes and blanks, and nothing that is typed becomes markup."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pypandoc
import pytest
from docx.oxml.ns import qn
from lxml import etree

from assistant.drafting import export_word
from assistant.drafting.export import export
from assistant.drafting.export_layout import Printed
from assistant.errors import DraftError
from assistant.reading.worker import Reader
from assistant.records import Document, Draft
from tests.drafting.export_samples import HOSTILE, MEETING, draft_over, infos


@pytest.fixture(scope="module")
def word(draft: Draft, documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return export(draft, infos(documents), "docx", scratch=tmp_path_factory.mktemp("scratch"))


def part(word: bytes, name: str) -> Any:
    return etree.fromstring(zipfile.ZipFile(BytesIO(word)).read(name))


def texts(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


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
