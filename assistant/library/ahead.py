"""A document on its way into the library: its vectors are made in another thread while the caller does other work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, Future

from assistant.library.holdings import PassageVectors, SourceFile
from assistant.library.packing import vector_key
from assistant.records import Document, Passage

Embed = Callable[[Mapping[str, tuple[str, Passage]]], dict[str, PassageVectors]]
"""Vector keys to (title of the document, passage); gives the vectors by the same keys."""


class AheadOfStoring:
    """A document that was read and cut, and is being embedded.

    ``known`` are the vector keys that the library has. ``before`` is the document that is stored just before this one:
    passages that both have are embedded once. ``embedded`` counts those that are embedded for this document.
    """

    def __init__(
        self,
        file: SourceFile,
        document: Document,
        passages: Sequence[Passage],
        known: Collection[str],
        before: AheadOfStoring | None = None,
    ) -> None:
        self.file = file
        self.document = document
        self.passages = passages
        keyed = {vector_key(passage, document.title): passage for passage in passages}
        self._wanted = {key: (document.title, one) for key, one in keyed.items() if key not in known}
        self._before = before
        self._shared = self._wanted.keys() & before._wanted.keys() if before is not None else set()
        self._parts: list[Future[dict[str, PassageVectors]]] = []
        self._made: dict[str, PassageVectors] | None = None
        self.embedded = len(self._wanted) - len(self._shared)

    def start(self, executor: Executor, embed: Embed, at_once: int) -> None:
        """Have the passages embedded, so many in one task: a task that has begun cannot be called off."""
        own = [key for key in self._wanted if key not in self._shared]
        for first in range(0, len(own), at_once):
            some = {key: self._wanted[key] for key in own[first : first + at_once]}
            self._parts.append(executor.submit(embed, some))

    def vectors(self) -> dict[str, PassageVectors]:
        """Return all vectors that the library lacks, by key, once they are made; raises what ``embed`` raised."""
        if self._made is None:
            made: dict[str, PassageVectors] = {}
            if self._before is not None:
                before = self._before.vectors()
                made.update({key: before[key] for key in self._shared})
                # Or each document would hold on to the one before it.
                self._before = None
            for part in self._parts:
                made.update(part.result())
            self._made = made
        return self._made
