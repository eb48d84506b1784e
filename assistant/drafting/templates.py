"""Templates of drafts: Markdown files that staff can copy and change. What is wrong with one is said in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.drafting import body
from assistant.errors import SettingsError, UsageError
from assistant.records import DraftTemplate, RequiredItem, TemplateField, TemplateSection

LEVELS = ("school", "district")
LANGUAGES = ("en", "es")
_KEYS = ("title", "description", "audience", "level", "language", "place", "form", "sections")
LAST_PLACE = 99
"""Where a template stands that names no place of its own in the list."""
_NEEDED = ("title", "description", "audience", "level", "sections")
_FIELD_KEYS = ("name", "label", "help", "required", "lines", "choices")
_SECTION_KEYS = ("heading", "questions", "covers")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FRONT = re.compile(r"\A---[ \t]*\n(?P<front>.*?)^---[ \t]*\n(?P<text>.*)\Z", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^##[ \t]+(?P<heading>.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


# The safe loader in C where there is one: ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TemplateError(Exception):
    """What is wrong with the template that is being read, and what to do."""

    def __init__(self, what: str, instead: str) -> None:
        self.what = what
        self.instead = instead
        super().__init__(what)


def load_templates(folder: Path) -> list[DraftTemplate]:
    """Return the templates of a folder, by their places and then by file name; a template's name is that of its file.

    Raises SettingsError where the folder holds none, or for the first file with a mistake: the file, the line or
    section, what is wrong, and what to do.
    """
    paths = sorted(folder.glob("*.md"))
    if not paths:
        raise SettingsError(
            f"There is no template in {folder}.",
            next_step="Put one there (a Markdown file), or set the folder of the prompts (prompts).",
        )
    return sorted((read_template(path) for path in paths), key=lambda one: one.place)


def named_template(templates: Sequence[DraftTemplate], name: str) -> DraftTemplate:
    """Return the template of this name. Raises UsageError for an unknown one, saying which exist."""
    for template in templates:
        if template.name == name:
            return template
    names = ", ".join(template.name for template in templates)
    raise UsageError(f"There is no template {name!r}.", next_step=f"The templates are: {names}.")


def read_template(path: Path) -> DraftTemplate:
    """Return the template of a file. Raises SettingsError as ``load_templates``."""
    try:
        return parse_template(path.stem, path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The template {path} cannot be read: {error}.", next_step="Save it as plain text (UTF-8)."
        ) from error
    except _TemplateError as error:
        raise SettingsError(
            f"The template {path} has a mistake: {error.what}.", next_step=f"To mend it, {error.instead}."
        ) from error


def parse_template(name: str, text: str) -> DraftTemplate:
    front, written, line = _parts(text.replace("\r\n", "\n"))
    _no_others(front, _KEYS, "the front matter")
    for key in _NEEDED:
        if not front.get(key):
            raise _TemplateError(f"the front matter has no {key!r}", f"add a line '{key}: ...' between the two '---'")
    place = front.get("place", LAST_PLACE)
    if not isinstance(place, int) or isinstance(place, bool) or not 1 <= place <= LAST_PLACE:
        raise _TemplateError(f"the place is not a number from 1 to {LAST_PLACE}", "write 'place: 3', or leave it out")
    fields = tuple(_fields(front.get("form") or []))
    sections = tuple(_sections(front["sections"], _bodies(written, line), {field.name for field in fields}))
    return DraftTemplate(
        name=name,
        title=_words(front["title"]),
        description=_words(front["description"]),
        audience=_words(front["audience"]),
        level=_one_of(front["level"], LEVELS, "level"),
        fields=fields,
        sections=sections,
        language=_one_of(front.get("language", LANGUAGES[0]), LANGUAGES, "language"),
        place=place,
    )


def _parts(text: str) -> tuple[dict[str, Any], str, int]:
    """Return the front matter, the text after it, and the number of the line before that text."""
    found = _FRONT.match(text)
    if found is None:
        raise _TemplateError("it does not begin with a front matter", "put it between two lines '---' at the top")
    try:
        front = yaml.load(found["front"], Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" near line {mark.line + 2}" if mark is not None else ""
        raise _TemplateError(
            f"the front matter cannot be read{place} ({getattr(error, 'problem', None) or 'it is not YAML'})",
            "look there for a missing colon, an indent that differs, or words with ': ' that need quotation marks",
        ) from error
    if not isinstance(front, dict):
        raise _TemplateError("the front matter is not a list of 'key: value' lines", "write one key a line")
    return front, found["text"], text[: found.start("text")].count("\n")


def _fields(given: Any) -> Iterator[TemplateField]:
    seen: set[str] = set()
    for number, entry in enumerate(_list(given, "form"), start=1):
        where = f"field {number} of the form"
        if not isinstance(entry, Mapping):
            raise _TemplateError(f"{where} is not a 'name:' and a 'label:'", "copy one from another template")
        _no_others(entry, _FIELD_KEYS, where)
        name = _words(entry.get("name", ""))
        if not _FIELD_NAME.fullmatch(name):
            raise _TemplateError(f"{where} has no usable name ({name!r})", "use small letters and '_', as in lcap_goal")
        if name in seen or name == "source":
            raise _TemplateError(f"the name {name!r} of {where} is taken", "give each field a name of its own")
        if not entry.get("label"):
            raise _TemplateError(f"{where} ({name}) has no label", "add 'label:', the words beside the field")
        lines = entry.get("lines", 1)
        if not isinstance(lines, int) or isinstance(lines, bool) or not 1 <= lines <= 40:
            raise _TemplateError(f"the lines of {where} ({name}) are not a number from 1 to 40", "write 'lines: 3'")
        seen.add(name)
        yield TemplateField(
            name=name,
            label=_words(entry["label"]),
            help=_words(entry.get("help", "")),
            required=entry.get("required", False) is True,
            lines=lines,
            choices=tuple(_words(one) for one in _list(entry.get("choices", []), f"choices of {where}")),
        )


def _bodies(text: str, line: int) -> list[tuple[str, str, int]]:
    """Return heading, text and the number of the heading's line, for each section."""
    headings = list(_HEADING.finditer(text))
    ends = [following.start() for following in headings[1:]] + [len(text)]
    if text[: headings[0].start() if headings else None].strip():
        raise _TemplateError(
            f"there is text before the first heading, on line {line + 1} or after it",
            "put it below a heading that begins with '## '",
        )
    return [
        (found["heading"], text[found.end() : end], line + text[: found.end()].count("\n") + 1)
        for found, end in zip(headings, ends, strict=True)
    ]


def _sections(given: Any, bodies: Sequence[tuple[str, str, int]], fields: set[str]) -> Iterator[TemplateSection]:
    entries = _list(given, "sections")
    names = [_words(entry.get("heading", "")) if isinstance(entry, Mapping) else "" for entry in entries]
    written = [heading for heading, _, _ in bodies]
    for name in names:
        if not name:
            raise _TemplateError("a section of the front matter has no 'heading:'", "add it")
        if name not in written:
            raise _TemplateError(
                f"the section {name!r} has no text", f"add the heading '## {name}' and the text below it"
            )
    for heading in written:
        if heading not in names:
            raise _TemplateError(
                f"the heading {heading!r} is no section of the front matter",
                "add it there under 'sections:', with the same words",
            )
    if names != written or len(set(names)) < len(names):
        raise _TemplateError(
            "the sections of the front matter and the headings below it differ in order or number",
            "put both in the same order, each heading once",
        )
    for entry, (heading, text, line) in zip(entries, bodies, strict=True):
        _no_others(entry, _SECTION_KEYS, f"the section {heading!r}")
        yield _section(heading, entry, text, line, fields)


def _section(heading: str, entry: Mapping[str, Any], text: str, line: int, fields: set[str]) -> TemplateSection:
    covers = entry.get("covers") or {}
    if not isinstance(covers, Mapping):
        raise _TemplateError(f"'covers' of {heading!r} is no list of 'name: words'", "write 1116(c)(1): a sentence")
    items = tuple(RequiredItem(_words(name), _words(words)) for name, words in covers.items())
    for item in items:
        if len(item.words.split()) < 3:
            raise _TemplateError(
                f"{item.name!r} in {heading!r} has no words", "write a sentence that says what it asks"
            )
    questions = tuple(_words(one) for one in _list(entry.get("questions") or [], f"questions of {heading!r}"))
    if not text.strip():
        raise _TemplateError(f"the section {heading!r} (line {line}) has no text", "write what the draft says there")
    for below, what, instead in body.mistakes(text):
        raise _TemplateError(f"in {heading!r}, line {line + below - 1}, {what}", instead)
    for name in body.fields(text):
        if name not in fields:
            raise _TemplateError(
                f"{heading!r} uses the field {{{name}}}, which the form does not have",
                f"add it under 'form:', or use one of these: {', '.join(sorted(fields)) or '(there are none)'}",
            )
    for name in body.places(text):
        if name not in [item.name for item in items]:
            raise _TemplateError(
                f"{heading!r} has a place for the source of {name!r}, which it does not cover",
                "add it under 'covers:' of that section, or take the place away",
            )
    return TemplateSection(_slug(heading), heading, text.strip("\n"), questions, items)


def _slug(heading: str) -> str:
    return "-".join(re.findall(r"\w+", heading.lower()))


def _words(value: Any) -> str:
    return " ".join(str(value).split())


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _TemplateError(f"{what!r} is not a list", "write one entry a line, each beginning with '- '")
    return value


def _one_of(value: Any, allowed: Sequence[str], key: str) -> str:
    if value not in allowed:
        raise _TemplateError(f"{key!r} is {value!r}", f"write {' or '.join(allowed)}")
    return str(value)


def _no_others(given: Mapping[str, Any], allowed: Sequence[str], where: str) -> None:
    for key in given:
        if key not in allowed:
            raise _TemplateError(f"{where} has {key!r}, which is not known", f"use only: {', '.join(allowed)}")
