"""Sentences that claim nothing, and those that only look as if."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.support import claims_nothing
from tests.support.support_samples import rule


@pytest.mark.parametrize(
    "text",
    [
        "In summary,",
        "Here is what the sources say:",
        "Here’s a breakdown:",
        "I hope this helps.",
        "Sure! Here are the key points:",
        "Based on the provided sources, here is the answer to your question:",
        "Let me know if you have any other questions.",
        "According to the documents:",
        "En resumen:",
        "Espero que esto le ayude.",
        "",
        "---",
    ],
)
def test_talk_about_the_answer_claims_nothing(text: str) -> None:
    assert claims_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "In summary, schools meet twice.",
        "Overall, parents matter.",
        "The documents do not mention this.",
        "Yes.",
        "No, it is not.",
        "The answer is no.",
        "It is required.",
        "Here is the office:",
        "First, you must ask.",
        "Also, they can ask questions.",
        "I hope the district pays.",
        "There are 3 sources.",
        "According to Epstein:",
        "If you have questions, you must provide evidence.",
        "This is important.",
    ],
)
def test_anything_more_is_a_claim(text: str) -> None:
    assert not claims_nothing(text)


@given(rule)
def test_a_rule_stays_a_claim_behind_any_opening(text: str) -> None:
    assert not claims_nothing(f"In summary, {text}")
