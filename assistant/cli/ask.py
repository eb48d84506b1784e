"""``assistant ask``: cited answers on the terminal, or as JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.common import Parsers, opened_assistant, print_json
from assistant.cli.index import indexed
from assistant.errors import UsageError
from assistant.records import answer_json
from assistant.settings import Settings
from assistant.text.markers import is_item

if TYPE_CHECKING:
    from assistant.records import Answer, Citation, Sentence


def add_ask(parsers: Parsers) -> None:
    """Add the command."""
    ask = parsers.commands.add_parser(
        "ask", parents=[parsers.places, parsers.printed], help="answer a question with citations"
    )
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument(
        "--file", type=Path, metavar="FILE", help="a text file with a question a line ('-': standard input)"
    )
    ask.set_defaults(run=_ask)


def _ask(settings: Settings, options: argparse.Namespace) -> int:
    if (options.question is None) == (options.file is None):
        raise UsageError(
            "Ask one question, or name a file of questions with --file.",
            next_step='For example: assistant ask "What is LCAP Goal 3?"',
        )
    questions = [options.question] if options.file is None else _questions(options.file)
    with opened_assistant(settings) as assistant:
        if assistant.needs_index():
            indexed(assistant)
        for number, question in enumerate(questions):
            answer = assistant.ask(question)
            if options.json:
                print_json(answer_json(answer))
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
    if answer.notice:
        lines.append(f"({answer.notice})")
    if answer.sentences:
        lines += [_laid_out(answer.sentences), "", *_places(answer.citations)]
    else:
        lines.append("The sources do not say.")
        if answer.nearest:
            lines.append("Closest passages, which do not answer the question:")
            lines += [
                f"  - “{one.quote}” ({place_words(one.title, one.page, one.page_label, one.section)})"
                for one in answer.nearest
            ]
    if answer.removed:
        lines += ["", "Removed: not in the sources"]
        lines += [f"  - {one.text} ({one.reason})" for one in answer.removed]
    return "\n".join(lines)


def _laid_out(sentences: Sequence[Sentence]) -> str:
    """Return the sentences with their markers, each item of a list, and what follows it, on a line of its own."""
    text, after_item = "", False
    for sentence in sentences:
        marked = is_item(sentence.text)
        item = marked or sentence.item
        apart = "\n" if item or after_item else " "
        text += f"{apart}{'- ' if item and not marked else ''}{sentence.text}{sentence.markers}"
        after_item = item
    return text.strip()


def _places(citations: Sequence[Citation]) -> list[str]:
    """Return a line for each place that is cited, with all its numbers."""
    numbers: dict[str, str] = {}
    for one in citations:
        place = place_words(one.title, one.page, one.page_label, one.section)
        numbers[place] = f"{numbers.get(place, '')}[{one.number}]"
    return [f"{marks} {place}" for place, marks in numbers.items()]


def place_words(title: str, page: int | None, label: str | None, section: Sequence[str]) -> str:
    """Return where something stands, in words; a heading that only repeats the title is left out."""
    parts = [title]
    headings = section[1:] if section and section[0] == title else section
    if headings:
        parts.append(" > ".join(headings))
    if page is not None:
        parts.append(f"p. {label} (page {page} of the file)" if label and label != str(page) else f"p. {page}")
    return ", ".join(parts)
