"""Prompts: Markdown files that staff can read and change, with ``{{field}}`` where the assistant fills something in.

A file may have two parts below the headings ``# System`` and ``# Request``: what the model is told of its task, and
what it is asked this time. What is filled in is data and is never looked at for further fields.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from assistant.chat.base import Message
from assistant.errors import SettingsError

_FIELD = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_PARTS = re.compile(r"\A\s*# System\s*\n(?P<system>.*?)^# Request\s*\n(?P<request>.*)\Z", re.DOTALL | re.MULTILINE)


class Prompts:
    """The prompts of a folder, read when they are used, so that a changed one counts from the next answer on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self, name: str, **fields: str) -> str:
        """Return the prompt ``<name>.md`` with its fields filled in.

        Raises SettingsError where the file cannot be read, or has a field that is not given, or lacks one that is.
        """
        text = self._read(name)
        wanted = set(_FIELD.findall(text))
        for field in sorted(wanted - fields.keys()):
            raise self._wrong(name, f"asks for {{{{{field}}}}}, which the assistant does not have")
        for field in sorted(fields.keys() - wanted):
            raise self._wrong(name, f"has no place for {{{{{field}}}}}")
        return _FIELD.sub(lambda found: fields[found.group(1)], text).strip()

    def messages(self, name: str, **fields: str) -> list[Message]:
        """Return the prompt's two parts as a system message and a user message. Raises SettingsError as ``fill``."""
        parts = _PARTS.match(self._read(name))
        if parts is None:
            raise self._wrong(name, "does not have the two headings “# System” and “# Request”")
        # Filled as a whole first: a field that is missing or left over is then seen in either part.
        self.fill(name, **fields)
        return [
            Message("system", _filled(parts["system"], fields)),
            Message("user", _filled(parts["request"], fields)),
        ]

    def version(self) -> str:
        """Return a hash of all prompts in the folder and below it, for telling two runs apart."""
        digest = hashlib.sha256()
        for path in sorted(self._folder.rglob("*.md")):
            digest.update(path.relative_to(self._folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]

    def _read(self, name: str) -> str:
        path = self._folder / f"{name}.md"
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"The prompt {path} cannot be read: {error}.",
                next_step="Put the file back, or set the folder of the prompts (prompts).",
            ) from error

    def _wrong(self, name: str, what: str) -> SettingsError:
        return SettingsError(
            f"The prompt {self._folder / f'{name}.md'} {what}.",
            next_step="Mend the file, or put the original one back.",
        )


def _filled(text: str, fields: dict[str, str]) -> str:
    return _FIELD.sub(lambda found: fields[found.group(1)], text).strip()
