"""A model that does not answer is left alone, and asked again after a rest."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator, Sequence

import pytest

from assistant.chat import ChatModel, CircuitBreaker, Message, ModelPlace, problem_of
from assistant.chat.breaker import NO_ANSWER
from assistant.chat.faults import KINDS, model_error
from assistant.errors import ModelError
from tests.chat.model_server import Answer, ModelServer, Status
from tests.chat.talking import QUESTION, connected, listen

PLACE = ModelPlace("openai", "test", "127.0.0.1", remote=False)


class Scripted(ChatModel):
    """For each request some pieces of text, and the kind of fault that follows them ("" for none)."""

    name = "openai:test"
    place = PLACE

    def __init__(self, *script: tuple[Sequence[str], str]) -> None:
        self.script = list(script)
        self.asked = 0

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str]:
        pieces, fault = self.script[min(self.asked, len(self.script) - 1)]
        self.asked += 1
        yield from pieces
        if fault:
            raise model_error(fault, PLACE)

    def complete(self, messages: Sequence[Message], stop: threading.Event | None = None) -> str:
        return "".join(self.stream(messages, stop))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


GONE = ((), "stalled")
FINE = (("All is", " well."), "")


def kinds_heard(model: ChatModel, times: int) -> list[str | None]:
    return [listen(model).kind for _ in range(times)]


def completing(model: ChatModel) -> str | None:
    try:
        model.complete(QUESTION)
    except ModelError as error:
        return error.kind
    return None


def streaming(model: ChatModel) -> str | None:
    return listen(model).kind


BOTH = pytest.mark.parametrize("ask", [streaming, completing])


@BOTH
def test_after_two_without_an_answer_the_next_is_told_at_once(ask: Callable[[ChatModel], str | None]) -> None:
    inner, clock = Scripted(GONE), Clock()
    model = CircuitBreaker(inner, clock=clock)
    assert [ask(model) for _ in range(5)] == ["stalled", "stalled", "resting", "resting", "resting"]
    assert inner.asked == 2
    assert "minute" in str(problem_of(model))
    clock.now = 61
    assert problem_of(model) is None


@BOTH
def test_one_trial_that_succeeds_lets_all_through_again(ask: Callable[[ChatModel], str | None]) -> None:
    inner, clock = Scripted(GONE, GONE, FINE), Clock()
    model = CircuitBreaker(inner, clock=clock)
    assert [ask(model) for _ in range(3)] == ["stalled", "stalled", "resting"]
    clock.now = 61
    assert [ask(model) for _ in range(3)] == [None, None, None]


@BOTH
def test_a_trial_that_fails_begins_the_rest_anew(ask: Callable[[ChatModel], str | None]) -> None:
    inner, clock = Scripted(GONE), Clock()
    model = CircuitBreaker(inner, clock=clock)
    assert [ask(model) for _ in range(2)] == ["stalled", "stalled"]
    clock.now = 61
    assert [ask(model) for _ in range(2)] == ["stalled", "resting"]
    clock.now = 120
    assert ask(model) == "resting"
    clock.now = 122
    assert ask(model) == "stalled"
    assert inner.asked == 4


def test_while_one_tries_the_others_are_not_let_through_and_from_its_first_word_they_are() -> None:
    clock = Clock()
    model = CircuitBreaker(Scripted(GONE, GONE, FINE), clock=clock)
    kinds_heard(model, 2)
    clock.now = 61
    began, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    class Waiting(Scripted):
        def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str]:
            began.set()
            go_on.wait(10)
            yield "One"
            ended.wait(10)

    model._model = Waiting(FINE)
    pieces = model.stream(QUESTION)
    trying = threading.Thread(target=lambda: next(pieces))
    trying.start()
    assert began.wait(10)
    assert listen(model).kind == "resting"
    go_on.set()
    trying.join(10)
    model._model = Scripted(FINE)
    assert listen(model).kind is None
    ended.set()
    pieces.close()


def test_a_reader_who_leaves_before_the_first_word_leaves_the_trial_to_the_next() -> None:
    clock = Clock()
    stopped: tuple[tuple[str, ...], str] = ((), "")
    inner = Scripted(GONE, GONE, stopped, GONE, FINE)
    model = CircuitBreaker(inner, clock=clock)
    kinds_heard(model, 2)
    clock.now = 61
    # Stopped without a word: that tells nothing of the model, for better or worse.
    assert kinds_heard(model, 3) == [None, "stalled", "resting"]


def test_two_not_in_a_row_are_no_reason_to_leave_it_alone() -> None:
    model = CircuitBreaker(Scripted(GONE, FINE, GONE, FINE, GONE))
    assert kinds_heard(model, 5) == ["stalled", None, "stalled", None, "stalled"]


def test_silence_after_the_first_word_counts_too() -> None:
    model = CircuitBreaker(Scripted((("Goal",), "stalled")))
    assert kinds_heard(model, 3) == ["stalled", "stalled", "resting"]


@pytest.mark.parametrize("kind", sorted(KINDS - NO_ANSWER - {"resting"}))
def test_a_server_that_says_something_is_asked_again(kind: str) -> None:
    model = CircuitBreaker(Scripted(GONE, ((), kind), GONE, ((), kind)))
    assert kinds_heard(model, 4) == ["stalled", kind, "stalled", kind]


def test_a_fault_that_costs_no_time_is_reported_each_time() -> None:
    with ModelServer(Status(401)) as server:
        assert kinds_heard(CircuitBreaker(connected(server.base_url)), 4) == ["key"] * 4


def test_over_a_real_connection_that_is_refused_and_then_taken() -> None:
    clock = Clock()
    with ModelServer(Answer("Here.")) as server, socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        model = CircuitBreaker(connected(f"http://127.0.0.1:{unused.getsockname()[1]}"), clock=clock)
        assert kinds_heard(model, 3) == ["refused", "refused", "resting"]
        model._model = connected(server.base_url)
        assert not server.requests
        clock.now = 61
        assert listen(model).text == "Here."
