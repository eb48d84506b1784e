"""What is asked: a question that stands alone, its terms, and what they stand for. No model needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.records import Turn
from assistant.text.characters import clean_line, without_surrogates
from assistant.wording import STOP_WORDS, stem, term_set, terms, words

MOST_CHARACTERS = 2000
"""A longer question is cut: what the embedding model does not see cannot be searched for."""

_OPENS_FOLLOW_UP = re.compile(
    r"^\s*(?:ok(?:ay)?[,.]?\s+|so[,.]?\s+)?(?:and|but|or|also|even|what about|how about|what else|why not|"
    r"y|pero|también|qué tal|qué hay de)\b[\s,]*",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|they|them|he|she|him|ones?|ours|theirs|the (?:same|other|second|third|last|former|latter)|eso|"
    r"ellos|ellas)\b"
    r"|\b(?:is|was|are|were|does|do|did|about|for|of|on|in|to|with|by|from|which)\s+(?:that|this|those|these)\b"
    r"(?!\s+\w{4,})",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|\d+(?:st|nd|rd|th)?)"
_COUNTING = frozenset("two three four five six seven eight nine ten dos tres cuatro cinco seis".split())
_NAMED_NUMBER = re.compile(r"\b([A-Za-z]{3,})\s+#?(\d+)\b")


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be searched for.

    ``text`` stands alone. ``terms`` are the stems of its content words. ``alternatives`` gives for a term the sets of
    stems that say the same in the sources ("spsa": school, plan, student, achievement). ``spelled_out`` holds the words
    to search for besides.
    """

    asked: str
    text: str
    terms: tuple[str, ...]
    alternatives: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    spelled_out: tuple[str, ...] = ()

    @property
    def rewritten(self) -> bool:
        """Whether what is searched for is not what was typed."""
        return self.text != self.asked

    def covered(self, term: str, unit: frozenset[str]) -> bool:
        """Whether a unit of text with these stems says ``term``, as itself or as what it stands for."""
        return term in unit or any(alternative <= unit for alternative in self.alternatives.get(term, ()))


def as_asked(typed: str) -> str:
    """Return what somebody typed or pasted as a question: on one line, without what nobody sees, cut where it is far
    too long."""
    return clean_line(without_surrogates(typed[:MOST_CHARACTERS]))


def understand(
    asked: str,
    history: Sequence[Turn] = (),
    abbreviations: Mapping[str, tuple[str, ...]] | None = None,
    corrected: Callable[[str], str] = str,
) -> Question:
    """Return the question as it is to be searched for, in the light of the turns before it.

    ``corrected`` mends slips of the pen; what was typed is kept beside what was understood.
    """
    asked = as_asked(asked)
    text = _standing_alone(corrected(asked), history)
    alternatives, spelled_out = _alternatives(text, abbreviations or {})
    return Question(
        asked=asked,
        text=text,
        terms=tuple(terms(text)),
        alternatives=alternatives,
        spelled_out=spelled_out,
    )


def _standing_alone(asked: str, history: Sequence[Turn]) -> str:
    """Rewrite a follow-up with what it leaves unsaid; any other question stays as it is."""
    if not history or not follows_up(asked):
        return asked
    before = as_asked(history[-1].answer.interpreted_as or history[-1].question)
    rest = _OPENS_FOLLOW_UP.sub("", asked)
    return _put_in_place(rest, before) or f"{asked} ({before.rstrip('?!. ')})"


def follows_up(asked: str) -> bool:
    """Whether a question leans on the turn before: it opens with "and", points back, or names nothing itself."""
    content = [word for word in words(asked) if word not in STOP_WORDS]
    if not content or _OPENS_FOLLOW_UP.match(asked):
        return True
    if _POINTS_BACK.search(asked) and len(content) <= 5:
        return True
    return bool(_POSSESSIVE.search(asked)) and len(content) <= 2


def _put_in_place(rest: str, before: str) -> str | None:
    """Put the number of "goal 2?" where the question before it has "goal 1"; None where nothing of it fits."""
    if len([word for word in words(rest) if word not in STOP_WORDS]) > 3:
        return None
    named = _NAMED_NUMBER.search(rest)
    if named:
        noun, number = named.groups()
        numbered = re.compile(rf"\b({re.escape(noun)})\s+#?\d+\b", re.IGNORECASE)
        if numbered.search(before):
            return numbered.sub(lambda match: f"{match.group(1)} {number}", before, count=1)
        plural = re.search(rf"((?:[\w-]+\s+){{0,2}}){re.escape(noun)}s?\b", before, re.IGNORECASE)
        if plural:
            kept = [word for word in plural.group(1).split() if word.lower() not in STOP_WORDS | _COUNTING]
            return f"What is {' '.join([*kept, noun, number])}?"
        if noun.lower() not in STOP_WORDS:
            # "type 2" after "goal 1" is not goal 2.
            return None
    ordinal = re.search(rf"\b{_ORDINAL}\b", rest, re.IGNORECASE)
    if ordinal and re.search(rf"\b{_ORDINAL}\b", before, re.IGNORECASE):
        return re.sub(rf"\b{_ORDINAL}\b", ordinal.group(), before, count=1, flags=re.IGNORECASE)
    return None


def _alternatives(
    text: str, abbreviations: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[frozenset[str], ...]], tuple[str, ...]]:
    """Return what the abbreviations in ``text`` stand for, and what its long forms are abbreviated to."""
    alternatives: dict[str, tuple[frozenset[str], ...]] = {}
    spelled_out: dict[str, None] = {}
    present = term_set(text)
    for short, longs in abbreviations.items():
        key = stem(short.lower())
        if key in present:
            alternatives[key] = tuple(frozenset(terms(long)) for long in longs)
            spelled_out |= dict.fromkeys(word for long in longs for word in terms(long))
        elif any(long.lower() in text.lower() for long in longs):
            for long in longs:
                for term in terms(long):
                    alternatives[term] = (*alternatives.get(term, ()), frozenset({key}))
            spelled_out[short.lower()] = None
    return alternatives, tuple(word for word in spelled_out if word not in present)
