"""Spreadsheets and line files to rows of texts, within limits; nothing is known of the columns here."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from assistant.errors import UsageError
from assistant.evaluation.cases.columns import COLUMNS, RowProblem, Severity, column_names

MOST_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 200_000_000
MOST_ROWS = 5_000
KINDS = (".xlsx", ".csv", ".tsv", ".jsonl")
_NAMES_SEPARATOR = re.compile(r"\Asep=.\r?\n")
_SAVE_AS = "Save it as XLSX, as CSV (UTF-8), or as JSONL."


@dataclass(slots=True)
class Table:
    """Rows by the names of their columns, each with its number as the spreadsheet counts from 1."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def read_table(path: Path) -> Table:
    """Read the rows of a file by the ending of its name. Raises UsageError where it cannot be read at all."""
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise UsageError(f"{path.name} is not a kind of file that can be read as a set.", next_step=_SAVE_AS)
    content = _content(path)
    if suffix == ".xlsx":
        return _from_cells(_xlsx_rows(path, content))
    text, problems = _decoded(content, path)
    table = _from_json_lines(text) if suffix == ".jsonl" else _from_cells(_csv_rows(text, path))
    table.problems[:0] = problems
    return table


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"The set {path} cannot be opened: {error.strerror}.", next_step="Check the path.") from error
    if len(content) > MOST_BYTES:
        raise UsageError(
            f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB.",
            next_step="Split it, or take out what is no row.",
        )
    return content


def _decoded(content: bytes, path: Path) -> tuple[str, list[RowProblem]]:
    # UTF-16 is the "Unicode text" of spreadsheet programs.
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError:
        best = from_bytes(content, cp_isolation=["cp1252", "latin_1", "mac_roman"]).best()
        if best is None or b"\0" in content:
            raise UsageError(f"{path.name} is not a text file in any known encoding.", next_step=_SAVE_AS) from None
    words = (
        f"The file is not in UTF-8; it was read as {best.encoding}. Look at letters like é and ñ, or save it as UTF-8."
    )
    return str(best), [RowProblem(0, "", words, Severity.WARNING)]


def _from_cells(rows: Iterator[Sequence[str]]) -> Table:
    table = Table()
    names: list[str] | None = None
    for number, cells in enumerate(rows, 1):
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names, found = column_names(list(cells))
            table.problems += [RowProblem(number, one.column, one.words, one.severity) for one in found]
            if "question" not in names:
                words = "No column is named question. The first row must hold the names of the columns."
                table.problems.append(RowProblem(number, "question", words, Severity.ERROR))
                return table
            continue
        if _is_full(table, number):
            return table
        table.rows.append((number, {name: cell for name, cell in zip(names, cells, strict=False) if name}))
    return table


def _is_full(table: Table, number: int) -> bool:
    if len(table.rows) < MOST_ROWS:
        return False
    words = f"Only the first {MOST_ROWS} questions are read. Split the file."
    table.problems.append(RowProblem(number, "", words, Severity.ERROR))
    return True


def _csv_rows(text: str, path: Path) -> Iterator[list[str]]:
    # Some spreadsheet programs name the separator in a line of its own, which they do not show.
    text = _NAMES_SEPARATOR.sub("", text)
    first_line = next((line for line in text.splitlines() if line.strip()), "")

    def known(delimiter: str) -> int:
        headings = next(csv.reader([first_line], delimiter=delimiter), [])
        return sum(heading.strip().lower().replace(" ", "_") in COLUMNS for heading in headings)

    delimiter = max((",", ";", "\t"), key=known)
    csv.field_size_limit(MOST_BYTES)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    except csv.Error as error:
        raise UsageError(f"{path.name} cannot be read as a table: {error}.", next_step=_SAVE_AS) from error


def _xlsx_rows(path: Path, content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = UsageError(f"{path.name} is damaged, or not a spreadsheet in XLSX.", next_step=_SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise UsageError(f"{path.name} unpacks to {unpacked // 1_000_000} MB.", next_step="Split it.")
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size, and rows would be missed
        for row in sheet.iter_rows(max_row=MOST_ROWS * 2, max_col=len(COLUMNS) * 4):
            yield [_cell(cell.value, str(cell.number_format)) for cell in row]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, SyntaxError) as error:
        # SyntaxError is what the XML parser raises (ParseError, XMLSyntaxError).
        raise broken from error


def _cell(value: object, shown_as: str) -> str:
    """Return the text of a cell as its author saw it: "15%" typed into a cell is kept as the number .15."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        if "%" in shown_as:
            return f"{100 * value:.10g}%"
        if "$" in shown_as:
            return f"${value:,.2f}".removesuffix(".00")
        return f"{value:.15g}"
    if isinstance(value, date):
        return f"{value:%B} {value.day}, {value.year}"
    return str(value)


def _from_json_lines(text: str) -> Table:
    table = Table()
    told: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = _json_object(line)
        except ValueError as error:
            table.problems.append(RowProblem(number, "", str(error), Severity.ERROR))
            continue
        if _is_full(table, number):
            return table
        names, found = column_names(list(value))
        table.problems += [
            RowProblem(number, one.column, one.words, one.severity) for one in found if one.column not in told
        ]
        told |= {one.column for one in found}
        table.rows.append((number, {name: cell for name, cell in zip(names, value.values(), strict=True) if name}))
    return table


def _json_object(line: str) -> dict[str, Any]:
    """Return the object in a line. Raises ValueError with what is wrong, in words."""
    try:
        value = json.loads(line)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("This line has halves of characters in it, which cannot be kept. Type it anew.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"This line is not JSON ({str(error).partition(':')[0].lower()}).") from None
    if not isinstance(value, dict):
        raise ValueError("This line is not an object with the names of the columns.")
    return value
