"""What a Word export looks like: styles for pandoc to write with, then page, footer, properties and hidden record."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle

from assistant import PRODUCT
from assistant.drafting.export_layout import Printed
from assistant.drafting.export_record import NAMESPACE
from assistant.drafting.export_word import BLANK_STYLE, SMALL_STYLE

FONT = "Arial"
"""On every Word, for Windows and for Mac; LibreOffice brings Liberation Sans, which is as wide, letter by letter."""
_HEADING_COLOUR = RGBColor(0x1F, 0x4E, 0x5F)
_QUIET_COLOUR = RGBColor(0x55, 0x55, 0x55)
_BLANK_SHADE = "FFF2A8"
_LONGEST_PROPERTY = 255
_LONGEST_FOOTER = 80
_ITEM_ID = "{6C0F1B8E-5B0F-4F0B-9C63-2E0D7A41F7A2}"
_CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_CUSTOM_XML_PROPERTIES = f"{_CUSTOM_XML}Props"
_Element = Any  # lxml's elements have no public type.

# Style: points, bold, colour, space before and after in points.
_PARAGRAPHS: dict[str, tuple[float, bool, RGBColor | None, float, float]] = {
    "Normal": (10.5, False, None, 0, 0),
    "Body Text": (10.5, False, None, 4, 6),
    "First Paragraph": (10.5, False, None, 4, 6),
    "Compact": (10.5, False, None, 0, 4),
    "Title": (22, True, _HEADING_COLOUR, 0, 4),
    "Subtitle": (12, False, _QUIET_COLOUR, 0, 2),
    "Date": (10.5, False, _QUIET_COLOUR, 0, 18),
    "Heading 1": (15, True, _HEADING_COLOUR, 18, 6),
    "Heading 2": (12, True, _HEADING_COLOUR, 12, 4),
    "Footnote Text": (8.5, False, None, 0, 2),
}


def look(reference: bytes) -> bytes:
    """Return pandoc's reference document with our styles in it."""
    document = docx.Document(BytesIO(reference))
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        _set_font(fonts)
    for name, (points, bold, colour, before, after) in _PARAGRAPHS.items():
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        _set_style(style, points, bold, colour, before, after)
    for name in ("Title", "Subtitle", "Date"):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
        for spread in style.element.rPr.findall(qn("w:spacing")):
            style.element.rPr.remove(spread)
    small = document.styles.add_style(SMALL_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(small, ParagraphStyle)
    small.base_style = document.styles["Body Text"]
    _set_style(small, 9, False, _QUIET_COLOUR, 0, 4)
    blank = document.styles.add_style(BLANK_STYLE, WD_STYLE_TYPE.CHARACTER)
    assert isinstance(blank, CharacterStyle)
    blank.element.get_or_add_rPr().append(_element("w:shd", val="clear", color="auto", fill=_BLANK_SHADE))
    return _saved(document)


def finished(made: bytes, printed: Printed, record: str, moment: datetime) -> bytes:
    """Return the file that pandoc made with its page, footer, dates and record."""
    document = docx.Document(BytesIO(made))
    section = document.sections[-1]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Inches(1)
    section.header_distance = section.footer_distance = Inches(0.5)
    for restart in section._sectPr.findall(qn("w:footnotePr")):  # pandoc's asks for numbers anew in each section.
        section._sectPr.remove(restart)
    _add_footer(section.footer.paragraphs[0], printed)
    properties = document.core_properties
    properties.author = properties.last_modified_by = PRODUCT
    properties.comments = " ".join(printed.about[:2])[:_LONGEST_PROPERTY]
    properties.created = properties.modified = moment
    properties.revision = 1
    _add_record(document, record)
    return _saved(document)


def _set_font(fonts: _Element) -> None:
    for name in list(fonts.attrib):
        if name.endswith(("Theme", "theme")):
            del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def _set_style(
    style: ParagraphStyle, points: float, bold: bool, colour: RGBColor | None, before: float, after: float
) -> None:
    style.font.name = FONT
    style.font.size = Pt(points)
    style.font.bold = bold
    style.font.italic = False
    if colour is not None:
        style.font.color.rgb = colour
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    if points <= 11:
        style.paragraph_format.line_spacing = 1.12


def _add_footer(paragraph: Any, printed: Printed) -> None:
    title, (page, of) = printed.title, printed.page_of
    short = title if len(title) <= _LONGEST_FOOTER else f"{title[: _LONGEST_FOOTER - 1].rstrip()}…"
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, instruction in ((f"{short}  ·  {page}", "PAGE"), (of, "NUMPAGES")):
        _quiet(paragraph.add_run(text))
        for kind in ("begin", "separate", "end"):
            run = _quiet(paragraph.add_run())
            run._r.append(_element("w:fldChar", fldCharType=kind))
            if kind == "begin":
                code = _quiet(paragraph.add_run())._r
                code.append(_element("w:instrText"))
                code[-1].text = f" {instruction} "
            elif kind == "separate":
                _quiet(paragraph.add_run("1"))


def _quiet(run: Any) -> Any:
    run.font.size, run.font.color.rgb = Pt(9), _QUIET_COLOUR
    return run


def _add_record(document: Any, record: str) -> None:
    """Put the record into a custom XML part, which Word keeps when the file is saved again."""
    package = document.part.package
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n<record xmlns="{NAMESPACE}">{record}</record>'
    item = Part(PackURI("/customXml/item1.xml"), "application/xml", content.encode(), package)
    described = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ds:datastoreItem ds:itemID="{_ITEM_ID}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    properties = Part(
        PackURI("/customXml/itemProps1.xml"),
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        described.encode(),
        package,
    )
    item.relate_to(properties, _CUSTOM_XML_PROPERTIES)
    document.part.relate_to(item, _CUSTOM_XML)


def _element(tag: str, **attributes: str) -> _Element:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
