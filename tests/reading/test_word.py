"""Word files: body order, headings, list numbers, tables, notes, and archives made to do harm."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from assistant.errors import UnreadableFileError
from assistant.reading.composing import compose
from assistant.reading.document import read_document
from assistant.reading.limits import ReadingLimits
from assistant.reading.word import read_word
from tests.reading.pdf_samples import saved


def word(fill: Callable[[WordDocument], object]) -> bytes:
    document = docx.Document()
    fill(document)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def pairs(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind.name, block.text.replace(" \u2003 ", " | ")) for block in read_word(data).blocks]


def test_the_body_is_read_in_order() -> None:
    def fill(document: WordDocument) -> None:
        document.add_heading("The compact", 0)
        document.add_heading("What it is", 1)
        document.add_paragraph("A paper that a school and its parents develop jointly.")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ["Reference", "What", "(d)(1)", "Quality"], strict=True):
            cell.text = text
        document.add_heading("How it is written", 2)
        document.add_paragraph("Ask parents.", style="List Bullet")
        document.add_paragraph("Contacts")
        document.paragraphs[-1].runs[0].bold = True
        document.add_paragraph("Write it.\nDone.")

    data = word(fill)
    assert pairs(data) == [
        ("HEADING", "The compact"),
        ("HEADING", "What it is"),
        ("PARAGRAPH", "A paper that a school and its parents develop jointly."),
        ("ROW", "Reference | What"),
        ("ROW", "(d)(1) | Quality"),
        ("HEADING", "How it is written"),
        ("ITEM", "• Ask parents."),
        ("HEADING", "Contacts"),
        ("PARAGRAPH", "Write it."),
        ("PARAGRAPH", "Done."),
    ]
    sections = compose(read_word(data).blocks).sections
    assert [section.heading_path[1:] for section in sections] == [
        (),
        ("What it is",),
        ("What it is", "How it is written"),
        ("What it is", "How it is written", "Contacts"),
    ]


def numbered(document: WordDocument, texts: list[tuple[int, str]], formats: list[tuple[str, str]]) -> None:
    """Add paragraphs with the levels of a numbering that has these formats and templates."""
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    for index, (form, template) in enumerate(formats):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(index))
        for tag, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", template)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    numbering.insert(0, abstract)
    identifier = numbering.add_num(90).numId
    for index, text in texts:
        properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = index
        properties.get_or_add_numId().val = identifier


def test_list_numbers_are_those_that_word_shows() -> None:
    def fill(document: WordDocument) -> None:
        texts = [(0, "One."), (1, "A."), (1, "B."), (2, "I."), (0, "Two."), (1, "A again.")]
        numbered(document, texts, [("decimal", "%1."), ("upperLetter", "(%2)"), ("lowerRoman", "%1.%2.%3")])

    assert [text for _, text in pairs(word(fill))] == [
        "1. One.",
        "(A) A.",
        "(B) B.",
        "1.B.i I.",
        "2. Two.",
        "(A) A again.",
    ]


def test_insertions_links_and_content_controls_are_read_and_deletions_are_not() -> None:
    def fill(document: WordDocument) -> None:
        paragraph = document.add_paragraph("Parents ")
        for tag, text in (("w:ins", "may "), ("w:del", "must "), ("w:hyperlink", "volunteer.")):
            wrapper = OxmlElement(tag)
            run = paragraph.add_run(text)._r
            wrapper.append(run)
            paragraph._p.append(wrapper)
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        control.append(content)
        content.append(document.add_paragraph("In a control.")._p)
        document.element.body.insert(1, control)

    assert [text for _, text in pairs(word(fill))] == ["Parents may volunteer.", "In a control."]


def test_the_files_of_the_corpus_have_sections_and_tables() -> None:
    path = Path(__file__).parents[2] / "corpus" / "school-parent-compact.docx"
    document = read_document(path, path.name, None, ReadingLimits())
    units = [span.of(document.text) for span in document.sentences]
    assert any("\u2003" in unit and unit.startswith("(d)(2)(A)") for unit in units)
    assert any(len(section.heading_path) >= 2 for section in document.sections)
    assert document.title == "The School-Parent Compact"


def repacked(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


SIMPLE = word(lambda document: document.add_paragraph("A sentence."))
MAIN = "word/document.xml"
HARMFUL: dict[str, Callable[[dict[str, bytes]], object]] = {
    "bomb": lambda parts: parts.update({MAIN: b"<w:p>" + b" " * 60_000_000}),
    "tight": lambda parts: parts.update({"word/extra.xml": b" " * 20_000_000}),
    "many parts": lambda parts: parts.update({f"word/{number}.xml": b"" for number in range(3000)}),
    "many paragraphs": lambda parts: parts.update(
        {MAIN: parts[MAIN].replace(b"<w:p>", b"<w:p/><w:p>" * 1 + b"<w:p></w:p>" * 60_000 + b"<w:p>", 1)}
    ),
    "entities": lambda parts: parts.update({MAIN: b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts[MAIN]}),
    "traversal": lambda parts: parts.update({"../../evil.xml": b"x"}),
    "macros": lambda parts: parts.update({"word/vbaProject.bin": b"x"}),
    "no document": lambda parts: parts.pop(MAIN),
    "broken document": lambda parts: parts.update({MAIN: parts[MAIN][:500]}),
    "no relations": lambda parts: parts.pop("_rels/.rels"),
    "no styles": lambda parts: parts.update({"word/styles.xml": b"<nonsense"}),
    "deep nesting": lambda parts: parts.update(
        {MAIN: parts[MAIN].replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 5000)}
    ),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_or_damaged_archive_is_reported(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path, "a.docx", repacked(SIMPLE, HARMFUL[name]))
    with pytest.raises(UnreadableFileError) as caught:
        read_document(path, "a.docx", None, ReadingLimits())
    assert caught.value.next_step
    assert "a.docx" in caught.value.what


def test_a_truncated_archive_is_reported(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.docx", SIMPLE[: len(SIMPLE) // 2])
    with pytest.raises(UnreadableFileError, match="not a complete Word file"):
        read_document(path, "a.docx", None, ReadingLimits())
