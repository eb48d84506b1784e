"""An embedding server, answering well and badly, over a real connection."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from assistant.embedding.base import PassageInput
from assistant.embedding.server_engine import ServerEmbedder
from assistant.errors import EmbeddingError
from assistant.records import Span
from tests.embedding.embedding_server import (
    DIMENSION,
    Answer,
    EmbeddingServer,
    rows_answer,
    serving,
    vector_of,
    well,
)

KEY = "sk-never-to-be-seen-456"
NAME = "district-embeddings"


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with serving() as one:
        yield one


def connected(server: EmbeddingServer, key: str | None = KEY) -> ServerEmbedder:
    return ServerEmbedder(NAME, server.address, key, remote_allowed=False)


def unit(vector: list[float]) -> np.ndarray[Any, Any]:
    scaled: np.ndarray[Any, Any] = np.asarray(vector) / np.linalg.norm(vector)
    return scaled


def test_it_speaks_the_protocol(server: EmbeddingServer) -> None:
    embedder = connected(server)
    np.testing.assert_allclose(embedder.embed_query("the goals"), unit(vector_of("the goals")), atol=1e-6)
    assert embedder.dimension == DIMENSION
    assert embedder.fingerprint == f"{NAME}/{server.address}"
    assert server.paths == {"/v1/embeddings"}
    assert server.keys == {f"Bearer {KEY}"}
    assert {request["model"] for request in server.requests} == {NAME}


def test_a_server_without_a_key_is_no_trouble(server: EmbeddingServer) -> None:
    assert len(connected(server, None).embed_query("goals")) == DIMENSION


def test_passages_and_their_sentences_come_back_in_order(server: EmbeddingServer) -> None:
    embedder = connected(server)
    inputs = [
        PassageInput("Plan: Goals", f"Goal {number}. Done {number}.", (Span(0, 7), Span(8, 15))) for number in range(90)
    ]
    inputs[4] = PassageInput("", "No sentences", ())
    found = embedder.embed_passages(inputs)
    assert len(found) == len(inputs)
    for passage, one in zip(inputs, found, strict=True):
        np.testing.assert_allclose(one.vector, unit(vector_of(passage.whole)), atol=1e-6)
        assert one.sentences.shape == (len(passage.sentences), DIMENSION)
        for span, row in zip(passage.sentences, one.sentences, strict=True):
            np.testing.assert_allclose(row, unit(vector_of(span.of(passage.text))), atol=1e-6)
    # Many texts a request, but no request without end.
    assert 1 < len(server.requests) < 15
    assert embedder.embed_passages([]) == []


def test_words_stand_where_their_offsets_say(server: EmbeddingServer) -> None:
    embedder = connected(server)
    one, none, other = embedder.token_vectors(["The goals, here.", "...", "Goals"])
    assert one.offsets == ((0, 3), (4, 9), (11, 15))
    np.testing.assert_allclose(one.vectors[1], unit(vector_of("goals")), atol=1e-6)
    assert (none.offsets, none.vectors.shape) == ((), (0, DIMENSION))
    np.testing.assert_allclose(other.vectors, [unit(vector_of("goals"))], atol=1e-6)
    assert embedder.token_vectors([]) == []


def test_tokens_are_rather_counted_too_many_than_too_few(server: EmbeddingServer) -> None:
    embedder = connected(server)
    assert embedder.count_tokens(["", "a", "abcdef", "abcdefg"]) == [0, 1, 2, 3]


def status(code: int) -> Callable[[dict[str, Any]], Answer]:
    return lambda request: (code, {"error": {"message": f"The key {KEY} is no good", "type": "bad", "code": "no"}})


def rows(change: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> Callable[[dict[str, Any]], Answer]:
    def behave(request: dict[str, Any]) -> Answer:
        right = np.asarray([vector_of(text) for text in request["input"]])
        return rows_answer(change(right).tolist(), request.get("encoding_format", "float"))

    return behave


BAD: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "key refused": status(401),
    "not allowed": status(403),
    "not there": status(404),
    "broken": status(500),
    "another dimension": rows(lambda right: right[:, :-1]),
    "not a number": rows(lambda right: right * np.nan),
    "infinite": rows(lambda right: right * np.inf),
    "one too few": rows(lambda right: right[:-1]),
    "one too many": rows(lambda right: np.vstack([right, right[:1]])),
    "no vectors": rows(lambda right: right[:0]),
    "empty vectors": rows(lambda right: right[:, :0]),
    "uneven vectors": lambda request: rows_answer([[1.0] * (5 + at) for at in range(len(request["input"]))], "float"),
    "words for numbers": lambda request: (200, {"data": [{"index": 0, "embedding": ["one"] * DIMENSION}]}),
    "another object": lambda request: (200, {"result": "fine"}),
    "a list": lambda request: (200, [1, 2, 3]),
    "a page": lambda request: (200, b"<html>Sign in</html>"),
    "nothing": lambda request: (200, b""),
}


@pytest.mark.parametrize("behave", BAD.values(), ids=BAD.keys())
def test_a_server_that_answers_badly_is_an_error_in_words(
    server: EmbeddingServer, behave: Callable[[dict[str, Any]], Answer]
) -> None:
    embedder = connected(server)
    server.behave = behave
    with pytest.raises(EmbeddingError) as caught:
        embedder.embed_passages([PassageInput("", "Goals. Plans.", (Span(0, 6), Span(7, 13)))])
    assert "server" in str(caught.value)
    assert "embedding_" in caught.value.next_step
    assert KEY not in f"{caught.value} {caught.value!r}"
    server.behave = well
    assert len(embedder.embed_query("goals")) == DIMENSION


def test_a_refused_key_is_said_by_its_setting(server: EmbeddingServer) -> None:
    server.behave = status(401)
    with pytest.raises(EmbeddingError, match="embedding_api_key"):
        connected(server)


def test_a_server_that_is_not_there_is_an_error_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(EmbeddingError, match="embedding_base_url") as caught:
        ServerEmbedder(NAME, f"http://127.0.0.1:{port}/v1", KEY, remote_allowed=False)
    assert KEY not in str(caught.value)


def test_an_address_that_is_not_set_is_asked_for() -> None:
    with pytest.raises(EmbeddingError, match="embedding_base_url"):
        ServerEmbedder(NAME, None, KEY, remote_allowed=False)
