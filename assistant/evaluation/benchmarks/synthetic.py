"""Large libraries for measuring growth: documents that read like the given ones, and vectors that cost nothing.

Nothing here tells how good search is, only what it costs.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np

from assistant.embedding.base import Embedder, Matrix, Meanings, PassageEmbedding, PassageInput, TokenVectors

_WORDS = re.compile(r"[\w’'-]+")
_RARE = 0.04
"""Share of words that are names and the like, which every further document brings new ones of."""
_SYLLABLES = "ba co den el fir gan hol is jun ka lor men nor ost pel qui ram sol tan ur ven wil yor zan".split()
_DIRECTIONS = 48
_PARAGRAPH = 4
_PARAGRAPHS_A_SECTION = 10
_PARAGRAPHS_A_PASSAGE = 1.4
_SENTENCE = (9, 26)


class SyntheticText:
    """Sentences that follow the given texts from word to word (a Markov chain), with rare words strewn in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._random = random.Random(0)
        self._followers: dict[str, list[str]] = {}
        for text in texts:
            words = _WORDS.findall(text)
            for one, following in pairwise(words):
                self._followers.setdefault(one, []).append(following)
        self._openers = sorted(word for word in self._followers if word[0].isupper())
        if not self._openers:
            raise ValueError("texts without a sentence")

    def sentence(self) -> str:
        word = self._random.choice(self._openers)
        words = [word]
        for _ in range(self._random.randint(*_SENTENCE)):
            followers = self._followers.get(word)
            word = self._random.choice(followers or self._openers)
            words.append(self._rare_word() if self._random.random() < _RARE else word)
        return " ".join(words) + "."

    def document(self, passages: int) -> str:
        """Return Markdown that is cut into about so many passages."""
        lines = [f"# {self.sentence()[:60]}"]
        for number in range(round(passages * _PARAGRAPHS_A_PASSAGE)):
            if number % _PARAGRAPHS_A_SECTION == 0:
                lines.append(f"## {self.sentence()[:50]}")
            lines.append(" ".join(self.sentence() for _ in range(_PARAGRAPH)))
        return "\n\n".join(lines) + "\n"

    def _rare_word(self) -> str:
        # The exponent makes few of them common and most of them unique, as names are.
        rank = int(self._random.paretovariate(0.6)) % 400_000
        name = ""
        while rank or not name:
            rank, syllable = divmod(rank, len(_SYLLABLES))
            name += _SYLLABLES[syllable]
        return name.capitalize()

    def write_folder(self, folder: Path, passages: int, documents: int) -> None:
        """Write Markdown files with about so many passages between them."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, size in enumerate(_shares(passages, documents)):
            (folder / f"document-{number:05d}.md").write_text(self.document(size), encoding="utf-8")


def _shares(passages: int, documents: int) -> Iterator[int]:
    for number in range(documents):
        yield passages * (number + 1) // documents - passages * number // documents


class CheapEmbedder(Embedder):
    """Another embedder's costs for a question, and nearly none for a passage.

    A passage's vector is the sum of random vectors, one for each of its words: passages that share words are near one
    another. As those of a model do, they lie along far fewer directions than they have numbers, without which no index
    of neighbours works.
    """

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self.fingerprint = f"cheap/{real.dimension}"
        self.dimension = real.dimension
        self.maximum_tokens = real.maximum_tokens
        chance = np.random.default_rng(0)
        directions = chance.standard_normal((_DIRECTIONS, self.dimension))
        self._of_words = (chance.standard_normal((4096, _DIRECTIONS)) @ directions).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._real.count_tokens(texts)

    def is_word(self, word: str) -> bool:
        return self._real.is_word(word)

    def meanings(self, text: str, passages: Sequence[str]) -> Meanings:
        return self._real.meanings(text, passages)

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._real.token_vectors(texts)

    def answerability(self, question: str, texts: Sequence[str]) -> list[float] | None:
        return self._real.answerability(question, texts)

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        return [
            PassageEmbedding(
                self._sum(one.whole),
                np.stack([self._sum(span.of(one.text)) for span in one.sentences])
                if one.sentences
                else np.empty((0, self.dimension), dtype=np.float32),
            )
            for one in passages
        ]

    def query_vector(self, text: str) -> Matrix:
        self._real.query_vector(text)
        return self._sum(text)

    def _sum(self, text: str) -> Matrix:
        rows = [crc32(word.encode()) % len(self._of_words) for word in _WORDS.findall(text.lower())] or [0]
        total = self._of_words[rows].sum(axis=0)
        vector: Matrix = (total / np.linalg.norm(total)).astype(np.float32)
        return vector
