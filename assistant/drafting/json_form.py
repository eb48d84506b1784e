"""A draft as the command line and the HTTP interface give it."""

from __future__ import annotations

from typing import Any

from assistant.drafting.readability import reading_grade
from assistant.records import Draft, to_json


def draft_json(draft: Draft) -> dict[str, Any]:
    """Return the draft as JSON-ready values.

    Beside the draft's own fields: ``blanks`` and ``removed`` of all sections, each with the name of its section, and
    ``reading_grade``, a school grade.
    """
    value: dict[str, Any] = to_json(draft)
    return value | {
        "blanks": to_json(draft.blanks),
        "removed": [
            {"section": section.name, **to_json(removed)} for section in draft.sections for removed in section.removed
        ],
        "reading_grade": reading_grade(draft),
    }
