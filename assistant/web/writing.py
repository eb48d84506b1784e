"""Answers that are being written: one a browser tab, each of which can be stopped from elsewhere."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from assistant.records import Answer

STOPPED = "The writing was stopped. What had been checked until then is shown."
STOPPED_EARLY = "The writing was stopped before anything was checked. The answer is given in the sources' own words."


@dataclass
class Writing:
    """An answer under way. ``stop`` ends a model's writing; ``dropped`` tells that nobody wants the answer any more."""

    stop: threading.Event = field(default_factory=threading.Event)
    dropped: bool = False


class Writings:
    """The answers under way by the key of the conversation that they belong to. Safe across threads."""

    def __init__(self) -> None:
        self._under_way: dict[str, Writing] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def begun(self, key: str) -> Iterator[Writing]:
        """Give an answer under way for as long as the block lasts; a model still writing at its end is stopped."""
        writing = Writing()
        with self._lock:
            self._under_way[key] = writing
        try:
            yield writing
        finally:
            writing.stop.set()
            with self._lock:
                if self._under_way.get(key) is writing:
                    del self._under_way[key]

    def stop(self, key: str, *, drop: bool = False) -> bool:
        """Stop the answer of a conversation, and drop it if asked; returns whether one was under way."""
        with self._lock:
            writing = self._under_way.get(key)
        if writing is None:
            return False
        writing.dropped = writing.dropped or drop
        writing.stop.set()
        return True


def as_stopped(answer: Answer, shown_before: Answer | None) -> Answer:
    """Return ``answer`` as the end of a writing that was stopped; ``shown_before`` is what had been checked by then."""
    had_words = shown_before is not None and bool(shown_before.sentences)
    return replace(answer, complete=True, notice=STOPPED if had_words else STOPPED_EARLY)
