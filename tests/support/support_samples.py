"""What the tests of the support check share: sentences of rules, and an embedder that knows words by their letters."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from assistant.embedding.base import Embedder, PassageEmbedding, PassageInput, TokenVectors

RULES = (
    "Each school must hold 2 meetings for parents before the end of May.",
    "A district shall reserve at least 1 percent of its allocation for family engagement.",
    "The school site council approves the plan every year.",
    "Parents may ask for regular meetings with the staff of the school.",
    "Teachers should send home a report 4 times a year.",
    "The district office keeps 10 percent of the reserve for training.",
    "Schools must give notices in a language that parents understand.",
    "The plan was presented to the board on 15 February 2018.",
    "Volunteers must sign in at the office before they visit a classroom.",
    "The committee meets on the first Monday of each month.",
)
NOISE = (
    "The library opens at eight in the morning.",
    "Buses leave from the north gate.",
    "Lunch is served in the main hall.",
)
rule = st.sampled_from(RULES)
noise = st.lists(st.sampled_from(NOISE), unique=True, max_size=3)


class LetterEmbedder(Embedder):
    """Words whose stems are spelled alike have near vectors; nothing else has. Deterministic and without a model."""

    fingerprint = "letters"
    dimension = 64
    maximum_tokens = 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        raise NotImplementedError

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.embedded += texts
        return [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> TokenVectors:
        found = list(re.finditer(r"\w+", text))
        vectors = np.array([self._vector(word.group().lower()[:5]) for word in found], dtype=np.float32)
        return TokenVectors(vectors.reshape(len(found), self.dimension), tuple(word.span() for word in found))

    def _vector(self, word: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        vector = np.random.default_rng(zlib.crc32(word.encode())).normal(size=self.dimension)
        return np.asarray(vector / np.linalg.norm(vector))
