"""What a sentence says beyond what carries it, word by word: how an invention in small letters is seen. Pure.

A support check reads what a sentence says on the whole, and passes "... at a convenient time, with free pizza". Names,
numbers and dates are looked for as facts; what is left of inventions are common words, and those show only in that
nothing which carries the sentence has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from assistant.drafting.blanks import blank_words, has_blank, without_blanks
from assistant.drafting.pieces import content_stems
from assistant.wording import STOP_WORDS, stem, words


def _inflected(base: str) -> Iterator[str]:
    """Yield a word with the endings of verbs and plurals, and no others: "attendance" is more than "attend"."""
    root = base.removesuffix("e")
    yield from (base, f"{base}s", f"{base}es", f"{root}ed", f"{root}ing")
    if base.endswith("y"):
        yield from (f"{base[:-1]}ies", f"{base[:-1]}ied")


_GENERAL = frozenset(
    word
    for base in "able accordance according actively additional additionally aim allow allows along already also always "
    "answer appropriate area around ask attend attention available aware based become begin believe belong "
    "benefit best better bring build careful carefully carry clear clearly closely come commit commitment "
    "committed committing concern consider contact contains continue contribute could create current decide "
    "describe deserve develop difference different directly discuss early easily easy effort emphasis enable "
    "encourage engage ensure especially essential every example expect explain express fall find focus follow "
    "following form found full fully further gain general get give given go going good great happen hear "
    "heard held help helpful hold host idea important improve include including increase indeed inform "
    "instead intend invite invited involve join keep kept key know known lead learn leave leaves led let lets "
    "like listen look made main maintain make making manner many matter may mean meaningful means member "
    "monitor moreover mutual name necessary need new offer open opportunity order organize others otherwise "
    "overall part partake participate particular people place plan please point possible practice prepare "
    "present process promote properly provide purpose put question raise reach read readily ready receive "
    "recognize regard regardless related rely remain request require required requirement respect respond "
    "response responsible result review right role seek seen send sent serve set share should show simple "
    "since special specific state stay step strengthen strive strong succeed success successful successfully "
    "suit sure take taken talk tell thank therefore thing think throughout time together toward towards truly "
    "try turn understand use useful valuable value various vary view want way welcome well whole whose wish "
    "within word worded work working write written year "
    "además apoyar asegurar ayudar buscar cada conocer crear dar deber decir estar haber hacer incluir "
    "importante invitar ir manera más ofrecer parte participar permitir poder querer recibir respetar saber "
    "seguir ser tener todo toda todos todas trabajar usar venir ver".split()
    for word in _inflected(base)
)
"""Words that name no thing, person, place, program or time of their own: another way to put what is said already."""
_ALIKE = tuple(
    frozenset(stem(word) for word in group.split())
    for group in (
        "year yearly annual annually",
        "child children student students pupil pupils",
        "parent parents family families",
        "teacher teachers educator educators staff",
        "regular regularly ongoing",
        "language languages",
        "understandable understand plain",
        "joint jointly together",
    )
)
_CONDITION = re.compile(
    r"\b(?:if|unless|where|when|whenever|until|except|provided that|only|as far as|as soon as|to the extent|in case|"
    r"si|cuando|salvo|excepto|solo|sólo|en lo posible)\b",
    re.IGNORECASE,
)
_REPEATED = 0.72
"""Share of the words of two sentences that stand in both in the same order, from which one repeats the other."""
_SHORTEST_ROOT, _LONGEST_ENDING = 5, 4
_MOSTLY = 0.6
"""Share of the fixed words of a line with a blank from which a sentence is taken for that line, filled in."""
_OF_ITSELF = re.compile(
    r"\b(?:this|these|esta|este)\s+(?!year|month|week|año|mes|semana)(?:[\w’'-]+\s+){0,3}?(?:policy|plan|section|compact|letter|notice|"
    r"paper|document|draft|agreement|carta|política|aviso|sección|documento)\b|"
    r"^\W*(?:this|it|esta|este) (?:is|es) (?:an?|the|our|el|la|una?) |"
    r"\b(?:goals?|activit(?:y|ies)|metrics?|objectives?|sections?|steps?) (?:below|above)\b",
    re.IGNORECASE,
)


def unsaid(text: str, by: Iterable[str]) -> tuple[str, ...]:
    """Return the content words of ``text`` that none of the texts has in any form, and that are not general words."""
    said = frozenset[str]().union(*map(content_stems, by))
    known = said.union(*(group for group in _ALIKE if group & said))
    content = dict.fromkeys(word for word in words(text) if word not in STOP_WORDS)
    return tuple(word for word in content if word not in _GENERAL and not _is_known(stem(word), known))


def _is_known(root: str, known: frozenset[str]) -> bool:
    if root in known:
        return True
    # Another ending: "understandable" for "understand", "practicability" for "practicable".
    return any(
        min(len(root), len(other)) >= _SHORTEST_ROOT
        and abs(len(root) - len(other)) <= _LONGEST_ENDING
        and (root.startswith(other) or other.startswith(root))
        for other in known
    )


def fills_a_blank(text: str, lines: Iterable[str]) -> bool:
    """Whether ``text`` says what one of the lines leaves blank for the school to say."""
    said = content_stems(without_blanks(text))
    return any(_is_filled(text, said, line) for line in lines if has_blank(line))


def _is_filled(text: str, said: frozenset[str], line: str) -> bool:
    if has_blank(text):
        return False
    fixed = content_stems(without_blanks(line))
    return bool(fixed) and len(fixed & said) >= _MOSTLY * len(fixed) and bool(said - fixed)


def as_worded(text: str, lines: Iterable[str]) -> str:
    """Return the line that ``text`` repeats with its blanks cut short or put otherwise; ``text`` where it is none."""
    fixed, asked = content_stems(without_blanks(text)), _asked(text)
    alike = [line for line in lines if has_blank(line) and content_stems(without_blanks(line)) == fixed]
    return max(
        (line for line in alike if asked & _asked(line)), key=lambda line: len(asked & _asked(line)), default=text
    )


def _asked(text: str) -> frozenset[str]:
    return frozenset[str]().union(*map(content_stems, blank_words(text)))


def speaks_of_itself(text: str) -> bool:
    """Whether a sentence is about the paper that it stands in, which no source knows: "this policy", "goals below"."""
    return _OF_ITSELF.search(text) is not None


def leaves_out_a_condition(text: str, by: Iterable[str]) -> bool:
    """Whether what carries ``text`` holds on a condition ("where it is wanted") and ``text`` holds without one."""
    return _CONDITION.search(text) is None and any(_CONDITION.search(one) for one in by)


def repeats(text: str, source: str) -> bool:
    """Whether ``text`` repeats ``source`` but for a few words."""
    matcher = SequenceMatcher(a=words(source), b=words(text), autojunk=False)
    return matcher.quick_ratio() >= _REPEATED and matcher.ratio() >= _REPEATED
