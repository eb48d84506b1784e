"""Every way in which a model server can fail, asked through the assistant: each ends in quotes and a plain sentence."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Assistant
from assistant.asking import Asker, Writer
from assistant.chat.streaming import streams_under_way
from assistant.finding import Finder
from assistant.records import Answer, SentenceKind
from tests.chat.model_server import ModelServer
from tests.chat.talking import KEY, LIMITS, comes_true, connected
from tests.chat.test_chat_faults import CASES, self_signed

QUESTION = "Where do sites have to put their family engagement goals?"
SLACK_SECONDS = 30
"""For searching and checking on a busy machine; a fault without a limit would take for ever."""


@pytest.fixture(scope="module")
def asker(built_in: Assistant) -> Asker:
    return Asker(built_in.library, Finder(built_in.library, lambda: built_in.embedder), 4)


@pytest.fixture(scope="module")
def in_quotes(asker: Asker) -> Answer:
    *_, answer = asker.answers(QUESTION)
    return answer


def answered(built_in: Assistant, asker: Asker, address: str, remote: bool = False) -> Answer:
    writer = Writer(connected(address, remote=remote), built_in.prompts, built_in.support_check)
    started = time.monotonic()
    *_, answer = asker.answers(QUESTION, writer=lambda: writer)
    assert time.monotonic() - started < LIMITS.total_seconds + SLACK_SECONDS
    return answer


def assert_in_quotes_with_a_reason(answer: Answer, in_quotes: Answer) -> None:
    assert answer.complete
    assert answer.sentences == in_quotes.sentences
    assert answer.citations == in_quotes.citations
    assert all(one.kind is SentenceKind.QUOTED for one in answer.sentences)
    notice = str(answer.notice)
    assert notice.endswith("The answer is given in the sources' own words.")
    for word in (KEY, "Error", "Exception", "Traceback", "http.", "{"):
        assert word not in notice
    assert streams_end()


def streams_end() -> bool:
    return comes_true(lambda: streams_under_way() == 0, 5)


@pytest.mark.parametrize("name", CASES)
def test_every_fault_of_a_server_ends_in_quotes(
    built_in: Assistant, asker: Asker, in_quotes: Answer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ModelServer(CASES[name].script) as server:
        answer = answered(built_in, asker, server.base_url)
        assert server.requests
        assert server.becomes_idle(5)
    assert_in_quotes_with_a_reason(answer, in_quotes)
    assert KEY not in caplog.text


@pytest.fixture(params=["refused", "unknown name", "no TLS", "a certificate that nobody vouches for"])
def unreachable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address to which no connection comes about."""
    if request.param == "refused":
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            yield f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        return
    if request.param == "unknown name":
        yield "http://model.invalid/v1"
        return
    signed = request.param != "no TLS"
    with ModelServer("Hello", str(self_signed(tmp_path)) if signed else None) as server:
        yield f"https://127.0.0.1:{server.port}/v1"


def test_no_connection_ends_in_quotes(built_in: Assistant, asker: Asker, in_quotes: Answer, unreachable: str) -> None:
    answer = answered(built_in, asker, unreachable, remote="invalid" in unreachable)
    assert answer.model == "quotes"
    assert_in_quotes_with_a_reason(answer, in_quotes)
