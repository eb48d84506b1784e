"""The drafts that are kept: JSON files in the data folder, one folder a draft, one file a version.

A version is written whole or not at all and never changed afterwards. Several processes may keep drafts at once: each
holds the folder of its draft while it looks which version is the latest and writes the next.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from assistant.errors import DraftError, UsageError
from assistant.records import Draft

FOLDER = "drafts"
_ID = re.compile(r"[0-9a-f]{32}")
_VERSION = re.compile(r"(\d{6})\.json")
_MOST_VERSIONS = 999_999


class OvertakenError(DraftError):
    """Another version of a draft was kept while this one was made."""

    def __init__(self) -> None:
        super().__init__(
            "The draft was changed or deleted by somebody else meanwhile.",
            kept="What they did stands, and this change is not kept.",
            next_step="Open the draft again, and make the change once more if it still fits.",
        )


@dataclass(frozen=True, slots=True)
class ShelfEntry:
    """A draft as its latest version stands; ``changed_at`` is when that was written, UTC in ISO 8601."""

    id: str
    title: str
    template: str
    version: int
    changed_at: str
    open_blanks: int


@dataclass(frozen=True, slots=True)
class DamagedDraft:
    """A version that cannot be read."""

    id: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class ShelfContents:
    """All drafts, the latest changed first, and the latest versions that were passed over because of damage."""

    entries: tuple[ShelfEntry, ...]
    damaged: tuple[DamagedDraft, ...]


def draft_to_json(draft: Draft) -> bytes:
    """Return the draft as JSON, exactly: ``draft_from_json`` gives an equal one.

    Raises UsageError for text that is no text (half of a surrogate pair).
    """
    try:
        return _adapter().dump_json(draft, indent=1)
    except PydanticSerializationError as error:
        raise UsageError(
            "The draft holds characters that cannot be written to a file.",
            kept="Nothing was saved.",
            next_step="Type the last change again, without pasting it.",
        ) from error


def draft_from_json(data: bytes) -> Draft:
    """Return the draft; raises ValueError (pydantic's ValidationError is one) where ``data`` is not one, whole."""
    return _adapter().validate_json(data)


@cache
def _adapter() -> TypeAdapter[Draft]:
    return TypeAdapter(Draft)


class Shelf:
    """Keeps drafts below ``<data>/drafts``. Safe to use from several threads and processes."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def save(self, draft: Draft, after: int | None = None) -> Draft:
        """Keep ``draft`` as the next version of its id and return it with that version's number.

        ``after`` is the version that it was made from, None for a new draft or one that takes the place of whatever is
        there. Raises OvertakenError where that is no longer the latest version, DraftError where the draft cannot be
        written; what was kept before is not touched.
        """
        folder = self._folder(draft.id)
        try:
            if after is None:
                folder.mkdir(parents=True, exist_ok=True)
            elif not folder.is_dir():
                raise OvertakenError
            with _held(folder):
                if after is not None and self._written(folder)[-1:] != [after]:
                    raise OvertakenError
                version = max(self._numbers(folder), default=0) + 1
                if version > _MOST_VERSIONS:
                    raise DraftError(
                        "The draft has as many versions as it can have.", next_step="Save it as a new draft."
                    )
                kept = replace(draft, version=version)
                _write(_path(folder, version), draft_to_json(kept))
                return kept
        except OSError as error:
            raise DraftError(
                f"The draft cannot be saved: {error.strerror or error}.",
                kept="Earlier versions are as they were.",
                next_step=f"Make room on the disk of {self.folder} and see that it may be written, then save again.",
            ) from error

    def contents(self) -> ShelfContents:
        """Return what is kept. A damaged version is reported, and an earlier one stands in for it."""
        entries: list[ShelfEntry] = []
        damaged: list[DamagedDraft] = []
        for folder in self._folders():
            for version in reversed(self._written(folder)):
                try:
                    draft = self._read(folder, version)
                except DraftError as error:
                    damaged.append(DamagedDraft(folder.name, version, error.what))
                    continue
                entries.append(_entry(draft))
                break
        entries.sort(key=lambda entry: (entry.changed_at, entry.id), reverse=True)
        return ShelfContents(tuple(entries), tuple(damaged))

    def versions(self, draft_id: str) -> tuple[int, ...]:
        """Return the numbers of the versions, rising. Raises UsageError for an unknown draft."""
        found = self._written(self._folder(draft_id))
        if not found:
            raise _unknown(draft_id)
        return tuple(found)

    def load(self, draft_id: str, version: int | None = None) -> Draft:
        """Return a version, the latest where none is named.

        Raises UsageError for an unknown draft or version, DraftError for one that is damaged.
        """
        versions = self.versions(draft_id)
        wanted = versions[-1] if version is None else version
        if wanted not in versions:
            raise UsageError(
                f"The draft has no version {wanted}.", next_step=f"It has: {', '.join(map(str, versions))}."
            )
        return self._read(self._folder(draft_id), wanted)

    def delete(self, draft_id: str) -> None:
        """Delete the draft with all its versions. Raises UsageError for an unknown one, DraftError if it stays."""
        folder = self._folder(draft_id)
        # Out of sight in one step: an interruption leaves no draft with half of its versions.
        doomed = self.folder / f".{draft_id}.{secrets.token_hex(4)}.deleted"
        try:
            folder.rename(doomed)
            shutil.rmtree(doomed)
        except FileNotFoundError as error:
            raise _unknown(draft_id) from error
        except OSError as error:
            raise DraftError(
                f"The draft cannot be deleted: {error.strerror or error}.",
                next_step=f"See that {self.folder} may be written, and that no other program holds a file in it open.",
            ) from error

    def _folder(self, draft_id: str) -> Path:
        if not _ID.fullmatch(draft_id):
            raise _unknown(draft_id)
        return self.folder / draft_id

    def _folders(self) -> list[Path]:
        try:
            return sorted(path for path in self.folder.iterdir() if _ID.fullmatch(path.name))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise DraftError(
                f"The drafts cannot be listed: {error.strerror or error}.",
                next_step=f"See that {self.folder} may be read.",
            ) from error

    def _numbers(self, folder: Path) -> list[int]:
        """Return the numbers that are taken, also by versions that were never written to their end."""
        try:
            names = [path.name for path in folder.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(int(found[1]) for name in names if (found := _VERSION.fullmatch(name)))

    def _written(self, folder: Path) -> list[int]:
        return [version for version in self._numbers(folder) if _size(_path(folder, version))]

    def _read(self, folder: Path, version: int) -> Draft:
        try:
            draft = draft_from_json(_path(folder, version).read_bytes())
        except OSError as error:
            raise _damaged(version, error.strerror or str(error)) from error
        except ValidationError as error:
            raise _damaged(version, "its file is incomplete or was changed") from error
        if (draft.id, draft.version) != (folder.name, version):
            raise _damaged(version, "its file is that of another draft or version")
        return draft


def _entry(draft: Draft) -> ShelfEntry:
    return ShelfEntry(draft.id, draft.title, draft.template, draft.version, draft.created_at, len(draft.blanks))


def _path(folder: Path, version: int) -> Path:
    return folder / f"{version:06d}.json"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a draft's folder: another thread or process that wants it waits. The system lets go of it in any case."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    """Make the file at ``path`` with ``content``, at once and for good, or not at all."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with scratch.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(scratch, path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unknown(draft_id: str) -> UsageError:
    return UsageError(f"There is no draft {draft_id[:40]!r}.", next_step="The list of drafts has those that are kept.")


def _damaged(version: int, reason: str) -> DraftError:
    return DraftError(
        f"Version {version} of the draft cannot be read: {reason}.",
        kept="Its other versions are not affected.",
        next_step="Open an earlier version.",
    )
