"""The command line: parse arguments, call the assistant, print text or JSON.

Exit status: 0 for any answer, "the sources do not say" included; 2 for wrong use; 1 when a command failed, with one
line on standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.errors import AssistantError, SettingsError, UsageError
from assistant.records import answer_json, to_json
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.app import Assistant, IndexProgress
    from assistant.records import Answer, IndexReport

FAILED, WRONG_USE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings({name: getattr(options, name, None) for name in ("corpus", "data", "host", "port")})
        status: int = options.run(settings, options)
        return status
    except (UsageError, SettingsError) as error:
        return _told(error, WRONG_USE)
    except AssistantError as error:
        return _told(error, FAILED)
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has seen enough (``| head``); Python would complain once more while closing it.
        sys.stderr.close()
        return 0


def _told(error: AssistantError, status: int) -> int:
    print("assistant: " + " ".join(str(error).split()), file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant", description="Cited answers from a school district's own documents."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--corpus", type=Path, metavar="FOLDER", help="folder of the documents (default: corpus)")
    places.add_argument("--data", type=Path, metavar="FOLDER", help="folder of index and settings (default: .data)")
    printed = argparse.ArgumentParser(add_help=False)
    printed.add_argument("--json", action="store_true", help="print one JSON object (for ask --file, one a line)")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    index = commands.add_parser("index", parents=[places, printed], help="read what is new or changed in the corpus")
    index.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="folder of the documents, as --corpus")
    index.set_defaults(run=_index)

    ask = commands.add_parser("ask", parents=[places, printed], help="answer a question with citations")
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument(
        "--file", type=Path, metavar="FILE", help="a text file with a question a line ('-': standard input)"
    )
    ask.set_defaults(run=_ask)

    chat = commands.add_parser("chat", parents=[places], help="serve the chat page")
    chat.add_argument("--host", metavar="ADDRESS", help="address to listen on (default: 127.0.0.1)")
    chat.add_argument("--port", type=int, metavar="NUMBER", help="port to listen on (default: 7860)")
    chat.add_argument("--open", action="store_true", help="open the page in the browser")
    chat.set_defaults(run=_chat)

    doctor = commands.add_parser(
        "doctor", parents=[places, printed], help="show what is installed and indexed, and how to mend what is wrong"
    )
    doctor.set_defaults(run=_doctor)
    return parser


@contextmanager
def _assistant(settings: Settings) -> Iterator[Assistant]:
    from assistant.app import Assistant

    with Assistant(settings) as assistant:
        yield assistant


# index


def _index(settings: Settings, options: argparse.Namespace) -> int:
    if options.folder is not None:
        settings = settings.model_copy(update={"corpus": options.folder})
    with _assistant(settings) as assistant:
        report = _indexed(assistant)
    if options.json:
        _print_json(to_json(report))
    else:
        print(_report_text(report))
    return 0


def _indexed(assistant: Assistant) -> IndexReport:
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


# ask


def _ask(settings: Settings, options: argparse.Namespace) -> int:
    if (options.question is None) == (options.file is None):
        raise UsageError(
            "Ask one question, or name a file of questions with --file.",
            next_step='For example: assistant ask "What is LCAP Goal 3?"',
        )
    questions = [options.question] if options.file is None else _questions(options.file)
    with _assistant(settings) as assistant:
        if assistant.needs_index():
            _indexed(assistant)
        for number, question in enumerate(questions):
            answer = assistant.ask(question)
            if options.json:
                _print_json(answer_json(answer))
            else:
                print(("\n" if number else "") + _answer_text(answer, with_question=len(questions) > 1))
    return 0


def _questions(path: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The file of questions {path} cannot be read: {error}.",
            next_step="Save it as plain text (UTF-8) with a question a line.",
        ) from error
    questions = [line.strip() for line in text.splitlines() if line.strip()]
    if not questions:
        raise UsageError(f"The file {path} has no question in it.", next_step="Write a question a line.")
    return questions


def _answer_text(answer: Answer, *, with_question: bool) -> str:
    lines = [f"> {answer.question}"] if with_question else []
    if answer.interpreted_as:
        lines.append(f"(Understood as: {answer.interpreted_as})")
    if answer.sentences:
        lines += [answer.text, ""]
        lines += [
            f"[{one.number}] {_place(one.title, one.page, one.page_label, one.section)}" for one in answer.citations
        ]
    else:
        lines.append("The sources do not say.")
        if answer.nearest:
            lines.append("Closest passages, which do not answer the question:")
            lines += [
                f"  - “{one.quote}” ({_place(one.title, one.page, one.page_label, one.section)})"
                for one in answer.nearest
            ]
    return "\n".join(lines)


def _place(title: str, page: int | None, label: str | None, section: Sequence[str]) -> str:
    parts = [title]
    if section:
        parts.append(" > ".join(section))
    if page is not None:
        parts.append(f"p. {label} (page {page} of the file)" if label and label != str(page) else f"p. {page}")
    return ", ".join(parts)


# chat, doctor


def _chat(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.web.host import serve

    with _assistant(settings) as assistant:
        serve(assistant, open_browser=options.open)
    return 0


def _doctor(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.doctor import examine

    findings = examine(settings)
    well = all(finding.state != "problem" for finding in findings)
    if options.json:
        _print_json({"well": well, "findings": to_json(findings)})
    else:
        marks = {"well": "ok     ", "warning": "warning", "problem": "PROBLEM"}
        for finding in findings:
            print(f"{marks[finding.state]}  {finding.name}: {finding.found}")
            if finding.next_step:
                print(f"         -> {finding.next_step}")
    return 0 if well else FAILED


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
