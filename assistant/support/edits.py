"""A claim that repeats a sentence of its source but for a word: whether that word is one that the meaning hangs on.

The other checks read what a sentence says. Here the two are only laid side by side, word by word, which sees every
exchange of such a word, however the sentence is built.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from assistant.support.figures import same_figures
from assistant.support.force import same_forces
from assistant.support.lexicon import alike
from assistant.support.modals import rules
from assistant.support.text import Unit, Word

REPEATED = 0.72
"""Share of the words of claim and source that stand in both, in the same order, from which one repeats the other."""
_SHORTEST = 5

_KINDS = {
    "duty": "must shall required requires require mandatory obligated",
    "advice": "should ought recommended encouraged suggested advised",
    "permission": "may might can could optional allowed permitted",
    "denial": "not no never cannot nor neither none without don't doesn't didn't isn't aren't wasn't weren't won't "
    "can't mustn't shouldn't haven't hasn't",
    "only": "only solely exclusively alone",
    "all": "all every each everyone always entire both",
    "any": "any either anyone anybody",
    "some": "some several many few certain sometimes usually often rarely",
    "majority": "most",
    "least": "least minimum",
    "most": "maximum",
    "more": "more over above greater exceed exceeds",
    "less": "less fewer under below",
    "before": "before",
    "during": "during",
    "after": "after following",
    "within": "within",
    "until": "until",
    "first": "first",
    "second": "second",
    "last": "last",
    "and": "and",
    "or": "or",
    "if": "if",
    "unless": "unless except",
}
_KIND_OF = {word: kind for kind, listed in _KINDS.items() for word in listed.split()}
_DENIALS = frozenset(_KINDS["denial"].split())
_ADDS = frozenset("only just merely".split())
_LONGEST_EDIT = 4
_OF_FORCE = frozenset({"duty", "advice", "permission", "ban"})
_OF_BOUNDS = frozenset({"least", "most", "more", "less", "within"})
"""Kinds that bound a figure: "no fewer than 5" is "at least 5"."""
_EXCHANGED_ONLY = frozenset(_KINDS) - _OF_FORCE - {"denial", "only", "unless"}
"""Of these one put for another is a change; one that is only left out or put in may be a matter of style."""


def likeness(claim: Unit, source: Unit) -> float:
    """Return how far two units repeat each other, 0 to 1: twice the words in common over all words, in order."""
    if min(len(claim.words), len(source.words)) < _SHORTEST:
        return 0.0
    matcher = _matcher(claim, source)
    return matcher.ratio() if matcher.quick_ratio() >= REPEATED else 0.0


def telling_edit(claim: Unit, source: Unit) -> tuple[str, str] | None:
    """Return what the claim says and what the source says in its place, "" for nothing, at the first word that decides
    what the sentence means and that only one of them has there; None where there is none.

    For units that repeat each other: see ``likeness``.
    """
    forces_agree = same_forces(claim, source)
    ours, theirs = _kinds(claim, forces_agree), _kinds(source, forces_agree)
    # A word that stands in both as often, only elsewhere, was moved; what that does the other checks see.
    changed_kinds = {kind for kind in (*_KINDS, "ban") if ours.count(kind) != theirs.count(kind)}
    if same_figures(claim.text, source.text):
        changed_kinds -= _OF_BOUNDS
    for tag, from_start, from_end, to_start, to_end in _matcher(claim, source).get_opcodes():
        if tag == "equal" or max(from_end - from_start, to_end - to_start) > _LONGEST_EDIT:
            continue
        had, has = set(theirs[from_start:from_end]) - {""}, set(ours[to_start:to_end]) - {""}
        if not (had ^ has) & changed_kinds:
            continue
        if (had and has) or (had ^ has) - _EXCHANGED_ONLY:
            return _written(claim, to_start, to_end), _written(source, from_start, from_end)
    return None


def exchanged_word(claim: Unit, source: Unit, known: frozenset[str]) -> tuple[str, str] | None:
    """Return the content words that the claim puts in the place of other ones of the source, where none of them is
    among the ``known`` stems; None where there are none. For units that repeat each other: there a word that nothing in
    the sources stands behind says something else more often than the same. Modals are compared by their force.
    """
    for tag, from_start, from_end, to_start, to_end in _matcher(claim, source).get_opcodes():
        ours, theirs = _telling(claim, to_start, to_end), _telling(source, from_start, from_end)
        if tag != "replace" or not ours or not theirs or max(from_end - from_start, to_end - to_start) > _LONGEST_EDIT:
            continue
        if all(word.stem not in known and not alike().get(word.stem, frozenset()) & known for word in ours):
            return _written(claim, to_start, to_end), _written(source, from_start, from_end)
    return None


def _telling(unit: Unit, start: int, end: int) -> list[Word]:
    """Return the content words of a part of ``unit`` that belong to no modal."""
    spans = [(rule.start + unit.start, rule.end + unit.start) for rule in rules(unit)]
    return [
        word
        for word in unit.words[start:end]
        if word.is_content and not any(first <= word.start < last for first, last in spans)
    ]


def _matcher(claim: Unit, source: Unit) -> SequenceMatcher[str]:
    theirs, ours = ([word.lower for word in unit.words] for unit in (source, claim))
    return SequenceMatcher(a=theirs, b=ours, autojunk=False)


def _kinds(unit: Unit, without_modals: bool) -> list[str]:
    """Return the kind of each word of ``unit``, "" for those that decide nothing, as "not" does in "not only", and,
    where told so, for those of a modal."""
    spans = [(rule.start, rule.end) for rule in rules(unit)] if without_modals else []
    # The month of May permits nothing.
    words = ["" if word.written == "May" and not word.opens else word.lower for word in unit.words]
    following = [*words[1:], ""]
    kinds = [_kind(word, after) for word, after in zip(words, following, strict=True)]
    return [
        "" if any(start <= word.start - unit.start < end for start, end in spans) else kind
        for word, kind in zip(unit.words, kinds, strict=True)
    ]


def _kind(word: str, after: str) -> str:
    if word in _DENIALS and (after in _ADDS or _KIND_OF.get(after) in _OF_BOUNDS):
        return ""
    kind = _KIND_OF.get(word, "")
    # "Must not" and "may not" forbid alike.
    return "ban" if kind in ("duty", "permission") and after in ("not", "never") else kind


def _written(unit: Unit, start: int, end: int) -> str:
    return " ".join(word.written for word in unit.words[start:end])
