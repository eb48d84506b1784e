"""What comes between an embedding server and us: every failure is one plain error, and nothing goes astray."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from assistant.embedding import server_engine, server_guard
from assistant.embedding.server_engine import ServerEmbedder
from assistant.errors import EmbeddingError
from tests.embedding.embedding_server import well

KEY = "sk-never-to-be-seen-789"


class RawServer:
    """Answers each request with what ``behave`` writes to the connection, and keeps the requests' heads."""

    def __init__(self, listener: socket.socket) -> None:
        self.heads: list[str] = []
        self.behave: Callable[[socket.socket, bytes], None] = answer_well
        self._listener = listener
        host, port = listener.getsockname()
        self.address = f"http://{host}:{port}/v1"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with closing(connection):
                connection.settimeout(5)
                try:
                    self._take(connection)
                except OSError:
                    # The client had enough of it.
                    continue

    def _take(self, connection: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            if not (more := connection.recv(65536)):
                return
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        self.heads.append(head.decode().lower())
        (length,) = [int(line.split(":")[1]) for line in self.heads[-1].splitlines() if line.startswith("content-len")]
        while len(body) < length:
            body += connection.recv(65536)
        self.behave(connection, body)


def send(connection: socket.socket, status: str, body: bytes, *headers: str, length: int | None = None) -> None:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    connection.sendall("\r\n".join([*lines, *headers, "", ""]).encode() + body)


def answer_well(connection: socket.socket, body: bytes) -> None:
    _, answer = well(json.loads(body))
    send(connection, "200 OK", json.dumps(answer).encode(), "Content-Type: application/json")


@contextmanager
def serving() -> Iterator[RawServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawServer(listener)
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RawServer]:
    monkeypatch.setattr(server_engine, "_FIRST_WAIT_SECONDS", 0.01)
    with serving() as one:
        yield one


def failure(server: RawServer) -> EmbeddingError:
    with pytest.raises(EmbeddingError) as caught:
        ServerEmbedder("m", server.address, KEY, remote_allowed=False)
    error = caught.value
    assert KEY not in f"{error} {error!r} {error.next_step} {error.kept}"
    # What hangs on an error is written out with it.
    assert (error.__cause__, error.__context__) == (None, None)
    assert "embedding_" in error.next_step
    return error


def status(line: str, *headers: str) -> Callable[[socket.socket, bytes], None]:
    body = json.dumps({"error": {"message": f"The key {KEY} is no good"}}).encode()
    return lambda connection, asked: send(connection, line, body, "Content-Type: application/json", *headers)


@pytest.mark.parametrize(
    ("line", "words", "asked"),
    [
        ("401 Unauthorized", "does not accept the key", 1),
        ("403 Forbidden", "does not accept the key", 1),
        ("404 Not Found", "does not know the model", 1),
        ("400 Bad Request", "does not accept the request", 1),
        ("429 Too Many Requests", "busy", 3),
        ("500 Internal Server Error", "a fault of its own", 3),
        ("503 Service Unavailable", "not available", 3),
    ],
)
def test_each_refusal_has_its_own_words(server: RawServer, line: str, words: str, asked: int) -> None:
    server.behave = status(line)
    assert words in str(failure(server))
    assert len(server.heads) == asked


def test_a_server_that_was_busy_once_is_asked_again(server: RawServer) -> None:
    def behave(connection: socket.socket, body: bytes) -> None:
        (answer_well if len(server.heads) > 1 else status("429 Too Many Requests"))(connection, body)

    server.behave = behave
    assert ServerEmbedder("m", server.address, KEY, remote_allowed=False).dimension > 0
    assert len(server.heads) == 2


@pytest.mark.parametrize("line", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
def test_a_redirection_is_not_followed(server: RawServer, line: str) -> None:
    with serving() as other:
        server.behave = status(line, f"Location: {other.address}/embeddings")
        assert "another address" in str(failure(server))
        assert other.heads == []


@pytest.mark.parametrize("header", ["Content-Type: text/html; charset=utf-8", "Content-Encoding: gzip"])
def test_a_page_or_something_packed_is_no_answer(server: RawServer, header: str) -> None:
    server.behave = lambda connection, body: send(connection, "200 OK", b"<html>Sign in</html>", header)
    assert "else than one vector a text" in str(failure(server))
    assert len(server.heads) == 1


def test_an_endless_answer_is_cut(server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_guard, "_MOST_BYTES", 100_000)

    def behave(connection: socket.socket, body: bytes) -> None:
        send(connection, "200 OK", b"[", "Content-Type: application/json", length=10**9)
        for _ in range(10_000):
            connection.sendall(b"0.1," * 1000)

    server.behave = behave
    assert "longer than any answer" in str(failure(server))


def test_a_silent_server_is_not_waited_for_without_end(server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_guard, "SILENCE_SECONDS", 0.2)
    done = threading.Event()

    def behave(connection: socket.socket, body: bytes) -> None:
        done.wait(5)

    server.behave = behave
    try:
        assert "silent" in str(failure(server))
    finally:
        done.set()


def test_nor_is_one_that_answers_letter_by_letter(server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_guard, "_ANSWER_SECONDS", 0.2)

    def behave(connection: socket.socket, body: bytes) -> None:
        send(connection, "200 OK", b"[", "Content-Type: application/json", length=1000)
        for _ in range(100):
            connection.sendall(b" ")
            threading.Event().wait(0.05)

    server.behave = behave
    assert "silent" in str(failure(server))


def test_an_answer_that_is_cut_off_is_asked_for_again(server: RawServer) -> None:
    server.behave = lambda connection, body: send(
        connection, "200 OK", b'{"data": [', "Content-Type: application/json", length=1000
    )
    assert "ended the connection" in str(failure(server))
    assert len(server.heads) == 3


def test_nothing_of_the_environment_goes_out(server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    monkeypatch.setenv("OPENAI_ORG_ID", "the-organisation")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:1")
    ServerEmbedder("m", server.address, KEY, remote_allowed=False)
    ServerEmbedder("m", server.address, None, remote_allowed=False)
    with_key, without_key = server.heads
    assert f"authorization: bearer {KEY}" in with_key
    assert "authorization" not in without_key
    assert "somebody" not in without_key
    assert "organisation" not in with_key + without_key
    assert "x-stainless" not in with_key


def test_nothing_goes_to_a_server_outside_the_network_unless_that_is_allowed() -> None:
    with pytest.raises(EmbeddingError, match=r"would go to model\.invalid") as caught:
        ServerEmbedder("m", f"https://staff:{KEY}@model.invalid/v1", KEY, remote_allowed=False)
    assert "remote_model_allowed" in caught.value.next_step
    assert KEY not in f"{caught.value} {caught.value!r}"
    with pytest.raises(EmbeddingError, match="does not answer"):
        ServerEmbedder("m", "https://model.invalid/v1", KEY, remote_allowed=True)


@pytest.mark.parametrize(
    "address", ["", "nothing", "ftp://127.0.0.1/v1", "http://[::1/v1", "http://127.0.0.1:99999/v1"]
)
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(EmbeddingError, match="embedding") as caught:
        ServerEmbedder("m", address, KEY, remote_allowed=False)
    assert "embedding_base_url" in caught.value.next_step
    assert KEY not in f"{caught.value!r}"
