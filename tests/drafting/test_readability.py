"""The reading grade, against the formulas worked by hand and texts of known difficulty."""

from __future__ import annotations

import pytest

from assistant.drafting.readability import english_syllables, grade_of, spanish_syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("school", 1), ("parents", 2), ("family", 3), ("meeting", 2), ("invites", 2), ("needed", 2), ("asked", 1),
        ("table", 2), ("language", 2), ("education", 4), ("communication", 5), ("area", 3), ("material", 4),
        ("experience", 4), ("created", 3), ("times", 1), ("parent's", 2),
    ],
)  # fmt: skip
def test_english_syllables(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("escuela", 3), ("padres", 2), ("niño", 2), ("familia", 3), ("país", 2), ("cuidado", 3), ("queso", 2),
        ("ciudad", 2), ("leer", 2), ("día", 2), ("muy", 1), ("y", 1), ("discapacidades", 6), ("pingüino", 3),
    ],
)  # fmt: skip
def test_spanish_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_flesch_kincaid_by_hand() -> None:
    # 6 words and 7 syllables in 1 sentence: 0.39 * 6 + 11.8 * 7 / 6 - 15.59 = 0.517
    assert grade_of(["The cat sat on the table."], "en") == pytest.approx(0.5)


def test_crawford_by_hand() -> None:
    # 5 words and 12 syllables in 1 sentence: 4.9 * 12 / 5 - 20.5 / 5 - 3.407 = 4.253
    assert grade_of(["La escuela ofrece mucha ayuda."], "es") == pytest.approx(4.3)


def test_long_sentences_of_long_words_are_harder() -> None:
    plain = grade_of(["Please come to our meeting.", "You can ask us for help."], "en")
    hard = grade_of(
        ["The educational administration facilitates comprehensive communication regarding accountability."], "en"
    )
    assert plain is not None
    assert hard is not None
    assert plain < 4 < 12 < hard


def test_nothing_has_no_grade() -> None:
    assert grade_of([], "en") is None
    assert grade_of(["-", "12"], "es") is None
