"""The corpus folder: which files it holds and what ``sources.toml`` says of them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from assistant.errors import UnreadableFileError
from assistant.records import FileProblem, SourceEntry

SOURCES_FILE = "sources.toml"
# By the name of the field's annotation, which is what the file's reader is told.
_KINDS: dict[str, tuple[type, str]] = {
    "year": (int, "a whole number, such as 2018"),
    "original": (bool, "true or false"),
}
_TEXT = (str, 'text in quotes, such as "California Department of Education"')


def list_files(folder: Path) -> list[Path]:
    """Return the files below ``folder`` in the order of their paths, whatever their format.

    Hidden files and folders, Word's lock files ("~$..."), ``sources.toml`` and links that lead out of the folder
    are left out. Raises UnreadableFileError where the folder itself cannot be read.
    """
    if not folder.is_dir():
        raise UnreadableFileError(
            f"The folder {folder} does not exist or is not a folder.",
            next_step="Create it and put documents into it, or name another folder with --corpus.",
        )
    root = folder.resolve()
    found: list[Path] = []
    for path, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in names:
            file = Path(path, name)
            if _is_hidden(name) or (name == SOURCES_FILE and file.parent == folder):
                continue
            if file.resolve().is_relative_to(root) and file.is_file():
                found.append(file)
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name in ("__MACOSX", "Thumbs.db", "desktop.ini")


def read_sources(folder: Path) -> tuple[dict[str, SourceEntry], list[FileProblem]]:
    """Return the entries of ``folder/sources.toml`` by path (forward slashes) and what is wrong with them.

    Nothing in it is fatal: an entry keeps its good fields, and a file without one is indexed all the same. The file
    has a table for each document, ``["lcap-goals.md"]`` or ``["law/section-1116.pdf"]``, with the fields of
    SourceEntry.
    """
    path = folder / SOURCES_FILE
    if not path.exists():
        return {}, []
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [
            FileProblem(
                SOURCES_FILE,
                f"It cannot be read: {error}. The documents are indexed without what it says of them.",
                'Mend the line it names. A file name with a dot or a slash is put in quotes: ["plan.pdf"].',
            )
        ]
    entries: dict[str, SourceEntry] = {}
    problems: list[FileProblem] = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            problems.append(
                FileProblem(
                    SOURCES_FILE,
                    f"{name!r} stands outside of a table.",
                    'Put it below the file\'s own line, ["file name"].',
                )
            )
        elif not (folder / name).is_file():
            problems.append(_missing(name, table))
        else:
            entries[Path(name).as_posix()], wrong = _entry(name, table)
            problems += wrong
    return entries, problems


def _missing(name: str, table: Mapping[str, Any]) -> FileProblem:
    dotted = next(iter(table.values()), None)
    if isinstance(dotted, dict):
        step = f'A name with a dot is put in quotes: ["{name}.{next(iter(table))}"].'
    else:
        step = "Correct the name (capitals count), or remove the entry."
    return FileProblem(SOURCES_FILE, f"There is an entry for {name!r}, but no such file.", step)


def _entry(name: str, table: Mapping[str, Any]) -> tuple[SourceEntry, list[FileProblem]]:
    known = [field.name for field in fields(SourceEntry)]
    good: dict[str, Any] = {}
    problems: list[FileProblem] = []
    for key, value in table.items():
        kind, wanted = _KINDS.get(key, _TEXT)
        if key not in known:
            problems.append(
                FileProblem(
                    SOURCES_FILE,
                    f"{name!r} has an unknown field {key!r}; it is ignored.",
                    f"The fields are: {', '.join(known)}.",
                )
            )
        elif type(value) is not kind:
            problems.append(
                FileProblem(
                    SOURCES_FILE, f"{key!r} of {name!r} is {value!r}; it is ignored.", f"It has to be {wanted}."
                )
            )
        elif value != "":
            good[key] = value.strip() if isinstance(value, str) else value
    return SourceEntry(**good), problems
