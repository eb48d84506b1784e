"""What the sources' own writing tells about words: what abbreviations stand for, and which words are names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.records import Document
from assistant.wording import STOP_WORDS, words

_IN_BRACKETS = re.compile(r"\(\s*([A-Z][A-Za-z&.-]{1,11})\s*\)")
_WORD = re.compile(r"[A-Za-zÀ-ÿ][\w’'-]*")

_LOWER_CASE = re.compile(r"(?<![\w’'-])[a-zà-ÿ][\w’']*")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``abbreviations`` maps each, as written, to its long forms; ``common_words`` are those ever
    written small, ``words`` all of them in lower case."""

    abbreviations: Mapping[str, tuple[str, ...]]
    common_words: frozenset[str]
    words: frozenset[str]

    def is_name(self, word: str) -> bool:
        """Whether the sources never write ``word`` without a capital."""
        return word.lower() not in self.common_words

    def corrected(self, question: str, is_word: Callable[[str], bool]) -> str:
        """Return the question with slips of the pen mended.

        Mended is a word that no source has and that is one or two letters away from one that some source has. A word
        with a capital is left alone, as it may be a name that the sources do not know; so are a short one and one that
        is a word (``is_word``), whether or not a source has it.
        """
        return _QUESTION_WORD.sub(lambda found: self._closest(found.group(), is_word), question)

    def _closest(self, word: str, is_word: Callable[[str], bool]) -> str:
        if word in self.words or word in STOP_WORDS or len(word) < _SHORTEST_CORRECTED or is_word(word):
            return word
        if any(is_word(word.removesuffix(ending)) for ending in _ENDINGS if word.endswith(ending)):
            return word
        allowed = 1 if len(word) < _TWO_SLIPS_FROM else 2
        near = process.extract(word, self.words, scorer=OSA.distance, score_cutoff=allowed, limit=5)
        candidates = sorted((distance, other) for other, distance, _ in near if other[0] == word[0] and other.isalpha())
        return candidates[0][1] if candidates else word


_QUESTION_WORD = re.compile(r"(?<![\w’'-])[a-zà-ÿ]+(?![\w’'-])")
_SHORTEST_CORRECTED = 5
_TWO_SLIPS_FROM = 8
_FORMULA_FROM = 3
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly", "er", "ers")


def read_lexicon(texts: Iterable[str]) -> Lexicon:
    """Return what the texts tell about their words."""
    every = list(texts)
    common: set[str] = set()
    all_words: set[str] = set()
    for text in every:
        common.update(_LOWER_CASE.findall(text))
        all_words.update(words(text))
    return Lexicon(find_abbreviations(every), frozenset(common), frozenset(all_words))


def find_formulas(documents: Iterable[Document]) -> frozenset[str]:
    """Return the sentences that stand, to the letter, in at least three documents: notices and the like, which say
    something about their document and nothing about its subject."""
    seen: Counter[str] = Counter()
    for document in documents:
        seen.update({span.of(document.text) for span in document.sentences})
    return frozenset(text for text, count in seen.items() if count >= _FORMULA_FROM)


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
