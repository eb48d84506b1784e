"""What is said of where the text goes, where a server searches; what is said of models stands in the pages' tests."""

from __future__ import annotations

import pytest

from assistant.app import ModelState
from assistant.settings import Settings
from assistant.web.model_words import model_words

NO_MODEL = ModelState(None, None, None)


def said(**settings: str) -> str:
    return model_words(NO_MODEL, Settings.model_validate(settings)).line


def test_without_any_server_all_is_on_this_machine() -> None:
    assert said() == "Answers in quotes, on this machine."


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://api.example.com/v1", "Questions are searched for by api.example.com, outside your network."),
        ("http://10.0.0.5:8000/v1", "Questions are searched for by 10.0.0.5, inside your network."),
    ],
)
def test_a_server_that_searches_is_named(address: str, words: str) -> None:
    assert said(embedding_model="openai:small", embedding_base_url=address) == f"Answers in quotes. {words}"


def test_a_server_without_an_address_is_told_of_all_the_same() -> None:
    assert "a server" in said(embedding_model="openai:small")
