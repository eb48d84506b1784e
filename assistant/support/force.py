"""Whether the source gives a rule the same force as the claim: must, should, may, must not, need not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.support.modals import Force, Rule, force_of, rules
from assistant.support.text import Unit

_LEAVES_FREE = re.compile(
    r"\b(?:if (?:they|he|she|it|you|we) (?:wish|want|like|choose|prefer)(?:e?s)?|merely suggests?|free to|optional|"
    r"voluntary|at (?:its|their|his|her) (?:own )?(?:discretion|option)|(?:may|can|could) choose|"
    r"(?:is|are|be) (?:left|up) to (?:the |each )?(?:\w+ )?(?:schools?|districts?|sites?|states?|"
    r"parents|families|them|it)|"
    r"(?:is|are) (?:only )?(?:a )?(?:suggestions?|recommendations?))\b",
    re.IGNORECASE,
)
"""What leaves a rule to those it is for, whatever verb it stands with."""
_FREEING = frozenset({Force.MAY, Force.SHOULD, Force.NEED_NOT})
_SAME = {Force.MAY: Force.MAY, Force.NEED_NOT: Force.MAY}
"""What may be done need not be done, and is told either way."""
_ABILITY = re.compile(r"can|could|allow|enabl|able|let", re.IGNORECASE)
_ABOUT_THE_SAME = 0.25
"""Share of a claim's content words in a source, from which its modals are compared though its verb is not there."""
_HEDGE = re.compile(
    r"can|could|might|allow|enabl|able|let|suggest|encourag|invit|recommend|expected|supposed", re.IGNORECASE
)
"""What also only says that something is possible, or that someone speaks in favour of it."""
_OPEN = re.compile(
    r"\b(?:possib\w+|potential\w*|option\w*|choice|likely|perhaps|sometimes|often|usually|occasion\w*|if|when|whether|"
    r"right to|opportunit\w+|available|free to|for example|such as)\b",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"\b(?:dut(?:y|ies)|obligat\w+|requir\w+|mandat\w+|compulsory|law|legal\w*|necessary|needs?|needed|responsib\w+|"
    r"asks?|asked|calls? for|expects?|expected|minimum|have to|has to|only)\b",
    re.IGNORECASE,
)
_DUTIES = frozenset({Force.MUST, Force.MUST_NOT})
_ENDINGS = ("ment", "ation", "ion", "al", "er", "ance", "ence")


@dataclass(frozen=True, slots=True)
class ForceChange:
    """The claim says ``claimed`` where the source says ``said``; None: it leaves the rule to nobody."""

    claimed: str
    said: str | None

    @property
    def reason(self) -> str:
        if self.said is None:
            return f"The source does not say “{self.claimed}”."
        return f"The source says “{self.said}” where this says “{self.claimed}”."


def force_change(claim: Unit, sources: Sequence[Unit]) -> ForceChange | None:
    """Return how a sentence changes the force of the rule in ``sources``, the units that come nearest to it; or None.

    Each modal of the claim is compared with those that the same verb stands under in the sources; where the verb is
    not there, with all modals of the nearest unit.
    """
    for rule in rules(claim):
        for place in _verbs(claim, rule):
            said = _said(claim, place, sources)
            if said and _kind(rule.force) not in {_kind(one.force) for one in said}:
                return ForceChange(_plain(rule.written), _plain(said[0].written))
    freeing = _freeing(claim, sources)
    if freeing and not any(rule.force in _FREEING for source in sources for rule in rules(source)):
        return ForceChange(_plain(freeing), None)
    return None


def _freeing(unit: Unit, sources: Sequence[Unit]) -> str | None:
    """Return the words by which a claim leaves a rule to those it is for; None where it does not.

    A bare "may" or "should" counts where the sources have its verb: they then state as done what the claim leaves open.
    """
    if (left := _LEAVES_FREE.search(unit.text)) is not None:
        return left.group()
    for rule in rules(unit):
        if rule.force is Force.NEED_NOT:
            return rule.written
        if rule.force in _FREEING and rule.governs is not None and not _HEDGE.match(rule.written):
            verb = unit.words[rule.governs]
            if any(verb.stem in source.stems for source in sources):
                return rule.written
    return None


def asserted(claim: Unit, sources: Sequence[Unit]) -> ForceChange | None:
    """Return what the claim states as done where its source only allows it or calls it possible: None where the claim
    has a modal or a hedge of its own, or the source also says it without one."""
    if not sources or rules(claim) or _OPEN.search(claim.text):
        return None
    for rule in rules(sources[0]):
        if rule.force is not Force.MAY or rule.governs is None:
            continue
        verb = sources[0].words[rule.governs]
        said = next((word for word in claim.words if word.stem == verb.stem), None)
        if said is not None and _always_open(verb.stem, sources):
            return ForceChange(said.lower, f"{_plain(rule.written)} {verb.lower}")
    return None


def _always_open(verb: str, sources: Sequence[Unit]) -> bool:
    found = [force_of(source, at) for source in sources for at, word in enumerate(source.words) if word.stem == verb]
    return all(rule is not None and rule.force is Force.MAY for rule in found)


def unanswered_duty(claim: Unit, sources: Sequence[Unit]) -> ForceChange | None:
    """Return the word by which a claim makes a duty of what no source words as one; None where there is none."""
    if any(_DUTY.search(source.text) or any(rule.force in _DUTIES for rule in rules(source)) for source in sources):
        return None
    found = next((rule for rule in rules(claim) if rule.force is Force.MUST), None)
    return ForceChange(_plain(found.written), None) if found is not None and sources else None


def same_forces(claim: Unit, source: Unit) -> bool:
    """Whether two units have rules of the same forces, as often."""
    ours, theirs = (sorted(_kind(rule.force) for rule in rules(unit)) for unit in (claim, source))
    return ours == theirs


def _kind(force: Force) -> Force:
    return _SAME.get(force, force)


def _verbs(unit: Unit, rule: Rule) -> list[int | None]:
    """Return the places of the words that a rule is about: the verb it governs and verbs joined to it by "and to", "or
    to"; the content words of its segment before it where it is said of those; None where none can be told."""
    words = unit.words
    if rule.of_subject:
        segment = words[rule.place].segment
        before = [at for at in range(rule.place) if words[at].segment == segment and words[at].is_content]
        return [*before[:1]] or [None]
    if rule.governs is None:
        return [None]
    later = [other.place for other in rules(unit) if other.place > rule.place]
    joined = [
        place
        for place in range(rule.governs + 3, min([*later, len(words)]))
        if words[place - 1].lower == "to" and words[place - 2].lower in ("and", "or") and words[place].is_content
    ]
    return [rule.governs, *joined]


def _said(unit: Unit, place: int | None, sources: Sequence[Unit]) -> list[Rule]:
    """Return the modals that the word at ``place`` of the claim stands under in the sources; where they lack the word,
    or none is given, all modals of the nearest unit except those of mere ability."""
    if place is not None:
        verb = unit.words[place]
        occurrences = [
            force_of(source, at)
            for source in sources
            for at, word in enumerate(source.words)
            if word.stem == verb.stem or _derived(word.lower, verb.lower)
        ]
        if occurrences:
            return [rule for rule in occurrences if rule is not None]
    if not sources or _shared(unit, sources[0]) < _ABOUT_THE_SAME:
        return []
    return [rule for rule in rules(sources[0]) if not _ABILITY.match(rule.written)]


def _shared(unit: Unit, source: Unit) -> float:
    """Return the share of the content words of ``unit`` that ``source`` has."""
    content = [word for word in unit.words if word.is_content]
    return sum(word.stem in source.stems for word in content) / max(len(content), 1)


def _derived(one: str, other: str) -> bool:
    """Whether one word is the other with an ending that makes a noun of a verb: "pay" and "payment"."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and long.startswith(short) and long[len(short) :] in _ENDINGS


def _plain(written: str) -> str:
    return re.sub(r"\W+", " ", written).strip().lower()
