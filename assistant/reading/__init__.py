"""Files -> Documents with exact text. Parsers are imported when a file needs them, and run in a child process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.reading.folder import list_files, read_sources
from assistant.reading.limits import ReadingLimits

if TYPE_CHECKING:
    from assistant.reading.document import file_id, read_document
    from assistant.reading.passages import cut_passages
    from assistant.reading.worker import Reader, ReadingJob

__all__ = [
    "Reader",
    "ReadingJob",
    "ReadingLimits",
    "cut_passages",
    "file_id",
    "list_files",
    "read_document",
    "read_sources",
]

_HOMES = {
    "Reader": "worker",
    "ReadingJob": "worker",
    "cut_passages": "passages",
    "file_id": "document",
    "read_document": "document",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
