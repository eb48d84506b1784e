"""Columns, tables and turned pages of PDF files."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.reading.pdf_samples import HEIGHT, WIDTH, Read, lines, pdf, units

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


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright(read: Read, turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(turn)
        canvas.translate(-HEIGHT / 2 if turn != 180 else -WIDTH / 2, -WIDTH / 2 if turn != 180 else -HEIGHT / 2)
        lines(canvas, ["The first line of a page that is turned and goes", "on here. A second sentence."], top=500)

    assert units(read(pdf(draw))) == ["The first line of a page that is turned and goes on here.", "A second sentence."]


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
