"""What is shown while a set is asked, and how it is stopped."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.evaluation.runs.runner import Progress, RunProgress


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar with the time left, on standard error and only where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Asking", total=None, left="")

        def show(step: RunProgress) -> None:
            left = f"{step.seconds_left:.0f} s left" if step.seconds_left is not None else ""
            errors = f", {step.errors} errors" if step.errors else ""
            bar.update(task, description=step.question[:50], completed=step.done, total=step.total, left=left + errors)

        yield show


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets, so that the case at hand is finished; the second one breaks off."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        print("Stopping after this question; once more to break off.", file=sys.stderr)

    before = signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
