"""What drafting needs of the rest of the assistant; it cannot search or read by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.records import Document, Draft, Passage, Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that bears on a question; ``spans`` are the sentences of it that do, the best first."""

    passage: Passage
    document: Document
    spans: tuple[Span, ...]
    score: float


Find = Callable[[str], Sequence[Evidence]]
"""A question to the evidence that bears on it, the best first; nothing where nothing does."""

Documents = Callable[[str], Document]
"""A document's id to the document. Raises LibraryError for an id that is not in the library."""

OnSection = Callable[[Draft], None]
"""Called with the draft so far each time a section is done; the new one is its last."""
