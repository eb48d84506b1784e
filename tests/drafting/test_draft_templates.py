"""The templates that come with the assistant, and what is said of one that has a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.drafting.templates import load_templates, named_template, read_template
from assistant.errors import SettingsError, UsageError
from assistant.records import DraftTemplate
from tests.drafting.draft_parts import TEMPLATES

GOOD = """---
title: A letter
description: A short letter.
audience: families
level: school
form:
  - name: school
    label: School
    required: true
sections:
  - heading: Greeting
    questions:
      - Who is invited to the annual meeting?
    covers:
      "1116(c)(1)": The school invites all parents to a yearly meeting.
---

## Greeting

Dear families of {school}, please come on [date].

{source: 1116(c)(1)}
"""

SECTION_1116 = {
    "school-policy": [
        "(b)(1)", "(c)(1)", "(c)(2)", "(c)(3)", "(c)(4)(A)", "(c)(4)(B)", "(c)(4)(C)", "(c)(5)",
        "(d)", "(d)(1)", "(d)(2)(A)", "(d)(2)(B)", "(d)(2)(C)", "(d)(2)(D)",
        *(f"(e)({number})" for number in range(1, 15)), "(f)",
    ],
    "district-policy": [
        "(a)(1)", "(a)(2)", "(a)(2)(A)", "(a)(2)(B)", "(a)(2)(C)", "(a)(2)(D)", "(a)(2)(E)", "(a)(2)(F)", "(a)(3)",
    ],
    "school-parent-compact": ["(d)", "(d)(1)", "(d)(2)(A)", "(d)(2)(B)", "(d)(2)(C)", "(d)(2)(D)"],
}  # fmt: skip


def written(folder: Path, text: str) -> Path:
    path = folder / "letter.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_kinds_of_drafts_come_with_the_assistant() -> None:
    assert {template.name for template in TEMPLATES} >= {
        "spsa-family-engagement",
        "school-policy",
        "district-policy",
        "school-parent-compact",
        "lcap-goal-3",
        "atp-action-plan",
        "family-letter",
        "family-letter-es",
    }


@pytest.mark.parametrize("name", SECTION_1116)
def test_a_template_of_a_legal_paper_names_each_paragraph_that_it_has_to_cover(name: str) -> None:
    template = named_template(TEMPLATES, name)
    named = {item.name.split(",")[0] for section in template.sections for item in section.covers}
    assert named >= {f"1116{paragraph}" for paragraph in SECTION_1116[name]}


def test_the_action_plan_has_a_section_a_type_of_involvement() -> None:
    titles = [section.title for section in named_template(TEMPLATES, "atp-action-plan").sections]
    assert [title.split(":")[0] for title in titles if title.startswith("Type")] == [f"Type {n}" for n in range(1, 7)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_the_questions_are_few_enough_for_a_draft_in_seconds(template: DraftTemplate) -> None:
    assert 0 < sum(len(section.questions) for section in template.sections) < 40


def test_a_template_is_read_whole(tmp_path: Path) -> None:
    template = read_template(written(tmp_path, GOOD))
    (section,) = template.sections
    assert (template.name, template.title, template.level, template.language) == ("letter", "A letter", "school", "en")
    assert [(field.name, field.label, field.required) for field in template.fields] == [("school", "School", True)]
    assert (section.name, section.title) == ("greeting", "Greeting")
    assert section.body.startswith("Dear families of {school}")
    assert [(item.name, item.words) for item in section.covers] == [
        ("1116(c)(1)", "The school invites all parents to a yearly meeting.")
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("---\ntitle", "title", ["front matter", "---"]),
        ("title: A letter\n", "", ["no 'title'"]),
        ("level: school", "level: county", ["'level' is 'county'", "school or district"]),
        ("level: school", "level: school\nlanguage: fr", ["'language'", "en or es"]),
        ("audience: families", "audience: families\nsubject: x", ["'subject'", "use only"]),
        ("title: A letter", "title: A: letter", ["line 2", "quotation marks"]),
        ("name: school", "name: The School", ["no usable name", "lcap_goal"]),
        ("    label: School\n", "", ["no label"]),
        ("    required: true", "    required: true\n    lines: many", ["number from 1 to 40"]),
        ("    required: true", "    required: true\n  - name: school\n    label: Again", ["'school'", "taken"]),
        ("{school}", "{schol}", ["{schol}", "does not have", "school"]),
        ("{school}", "{school", ["line 20", "neither a field nor a place"]),
        ("[date]", "[date", ["line 20", "bracket"]),
        ("{source: 1116(c)(1)}", "{source: 1116(c)(2)}", ["1116(c)(2)", "does not cover"]),
        ("## Greeting", "## Welcome", ["'Greeting' has no text"]),
        ("## Greeting", "Hello.\n\n## Greeting", ["before the first heading"]),
        ("Dear families", "| Dear families |\n\nDear families", ["line 20", "a table"]),
        ("Dear families", "1. Dear families", ["line 20", "a numbered list", "'- '"]),
        ("Dear families", "**Dear** families", ["bold"]),
        ("Dear families", "<b>Dear</b> families", ["HTML"]),
        ("Dear families", "See [here](http://a.test). Dear families", ["link"]),
        ("The school invites all parents to a yearly meeting.", "Yes.", ["no words"]),
        ("    questions:\n      - Who", "    questions: Who", ["list"]),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(tmp_path: Path, old: str, new: str, words: list[str]) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(SettingsError) as caught:
        read_template(path)
    said = str(caught.value)
    assert str(path) in said
    assert "To mend it, " in said
    for word in words:
        assert word in said


def test_two_sections_keep_their_order(tmp_path: Path) -> None:
    text = GOOD.replace("sections:\n", "sections:\n  - heading: Farewell\n", 1) + "\n## Farewell\n\nBye.\n"
    with pytest.raises(SettingsError, match="order"):
        read_template(written(tmp_path, text))


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.md"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_template(path)


def test_templates_stand_at_their_places_and_the_others_after_them(tmp_path: Path) -> None:
    for name, place in (("a", ""), ("b", "place: 2\n"), ("c", "place: 1\n"), ("d", "")):
        (tmp_path / f"{name}.md").write_text(GOOD.replace("level:", f"{place}level:", 1), encoding="utf-8")
    assert [one.name for one in load_templates(tmp_path)] == ["c", "b", "a", "d"]
    (tmp_path / "e.md").write_text(GOOD.replace("level:", "place: first\nlevel:", 1), encoding="utf-8")
    with pytest.raises(SettingsError, match="'place: 3'"):
        load_templates(tmp_path)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no template"):
        load_templates(tmp_path)


def test_an_unknown_template_is_told_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="school-policy"):
        named_template(TEMPLATES, "grant-application")
