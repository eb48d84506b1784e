"""Which language a text is in, where its file does not say: English or Spanish, by their commonest words."""

from __future__ import annotations

import re

from assistant.text.characters import word_set

DEFAULT_LANGUAGE = "en"
_WORDS = {
    "en": word_set("the of and to in is that for with as are be on by this their which or from will"),
    "es": word_set("el la los las de del y que en es para con por una un se su sus al como más"),
}
_SAMPLE_CHARACTERS = 20_000
_CODE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")


def language_of(text: str, *said: str | None) -> str:
    """Return the first usable code of ``said`` ("es-MX" gives "es"), else a guess from ``text``."""
    for code in said:
        match = _CODE.match(code.strip()) if code else None
        if match:
            return match[0].lower()
    return guess_language(text)


def guess_language(text: str) -> str:
    """Return "es" where Spanish words are clearly more common at the beginning of ``text``, else the default."""
    words = re.findall(r"[^\W\d_]+", text[:_SAMPLE_CHARACTERS].lower())
    counts = {language: sum(word in common for word in words) for language, common in _WORDS.items()}
    return "es" if counts["es"] > 1.5 * counts["en"] else DEFAULT_LANGUAGE
