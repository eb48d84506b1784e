"""Trying a model out."""

from __future__ import annotations

import time

from assistant.chat.base import ChatModel, Message

_REQUEST = (Message("user", "Answer with the one word: ready"),)


def probe(model: ChatModel) -> str:
    """Ask for one word and return what was seen, for example "first word after 0.3 s, done after 0.8 s".

    Raises ModelError.
    """
    started = time.perf_counter()
    first: float | None = None
    characters = 0
    for text in model.stream(_REQUEST):
        first = first or time.perf_counter() - started
        characters += len(text)
    seconds = time.perf_counter() - started
    return f"first word after {first or seconds:.1f} s, {characters} characters after {seconds:.1f} s"
