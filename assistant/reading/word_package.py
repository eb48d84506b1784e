"""Is a .docx safe to open? A check of the zip archive before anything in it is unpacked or parsed."""

from __future__ import annotations

import zipfile
from io import BytesIO

from assistant.errors import UnreadableFileError

_MOST_ENTRIES = 2000
_MOST_TEXT_BYTES = 100 * 1024 * 1024
_MOST_PART_BYTES = 50 * 1024 * 1024
_MOST_PARAGRAPHS = 50_000
_HIGHEST_RATIO = 100
_RATIO_COUNTS_FROM = 1024 * 1024  # Small parts of dull XML pack well in good files too.
_MAIN_PART = "word/document.xml"


def check_package(data: bytes, source: str) -> None:
    """Raise UnreadableFileError where the archive is damaged, too large unpacked, or not an ordinary Word file."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, source)
            _check_parts(archive, entries, source)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _damaged(source) from error
    except RuntimeError as error:  # zipfile's word for an entry that needs a password
        raise UnreadableFileError(
            f"{source} is protected with a password.", next_step="Save a copy without a password and put that here."
        ) from error


def _check_entries(entries: list[zipfile.ZipInfo], source: str) -> None:
    names = {entry.filename for entry in entries}
    if len(entries) > _MOST_ENTRIES:
        raise _hostile(source, f"it holds {len(entries)} parts")
    for entry in entries:
        path = entry.filename.replace("\\", "/")
        if path.startswith("/") or ":" in path.split("/")[0] or ".." in path.split("/"):
            raise _hostile(source, "it names files outside of itself")
        if entry.file_size > _MOST_PART_BYTES and not _is_media(entry):
            raise _hostile(source, "it is far too large when unpacked")
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > _HIGHEST_RATIO * max(1, entry.compress_size):
            raise _hostile(source, "it is packed suspiciously tight")
    if sum(entry.file_size for entry in entries if not _is_media(entry)) > _MOST_TEXT_BYTES:
        raise _hostile(source, "it is far too large when unpacked")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise UnreadableFileError(
            f"{source} contains macros.", next_step="Save it as an ordinary Word document (.docx), without macros."
        )
    if _MAIN_PART not in names and not any(name.endswith(("document.xml", "document2.xml")) for name in names):
        raise UnreadableFileError(
            f"{source} is a zip archive, but not a Word document.",
            next_step="Unpack it and put the documents that are in it into the folder.",
        )


def _check_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], source: str) -> None:
    for entry in entries:
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        part = archive.read(entry)
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise _hostile(source, "it declares entities, which Word never does")
        if part.count(b"<w:p>") + part.count(b"<w:p ") > _MOST_PARAGRAPHS:
            raise UnreadableFileError(
                f"{source} has more than {_MOST_PARAGRAPHS:,} paragraphs.",
                next_step="Split it into several documents, such as one a chapter.",
            )


def _is_media(entry: zipfile.ZipInfo) -> bool:
    return "/media/" in entry.filename or "/embeddings/" in entry.filename


def _hostile(source: str, reason: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{source} is not opened: {reason}.",
        next_step="If you trust it, open it in Word and save it as a new .docx, or print it to PDF.",
    )


def _damaged(source: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{source} is damaged: it is not a complete Word file.",
        next_step="Get a fresh copy, or open it in Word, let Word repair it, and save it again.",
    )
