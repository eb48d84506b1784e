"""PDF files: what is read, in which order, and the way back to the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import UnreadableFileError
from assistant.reading.document import read_document
from assistant.reading.limits import ReadingLimits
from assistant.reading.pdf_page import characters
from assistant.records import Document, Span
from assistant.text.characters import clean
from tests.reading.pdf_samples import HEIGHT, WIDTH, Draw, image_page, lines, pdf, saved

CORPUS = Path(__file__).parents[2] / "corpus"
Read = Callable[[bytes], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(data: bytes) -> Document:
        document = read_document(saved(tmp_path, "a.pdf", data), "a.pdf", None, ReadingLimits())
        check(document, data)
        return document

    return reading


def check(document: Document, data: bytes) -> None:
    """The promises that hold of every PDF: pages cover the text, runs lead back to the same characters."""
    assert document.pages[0].span.start == 0
    assert document.pages[-1].span.end == len(document.text)
    for first, second in zip(document.pages, document.pages[1:], strict=False):
        assert first.span.end == second.span.start
    file = pypdfium2.PdfDocument(data)
    for page in document.pages:
        text_page = file[page.number - 1].get_textpage()
        listed = characters(text_page.raw)
        for run in page.runs:
            assert page.span.contains(Span(run.start, run.start + run.length))
            for step in range(run.length):
                there, here = listed[run.page_start + step], document.text[run.start + step]
                assert here == there or here == clean(there) or (here == "-" and there in "\ufffe\x02")
    assert not re.search(r"[\u200b-\u200f\u202a-\u202e\u00ad\ufb00-\ufb06\x00-\x08]", document.text)
    assert document.text == unicodedata.normalize("NFC", document.text)
    file.close()


def units(document: Document) -> list[str]:
    return [span.of(document.text).replace(" \u2003 ", " | ") for span in document.sentences]


def headings(document: Document) -> list[tuple[str, ...]]:
    return [section.heading_path for section in document.sections]


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


COLUMN = [
    "Families and schools work together",
    "so that children learn more, and the",
    "district helps them to plan how they",
    "do it, year after year, in a written",
    "policy that everybody has agreed on",
    "before it is distributed to families",
    "and published for the community in",
    "a language that people understand.",
]
OTHER = [text.replace("Families", "Teachers").replace("families", "teachers") for text in COLUMN]


def test_two_columns_are_read_one_after_the_other(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, COLUMN)
        lines(canvas, OTHER, left=320)

    assert units(read(pdf(draw))) == [" ".join(COLUMN), " ".join(OTHER)]


def test_two_columns_written_line_by_line_across_are_parted(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        for index, (left, right) in enumerate(zip(COLUMN, OTHER, strict=True)):
            canvas.drawString(72, 700 - 14 * index, left)
            canvas.drawString(320, 700 - 14 * index, right)

    assert units(read(pdf(draw))) == [" ".join(COLUMN), " ".join(OTHER)]


TABLE = [
    ("Goal", "What it says", "Who"),
    ("Goal 1", "All graduates are ready", "School"),
    ("Goal 2", "English learners become proficient", "School and district"),
]


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_cells_of_a_row_stand_on_one_line(read: Read, wrapped: bool) -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, ["A sentence stands above the table."], top=740)
        for index, row in enumerate(TABLE):
            for column, cell in enumerate(row):
                words = cell.split()
                parts = [" ".join(words[:2]), " ".join(words[2:])] if wrapped else [cell]
                lines(
                    canvas, [part for part in parts if part], left=72 + 190 * column, top=700 - 40 * index, leading=12
                )
        lines(canvas, ["A sentence stands below the table."], top=560)

    assert units(read(pdf(draw))) == [
        "A sentence stands above the table.",
        *(" | ".join(row) for row in TABLE),
        "A sentence stands below the table.",
    ]


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


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright(read: Read, turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(turn)
        canvas.translate(-HEIGHT / 2 if turn != 180 else -WIDTH / 2, -WIDTH / 2 if turn != 180 else -HEIGHT / 2)
        lines(canvas, ["The first line of a page that is turned and goes", "on here. A second sentence."], top=500)

    assert units(read(pdf(draw))) == ["The first line of a page that is turned and goes on here.", "A second sentence."]


def test_ligatures_and_odd_characters_are_normalised_and_keep_their_place(read: Read) -> None:
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def draw(canvas: Canvas) -> None:
        lines(canvas, ["The o\ufb03ce \ufb01les the plan\u00a0of n\u0303ino, re\u0301sume\u0301."], font="Vera")

    text = read(pdf(draw)).text
    assert text.startswith("The o")
    assert " files the plan of " in text


def problem(tmp_path: Path, data: bytes, limits: ReadingLimits | None = None) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        read_document(saved(tmp_path, "a.pdf", data), "a.pdf", None, limits or ReadingLimits())
    assert caught.value.next_step
    return caught.value


def test_a_scan_without_text_says_that_it_needs_text_recognition(tmp_path: Path) -> None:
    error = problem(tmp_path, pdf(image_page, image_page))
    assert "scanned" in error.what
    assert "OCR" in error.next_step


def test_a_scanned_page_among_others_costs_only_itself(read: Read) -> None:
    document = read(pdf(image_page, lambda canvas: lines(canvas, ["There is text on the second page."])))
    assert units(document) == ["There is text on the second page."]
    assert len(document.pages) == 2
    assert document.pages[0].span.start == document.pages[0].span.end == 0


def test_empty_pages_say_that_there_is_no_text(tmp_path: Path) -> None:
    assert "no text" in problem(tmp_path, pdf(lambda canvas: None)).what


def test_too_many_pages_are_reported(tmp_path: Path) -> None:
    data = pdf(*[lambda canvas: lines(canvas, ["Text."])] * 3)
    error = problem(tmp_path, data, ReadingLimits(pages=2))
    assert "3 pages" in error.what
    assert "file_pages" in error.next_step


def read_or_reported(path: Path) -> bool:
    """Whether the file gives sentences, or an error that says what to do; any other exception comes through."""
    try:
        return bool(read_document(path, path.name, None, ReadingLimits()).sentences)
    except UnreadableFileError as error:
        return bool(error.next_step)


def test_a_truncated_file_is_read_as_far_as_it_goes_or_reported(tmp_path: Path) -> None:
    data = (CORPUS / "title-i-school-policy.pdf").read_bytes()
    for share in (0.02, 0.3, 0.6, 0.9):
        path = saved(tmp_path, "a.pdf", data[: int(share * len(data))])
        assert read_or_reported(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), min_size=1, max_size=12))
def test_a_damaged_file_is_read_or_reported(tmp_path: Path, damage: list[tuple[float, bytes]]) -> None:
    data = bytearray((CORPUS / "title-i-district-policy.pdf").read_bytes())
    for place, junk in damage:
        start = int(place * (len(data) - len(junk)))
        data[start : start + len(junk)] = junk
    path = saved(tmp_path, "a.pdf", bytes(data))
    assert read_or_reported(path)


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


def test_narrow_columns_of_a_table_are_known_by_their_edges(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        for index in range(4):
            canvas.drawString(72, 600 - 30 * index, f"Goal {index}")
            canvas.drawString(114, 600 - 30 * index, f"A short text says what goal {index} is about.")

    assert units(read(pdf(draw))) == [
        f"Goal {index} | A short text says what goal {index} is about." for index in range(4)
    ]


def test_the_cells_of_a_long_row_are_cited_one_by_one(read: Read) -> None:
    long = "Survey families every spring and use what they say. " * 6

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Goal 3")
        words = long.split()
        lines(canvas, [" ".join(words[start : start + 6]) for start in range(0, len(words), 6)], left=150)
        canvas.drawString(400, 700, "Response rate")
        canvas.drawString(500, 700, "$5,000")

    found = units(read(pdf(draw)))
    assert found[0] == "Goal 3"
    assert found[1:-2] == ["Survey families every spring and use what they say."] * 6
    assert found[-2:] == ["Response rate", "$5,000"]
