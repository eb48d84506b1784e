"""Sets as files: XLSX and CSV for people, JSONL for machines, all with the same columns."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UsageError
from assistant.evaluation.cases.columns import COLUMNS, RowError, RowProblem, Severity, case_of, row_of, safe_cell
from assistant.evaluation.cases.tables import KINDS, read_table
from assistant.records import EvaluationCase, EvaluationSet, to_json

LOCKED_ENDINGS = ("-locked", "-held-out")
_WIDE = 44
_APPENDING = threading.Lock()
_SCORED_FIELDS = (
    "id question expect must_include must_not_include sources source_pages source_quotes limit_to previous".split()
)


@dataclass(frozen=True, slots=True)
class SetFile:
    """A set as read: ``row_of`` gives each case's row, ``problems`` what kept rows or columns from being read."""

    set: EvaluationSet
    row_of: Mapping[str, int]
    problems: tuple[RowProblem, ...]


def read_set(path: Path) -> SetFile:
    """Read a set; rows that are no cases are left out and told of. Raises UsageError where the file is none.

    A file whose name ends in ``-locked`` or ``-held-out`` is a locked set.
    """
    table = read_table(path)
    cases: list[EvaluationCase] = []
    rows: dict[str, int] = {}
    problems = list(table.problems)
    for number, row in table.rows:
        try:
            case = case_of(row)
        except RowError as error:
            problems.append(RowProblem(number, error.column, str(error), Severity.ERROR))
            continue
        if case.id in rows:
            words = f"The id {case.id} stands in row {rows[case.id]} already; this row is left out."
            if not row.get("id"):
                words = f"The same question stands in row {rows[case.id]} already; this row is left out."
            problems.append(RowProblem(number, "id" if row.get("id") else "question", words, Severity.ERROR))
            continue
        rows[case.id] = number
        cases.append(case)
    if not cases and not problems:
        problems.append(RowProblem(0, "", "There is no question in this file.", Severity.ERROR))
    return SetFile(EvaluationSet(path.stem, tuple(cases), is_locked(path)), rows, tuple(problems))


def is_locked(path: Path) -> bool:
    return path.stem.endswith(LOCKED_ENDINGS)


def row_hash(case: EvaluationCase) -> str:
    """Return a hash of all of a case that bears on its score: notes and names of people may change without harm."""
    value = {name: to_json(getattr(case, name)) for name in _SCORED_FIELDS}
    return _hash(value)


def set_hash(cases: Sequence[EvaluationCase]) -> str:
    """Return a hash of the cases, whatever their order."""
    return _hash(sorted(row_hash(case) for case in cases))


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def write_set(path: Path, cases: Sequence[EvaluationCase]) -> None:
    """Write the cases in the kind of file that ``path`` names, whole or not at all. Raises UsageError."""
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise UsageError(f"A set is not written as {suffix or 'a file without an ending'}.", next_step=f"Use {KINDS}.")
    if suffix == ".xlsx":
        content = _as_xlsx(cases)
    elif suffix == ".jsonl":
        content = "".join(json_line(case) for case in cases).encode()
    else:
        content = _as_csv(cases, "\t" if suffix == ".tsv" else ",").encode("utf-8-sig")
    replace_file(path, content)


def json_line(case: EvaluationCase) -> str:
    """Return the case as one line of JSON, empty columns left out."""
    row: dict[str, object] = {name: text for name, text in row_of(case).items() if text}
    for name in ("must_include", "must_not_include", "previous"):
        if name in row:
            row[name] = str(row[name]).split("\n")
    return json.dumps(row, ensure_ascii=False) + "\n"


def append_case(path: Path, case: EvaluationCase) -> EvaluationCase:
    """Add a case to a JSONL set, made where there is none yet; one with the same id is replaced. Returns the case."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _APPENDING, _locked(path.with_suffix(".lock")):
        before = read_set(path) if path.exists() else None
        if before and any(one.severity is Severity.ERROR for one in before.problems):
            raise UsageError(
                f"{path.name} has rows that cannot be read; adding to it would lose them.",
                kept="Nothing was added.",
                next_step=f"Mend it first: assistant eval check {path}",
            )
        kept = before.set.cases if before else ()
        write_set(path, [*(one for one in kept if one.id != case.id), case])
    return case


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go of when the file is closed
        yield


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside ``path`` and put it in its place, so that a reader sees the old one or the new one."""
    name = None
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except OSError as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.", kept="The file is as it was.", next_step="Check the folder."
        ) from error


def _as_csv(cases: Sequence[EvaluationCase], delimiter: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(COLUMNS)
    for case in cases:
        row = row_of(case)
        writer.writerow([safe_cell(row[name]) for name in COLUMNS])
    return text.getvalue()


def _as_xlsx(cases: Sequence[EvaluationCase]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "questions"
    sheet.append(list(COLUMNS))
    for case in cases:
        row = row_of(case)
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", safe_cell(row[name])) for name in COLUMNS])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            # Text, whatever it begins with: nothing in a set is computed.
            cell.data_type = "s" if cell.value else "n"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = _WIDE if cell.value in _LONG_COLUMNS else 16
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


_LONG_COLUMNS = frozenset({"question", "must_include", "must_not_include", "source_quote", "reference_answer", "notes"})
