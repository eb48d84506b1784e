"""What a question names in particular: a numbered thing, a paragraph, the first or largest of many, a name, today."""

from __future__ import annotations

import re

from assistant.text.sentences import split_sentences
from assistant.wording import STOP_WORDS, stem, words

_CAPITALISED = re.compile(r"\b[A-ZÁÉÍÓÚÑ][\w’'-]+")
"""A word as names are written."""
_IDENTIFIER = re.compile(r"\(\w{1,4}\)|\d+(?:[.,]\d+)*")
_SUPERLATIVE = re.compile(
    r"\b(?:first|last|latest|earliest|best|worst|most|least|largest|biggest|smallest|highest|lowest|oldest|newest|"
    r"longest|shortest|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b([A-Za-z]{3,})\s+#?(\d+)\b")
_LETTERED = re.compile(r"\b((?i:appendix|annex|attachment|exhibit|part|section|form|table|plan|option)) ([B-HJ-Z])\b")
_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\s+([a-z]{{3,}})\b", re.IGNORECASE)
"""From the third on: a first and a second time need no third."""
_ROMAN = re.compile(
    r"\b(?P<noun>(?!(?:May|Since|Though|Although|Yes)\b)[A-Z][a-z]{2,})\s+"
    r"(?P<numeral>X{0,3}(?:IX|IV|V?I{1,3}|V|(?<=X)))\b(?![’'.]\w)"
)
"""A title, part or type with a Roman number: "Title I". Few things have more than thirty-nine of them."""
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_AFTER_A_QUESTION = re.compile(r"(?<=\?)\s+")
"""Who types in a hurry begins no sentence with a capital: "where do they go? a colleague asks"."""
_CONTRACTION = re.compile(r"^I['’](?:m|ve|d|ll)$", re.IGNORECASE)
_NOW = re.compile(
    r"^\W*when\b.*\bnext\b|"
    r"\b(?:now(?! that)|currently|at the moment|today|tonight|tomorrow|yesterday|these days|"
    r"(?:this|next|last|coming|past|current|upcoming) (?:\w+ )?(?:year|month|week|semester|summer|fall|spring|"
    r"winter|night|"
    r"meeting|time|monday|tuesday|wednesday|thursday|friday|survey|class)|"
    r"(?:this|last|next) year'?s|hoy|mañana|ayer|(?:este|el próximo|el pasado) (?:año|mes))\b",
    re.IGNORECASE,
)


def numbered_things(text: str) -> frozenset[tuple[str, str]]:
    """Return what ``text`` names by number or letter, as stem and number: "LCAP Goal #3" gives ("goal", "3")."""
    found = [*_NUMBERED.findall(text), *_LETTERED.findall(text)]
    return frozenset((stem(noun.lower()), number) for noun, number in found if noun.lower() not in STOP_WORDS)


def ordinal_things(text: str) -> frozenset[tuple[str, str]]:
    """Return what ``text`` names by its place in an order, as stem and number: "seventh type" gives ("type", "7")."""
    found = _ORDINAL.findall(text)
    return frozenset((stem(noun.lower()), str(_ORDINALS.index(place.lower()) + 3)) for place, noun in found)


def in_digits(text: str) -> str:
    """Return ``text`` with the Roman number after a capitalised noun in digits: who asks may write "title 1"."""
    return _ROMAN.sub(_with_digits, text)


def _with_digits(found: re.Match[str]) -> str:
    # "When I ask" counts nothing.
    if found["noun"].lower() in STOP_WORDS:
        return found.group()
    return f"{found['noun']} {_roman(found['numeral'])}"


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def asking(question: str) -> str:
    """Return the sentences of a question that ask; the others tell of the asker's own case, "We have 60 pupils.".

    All of it where no sentence ends with a question mark, or where those that do have nothing of their own to say.
    """
    sentences = [part for span in split_sentences(question) for part in _AFTER_A_QUESTION.split(span.of(question))]
    asked = " ".join(one for one in sentences if one.endswith("?"))
    return asked if len([word for word in words(asked) if word not in STOP_WORDS]) > 1 else question


def superlatives(text: str) -> frozenset[str]:
    """Return the words of ``text`` that single one thing out of many: "first", "largest", "19th"."""
    return frozenset(found.group().lower() for found in _SUPERLATIVE.finditer(text))


def identifiers(text: str) -> frozenset[str]:
    """Return the numbers and the paragraph marks, "(c)", that ``text`` names."""
    return frozenset(found.group().replace(",", "").lower() for found in _IDENTIFIER.finditer(text))


def proper_names(question: str) -> tuple[tuple[str, ...], ...]:
    """Return the names inside the question, where its writing tells names apart at all: for each the stems of its
    words, which follow one another, each with a capital."""
    found = [one for one in _CAPITALISED.finditer(question) if one.start() > 0]
    if len(found) > len(question.split()) // 2:
        return ()
    names: list[list[str]] = []
    end = 0
    for one in found:
        word = one.group().lower()
        opens_a_sentence = question[: one.start()].rstrip()[-1:] in ".?!:"
        if not opens_a_sentence and word not in STOP_WORDS and not _CONTRACTION.match(word):
            if not names or question[end : one.start()].strip():
                names.append([])
            names[-1].append(stem(word.replace("’", "'")))
            end = one.end()
    return tuple(tuple(name) for name in names)


def asks_of_today(question: str) -> bool:
    """Whether the question is about the day it is asked on, which a document written before cannot know."""
    return _NOW.search(question) is not None
