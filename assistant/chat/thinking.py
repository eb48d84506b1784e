"""Models that think aloud before they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAMES = ("think", "thinking", "reasoning")
_TAG = re.compile(rf"<(/?)({'|'.join(_NAMES)})\s*>", re.IGNORECASE)
_TAGS = tuple(f"<{slash}{name}>" for slash in ("", "/") for name in _NAMES)


def without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """Yield the text without ``<think>``, ``<thinking>`` and ``<reasoning>`` blocks, however it is cut into pieces.

    A block that is never closed reaches to the end. A closing tag without an opening one is dropped, and nothing else
    with it: what stands before it has been yielded already. Text is held back only as long as it may become a tag.
    """
    held = ""
    open_block = ""
    for piece in pieces:
        held += piece
        text, position = "", 0
        for tag in _TAG.finditer(held):
            slash, name = tag[1], tag[2].lower()
            if not open_block:
                text += held[position : tag.start()]
                open_block = "" if slash else name
            elif slash and name == open_block:
                open_block = ""
            position = tag.end()
        rest = held[position:]
        held = _beginning_of_a_tag(rest)
        if not open_block:
            text += rest[: len(rest) - len(held)]
        if text:
            yield text
    if held and not open_block:
        yield held


def _beginning_of_a_tag(text: str) -> str:
    """Return the end of ``text`` that more text could make a tag of, or nothing."""
    start = text.rfind("<")
    end = text[start:].lower() if start >= 0 else ""
    return text[start:] if end and any(tag.startswith(end.rstrip()) for tag in _TAGS) else ""
