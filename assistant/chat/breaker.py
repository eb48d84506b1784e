"""A model that does not answer is left alone for a while, so that not every question waits for it in vain.

The circuit breaker of Nygard, "Release It!", 2007: closed, the requests go through; open, they fail at once; after a
rest one request is let through to see whether the model answers again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager

from assistant.chat.base import ChatModel, Message, ModelPlace
from assistant.chat.faults import model_error
from assistant.errors import ModelError

NO_ANSWER = frozenset({"refused", "unreachable", "dns", "stalled", "slow"})
"""The kinds of fault that say that nobody answers. With every other, a server was there and said something."""
FAILURES = 2
REST_SECONDS = 60.0


class CircuitBreaker(ChatModel):
    """A model that is not asked for ``REST_SECONDS`` once it gave no answer ``FAILURES`` times in a row.

    Meanwhile ModelError of kind "resting" is raised at once. Then one request is a trial: with its first word all are
    let through again, and without one the rest begins anew.
    """

    def __init__(self, model: ChatModel, clock: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._clock = clock
        self._changing = threading.Lock()
        self._failures = 0
        self._rests_until: float | None = None
        self._on_trial = False

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def place(self) -> ModelPlace:
        return self._model.place

    @property
    def problem(self) -> ModelError | None:
        """What a request would be told at once, None where it would be let through."""
        with self._changing:
            return self._refusal()

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str]:
        with self._watched(), closing(self._model.stream(messages, stop)) as pieces:
            said = False
            for text in pieces:
                said = True
                self._answers()
                yield text
            self._ended(said)

    def complete(self, messages: Sequence[Message], stop: threading.Event | None = None) -> str:
        with self._watched():
            answer = self._model.complete(messages, stop)
            if answer:
                self._answers()
            self._ended(bool(answer))
            return answer

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Let a request through or not, and draw the conclusions from how it ends."""
        with self._changing:
            refusal = self._refusal()
            is_trial = refusal is None and self._rests_until is not None
            self._on_trial = self._on_trial or is_trial
        if refusal is not None:
            raise refusal
        try:
            yield
        except ModelError as error:
            self._failed(error)
            raise
        finally:
            # Also where the reader left before the first word: the next one tries.
            if is_trial:
                with self._changing:
                    self._on_trial = False

    def _refusal(self) -> ModelError | None:
        if self._rests_until is None or (self._clock() >= self._rests_until and not self._on_trial):
            return None
        return model_error("resting", self.place)

    def _answers(self) -> None:
        with self._changing:
            self._rests_until = None

    def _ended(self, said: bool) -> None:
        # Without a word it was stopped by the reader, which tells nothing.
        if said:
            with self._changing:
                self._failures = 0

    def _failed(self, error: ModelError) -> None:
        with self._changing:
            self._failures = self._failures + 1 if error.kind in NO_ANSWER else 0
            if self._failures >= FAILURES:
                self._rests_until = self._clock() + REST_SECONDS
            elif error.kind not in NO_ANSWER:
                self._rests_until = None


def problem_of(model: ChatModel) -> str | None:
    """Return why the model is not asked at the moment, None where it is."""
    problem = model.problem if isinstance(model, CircuitBreaker) else None
    return None if problem is None else str(problem)
