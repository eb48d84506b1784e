"""Exports: what is printed of a draft, whatever the format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from assistant.drafting.export import FORMS, export, file_name
from assistant.drafting.export_labels import ENGLISH
from assistant.drafting.export_layout import Printed, lay_out
from assistant.errors import DraftError, UsageError
from assistant.records import Document, Draft, DraftSection, DraftSentence, SentenceKind
from tests.drafting.export_samples import FAMILIES, GOALS_NOTE, MEETING_NOTE, drafts, infos


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


def test_a_quotation_keeps_its_own_quotation_marks() -> None:
    sentence = DraftSentence("“All are welcome.”", SentenceKind.QUOTED)
    draft = Draft("a" * 32, 1, "t", "T", {}, (DraftSection("s", "S", (sentence,)),), (), (), "q", "c", "2026-11-24")
    assert "\n“All are welcome.”\n" in export(draft, {}, "txt", scratch=Path()).decode()
