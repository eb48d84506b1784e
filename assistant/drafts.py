"""Drafts: the parts of drafting put together over one library."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from assistant.chat import ChatModel
from assistant.drafting.base import Evidence
from assistant.drafting.drafter import Drafter
from assistant.drafting.export import Form, export, source_info
from assistant.drafting.recheck import Recheck, recheck
from assistant.drafting.shelf import Shelf
from assistant.drafting.templates import load_templates
from assistant.errors import LibraryError
from assistant.finding import Finder
from assistant.library.store import Library
from assistant.prompts import Prompts
from assistant.reading.worker import Reader
from assistant.records import Document, Draft, DraftTemplate
from assistant.support import SupportCheck

PASSAGES_FOUND = 8


class Drafts:
    """Templates, drafts and the files made of them. Safe to use from several threads.

    ``check`` and ``model`` are asked for when a draft is written: both may take a moment to load.
    """

    def __init__(
        self,
        data: Path,
        prompts: Path,
        library: Library,
        finder: Finder,
        reader: Reader,
        check: Callable[[], SupportCheck],
        model: Callable[[], ChatModel | None],
    ) -> None:
        self._data = data
        self._prompts = prompts
        self._library = library
        self._finder = finder
        self._reader = reader
        self._check = check
        self._model = model
        self.shelf = Shelf(data)

    def templates(self) -> list[DraftTemplate]:
        """Return the templates in the folder of the prompts. Raises SettingsError for one that cannot be used."""
        return load_templates(self._prompts / "drafts")

    def drafter(self, document_ids: Collection[str] | None = None) -> Drafter:
        """Return what writes drafts, from the templates as they are now; from these documents only where any are given.

        Raises SettingsError, ModelError.
        """
        return Drafter(
            templates=self.templates(),
            find=lambda question: self._find(question, document_ids),
            documents=self._library.document,
            check=self._check(),
            model=self._model(),
            prompts=Prompts(self._prompts),
            corpus_version=self.corpus_version,
        )

    def corpus_version(self) -> str:
        """Return a hash of the documents in the library: the same documents, the same version."""
        identifiers = sorted(one.id for one in self._library.documents())
        return hashlib.sha256("\n".join(identifiers).encode()).hexdigest()[:16]

    def export(self, draft: Draft, form: Form) -> bytes:
        """Return the draft as a file. Raises DraftError where it cannot be made."""
        cited = {citation.document_id for citation in draft.citations}
        sources = {one: source_info(document) for one in cited if (document := self._held(one)) is not None}
        with self._scratch() as folder:
            return export(draft, sources, form, scratch=Path(folder))

    def recheck(self, name: str, content: bytes) -> Recheck:
        """Check an exported file against the documents of today; ``name`` is what its owner calls it.

        Raises UnreadableFileError for a file that cannot be read, UsageError for one that is no export.
        """
        with self._scratch() as folder:
            # The name is somebody else's, and only its ending means something here.
            file = Path(folder) / f"uploaded{Path(name).suffix.lower()[:10]}"
            file.write_bytes(content)
            return recheck(file, name, self._reader, self._library)

    def _find(self, question: str, document_ids: Collection[str] | None) -> Sequence[Evidence]:
        return [
            Evidence(hit.passage, self._library.document(hit.passage.document_id), hit.passage.sentences, hit.score)
            for hit in self._finder.search(question, PASSAGES_FOUND, document_ids)
        ]

    def _held(self, document_id: str) -> Document | None:
        try:
            return self._library.document(document_id)
        except LibraryError:
            # A draft outlives its sources; what it cites is then printed as it was noted.
            return None

    def _scratch(self) -> tempfile.TemporaryDirectory[str]:
        folder = self._data / "temporary"
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=folder)
