"""A model server on this machine that does what a test tells it to, well or badly.

It speaks two protocols over real connections: OpenAI's (``/v1/chat/completions``, streamed and not) and Ollama's
(``/api/chat``)::

    with ModelServer("Goal 3 is engagement [1].") as server:          # always the same answer
        model = load_chat_model("openai:test", base_url=server.base_url, ...)

    ModelServer(lambda request: f"You asked: {request.question}")     # an answer made from the request
    ModelServer([Status(503), Answer("Here I am.")])                  # one reply after the other; the last one stays

A script gives, for each request, a text or one of the replies below:

- ``Answer``: a text, in pieces; with pauses, thinking, or a bad ending.
- ``Status``: an HTTP status, with headers and a body.
- ``Raw``: the bytes of the body as they are.

``server.requests`` holds what was asked; ``server.base_url`` is for OpenAI's clients and ``server.ollama_url`` for
Ollama's. ``server.under_way`` counts the requests that are being answered right now: after a client has given up it
falls to 0 only if the client closed its connection. ``server.left`` counts those that the client left before the end.
"""

from __future__ import annotations

import json
import select
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Ending = Literal["done", "cut", "hang", "unmarked"]
"""After the last piece: end as the protocol says; break the connection off; send nothing more; just stop."""


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def messages(self) -> list[dict[str, str]]:
        return list(self.body["messages"])

    @property
    def question(self) -> str:
        """The last message of the user."""
        return [message["content"] for message in self.messages if message["role"] == "user"][-1]

    @property
    def streamed(self) -> bool:
        # What is left out means no to OpenAI's protocol and yes to Ollama's.
        return bool(self.body.get("stream", self.path == "/api/chat"))


@dataclass(frozen=True)
class Answer:
    """``pieces``, or else ``text`` word by word; times in seconds. ``pieces`` may be without end."""

    text: str = ""
    pieces: Iterable[str] | None = None
    thinking: tuple[str, ...] = ()
    first_after: float = 0
    pause: float = 0
    ending: Ending = "done"

    def cut_up(self) -> Iterator[str]:
        if self.pieces is not None:
            yield from self.pieces
        else:
            words = self.text.split(" ")
            yield from (word if index == 0 else f" {word}" for index, word in enumerate(words))


@dataclass(frozen=True)
class Status:
    """An HTTP status instead of an answer."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = '{"error": {"message": "No.", "type": "error", "code": null}}'
    content_type: str = "application/json"


@dataclass(frozen=True)
class Raw:
    """A body as it is, in parts with ``pause`` seconds between them; "hang" and "cut" as for an answer."""

    parts: Iterable[bytes]
    content_type: str = "text/event-stream"
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0
    ending: Ending = "done"


Reply = str | Answer | Status | Raw
Script = Reply | list[Reply] | Callable[[Request], Reply]


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # tests ask many things at once


class ModelServer:
    """A context manager: serves on a free port of 127.0.0.1 until the block ends.

    ``certificate`` is the path of a file with a certificate and its key; with it the server speaks HTTPS only.
    """

    def __init__(self, script: Script = "", certificate: str | None = None) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.left = 0
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._under_way = 0
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def ollama_url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.ollama_url}/v1"

    @property
    def under_way(self) -> int:
        with self._lock:
            return self._under_way

    def becomes_idle(self, seconds: float = 10) -> bool:
        """Wait until no request is under way; False if that takes longer than ``seconds``."""
        end = time.monotonic() + seconds
        while self.under_way and time.monotonic() < end:
            time.sleep(0.01)
        return not self.under_way

    def begin(self, request: Request) -> Reply:
        with self._lock:
            self._under_way += 1
            self.requests.append(request)
            if isinstance(self.script, list):
                return self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return self.script(request) if callable(self.script) else self.script

    def end(self, left: bool) -> None:
        with self._lock:
            self._under_way -= 1
            self.left += left


class _ClientLeftError(Exception):
    pass


class _CutError(Exception):
    pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of_the_test: ModelServer

    def do_GET(self) -> None:
        self._send_whole(200, "application/json", b'{"object": "list", "data": [{"id": "test"}]}', {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        left = False
        try:
            self._reply(request, self.server_of_the_test.begin(request))
        except (_ClientLeftError, ConnectionError, ssl.SSLError):
            left = self.close_connection = True
        except _CutError:
            self.close_connection = True
        finally:
            self.server_of_the_test.end(left)

    def _reply(self, request: Request, reply: Reply) -> None:
        reply = Answer(reply) if isinstance(reply, str) else reply
        if isinstance(reply, Status):
            self._send_whole(reply.code, reply.content_type, reply.body.encode(), reply.headers)
        elif isinstance(reply, Raw):
            self._send_chunks(reply.content_type, reply.parts, reply.headers, 0, reply.pause, reply.ending)
        elif request.streamed:
            lines = _ollama_lines(reply) if request.path == "/api/chat" else _events(reply)
            kind = "application/x-ndjson" if request.path == "/api/chat" else "text/event-stream"
            self._send_chunks(kind, lines, {}, reply.first_after, reply.pause, reply.ending)
        else:
            self._wait(reply.first_after)
            whole = _completion("".join(reply.cut_up()))
            self._send_whole(200, "application/json", json.dumps(whole).encode(), {})

    def _send_whole(self, status: int, content_type: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _send_chunks(
        self,
        content_type: str,
        parts: Iterable[bytes],
        headers: Mapping[str, str],
        first_after: float,
        pause: float,
        ending: Ending,
    ) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": content_type, "Transfer-Encoding": "chunked", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self._wait(first_after)
        for part in parts:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self._wait(pause)
        if ending == "hang":
            self._wait(3600)
        if ending == "cut":
            raise _CutError
        self.wfile.write(b"0\r\n\r\n")

    def _wait(self, seconds: float) -> None:
        """Wait, but no longer than the client is there and the server runs."""
        end = time.monotonic() + seconds
        while True:
            if self.server_of_the_test.stopping.is_set():
                raise _CutError
            rest = max(min(end - time.monotonic(), 0.02), 0)
            # A client sends nothing while it is being answered: what can be read is the end of its connection.
            if select.select([self.connection], [], [], rest)[0]:
                raise _ClientLeftError
            if time.monotonic() >= end:
                return

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _handler(server: ModelServer) -> type[_Handler]:
    return type("Handler", (_Handler,), {"server_of_the_test": server})


def event(delta: Mapping[str, Any], end: str | None = None) -> bytes:
    """One event of OpenAI's stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": end}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "test", "choices": [choice]}
    return b"data: %s\n\n" % json.dumps(chunk).encode()


def _events(answer: Answer) -> Iterator[bytes]:
    yield event({"role": "assistant", "content": ""})
    for thought in answer.thinking:
        yield event({"reasoning_content": thought})
    for piece in answer.cut_up():
        yield event({"content": piece})
    if answer.ending == "done":
        yield event({}, "stop")
        yield b"data: [DONE]\n\n"


def ollama_line(message: Mapping[str, Any], end: str | None = None) -> bytes:
    """One line of Ollama's stream."""
    line = {"model": "test", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", **message}}
    return json.dumps(line | {"done": bool(end)} | ({"done_reason": end} if end else {})).encode() + b"\n"


def _ollama_lines(answer: Answer) -> Iterator[bytes]:
    for thought in answer.thinking:
        yield ollama_line({"content": "", "thinking": thought})
    for piece in answer.cut_up():
        yield ollama_line({"content": piece})
    if answer.ending == "done":
        yield ollama_line({"content": ""}, "stop")


def _completion(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "test", "choices": [choice], "usage": usage}
