"""Every way in which a model server can fail, over real connections."""

from __future__ import annotations

import email.utils
import itertools
import json
import logging
import socket
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.chat import ChatLimits
from assistant.chat.faults import KINDS
from assistant.chat.streaming import streams_under_way
from assistant.errors import ModelError
from tests.chat.model_server import Answer, ModelServer, Raw, Script, Status, event, ollama_line
from tests.chat.talking import KEY, LIMITS, SLACK_SECONDS, comes_true, connected, listen

PAGE = "<!doctype html><title>Sign in</title><p>Please sign in, your key is no good: " + KEY
TOLD = json.dumps({"error": {"message": f"The key {KEY} is no good", "type": "bad", "code": "no"}})


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Import the packages and speak once, so that no test pays for it with its patience."""
    with ModelServer("Ready.") as server:
        patient = ChatLimits()
        assert connected(server.base_url, limits=patient).complete(()) == "Ready."
        assert connected(server.ollama_url, "ollama:test", limits=patient).complete(()) == "Ready."


@dataclass(frozen=True)
class Case:
    """What the server does; the kind of error, the text before it, whether it is asked again, the longest time."""

    script: Script
    kind: str | None
    text: str = ""
    retried: bool = False
    seconds: float = LIMITS.first_word_seconds


def forever(text: str) -> Iterator[str]:
    return itertools.repeat(text)


def slowly(body: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in body]


HALF = "Goal 3 is"
CASES = {
    "401": Case(Status(401, body=TOLD), "key"),
    "403": Case(Status(403, body=TOLD), "key"),
    "unknown model": Case(Status(404, body=TOLD), "unknown_model"),
    "400": Case(Status(400, body=TOLD), "rejected"),
    "context too small": Case(Status(400, body='{"error": {"message": "exceeds context window of 4096"}}'), "too_long"),
    "413": Case(Status(413), "too_long"),
    "429": Case(Status(429, body=TOLD), "busy", retried=True),
    "429, wait a little": Case(Status(429, {"Retry-After": "0.1"}), "busy", retried=True),
    "429, wait a minute": Case(Status(429, {"Retry-After": "60"}), "busy"),
    "429, wait for nonsense": Case(Status(429, {"Retry-After": "soon"}), "busy", retried=True),
    "500": Case(Status(500, body=TOLD), "server"),
    "502": Case(Status(502, body=PAGE, content_type="text/html"), "unavailable", retried=True),
    "503": Case(Status(503, body=TOLD), "unavailable", retried=True),
    "broken JSON": Case(Raw([b'data: {"choices": [{"del\n\n']), "broken"),
    "JSON of another shape": Case(Raw([b"data: [1, 2]\n\n"]), "broken"),
    "an error in the stream": Case(Raw([b"data: %s\n\n" % TOLD.encode()]), "server"),
    "an error after some text": Case(
        Raw([event({"content": HALF}), b"data: %s\n\n" % TOLD.encode()]), "server", HALF, seconds=LIMITS.total_seconds
    ),
    "cut": Case(Answer(HALF, ending="cut"), "cut", HALF, seconds=LIMITS.total_seconds),
    "cut before the first word": Case(Raw([], ending="cut"), "cut", retried=True),
    "no end": Case(Answer(HALF, ending="unmarked"), "cut", HALF, seconds=LIMITS.total_seconds),
    "stall before the first word": Case(Raw([], ending="hang"), "stalled"),
    "stall before the headers": Case(Answer("Late.", first_after=30), "stalled"),
    "stall after the first word": Case(
        Answer(HALF, ending="hang"), "stalled", HALF, seconds=LIMITS.first_word_seconds + LIMITS.idle_seconds
    ),
    "comments only": Case(Raw(itertools.repeat(b": wait\n\n"), pause=0.05), "stalled"),
    "a byte at a time": Case(Raw(slowly(event({"content": HALF})), pause=0.05), "stalled"),
    "a letter at a time": Case(Answer(pieces=forever("x"), pause=0.1), "slow", "xxxxx", seconds=LIMITS.total_seconds),
    "thinking for ever": Case(
        Raw(itertools.repeat(event({"reasoning_content": "hm"})), pause=0.1), "slow", seconds=LIMITS.total_seconds
    ),
    "endless": Case(Answer(pieces=forever("on and " * 10)), "endless", "on and on and ", seconds=LIMITS.total_seconds),
    "no choices": Case(Raw([b'data: {"id": "1", "choices": []}\n\n', b"data: [DONE]\n\n"]), "empty"),
    "an empty answer": Case(Answer(""), "empty"),
    "white space": Case(Answer(" \n \n"), "empty"),
    "no body": Case(Raw([]), "empty"),
    "wrong content type": Case(Raw([event({"content": HALF})], content_type="application/octet-stream"), "broken"),
    "an HTML page": Case(Raw([PAGE.encode()], content_type="text/html; charset=utf-8"), "broken"),
    "an HTML page with 500": Case(Status(500, body=PAGE, content_type="text/html"), "server"),
    "bad UTF-8": Case(Raw([b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n']), "broken"),
    "packed": Case(Raw([b"\x1f\x8b" + b"0" * 50], headers={"Content-Encoding": "gzip"}), "broken"),
    "a redirect": Case(Status(307, {"Location": "http://127.0.0.2:9/v1/chat/completions"}), "redirected"),
    "a redirect at home": Case(Status(302, {"Location": "/v1/elsewhere"}), "redirected"),
    "each chunk twice": Case(
        Raw([event({"content": HALF})] * 2 + [event({}, "stop")] * 2 + [b"data: [DONE]\n\n"] * 2), None, HALF * 2
    ),
    "one huge chunk": Case(
        Answer(pieces=["y" * 1_000_000]), "endless", "y" * LIMITS.most_characters, seconds=LIMITS.total_seconds
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fault_ends_in_time_in_a_plain_sentence(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ModelServer(case.script) as server:
        heard = listen(connected(server.base_url))
        assert heard.kind == case.kind
        assert heard.text.startswith(case.text)
        assert len(heard.text) <= LIMITS.most_characters
        assert bool(heard.text) == bool(case.text)
        assert heard.seconds < case.seconds + SLACK_SECONDS
        assert (len(server.requests) > 1) == case.retried
        # Nothing is left behind: the server is free for the next question, and so are we.
        assert server.becomes_idle()
        assert comes_true(lambda: streams_under_way() == 0)
    assert_plain(heard.error)
    assert KEY not in caplog.text


def assert_plain(error: ModelError | None) -> None:
    """What staff or a log may be shown of it: sentences of ours, no key, nothing of a library or server."""
    if error is None:
        return
    assert error.kind in KINDS
    assert error.what.endswith(".")
    assert error.next_step
    shown = "".join(traceback.format_exception(error))
    assert KEY not in shown
    assert "site-packages" not in shown
    assert error.__context__ is None
    for word in ("Error:", "Exception", "HTTP", "httpx", "{", "Sign in"):
        assert word not in str(error)


OLLAMA_CASES = {
    "unknown model": Case(Status(404, body='{"error": "model not found"}'), "unknown_model"),
    "503": Case(Status(503), "unavailable", retried=True),
    "500": Case(Status(500, body='{"error": "llama runner process has terminated"}'), "server"),
    "broken JSON": Case(Raw([b'{"message": {"ro\n'], "application/x-ndjson"), "broken"),
    "an error in the stream": Case(Raw([b'{"error": "out of memory"}\n'], "application/x-ndjson"), "server"),
    "cut": Case(Answer(HALF, ending="cut"), "cut", HALF, seconds=LIMITS.total_seconds),
    "no end": Case(Answer(HALF, ending="unmarked"), "cut", HALF, seconds=LIMITS.total_seconds),
    "stall": Case(Answer(HALF, ending="hang"), "stalled", HALF, seconds=LIMITS.total_seconds),
    "stall before the first word": Case(Answer("Late.", first_after=30), "stalled"),
    "endless": Case(Answer(pieces=forever("on and " * 10)), "endless", "on and ", seconds=LIMITS.total_seconds),
    "an empty answer": Case(Answer(""), "empty"),
    "an HTML page": Case(Raw([PAGE.encode()], content_type="text/html"), "broken"),
    "a redirect": Case(Status(307, {"Location": "http://127.0.0.2:9/api/chat"}), "redirected"),
    "one line without an end": Case(Raw([ollama_line({"content": HALF}).strip()], "application/x-ndjson"), "cut", HALF),
}


@pytest.mark.parametrize("case", OLLAMA_CASES.values(), ids=OLLAMA_CASES.keys())
def test_the_same_for_ollama(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ModelServer(case.script) as server:
        heard = listen(connected(server.ollama_url, "ollama:test"))
        assert heard.kind == case.kind
        assert heard.text.startswith(case.text)
        assert heard.seconds < case.seconds + SLACK_SECONDS
        assert (len(server.requests) > 1) == case.retried
        assert server.becomes_idle()
        assert comes_true(lambda: streams_under_way() == 0)
    assert_plain(heard.error)
    assert KEY not in caplog.text


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    with ModelServer(Raw(itertools.repeat(b"x" * 65536))) as server:
        heard = listen(connected(server.base_url, limits=replace(LIMITS, first_word_seconds=20, total_seconds=20)))
        assert (heard.text, heard.kind) == ("", "endless")
        assert server.becomes_idle()


# Connections that never come about


@pytest.mark.parametrize("spec", ["openai:test", "ollama:test"])
def test_a_refused_connection(spec: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        heard = listen(connected(f"http://127.0.0.1:{unused.getsockname()[1]}", spec))
    assert heard.kind == "refused"
    assert heard.seconds < LIMITS.first_word_seconds + 1
    assert_plain(heard.error)


def test_a_connection_that_nobody_takes() -> None:
    with socket.socket() as deaf, socket.socket() as one, socket.socket() as other:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        # The queue of connections that wait to be taken is full with these, further ones get no answer.
        for waiting in (one, other):
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        limits = replace(LIMITS, connect_seconds=0.3, first_word_seconds=5, total_seconds=10)
        heard = listen(connected(f"http://127.0.0.1:{deaf.getsockname()[1]}", limits=limits))
    assert heard.kind == "unreachable"
    assert heard.seconds < 1.3


@pytest.mark.parametrize("spec", ["openai:test", "ollama:test"])
def test_a_name_that_does_not_exist(spec: str) -> None:
    heard = listen(connected("http://model.invalid/v1", spec, remote=True))
    # Without a name server in reach the question for the name gets no answer, instead of "no such name".
    assert heard.kind in ("dns", "unreachable", "stalled")
    assert heard.seconds < LIMITS.first_word_seconds + 1
    assert_plain(heard.error)


@pytest.mark.parametrize("spec", ["openai:test", "ollama:test"])
def test_tls_with_a_server_that_speaks_none(spec: str) -> None:
    with ModelServer("Hello") as server:
        heard = listen(connected(server.base_url.replace("http://", "https://"), spec))
        assert heard.kind == "tls"
        assert not server.requests
    assert_plain(heard.error)


@pytest.mark.parametrize("spec", ["openai:test", "ollama:test"])
def test_a_certificate_that_nobody_vouches_for(spec: str, tmp_path: Path) -> None:
    with ModelServer("Hello", certificate=str(self_signed(tmp_path))) as server:
        heard = listen(connected(server.base_url, spec))
        assert heard.kind == "tls"
        assert not server.requests
    assert_plain(heard.error)


def self_signed(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


# Trying again


def test_trying_again_helps() -> None:
    with ModelServer([Status(503), Status(429, {"Retry-After": "0.1"}), Answer("Here.")]) as server:
        heard = listen(connected(server.base_url, limits=replace(LIMITS, first_word_seconds=3, total_seconds=5)))
        assert (heard.text, heard.error) == ("Here.", None)
        assert len(server.requests) == 3


@pytest.mark.parametrize("as_date", [False, True])
def test_it_waits_as_long_as_the_server_asks(as_date: bool) -> None:
    wanted = "1"
    with ModelServer(lambda request: Status(429, {"Retry-After": wanted}) if first(server) else "Here.") as server:
        if as_date:
            wanted = email.utils.formatdate(time.time() + 3, usegmt=True)
        heard = listen(connected(server.base_url, limits=replace(LIMITS, first_word_seconds=5, total_seconds=9)))
    assert heard.text == "Here."
    assert 0.9 < heard.seconds < 4.5


def first(server: ModelServer) -> bool:
    return len(server.requests) == 1


def test_after_the_first_word_it_does_not_try_again() -> None:
    with ModelServer([Answer("Goal 3 is", ending="cut"), Answer("Goal 3 is engagement.")]) as server:
        heard = listen(connected(server.base_url))
        assert (heard.text, heard.kind) == ("Goal 3 is", "cut")
        assert len(server.requests) == 1


def test_no_retries_means_none() -> None:
    with ModelServer(Status(503)) as server:
        assert listen(connected(server.base_url, limits=replace(LIMITS, retries=0))).kind == "unavailable"
        assert len(server.requests) == 1
