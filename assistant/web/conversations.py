"""Conversations by the key that a browser tab keeps, so that reloading or leaving the page does not lose one.

They live in memory only and are gone when the program ends.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict

from assistant.records import Turn

MOST_CONVERSATIONS = 200
MOST_TURNS = 30
_KEY = re.compile(r"[0-9a-f]{32}")


class Conversations:
    """The latest ``MOST_CONVERSATIONS`` conversations, each its latest ``MOST_TURNS`` turns. Safe across threads."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, tuple[Turn, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def turns(self, key: str) -> tuple[Turn, ...]:
        """Return the turns so far, none for a key that is not known."""
        with self._lock:
            return self._turns.get(key, ())

    def add(self, key: str, turn: Turn) -> tuple[Turn, ...]:
        """Add a turn and return all; a key that no browser of ours makes keeps nothing."""
        with self._lock:
            turns = (*self._turns.get(key, ()), turn)[-MOST_TURNS:]
            if _KEY.fullmatch(key):
                self._turns[key] = turns
                self._turns.move_to_end(key)
                while len(self._turns) > MOST_CONVERSATIONS:
                    self._turns.popitem(last=False)
            return turns

    def forget(self, key: str) -> None:
        with self._lock:
            self._turns.pop(key, None)
