"""Sets of questions that staff bring: checked before anything is kept, kept in one form, given back in any."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from assistant.errors import UsageError
from assistant.evaluation.cases.columns import RowProblem, Severity
from assistant.evaluation.cases.files import LOCKED_ENDINGS, read_set, write_set
from assistant.evaluation.cases.from_answer import FROM_CHAT
from assistant.evaluation.cases.lint import lint
from assistant.evaluation.cases.tables import KINDS
from assistant.evaluation.sets import NO_CASES, SetPlace, list_sets, staff_folder
from assistant.evaluation.sources import LibraryView
from assistant.records import EvaluationCase, Expectation, Fact
from assistant.settings import Settings
from assistant.web.service import Service

if TYPE_CHECKING:
    from assistant.app import Assistant

MOST_PROBLEMS = 200
LONGEST_NAME = 60
MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".jsonl": "application/x-ndjson",
}
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set as the page lists it. ``questions`` is None where its file cannot be read."""

    name: str
    locked: bool
    shipped: bool
    from_chat: bool
    questions: int | None
    to_refuse: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """What an uploaded file holds and what is wrong with it, by row, the gravest first.

    ``left_out`` are the numbers of the rows that are no questions; ``more`` counts problems that are not listed.
    """

    name: str
    cases: tuple[EvaluationCase, ...]
    problems: tuple[RowProblem, ...]
    more: int
    left_out: tuple[int, ...]
    replaces: int | None

    @property
    def locked(self) -> bool:
        return self.name.endswith(LOCKED_ENDINGS)


def known_set(settings: Settings, name: str) -> SetPlace:
    """Return a set by its name; a page may not name a path. Raises UsageError."""
    place = next((one for one in list_sets(settings) if one.name == name), None)
    if place is None:
        raise UsageError(f"There is no set {name}.", next_step="Choose one on the Evaluate page.")
    return place


def set_rows(settings: Settings) -> list[SetRow]:
    """Return the sets that ship, then those of the staff."""
    return [_set_row(place) for place in list_sets(settings)]


def _set_row(place: SetPlace) -> SetRow:
    from_chat = not place.shipped and place.path.name == FROM_CHAT
    try:
        found = read_set(place.path)
    except UsageError:
        return SetRow(place.name, place.locked, place.shipped, from_chat, None)
    return SetRow(
        name=place.name,
        locked=place.locked,
        shipped=place.shipped,
        from_chat=from_chat,
        questions=len(found.set.cases),
        to_refuse=sum(one.expect is Expectation.ABSTAIN for one in found.set.cases),
        problems=sum(one.severity is Severity.ERROR for one in found.problems),
    )


def check_upload(assistant: Service, file_name: str, content: bytes) -> CheckedUpload:
    """Return what is in a file that somebody wants to add. Raises UsageError where it cannot be read or kept at all."""
    settings = assistant.settings
    name = set_name(file_name)
    known = {one.name: one for one in list_sets(settings)}
    if name in NO_CASES or (name in known and known[name].shipped):
        raise UsageError(
            f"The name {name} belongs to a set that comes with the assistant.",
            kept="Nothing was added.",
            next_step="Give the file another name and choose it again.",
        )
    with tempfile.TemporaryDirectory(prefix="set-") as folder:
        path = Path(folder) / f"{name}{Path(file_name).suffix.lower()}"
        path.write_bytes(content)
        found = read_set(path)
    doubts = lint(found.set.cases, LibraryView.of(cast("Assistant", assistant)), found.row_of)
    order = list(Severity)
    problems = sorted([*found.problems, *doubts], key=lambda one: (order.index(one.severity), one.row))
    left_out = {one.row for one in found.problems if one.severity is Severity.ERROR and one.row}
    return CheckedUpload(
        name=name,
        cases=found.set.cases,
        problems=tuple(problems[:MOST_PROBLEMS]),
        more=max(0, len(problems) - MOST_PROBLEMS),
        left_out=tuple(sorted(left_out - set(found.row_of.values()))),
        replaces=_set_row(known[name]).questions or 0 if name in known else None,
    )


def keep_upload(assistant: Service, file_name: str, content: bytes) -> CheckedUpload:
    """Check a file once more and keep the questions in it that can be read. Raises UsageError where there are none."""
    checked = check_upload(assistant, file_name, content)
    if not checked.cases:
        raise UsageError(
            "There is no question in this file that can be read.",
            kept="Nothing was added.",
            next_step="Mend the rows that are named, and choose the file again.",
        )
    folder = staff_folder(assistant.settings)
    folder.mkdir(parents=True, exist_ok=True)
    write_set(folder / f"{checked.name}.jsonl", checked.cases)
    for suffix in KINDS:
        if suffix != ".jsonl":
            (folder / f"{checked.name}{suffix}").unlink(missing_ok=True)
    return checked


def set_name(file_name: str) -> str:
    """Return the name of the set in a file of this name: no path, and no character that is special anywhere."""
    stem = Path(file_name.replace("\\", "/")).stem
    suffix = Path(file_name).suffix.lower()
    if suffix not in KINDS:
        raise UsageError(
            "Only spreadsheets in XLSX or CSV, and JSONL, can be read as a set.",
            kept="Nothing was added.",
            next_step="Save it in one of these forms and choose it again.",
        )
    name = _NOT_IN_A_NAME.sub("-", stem).strip("-._")
    ending = next((one for one in LOCKED_ENDINGS if name.endswith(one)), "")
    return name.removesuffix(ending)[:LONGEST_NAME].rstrip("-._") + ending or "questions"


def set_as(settings: Settings, name: str, suffix: str) -> bytes:
    """Return a set as a file of a kind, for download. Raises UsageError for a locked one, or one that is not there."""
    place = known_set(settings, name)
    if place.locked:
        raise UsageError(
            "A locked set is only run: its questions are not shown, so that nobody tunes on them.",
            next_step="Ask for its totals: run it.",
        )
    return written(read_set(place.path).set.cases, suffix)


def written(cases: Sequence[EvaluationCase], suffix: str) -> bytes:
    """Return cases as the content of a file. Raises UsageError for a kind that is not written."""
    with tempfile.TemporaryDirectory(prefix="set-") as folder:
        path = Path(folder) / f"set{suffix}"
        write_set(path, cases)
        return path.read_bytes()


def template_cases(assistant: Service) -> tuple[EvaluationCase, ...]:
    """Return three examples for a file to fill in, the first of them about a document that is there."""
    documents = assistant.overview().documents
    source = (documents[0].source,) if documents else ()
    delete = "An example: overwrite or delete this row."
    return (
        EvaluationCase(
            id="example-1",
            question="How many absences make a student chronically absent?",
            expect=Expectation.ANSWER,
            must_include=(Fact(("10 percent", "18 days"), vital=True), Fact(("the school year",))),
            must_not_include=("15 percent",),
            sources=source,
            category="attendance",
            priority="high",
            notes=delete,
        ),
        EvaluationCase(
            id="example-2",
            question="How much does a crossing guard earn?",
            expect=Expectation.ABSTAIN,
            category="not in the documents",
            notes=delete,
        ),
        EvaluationCase(
            id="example-3",
            question="And from what age?",
            expect=Expectation.ABSTAIN,
            previous=("Who may volunteer at a school?",),
            category="follow-up",
            notes=delete,
        ),
    )
