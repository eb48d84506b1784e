"""Clean characters: what a reader sees, without what only a typesetter or an attacker put there.

Ligatures are spelled out, odd spaces become plain ones, and characters that show nothing (soft hyphens, zero
width, direction controls, Unicode tags) are dropped. Words are otherwise left exactly as they stand.
"""

from __future__ import annotations

import re
import unicodedata

CELL_SEPARATOR = " \u2003 "
"""Between the cells of a table row: only white space, so that a quoted row is still found in the file."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of ``text`` as a set: long lists of words stay readable this way."""
    return frozenset(text.split())


_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
# Symbol and Wingdings fonts put their bullets and ticks into the private use area.
_SYMBOL_FONT = {0xF000 + code: "•" for code in (0x6C, 0x6E, 0x71, 0x73, 0x75, 0x76, 0x77, 0xA7, 0xA8, 0xB7, 0xD8, 0xE0)}
_SYMBOL_FONT |= {0xF000 + code: "✓" for code in (0xFC, 0xFE)} | {0xF02D: "-", 0xF020: " "}
_ODD_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\x0b\x0c"
)
_UNSEEN = (
    [0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0, 0xFFFC]
    + list(range(0x200B, 0x2010))  # zero width, joiners, left-to-right and right-to-left marks
    + list(range(0x202A, 0x202F))  # embedding and override of direction
    + list(range(0x2060, 0x2070))  # word joiner, isolates, deprecated format characters
    + list(range(0xFE00, 0xFE10))  # variation selectors
    + list(range(0xFFF9, 0xFFFC))  # interlinear annotation
    + list(range(0xE0000, 0xE0200))  # tags and further variation selectors: invisible text
    + [code for code in range(0x20) if code not in (0x09, 0x0A, 0x0B, 0x0C, 0x0D)]
    + list(range(0x7F, 0xA0))
)
_TABLE: dict[int, str] = (
    dict.fromkeys(_UNSEEN, "")
    | {ord(space): " " for space in _ODD_SPACES}
    | {ord(ligature): letters for ligature, letters in _LIGATURES.items()}
    | _SYMBOL_FONT
    | {0x2028: "\n", 0x2029: "\n", 0x85: "\n", 0x2011: "-", 0x2010: "-"}
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEEDS_CLEANING = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\t\\x7f-\\xa0\\xad\\u0300-\\u036f\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180e"
    "\\u2000-\\u2011\\u2028-\\u202f\\u205f-\\u206f\\u212a\\u212b\\u2126\\u3000\\u3164\\ue000-\\uf8ff\\ufb00-\\ufb06"
    "\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\uffff\\U000e0000-\\U000e01ff]"
)
_LATIN = re.compile("[\\x00-\\u02ff\\u2010-\\u2027\\u2030-\\u205e\\u20ac\\u2122\\u25a0-\\u25ff]*")


def without_surrogates(text: str) -> str:
    """Return ``text`` with halves of characters, which no encoding of text has, as replacement characters."""
    return _SURROGATE.sub("\ufffd", text)


def is_clean(text: str) -> bool:
    """Whether ``clean`` would surely return ``text`` as it is (a fast test, true for almost all words)."""
    return _NEEDS_CLEANING.search(text) is None and _LATIN.fullmatch(text) is not None


def clean(text: str) -> str:
    """Return ``text`` with clean characters, composed (NFC); line ends are kept as ``\\n``."""
    if is_clean(text):
        return text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE))


def clean_line(text: str) -> str:
    """Return ``text`` clean, on one line, with single spaces."""
    return " ".join(clean(text).split())
