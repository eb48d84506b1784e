"""What a line or paragraph begins with when it is an item of a list: bullets, numbers, "(a)(2)(C)", "Goal 1:"."""

from __future__ import annotations

import re

BULLETS = "•◦▪▫■□●○◆◇►▶‣\u2043∙·➢➤➔✓✔✗❖\u2217\uf0b7"
_BULLET = rf"[{BULLETS}]\s*|[*\u2013—\-+o»]\s+"
_PARENTHESISED = r"(?:\((?:[a-zA-Z]{1,2}|[ivxIVX]{1,5}|\d{1,3})\)\s?)+"
_NUMBERED = r"\d{1,3}(?:\.\d{1,3})*[.)]\s+|\d{1,3}(?:\.\d{1,3})+\s+"
_LETTERED = r"[a-zA-Z][.)]\s+|[ivxIVX]{1,5}[.)]\s+"
_LABELLED = r"(?-i:[A-Z])[a-z]+\s#?(?:\d{1,3}|[A-Z]|[IVX]{1,4})\s?[:.)\u2013]\s"
_SECTIONED = r"§+\s?[\d.]+"

MARKER = re.compile(rf"(?:{_BULLET}|{_PARENTHESISED}(?=\S)|{_NUMBERED}|{_LETTERED}|{_LABELLED}|{_SECTIONED})")
# Inside running text a line may well begin with "A. Smith" or "2. " by chance of the line break.
SURE_MARKER = re.compile(rf"(?:[{BULLETS}]\s*|{_PARENTHESISED}(?=\S)|{_NUMBERED}|{_LABELLED})")
ONLY_MARKER = re.compile(
    rf"(?:[{BULLETS}*\u2013—\-+o»]|{_PARENTHESISED}|\d{{1,3}}(?:\.\d{{1,3}})*[.)]?|[a-zA-Z][.)]|[ivxIVX]{{1,5}}[.)])"
)


def is_item(text: str) -> bool:
    """Whether ``text`` begins as a list item or numbered paragraph does."""
    return MARKER.match(text) is not None


def without_marker(text: str) -> str:
    """Return ``text`` after a leading bullet; numbers stay, since they are part of a name."""
    return re.sub(rf"^(?:{_BULLET})", "", text).strip()
