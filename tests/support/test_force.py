"""One rule said with every force in many ways: another force is objected to, the same one in other words is not."""

from __future__ import annotations

from itertools import product

import pytest

from assistant.support import Claim
from assistant.support.modals import Force, rules
from assistant.support.objections import objections_to
from assistant.support.text import read

DO, DOING = "send a report to parents each year", "sending a report to parents each year"
SCHOOLS = {
    Force.MUST: "must|shall|have to|need to|are required to|are obliged to|are bound to|are under a duty to|are to",
    Force.SHOULD: "should|ought to|are encouraged to|are advised to|are urged to|had better",
    Force.MAY: "may|can|are allowed to|are permitted to|are free to|have the option to|have the right to|may choose to",
    Force.MUST_NOT: "must not|shall not|may not|cannot|are not allowed to|are not permitted to",
    Force.NEED_NOT: "need not|do not have to|don't need to|are not required to|are under no obligation to",
}
OTHERWISE = {
    Force.MUST: [
        f"The law requires schools to {DO}.",
        f"It is mandatory for schools to {DO}.",
        f"{DOING} is compulsory.",
    ],
    Force.SHOULD: [f"The law recommends that schools {DO}.", f"{DOING} is recommended.", f"{DOING} is good practice."],
    Force.MAY: [f"The law allows schools to {DO}.", f"It is optional for schools to {DO}.", f"{DOING} is voluntary."],
    Force.MUST_NOT: [
        f"The law forbids schools to {DO}.",
        f"Schools are barred from {DOING}.",
        f"{DOING} is prohibited.",
    ],
    Force.NEED_NOT: [f"The law does not require schools to {DO}.", f"Schools are exempt from {DOING}."],
}
SENTENCES = {
    force: [f"Schools {modal} {DO}." for modal in SCHOOLS[force].split("|")]
    + [sentence[0].upper() + sentence[1:] for sentence in OTHERWISE[force]]
    for force in Force
}
FREE = {Force.MAY, Force.NEED_NOT}


def objected(claim: str, source: str) -> bool:
    return bool(objections_to(Claim(claim, (source,)), [0]))


@pytest.mark.parametrize("force", list(Force))
def test_the_force_of_every_sentence_is_read(force: Force) -> None:
    for sentence in SENTENCES[force]:
        assert [rule.force for rule in rules(read(sentence).units[0])] == [force], sentence


@pytest.mark.parametrize(
    ("said", "claimed"), [(a, b) for a, b in product(Force, Force) if a is not b and {a, b} != FREE]
)
def test_another_force_is_objected_to(said: Force, claimed: Force) -> None:
    pairs = list(product(SENTENCES[claimed], SENTENCES[said]))
    missed = [pair for pair in pairs if not objected(*pair)]
    assert len(missed) <= 0.05 * len(pairs), missed


@pytest.mark.parametrize("force", list(Force))
def test_the_same_force_in_other_words_is_not(force: Force) -> None:
    pairs = list(product(SENTENCES[force], SENTENCES[force]))
    refused = [pair for pair in pairs if objected(*pair)]
    assert len(refused) <= 0.15 * len(pairs), refused


@pytest.mark.parametrize(
    "text", ["The plan is due in May.", "By May 5 the plan is read.", "It was adopted in May 2012 and read since."]
)
def test_the_month_of_may_permits_nothing(text: str) -> None:
    assert rules(read(text).units[0]) == ()
