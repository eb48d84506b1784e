"""Lines of a page -> reading order: text columns, and table rows whose cells belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.markers import MARKER, ONLY_MARKER
from assistant.reading.pdf_page import Line, PageContent

WORDS_IN_A_ROW = 60
"""A row with more is read cell by cell: its cells hold running text."""
_LINES_IN_A_CELL = 6
_INTERLEAVED_ROWS = 6
_COLUMN_FILLED = 0.72
_LABEL_WORDS = 3
_LINES_THAT_TELL = 4
_MARKER_GAP = 6.0
"""In type sizes: how far a list marker may stand from its text."""


@dataclass(slots=True)
class Row:
    """A table row: the lines of each cell, from left to right."""

    cells: list[list[Line]]


Element = Line | Row


def reading_order(page: PageContent) -> list[Element]:
    """Return the lines and table rows of a page as they are read, and set the ``limit`` of each line."""
    level = _with_markers_joined([line for line in page.lines if not line.askew])
    rows = _with_columns_parted(_rows(level))
    _set_limits(rows)
    elements: list[Element] = []
    for index, cells in enumerate(rows):
        if len(cells) == 1:
            elements += cells[0]
        elif _is_label(cells):
            elements += _labelled(cells)
        elif _is_tabular(rows, index):
            elements.append(Row(cells))
        else:
            elements += [line for cell in cells for line in cell]
    return elements + [line for line in page.lines if line.askew]


def _with_markers_joined(lines: list[Line]) -> list[Line]:
    """A list's number or bullet stands apart from its text by a tab: both are one line."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before is not None and _beside(before, line) and ONLY_MARKER.fullmatch(before.raw.strip()):
            opens_row = len(joined) < 2 or not _beside(joined[-2], before)
            if opens_row and line.left - before.right < _MARKER_GAP * line.size:
                joined[-1] = join(before, line)
                continue
        joined.append(line)
    return joined


def join(first: Line, second: Line) -> Line:
    """Return both as one line: ``first`` stands before ``second``, whose type it takes."""
    return Line(
        page=second.page,
        pieces=[*first.pieces, *second.pieces],
        left=first.left,
        bottom=min(first.bottom, second.bottom),
        top=max(first.top, second.top),
        right=second.right,
        raw=f"{first.raw} {second.raw}",
        size=second.size,
        bold=second.bold and (first.bold or not any(char.isalnum() for char in first.raw)),
        first_word=first.first_word,
        limit=second.limit,
        text_left=second.left,
    )


def _beside(first: Line, second: Line) -> bool:
    overlap = min(first.top, second.top) - max(first.bottom, second.bottom)
    return second.left >= first.right - 1 and overlap > 0.5 * min(first.height, second.height)


def _below(first: Line, second: Line, most: float) -> bool:
    """Whether ``second`` stands below ``first``, overlapping it sideways, at most ``most`` type sizes lower."""
    aside = min(first.right, second.right) - max(first.left, second.left)
    drop = first.bottom - second.bottom
    return aside > 0 and 0.3 * second.size < drop < most * max(first.size, second.size)


def _rows(lines: list[Line]) -> list[list[list[Line]]]:
    """Group lines into rows of cells, following the stream; running text makes rows of one cell."""
    rows: list[list[list[Line]]] = []
    for line in lines:
        if rows:
            row = rows[-1]
            current = row[-1]
            if _below(current[-1], line, 2.0) and not _crosses(row, line):
                current.append(line)
                continue
            bottom = min(cell[-1].bottom for cell in row)
            right = max(one.right for one in current)
            if (
                line.left > right - 1
                and line.top > bottom + 0.3 * line.height
                and line.top < row[0][0].top + line.height
            ):
                row.append([line])
                continue
            under = [
                cell for cell in row[1:] if _below(cell[-1], line, 1.35) and abs(cell[0].left - line.left) < line.size
            ]
            if under:
                under[0].append(line)
                continue
        rows.append([[line]])
    return rows


def _crosses(row: list[list[Line]], line: Line) -> bool:
    """Whether a line below the last cell reaches under the cells to its left: then it opens a new row."""
    return len(row) > 1 and line.left < max(one.right for one in row[-2])


def _with_columns_parted(rows: list[list[list[Line]]]) -> list[list[list[Line]]]:
    """Where a file writes two columns line by line across, put the left one before the right one."""
    parted: list[list[list[Line]]] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and len(rows[end]) == 2 and all(len(cell) == 1 for cell in rows[end]):
            end += 1
        if end - start >= _INTERLEAVED_ROWS and _are_columns(rows[start:end]):
            parted += [[[row[0][0] for row in rows[start:end]]], [[row[1][0] for row in rows[start:end]]]]
            start = end
        else:
            parted += rows[start : max(end, start + 1)]
            start = max(end, start + 1)
    return parted


def _are_columns(rows: Sequence[list[list[Line]]]) -> bool:
    left, right = [row[0][0] for row in rows], [row[1][0] for row in rows]
    if max(line.right for line in left) >= min(line.left for line in right):
        return False
    return all(_filled(column) >= _COLUMN_FILLED for column in (left, right))


def _filled(column: list[Line]) -> float:
    """Return how much of its width the lines of a column take up: running text nearly all, cells much less."""
    edge, limit = min(line.left for line in column), max(line.right for line in column)
    if limit - edge < 12 * column[0].size:
        return 0.0
    return sum(line.right - line.left for line in column) / len(column) / (limit - edge)


def _is_label(cells: list[list[Line]]) -> bool:
    """Whether the first of two cells only names the second: "(a)", "Goal 1:"."""
    if len(cells) != 2 or len(cells[0]) != 1 or len(cells[0][0].raw.split()) > _LABEL_WORDS:
        return False
    text = cells[0][0].raw.strip()
    return _beside(cells[0][0], cells[1][0]) and (text.endswith((":", ".")) or MARKER.match(f"{text} ") is not None)


def _labelled(cells: list[list[Line]]) -> list[Line]:
    return [join(cells[0][0], cells[1][0]), *cells[1][1:]]


def _is_tabular(rows: list[list[list[Line]]], index: int) -> bool:
    cells = rows[index]
    words = [sum(len(line.raw.split()) for line in cell) for cell in cells]
    if sum(words) > WORDS_IN_A_ROW or max(len(cell) for cell in cells) > _LINES_IN_A_CELL:
        return False
    neighbours = [rows[other] for other in (index - 1, index + 1) if 0 <= other < len(rows)]
    if any(_aligned(cells, other) >= 2 for other in neighbours):
        return True
    return max(len(cell) for cell in cells) <= 2 and max(words) <= 12


def _aligned(cells: list[list[Line]], other: list[list[Line]]) -> int:
    lefts = [cell[0].left for cell in other]
    return sum(any(abs(cell[0].left - left) < 4 for left in lefts) for cell in cells)


def _set_limits(rows: list[list[list[Line]]]) -> None:
    """Set where each line's column ends on the right, judged by the other lines that begin in the same place."""
    everyone = [line for row in rows for cell in row for line in cell]
    for row in rows:
        for cell in row:
            for run in _runs(cell):
                limit = max(line.right for line in run)
                if len(run) < _LINES_THAT_TELL:
                    beside = cell if len(row) > 1 else everyone
                    limit = max(one.right for one in beside if abs(one.left - run[0].left) < 0.6 * run[0].size)
                for line in run:
                    line.limit = limit


def _runs(cell: list[Line]) -> list[list[Line]]:
    """Split a cell where its left edge moves."""
    runs: list[list[Line]] = []
    for line in cell:
        if runs and abs(runs[-1][-1].left - line.left) < 0.6 * line.size:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs
