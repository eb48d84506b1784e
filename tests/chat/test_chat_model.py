"""Asking, being asked to stop, and asking many things at once."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from assistant.chat import ChatLimits, ChatModel, Message, probe
from assistant.chat.streaming import streams_under_way
from assistant.errors import ModelError
from tests.chat.model_server import Answer, ModelServer, Request, Status
from tests.chat.real_server import RealServer
from tests.chat.talking import LIMITS, QUESTION, SLACK_SECONDS, comes_true, connected, listen, within

PATIENT = ChatLimits()
Addressed = Callable[[ModelServer], ChatModel]
BOTH = pytest.mark.parametrize(
    "to",
    [
        lambda server: connected(server.base_url, limits=PATIENT),
        lambda server: connected(server.ollama_url, "ollama:test", limits=PATIENT),
    ],
    ids=["openai", "ollama"],
)
ENDLESSLY = Answer(pieces=itertools.repeat("on "), pause=0.02)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Import the packages and speak once, so that no test pays for it with its patience."""
    with ModelServer("Ready.") as server:
        assert connected(server.base_url, limits=PATIENT).complete(()) == "Ready."
        assert connected(server.ollama_url, "ollama:test", limits=PATIENT).complete(()) == "Ready."


@BOTH
def test_the_answer_comes_as_it_is_written(to: Addressed) -> None:
    with ModelServer(lambda request: f"You asked: {request.question}") as server:
        model = to(server)
        assert list(model.stream(QUESTION)) == ["You", " asked:", " What", " is", " Goal", " 3?"]
        assert model.complete(QUESTION) == "You asked: What is Goal 3?"
        assert [(one["role"], one["content"]) for one in server.requests[0].messages] == [
            ("system", "Answer from the sources."),
            ("user", "What is Goal 3?"),
        ]


@BOTH
def test_the_first_word_does_not_wait_for_the_last(to: Addressed) -> None:
    heard = threading.Event()

    def pieces() -> Iterator[str]:
        yield "One"
        yield " two" if heard.wait(SLACK_SECONDS) else " too late"

    with ModelServer(lambda _: Answer(pieces=pieces())) as server:
        stream = to(server).stream(QUESTION)
        assert next(stream) == "One"
        heard.set()
        assert "".join(stream) == " two"


def test_messages_of_all_kinds_in_their_order() -> None:
    talk = [Message("system", "S"), Message("user", "Q1"), Message("assistant", "A1"), Message("user", "Q2")]
    with ModelServer("A2") as server:
        assert connected(server.base_url).complete(talk) == "A2"
        assert [one["role"] for one in server.requests[0].messages] == ["system", "user", "assistant", "user"]


@BOTH
def test_thinking_first_is_no_text_and_no_silence(to: Addressed) -> None:
    answer = Answer("Goal 3 is engagement.", thinking=("Hm.",) * 12, pause=0.2)
    with ModelServer(answer) as server:
        impatient = replace(LIMITS, first_word_seconds=1.5, idle_seconds=1.5, total_seconds=20)
        url, spec = (server.base_url, "openai:test") if "openai" in to(server).name else (server.ollama_url, "ollama:t")
        heard = listen(connected(url, spec, limits=impatient))
        assert (heard.text, heard.error) == ("Goal 3 is engagement.", None)


def test_a_tag_in_the_text_is_not_taken_out_here() -> None:
    with ModelServer("<think>Hm.</think>Goal 3.") as server:
        assert connected(server.base_url).complete(QUESTION) == "<think>Hm.</think>Goal 3."


def test_white_space_before_the_first_word_is_left_out() -> None:
    with ModelServer(Answer(pieces=["\n", " ", "Goal", " ", "3"])) as server:
        assert list(connected(server.base_url).stream(QUESTION)) == ["Goal", " ", "3"]


def test_letters_of_all_kinds_arrive_whole() -> None:
    text = "Participación de las familias ¶ 家庭 👩‍👧 ﬁn"
    with ModelServer(Answer(pieces=list(text))) as server:
        assert connected(server.base_url).complete(QUESTION) == text


def test_a_whole_answer_that_is_too_long_is_cut() -> None:
    with ModelServer(Answer(pieces=itertools.repeat("on " * 20))) as server:
        assert len(connected(server.base_url).complete(QUESTION)) == LIMITS.most_characters
        assert server.becomes_idle()


def test_a_whole_answer_that_breaks_off_is_none() -> None:
    with ModelServer(Answer("Goal 3 is", ending="cut")) as server, pytest.raises(ModelError):
        connected(server.base_url).complete(QUESTION)


def test_an_answer_as_long_as_it_may_be_is_no_fault() -> None:
    with ModelServer(Answer(pieces=["x" * LIMITS.most_characters])) as server:
        assert listen(connected(server.base_url)).error is None


# Stopping


def test_nothing_is_sent_before_the_first_word_is_asked_for() -> None:
    with ModelServer("Hello.") as server:
        stream = connected(server.base_url).stream(QUESTION)
        time.sleep(0.1)
        assert not server.requests
        del stream


@BOTH
def test_closing_the_stream_frees_the_server(to: Addressed) -> None:
    with ModelServer(ENDLESSLY) as server:
        stream = to(server).stream(QUESTION)
        assert next(stream).strip() == "on"
        assert server.under_way == 1
        stream.close()
        # It would go on for ever otherwise.
        assert server.becomes_idle()
        assert comes_true(lambda: streams_under_way() == 0)
        assert server.left == 1


@BOTH
@pytest.mark.parametrize("answer", [ENDLESSLY, Answer("Stuck.", ending="hang")])
def test_a_stop_between_two_words_is_heard_before_the_next(to: Addressed, answer: Answer) -> None:
    with ModelServer(answer) as server:
        stop = threading.Event()
        heard = []
        with within(SLACK_SECONDS):
            for piece in to(server).stream(QUESTION, stop):
                heard.append(piece)
                stop.set()
        assert len(heard) == 1
        assert server.becomes_idle()


@BOTH
@pytest.mark.parametrize("answer", [ENDLESSLY, Answer("Late.", first_after=30), Answer("Stuck.", ending="hang")])
def test_a_stop_ends_a_whole_answer_whatever_the_server_does(to: Addressed, answer: Answer) -> None:
    with ModelServer(answer) as server, ThreadPoolExecutor(1) as pool:
        stop = threading.Event()
        answering = pool.submit(to(server).complete, QUESTION, stop)
        assert comes_true(lambda: server.under_way == 1)
        stop.set()
        assert answering.result(SLACK_SECONDS) != "Late."
        assert server.becomes_idle()


def test_a_stop_ends_the_wait_before_another_try() -> None:
    with ModelServer(Status(429, {"Retry-After": "20"})) as server, ThreadPoolExecutor(1) as pool:
        stop = threading.Event()
        answering = pool.submit(connected(server.base_url, limits=PATIENT).complete, QUESTION, stop)
        assert comes_true(lambda: len(server.requests) == 1 and server.under_way == 0)
        stop.set()
        assert answering.result(SLACK_SECONDS) == ""
        assert len(server.requests) == 1


def test_a_stop_beforehand_sends_nothing() -> None:
    with ModelServer("Hello.") as server:
        stop = threading.Event()
        stop.set()
        assert connected(server.base_url).complete(QUESTION, stop) == ""
        assert not server.requests


def test_a_reader_that_goes_away_without_a_word_does_not_hold_the_server_for_ever() -> None:
    with ModelServer(ENDLESSLY) as server:
        stream = connected(server.base_url, limits=replace(LIMITS, idle_seconds=5)).stream(QUESTION)
        next(stream)
        assert server.becomes_idle()
        assert comes_true(lambda: streams_under_way() == 0)
        assert "on" in next(stream)


# Many at once


def test_answers_to_many_questions_at_once_are_not_mixed_up() -> None:
    def reply(request: Request) -> Answer:
        return Answer(pieces=[request.question] * 5, pause=0.05)

    with ModelServer(reply) as server:
        model = connected(server.base_url, limits=PATIENT)
        threads = []
        for _ in range(2):
            with ThreadPoolExecutor(30) as pool:
                answers = list(pool.map(lambda n: model.complete([Message("user", f"<{n}>")]), range(60)))
            assert answers == [f"<{n}>" * 5 for n in range(60)]
            assert server.becomes_idle()
            threads.append(threading.active_count())
        # A few that the event loop keeps for its own use, but none for each question.
        assert threads[1] <= threads[0] < 30
        assert streams_under_way() == 0


# Trying it out


def test_trying_a_model_out_says_what_was_seen() -> None:
    with ModelServer(Answer("ready", first_after=0.2)) as server:
        seen = probe(connected(server.base_url, limits=PATIENT))
        assert re.fullmatch(r"first word after \d+\.\d s, 5 characters after \d+\.\d s", seen)
        server.script = Status(401)
        with pytest.raises(ModelError, match="model_api_key"):
            probe(connected(server.base_url))


@pytest.mark.timeout(600)
def test_a_real_model_writes(smollm2: RealServer) -> None:
    # How quick it is says more about the machine than about the code.
    limits = ChatLimits(first_word_seconds=150, idle_seconds=60, total_seconds=240)
    model = connected(smollm2.base_url, smollm2.spec, key=None, limits=limits)
    # It may go on for long; the rest of what it has to say is not waited for.
    pieces = list(itertools.islice(model.stream([Message("user", "Name three colours.")]), 8))
    assert len(pieces) > 3
    assert "".join(pieces).strip()
    # It answers one question at a time: the next only once the first is dropped.
    assert next(iter(model.stream([Message("user", "Say hello.")])))
