"""How the tests of this folder talk to a model: with little patience, and with an eye on what is left behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from assistant.chat import ChatLimits, ChatModel, Message, load_chat_model
from assistant.errors import ModelError

KEY = "sk-never-to-be-seen-456"
QUESTION = (Message("system", "Answer from the sources."), Message("user", "What is Goal 3?"))
LIMITS = ChatLimits(
    connect_seconds=0.5, first_word_seconds=0.8, idle_seconds=0.4, total_seconds=1.5, most_characters=2000
)
SLACK_SECONDS = 10
"""What a slow machine is given: less than the limits by which a silent server would be given up (20 and 30 s)."""


def connected(
    base_url: str, spec: str = "openai:test", key: str | None = KEY, limits: ChatLimits = LIMITS, remote: bool = False
) -> ChatModel:
    return load_chat_model(spec, base_url=base_url, api_key=key, limits=limits, remote_allowed=remote)


@dataclass(frozen=True)
class Heard:
    """What came of a question: the text, the error after it, and the seconds until then."""

    text: str
    error: ModelError | None
    seconds: float

    @property
    def kind(self) -> str | None:
        return self.error.kind if self.error else None


def listen(model: ChatModel, messages: Sequence[Message] = QUESTION) -> Heard:
    pieces: list[str] = []
    error: ModelError | None = None
    started = time.monotonic()
    try:
        for piece in model.stream(messages):
            assert piece, "an empty piece"
            pieces.append(piece)
    except ModelError as raised:
        error = raised
    return Heard("".join(pieces), error, time.monotonic() - started)


def comes_true(condition: Callable[[], bool], seconds: float = SLACK_SECONDS) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds
