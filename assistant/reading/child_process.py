"""The parent's end of the child process that reads files: give it jobs, take the answers, end it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, cast

from assistant.reading import wire
from assistant.reading.limits import ReadingLimits

_START_SECONDS = 20.0
"""Added to the time of a child's first job: with a cold disk it may take this long to load Python."""
_STOP_SECONDS = 2.0
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from assistant.reading.child import main; main()"


class HungError(Exception):
    """The child did not answer in the time allowed."""


class DiedError(Exception):
    """The child ended without an answer."""


class ChildProcess:
    """One child, with a thread that collects its answers so that a slow caller never holds it up.

    A plain subprocess rather than ``multiprocessing``: the child imports this package only, not the program that
    started it, and answers in JSON, so that a parser taken over by a hostile file cannot send code back.
    """

    def __init__(self, limits: ReadingLimits) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, _PACKAGE_ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._input = cast(BinaryIO, self._process.stdin)
        self._output = cast(BinaryIO, self._process.stdout)
        self._seconds = limits.seconds
        self._sent: deque[float] = deque()
        self._free_since = time.monotonic() + _START_SECONDS
        self._answers: SimpleQueue[tuple[float, wire.Message | None]] = SimpleQueue()
        threading.Thread(target=self._collect, name="reading answers", daemon=True).start()
        self._send(asdict(limits))

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def give(self, job: dict[str, Any]) -> None:
        """Send a job; several may wait. A child that has died shows itself in ``take``."""
        self._sent.append(time.monotonic())
        self._send(job)

    def take(self) -> wire.Message:
        """Return the answer to the oldest job given; after HungError or DiedError the child is of no more use."""
        # A job that was given ahead only begins when the one before it is done.
        deadline = max(self._sent.popleft(), self._free_since) + self._seconds
        try:
            arrived, message = self._answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty as error:
            raise HungError from error
        if message is None:
            raise DiedError
        self._free_since = arrived
        return message

    def end(self) -> None:
        """Let the child finish, and kill it if it does not."""
        with suppress(OSError):
            self._input.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._input.close()

    def _send(self, head: dict[str, Any]) -> None:
        with suppress(OSError):
            wire.send(self._input, head)

    def _collect(self) -> None:
        message: wire.Message | None = ({}, b"")
        while message is not None:
            try:
                message = wire.receive(self._output)
            except ValueError:  # Not what our child writes.
                message = None
            self._answers.put((time.monotonic(), message))
        self._output.close()
