"""The hidden record of an export: inert, found again, and none where somebody tried a hand at it."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from assistant.drafting.export import FORMS, export
from assistant.drafting.export_layout import lay_out
from assistant.drafting.export_record import MARKER, ExportRecord, find_record, record_of, write_record
from assistant.records import Document, Draft, DraftSection
from tests.drafting.export_samples import FAMILIES, GOALS, MEETING, infos


@given(st.text(max_size=80))
@example("--> ]]> </script><!-- </record> &")
def test_the_record_is_inert_and_found_again(title: str) -> None:
    draft = Draft("a" * 32, 1, "t", title, {}, (DraftSection("s", "S", ()),), (), (), "quotes", "c", "2026-11-24")
    record = record_of(draft, lay_out(draft, {}))
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
