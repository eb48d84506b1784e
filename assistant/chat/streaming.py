"""Reading a stream within limits, whatever the library that reads it does.

All streams are read in one background thread that runs an event loop: there, unlike in a thread that waits for bytes,
reading can be ended at any moment, and with it the connection, so that the server stops writing too.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from dataclasses import dataclass

from assistant.chat.base import ChatLimits
from assistant.outbound.faults import FaultError, fault_of

_LOOK_FOR_STOP_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an answer; ``last`` where the server says with it that the answer is done."""

    text: str
    last: bool


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The points in time, of ``time.monotonic``, at which to give up."""

    first_word: float
    end: float

    @classmethod
    def from_now(cls, limits: ChatLimits) -> Deadlines:
        now = time.monotonic()
        return cls(now + limits.first_word_seconds, now + limits.total_seconds)


class _Loop:
    """The event loop in its thread, started with the first stream and there until the process ends."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def get(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="chat-models", daemon=True).start()
            return self._loop


_LOOP = _Loop()


def streams_under_way() -> int:
    """Return the number of streams that are being read in this process."""
    return len(asyncio.all_tasks(_LOOP.get()))


def read(
    open_stream: Callable[[], AsyncGenerator[Piece, None]],
    limits: ChatLimits,
    deadlines: Deadlines,
    stop: threading.Event | None,
) -> Generator[str, None, None]:
    """Yield the pieces of one stream as they come, also empty ones. Raises FaultError.

    Ends without an error once ``stop`` is set. Left early, closed or broken off, it ends the reading.
    """
    pieces: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()
    seconds = deadlines.end - time.monotonic()
    reading = asyncio.run_coroutine_threadsafe(_pass_on(open_stream, limits, seconds, pieces.put), _LOOP.get())
    # Runs also when reading is cancelled or fails.
    reading.add_done_callback(lambda _: pieces.put(None))
    try:
        yield from _received(pieces, reading, limits, deadlines, stop)
    finally:
        reading.cancel()


async def _pass_on(
    open_stream: Callable[[], AsyncGenerator[Piece, None]],
    limits: ChatLimits,
    seconds: float,
    put: Callable[[tuple[float, str]], None],
) -> bool:
    """Read the stream and return whether it came to its proper end.

    The limits here hold where nobody takes the pieces; where somebody does, ``_received`` is as strict or stricter.
    """
    characters = 0
    async with asyncio.timeout(seconds), aclosing(open_stream()) as stream:
        last = False
        async for piece in stream:
            put((time.monotonic(), piece.text))
            last = last or piece.last
            characters += len(piece.text)
            if characters > limits.most_characters:
                return True
        return last


def _received(
    pieces: queue.SimpleQueue[tuple[float, str] | None],
    reading: concurrent.futures.Future[bool],
    limits: ChatLimits,
    deadlines: Deadlines,
    stop: threading.Event | None,
) -> Generator[str, None, None]:
    give_up = min(deadlines.first_word, deadlines.end)
    characters = 0
    while stop is None or not stop.is_set():
        try:
            item = pieces.get(timeout=max(min(give_up - time.monotonic(), _LOOK_FOR_STOP_SECONDS), 0))
        except queue.Empty:
            if time.monotonic() >= give_up:
                raise FaultError("slow" if give_up >= deadlines.end else "stalled") from None
            continue
        if item is None:
            if not _came_to_its_end(reading, deadlines):
                raise FaultError("cut" if characters else "empty")
            return
        arrived, text = item
        room = limits.most_characters - characters
        yield text[:room]
        characters += len(text)
        # Pieces without text, of a model that thinks first, do not shorten the wait for the first word.
        patience = arrived + limits.idle_seconds
        give_up = min(patience if characters else max(patience, deadlines.first_word), deadlines.end)
        if len(text) > room:
            raise FaultError("endless")


def _came_to_its_end(reading: concurrent.futures.Future[bool], deadlines: Deadlines) -> bool:
    if reading.cancelled():
        raise FaultError("cut")
    error = reading.exception()
    if error is not None:
        fault = fault_of(error)
        late = isinstance(error, TimeoutError) and time.monotonic() >= deadlines.end
        raise FaultError("slow" if late else fault.kind, fault.retry_after)
    return reading.result()
