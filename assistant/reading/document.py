"""A file -> a Document: what it is, how large it may be, which reader takes it, what it is called."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePath

from assistant.errors import UnreadableFileError
from assistant.reading.composing import Block, Composition, compose
from assistant.reading.limits import ReadingLimits
from assistant.reading.sniffing import MediaType, sniff
from assistant.records import Document, Page, SourceEntry
from assistant.text.characters import clean_line
from assistant.text.language import language_of

# What the parsers raise, beside errors of their own, when a file is not as they expect. Measured on damaged files.
_PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_TITLE_LENGTH = 200
_NOT_A_TITLE = re.compile(
    r"\W*(microsoft word|microsoft powerpoint|untitled|document\d*$|word document$|sin título|anonymous|print|slide \d|"
    r"[\W\d_]*$|.*\.(docx?|pdf|indd|rtf|txt|html?|xlsx?|pptx?|qxd|tex|dvi|pub|odt)$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Content:
    """What the reader of one format found; the title may be of the file's metadata or of the text."""

    composition: Composition
    pages: tuple[Page, ...] = ()
    title: str | None = None
    language: str | None = None


def file_id(data: bytes) -> str:
    """Return the id of a document with these bytes: SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_document(path: Path, source: str, entry: SourceEntry | None, limits: ReadingLimits) -> Document:
    """Return the document in ``path``; ``source`` is its name inside the corpus, as shown to people.

    Raises UnreadableFileError where the file cannot be read as a document. Time and memory are the worker's to
    limit (see ``Reader``).
    """
    data = _bytes(path, source, limits)
    media_type = sniff(data, source)
    try:
        content = _content(data, media_type, source, limits)
    except _PARSER_ERRORS as error:
        raise damaged(source, error) from error
    text = content.composition.text
    if not content.composition.sentences:
        raise UnreadableFileError(
            f"{source} has no text in it.", next_step="Check in its own program that it has, and save it again."
        )
    entry = entry or SourceEntry()
    return Document(
        id=file_id(data),
        title=entry.title or _title(content, source),
        source=source,
        media_type=media_type.value,
        text=text,
        sections=content.composition.sections,
        sentences=content.composition.sentences,
        pages=content.pages,
        author=entry.author,
        kind=entry.kind,
        year=entry.year,
        language=entry.language or language_of(text, content.language),
        original=entry.original,
        summarises=entry.summarises,
        published_at=entry.published_at,
    )


def damaged(source: str, error: BaseException) -> UnreadableFileError:
    """Return the error for a file that a parser gave up on."""
    return UnreadableFileError(
        f"{source} is damaged or not quite what its format asks for ({type(error).__name__}).",
        next_step="Get a fresh copy, or open it in its own program and save it again.",
    )


def _bytes(path: Path, source: str, limits: ReadingLimits) -> bytes:
    try:
        size = path.stat().st_size
        if size > limits.bytes:
            raise UnreadableFileError(
                f"{source} has {size / 1024 / 1024:.0f} MB; files of up to {limits.megabytes} MB are read.",
                next_step="Save it with smaller pictures, split it, or raise file_megabytes in the settings.",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFileError(f"{source} is no longer there.", next_step="Index the folder again.") from error
    except OSError as error:
        raise UnreadableFileError(
            f"{source} cannot be opened: {error.strerror or error}.",
            next_step="Check that you may read it, and that no other program holds it open.",
        ) from error


def _content(data: bytes, media_type: MediaType, source: str, limits: ReadingLimits) -> _Content:
    # Imported one by one: each brings a parser that the other formats do not need.
    if media_type is MediaType.PDF:
        from assistant.reading.pdf import read_pdf

        pdf = read_pdf(data, source, limits)
        return _Content(pdf.composition, pdf.pages, pdf.title, pdf.language)
    if media_type is MediaType.WORD:
        return _word(data, source)
    from assistant.reading.text import decode, read_text

    if media_type is MediaType.HTML:
        from assistant.reading.html import read_html

        page = read_html(data)
        return _Content(compose(page.blocks), (), page.title, page.language)
    if media_type is MediaType.MARKDOWN:
        from assistant.reading.markdown import read_markdown

        markdown = read_markdown(decode(data, source))
        return _Content(
            compose(markdown.blocks), (), markdown.title or _first_heading(markdown.blocks), markdown.language
        )
    blocks = read_text(data, source)
    return _Content(compose(blocks), (), _first_heading(blocks), None)


def _word(data: bytes, source: str) -> _Content:
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    from assistant.reading.word import read_word
    from assistant.reading.word_package import check_package

    check_package(data, source)
    try:
        word = read_word(data)
    except (OpcError, LxmlError) as error:
        raise damaged(source, error) from error
    return _Content(compose(word.blocks), (), word.title, word.language)


def _first_heading(blocks: list[Block]) -> str | None:
    from assistant.reading.composing import BlockKind

    return next((block.text for block in blocks if block.kind is BlockKind.HEADING), None)


def _title(content: _Content, source: str) -> str:
    first_path = next((section.heading_path for section in content.composition.sections if section.heading_path), ())
    for candidate in (content.title, *first_path[:1]):
        title = clean_line(candidate or "")
        if 2 < len(title) <= _TITLE_LENGTH and not _NOT_A_TITLE.match(title):
            return title
    return readable_name(source)


def readable_name(source: str) -> str:
    """Return a title made of a file name: "lcap_goals-2018.pdf" gives "Lcap goals 2018"."""
    words = re.sub(r"[_\-\s]+", " ", PurePath(source).stem).strip()
    return words[:1].upper() + words[1:] if words else source
