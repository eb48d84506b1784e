"""What the sources' own writing tells about words: what abbreviations stand for, and which words are names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.wording import STOP_WORDS

_IN_BRACKETS = re.compile(r"\(\s*([A-Z][A-Za-z&.-]{1,11})\s*\)")
_WORD = re.compile(r"[A-Za-zÀ-ÿ][\w’'-]*")
_QUESTION_WORD = re.compile(r"(?<![\w’'-])[a-zà-ÿ]+(?![\w’'-])")
_SHORTEST_CORRECTED = 5
_TWO_SLIPS_FROM = 8
_WORDS_IN_MEMORY = 4096
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly", "er", "ers")


class Vocabulary(Protocol):
    """The words of the sources, in lower case, as a library knows them."""

    def is_written(self, word: str, *, small: bool = False) -> bool:
        """Return whether any source has the word; with ``small``, whether any writes it without a capital."""

    def words_beginning(self, letter: str, shortest: int, longest: int) -> Sequence[str]:
        """Return the words that begin with ``letter`` and have so many letters."""


class Lexicon:
    """What is known of words. ``abbreviations`` maps each, as written, to its long forms.

    Words are looked up when they are asked for, and remembered: make a new one after a change of the sources.
    """

    def __init__(self, abbreviations: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary) -> None:
        self.abbreviations = abbreviations
        self._vocabulary = vocabulary
        self._names = lru_cache(_WORDS_IN_MEMORY)(self._look_up_name)

    def is_name(self, word: str) -> bool:
        """Whether the sources never write ``word`` without a capital."""
        return self._names(word.lower())

    def _look_up_name(self, word: str) -> bool:
        return not self._vocabulary.is_written(word, small=True)

    def corrected(self, question: str, is_word: Callable[[str], bool]) -> str:
        """Return the question with slips of the pen mended.

        Mended is a word that no source has and that is one or two letters away from one that some source has. A word
        with a capital is left alone, as it may be a name that the sources do not know; so are a short one and one that
        is a word (``is_word``), whether or not a source has it.
        """
        return _QUESTION_WORD.sub(lambda found: self._closest(found.group(), is_word), question)

    def _closest(self, word: str, is_word: Callable[[str], bool]) -> str:
        if word in STOP_WORDS or len(word) < _SHORTEST_CORRECTED or is_word(word):
            return word
        if any(is_word(word.removesuffix(ending)) for ending in _ENDINGS if word.endswith(ending)):
            return word
        if self._vocabulary.is_written(word):
            return word
        allowed = 1 if len(word) < _TWO_SLIPS_FROM else 2
        alike = self._vocabulary.words_beginning(word[0], len(word) - allowed, len(word) + allowed)
        near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        candidates = sorted((distance, other) for other, distance, _ in near if other.isalpha())
        return candidates[0][1] if candidates else word


def find_abbreviations(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the abbreviations that the texts define, each with its long forms in the order found.

    The rule is that of Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical
    text" (2003): read from right to left, each letter of the abbreviation is found in the words before the bracket,
    and its first letter opens a word.
    """
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        for match in _IN_BRACKETS.finditer(text):
            short = match.group(1).strip(".")
            if sum(letter.isupper() for letter in short) < 2:
                continue
            long = _long_form(short, text[max(0, match.start() - 160) : match.start()])
            if long is not None:
                found.setdefault(short, {})[long] = None
    return {short: tuple(longs) for short, longs in found.items()}


def _long_form(short: str, before: str) -> str | None:
    line = before.rsplit("\n", 1)[-1].rstrip()
    opening = [match.start() for match in _WORD.finditer(line)]
    letters = [letter.lower() for letter in short if letter.isalnum()]
    most_words = min(len(letters) + 5, len(letters) * 2)
    position = len(line)
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and (line[position].lower() != letters[index] or (index == 0 and position not in opening)):
            position -= 1
        if position < 0:
            return None
    long = line[position:]
    count = len(_WORD.findall(long))
    fits = 2 <= count <= most_words and len(long) > len(short) and re.search(r"[.;:!?]\s", long) is None
    return re.sub(r"\s+", " ", long) if fits else None
