"""Documents and jobs as JSON, between the reader and its child process.

Not pickle: the child has handled hostile bytes, and what it sends back must not be able to run code here.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import Any, BinaryIO

from assistant.records import CharacterRun, Document, Page, Section, SourceEntry, Span

_HEADER = struct.Struct(">II")
_LARGEST = 512 * 1024 * 1024

Message = tuple[dict[str, Any], bytes]


def send(stream: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    """Write one message: a JSON head and a body of bytes."""
    encoded = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    stream.write(_HEADER.pack(len(encoded), len(body)) + encoded)
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO) -> Message | None:
    """Read one message; None at the end of the stream or where it is cut short."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    head_size, body_size = _HEADER.unpack(header)
    if head_size > _LARGEST or body_size > _LARGEST:
        return None
    head, body = stream.read(head_size), stream.read(body_size)
    if len(head) < head_size or len(body) < body_size:
        return None
    return json.loads(head.decode("utf-8", "surrogatepass")), body


def entry_to_wire(entry: SourceEntry | None) -> dict[str, Any] | None:
    return None if entry is None else asdict(entry)


def entry_from_wire(value: dict[str, Any] | None) -> SourceEntry | None:
    return None if value is None else SourceEntry(**value)


def page_to_wire(page: Page) -> list[Any]:
    numbers = [number for run in page.runs for number in (run.start, run.page_start, run.length)]
    return [page.number, page.label, page.span.start, page.span.end, numbers]


def page_from_wire(value: list[Any]) -> Page:
    number, label, start, end, numbers = value
    runs = tuple(CharacterRun(*numbers[index : index + 3]) for index in range(0, len(numbers), 3))
    return Page(number, label, Span(start, end), runs)


def document_to_wire(document: Document) -> dict[str, Any]:
    plain = {name: getattr(document, name) for name in _PLAIN_FIELDS}
    return plain | {
        "sections": [[section.heading_path, section.span.start, section.span.end] for section in document.sections],
        "sentences": [[span.start, span.end] for span in document.sentences],
        "pages": [page_to_wire(page) for page in document.pages],
    }


def document_from_wire(value: dict[str, Any]) -> Document:
    return Document(
        **{name: value[name] for name in _PLAIN_FIELDS},
        sections=tuple(Section(tuple(path), Span(start, end)) for path, start, end in value["sections"]),
        sentences=tuple(Span(start, end) for start, end in value["sentences"]),
        pages=tuple(page_from_wire(page) for page in value["pages"]),
    )


_PLAIN_FIELDS = (
    "id", "title", "source", "media_type", "text", "author", "kind", "year", "language", "original", "summarises",
    "published_at",
)  # fmt: skip
