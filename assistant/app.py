"""The assistant: its parts, built once, and what can be asked of it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from assistant.asking import Asker, Writer
from assistant.chat import ChatModel, ModelPlace, problem_of
from assistant.drafting.base import OnSection
from assistant.drafting.drafter import Drafter
from assistant.drafting.export import Form
from assistant.drafting.recheck import Recheck
from assistant.drafting.shelf import Shelf
from assistant.drafts import Drafts
from assistant.embedding.base import Embedder
from assistant.errors import ModelError, SettingsError
from assistant.finding import Finder
from assistant.indexing import IndexProgress, Progress, index_folder
from assistant.library.holdings import DocumentSummary
from assistant.library.store import Library
from assistant.models import load_embedder, load_model
from assistant.prompts import Prompts
from assistant.reading.limits import ReadingLimits
from assistant.reading.worker import Reader
from assistant.records import Answer, Document, Draft, DraftTemplate, FileProblem, IndexReport, SearchHit, Span, Turn
from assistant.settings import Settings
from assistant.support import SupportCheck
from assistant.support.loading import load_support_check

if TYPE_CHECKING:
    from assistant.retriever import LibraryRetriever

__all__ = ["Assistant", "IndexProgress", "LibraryOverview", "ModelState"]

_PAGE_SCALE = 1.6


@dataclass(frozen=True, slots=True)
class LibraryOverview:
    """What is in the library; ``indexed_at`` is a UTC time in ISO 8601, None before the first run."""

    documents: tuple[DocumentSummary, ...]
    problems: tuple[FileProblem, ...]
    passages: int
    embedding_model: str
    indexed_at: str | None


@dataclass(frozen=True, slots=True)
class ModelState:
    """The language model as it is set: its name (None for quotes mode), where its text goes, and what is wrong."""

    name: str | None
    place: ModelPlace | None
    problem: str | None


class Assistant:
    """Reads, indexes and answers. Safe to use from several threads; a context manager.

    The library opens at once; the embedding model is loaded when it is first needed, or by ``warm``.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library = Library.open(settings.data)
        self._reader = Reader(
            ReadingLimits(
                megabytes=settings.file_megabytes,
                pages=settings.file_pages,
                seconds=settings.file_seconds,
                memory_megabytes=settings.file_memory_megabytes,
            )
        )
        self._embedder: Embedder | None = None
        self._loading = threading.Lock()
        self._chat_model: ChatModel | None = None
        self._support_check: SupportCheck | None = None
        self.prompts = Prompts(settings.prompts)
        self._finder = Finder(self.library, lambda: self.embedder)
        self._drafts = Drafts(
            settings.data,
            settings.prompts,
            self.library,
            self._finder,
            self._reader,
            check=lambda: self.support_check,
            model=self._usable_model,
        )
        self._asker = Asker(self.library, self._finder, settings.answer_sentences)

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
        self.library.close()

    # The model

    @property
    def ready(self) -> bool:
        """Whether a question can be answered without loading anything first."""
        return self._embedder is not None

    def warm(self) -> None:
        """Load the models and touch the index, so that the first question is as quick as the others."""
        question = "Where are the goals?"
        self.embedder.answerability(question, ["They are in the plan."])
        vector = self.embedder.query_vector(question)
        self.library.sync_vectors(self.embedder.fingerprint)
        self.library.nearest(self.embedder.fingerprint, vector, 1)
        self._finder.known()

    @property
    def embedder(self) -> Embedder:
        """The embedding engine; the first use loads it. Raises EmbeddingError."""
        with self._loading:
            if self._embedder is None:
                self._embedder = load_embedder(self.settings)
            return self._embedder

    # Index

    def index(self, progress: Progress | None = None) -> IndexReport:
        """Bring the index into step with the corpus folder. Raises LibraryError, EmbeddingError."""
        if self.library.state().documents == 0:
            self._reader.prepare()
        return index_folder(self.settings.corpus, self.library, self._reader, self.embedder, progress)

    def needs_index(self) -> bool:
        """Whether nothing was read yet, or read from another folder or for another embedding model than is set now."""
        state = self.library.state()
        if state.documents == 0 or state.corpus != self.settings.corpus.resolve():
            return True
        return bool(self.library.missing_vectors(self.embedder.fingerprint))

    # Ask

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stop: threading.Event | None = None,
        document_ids: Collection[str] | None = None,
    ) -> Answer:
        """Answer from the sources, or say that they do not say; of these documents only where any are given.

        Raises UsageError for an empty question, LibraryError where the index is damaged or made for another model.
        """
        *_, answer = self.ask_in_steps(question, history, stop, document_ids)
        return answer

    def ask_in_steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stop: threading.Event | None = None,
        document_ids: Collection[str] | None = None,
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, each sentence checked before it is in it; the last is complete.

        Setting ``stop`` ends a model's writing early. Raises as ``ask``.
        """
        return self._asker.answers(question, history, self._writer, stop, document_ids)

    # The language model

    @property
    def model_state(self) -> ModelState:
        """Which language model is set, where it gets the text, and what keeps it from being used."""
        if self.settings.model is None:
            return ModelState(None, None, None)
        try:
            model = self.chat_model
        except (ModelError, SettingsError) as error:
            return ModelState(self.settings.model, None, str(error))
        if model is None:
            return ModelState(self.settings.model, None, None)
        # A remote model that is left alone for a minute gets the text again after it: that has to stay in sight.
        return ModelState(self.settings.model, model.place, None if model.place.remote else problem_of(model))

    @property
    def chat_model(self) -> ChatModel | None:
        """The language model of the settings, None where there is none. Raises SettingsError, ModelError."""
        with self._loading:
            if self._chat_model is None and self.settings.model is not None:
                self._chat_model = load_model(self.settings)
            return self._chat_model

    @property
    def support_check(self) -> SupportCheck:
        """What decides whether a source carries a sentence. Raises SettingsError, ModelError, EmbeddingError."""
        embedder = self.embedder
        model = self.chat_model if self.settings.support_check == "model" else None
        with self._loading:
            if self._support_check is None:
                self._support_check = load_support_check(self.settings, embedder, model, self.prompts)
            return self._support_check

    def _usable_model(self) -> ChatModel | None:
        """Return the language model, None where there is none or it may not be used: drafts are then composed."""
        try:
            return self.chat_model
        except (ModelError, SettingsError):
            return None

    def _writer(self) -> Writer | None:
        model = self.chat_model
        return Writer(model, self.prompts, self.support_check) if model else None

    # Drafts

    @property
    def shelf(self) -> Shelf:
        """The drafts that are kept."""
        return self._drafts.shelf

    @property
    def drafter(self) -> Drafter:
        """What writes drafts and their sections. Raises SettingsError, EmbeddingError."""
        return self._drafts.drafter()

    def templates(self) -> list[DraftTemplate]:
        """Return what can be drafted. Raises SettingsError for a template that cannot be used."""
        return self._drafts.templates()

    def write_draft(
        self,
        template: str,
        form: Mapping[str, str],
        on_section: OnSection | None = None,
        document_ids: Collection[str] | None = None,
    ) -> Draft:
        """Return a new draft, which is not kept yet; ``on_section`` is called with the draft so far. It rests on these
        documents only where any are given.

        Raises UsageError for an unknown template or a form that cannot be used, LibraryError where the index is
        damaged.
        """
        return self._drafts.drafter(document_ids).write(template, form, on_section)

    def export_draft(self, draft: Draft, form: Form) -> bytes:
        """Return the draft as a file. Raises DraftError where it cannot be made."""
        return self._drafts.export(draft, form)

    def recheck_draft(self, name: str, content: bytes) -> Recheck:
        """Check an exported file against the documents of today. Raises UnreadableFileError, UsageError."""
        return self._drafts.recheck(name, content)

    # Look up

    def search(self, query: str, limit: int = 10) -> list[SearchHit]:
        """Return the passages that fit a query best, best first."""
        return self._finder.search(query, limit)

    def retriever(self, limit: int = 8) -> LibraryRetriever:
        """Return the search as a LangChain retriever of at most ``limit`` passages."""
        from assistant.retriever import LibraryRetriever

        return LibraryRetriever(search=self.search, document=self.document, limit=limit)

    def overview(self) -> LibraryOverview:
        """Return what the library holds and which files it could not take."""
        state = self.library.state()
        problems = tuple(one.problem for one in self.library.files() if one.problem is not None)
        return LibraryOverview(
            documents=tuple(self.library.documents()),
            problems=problems,
            passages=state.passages,
            embedding_model=self.settings.embedding_model,
            indexed_at=state.changed_at,
        )

    def document(self, document_id: str) -> Document:
        """Return a document; raises LibraryError for an unknown id."""
        return self.library.document(document_id)

    def original_file(self, document_id: str) -> Path:
        """Return the path of the file a document was read from; raises LibraryError where it is gone."""
        return self.library.source_path(document_id)

    def page_image(self, document_id: str, page_number: int, span: Span | None) -> bytes:
        """Return a page of a PDF as PNG with ``span`` marked. Raises LibraryError, UnreadableFileError."""
        path = self.library.source_path(document_id)
        page = self.library.page(document_id, page_number)
        return self._reader.render_page(path, page, [span] if span else [], _PAGE_SCALE)
