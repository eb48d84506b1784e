"""The draft that a row of a set asks for: which template, and what stands in its form.

The question of such a row names a template by the words of its name or title, and may go on with values of its form,
by name or label: "Draft the school policy; school: Franklin Elementary School; year: 2026-27".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from assistant.drafting.filling import blank_for
from assistant.errors import SettingsError, UsageError
from assistant.records import Draft, DraftTemplate, EvaluationCase, EvaluationRun
from assistant.wording import term_set

if TYPE_CHECKING:
    from assistant.app import Assistant


def draft_of(assistant: Assistant, case: EvaluationCase, document_ids: Collection[str] | None) -> Draft:
    """Return the draft that a case asks for, from these documents only where any are given.

    Raises UsageError for a template or field that is not known.
    """
    template, form = asked_for(case.question, assistant.templates())
    return assistant.write_draft(template.name, form, document_ids=document_ids)


def templates_of(run: EvaluationRun, load: Callable[[], Sequence[DraftTemplate]]) -> dict[str, DraftTemplate]:
    """Return the templates by name, which the metrics of drafts compare with; none where a run has no draft.

    One that cannot be read any more takes those metrics from a report, not the report.
    """
    if not any(result.draft for result in run.results):
        return {}
    try:
        return {template.name: template for template in load()}
    except SettingsError:
        return {}


def asked_for(question: str, templates: Sequence[DraftTemplate]) -> tuple[DraftTemplate, dict[str, str]]:
    """Return the template that a question names and the values of its form; a required one that it lacks is a blank.

    Raises UsageError where no template is meant, where more than one could be, and for a part that is no value.
    """
    named, *parts = (part.strip() for part in question.split(";"))
    template = _named(named, templates)
    form = dict(_value(part, template) for part in parts if part)
    missing = {field.name: blank_for(field) for field in template.fields if field.required and not form.get(field.name)}
    return template, form | missing


def _named(text: str, templates: Sequence[DraftTemplate]) -> DraftTemplate:
    """Return the template of which most words, all of its name or all of its title, are said."""
    said = term_set(text)
    words = {
        template.name: max(
            len(one) if one <= said else 0 for one in (term_set(template.name), term_set(template.title))
        )
        for template in templates
    }
    most = max(words.values(), default=0)
    meant = [template for template in templates if words[template.name] == most > 0]
    if len(meant) == 1:
        return meant[0]
    names = ", ".join(template.name for template in meant or templates)
    raise UsageError(
        f"The row does not say which draft is wanted: “{text[:80]}”.",
        next_step=f"Begin the question with the name of a template: {names}.",
    )


def _value(part: str, template: DraftTemplate) -> tuple[str, str]:
    name, _, value = part.partition(":")
    for field in template.fields:
        if name.strip().casefold() in (field.name, field.label.casefold()):
            return field.name, value.strip()
    fields = ", ".join(field.name for field in template.fields)
    raise UsageError(
        f"“{part[:80]}” is no value of the form of {template.name}.",
        next_step=f"Write 'field: value', with one of these fields: {fields}.",
    )
