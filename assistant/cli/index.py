"""``assistant index``: bring the index into step with the folder of documents."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.common import Parsers, opened_assistant, print_json
from assistant.records import to_json
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.app import Assistant, IndexProgress
    from assistant.records import IndexReport


def add_index(parsers: Parsers) -> None:
    """Add the command."""
    index = parsers.commands.add_parser(
        "index", parents=[parsers.places, parsers.printed], help="read what is new or changed in the corpus"
    )
    index.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="folder of the documents, as --corpus")
    index.set_defaults(run=_index)


def _index(settings: Settings, options: argparse.Namespace) -> int:
    if options.folder is not None:
        settings = settings.model_copy(update={"corpus": options.folder})
    with opened_assistant(settings) as assistant:
        report = indexed(assistant)
    if options.json:
        print_json(to_json(report))
    else:
        print(_report_text(report))
    return 0


def indexed(assistant: Assistant) -> IndexReport:
    """Index with a progress bar, which goes to standard error and only to a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Looking for new and changed files", total=None)

        def show(step: IndexProgress) -> None:
            words = f"{step.stage.capitalize()} {step.source}".strip()
            bar.update(task, description=words[:60], completed=step.done, total=step.total or None)

        return assistant.index(show)


def _report_text(report: IndexReport) -> str:
    counts = ((report.added, "added"), (report.changed, "changed"), (report.removed, "removed"))
    done = ", ".join(f"{len(files)} {word}" for files, word in counts if files) or "nothing new"
    lines = [
        f"{report.documents} documents, {report.passages} passages in the index: {done} ({report.seconds:.1f} seconds)."
    ]
    lines += [f"  Note: {note}" for note in report.notes]
    if report.problems:
        lines.append(f"Not read, or only in part ({len(report.problems)}):")
        lines += [f"  {problem.source}: {problem.reason} {problem.next_step}" for problem in report.problems]
    return "\n".join(lines)
