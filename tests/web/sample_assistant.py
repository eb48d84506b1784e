"""A small assistant over two real texts, for the tests of the pages: its answers are fixed, its spans are true."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant.app import IndexProgress, LibraryOverview, ModelState
from assistant.chat import ChatModel
from assistant.drafting.recheck import Recheck
from assistant.errors import EmbeddingError, LibraryError
from assistant.evaluation.metrics.support import WordOverlap
from assistant.library.holdings import DocumentSummary
from assistant.records import (
    Answer,
    AnswerStatus,
    Citation,
    Document,
    FileProblem,
    IndexReport,
    NearestPassage,
    Page,
    Removed,
    Section,
    Sentence,
    SentenceKind,
    Span,
    Turn,
)
from assistant.settings import Settings
from assistant.support import SupportCheck
from tests.web.sample_drafting import DraftingSample

FRAMEWORK = "\n\n".join(
    (
        "Family Engagement Framework",
        "Context for Development of Family Engagement Framework",
        "Under the direction of the superintendent, there is an emphasis placed on shared leadership that includes "
        "engaging all stakeholders in a systemic approach to addressing student needs -- this includes family and "
        "community members. In addition, the Local Control and Accountability Plan (LCAP) include the following goals:",
        "Goal 1: All graduates are socially just, and ready for college and careers.\n"
        "Goal 2: English Learners will become proficient in English while engaging in rigorous, culturally and "
        "linguistically responsive, standards-aligned curriculum.\n"
        "Goal 3: All students and families engage in safe, well-maintained schools that are culturally responsive and "
        "conducive to 21st century learning.",
        "Additionally, these are the same goals for the school site’s Single Plan for Student Achievement (SPSA). To "
        "ensure that schools’ family engagement work is intentional, part of the core and not an add-on, sites are to "
        "create family engagement policies and goals that are based on the SMMUSD Family Engagement Framework and "
        "incorporated in the SPSA is LCAP Goal #3.",
        "Commitments",
        "SMMUSD is committed to: building the schools’ and families’ capacity for strong parental engagement; ensuring "
        "effective involvement of parents; supporting partnerships among district schools, parents, and the "
        "community; and improving student academic achievement through district/school-wide activities and programs.",
    )
)
LAW = "\n\n".join(
    (
        "Section 1116 in plain words",
        "The school's written policy",
        "Each school served under Title I has a written parent and family engagement policy, developed jointly with, "
        "agreed on with and distributed to parents and family members of participating children. The policy says how "
        "the school carries out subsections (c) to (f). It is put into an understandable and uniform format and, as "
        "far as practicable, into a language that parents understand. It is made available to the local community and "
        "updated periodically.",
        "The annual meeting",
        "The school holds an annual meeting at a convenient time, to which all parents are invited. It explains the "
        "school's participation in Title I, the requirements, and the right of parents to be involved.",
    )
)
PDF = "application/pdf"
SAME_FACTS = (
    *("id", "title", "source", "media_type", "author", "kind", "year"),
    *("language", "original", "summarises", "published_at"),
)


def made_document(text: str, source: str, **facts: Any) -> Document:
    """Return ``text`` as a document: a short line is a heading, every other line is cut at sentence ends."""
    lines = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    headings = [line for line in lines if len(line) < 60 and not line.of(text).startswith("Goal")]
    starts = [line.start for line in headings[1:]]
    sections = [
        Section((heading.of(text),), Span(heading.start, end))
        for heading, end in zip(headings[1:], [*starts[1:], len(text)], strict=True)
    ]
    sentences = [
        Span(line.start + m.start(), line.start + m.end())
        for line in lines
        for m in re.finditer(r"\S.*?(?:[.:](?=\s|$)|$)(?<!Goal \d:)", line.of(text))
    ]
    return Document(
        id=sha256(text.encode()).hexdigest(),
        title=headings[0].of(text),
        source=source,
        text=text,
        sections=tuple(sections),
        sentences=tuple(sentences),
        **facts,
    )


@dataclass
class SampleAssistant(DraftingSample):
    """Answers by a keyword of the question; ``seconds`` is how long an answer takes."""

    settings: Settings
    seconds: float = 0.1
    ready: bool = False
    documents: list[Document] = field(default_factory=list)
    problems: tuple[FileProblem, ...] = ()
    asked: list[tuple[str, int]] = field(default_factory=list)
    may_warm: threading.Event = field(default_factory=threading.Event)
    model_state: ModelState = field(default_factory=lambda: ModelState(None, None, None))
    steps: tuple[Sentence | Removed, ...] = ()
    between: float = 0.15
    held_after: int | None = None
    writer: ChatModel | None = None
    section_seconds: float = 0.05
    rechecked: Recheck | None = None
    support_check: SupportCheck = field(default_factory=WordOverlap)
    embedder: Any = field(default_factory=lambda: SimpleNamespace(fingerprint="sample"))

    def __post_init__(self) -> None:
        self.may_warm.set()
        framework = made_document(
            FRAMEWORK, "framework.txt", media_type="text/plain", kind="framework", year=2018, author="SMMUSD"
        )
        half = LAW.index("The annual meeting")
        law = made_document(
            LAW,
            "law/section-1116.pdf",
            media_type=PDF,
            kind="law",
            original=False,
            summarises="20 U.S.C. 6318",
            published_at="https://uscode.house.gov",
            pages=(Page(1, "iii", Span(0, half)), Page(2, "iv", Span(half, len(LAW)))),
        )
        self.documents = [framework, law]

    def warm(self) -> None:
        self.may_warm.wait(20)
        self.ready = True

    def overview(self) -> LibraryOverview:
        summaries = tuple(
            DocumentSummary(
                **{name: getattr(one, name) for name in SAME_FACTS},
                pages=len(one.pages) or None,
                passages=len(one.sections),
            )
            for one in self.documents
        )
        return LibraryOverview(summaries, self.problems, 4, "all-MiniLM-L6-v2", "2026-11-24T09:30:00+00:00")

    def index(self, progress: Callable[[IndexProgress], None] | None = None) -> IndexReport:
        for number, one in enumerate(self.documents):
            if progress:
                progress(IndexProgress(number, len(self.documents), one.source, "reading"))
            time.sleep(self.seconds)
        sources = tuple(one.source for one in self.documents)
        return IndexReport((), (), (), sources, self.problems, len(sources), 5, 0, self.seconds)

    def document(self, document_id: str) -> Document:
        for one in self.documents:
            if one.id == document_id:
                return one
        raise LibraryError("The library has no such document.", next_step="Open it again from the Library page.")

    def original_file(self, document_id: str) -> Path:
        return self.settings.corpus / self.document(document_id).source

    def page_image(self, document_id: str, page_number: int, span: Span | None) -> bytes:
        from PIL import Image, ImageDraw

        document = self.document(document_id)
        page = document.pages[page_number - 1]
        image = Image.new("RGB", (850, 1100), "white")
        draw = ImageDraw.Draw(image)
        words = "\n".join(page.span.of(document.text)[i : i + 100] for i in range(0, len(page.span), 100))
        if span:
            draw.rectangle((60, 120, 780, 150), fill="#ffe79a")
        draw.multiline_text((70, 80), words, fill="black", spacing=8)
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        return buffer.getvalue()

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, len(history)))
        time.sleep(self.seconds)
        words = question.lower()
        if "crash" in words:
            raise RuntimeError("a fault that nobody foresaw")
        if "model" in words:
            raise EmbeddingError("The search model cannot be loaded.", next_step="Run “assistant doctor”.")
        if "goal 2" in words and history:
            return self._quoted(question, [(0, "Goal 2:")], interpreted_as="What does LCAP Goal 2 say?")
        if "1116" in words or "compact" in words:
            return self._quoted(question, [(1, "Each school"), (1, "The policy says"), (1, "The school holds")])
        if "earn" in words or "goal 7" in words:
            return self._refused(question)
        if "partly" in words:
            return self._mixed(question)
        if "three" in words:
            return self._quoted(question, [(0, "Goal 1:"), (0, "Goal 2:"), (0, "Goal 3:")])
        return self._quoted(question, [(0, "To ensure that"), (1, "It is made available")])

    def ask_in_steps(
        self, question: str, history: Sequence[Turn] = (), stop: threading.Event | None = None
    ) -> Iterator[Answer]:
        """Yield ``steps`` one more at a time, ``between`` seconds apart, if the question asks to be written.

        With ``held_after`` set, the model stops short after so many steps until it is stopped.
        """
        if "write" not in question.lower():
            yield self.ask(question, history)
            return
        self.asked.append((question, len(history)))
        stop = stop or threading.Event()
        whole = self._written(question, self.steps)
        for number in range(1, len(self.steps) + 1):
            held = self.held_after is not None and number > self.held_after
            if stop.wait(60 if held else self.between):
                yield replace(self._written(question, self.steps[: number - 1]), notice="Cut by the model.")
                return
            yield replace(self._written(question, self.steps[:number]), complete=False)
        yield whole

    def _written(self, question: str, steps: Sequence[Sentence | Removed]) -> Answer:
        sentences = tuple(one for one in steps if isinstance(one, Sentence))
        removed = tuple(one for one in steps if isinstance(one, Removed))
        citations = (self.citation(1, 1, "The school holds"), self.citation(2, 1, "Each school"))
        answer = self._answer(question, AnswerStatus.ANSWERED, sentences, citations, removed=removed)
        return replace(answer, model="openai:qwen3")

    def citation(self, number: int, which: int, beginning: str) -> Citation:
        document = self.documents[which]
        start = document.text.index(beginning)
        span = next(one for one in document.sentences if one.start <= start < one.end)
        page = next((one for one in document.pages if one.span.contains(span)), None)
        section = next((one.heading_path for one in document.sections if one.span.contains(span)), ())
        return Citation(
            number,
            document.id,
            document.title,
            document.source,
            page.number if page else None,
            page.label if page else None,
            section,
            span,
            span.of(document.text),
        )

    def _quoted(self, question: str, places: list[tuple[int, str]], interpreted_as: str | None = None) -> Answer:
        citations = tuple(self.citation(number, *one) for number, one in enumerate(places, start=1))
        sentences = tuple(Sentence(one.quote, SentenceKind.QUOTED, (one.number,)) for one in citations)
        return self._answer(question, AnswerStatus.ANSWERED, sentences, citations, interpreted_as=interpreted_as)

    def _mixed(self, question: str) -> Answer:
        citation = self.citation(1, 1, "The school holds")
        sentences = (
            Sentence("In short,", SentenceKind.CONNECTIVE),
            Sentence("every parent is invited to a yearly meeting.", SentenceKind.SUPPORTED, (1,)),
            Sentence("[date of the annual meeting]", SentenceKind.YOURS_TO_SUPPLY),
            Sentence(citation.quote, SentenceKind.QUOTED, (1,)),
        )
        removed = (Removed("The meeting takes two hours.", "No source mentions a length."),)
        return self._answer(question, AnswerStatus.PARTIAL, sentences, (citation,), removed=removed)

    def _refused(self, question: str) -> Answer:
        nearest = [self.citation(1, 0, "Under the direction"), self.citation(2, 1, "It explains")]
        passages = tuple(
            NearestPassage(
                one.document_id, one.title, one.source, one.page, one.page_label, one.section, one.span, one.quote
            )
            for one in nearest
        )
        return self._answer(question, AnswerStatus.NOT_FOUND, (), (), nearest=passages)

    def _answer(
        self,
        question: str,
        status: AnswerStatus,
        sentences: tuple[Sentence, ...],
        citations: tuple[Citation, ...],
        **more: Any,
    ) -> Answer:
        values: dict[str, Any] = {"removed": (), "nearest": ()} | more
        return Answer(
            question=question,
            status=status,
            sentences=sentences,
            citations=citations,
            confidence=0.86 if status is AnswerStatus.ANSWERED else 0.55,
            model="quotes",
            searched=len(self.documents),
            timings={"search": 0.03, "total": 0.04},
            **values,
        )
