"""One pass of the model, many vectors: how token vectors become those of passages, sentences and words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.embedding.base import PassageInput, pool, unit_tokens
from assistant.records import Span

NUMBERS = st.integers(-9, 9)
MARK = (0, 0)


def test_sentences_are_the_means_of_their_own_tokens() -> None:
    # "C\nab cd": the context, then two sentences of one token each, between the marks of start and end.
    passage = PassageInput("C", "ab cd", (Span(0, 2), Span(3, 5)))
    assert passage.whole == "C\nab cd"
    offsets = [MARK, (0, 1), (2, 4), (5, 7), MARK]
    tokens = np.array([[9, 9], [1, 0], [0, 2], [3, 0], [9, 9]], dtype=np.float32)
    pooled = pool(tokens, offsets, passage)
    np.testing.assert_allclose(pooled.sentences, [[0, 1], [1, 0]])
    mean = tokens.mean(axis=0)
    np.testing.assert_allclose(pooled.vector, mean / np.linalg.norm(mean), rtol=1e-6)


def test_without_a_context_the_text_begins_at_once() -> None:
    passage = PassageInput("", "ab", (Span(0, 2),))
    assert (passage.whole, passage.text_start) == ("ab", 0)


def test_a_sentence_that_the_model_did_not_see_has_the_vector_of_its_passage() -> None:
    passage = PassageInput("", "ab cd", (Span(0, 2), Span(3, 5)))
    pooled = pool(np.array([[1, 1], [0, 1]], dtype=np.float32), [MARK, (0, 2)], passage)
    np.testing.assert_allclose(pooled.sentences[0], [0, 1])
    np.testing.assert_allclose(pooled.sentences[1], pooled.vector)


@given(st.data(), st.integers(1, 6))
def test_all_vectors_have_length_one_or_are_zero(data: st.DataObject, count: int) -> None:
    tokens = data.draw(arrays(np.float32, (count, 3), elements=NUMBERS))
    offsets = [(place, place + 1) for place in range(count)]
    passage = PassageInput("", "x" * count, tuple(Span(place, place + 1) for place in range(count)))
    pooled = pool(tokens, offsets, passage)
    for vector in (pooled.vector, *pooled.sentences):
        length = float(np.linalg.norm(vector))
        assert length == pytest.approx(1, abs=1e-4) or not vector.any()
    assert pooled.vector.dtype == pooled.sentences.dtype == np.float32


def test_marks_are_no_tokens_of_the_text() -> None:
    tokens = unit_tokens(np.array([[9, 9], [0, 5], [0, 0], [9, 9]], dtype=np.float32), [MARK, (0, 2), (3, 4), MARK])
    assert tokens.offsets == ((0, 2), (3, 4))
    np.testing.assert_allclose(tokens.vectors, [[0, 1], [0, 0]])
