"""A model that invents on purpose, over every template: names, dates, numbers, partners, programs, and small words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

import pytest

from assistant.app import Assistant
from assistant.drafting.drafter import Drafter
from assistant.drafting.unsaid import as_worded, fills_a_blank, leaves_out_a_condition, speaks_of_itself, unsaid
from assistant.records import Draft, DraftTemplate, SentenceKind
from assistant.support import missing_facts
from tests.drafting.draft_parts import TEMPLATES, ScriptedModel, drafter_for, form_for
from tests.drafting.test_drafter import assert_sound

FILLINGS = {
    "en": [
        "the gymnasium", "Ms. Alvarez", "October 3, 2031", "a bakery downtown", "41", "the reading buddies program",
        "phone calls on weekends", "dancing", "the Rotary Club", "$7,450", "pizza", "volunteers from a church",
    ],
    "es": ["el gimnasio", "la señora Alvarez", "el 3 de octubre", "la panadería", "41", "bailar", "el club Rotary"],
}  # fmt: skip
TAILS = {
    "en": [
        "in the gymnasium", "with free pizza", "every second Saturday", "through our reading buddies program",
        "with the help of local churches", "by order of Ms. Alvarez", "for 41 families", "at the swimming pool",
    ],
    "es": ["en el gimnasio", "con pizza", "cada sábado", "con ayuda de la iglesia"],
}  # fmt: skip
SENTENCES = {
    "en": [
        "Superintendent Okafor praised the school for its work with families.",
        "On October 3, 2031, 41 families met in the gymnasium.",
        "The school works with the Rotary Club and a bakery downtown.",
        "The yoga nights and the bookmobile are the heart of the plan.",
        "The school spent $7,450 on pizza.",
        "Write to alvarez@franklin.test or call (310) 555-0199.",
        "Families are fined when they do not come to the annual meeting.",
    ],
    "es": [
        "La directora Alvarez felicitó a la escuela.",
        "El 3 de octubre vinieron 41 familias al gimnasio.",
        "La escuela trabaja con el club Rotary y una panadería.",
        "Los sábados hay yoga y pizza gratis.",
    ],
}
INVENTED = re.compile(
    r"gymnasium|alvarez|october 3|bakery|\b41\b|buddies|weekends|dancing|rotary|7,450|pizza|church|saturday|swimming|"
    r"okafor|yoga|bookmobile|555-0199|fined|gimnasio|3 de octubre|panadería|bailar|sábado|iglesia",
    re.IGNORECASE,
)


def part(request: str, heading: str) -> list[str]:
    """Return the lines below a heading of the request, without their marks."""
    lines = request.split(f"{heading}:\n", 1)[1].split("\n\n", 1)[0].splitlines()
    return [re.sub(r"^(?:- |\[E\d+\] )", "", line) for line in lines]


class Liar:
    """Fills every blank, adds to every sentence of the plan and the sources, and makes up more."""

    def __init__(self, language: str, fillings: list[str] | None = None) -> None:
        self._fillings = cycle(fillings or FILLINGS[language])
        self._tails = cycle(TAILS[language])
        self._sentences = SENTENCES[language]
        self.filled: set[str] = set()

    def __call__(self, request: str) -> str:
        return "\n\n".join([*self._lies(request), *self._sentences])

    def _lies(self, request: str) -> Iterator[str]:
        for number, line in enumerate(part(request, "Plan language to work from")):
            if "[" in line:
                filled = re.sub(r"\[[^\]]*\]", lambda _: next(self._fillings), line)
                self.filled.add(filled)
                yield filled
            elif number % 2 and not line.endswith(":"):
                yield f"{line.rstrip('.')} {next(self._tails)}."
        for number, line in enumerate(part(request, "Evidence")[:4]):
            yield f"{line.rstrip('.;:')} {next(self._tails)} [E{number + 1}]."


def lied(assistant: Assistant, template: DraftTemplate, liar: Liar) -> Draft:
    drafter: Drafter = drafter_for(assistant, ScriptedModel(liar), [template])
    draft = drafter.write(template.name, form_for(template))
    assert_sound(draft, assistant)
    return draft


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_nothing_that_a_model_makes_up_is_shown(built_in: Assistant, template: DraftTemplate) -> None:
    draft = lied(built_in, template, Liar(template.language))
    allowed = [template.title, *form_for(template).values(), *(field.label for field in template.fields)]
    allowed += [section.body for section in template.sections]
    allowed += [built_in.document(one.id).text for one in built_in.overview().documents]
    for section in draft.sections:
        for one in section.sentences:
            assert not INVENTED.search(one.text), one
            assert missing_facts(one.text, allowed) == [], one
        assert any(INVENTED.search(one.text) for one in section.removed)
    honest = drafter_for(built_in, None, [template]).write(template.name, form_for(template))
    # Neither a required item nor a blank is lost to it.
    assert [(one.item, one.covered) for one in draft.coverage] == [(one.item, one.covered) for one in honest.coverage]
    assert set(draft.blanks) >= set(honest.blanks)


@pytest.mark.parametrize("name", ["school-policy", "spsa-family-engagement", "family-letter"])
def test_what_the_form_says_of_one_thing_fills_in_no_other(built_in: Assistant, name: str) -> None:
    (whole,) = [template for template in TEMPLATES if template.name == name]
    template = replace(whole, sections=whole.sections[:4])
    liar = Liar(template.language, ["the principal", "coffee with the principal", "the library", "Tuesdays"])
    draft = lied(built_in, template, liar)
    shown = {one.text for section in draft.sections for one in section.sentences}
    assert not shown & liar.filled


def test_words_that_nothing_has_are_found_whatever_else_is_said() -> None:
    source = "The school offers flexible meeting times, and funds may pay for transportation or child care."
    assert unsaid("Funds may pay for child care.", [source]) == ()
    assert unsaid("The school will offer families meeting times that are flexible.", [source, "families"]) == ()
    assert unsaid("The school offers flexible meeting times with free pizza.", [source]) == ("free", "pizza")
    # To attend is not attendance.
    assert unsaid("All parents may attend.", ["parents"]) == ()
    assert unsaid("Attendance of all parents.", ["parents"]) == ("attendance",)


def test_a_line_with_its_blank_filled_in_is_known() -> None:
    lines = ["Families hear of it through [letter or message, and its date]."]
    assert fills_a_blank("Families hear of it through a newsletter.", lines)
    assert not fills_a_blank("Families hear of it through [message].", lines)
    assert not fills_a_blank("The principal reads a letter.", lines)
    assert as_worded("Families hear of it through [message].", lines) == lines[0]
    assert as_worded("Families hear of it.", lines) == "Families hear of it."


def test_what_a_sentence_says_of_its_own_paper_is_known() -> None:
    for text in ("This policy is updated every year.", "The goals below follow the framework.", "Esta carta es breve."):
        assert speaks_of_itself(text)
    for text in (
        "This year the policy is updated.",
        "Este año la política se revisa.",
        "The school's policy is updated.",
        "Grades 3 and above take part.",
    ):
        assert not speaks_of_itself(text)


def test_a_condition_that_is_left_out_is_known() -> None:
    source = ["A committee is needed where at least 50 pupils are English learners."]
    assert leaves_out_a_condition("A committee is needed.", source)
    assert not leaves_out_a_condition("Where 50 pupils are English learners, a committee is needed.", source)


def test_what_a_form_says_is_the_schools_and_no_label_of_it_is_shown(built_in: Assistant) -> None:
    (whole,) = [template for template in TEMPLATES if template.name == "school-policy"]
    template = replace(whole, sections=whole.sections[:1])
    echo = "The school's form:\n\n- School year: 2018-19\n- School: Franklin Elementary School\n\nEvidence:\n\n"
    draft = drafter_for(built_in, ScriptedModel(echo), [template]).write(template.name, form_for(template))
    texts = [one.text for one in draft.sections[0].sentences]
    assert not any("2018" in text or text.startswith(("School", "Evidence", "The school's form")) for text in texts)
    typed = [one for one in draft.sections[0].sentences if one.from_form]
    assert typed
    assert all(one.kind in (SentenceKind.SUPPORTED, SentenceKind.YOURS_TO_SUPPLY) for one in typed)
