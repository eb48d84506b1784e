"""A server on this machine that speaks the wire format of /v1/embeddings, well or badly, as a test tells it to."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

DIMENSION = 16
Rows = list[list[float]]
Answer = tuple[int, Any]
"""A status and a body: JSON-ready, or bytes as they are to be sent."""


def vector_of(text: str, dimension: int = DIMENSION) -> list[float]:
    """Return a vector that stands for the words of a text: texts that share words are near one another."""
    total = np.zeros(dimension)
    for word in text.lower().split() or [""]:
        seed = int.from_bytes(hashlib.sha256(word.strip(".?,").encode()).digest()[:8], "little")
        total += np.random.default_rng(seed).normal(size=dimension)
    return [float(value) for value in total * 3]


def rows_answer(rows: Rows, encoding: str) -> Answer:
    """Return the answer with these vectors, as numbers or in base64, as the request asked for."""
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(np.asarray(row, "<f4").tobytes()).decode() if encoding == "base64" else row,
        }
        for index, row in enumerate(rows)
    ]
    return 200, {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def well(request: dict[str, Any]) -> Answer:
    return rows_answer([vector_of(text) for text in request["input"]], request.get("encoding_format", "float"))


class EmbeddingServer:
    """What was asked, and how to answer: ``behave`` maps a request to an answer."""

    def __init__(self) -> None:
        self.behave: Callable[[dict[str, Any]], Answer] = well
        self.requests: list[dict[str, Any]] = []
        self.keys: set[str | None] = set()
        self.paths: set[str] = set()
        self.address = ""


@contextmanager
def serving() -> Iterator[EmbeddingServer]:
    """Serve on a free port until the block ends; ``address`` is the base URL."""
    state = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append(request)
            state.keys.add(self.headers["Authorization"])
            state.paths.add(self.path)
            status, body = state.behave(request)
            payload = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
