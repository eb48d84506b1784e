"""Rules of laws and policies, each said otherwise in one point that the words around it hide."""

from __future__ import annotations

import pytest

from assistant.support import Claim
from assistant.support.objections import objections_to

CHANGED = [
    ("Volunteers who work alone with children must pass a check.", "All volunteers must pass a check."),
    ("The policy goes to parents of participating children.", "The policy goes to parents of all children."),
    ("Many school districts start after Labor Day.", "All school districts start after Labor Day."),
    ("Bridges are often only used for short distances.", "Bridges are only used for short distances."),
    ("You may not have to register a local service.", "A local service never has to be registered."),
    (
        "Staff shall not share data with vendors unless there is a contract.",
        "Staff shall never share data with vendors.",
    ),
    (
        "The superintendent or a designee reviews the complaint.",
        "The superintendent and a designee review the complaint.",
    ),
    ("Register if all of the following rules apply to you.", "Register if any of the following rules apply to you."),
    ("Complaints can be referred to an independent body.", "Complaints are referred to an independent body."),
    (
        "Contact the council about contaminated land.",
        "Owners are required to contact the council about contaminated land.",
    ),
    ("You do not have to have someone caring for you to claim.", "You need someone caring for you to claim."),
    ("Parents must be notified in writing within 30 days.", "Parents must be notified orally within 30 days."),
    (
        "A parent may appeal the decision to the county office.",
        "The county office may appeal the decision to a parent.",
    ),
    ("Parents receive the report within 30 days.", "Parents receive the report 30 days later at the earliest."),
    ("Parents of all pupils are invited.", "Parents of some pupils are excluded."),
    ("The board cannot close a school without a hearing.", "A hearing is not needed to close a school."),
]
KEPT = [
    ("Volunteers who work alone with children must pass a check.", "All volunteers who work alone must pass a check."),
    ("Every school district starts after Labor Day.", "All school districts start after Labor Day."),
    ("100% of the schools took part, most of them in May.", "All schools took part."),
    (
        "Staff shall not share data unless there is a contract.",
        "Unless there is a contract, staff shall not share data.",
    ),
    ("The superintendent or a designee reviews it.", "A designee or the superintendent reviews it."),
    ("Complaints can be referred to an independent body.", "Complaints may be referred to an independent body."),
    ("The law requires owners to contact the council.", "Owners are required to contact the council."),
    ("Parents receive the report within 30 days.", "Parents receive the report in 30 days at the latest."),
]


def objected(source: str, claim: str) -> list[str]:
    return [one.reason for one in objections_to(Claim(claim, (source,)), [0])]


@pytest.mark.parametrize(("source", "claim"), CHANGED)
def test_a_rule_changed_in_one_point_is_objected_to(source: str, claim: str) -> None:
    assert objected(source, claim)


@pytest.mark.parametrize(("source", "claim"), KEPT)
def test_the_same_rule_is_not(source: str, claim: str) -> None:
    assert objected(source, claim) == []
