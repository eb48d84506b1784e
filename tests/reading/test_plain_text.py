"""Plain text: paragraphs, headings and items, whatever the line ends and the encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UnreadableFileError
from assistant.reading.composing import BlockKind, compose
from assistant.reading.text import decode, read_text

DISTRICT_TEXT = Path(__file__).parents[2] / "corpus" / "smmusd-family-engagement-framework.txt"


def blocks(text: str) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in read_text(text.encode(), "a.txt")]


def test_the_districts_text_is_read_as_a_person_reads_it() -> None:
    composition = compose(read_text(DISTRICT_TEXT.read_bytes(), DISTRICT_TEXT.name))
    top = "Family Engagement Framework"
    assert [section.heading_path for section in composition.sections] == [
        (top,),
        (top, "SMMUSD Family Engagement Framework Introduction"),
        (top, "Context for Development of Family Engagement Framework"),
    ]
    units = [span.of(composition.text) for span in composition.sentences]
    assert len(units) == 25
    assert [unit[:8] for unit in units if unit.startswith("Goal ")] == ["Goal 1: ", "Goal 2: ", "Goal 3: "]
    assert units[11].endswith("(LCAP) include the following goals:")
    assert units[16].startswith("To ensure that schools’ family engagement work")
    assert units[16].endswith("incorporated in the SPSA is LCAP Goal #3.")
    assert units[17].startswith("SMMUSD is committed to: building")
    assert units[21].endswith("for family and community involvement. (2014)")
    assert units[22].endswith("(NNSP), John Hopkins.")
    assert units[24].endswith("success in school. (Joyce L. Epstein, PHD, 2009)")


WRAPPED = """\
The district reaches out to all parents and family members and plans
its activities for them with meaningful consultation. In 2018 it presented
a framework to the board.

Steps for the site council

  1. Invite parents to take part in the drafting, at times that differ from
     one another.
  2. Read last year's policy.
- a bullet
* another one

Short line.
Another short line.
"""


def test_a_paragraph_broken_over_lines_is_one_paragraph() -> None:
    assert blocks(WRAPPED) == [
        (
            BlockKind.PARAGRAPH,
            "The district reaches out to all parents and family members and plans its activities for them with "
            "meaningful consultation. In 2018 it presented a framework to the board.",
        ),
        (BlockKind.HEADING, "Steps for the site council"),
        (BlockKind.ITEM, "1. Invite parents to take part in the drafting, at times that differ from one another."),
        (BlockKind.ITEM, "2. Read last year's policy."),
        (BlockKind.ITEM, "- a bullet"),
        (BlockKind.ITEM, "* another one"),
        (BlockKind.PARAGRAPH, "Short line."),
        (BlockKind.PARAGRAPH, "Another short line."),
    ]


def test_columns_of_text_are_rows() -> None:
    found = blocks("Term        Meaning\nLCAP        The district's plan\nSPSA        The school's plan\n")
    assert [kind for kind, _ in found] == [BlockKind.ROW] * 3
    assert found[1][1].split("\u2003") == ["LCAP ", " The district's plan"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    text = "Las familias y los niños: participación en la educación, el año próximo."
    assert decode(text.encode(encoding), "a.txt") == text


def test_another_script_is_found_out_by_its_statistics() -> None:
    text = (
        "Семьи и школы работают вместе, чтобы дети учились лучше. Родители участвуют в советах школ. "
        "Новый план принят осенью."
    )
    assert decode(text.encode("cp1251"), "a.txt") == text


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"\x00\x01\x02\x03" * 500, b"PAR1\x15\x04\x00\x80" * 50])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="does not hold text"):
        decode(data, "a.txt")
