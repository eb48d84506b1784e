"""PDF files: what is read, in which order, and the way back to the page."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pypdf
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from assistant.reading.document import read_document
from assistant.reading.limits import ReadingLimits
from tests.reading.pdf_samples import CORPUS, Draw, Read, check, headings, lines, pdf, units


def test_lines_of_a_paragraph_are_joined_and_words_mended(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(
            canvas,
            [
                "The school admin-",
                "istrator signs the school-",
                "parent compact of Santa Monica-",
                "Malibu for 2017-",
                "18, with pre-",
                "and post-tests for every well-",
                "maintained school. A well-maintained school-parent",
            ],
        )

    assert units(read(pdf(draw))) == [
        "The school administrator signs the school-parent compact of Santa Monica-Malibu for 2017-18, with pre- and "
        "post-tests for every well-maintained school.",
        "A well-maintained school-parent",
    ]


def test_running_heads_feet_and_page_numbers_go_and_number_the_pages(read: Read) -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            lines(canvas, ["Board Policy 6020", f"Revised 2018 - Part {number % 2}"], top=760, size=9)
            lines(
                canvas,
                [f"This is the text of page {number}, which says something new.", f"Topic {number} ends."],
                top=600,
            )
            lines(canvas, [str(number + 4)], left=300, top=40, size=9)

        return draw

    document = read(pdf(*(page(number) for number in range(1, 6))))
    assert "Board Policy" not in document.text
    assert "Revised" not in document.text
    assert [one.label for one in document.pages] == ["5", "6", "7", "8", "9"]
    assert units(document)[:2] == ["This is the text of page 1, which says something new.", "Topic 1 ends."]


def test_a_title_that_recurs_as_running_head_stays_on_its_first_page(read: Read) -> None:
    def first(canvas: Canvas) -> None:
        lines(canvas, ["Family Engagement"], top=740, size=20)
        lines(canvas, ["It begins with one sentence of text."])

    def later(canvas: Canvas) -> None:
        lines(canvas, ["Family Engagement"], top=765, size=9)
        lines(canvas, ["It goes on with another sentence of text."])

    document = read(pdf(first, later, later))
    assert headings(document) == [("Family Engagement",)]
    assert document.text.count("Family Engagement") == 1


def test_a_sentence_runs_on_over_the_page(read: Read) -> None:
    def first(canvas: Canvas) -> None:
        lines(
            canvas,
            [
                "The first page of this text has a paragraph of several lines, and the",
                "last of them goes on to the adminis-",
            ],
        )
        lines(canvas, ["1"], left=300, top=40)

    def second(canvas: Canvas) -> None:
        lines(canvas, ["tration of the next page. Then it ends."])
        lines(canvas, ["2"], left=300, top=40)

    document = read(pdf(first, second))
    assert units(document) == [
        "The first page of this text has a paragraph of several lines, and the last of them goes on to the "
        "administration of the next page.",
        "Then it ends.",
    ]
    assert document.pages[0].span.of(document.text).endswith("goes on to the adminis")
    assert document.pages[1].span.of(document.text).startswith("tration of the next")


def test_items_and_numbered_paragraphs_keep_their_numbers(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        top = lines(
            canvas,
            ["The policy of the district, under subsections (a) and (b) and", "(c) of the law, says how it will:"],
        )
        for marker, texts in (
            ("(A)", ["involve parents and family members in jointly developing the", "plan under section 1112; and"]),
            ("(B)", ["provide coordination to schools. It also provides", "assistance."]),
            ("\u2022", ["a bullet that is the last of them"]),
        ):
            canvas.drawString(90, top, marker)
            top = lines(canvas, texts, left=115, top=top)

    assert units(read(pdf(draw))) == [
        "The policy of the district, under subsections (a) and (b) and (c) of the law, says how it will:",
        "(A) involve parents and family members in jointly developing the plan under section 1112; and",
        "(B) provide coordination to schools. It also provides assistance.",
        "• a bullet that is the last of them",
    ]


def test_headings_are_known_by_their_type(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, ["Family Engagement", "Framework"], top=740, size=20, leading=24)
        lines(canvas, ["Context"], top=690, size=14)
        lines(canvas, ["A first paragraph of text that says something."], top=670)
        lines(canvas, ["Goals"], top=645, font="Helvetica-Bold")
        lines(canvas, ["A second paragraph of text that says something else."], top=625)
        lines(canvas, ["NEXT STEPS"], top=600)
        lines(canvas, ["A third paragraph of text that says the rest."], top=580)
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(72, 555, "Annual meeting.")
        lines(canvas, ["The yearly meeting of a school."], left=165, top=555)

    document = read(pdf(draw))
    top = "Family Engagement Framework"
    assert headings(document) == [
        (top,),
        (top, "Context"),
        (top, "Context", "Goals"),
        (top, "Context", "Goals", "NEXT STEPS"),
    ]
    assert document.title == top
    assert units(document)[-1] == "Annual meeting. The yearly meeting of a school."


def test_the_outline_gives_headings_their_level(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        for level, (title, top) in enumerate((("1 Duties of schools", 700), ("1.1 Yearly meeting", 640))):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title.split(" ", 1)[1], title, level)
            lines(canvas, [title], top=top)
            lines(canvas, ["A paragraph of text that says something."], top=top - 30)

    assert headings(read(pdf(draw))) == [("1 Duties of schools",), ("1 Duties of schools", "1.1 Yearly meeting")]


def test_a_table_of_contents_is_kept_but_not_cited(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, ["Contents"], top=740, size=16)
        lines(canvas, ["1. Outreach ........................ 4", "2. Policy .......................... 5"])
        lines(canvas, ["Something to cite stands here."], top=600)

    document = read(pdf(draw))
    assert units(document) == ["Something to cite stands here."]
    assert "Outreach" in document.text


def test_ligatures_and_odd_characters_are_normalised_and_keep_their_place(read: Read) -> None:
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def draw(canvas: Canvas) -> None:
        lines(canvas, ["The o\ufb03ce \ufb01les the plan\u00a0of n\u0303ino, re\u0301sume\u0301."], font="Vera")

    text = read(pdf(draw)).text
    assert text.startswith("The o")
    assert " files the plan of " in text


def folded(text: str) -> str:
    return re.sub(r"[\s\-\u00ad\u2010\u2011•]+", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.pdf")), ids=lambda path: path.name)
def test_every_unit_is_found_on_its_page_by_another_library(path: Path) -> None:
    document = read_document(path, path.name, None, ReadingLimits())
    check(document, path.read_bytes())
    others = [folded(page.extract_text()) for page in pypdf.PdfReader(path).pages]
    for unit in document.sentences:
        for page in document.pages:
            part = page.span.intersection(unit)
            assert part is None or folded(part.of(document.text)) in others[page.number - 1]


def test_the_mark_of_a_note_stays_with_the_sentence_before_it(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.textOut("Families take part in the work of schools.")
        text.setRise(5)
        text.setFont("Helvetica", 6)
        text.textOut("12")
        text.setRise(0)
        text.setFont("Helvetica", 11)
        text.textOut(" The board supports them.")
        canvas.drawText(text)

    assert units(read(pdf(draw))) == ["Families take part in the work of schools.12", "The board supports them."]
