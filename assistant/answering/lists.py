"""Lists inside a passage: which sentence opens one, and which are its items."""

from __future__ import annotations

import re
from itertools import takewhile

from assistant.records import Passage, Span

_ITEM = re.compile(
    r"^\s*(?:(?P<bullet>[•*–—-])|(?P<number>\(?[0-9]{1,3}[.)])|(?P<letter>\([A-Za-z]{1,4}\))|"
    r"(?P<name>[A-Z][a-z]+) \d+\s*[:.])"
)


def sentence_text(passage: Passage, span: Span) -> str:
    """Return the text of one of the passage's sentences."""
    return passage.text[span.start - passage.span.start : span.end - passage.span.start]


def is_item(text: str) -> bool:
    """Whether a sentence is marked as an item: by a bullet, a number, a paragraph letter, or a name and number."""
    return _ITEM.match(text) is not None


def mark(text: str) -> str | None:
    """Return how a sentence is marked as an item: "bullet", "number", "letter" or "name"; None where it is not."""
    found = _ITEM.match(text)
    return None if found is None else found.lastgroup


def opens_list(text: str) -> bool:
    return text.rstrip().endswith(":")


def lead_in(passage: Passage, index: int) -> Span | None:
    """Return the line that opens the list which sentence ``index`` is an item of, None for any other sentence."""
    if not is_item(sentence_text(passage, passage.sentences[index])):
        return None
    for before in reversed(passage.sentences[:index]):
        text = sentence_text(passage, before)
        if opens_list(text):
            return before
        if not is_item(text):
            return None
    return None


def items_below(passage: Passage, index: int, most: int) -> tuple[Span, ...]:
    """Return the items that follow sentence ``index``, at most ``most``, as long as they are marked like the first."""
    following = passage.sentences[index + 1 : index + 1 + most]
    marks = [mark(sentence_text(passage, span)) for span in following]
    if not marks or marks[0] is None:
        return ()
    return tuple(span for span, _ in takewhile(lambda pair: pair[1] == marks[0], zip(following, marks, strict=True)))
