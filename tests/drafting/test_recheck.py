"""An exported file that comes back: as it was, without its record, or after the documents changed."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from assistant.drafting.comparing import Fate, WordChange
from assistant.drafting.export import FORMS, Form
from assistant.drafting.export_record import find_record
from assistant.drafting.recheck import Finding, recheck
from assistant.errors import UsageError
from assistant.reading.worker import Reader
from assistant.records import Document, Draft, Page, Span
from tests.assistant_samples import open_assistant, write_corpus
from tests.drafting.export_samples import (
    FAMILIES,
    GOALS,
    LAW,
    MEETING,
    PLAN,
    Shelved,
    draft_over,
    export_all,
    read_files,
    span_of,
)
from tests.drafting.recheck_samples import ALL_UNCHANGED, by_quote, findings

MARKED: tuple[Form, ...] = ("docx", "md", "html")


CHANGED_LAW = LAW.replace("at a flexible time", "at a time that suits working parents")


def without_record(path: Path, folder: Path) -> Path:
    """Save the file as an editor would that knows nothing of the record."""
    saved = folder / path.name
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(saved, "w") as new:
            for name in old.namelist():
                if not name.startswith("customXml"):
                    linked = name == "word/_rels/document.xml.rels"
                    new.writestr(name, _unlinked(old.read(name)) if linked else old.read(name))
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        saved.write_text("\n".join(line for line in lines if "assistant-draft-record" not in line), encoding="utf-8")
    assert find_record(saved.read_bytes()) is None
    return saved


def _unlinked(relations: bytes) -> bytes:
    root = etree.fromstring(relations)
    for one in list(root):
        if "customXml" in one.get("Target"):
            root.remove(one)
    return bytes(etree.tostring(root))


@pytest.mark.parametrize("form", FORMS)
def test_a_file_as_it_was_exported(
    files: dict[Form, Path], documents: list[Document], reader: Reader, draft: Draft, form: Form
) -> None:
    result = recheck(files[form], f"draft.{form}", reader, Shelved(documents))
    assert findings(result) == ALL_UNCHANGED
    assert [one.number for one in result.citations] == [2, 3, 4, 5]
    assert (result.draft_id, result.version, result.corpus_version) == (draft.id, 2, "9c1e55aa")
    assert result.from_record is (form != "txt")
    assert result.open_blanks == ("date of the meeting",)
    assert result.altered_quotations == ()
    assert result.all_stand
    now = result.citations[0].now
    assert now is not None
    assert now.span.of(documents[0].text) == now.quote == MEETING


@pytest.mark.parametrize("form", MARKED)
def test_a_file_whose_record_was_lost_is_known_by_its_notes(
    files: dict[Form, Path], documents: list[Document], reader: Reader, draft: Draft, form: Form, tmp_path: Path
) -> None:
    result = recheck(without_record(files[form], tmp_path), f"draft.{form}", reader, Shelved(documents))
    assert not result.from_record
    assert findings(result) == ALL_UNCHANGED
    assert (result.draft_id, result.version) == (draft.id, 2)
    assert result.open_blanks == ("date of the meeting",)


def test_a_file_without_record_and_last_page_is_known_by_the_titles_in_its_notes(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    text = files["txt"].read_text(encoding="utf-8")
    cut = tmp_path / "cut.txt"
    cut.write_text(text[: text.index("For the school, before this is sent on")], encoding="utf-8")
    result = recheck(cut, "cut.txt", reader, Shelved(documents))
    assert findings(result) == ALL_UNCHANGED
    assert result.draft_id is None
    with pytest.raises(UsageError, match="not a draft"):
        recheck(cut, "cut.txt", reader, Shelved([replace(one, title="Something else") for one in documents]))


@pytest.mark.parametrize("form", FORMS)
def test_words_that_changed_vanished_or_moved(
    files: dict[Form, Path], reader: Reader, form: Form, tmp_path: Path
) -> None:
    law = CHANGED_LAW.replace(FAMILIES, "Funds are kept for training.")
    plan = PLAN.replace("- A meeting in the fall\n", "- A meeting in the fall, where funds allow it\n")
    today = read_files(reader, tmp_path / "today", law, plan)
    result = recheck(files[form], f"draft.{form}", reader, Shelved(today))
    found = by_quote(result)
    assert findings(result) == {
        MEETING: Finding.CHANGED,
        GOALS: Finding.MOVED if form != "txt" else Finding.UNCHANGED,  # Text does not tell the version of a document.
        "A meeting in the fall": Finding.CHANGED,
        FAMILIES: Finding.VANISHED,
    }
    assert not result.all_stand
    assert [one for one in found[MEETING].words if one.fate is not Fate.KEPT] == [
        WordChange(Fate.CHANGED, "flexible time.", "time that suits working parents.")
    ]
    longer = found["A meeting in the fall"]
    assert longer.now is not None
    assert longer.now.quote == "• A meeting in the fall, where funds allow it"
    assert "says more" in longer.reason
    assert found[FAMILIES].now is None


@pytest.mark.parametrize("form", FORMS)
def test_a_document_that_is_gone(
    files: dict[Form, Path], documents: list[Document], reader: Reader, form: Form
) -> None:
    law, _ = documents
    result = recheck(files[form], f"draft.{form}", reader, Shelved([law]))
    assert [one.finding for one in result.citations] == [
        Finding.UNCHANGED,
        Finding.VANISHED,
        Finding.VANISHED,
        Finding.UNCHANGED,
    ]
    assert "no longer in the library" in result.citations[1].reason


def test_words_that_stand_in_another_document_now(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    law, _ = documents
    (tmp_path / "new.md").write_text(f"# Handbook\n\n{GOALS}\n", encoding="utf-8")
    handbook = reader.read(tmp_path / "new.md", "new.md")
    moved = by_quote(recheck(files["docx"], "draft.docx", reader, Shelved([law, handbook])))[GOALS]
    assert moved.finding is Finding.MOVED
    assert "Handbook" in moved.reason
    assert moved.now is not None
    assert moved.now.document_id == handbook.id


def test_a_quote_on_another_page(documents: list[Document], reader: Reader, tmp_path: Path) -> None:
    law, plan = documents
    middle = law.text.index(FAMILIES)
    paged = replace(law, pages=(Page(1, "i", Span(0, middle)), Page(2, "ii", Span(middle, len(law.text)))))
    draft = draft_over(paged, plan)
    assert [(one.page, one.page_label) for one in draft.citations if one.quote == FAMILIES] == [(2, "ii")]
    later = replace(
        paged, pages=(Page(1, "i", Span(0, 0)), Page(2, "ii", Span(0, middle)), Page(3, "iii", Span(middle, 999)))
    )
    for form, path in export_all(draft, [paged, plan], tmp_path).items():
        result = by_quote(recheck(path, path.name, reader, Shelved([later, plan])))
        assert result[FAMILIES].finding is Finding.MOVED, form
        assert "on page 3, not on page 2" in result[FAMILIES].reason
        same = by_quote(recheck(path, path.name, reader, Shelved([paged, plan])))
        assert same[FAMILIES].finding is Finding.UNCHANGED, form


def test_a_quotation_over_a_page_break_is_whole_when_the_break_is_elsewhere(
    reader: Reader, documents: list[Document], tmp_path: Path
) -> None:
    law, plan = documents
    middle = law.text.index("an annual meeting at")
    paged = replace(law, pages=(Page(1, None, Span(0, middle)), Page(2, None, Span(middle, len(law.text)))))
    draft = draft_over(paged, plan)
    assert len(draft.citations) == 5
    for path in export_all(draft, [paged, plan], tmp_path).values():
        today = read_files(reader, tmp_path / "today", f"{LAW}\nMore at the end.\n")
        result = recheck(path, path.name, reader, Shelved(today))
        assert {one.finding for one in result.citations} <= {Finding.MOVED, Finding.UNCHANGED}, path.name


def test_a_draft_without_a_citation(documents: list[Document], draft: Draft, reader: Reader, tmp_path: Path) -> None:
    bare = replace(draft, citations=(), sections=(draft.sections[1],))
    for path in export_all(bare, documents, tmp_path).values():
        result = recheck(path, path.name, reader, Shelved(documents))
        assert (result.draft_id, result.citations, result.all_stand) == (draft.id, (), True)


def test_export_change_the_corpus_upload_and_the_changed_quotes_are_found(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"law/meeting.txt": LAW, "plan.md": PLAN})
    with open_assistant(corpus, tmp_path / "data") as assistant, Reader() as reader:
        assistant.index()
        by_source = {one.source: assistant.document(one.id) for one in assistant.library.documents()}
        documents = [by_source["law/meeting.txt"], by_source["plan.md"]]
        files = export_all(draft_over(*documents), documents, tmp_path)

        def found() -> dict[str, dict[str, Finding]]:
            return {path.name: findings(recheck(path, path.name, reader, assistant.library)) for path in files.values()}

        assert all(one == ALL_UNCHANGED for one in found().values())
        (corpus / "law/meeting.txt").write_text(CHANGED_LAW, encoding="utf-8")
        (corpus / "plan.md").unlink()
        assert assistant.index().changed == ("law/meeting.txt",)
        for name, one in found().items():
            assert one[MEETING] is Finding.CHANGED, name
            assert one[GOALS] is Finding.VANISHED, name
            assert one[FAMILIES] is (Finding.UNCHANGED if name.endswith("txt") else Finding.MOVED), name


def test_the_span_that_was_cited_counts_however_it_was_cut(
    reader: Reader, documents: list[Document], tmp_path: Path
) -> None:
    law, plan = documents
    draft = draft_over(law, plan)
    span = span_of(law, "an annual meeting")
    part = replace(draft.citations[2], span=span, quote=span.of(law.text))
    draft = replace(draft, citations=(*draft.citations[:2], part, *draft.citations[3:]))
    path = export_all(draft, documents, tmp_path)["docx"]
    assert findings(recheck(path, "draft.docx", reader, Shelved(documents)))["an annual meeting"] is Finding.UNCHANGED
