"""The benchmarks for engineers among the commands of ``assistant eval``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.cli.common import Run, print_json
from assistant.errors import UsageError
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.evaluation.benchmarks.growth import Progress

_CHART = "speed.svg"


class _Add(Protocol):
    def __call__(self, name: str, words: str, run: Run) -> argparse.ArgumentParser: ...


class _Result(Protocol):
    def as_json(self) -> Any: ...
    def as_text(self) -> str: ...


def add_benchmarks(add: _Add) -> None:
    """Add the commands; ``add`` makes the parser of one."""
    retrieval = add("retrieval", "benchmark: retrieval on a set in BEIR shape", _retrieval)
    retrieval.add_argument("folder", type=Path, metavar="FOLDER")
    support = add("support", "benchmark: the support check on labelled claims", _support)
    support.add_argument("file", type=Path, metavar="FILE")
    speed = add("speed", "benchmark: speed beside a plain LangChain pipeline", _speed)
    speed.add_argument("--documents", type=Path, metavar="FOLDER", help="PDF files (default: those of the corpus)")
    speed.add_argument(
        "--sizes",
        type=_sizes,
        metavar="N,N",
        help="passages of the made-up libraries that show how the cost grows (default: 1000,10000,100000), or none",
    )
    speed.add_argument("--chart", type=Path, metavar="FILE", help=f"where to draw it (default: {_CHART} in --data)")


def _retrieval(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.benchmarks import run_retrieval

    with _steps() as progress:
        measured = run_retrieval(options.folder, settings, progress)
    return _print_result(measured, options)


def _support(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.benchmarks import run_support

    return _print_result(run_support(options.file, settings), options)


def _speed(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.benchmarks import run_speed
    from assistant.evaluation.benchmarks.growth import SIZES
    from assistant.evaluation.benchmarks.speed_chart import speed_chart

    place: Path = options.chart or settings.data / _CHART
    if not place.parent.is_dir() and options.chart is not None:
        # Before minutes of measuring, not after them.
        raise UsageError(f"There is no folder {place.parent} for the chart.", next_step="Make it, or name another.")
    sizes = SIZES if options.sizes is None else options.sizes
    with _steps() as progress:
        measured = run_speed(options.documents, settings, sizes, progress)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(speed_chart(measured))
        drawn = f"Drawn: {place}"
    except OSError as error:
        drawn = f"The chart could not be written to {place}: {error.strerror}."
    status = _print_result(measured, options)
    # With --json the standard output is one object.
    print(drawn, file=sys.stderr if options.json else sys.stdout)
    return status


def _sizes(text: str) -> tuple[int, ...]:
    """Return numbers of passages; raises what argparse shows as wrong use."""
    if text.strip().lower() == "none":
        return ()
    try:
        sizes = tuple(sorted({int(one.replace("_", "")) for one in text.split(",")}))
    except ValueError:
        sizes = (0,)
    if sizes[0] < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as 1000,10000")
    return sizes


@contextmanager
def _steps() -> Iterator[Progress]:
    """Show what is being measured, on standard error: a bar on a terminal, elsewhere a line for each step."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    last = ""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading the documents", total=None)

        def show(step: str, done: int, total: int) -> None:
            nonlocal last
            # How long one of the sides takes is not known before it is done.
            bar.update(task, description=step, completed=done, total=total if done else None)
            if step != last and not console.is_terminal:
                print(f"{step} ...", file=sys.stderr, flush=True)
            last = step

        yield show


def _print_result(result: _Result, options: argparse.Namespace) -> int:
    if options.json:
        print_json(result.as_json())
    else:
        print(result.as_text())
    return 0
