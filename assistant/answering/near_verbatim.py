"""Whether a sentence keeps so close to a source's own words that it can be taken for them. Pure.

A support check by words and vectors tells well whether a sentence is on the subject, and less well whether an addition
on the subject is still carried: small models add without end. Here nothing may be added and nothing be moved about, so
a sentence that passes says what the source says, or part of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.wording import STOP_WORDS, stem

_WORD = re.compile(r"\w+(?:[’']\w+)?")
_LIGHT = frozenset(
    "also addition additionally furthermore moreover finally overall however therefore thus summary according "
    "following follow follows listed list lists named called include includes including included use uses used "
    "answer answers yes short question sources source evidence".split()
)
"""Words that a sentence may bring along: they hold it together or talk about it, and say nothing of the subject."""
_FORCE = {
    **dict.fromkeys(("must", "shall"), "must"),
    **dict.fromkeys(("may", "can", "could", "might"), "may"),
    "should": "should",
    **dict.fromkeys(("not", "no", "never", "none", "nor", "neither", "cannot", "without"), "not"),
    **{word: word for word in ("only", "before", "after", "until", "all", "some")},
}
"""What a rule turns on. Other words of the kind ("required", "at least", "optional") are content like any other."""
_POINTS = frozenset(("the", "this", "these", "its", "their"))
_ARTICLES = frozenset(("the", "a", "an"))
_UNIVERSAL = frozenset("all any each every no none only".split())
_RESTRICTION = frozenset("that which who whose whom with without under in for of from".split())
_CONDITION = frozenset("if unless when where once except until practicable whether wanted".split())
_DIGITS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}
_NOT_CONTENT = STOP_WORDS | _LIGHT | {"every"}
_PART = re.compile(r";|\b(?:and|while|but)\b", re.IGNORECASE)
_PASSIVE = re.compile(r"^(?P<object>.+?)\b(?:be|is|are|was|were|been)\b(?P<verb>.+?)\bby\b(?P<rest>.+)$", re.IGNORECASE)
_IS = frozenset(("is", "are", "was", "were"))
_IS_THE = re.compile(
    r"^(?P<one>(?P<the>the\b)?.+?) (?P<is>is|are|was|were) (?P<other>(?(the)|the\b).+)$", re.IGNORECASE
)
_ENDS = re.compile(r"[.!?…][\"”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a text in order, each with its stem, "" where it carries no content, and what stands before it."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    joined: tuple[bool, ...]

    @property
    def content(self) -> list[str]:
        return [one for one in self.stems if one]


@lru_cache(maxsize=4096)
def _read(text: str) -> _Text:
    words, stems, joined, end = [], [], [], 0
    for found in _WORD.finditer(text.lower().replace("’", "'")):
        word = found.group().removesuffix("n't")
        words.append("not" if word != found.group() else word)
        content = word not in _NOT_CONTENT or word in _DIGITS
        stems.append(_DIGITS.get(word, stem(word)) if content and word == found.group() else "")
        joined.append(not text[end : found.start()].strip(" -\u2011"))
        end = found.end()
    return _Text(tuple(words), tuple(stems), tuple(joined))


def is_whole(text: str) -> bool:
    """Whether ``text`` ends as a sentence does, unlike a heading or what was cut off, and is no path of headings."""
    return _ENDS.search(text.rstrip()) is not None and " > " not in text


def content_of(text: str) -> frozenset[str]:
    """Return the stems of the words that say something."""
    return frozenset(_read(text).content)


def says_more_than(text: str, other: str) -> bool:
    """Whether ``text`` has a content word that ``other`` lacks."""
    return not content_of(text) <= content_of(other)


def same_force(text: str, other: str) -> bool:
    """Whether what a rule turns on (must, may, not, only, ...) stands in both alike."""
    return _force(_read(text).words) == _force(_read(other).words)


def stated_number(text: str) -> int | None:
    """Return the number in a line that opens a list ("These are the three goals:"), None where there is none or more
    than one."""
    counts = [word for word in _read(text).words if word in _DIGITS or (word.isdecimal() and len(word) < 3)]
    return int(_DIGITS.get(counts[0], counts[0])) if len(counts) == 1 else None


def keeps_to(text: str, piece: str) -> bool:
    """Whether ``text`` says nothing in other words than ``piece``.

    It has every content word from there, in the same order, but that it may be in the passive voice, have its end
    first ("In 2018, the plan ...") or say the other way round what is the same ("Ann Lee was the author"). What a rule
    turns on is the same in it and in the stretch of ``piece`` that it follows, and no condition is left out.
    """
    if not _read(text).content or says_more_than(text, piece):
        return False
    versions = (text, *_active(text), *_end_last(text), *_turned_round(text))
    return any(_follows(_read(version), _read(piece)) for version in versions)


def _active(text: str) -> Iterator[str]:
    """Yield a sentence in the passive ("The plan is written by the council in May") as the active voice would have
    it; where the agent ends is not known, so there are several."""
    found = _PASSIVE.match(text)
    if found is None:
        return
    rest = found["rest"].split()
    for end in range(1, len(rest) + 1):
        yield " ".join([*rest[:end], found["verb"], found["object"], *rest[end:]])


def _end_last(text: str) -> Iterator[str]:
    """Yield a sentence with what stands before a comma moved to its end."""
    for comma in re.finditer(r",\s", text):
        yield f"{text[comma.end() :].rstrip(' .')} {text[: comma.start()]}"


def _turned_round(text: str) -> Iterator[str]:
    """Yield "the author was Ann Lee" for "Ann Lee was the author" and the reverse: where one side is "the" something,
    both sides are the same thing."""
    found = _IS_THE.match(text)
    if found is not None and sum(word in _IS for word in _read(text).words) == 1:
        yield f"{found['other'].rstrip(' .')} {found['is']} {found['one']}"


def _follows(text: _Text, piece: _Text) -> bool:
    content = text.content
    places = _shortest_stretch(content, piece.stems)
    if places is None:
        return False
    first, last = places[0], places[-1]
    ours = [place for place, one in enumerate(text.stems) if one]
    left_out = first and piece.joined[first] and piece.stems[first - 1] and piece.stems[first - 1] not in content
    if left_out and not (ours[0] and text.words[ours[0] - 1] in _POINTS):
        # "Schools" is not "high-need schools"; "the framework" may be the family engagement framework.
        return False
    if not all(_closed(text, ours[number], piece, *places[number - 1 : number + 1]) for number in range(1, len(ours))):
        return False
    if _UNIVERSAL & set(text.words) and _RESTRICTION & set(piece.words[last + 1 : last + 2]) and piece.joined[last + 1]:
        # "Each school" is not "each school that receives no funds".
        return False
    while first and not piece.stems[first - 1]:
        first -= 1
    if _force(text.words) != _force(piece.words[first : last + 1]):
        return False
    if _IS & set(text.words[ours[0] : ours[-1]]) and not _IS & set(piece.words[places[0] : last]):
        # "The start is A" is not said by "the start, and A".
        return False
    return not _CONDITION & set(piece.words) or bool(_CONDITION & set(text.words) & set(piece.words))


def _closed(text: _Text, ours: int, piece: _Text, before: int, place: int) -> bool:
    """Whether a word may follow the one before it: nothing of the piece is left out between the two, or what is left
    out ends with a comma, or the word is tied to what precedes it in the piece as it is in the text ("by the board of
    the district" does not make "by the district")."""
    if not any(piece.stems[before + 1 : place]) or not piece.joined[place]:
        return True
    return _word_before(text, ours) == _word_before(piece, place)


def _word_before(text: _Text, place: int) -> str:
    place -= 1
    while place > 0 and text.words[place] in _ARTICLES:
        place -= 1
    return text.words[place]


def _force(words: Sequence[str]) -> Counter[str]:
    return Counter(_FORCE[word] for word in words if word in _FORCE)


def _shortest_stretch(content: Sequence[str], stems: Sequence[str]) -> list[int] | None:
    """Return the places of ``content``, one stem at least, in its order, in the shortest stretch that has all of it; or
    None."""
    standing: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(stems):
        standing[one].append(place)
    found = []
    for start in standing[content[0]]:
        places = [start]
        for wanted in content[1:]:
            following = bisect_right(standing[wanted], places[-1])
            places += standing[wanted][following : following + 1]
        if len(places) < len(content):
            # From a later start there is even less.
            break
        found.append(places)
    return min(found, key=lambda one: one[-1] - one[0], default=None)


def pieces_kept_to(text: str, pieces: Sequence[str]) -> tuple[int, ...] | None:
    """Return the fewest of ``pieces``, as places, that the parts of a sentence keep to; None where some part does not.

    Where it takes more than one, each has the word that the sentence begins with, and the names and numbers of its
    first part: what is said of one thing must not be put together with what is said of another.
    """
    for place, piece in enumerate(pieces):
        if keeps_to(text, piece):
            return (place,)
    parts = [part for part in _PART.split(text) if _read(part).content]
    if len(parts) < 2:
        return None
    subject = {_read(text).content[0], *_names_and_numbers(parts[0])}
    about_it = [place for place, piece in enumerate(pieces) if subject <= set(_read(piece).content)]
    used: dict[int, None] = {}
    for part in parts:
        found = [place for place in about_it if keeps_to(part, pieces[place])]
        if not found:
            return None
        used[found[0]] = None
    return tuple(used)


def _names_and_numbers(part: str) -> set[str]:
    capitals = {word.lower() for word in re.findall(r"(?<=\s)[A-Z][\w’']*", part)}
    read = _read(part)
    return {
        found
        for word, found in zip(read.words, read.stems, strict=True)
        if found and (found.isdigit() or word in capitals)
    }
