"""What every embedding engine offers, and the pooling that they share.

A passage is embedded once, and both kinds of vectors come out of that one pass of the model: the mean over all its
tokens is the passage's vector, the mean over the tokens of one sentence is that sentence's vector. A sentence's
tokens have seen the whole passage, so "it must be updated each year" is near what "it" is. (Late chunking: Günther
and others 2024, arXiv 2409.04701. On the public span set used for tuning it ranked the right sentence first in
.58 of 276 questions against .53 for embedding each sentence by itself, which also costs a second pass.)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

from assistant.records import Span

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PassageInput:
    """A passage as the model reads it: ``context`` (title and headings), then ``text``.

    ``sentences`` are spans inside ``text``.
    """

    context: str
    text: str
    sentences: tuple[Span, ...]

    @property
    def whole(self) -> str:
        return f"{self.context}\n{self.text}" if self.context else self.text

    @property
    def text_start(self) -> int:
        """Offset of ``text`` inside ``whole``."""
        return len(self.whole) - len(self.text)


@dataclass(frozen=True, slots=True)
class PassageEmbedding:
    """Unit vectors: ``vector`` of shape (dimension,), ``sentences`` of shape (number of sentences, dimension)."""

    vector: Matrix
    sentences: Matrix


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A text token by token: unit vectors of shape (number of tokens, dimension) and their character ranges."""

    vectors: Matrix
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Meanings:
    """Cosines of shape (number of passages, number of word pieces), and the pieces' character ranges in the text."""

    nearest: Matrix
    offsets: tuple[tuple[int, int], ...]


class Embedder(Embeddings, ABC):
    """An embedding engine; also a LangChain ``Embeddings``. Safe to use from several threads.

    ``fingerprint`` names model, weights and precision: vectors of different fingerprints are never compared.
    """

    fingerprint: str
    dimension: int
    maximum_tokens: int

    @abstractmethod
    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text, without the two that mark start and end."""

    @abstractmethod
    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        """Return the vectors of each passage, in order. Raises EmbeddingError."""

    @abstractmethod
    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the vectors of the tokens of each text, each seen in its context. Raises EmbeddingError."""

    def meanings(self, text: str, passages: Sequence[str]) -> Meanings:
        """Return how near each word piece of ``text`` is to the nearest piece of each passage, by what a piece means by
        itself, whatever stands around it: a look-up. No pieces where the engine has no table of meanings.
        """
        return Meanings(np.empty((len(passages), 0), dtype=np.float32), ())

    def answerability(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """Return for each text the logit that it answers ``question``: above 0, it is likelier than not.

        Unlike a cosine it tells a text that answers from one that is only on the same subject. None where the engine
        has no model that reads both together, or that model does not know the question's language.
        """
        return None

    def is_word(self, word: str) -> bool:
        """Whether the model knows ``word`` (lower case) as a whole, and so as a word of its language.

        True where the model does not show its vocabulary: then nothing is taken for a slip of the pen.
        """
        return True

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        whole = [PassageInput("", text, ()) for text in texts]
        return [[float(value) for value in one.vector] for one in self.embed_passages(whole)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]

    def query_vector(self, text: str) -> Matrix:
        """Return the unit vector of a question, of shape (dimension,)."""
        return np.asarray(self.embed_query(text), dtype=np.float32)


def pool(tokens: Matrix, offsets: Sequence[tuple[int, int]], passage: PassageInput) -> PassageEmbedding:
    """Average token vectors into the passage's vector and its sentences' vectors.

    ``tokens`` has shape (number of tokens, dimension), the marks of start and end included; ``offsets`` are the
    character ranges of the tokens in ``passage.whole``, empty for those marks. A sentence none of whose tokens
    was seen (cut off at the model's limit) gets the passage's vector.
    """
    vector = _unit(tokens.mean(axis=0))
    shift = passage.text_start
    starts = np.array([start for start, _ in offsets])
    ends = np.array([end for _, end in offsets])
    sentences = np.empty((len(passage.sentences), tokens.shape[1]), dtype=np.float32)
    for row, span in enumerate(passage.sentences):
        inside = (starts >= span.start + shift) & (ends <= span.end + shift) & (ends > starts)
        sentences[row] = _unit(tokens[inside].mean(axis=0)) if inside.any() else vector
    return PassageEmbedding(vector, sentences)


def unit_tokens(tokens: Matrix, offsets: Sequence[tuple[int, int]]) -> TokenVectors:
    """Return the tokens that stand for characters, each scaled to length one; not the marks of start and end."""
    kept = [index for index, (start, end) in enumerate(offsets) if end > start]
    vectors = tokens[kept]
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return TokenVectors((vectors / lengths).astype(np.float32), tuple(offsets[index] for index in kept))


def _unit(vector: Matrix) -> Matrix:
    """Scale to length one; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 0 else vector).astype(np.float32)
