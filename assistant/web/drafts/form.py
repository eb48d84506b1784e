"""The form of a template: its values as they were typed, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.drafting.filling import LONGEST_VALUE
from assistant.records import DraftTemplate, TemplateField


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field with what was typed into it; ``problem`` is in words, "" where there is none."""

    field: TemplateField
    value: str
    problem: str = ""


def field_views(template: DraftTemplate, typed: Mapping[str, str], *, checked: bool) -> list[FieldView]:
    """Return the fields of ``template`` with their values, and with what is wrong with them if that is asked for."""
    views = []
    for field in template.fields:
        value = typed.get(field.name, "")
        views.append(FieldView(field, value, _problem(field, value) if checked else ""))
    return views


def _problem(field: TemplateField, value: str) -> str:
    if field.required and not value.strip():
        return f"{field.label} is needed: only you know it."
    if field.choices and value and value not in field.choices:
        return f"Choose one of: {', '.join(field.choices)}."
    if len(value) > LONGEST_VALUE:
        return (
            f"This has {len(value):,} characters; {LONGEST_VALUE:,} is the most. "
            "Shorten it to what the draft should say."
        )
    return ""
