"""``assistant draft``: plan and policy language on the terminal, as JSON, or in a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.ask import place_words
from assistant.cli.common import Parsers, opened_assistant, print_json
from assistant.cli.index import indexed
from assistant.errors import UsageError
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.records import Draft, DraftSection, DraftTemplate

_FORMS = ("docx", "md", "html", "txt")


def add_draft(parsers: Parsers) -> None:
    """Add the command."""
    draft = parsers.commands.add_parser(
        "draft", parents=[parsers.places, parsers.printed], help="draft a plan, policy or letter with citations"
    )
    draft.add_argument("template", nargs="?", metavar="TEMPLATE", help="name of a template, as --list shows them")
    draft.add_argument("--list", action="store_true", help="show the templates and the fields of their forms")
    draft.add_argument(
        "--answers", type=Path, metavar="FILE", help="a YAML file with the form's values, 'name: value' ('-': input)"
    )
    draft.add_argument(
        "--out", type=Path, metavar="FILE", help=f"write a file; its ending decides: {', '.join(_FORMS)}"
    )
    draft.set_defaults(run=_draft)


def _draft(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.drafting.filling import checked_form
    from assistant.drafting.templates import load_templates, named_template

    templates = load_templates(settings.prompts / "drafts")
    if options.list:
        return _listed(templates, as_json=options.json)
    if options.template is None:
        raise UsageError("Name a template.", next_step="See them with: assistant draft --list")
    form = {} if options.answers is None else _answers(options.answers)
    if options.out is not None and options.out.suffix.lower().removeprefix(".") not in _FORMS:
        raise UsageError(
            f"A draft cannot be written to {options.out.name!r}.",
            next_step=f"Let its name end in one of: {', '.join('.' + one for one in _FORMS)}.",
        )
    # A misspelled field is told before anything is read.
    checked_form(named_template(templates, options.template), form)
    with opened_assistant(settings) as assistant:
        if assistant.needs_index():
            indexed(assistant)
        draft = assistant.write_draft(options.template, form, _progress)
        if options.out is not None:
            _write(assistant, draft, options.out)
    if options.json:
        from assistant.drafting.json_form import draft_json

        print_json(draft_json(draft))
    elif options.out is None:
        print(_draft_text(draft))
    return 0


def _progress(draft: Draft) -> None:
    if sys.stderr.isatty():
        print(f"{len(draft.sections)}. {draft.sections[-1].title}", file=sys.stderr)


def _answers(path: Path) -> dict[str, str]:
    import yaml

    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
        value = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(
            f"The answers in {path} cannot be read: {' '.join(str(error).split())}.",
            next_step="Write one 'name: value' a line; a value of several lines begins with '|'.",
        ) from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"The answers in {path} are no list of 'name: value'.", next_step="Write one a line.")
    return {str(name): _plain(str(name), entry) for name, entry in value.items()}


def _plain(name: str, value: Any) -> str:
    """Return a value of YAML as it would be typed into the form: items a line each."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(f"- {_plain(name, entry)}" for entry in value)
    if isinstance(value, dict):
        raise UsageError(f"The answer to {name!r} has fields of its own.", next_step="Write it as text or as a list.")
    if isinstance(value, bool):
        # YAML takes "yes" and "no" for something else than words.
        return "yes" if value else "no"
    return str(value)


def _write(assistant: Assistant, draft: Draft, path: Path) -> None:
    form: Any = path.suffix.lower().removeprefix(".")
    content = assistant.export_draft(draft, form)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"The file {path} cannot be written: {error}.", next_step="Name a file in a folder that you may write to."
        ) from error
    print(f"Written to {path}: {_summary(draft)}", file=sys.stderr)


def _summary(draft: Draft) -> str:
    missing = [one for one in draft.coverage if not one.covered]
    parts = [
        f"{len(draft.sections)} sections",
        f"{len(draft.citations)} citations",
        f"{len(draft.blanks)} blanks to fill in",
        f"{len(missing)} required items not covered",
    ]
    return ", ".join(parts) + "."


def _listed(templates: Iterable[DraftTemplate], *, as_json: bool) -> int:
    from assistant.records import to_json

    if as_json:
        print_json({"templates": [to_json(template) for template in templates]})
        return 0
    for template in templates:
        print(f"{template.name}: {template.title}")
        print(f"    {template.description} ({template.level}, {template.language})")
        for field in template.fields:
            choices = f" ({', '.join(field.choices)})" if field.choices else ""
            print(f"    - {field.name}: {field.label}{choices}{', required' if field.required else ''}")
    return 0


def _draft_text(draft: Draft) -> str:
    lines = [draft.title, ""]
    for section in draft.sections:
        lines += [section.title.upper(), "", *_section_lines(section), ""]
    for one in draft.citations:
        place = place_words(one.title, one.page, one.page_label, one.section)
        lines.append(f"[{one.number}] {place}: “{' '.join(one.quote.split())}”")
    titles = {section.name: section.title for section in draft.sections}
    blanks = [f"  - {blank.words} ({titles[blank.section]})" for blank in draft.blanks]
    missing = [
        f"  - {one.item.name}: {one.item.words} ({titles[one.section]})" for one in draft.coverage if not one.covered
    ]
    removed = [f"  - {one.text} ({one.reason})" for section in draft.sections for one in section.removed]
    for heading, entries in (
        ("To fill in", blanks),
        ("Required, and not covered", missing),
        ("Taken out, because nothing carries it", removed),
    ):
        if entries:
            lines += ["", f"{heading} ({len(entries)}):", *entries]
    return "\n".join([*lines, *(["", draft.notice] if draft.notice else [])])


def _section_lines(section: DraftSection) -> list[str]:
    blocks: dict[int, list[str]] = {}
    items: dict[int, bool] = {}
    for one in section.sentences:
        text = f"“{one.text}”" if one.kind.value == "quoted" else one.text
        marks = "".join(f"[{number}]" for number in one.citations)
        blocks.setdefault(one.block, []).append(f"{text}{marks}")
        items[one.block] = one.item
    return [("  - " if items[block] else "") + " ".join(sentences) for block, sentences in blocks.items()]
