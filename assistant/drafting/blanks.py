"""Blanks in plain text: what stands in square brackets for the school to fill in. ``Draft.blanks`` lists a draft's."""

from __future__ import annotations

import re

_BLANK = re.compile(r"\[(?P<words>[^\[\]\n]*[^\W\d_][^\[\]\n]*)\]")
_MARKER = re.compile(r"\[(?P<number>[\d\s,;–-]*)\]")


def blank_words(text: str) -> tuple[str, ...]:
    """Return what stands between the brackets of each blank of ``text``, in order."""
    return tuple(" ".join(found["words"].split()) for found in _BLANK.finditer(text))


def has_blank(text: str) -> bool:
    return _BLANK.search(text) is not None


def without_blanks(text: str) -> str:
    """Return ``text`` without its blanks."""
    return " ".join(_BLANK.sub(" ", text).split())


def opened(text: str) -> str:
    """Return ``text`` with the words of its blanks, without their brackets."""
    return _BLANK.sub(lambda found: found["words"], text)


def without_markers(text: str) -> str:
    """Return ``text`` with round brackets around bare numbers: what somebody typed must not pass for a citation."""
    return _MARKER.sub(lambda found: f"({found['number']})" if found["number"].strip() else "", text)
