"""Charts of a run as SVG, drawn in the colours of the page. What they show stands in a table beside each as well."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.evaluation.estimates import FEW, Estimate
from assistant.evaluation.report import RunReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Matplotlib keeps what is set for drawing in one place for the whole process.
_DRAWING = threading.Lock()
_WIDTHS = {False: 7.2, True: 4.4}
_BAR_HEIGHT = 0.34


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of the page in one of its two looks; the second series also has a shape and a line of its own."""

    ink: str
    soft: str
    line: str
    first: str
    second: str
    surface: str


# Blue and vermilion of Okabe and Ito (2008), which all kinds of colour blindness tell apart, set for each background.
THEMES = {
    "light": Theme("#17211f", "#4c5957", "#d5dbd8", "#0b566f", "#b3480b", "#ffffff"),
    "dark": Theme("#e7ecea", "#a8b5b3", "#3a494e", "#8bcbdf", "#f2a26b", "#1a2326"),
}


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A run in the history of its set: when it was, and the share that is right and that should have been refused."""

    when: str
    right: Estimate | None
    false_answers: Estimate | None


def risk_coverage_chart(report: RunReport, answered: tuple[float, float] | None, theme: Theme, narrow: bool) -> bytes:
    """Return the risk of answering the surest questions first; ``answered`` marks where this run stands."""

    def draw(axes: Axes) -> None:
        coverage = [0.0, *(point[0] for point in report.refusals.curve)]
        risk = [report.refusals.curve[0][1], *(point[1] for point in report.refusals.curve)]
        axes.plot(coverage, risk, color=theme.first, linewidth=2, drawstyle="steps-pre")
        axes.fill_between(coverage, risk, step="pre", color=theme.first, alpha=0.12, linewidth=0)
        if answered is not None:
            mark: dict[str, Any] = {"marker": "D", "markersize": 8, "linestyle": "none", "zorder": 4, "clip_on": False}
            axes.plot(*answered, color=theme.second, label="where this run stands", **mark)
            axes.legend(loc="upper left", frameon=False, labelcolor=theme.ink)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(0.1, *(min(1.0, one * 1.15) for one in risk)))
        axes.set_xlabel("Share of the questions answered, the surest first")
        axes.set_ylabel("Share of these that should be refused")
        _in_percent(axes.xaxis)
        _in_percent(axes.yaxis)

    return _drawn(draw, 3.4, theme, narrow)


def category_chart(report: RunReport, theme: Theme, narrow: bool) -> bytes:
    """Return the share that is right by category, with its interval; hollow where there are few questions."""
    rows = [(name, found["passed"]) for name, found in report.categories.items() if "passed" in found][::-1]

    def draw(axes: Axes) -> None:
        for place, (_, one) in enumerate(rows):
            interval = one.interval
            axes.plot([interval.low, interval.high], [place, place], color=theme.soft, linewidth=2, zorder=2)
            few = one.count < FEW
            axes.plot(
                one.value,
                place,
                marker="o",
                markersize=9,
                markerfacecolor=theme.surface if few else theme.first,
                markeredgecolor=theme.first,
                markeredgewidth=2,
                zorder=3,
                clip_on=False,
            )
        axes.set_yticks(range(len(rows)), [f"{_short(name)}  (n={one.count})" for name, one in rows])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("Right, with its 95% interval" + ("\n" if narrow else "; ") + "hollow: fewer than 10 questions")
        axes.grid(axis="y", visible=False)
        _in_percent(axes.xaxis)

    return _drawn(draw, 0.9 + _BAR_HEIGHT * max(1, len(rows)), theme, narrow)


def history_chart(points: Sequence[HistoryPoint], theme: Theme, narrow: bool) -> bytes:
    """Return how the share that is right, and that of false answers, went over the runs of a set."""

    def draw(axes: Axes) -> None:
        series = (
            ("Right", [one.right for one in points], theme.first, "o", "-"),
            ("Answered what cannot be", [one.false_answers for one in points], theme.second, "s", "--"),
        )
        for label, values, colour, marker, line in series:
            known = [(place, one) for place, one in enumerate(values) if one is not None]
            if not known:
                continue
            places = [place for place, _ in known]
            means = [one.value for _, one in known]
            below = [one.value - min(one.value, one.interval.low) for _, one in known]
            above = [max(one.value, one.interval.high) - one.value for _, one in known]
            shift = 0.04 if marker == "s" else -0.04
            axes.errorbar(
                [place + shift for place in places],
                means,
                yerr=[below, above],
                label=label,
                color=colour,
                marker=marker,
                linestyle=line,
                linewidth=2,
                markersize=7,
                elinewidth=1.2,
            )
        axes.set_xticks(range(len(points)), [one.when for one in points])
        axes.set_xlim(-0.5, len(points) - 0.5)
        axes.set_ylim(-0.02, 1.02)
        _in_percent(axes.yaxis)
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, labelcolor=theme.ink, borderaxespad=0.2
        )

    return _drawn(draw, 3.4, theme, narrow)


def _short(name: str) -> str:
    return name if len(name) <= 32 else name[:31] + "…"


def _in_percent(axis: Any) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _drawn(draw: Callable[[Axes], None], height: float, theme: Theme, narrow: bool) -> bytes:
    """Return what ``draw`` puts on axes in the theme, as SVG with letters as shapes, so that it needs no font."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {
        "svg.fonttype": "path",
        "svg.hashsalt": "assistant",
        "font.size": 10,
        "text.color": theme.ink,
        "axes.labelcolor": theme.soft,
        "axes.edgecolor": theme.line,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": theme.line,
        "grid.linewidth": 0.8,
        "xtick.color": theme.soft,
        "ytick.color": theme.soft,
        "xtick.labelcolor": theme.ink,
        "ytick.labelcolor": theme.ink,
    }
    with _DRAWING, rc_context(style):
        figure = Figure(figsize=(_WIDTHS[narrow], height), layout="constrained")
        figure.patch.set_alpha(0)
        draw(figure.add_subplot())
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
