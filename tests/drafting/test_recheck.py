"""An exported file that comes back: edited, saved by another program, after the documents changed, or not ours."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from assistant.drafting.comparing import Fate, WordChange
from assistant.drafting.export import FORMS, Form
from assistant.drafting.export_record import find_record
from assistant.drafting.recheck import CheckedCitation, Finding, Recheck, recheck
from assistant.drafting.recheck_matching import SearchedDocument, canonical, nearest, verbatim
from assistant.drafting.recheck_printed import MOST_NOTES
from assistant.errors import UnreadableFileError, UsageError
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
from tests.reading.pdf_samples import lines, pdf, saved

MARKED: tuple[Form, ...] = ("docx", "md", "html")
CHANGED_LAW = LAW.replace("at a flexible time", "at a time that suits working parents")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="module")
def documents(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    return read_files(reader, tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def draft(documents: list[Document]) -> Draft:
    return draft_over(*documents)


@pytest.fixture(scope="module")
def files(draft: Draft, documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> dict[Form, Path]:
    return export_all(draft, documents, tmp_path_factory.mktemp("exports"))


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


def by_quote(result: Recheck) -> dict[str, CheckedCitation]:
    return {one.quote: one for one in result.citations}


def findings(result: Recheck) -> dict[str, Finding]:
    return {one.quote: one.finding for one in result.citations}


ALL_UNCHANGED = dict.fromkeys((MEETING, GOALS, "A meeting in the fall", FAMILIES), Finding.UNCHANGED)


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
        WordChange(Fate.CHANGED, "flexible time.", "time that suits working parents."),
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


# Edited since


def test_blanks_that_were_filled_and_quotations_that_were_edited(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    page = files["html"].read_text(encoding="utf-8")
    body = page.index("<main>")
    notes = page.index('<section class="notes">')
    edited = (
        page[:body]
        + page[body:notes].replace("[date of the meeting]", "May 3").replace("at a flexible time", "at night")
        + page[notes:].replace(FAMILIES, FAMILIES.replace("understand", "like"))
    )
    path = tmp_path / "edited.html"
    path.write_text(edited, encoding="utf-8")
    result = recheck(path, "edited.html", reader, Shelved(documents))
    assert result.open_blanks == ()
    assert result.filled_blanks == ("date of the meeting",)
    assert result.altered_quotations == (f"“{MEETING}”",)
    assert not result.all_stand
    note = result.citations[-1]
    assert (note.number, note.edited, note.finding) == (5, True, Finding.CHANGED)
    assert [(one.old, one.new) for one in note.words if one.fate is Fate.CHANGED] == [("like.", "understand.")]


def test_a_note_that_was_taken_out_is_still_checked_and_said_to_be_gone(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    lines = files["md"].read_text(encoding="utf-8").splitlines()
    path = tmp_path / "shorter.md"
    path.write_text("\n".join(line for line in lines if not line.startswith("[^3]:")), encoding="utf-8")
    result = recheck(path, "shorter.md", reader, Shelved(documents))
    assert [(one.number, one.printed) for one in result.citations] == [(2, True), (4, True), (5, True), (3, False)]


def test_word_may_have_saved_it_again_with_straight_quotes_and_other_spaces(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    document = docx.Document(BytesIO(files["docx"].read_bytes()))
    for part in document.part.package.iter_parts():
        if part.partname == "/word/footnotes.xml":
            text = (
                part.blob.decode().replace("“", '"').replace("”", '"').replace("annual meeting", "annual\u00a0meeting")
            )
            part._blob = text.encode()
    path = tmp_path / "saved.docx"
    document.save(str(path))
    result = recheck(path, "saved.docx", reader, Shelved(documents))
    assert [one.finding for one in result.citations] == [Finding.UNCHANGED] * 4
    assert not any(one.edited for one in result.citations)


# Not ours, or made to do harm


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("letter.txt", "Dear families,\n\nthe meeting is on [date]. “See you there.”\n"),
        ("notes.md", "# Notes\n\n1. Somebody, p. 3: “Each school invites all parents.”\n"),
        ("page.html", "<html><body><p>Draft of a page</p></body></html>"),
    ],
)
def test_a_file_that_is_no_export_is_refused(
    documents: list[Document], reader: Reader, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name} is not a draft that was exported here"):
        recheck(tmp_path / name, name, reader, Shelved(documents))


def test_a_pdf_is_refused_with_what_to_do(documents: list[Document], reader: Reader, tmp_path: Path) -> None:
    saved(tmp_path, "draft.pdf", pdf(lambda canvas: lines(canvas, ["Draft x, version 1, corpus version y."])))
    with pytest.raises(UsageError, match=r"is a PDF.*Word"):
        recheck(tmp_path / "draft.pdf", "draft.pdf", reader, Shelved(documents))


def test_a_broken_file_is_reported_as_such(
    files: dict[Form, Path], documents: list[Document], reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "broken.docx"
    path.write_bytes(files["docx"].read_bytes()[:2000])
    with pytest.raises(UnreadableFileError):
        recheck(path, "broken.docx", reader, Shelved(documents))


def test_a_file_made_to_keep_the_machine_busy(reader: Reader, tmp_path: Path) -> None:
    text = " ".join(f"The annual meeting number {number} is a meeting of the parents." for number in range(400))
    held = document_of(text, *(f"{one.rstrip('.')}." for one in text.split(". ")))
    quote = " ".join(["a", "the", "annual", "meeting"] * 300)
    lines = [f"[{number}] Title: “{quote} {number}”" for number in range(1, 60)]
    (tmp_path / "busy.txt").write_text("\n\n".join(["Draft x, version 1, corpus version y.", *lines]), encoding="utf-8")
    started = time.monotonic()
    result = recheck(tmp_path / "busy.txt", "busy.txt", reader, Shelved([held]))
    assert {one.finding for one in result.citations} <= {Finding.VANISHED, Finding.CHANGED}
    assert time.monotonic() - started < 20  # It takes two; with every run of sentences compared, minutes.


def test_only_so_many_notes_are_looked_at(documents: list[Document], reader: Reader, tmp_path: Path) -> None:
    lines = [f"[{number}] Title: “Words {number}.”" for number in range(1, 9999)]
    (tmp_path / "many.txt").write_text("\n\n".join(["Draft x, version 1, corpus version y.", *lines]), encoding="utf-8")
    assert len(recheck(tmp_path / "many.txt", "many.txt", reader, Shelved(documents)).citations) == MOST_NOTES


# Matching


def document_of(text: str, *sentences: str) -> Document:
    spans, start = [], 0
    for sentence in sentences:
        start = text.index(sentence, start)
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence)
    return Document("d", "Title", "d.txt", "text/plain", text, (), tuple(spans))


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("The plan's goals - all of them - are “new”.", True),
        ('The  plan’s goals – all\nof them — are "new".', True),
        ("the plan's goals - all of them - are “new”.", False),
        ("The plan's goals, all of them, are “new”.", False),
        ("The plan's goal - all of them - are “new”.", False),
        ("The plan's goals - all of them - are “new”", True),
        ("", False),
        (".*", False),
    ],
)
def test_only_what_editors_exchange_by_themselves_is_the_same(quote: str, stands: bool) -> None:
    text = "Before. The plan's goals - all of them - are “new”. After."
    document = document_of(text, "Before.", "The plan's goals - all of them - are “new”.", "After.")
    found = verbatim(quote, SearchedDocument(document))
    assert (found is not None and not found.more) is stands


@pytest.mark.parametrize("quote", ["parents are invited", "Parents are", "plan", "all parents are invited"])
def test_a_part_of_a_sentence_is_not_the_sentence(quote: str) -> None:
    document = document_of("No parents are invited to plans.", "No parents are invited to plans.")
    found = verbatim(quote, SearchedDocument(document))
    assert found is None or found.words == document.text


@pytest.mark.parametrize(
    "item", ["1. Build capacity", "(e)(1) Build capacity", "• Build capacity", "Goal 2: Build capacity"]
)
def test_the_number_of_an_item_is_none_of_its_words(item: str) -> None:
    found = verbatim("Build capacity", SearchedDocument(document_of(item, item)))
    assert found is not None
    assert not found.more


def test_the_nearest_run_of_sentences_is_proposed() -> None:
    text = "Nothing here. Schools invite parents to one meeting. It is held in the fall. Nothing there."
    document = document_of(text, *(f"{one.rstrip('.')}." for one in text.split(". ")))
    found = nearest(
        "Schools invite all parents to a yearly meeting. It is held in the spring.", SearchedDocument(document)
    )
    assert found is not None
    assert found.words == "Schools invite parents to one meeting. It is held in the fall."
    assert nearest("Volunteers are trained by the library staff.", SearchedDocument(document)) is None


@given(st.lists(st.text("ab .’'-“[(*", min_size=1, max_size=12), min_size=1, max_size=6), st.data())
def test_every_sentence_is_found_in_its_own_document(parts: list[str], data: st.DataObject) -> None:
    sentences = [f"w{part.strip()}w." for part in parts]
    document = document_of(" ".join(sentences), *sentences)
    wanted = data.draw(st.sampled_from(sentences))
    found = verbatim(wanted, SearchedDocument(document))
    assert found is not None
    assert not found.more
    assert canonical(found.words) == canonical(wanted)


# The round trip through the real assistant


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
