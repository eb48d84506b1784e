"""A language model over LangChain's interface."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing, closing
from typing import cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, BaseMessageChunk, HumanMessage, SystemMessage
from langsmith import tracing_context

from assistant.chat.base import ChatLimits, ChatModel, Message, ModelPlace
from assistant.chat.faults import model_error
from assistant.chat.streaming import Deadlines, Piece, read
from assistant.errors import ModelError
from assistant.outbound.faults import Fault, FaultError

_WORTH_ANOTHER_TRY = {"refused", "busy", "unavailable", "cut"}
_FIRST_WAIT_SECONDS = 0.2
# By which the protocols say that an answer is done: OpenAI's two, Anthropic's, Ollama's.
_SIGNS_OF_THE_END = ("finish_reason", "status", "stop_reason", "done")
_ROLES: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


class LangChainChatModel(ChatModel):
    """Any chat model of LangChain, held to ``limits``.

    ``marks_its_end`` says that the provider's protocol ends each answer with a reason; an answer without one was cut.
    """

    def __init__(self, model: BaseChatModel, place: ModelPlace, limits: ChatLimits, *, marks_its_end: bool) -> None:
        self._model = model
        self._place = place
        self._limits = limits
        self._marks_its_end = marks_its_end

    @property
    def name(self) -> str:
        return f"{self._place.provider}:{self._place.model}"

    @property
    def place(self) -> ModelPlace:
        return self._place

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str]:
        """As in ChatModel; white space before the first word is left out.

        Tries again, up to ``retries`` times, where nothing came yet and waiting may help.
        """
        theirs = [_ROLES[message.role](content=message.text) for message in messages]
        deadlines = Deadlines.from_now(self._limits)
        stop = stop or threading.Event()
        for attempt in range(self._limits.retries + 1):
            began, fault = yield from self._attempt(theirs, deadlines, stop)
            if fault is None or stop.is_set():
                return
            wait = _seconds_before_another_try(fault, attempt)
            in_time = time.monotonic() + wait < deadlines.first_word
            if began or attempt == self._limits.retries or fault.kind not in _WORTH_ANOTHER_TRY or not in_time:
                # Raised where no error is being handled: what a library says may hold a key, and an error that is
                # raised while another is handled carries it along.
                raise model_error(fault.kind, self._place)
            stop.wait(wait)

    def complete(self, messages: Sequence[Message], stop: threading.Event | None = None) -> str:
        answer = ""
        try:
            for text in self.stream(messages, stop):
                answer += text
        except ModelError as error:
            if error.kind != "endless" or not answer:
                raise
        return answer

    def _attempt(
        self, messages: list[BaseMessage], deadlines: Deadlines, stop: threading.Event
    ) -> Generator[str, None, tuple[bool, Fault | None]]:
        """Yield the answer to one request; return whether anything was yielded, and the fault if there was one."""
        began = False
        try:
            with closing(read(lambda: self._pieces(messages), self._limits, deadlines, stop)) as pieces:
                for text in pieces:
                    if text and (began or not text.isspace()):
                        began = True
                        yield text
        except FaultError as error:
            return began, error.fault
        return began, None if began else Fault("empty")

    async def _pieces(self, messages: list[BaseMessage]) -> AsyncGenerator[Piece, None]:
        # LangSmith records what is sent and answered if the environment says so, and sends it to its own servers.
        with tracing_context(enabled=False):
            chunks = cast(AsyncGenerator[BaseMessageChunk, None], self._model.astream(messages))
            async with aclosing(chunks):
                async for chunk in chunks:
                    yield Piece(str(chunk.text), not self._marks_its_end or _is_last(chunk))


def _is_last(chunk: BaseMessageChunk) -> bool:
    return any(chunk.response_metadata.get(sign) for sign in _SIGNS_OF_THE_END)


def _seconds_before_another_try(fault: Fault, attempt: int) -> float:
    """Return what the server asks for, else twice as long each time, with jitter so that not all come back at once."""
    if fault.retry_after is not None:
        return fault.retry_after
    return random.uniform(0.5, 1.0) * _FIRST_WAIT_SECONDS * 2.0**attempt
