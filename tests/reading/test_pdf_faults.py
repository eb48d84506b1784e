"""PDF files that are scanned, empty, too long or damaged: read as far as they go, or reported with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import UnreadableFileError
from assistant.reading.document import read_document
from assistant.reading.limits import ReadingLimits
from tests.reading.pdf_samples import CORPUS, Read, image_page, lines, pdf, saved, units


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
