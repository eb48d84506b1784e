"""What browsers send to the Draft pages: fields and files, bounded in size before they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from assistant.errors import UsageError

MOST_FIELD_BYTES = 2 * 1024 * 1024
MOST_FILE_MEGABYTES = 20
_MORE_THAN_THE_FILE = 64 * 1024


@dataclass(frozen=True, slots=True)
class PostedFile:
    """A file as it was uploaded; ``name`` is what its owner calls it, without folders."""

    name: str
    content: bytes


async def posted_fields(request: Request) -> FormData:
    """Return the fields of a form. Raises UsageError for one that is too large or not well formed."""
    return await _form(request, MOST_FIELD_BYTES, "Shorten what was typed and send it again.")


async def posted_file(request: Request) -> PostedFile:
    """Return the file of a form, under the name ``file``. Raises UsageError where there is none or it is too large."""
    limit = MOST_FILE_MEGABYTES * 1024 * 1024
    form = await _form(request, limit + _MORE_THAN_THE_FILE, "Choose the file that was exported here.")
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise UsageError("No file was chosen.", next_step="Choose the file that was exported, then send it.")
    name = file.filename.replace("\\", "/").rpartition("/")[2][:200]
    content = await file.read(limit + 1)
    if not content or len(content) > limit:
        size = "is empty" if not content else f"is larger than {MOST_FILE_MEGABYTES} MB"
        raise UsageError(f"The file {name} {size}.", next_step="Choose the file that was exported here.")
    return PostedFile(name, content)


Fields = Annotated[FormData, Depends(posted_fields)]


def text_of(fields: FormData, name: str) -> str:
    """Return the text of a field, "" where there is none; line ends as a text area sends them are made plain."""
    value = fields.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def texts_of(fields: FormData, name: str) -> tuple[str, ...]:
    """Return all values of a field that may be given several times."""
    return tuple(value for value in fields.getlist(name) if isinstance(value, str))


def number_of(fields: FormData, name: str) -> int:
    """Return the number in a field. Raises UsageError for something else."""
    text = text_of(fields, name)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise UsageError("The request is not well formed.", next_step="Open the draft again from the list of drafts.")
    return int(text)


async def _form(request: Request, most_bytes: int, next_step: str) -> FormData:
    length = request.headers.get("content-length", "")
    # The server reads no more than the length that was announced, so that this bounds what is read.
    if not length.isdigit() or int(length) > most_bytes:
        raise UsageError("What was sent is too large.", next_step=next_step)
    try:
        return await request.form(max_files=1, max_fields=200, max_part_size=MOST_FIELD_BYTES)
    except HTTPException as error:
        raise UsageError(
            "The form that was sent is not well formed.", next_step="Go back and send it again."
        ) from error
