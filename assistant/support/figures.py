"""Figures of a claim against those of its source: missing, differently bounded, or told of another thing."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.support.facts import same_figure
from assistant.support.find_quantities import find_quantities, paragraph_marks
from assistant.support.quantities import Bound, Measure, Quantity
from assistant.wording import stem

_COUNTS_OF_OURS = (2.0, 3.0, 4.0)
_FEW = 20
"""Small numbers in words may count what the source lists ("both", "the other three"); they are let pass only where the
source's nearest sentences have no small number that they could be a change of."""
_TIMES = frozenset(stem(word) for word in "year month week day hour minute decade time".split())
_WORDS_FOR = {
    Measure.NUMBER: "number",
    Measure.PERCENT: "share",
    Measure.MONEY: "sum",
    Measure.ORDINAL: "number",
    Measure.DATE: "date",
    Measure.TIME: "time",
}


def changed_figures(claim: str, sources: Sequence[str], nearest: Sequence[str]) -> list[str]:
    """Return a reason for each figure of ``claim`` that ``sources`` do not carry, and for paragraphs they do not name.

    ``nearest`` are the sentences of the sources that come nearest to the claim.
    """
    figures = [figure for text in sources for figure in find_quantities(text)]
    found = []
    for wanted in find_quantities(claim):
        carrying = [figure for figure in figures if figure.carries(wanted)]
        reason = _counts_otherwise(wanted, carrying, figures) if carrying else _not_there(wanted, figures, nearest)
        if reason is not None:
            found.append(reason)
    marks = {mark for text in sources for mark in paragraph_marks(text)}
    unknown = [mark for mark in paragraph_marks(claim) if mark not in marks]
    if unknown:
        found.append(f"The source does not name paragraph {''.join(unknown)}.")
    return found


def same_figures(claim: str, source: str) -> bool:
    """Whether the claim has a figure, and the source carries all that it has."""
    wanted = find_quantities(claim)
    figures = find_quantities(source)
    return bool(wanted) and all(any(figure.carries(one) for figure in figures) for one in wanted)


def _not_there(wanted: Quantity, figures: Sequence[Quantity], nearest: Sequence[str]) -> str | None:
    """Return the reason why a figure that no source carries is an objection; None where it may be a count of ours, or a
    date of which one place gives the day and another the year."""
    if wanted.date is not None and wanted.date.year is not None:
        undated = [figure.date for figure in figures if figure.date is not None and figure.date.year is None]
        years = {figure.value for figure in figures if figure.is_year} | {
            float(figure.date.year) for figure in figures if figure.date is not None and figure.date.year is not None
        }
        if wanted.date.year in years and any(date.says(wanted.date.without_year()) for date in undated):
            return None
    same = next((figure for figure in figures if figure.date is None and same_figure(figure, wanted)), None)
    if same is not None:
        return f"The source says “{_bounded(same)}” where this says “{_bounded(wanted)}”."
    if wanted.written.lower() == "once" and not any("time" in figure.counted for figure in figures):
        return None  # "once a year" for "every year"
    of_time = bool(_TIMES & set(wanted.counted[:1]))
    if wanted.spelled and wanted.measure is Measure.NUMBER and wanted.value in _COUNTS_OF_OURS and not of_time:
        near = [figure for text in nearest for figure in find_quantities(text)]
        if not any(figure.measure is Measure.NUMBER and figure.value <= _FEW for figure in near):
            return None
    if wanted.written.startswith("half") and not any(figure.measure is Measure.PERCENT for figure in figures):
        return None
    return f"The {_WORDS_FOR[wanted.measure]} {wanted.written} is not in the source."


def _counts_otherwise(wanted: Quantity, carrying: Sequence[Quantity], figures: Sequence[Quantity]) -> str | None:
    """Return the reason where the source has the figure, but for another thing, and gives this thing another one."""
    if not any(figure.value == wanted.value for figure in carrying):
        # Only a figure within the limit carries it: where the source sets this limit otherwise, the limit was changed.
        for figure in figures:
            if figure.bound is wanted.bound and figure.counted[:1] == wanted.counted[:1] != ():
                return f"The source says “{_bounded(figure)}” of this where this says “{_bounded(wanted)}”."
    if wanted.is_year or any(wanted.named and wanted.named == figure.named for figure in carrying):
        return None
    if wanted.counted and not any(set(wanted.counted) & set(figure.counted) for figure in carrying):
        for figure in figures:
            if figure.is_year or figure.value == wanted.value:
                continue
            if figure.counted[:1] == wanted.counted[:1] and figure.measure is wanted.measure:
                return f"The source says “{figure.written}” of this where this says “{wanted.written}”."
    if wanted.named:
        for figure in figures:
            if figure.named == wanted.named and figure.value != wanted.value:
                return f"The source has number {figure.written} where this has {wanted.written}."
    return None


def _bounded(figure: Quantity) -> str:
    return figure.written if figure.bound is Bound.EXACT else f"{figure.bound.value} {figure.written}"
