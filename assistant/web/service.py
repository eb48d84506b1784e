"""What the pages need of the assistant, and nothing more: the pages can be tested without an index or a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.records import Answer, Document, IndexReport, Span, Turn
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.app import IndexProgress, LibraryOverview


class Service(Protocol):
    """The assistant as the pages see it. Every method may be called from several threads at once."""

    settings: Settings

    @property
    def ready(self) -> bool: ...

    def warm(self) -> None: ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...

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
