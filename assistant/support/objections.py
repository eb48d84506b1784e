"""The hard checks: a changed number, name, force of a rule, negation or order of parties, each with a reason to show.

A claim with an objection is not supported, however near its words are. Each check compares the claim with the units of
the evidence that come nearest to it by words, so that another rule of the same page does not speak into this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.support.base import Claim
from assistant.support.edits import REPEATED, exchanged_word, likeness, telling_edit
from assistant.support.figures import changed_figures
from assistant.support.force import asserted, force_change, unanswered_duty
from assistant.support.names import find_names, has_name
from assistant.support.parties import swapped_parties
from assistant.support.polarity import denied_nearby, opposite, turned_negation, unanswered_denial
from assistant.support.quantifiers import (
    exception_dropped,
    joined_otherwise,
    quantifier_change,
    unanswered_all,
    unhedged,
)
from assistant.support.text import Text, Unit, read

_MOST_UNITS = 4
_NEAR_ENOUGH = 0.6
_FOR_EACH_WORD = 0.002
"""What a unit is put back by for each of its words, so that of two that share as much the shorter comes first."""


class ObjectionKind(StrEnum):
    NUMBER = "number"
    NAME = "name"
    FORCE = "force"
    QUANTIFIER = "quantifier"
    NEGATION = "negation"
    OPPOSITE = "opposite"
    EDIT = "edit"
    PARTIES = "parties"


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against a claim, and the sentence about it for a reader."""

    kind: ObjectionKind
    reason: str


def objections(claim: Text, pieces: Sequence[Text], contexts: Sequence[Text]) -> list[Objection]:
    """Return what the hard checks object to, at most one objection a check and sentence of the claim, figures first."""
    sources = [text.written for text in (*pieces, *contexts)]
    nearest = [unit.text for unit in nearest_units(claim.units, pieces)]
    found = [
        *(Objection(ObjectionKind.NUMBER, reason) for reason in changed_figures(claim.written, sources, nearest)),
        *_names(claim, [*pieces, *contexts]),
    ]
    every = [unit for piece in pieces for unit in piece.units]
    for unit in claim.units:
        found += _of_unit(unit, nearest_units([unit], pieces), every)
    return found


def objections_to(claim: Claim, chosen: Iterable[int]) -> list[Objection]:
    """Return what the hard checks object to in ``claim`` against some of its pieces and their headings."""
    numbers = list(chosen)
    pieces = [read(claim.evidence[number]) for number in numbers]
    return objections(read(claim.text), pieces, [read(claim.context(number)) for number in numbers])


def _of_unit(unit: Unit, sources: Sequence[Unit], every: Sequence[Unit]) -> list[Objection]:
    """Return the objections to one sentence; ``sources`` are the units nearest to it, ``every`` all of the evidence."""
    found = []
    changed = force_change(unit, sources) or asserted(unit, sources) or unanswered_duty(unit, sources)
    if changed is not None:
        found.append(Objection(ObjectionKind.FORCE, changed.reason))
    if (quantifier := _quantifier(unit, sources)) is not None:
        found.append(Objection(ObjectionKind.QUANTIFIER, _instead(*quantifier)))
    if (edit := _telling_edit(unit, sources, every)) is not None:
        found.append(Objection(ObjectionKind.EDIT, _instead(*edit)))
    if (word := turned_negation(unit, sources) or denied_nearby(unit, sources)) is not None:
        reason = f"One of the two denies what the other says: “{word.written}”."
        found.append(Objection(ObjectionKind.NEGATION, reason))
    elif (word := unanswered_denial(unit, every)) is not None:
        found.append(Objection(ObjectionKind.NEGATION, f"The source does not deny what this denies: “{word.written}”."))
    if (pair := opposite(unit, sources)) is not None:
        found.append(Objection(ObjectionKind.OPPOSITE, _instead(pair[0].written, pair[1].written)))
    if (parties := swapped_parties(unit, sources)) is not None:
        reason = f"“{parties[0].written}” and “{parties[1].written}” have changed places."
        found.append(Objection(ObjectionKind.PARTIES, reason))
    return found


def _quantifier(unit: Unit, sources: Sequence[Unit]) -> tuple[str, str | None] | None:
    """Return what the sentence says of how many or of which, and what the source says instead."""
    if (change := quantifier_change(unit, sources)) is not None:
        return change
    for look in (unhedged, exception_dropped, joined_otherwise):
        if (change := look(unit, sources)) is not None:
            return change
    every = unanswered_all(unit, sources)
    return None if every is None else (every, None)


def _telling_edit(unit: Unit, sources: Sequence[Unit], every: Sequence[Unit]) -> tuple[str, str] | None:
    """Return the telling edit against the source that the sentence repeats most closely; None where there is none."""
    repeated = [(likeness(unit, source), source.text, source) for source in sources]
    repeated = [one for one in repeated if one[0] >= REPEATED]
    if not repeated:
        return None
    nearest = max(repeated, key=lambda one: one[:2])[2]
    known = frozenset[str]().union(*(source.stems for source in every))
    return telling_edit(unit, nearest) or exchanged_word(unit, nearest, known)


def nearest_units(claim: Sequence[Unit], pieces: Sequence[Text]) -> list[Unit]:
    """Return the units that share most content words with the claim, nearest first.

    At most four, and none that shares less than six tenths of what the nearest does. Shorter units win ties, and then
    the text itself decides: the order of the pieces never does.
    """
    content = {word.stem for unit in claim for word in unit.words if word.is_content}
    content = content or {word.stem for unit in claim for word in unit.words}
    rated = []
    for piece in pieces:
        for unit in piece.units:
            shared = len(content & unit.stems)
            if shared:
                rated.append((shared / len(content) - _FOR_EACH_WORD * len(unit.words), unit.text, unit))
    rated.sort(key=lambda one: (-one[0], one[1]))
    return [unit for rate, _, unit in rated if rate >= _NEAR_ENOUGH * rated[0][0]][:_MOST_UNITS]


def _names(claim: Text, sources: Sequence[Text]) -> list[Objection]:
    missing = [name for name in find_names(claim.written) if not has_name(name, sources)]
    if not missing:
        return []
    written = " ".join(dict.fromkeys(name.written for name in missing))
    return [Objection(ObjectionKind.NAME, f"The name {written} is not in the source.")]


def _instead(said: str, source: str | None) -> str:
    """Return the sentence for a reader about ``said`` in the claim where the source has ``source``."""
    if not source:
        return f"The source does not say “{said}”."
    return f"The source says “{source}”" + (f" where this says “{said}”." if said else ", which this leaves out.")
