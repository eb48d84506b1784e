"""What a language model is to the rest of the assistant."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with the model."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """How long to wait, and for how much.

    ``first_word_seconds`` runs from the call to the first piece of the answer and includes all retries,
    ``idle_seconds`` between two pieces, ``total_seconds`` over everything. A piece is what the protocol calls a delta,
    also one without text: models that think first send those while they think. Bytes that are no piece yet, comments
    and keep-alives do not count, so a server that sends a byte a second does not hold the line.
    """

    connect_seconds: float = 5
    first_word_seconds: float = 30
    idle_seconds: float = 20
    total_seconds: float = 180
    most_characters: int = 20_000
    retries: int = 2


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """Where the text goes.

    ``host`` is None where only the provider's package knows it. ``remote`` is False for this machine and for addresses
    inside a private network; what a server there passes on to others cannot be seen from here.
    """

    provider: str
    model: str
    host: str | None
    remote: bool


class ChatModel(Protocol):
    """A language model. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """Provider and model as they are set, for example ``openai:qwen3``."""

    @property
    def place(self) -> ModelPlace: ...

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str]:
        """Yield the answer in pieces as it is written; they are never empty.

        Nothing is sent before the first piece is asked for. Closing the iterator, or setting ``stop`` (which ends it
        without an error), drops the connection. Raises ModelError, also after pieces that were already yielded: what
        they hold is then a part of an answer. An answer longer than ``most_characters`` is yielded up to that length,
        followed by ModelError of kind "endless".
        """

    def complete(self, messages: Sequence[Message], stop: threading.Event | None = None) -> str:
        """Return the whole answer, cut at ``most_characters``. Raises ModelError for every other fault.

        Once ``stop`` is set, what was written until then is returned.
        """
