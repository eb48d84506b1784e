"""Markdown and HTML out of a text that somebody wrote, its words kept; what is left cannot load or link. Pure."""

from __future__ import annotations

import re

from assistant.text.markers import BULLETS

_HIDDEN = re.compile(r"<(script|style|iframe|svg|object|template)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[(?P<words>[^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_REFERENCE_DEFINITION = re.compile(r"^\s*\[[^\]]+\]:\s*\S.*$", re.MULTILINE)
_EMPHASIS = (
    re.compile(r"(\*\*\*|\*\*|__|~~|`+)(?=\S)(?P<words>.+?)(?<=\S)\1"),
    re.compile(r"(?<![\w*])([*_])(?=\S)(?P<words>[^*_\n]+?)(?<=\S)\1(?![\w*])"),
)
_QUOTE_MARKS = re.compile(r"^[^\S\n]*(?:>[^\S\n]?)+", re.MULTILINE)
_NO_WORDS = re.compile(
    r"^[^\S\n]*+(?:#{1,6}(?:[^\S\n].*)?|```.*|~~~.*|(?:[-*_=][^\S\n]*+){3,}+|\|?[^\S\n]*+:?--(?:[|:-]|[^\S\n])*+)$",
    re.MULTILINE,
)
_ITEM = re.compile(rf"^\s*(?:[{BULLETS}*+\u2013\u2014-]\s+|\d{{1,2}}[.)]\s+|[a-z][.)]\s+)(?=\S)")


def without_links(text: str) -> str:
    """Return ``text`` without images, and of links only the words."""
    return _LINK.sub(lambda found: found["words"], _IMAGE.sub("", text))


def without_markup(text: str) -> str:
    """Return the words of ``text``: no HTML, no links, no emphasis, no lines that are only markup, nor headings."""
    text = _TAG.sub("", _HIDDEN.sub(" ", text))
    text = without_links(_NO_WORDS.sub("", _REFERENCE_DEFINITION.sub("", text)))
    text = _QUOTE_MARKS.sub("", text)
    for pattern in _EMPHASIS:
        text = pattern.sub(lambda found: found["words"], text)
    return "\n".join(_without_cells(line) for line in text.split("\n"))


def is_only_markup(line: str) -> bool:
    """Whether a line is a heading, a rule, a fence or the like."""
    return _NO_WORDS.fullmatch(line) is not None


def item_text(line: str) -> str | None:
    """Return what an item of a list says, without its bullet or number; None for a line that is none."""
    found = _ITEM.match(line)
    return line[found.end() :].strip() if found else None


def _without_cells(line: str) -> str:
    return re.sub(r"\s*\|\s*", " ", line).strip() if line.count("|") > 1 else line
