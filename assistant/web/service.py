"""What the pages need of the assistant, and nothing more: the pages can be tested without an index or a model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.records import Answer, Document, Draft, DraftTemplate, IndexReport, SearchHit, Span, Turn
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.app import IndexProgress, LibraryOverview, ModelState
    from assistant.drafting.base import OnSection
    from assistant.drafting.drafter import Drafter
    from assistant.drafting.export import Form
    from assistant.drafting.recheck import Recheck
    from assistant.drafting.shelf import Shelf


class Service(Protocol):
    """The assistant as the pages see it. Every method may be called from several threads at once."""

    settings: Settings

    @property
    def ready(self) -> bool: ...

    def warm(self) -> None: ...

    @property
    def model_state(self) -> ModelState:
        """The language model as it is set; the first look may take a second or two. Nothing is sent by it."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...

    def ask_in_steps(
        self, question: str, history: Sequence[Turn] = (), stop: threading.Event | None = None
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, each sentence checked before it is in it; the last one is complete."""
        ...

    def index(self, progress: Callable[[IndexProgress], None] | None = None) -> IndexReport: ...

    def overview(self) -> LibraryOverview: ...

    def document(self, document_id: str) -> Document:
        """Return a document; raises LibraryError for an unknown id."""
        ...

    def original_file(self, document_id: str) -> Path:
        """Return the path of the file a document was read from; raises LibraryError where it is gone."""
        ...

    def page_image(self, document_id: str, page_number: int, span: Span | None) -> bytes:
        """Return a page as PNG with ``span`` marked; raises LibraryError, UnreadableFileError."""
        ...

    def search(self, query: str, limit: int = 10) -> list[SearchHit]: ...

    # Drafts

    def templates(self) -> Sequence[DraftTemplate]: ...

    @property
    def drafter(self) -> Drafter:
        """Writes sections again and checks edited ones; what it returns is not kept yet."""
        ...

    @property
    def shelf(self) -> Shelf: ...

    def write_draft(self, template: str, form: Mapping[str, str], on_section: OnSection | None = None) -> Draft:
        """Return a new draft, which is not kept yet; ``on_section`` is called with the draft so far."""
        ...

    def export_draft(self, draft: Draft, form: Form) -> bytes:
        """Return the bytes of the file; raises DraftError where it cannot be made."""
        ...

    def recheck_draft(self, name: str, content: bytes) -> Recheck:
        """Check an exported file against the documents of today; raises UnreadableFileError, UsageError."""
        ...
