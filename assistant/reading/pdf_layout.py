"""Lines of a page -> reading order: text columns, and table rows whose cells belong together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.reading.pdf_page import Gap, Line, PageContent, Piece, raw_of
from assistant.text.markers import MARKER, ONLY_MARKER

WORDS_IN_A_ROW = 60
"""A row with more is read cell by cell: its cells hold running text."""
_LINES_IN_A_CELL = 6
_LINES_IN_A_LONG_CELL = 12
_CELLS_OF_A_TABLE = 3
_INTERLEAVED_ROWS = 6
_COLUMN_FILLED = 0.72
_LABEL_WORDS = 3
_LINES_THAT_TELL = 4
_LINES_OF_A_COLUMN = 2
_GAPS_OF_A_COLUMN = 4
_ALIGNED = 1.5
_MARKER_GAP = 6.0
"""In type sizes: how far a list marker may stand from its text."""


@dataclass(slots=True)
class Row:
    """A table row: the lines of each cell, from left to right."""

    cells: list[list[Line]]


Element = Line | Row


def reading_order(page: PageContent) -> list[Element]:
    """Return the lines and table rows of a page as they are read, and set the ``limit`` of each line."""
    level = _with_cells_parted([line for line in page.lines if not line.askew], page.characters)
    rows = _with_columns_parted(_rows(_with_markers_joined(level)))
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
            # The cells of a table do not run on into one another, as the columns of a text do.
            apart = len(cells) >= _CELLS_OF_A_TABLE and max(len(cell) for cell in cells) <= _LINES_IN_A_LONG_CELL
            for cell in cells:
                cell[0].opens_cell = apart
                elements += cell
    return elements + [line for line in page.lines if line.askew]


def _with_cells_parted(lines: list[Line], characters: str) -> list[Line]:
    """Part a line at a gap that ends where other lines of the page begin, or other gaps end: there is a column."""
    lefts = sorted(line.left for line in lines)
    ends = sorted(gap.right for line in lines for gap in line.gaps)

    def aligned(places: list[float], place: float) -> int:
        return bisect_right(places, place + _ALIGNED) - bisect_left(places, place - _ALIGNED)

    parted: list[Line] = []
    for line in lines:
        for gap in line.gaps:
            if aligned(lefts, gap.right) >= _LINES_OF_A_COLUMN or aligned(ends, gap.right) >= _GAPS_OF_A_COLUMN:
                before, line = _parted(line, gap, characters)
                parted.append(before)
        parted.append(line)
    return parted


def _parted(line: Line, gap: Gap, characters: str) -> tuple[Line, Line]:
    """Return the parts of a line before and after a gap."""
    halves: tuple[list[Piece], list[Piece]] = ([], [])
    for piece in line.pieces:
        if piece.start < gap.start:
            end = piece.start + len(characters[piece.start : min(piece.end, gap.start)].rstrip())
            halves[0].append(Piece(piece.start, end, piece.glued))
        if piece.end > gap.start:
            halves[1].append(Piece(max(piece.start, gap.start), piece.end))
    raws = [raw_of(half, characters) for half in halves]
    first = replace(line, pieces=halves[0], raw=raws[0], right=gap.left, gaps=[])
    word = (line.right - gap.right) * len(raws[1].split(maxsplit=1)[0]) / max(1, len(raws[1]))
    second = replace(line, pieces=halves[1], raw=raws[1], left=gap.right, text_left=gap.right, first_word=word)
    return first, second


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
    leading = _leading(lines)
    for line in lines:
        if rows:
            row = rows[-1]
            current = row[-1]
            alike = abs(line.size - current[-1].size) < 0.1 * line.size
            if alike and _below(current[-1], line, leading) and not _crosses(row, line):
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


def _leading(lines: list[Line]) -> float:
    """Return the largest distance, in type sizes, between lines that belong together on this page."""
    drops = Counter(
        round((before.bottom - line.bottom) / line.size, 1)
        for before, line in pairwise(lines)
        if line.size == before.size and line.size and _below(before, line, 3.0)
    )
    usual = drops.most_common(1)[0][0] if drops else 1.2
    return max(1.3, 1.2 * usual)


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
    if len(cells) >= _CELLS_OF_A_TABLE:
        return True
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
