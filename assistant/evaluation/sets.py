"""Where sets lie: the ones that ship, beside the program's ``corpus``, and those of the staff, in the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UsageError
from assistant.evaluation.cases.columns import nearest_name
from assistant.evaluation.cases.files import is_locked, read_set
from assistant.evaluation.cases.tables import KINDS
from assistant.evaluation.runs.folder import evaluation_folder
from assistant.settings import Settings

SHIPPED = Path("eval")
NO_CASES = frozenset({"support"})
"""Files among the sets that hold claims and not questions."""


@dataclass(frozen=True, slots=True)
class SetPlace:
    """A set that can be run: by its name, or by its path."""

    name: str
    path: Path
    locked: bool
    shipped: bool


def staff_folder(settings: Settings) -> Path:
    """Return the folder of the sets that staff upload and grow."""
    return evaluation_folder(settings.data) / "sets"


def list_sets(settings: Settings) -> list[SetPlace]:
    """Return the sets that ship and those of the staff, by name."""
    shipped = settings.corpus.parent / SHIPPED
    found = [
        SetPlace(path.stem, path, is_locked(path), folder == shipped)
        for folder in (shipped, staff_folder(settings))
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in KINDS and not path.name.startswith(".") and path.stem not in NO_CASES
    ]
    return sorted(found, key=lambda one: (not one.shipped, one.name))


def find_set(settings: Settings, name: str) -> Path:
    """Return the path of a set by its path or name. Raises UsageError, naming what is near."""
    path = Path(name)
    if path.suffix.lower() in KINDS and path.is_file():
        return path
    known = {one.name: one.path for one in list_sets(settings)}
    if name in known:
        return known[name]
    near = nearest_name(name, list(known))
    hint = f"Did you mean {near}?" if near else f"The sets are: {', '.join(known) or 'none yet'}."
    raise UsageError(f"There is no set {name}.", next_step=hint)


def set_size(place: SetPlace) -> int | None:
    """Return how many questions a set has, None where it cannot be read."""
    try:
        return len(read_set(place.path).set.cases)
    except UsageError:
        return None
