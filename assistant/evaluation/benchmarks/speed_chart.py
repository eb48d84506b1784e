"""The speed comparison drawn: how many times better than the plain pipeline, and how the cost grows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from assistant.evaluation.benchmarks.speed import SpeedBenchmark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_OURS = "#1f5f8b"
_ASIDE = "#9aa5ad"
_TARGET_MS = 100


def speed_chart(measured: SpeedBenchmark) -> bytes:
    """Return the chart as SVG in UTF-8."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Words stay words, and the same figures give the same bytes.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "speed", "font.size": 10}):
        figure = Figure(figsize=(10, 4.4) if measured.growth else (6, 4.4), layout="constrained")
        axes = figure.subplots(1, 2 if measured.growth else 1, squeeze=False)[0]
        _ratios(axes[0], measured)
        if measured.growth:
            _growth(axes[1], measured)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


def _ratios(axes: Axes, measured: SpeedBenchmark) -> None:
    names, values = list(measured.ratios)[::-1], list(measured.ratios.values())[::-1]
    # Bars from 1, to the right where ours is better.
    bars = axes.barh(
        names, [value - 1 for value in values], left=1, color=[_OURS if value >= 1 else _ASIDE for value in values]
    )
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=0.8)
    axes.bar_label(bars, [f"{value:.1f}x" for value in values], padding=3)
    axes.set_xlim(min(0.5, *values) * 0.8, max(2.0, *values) * 2.2)
    axes.set_title(f"Times better than the plain pipeline ({measured.ours.pages} pages)")
    axes.spines[["top", "right"]].set_visible(False)


def _growth(axes: Axes, measured: SpeedBenchmark) -> None:
    sizes = [point.passages for point in measured.growth]
    for name, values, look, colour in (
        ("search, median", [point.p50_seconds for point in measured.growth], "o-", _OURS),
        ("search, 95th percentile", [point.p95_seconds for point in measured.growth], "o--", _OURS),
        ("index again unchanged", [point.again_seconds for point in measured.growth], "s:", _ASIDE),
    ):
        axes.plot(sizes, [value * 1000 for value in values], look, color=colour, label=name)
    axes.axhline(_TARGET_MS, color="black", linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("passages")
    axes.set_ylabel("milliseconds")
    axes.set_title("How the cost grows")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
