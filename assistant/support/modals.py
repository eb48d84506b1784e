"""Reading the modals of a sentence: what must, should, may, must not or need not be done, and of which word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.support.text import Unit, Word


class Force(StrEnum):
    MUST = "must"
    SHOULD = "should"
    MAY = "may"
    MUST_NOT = "must not"
    NEED_NOT = "need not"


class Shape(StrEnum):
    """Where the word stands that a modal governs."""

    VERB = "verb"  # right after it: "must send"
    OBJECT = "object"  # after a "to" or "from": "requires schools to send"
    SUBJECT = "subject"  # before it: "sending is mandatory"


@dataclass(frozen=True, slots=True)
class Rule:
    """A modal of a unit: its force, how it is written, its characters in the unit's text, its place among the words,
    and the place of the word it governs (None: what stands before it, or cannot be told)."""

    force: Force
    written: str
    start: int
    end: int
    place: int
    governs: int | None
    of_subject: bool


_BE = "(?:is|are|be|been|being|was|were)"
_HAVE = "(?:has|have|had|having)"
_A = "(?:a|an|the|their|its|his|her)"
_WHO = r"(?:the |each |every |all |any )?(?:\w+ ){0,2}?\w+"
# Spaces stand for anything between words. The first form that matches at a place counts: the denied ones come first.
_FORMS = (
    (
        Force.MUST_NOT,
        Shape.VERB,
        "(?:must|shall|may|can|could|should) (?:not|never)|mustn't|shan't|cannot|can't|couldn't",
    ),
    (
        Force.MUST_NOT,
        Shape.VERB,
        f"{_BE} (?:not|never) (?:allowed|permitted|authorized|free|entitled) to|{_BE} never to",
    ),
    (
        Force.MUST_NOT,
        Shape.VERB,
        f"{_BE} (?:prohibited|forbidden|barred|banned) (?:from|to)|{_HAVE} no (?:right|permission) to",
    ),
    (Force.MUST_NOT, Shape.SUBJECT, f"{_BE} (?:not (?:allowed|permitted)|prohibited|forbidden|banned)"),
    (
        Force.MUST_NOT,
        Shape.OBJECT,
        "prohibit(?:s|ed|ing)?|forbid(?:s|den|ding)?|bars?|bans?|(?:does|do|did) not (?:allow|permit|let)|"
        "(?:not|never) possible(?: for)?|impossible(?: for)?",
    ),
    (Force.MUST_NOT, Shape.VERB, r"no \w+ (?:may|shall|can|must)"),
    (
        Force.NEED_NOT,
        Shape.VERB,
        "need not|needn't|(?:do|does|did) not (?:have|need) to|(?:don't|doesn't|didn't) (?:have|need) to",
    ),
    (
        Force.NEED_NOT,
        Shape.VERB,
        rf"(?:{_HAVE}|{_BE} under|under) no (?:\w+ )?(?:duty|obligation|need) (?:to|of)|"
        r"no \w+ (?:has|have|needs?) to",
    ),
    (
        Force.NEED_NOT,
        Shape.VERB,
        f"(?:{_BE} not|isn't|aren't|not) (?:required|obligated|obliged|bound|expected) to|{_BE} exempt(?:ed)? from",
    ),
    (
        Force.NEED_NOT,
        Shape.SUBJECT,
        f"(?:{_BE} not|isn't|aren't|not) (?:required|needed|obligatory|necessary|mandatory|compulsory|{_A} (?:duty|"
        "obligation|requirement))",
    ),
    (
        Force.NEED_NOT,
        Shape.OBJECT,
        "(?:do|does|did) not (?:require|oblige)|(?:don't|doesn't|didn't) require|"
        "no (?:requirement|obligation|need) (?:to|that|for)",
    ),
    (
        Force.SHOULD,
        Shape.VERB,
        "should|ought to|had better|would do well to|"
        f"{_BE} (?:strongly )?(?:encouraged|advised|urged|recommended|expected|supposed|invited) to",
    ),
    (
        Force.SHOULD,
        Shape.SUBJECT,
        f"{_BE} (?:strongly |only |merely )?(?:recommended|advisable|encouraged|suggested|"
        rf"(?:{_A} )?(?:\w+ )?(?:recommendation|suggestion|advice|good practice|best practice))",
    ),
    (
        Force.SHOULD,
        Shape.OBJECT,
        "recommend(?:s|ed)?|encourag(?:es?|ed|ing)|suggest(?:s|ed)?|advis(?:es?|ed)|urg(?:es?|ed)|invit(?:es?|ed)",
    ),
    (
        Force.MUST,
        Shape.VERB,
        rf"must|shall|{_HAVE} to(?= \w)|needs? to|no choice but to|required to|"
        f"{_BE} (?:legally )?(?:required|obligated|obliged|mandated|bound|compelled|forced) to",
    ),
    (
        Force.MUST,
        Shape.VERB,
        rf"(?:{_HAVE}|under|{_BE}) {_A} (?:\w+ )?(?:duty|obligation) to|"
        r"(?:is|are) to(?= (?!the\b|a\b|an\b|this\b|their\b|our\b)\w)",
    ),
    (
        Force.MUST,
        Shape.SUBJECT,
        rf"{_BE} (?:legally )?(?:required|mandatory|compulsory|obligatory|necessary|{_A} (?:\w+ )?(?:duty|"
        r"obligation|requirement|must)\b)(?! for the\b)",
    ),
    (
        Force.MUST,
        Shape.OBJECT,
        "requir(?:es?|ed|ing)|oblig(?:es?|ed|ing)|compel(?:s|led)?|mandat(?:es?|ed|ing)|mandatory|compulsory|"
        r"obligatory|demand(?:s|ed)?|(?:directs|orders|forces)(?= \w+ to\b)|"
        r"(?:you|they|we|he|she|it) needs?(?! to\b| not\b)",
    ),
    (
        Force.MAY,
        Shape.VERB,
        "(?:may|can|could) choose to|may|might|can|could|"
        f"{_BE} (?:allowed|permitted|free|authorized|welcome|able|eligible|entitled|at liberty) to",
    ),
    (
        Force.MAY,
        Shape.VERB,
        f"{_HAVE} {_A} (?:option|right|choice|freedom|power) (?:to|of)|(?:{_HAVE} |the |a )permission to",
    ),
    (
        Force.MAY,
        Shape.SUBJECT,
        rf"{_BE} (?:only )?(?:optional|voluntary|allowed|permitted|permissible|{_A} (?:\w+ )?(?:permission|"
        "option|choice))",
    ),
    (
        Force.MAY,
        Shape.SUBJECT,
        rf"{_BE} (?:left|up) to {_WHO}|at {_A} (?:\w+ )?(?:discretion|option)|"
        "if (?:they|he|she|it|you|we) (?:wish|want|like|choose|prefer)(?:e?s)?",
    ),
    (
        Force.MAY,
        Shape.OBJECT,
        r"possible(?= (?:to|for))|allow(?:s|ed|ing)?|permit(?:s|ted|ting)?|lets(?= \w+ \w+)|authoriz(?:es|ed)|"
        "enabl(?:es|ed)|optional(?:ly)?|voluntar(?:y|ily)|decides? for (?:themselves|itself)",
    ),
)
_MODAL = re.compile(
    "|".join(
        rf"(?P<f{number}>\b(?:{pattern.replace(' ', chr(92) + 'W+')})(?!\w))"
        for number, (_, _, pattern) in enumerate(_FORMS)
    ),
    re.IGNORECASE,
)
_MONTH_OF_MAY = re.compile(
    r"\bMay\b(?=[,.]?\s+(?:\d|and\b|or\b|to\b|of\b|through\b)|\s*$)|(?<=\b(?:in|by|of|on) )May\b|"
    r"(?:until|since|early|late|mid|each|every|last|next|this|during|before|after)[ -]May\b"
)
_IMPERSONAL = re.compile(r"\bit\W+$", re.IGNORECASE)
_SKIPPED = frozenset("be been being have has had also not never to only then always first each the a an".split())
_LEADS_TO_VERB = frozenset({"to", "from", "whether"})
_VERB_WITHIN = 7


@lru_cache(maxsize=8192)
def rules(unit: Unit) -> tuple[Rule, ...]:
    """Return the modals of a unit in order."""
    months = [found.span() for found in _MONTH_OF_MAY.finditer(unit.text)]
    found = []
    for match in _MODAL.finditer(unit.text):
        if any(start <= match.start() < end for start, end in months):
            continue
        number = next(index for index in range(len(_FORMS)) if match[f"f{index}"])
        force, shape, _ = _FORMS[number]
        if shape is Shape.SUBJECT and _IMPERSONAL.search(unit.text, max(0, match.start() - 6), match.start()):
            shape = Shape.OBJECT  # "it is mandatory for schools to send"
        at = next((place for place, word in enumerate(unit.words) if word.end - unit.start > match.start()), 0)
        after = [place for place, word in enumerate(unit.words) if word.start - unit.start >= match.end()]
        governs = None if shape is Shape.SUBJECT else _governed(unit.words, after, shape)
        found.append(Rule(force, match.group(), *match.span(), at, governs, shape is Shape.SUBJECT))
    return tuple(found)


def _governed(words: Sequence[Word], after: Sequence[int], shape: Shape) -> int | None:
    """Return the place of the verb that a modal governs; of a modal with an object, that of the object where no verb
    follows it ("requires a meeting"); None before a whole clause ("recommends that schools send")."""
    if shape is Shape.OBJECT:
        for place in after[:_VERB_WITHIN]:
            if words[place].lower == "that":
                return None
            if words[place].lower in _LEADS_TO_VERB:
                after = [later for later in after if later > place]
                break
    for place in after[:5]:
        word = words[place]
        if word.lower not in _SKIPPED and word.is_content and not (word.lower.endswith("ly") and len(word.lower) > 4):
            return place
    return None


def force_of(unit: Unit, place: int) -> Rule | None:
    """Return the rule that the word at ``place`` stands under: the last modal before it; in its own segment also one
    after it that says of it that it is required or allowed. None where it stands under none."""
    found = rules(unit)
    segment = unit.words[place].segment
    after = [rule for rule in found if rule.place > place and unit.words[rule.place].segment == segment]
    if after and after[0].of_subject:
        return after[0]
    before = [rule for rule in found if rule.place <= place and not rule.of_subject]
    if not before or (before[-1].governs or 0) > place:
        return None
    return before[-1]
