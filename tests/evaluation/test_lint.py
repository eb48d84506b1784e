"""A set checked in plain words: each kind of mistake is found, in its row, and a good row is left in peace."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.evaluation.cases.columns import Severity
from assistant.evaluation.cases.lint import lint
from tests.evaluation.evaluation_samples import case, view

GOOD = {
    "must_include": ["*10 percent"],
    "source_document": "attendance.pdf",
    "source_quote": "A student who misses 10 percent of school days",
}


def test_a_good_row_is_left_in_peace() -> None:
    assert lint([case(**GOOD), case(question="The moon?", expect="abstain")], view()) == []


def test_what_sets_a_question_right_may_have_a_source() -> None:
    (note,) = lint([case(**(GOOD | {"expect": "abstain"}))], view())
    assert (note.column, note.severity) == ("must_include", Severity.NOTE)


@pytest.mark.parametrize(
    ("columns", "column", "severity", "words"),
    [
        (
            {"source_document": "atendance polcy.pdf"},
            "source_document",
            Severity.ERROR,
            "mean policies/attendance.pdf?",
        ),
        ({"source_document": "zzz"}, "source_document", Severity.ERROR, "no document named “zzz”."),
        ({"source_page": "9"}, "source_page", Severity.ERROR, "no page 9: it has 2"),
        (
            {"source_page": "2"},
            "source_quote",
            Severity.WARNING,
            "not on page 2 of policies/attendance.pdf, but on page 1",
        ),
        ({"source_page": "1"}, "source_page", Severity.NOTE, "printed on it is page 2"),
        ({"source_document": "meals.txt", "source_page": "1"}, "source_page", Severity.NOTE, "has no pages"),
        (
            {"source_quote": "Lunch costs $2.50 for each student."},
            "source_quote",
            Severity.ERROR,
            "They stand in meals.txt.",
        ),
        ({"source_quote": "Nobody wrote this."}, "source_quote", Severity.ERROR, "Copy them from the document"),
        (
            {"must_include": [], "source_document": "", "source_quote": ""},
            "must_include",
            Severity.WARNING,
            "cannot be told",
        ),
        (
            {"source_document": "", "source_quote": ""},
            "source_document",
            Severity.NOTE,
            "retrieval will not be scored for this row",
        ),
        ({"expect": "abstain", "must_include": []}, "source_document", Severity.WARNING, "a source is given"),
        ({"expect": "ask_back", "must_include": []}, "source_document", Severity.WARNING, "a source is given"),
        ({"expect": "abstain"}, "must_include", Severity.NOTE, "sets the question right"),
        ({"notes": "=1"}, "notes", Severity.NOTE, "apostrophe"),
        ({"notes": "reuniÃ³n"}, "notes", Severity.WARNING, "wrong encoding"),
        ({"limit_to": "1918"}, "limit_to", Severity.ERROR, "no document or year “1918”."),
        ({"limit_to": "attendance.pdf; meels.txt"}, "limit_to", Severity.ERROR, "“meels.txt”. Did you mean meals.txt?"),
    ],
)
def test_each_mistake_is_told_in_its_row(columns: dict[str, Any], column: str, severity: Severity, words: str) -> None:
    asked = case(**(GOOD | columns))
    found = [one for one in lint([asked], view(), {asked.id: 7}) if one.column == column]
    assert [(one.row, one.severity) for one in found if words in one.words] == [(7, severity)]


def test_the_same_question_twice_is_told_with_the_other_row() -> None:
    cases = [case(id="a", **GOOD), case(id="b", question="how many absences are too  many", **GOOD)]
    assert [(one.row, one.words) for one in lint(cases, view())] == [
        (2, "The same question stands in row 1; it counts twice in every number.")
    ]
    # After other questions, or of other documents, it is another question.
    assert lint([cases[0], case(id="c", previous=["Before?"], **GOOD)], view()) == []
    assert lint([cases[0], case(id="d", limit_to="attendance.pdf", **GOOD)], view()) == []


def test_a_set_with_few_refusals_is_advised() -> None:
    cases = [case(question=f"Question {number}?", **GOOD) for number in range(12)]
    assert [one.row for one in lint(cases, view())] == [0]
