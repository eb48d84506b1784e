"""What a PDF says of itself, by pypdf: PDFium is the other opinion, and the text never depends on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.constants import PageLabelStyle
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import UnreadableFileError
from assistant.reading import pdf_structure
from assistant.reading.document import read_document
from assistant.reading.limits import ReadingLimits
from assistant.reading.pdf_headings import OutlineEntry
from assistant.reading.pdf_structure import read_structure
from assistant.records import Document
from assistant.text.characters import clean_line
from tests.reading.pdf_samples import lines, pdf, rewritten, saved

CORPUS = sorted((Path(__file__).parents[2] / "corpus").glob("*.pdf"))
CHAPTERS = ("Duties of schools", "Yearly meeting", "School-parent compact")
Change = Callable[[pypdf.PdfWriter], object]


def chapter(title: str, level: int) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.bookmarkPage(title)
        canvas.addOutlineEntry(title, title, level)
        lines(canvas, [title], top=740, size=16)
        lines(canvas, [f"The chapter about {title.lower()} says something."])

    return draw


def label(writer: pypdf.PdfWriter) -> None:
    writer.set_page_label(0, 0, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(1, 2, prefix="A-", style=PageLabelStyle.DECIMAL, start=7)


@pytest.fixture(scope="module")
def sample() -> bytes:
    """A file with all of it: an outline two levels deep, labels, title, language."""
    pages = pdf(*(chapter(title, min(1, place)) for place, title in enumerate(CHAPTERS)), lang="es-MX")

    def change(writer: pypdf.PdfWriter) -> None:
        label(writer)
        writer.add_metadata({"/Title": "Título uno"})

    return rewritten(pages, change)


def read(folder: Path, data: bytes) -> Document:
    return read_document(saved(folder, "a.pdf", data), "a.pdf", None, ReadingLimits())


def labels(document: Document) -> list[str | None]:
    return [page.label for page in document.pages]


def by_pdfium(data: bytes) -> pdf_structure.PdfStructure:
    """The same as another library sees it; it is not asked for the language."""
    file = pypdfium2.PdfDocument(data)
    entries = []
    for bookmark in file.get_toc():
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        entries.append(
            OutlineEntry(bookmark.level + 1, clean_line(bookmark.get_title()), page + 1 if page is not None else None)
        )
    found = tuple(clean_line(file.get_page_label(index)) or None for index in range(len(file)))
    title = clean_line(file.get_metadata_value("Title")) or None
    file.close()
    return pdf_structure.PdfStructure(found, tuple(entries), title)


def without_language(structure: pdf_structure.PdfStructure) -> pdf_structure.PdfStructure:
    return pdf_structure.PdfStructure(structure.labels, structure.outline, structure.title)


def test_the_sample_gives_all_of_it(sample: bytes, tmp_path: Path) -> None:
    structure = read_structure(sample, 3)
    assert structure.labels == ("i", "A-7", "A-8")
    assert structure.outline == tuple(
        OutlineEntry(min(2, page), title, page) for page, title in enumerate(CHAPTERS, start=1)
    )
    document = read(tmp_path, sample)
    assert (document.title, document.language, labels(document)) == ("Título uno", "es", ["i", "A-7", "A-8"])
    assert [section.heading_path for section in document.sections] == [
        CHAPTERS[:1],
        CHAPTERS[:2],
        (CHAPTERS[0], CHAPTERS[2]),
    ]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_another_library_sees_the_same_in_the_corpus(path: Path) -> None:
    data = path.read_bytes()
    other = by_pdfium(data)
    assert len(other.outline) > 10
    assert without_language(read_structure(data, len(other.labels))) == other


RANGES = st.lists(
    st.tuples(
        st.sampled_from([None, *PageLabelStyle]), st.sampled_from([None, "A-", "Anexo "]), st.integers(1, 120)
    ).filter(lambda one: one[:2] != (None, None)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(RANGES)
def test_another_library_sees_the_same_labels(ranges: list[tuple[PageLabelStyle | None, str | None, int]]) -> None:
    def change(writer: pypdf.PdfWriter) -> None:
        for place, (style, prefix, start) in enumerate(ranges):
            writer.add_blank_page(100, 100)
            writer.add_blank_page(100, 100)
            writer.set_page_label(2 * place, 2 * place + 1, style=style, prefix=prefix, start=start)

    data = rewritten(rewritten(pdf(lambda canvas: None), lambda writer: writer.remove_page(0)), change)
    assert read_structure(data, 2 * len(ranges)).labels == by_pdfium(data).labels


def test_a_file_without_labels_is_given_none_from_the_place_of_its_pages(tmp_path: Path) -> None:
    data = pdf(*(chapter(title, 0) for title in CHAPTERS))
    assert read_structure(data, 3).labels == (None, None, None)
    assert labels(read(tmp_path, data)) == [None, None, None]


def test_labels_for_other_pages_than_those_that_are_read_are_not_used(sample: bytes) -> None:
    assert read_structure(sample, 4).labels == (None, None, None, None)


def first_bookmark(writer: pypdf.PdfWriter) -> DictionaryObject:
    outlines = writer.root_object["/Outlines"]
    assert isinstance(outlines, DictionaryObject)
    bookmark = outlines["/First"]
    assert isinstance(bookmark, DictionaryObject)
    return bookmark


def lead_to(bookmark: DictionaryObject, **entries: pypdf.generic.PdfObject) -> None:
    for key in ("/A", "/Dest"):
        bookmark.pop(key, None)
    bookmark.update({NameObject(f"/{key}"): value for key, value in entries.items()})


def action(kind: str, key: str, value: pypdf.generic.PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): value})


@pytest.mark.parametrize(
    ("name", "page"), [("place", 3), ("action", 3), ("name", 2), ("unknown name", None), ("web", None), ("none", None)]
)
def test_bookmarks_lead_to_their_page_however_it_is_written(sample: bytes, name: str, page: int | None) -> None:
    place = ArrayObject([NumberObject(2), NameObject("/Fit")])

    def change(writer: pypdf.PdfWriter) -> None:
        writer.add_named_destination("meeting", 1)
        bookmark = first_bookmark(writer)
        if name == "place":
            lead_to(bookmark, Dest=place)
        elif name == "action":
            lead_to(bookmark, A=action("/GoTo", "/D", place))
        elif name == "web":
            lead_to(bookmark, A=action("/URI", "/URI", TextStringObject("https://example.org")))
        elif name == "none":
            lead_to(bookmark)
        else:
            lead_to(bookmark, Dest=TextStringObject("meeting" if name == "name" else "nowhere"))

    data = rewritten(sample, change)
    outline = read_structure(data, 3).outline
    assert outline[0] == OutlineEntry(1, CHAPTERS[0], page)
    assert outline == by_pdfium(data).outline


def test_a_file_with_very_many_bookmarks_goes_by_its_type(
    sample: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_structure, "_MOST_BOOKMARKS", 2)
    assert read_structure(sample, 3).outline == ()
    document = read(tmp_path, sample)
    assert [section.heading_path for section in document.sections] == [(title,) for title in CHAPTERS]


def test_a_title_in_utf8_is_read_as_such() -> None:
    data = pdf(lambda canvas: canvas.setTitle("Policy-19")).replace(b"(Policy-19)", "(Política)".encode())
    assert read_structure(data, 1).title == "Política"


# Damage that pypdf gives up on and PDFium does not.
def a_tree_of_names_with_a_number_in_it(writer: pypdf.PdfWriter) -> None:
    tree = DictionaryObject({NameObject("/Kids"): ArrayObject([NumberObject(5)])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/Dests"): tree})


def a_bookmark_of_the_wrong_kind(writer: pypdf.PdfWriter) -> None:
    first_bookmark(writer)[NameObject("/Count")] = TextStringObject("three")


def a_page_tree_with_a_loop(writer: pypdf.PdfWriter) -> None:
    pages = writer.root_object["/Pages"]
    assert isinstance(pages, DictionaryObject)
    kids = pages["/Kids"]
    assert isinstance(kids, ArrayObject)
    kids.append(writer.root_object.raw_get("/Pages"))


@pytest.mark.parametrize("damage", [a_tree_of_names_with_a_number_in_it, a_bookmark_of_the_wrong_kind])
def test_a_damaged_outline_costs_only_the_outline(sample: bytes, tmp_path: Path, damage: Change) -> None:
    data = rewritten(sample, damage)
    document = read(tmp_path, data)
    assert read_structure(data, 3).outline == ()
    assert document.text == read(tmp_path, sample).text
    assert [section.heading_path for section in document.sections] == [(title,) for title in CHAPTERS]
    assert (document.title, labels(document)) == ("Título uno", ["i", "A-7", "A-8"])


def test_a_damaged_page_tree_costs_labels_and_outline(sample: bytes, tmp_path: Path) -> None:
    data = rewritten(sample, a_page_tree_with_a_loop)
    with pytest.raises(pypdf.errors.PyPdfError):
        len(pypdf.PdfReader(saved(tmp_path, "a.pdf", data)).pages)
    document = read(tmp_path, data)
    assert document.text == read(tmp_path, sample).text
    assert (document.title, labels(document)[:3]) == ("Título uno", [None] * 3)


def test_a_file_that_pypdf_cannot_open_is_read_all_the_same(sample: bytes, tmp_path: Path) -> None:
    data = sample.replace(b"startxref", b"startxfer")
    path = saved(tmp_path, "a.pdf", data)
    with pytest.raises(pypdf.errors.PyPdfError):
        pypdf.PdfReader(path)
    document = read(tmp_path, data)
    assert document.text == read(tmp_path, sample).text
    assert labels(document) == [None, None, None]


def test_what_pypdf_mends_is_not_logged(sample: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        document = read(tmp_path, b"rubbish before the file\n" + sample)
    assert labels(document) == ["i", "A-7", "A-8"]
    assert caplog.records == []


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_an_encrypted_file_without_a_users_password_is_read_whole(
    sample: bytes, tmp_path: Path, algorithm: str
) -> None:
    data = rewritten(sample, lambda writer: writer.encrypt("", "owner", algorithm=algorithm))
    assert b"/Encrypt" in data
    assert read_structure(data, 3) == read_structure(sample, 3)
    assert read(tmp_path, data).text == read(tmp_path, sample).text


def locked(sample: bytes) -> bytes:
    return rewritten(sample, lambda writer: writer.encrypt("user", "owner", algorithm="AES-256"))


def test_a_file_with_a_users_password_says_so(sample: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read(tmp_path, locked(sample))
    assert caught.value.what == "a.pdf is protected with a password."
    assert "without one" in caught.value.next_step


@pytest.mark.parametrize("scheme", [(b"/Filter /Standard", b"/Filter /AdobePub"), (b"/V 5", b"/V 9")])
def test_a_file_with_an_unknown_protection_does_not_ask_for_a_password(
    sample: bytes, tmp_path: Path, scheme: tuple[bytes, bytes]
) -> None:
    data = locked(sample)
    assert scheme[0] in data
    with pytest.raises(UnreadableFileError) as caught:
        read(tmp_path, data.replace(*scheme))
    assert "in a way that cannot be opened here" in caught.value.what
    assert "print it" in caught.value.next_step


def test_where_pypdf_cannot_tell_the_text_reader_says_what_is_wrong(sample: bytes, tmp_path: Path) -> None:
    data = locked(sample).replace(b"/R 6", b"/R ()")
    assert pdf_structure.needs_password(data) is None
    with pytest.raises(UnreadableFileError, match="password"):
        read(tmp_path, data)
