"""The form's values: checked, cleaned, put into a template's sentences. What was typed is data, whatever it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.drafting.blanks import without_markers
from assistant.drafting.body import FIELD, Statement
from assistant.errors import UsageError
from assistant.records import DraftTemplate, TemplateField
from assistant.text.characters import clean
from assistant.text.markers import is_item, without_marker
from assistant.text.sentences import split_sentences

LONGEST_VALUE = 6000
"""Characters that a field takes: about two pages."""

_AFTER_COLON = re.compile(rf"[^:{{}}]*:\s*{FIELD.pattern}\.?")


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence with its fields filled in.

    ``typed`` tells that it has something of the form in it, ``from_form`` that this is all it says: "Goal: ...".
    """

    text: str
    typed: bool = False
    from_form: bool = False


@dataclass(frozen=True, slots=True)
class TypedBlock:
    """A paragraph or item as the school typed it, in sentences."""

    sentences: tuple[str, ...]
    item: bool


def checked_form(template: DraftTemplate, given: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the template's fields, cleaned, by name, in the template's order; empty ones as "".

    Raises UsageError for a field that the template does not have, a required one that is empty, a value that is not
    among the choices or is too long.
    """
    known = {field.name: field for field in template.fields}
    for name in given:
        if name not in known:
            raise UsageError(
                f"The template {template.name!r} has no field {name!r}.",
                next_step=f"Its fields are: {', '.join(known) or '(none)'}.",
            )
    return {field.name: _checked(template, field, given.get(field.name, "")) for field in template.fields}


def _checked(template: DraftTemplate, field: TemplateField, value: str) -> str:
    value = without_markers(clean(value)).strip()
    if not value and field.required:
        raise UsageError(
            f"The template {template.name!r} needs {field.name!r} ({field.label}).",
            next_step="Fill it in; it is one of the facts that only the school has.",
        )
    if value and field.choices and value not in field.choices:
        raise UsageError(
            f"{value[:60]!r} is not a choice for {field.name!r} ({field.label}).",
            next_step=f"Choose one of: {', '.join(field.choices)}.",
        )
    if len(value) > LONGEST_VALUE:
        raise UsageError(
            f"The text for {field.name!r} ({field.label}) has {len(value):,} characters; {LONGEST_VALUE:,} at most.",
            next_step="Shorten it to what the draft should say.",
        )
    return value


def filled(statement: Statement, form: Mapping[str, str], fields: Mapping[str, TemplateField]) -> Filled | None:
    """Return the statement with the form's values; None where an optional field of it (``{name?}``) is empty.

    An empty field that is not optional becomes a blank with the words of its label.
    """
    typed: list[str] = []
    pieces: list[str] = []
    position = 0
    for found in FIELD.finditer(statement.text):
        value = one_line(form.get(found["name"], ""))
        if not value and found["optional"]:
            return None
        if value:
            typed.append(value)
        pieces += [statement.text[position : found.start()], value or blank_for(fields[found["name"]])]
        position = found.end()
    text = "".join([*pieces, statement.text[position:]])
    if typed and typed[-1][-1] in ".!?" and text.endswith(typed[-1] + "."):
        text = text[:-1]
    from_form = len(typed) == 1 and _AFTER_COLON.fullmatch(statement.text) is not None
    return Filled(text, typed=bool(typed), from_form=from_form)


def typed_blocks(value: str) -> Iterator[TypedBlock]:
    """Yield what the school typed into a field, a block a line."""
    for line in value.splitlines():
        text = " ".join(line.split())
        if text:
            item = is_item(text)
            words = without_marker(text) if item else text
            yield TypedBlock(tuple(span.of(words) for span in split_sentences(words)) or (words,), item)


def form_lines(form: Mapping[str, str], fields: Mapping[str, TemplateField]) -> tuple[str, ...]:
    """Return what the school typed as lines, "label: value", for checks and for the model."""
    return tuple(f"{fields[name].label}: {one_line(value)}" for name, value in form.items() if value)


def names_typed(form: Mapping[str, str], fields: Mapping[str, TemplateField]) -> str:
    """Return what the school typed into fields of one line: what things are called, such as the school itself.

    A sentence may use these names whatever carries it.
    """
    return " ".join(value for name, value in form.items() if name in fields and fields[name].lines == 1 and value)


def blank_for(field: TemplateField) -> str:
    """Return the blank that stands for a field that was left empty."""
    label = field.label.rstrip(".:?").replace("[", "(").replace("]", ")")
    # An abbreviation at its beginning ("LCAP goal") keeps its capitals.
    return f"[{label if label[1:2].isupper() else label[:1].lower() + label[1:]}]"


def one_line(value: str) -> str:
    """Return a value of several lines as one, its items separated by semicolons."""
    lines = [" ".join(line.split()) for line in value.splitlines() if line.strip()]
    return "; ".join(without_marker(line).rstrip(";") for line in lines) if len(lines) > 1 else "".join(lines)
