from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.library import packing
from assistant.records import CharacterRun, Page, Section, Span

NUMBERS = st.integers(0, 2**32 - 1)
SPANS = st.tuples(NUMBERS, NUMBERS).map(lambda pair: Span(*sorted(pair)))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(SPANS, max_size=20).map(tuple))
def test_spans(spans: tuple[Span, ...]) -> None:
    assert packing.unpack_spans(packing.pack_spans(spans)) == spans
    origin = min((span.start for span in spans), default=0)
    assert packing.unpack_spans(packing.pack_spans(spans, origin), origin) == spans


@given(st.lists(st.builds(CharacterRun, NUMBERS, NUMBERS, NUMBERS), max_size=20).map(tuple))
def test_runs(runs: tuple[CharacterRun, ...]) -> None:
    assert packing.unpack_runs(packing.pack_runs(runs)) == runs


@given(
    st.lists(st.builds(Section, st.lists(TEXT).map(tuple), SPANS), max_size=5).map(tuple),
    st.lists(st.builds(Page, NUMBERS, st.none() | TEXT, SPANS), max_size=5).map(tuple),
)
def test_sections_and_pages(sections: tuple[Section, ...], pages: tuple[Page, ...]) -> None:
    assert packing.unpack_sections(packing.pack_sections(sections)) == sections
    assert packing.unpack_pages(packing.pack_pages(pages)) == pages


@given(TEXT, st.lists(TEXT).map(tuple))
def test_headings(title: str, path: tuple[str, ...]) -> None:
    assert packing.unpack_heading(packing.pack_heading(title, path)) == path


@given(st.tuples(TEXT, TEXT, st.binary(max_size=9)), st.tuples(TEXT, TEXT, st.binary(max_size=9)))
def test_other_parts_have_another_key(one: tuple[str, str, bytes], other: tuple[str, str, bytes]) -> None:
    assert (packing.key_of(*one) == packing.key_of(*other)) == (one == other)


def test_vectors() -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 7)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.testing.assert_array_equal(packing.unpack_vector(packing.pack_vector(vectors[0])), vectors[0])
    back = packing.unpack_sentence_vectors(packing.pack_sentence_vectors(vectors), 7)
    np.testing.assert_allclose(back @ back.T, vectors @ vectors.T, atol=1e-3)
