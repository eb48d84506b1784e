"""The reading grade of a draft: how many years of school its sentences and words take.

English: Flesch-Kincaid grade, 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid, Fishburne, Rogers and
Chissom, "Derivation of New Readability Formulas", 1975). Spanish: 0.049 syllables - 0.205 sentences, both a hundred
words, - 3.407 (Crawford, "Fórmula y gráfico para determinar la comprensibilidad de textos del nivel primario en
castellano", 1984), made for the grades of primary school. Syllables are counted by rules, not looked up, so that a
grade is good to about half a year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.drafting.blanks import opened
from assistant.records import Draft

_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_FEWEST_WORDS = 2
"""A line with fewer is a name or a mark, not a sentence."""
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^aeiouytd]ed|[^aeioucgszxh]es)$")
_APART = re.compile(r"(?<![cts])i[ao](?!u)|ie(?=n[ct])|(?<=[aeiou][a-z])ea$|(?<=cr)ea(?=t)|eo(?!p)|ism$")
"""Neighbouring vowels that are two syllables, or an ending with one more than its vowels."""
_SPANISH_NUCLEI = re.compile(r"[iuü]?[aeoáéó][iuyü]?|[íú]|[iuüy]+")


def reading_grade(draft: Draft) -> float | None:
    """Return the grade of a draft's text, blanks read as the words in them; None where it has no sentence."""
    texts = [opened(sentence.text) for section in draft.sections for sentence in section.sentences]
    return grade_of(texts, draft.language)


def grade_of(sentences: Sequence[str], language: str) -> float | None:
    """Return the grade of a text in ``language`` ("en" or "es"), at least 0, to one decimal; None for no sentence."""
    counted = [words for one in sentences if len(words := _WORD.findall(one.lower())) >= _FEWEST_WORDS]
    words = [word for one in counted for word in one]
    if not words:
        return None
    if language == "es":
        syllables = sum(spanish_syllables(word) for word in words)
        grade = 4.9 * syllables / len(words) - 20.5 * len(counted) / len(words) - 3.407
    else:
        syllables = sum(english_syllables(word) for word in words)
        grade = 0.39 * len(words) / len(counted) + 11.8 * syllables / len(words) - 15.59
    return round(max(0.0, grade), 1)


def english_syllables(word: str) -> int:
    """Return the number of syllables of a lower-case English word: groups of vowels without the silent endings."""
    plain = word.replace("’", "").replace("'", "")
    count = len(_ENGLISH_VOWELS.findall(plain)) + len(_APART.findall(plain))
    return max(1, count - (1 if _SILENT.search(plain) else 0))


def spanish_syllables(word: str) -> int:
    """Return the number of syllables of a lower-case Spanish word: strong and accented vowels each carry one."""
    plain = re.sub(r"([gq])u([eiéí])", r"\1\2", word)
    return max(1, len(_SPANISH_NUCLEI.findall(plain)))
