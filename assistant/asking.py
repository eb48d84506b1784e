"""Asking: the order of steps from a question to an answer, with a language model or without one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering import confidence, model_mode, quotes
from assistant.answering.across_languages import AcrossLanguages, in_sources_language
from assistant.answering.labelled import LabelledPassage
from assistant.answering.question import as_asked, follows_up
from assistant.chat import NO_ANSWER, ChatModel
from assistant.citing import Citations
from assistant.errors import ModelError, SettingsError, UsageError
from assistant.finding import Finder, Findings, timed
from assistant.library.store import Library
from assistant.prompts import Prompts
from assistant.records import (
    NO_MODEL,
    Answer,
    AnswerStatus,
    Citation,
    Document,
    Passage,
    Sentence,
    SentenceKind,
    Turn,
)
from assistant.support import SupportCheck
from assistant.text.language import guess_language

SOURCES_LANGUAGE = "en"

_IN_QUOTES = "The answer is given in the sources' own words."
_FOUND_NOTHING = "The language model found no answer in these passages; read for yourself whether they answer it."
_NOTHING_LEFT = "Nothing that the language model wrote could be found in the sources. " + _IN_QUOTES
_SAYS_LESS = "What the language model wrote leaves out what answers best in the sources. " + _IN_QUOTES
_TRANSLATED = (
    "Written in another language than the sources: numbers and names were checked against the sources, the rest only "
    "against the language model's own translation of them."
)


@dataclass(frozen=True, slots=True)
class Writer:
    """A language model and what it takes to let it write."""

    model: ChatModel
    prompts: Prompts
    check: SupportCheck


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for a question, with the documents that it is in and the answer that needs no model."""

    findings: Findings
    documents: Mapping[str, Document]
    evidence: tuple[LabelledPassage, ...]
    in_quotes: Answer


class Asker:
    """Answers questions from one library. Safe to use from several threads."""

    def __init__(self, library: Library, finder: Finder, most_quotes: int) -> None:
        self._library = library
        self._finder = finder
        self._most_quotes = most_quotes

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        writer: Callable[[], Writer | None] = lambda: None,
        stop: threading.Event | None = None,
        document_ids: Collection[str] | None = None,
    ) -> Iterator[Answer]:
        """Yield the answer as it grows; the last one is complete. Only these documents count where any are given.

        ``writer`` is asked for only when there is something to rewrite or to write from. What is yielded before the
        last has been checked as well. A model that cannot be used or fails leaves the answer without it, and why.
        Raises UsageError for an empty question, LibraryError where the index is damaged or made for another model.
        """
        question = as_asked(question)
        if not question:
            raise UsageError("There is no question.", next_step="Type one, for example: What is LCAP Goal 3?")
        timings: dict[str, float] = {}
        language = guess_language(question)
        rewritten, problem = None, None
        if language != SOURCES_LANGUAGE or (history and follows_up(question)):
            try:
                with timed(timings, "rewrite"):
                    rewritten = _rewritten(question, history, language, writer(), stop)
            except (ModelError, SettingsError) as error:
                problem = error
        found = self._found(question, history, rewritten, timings, document_ids)
        if found.in_quotes.status is AnswerStatus.NOT_FOUND:
            # A question that could not be translated may be one that the sources answer.
            yield replace(found.in_quotes, notice=str(problem) if problem else None)
            return
        try:
            if isinstance(problem, ModelError) and problem.kind in NO_ANSWER:
                # Nobody answered when the question was to be rewritten: not to be waited for a second time.
                raise problem
            writing = writer()
            if writing is None:
                yield found.in_quotes
                return
            yield from self._written(writing, found, language, timings, stop)
        except (ModelError, SettingsError) as error:
            yield replace(found.in_quotes, notice=f"{problem or error} {_IN_QUOTES}", timings=timings)

    def _found(
        self,
        question: str,
        history: Sequence[Turn],
        rewritten: str | None,
        timings: dict[str, float],
        document_ids: Collection[str] | None,
    ) -> _Found:
        with self._library.snapshot():
            findings = self._finder.find(question, history, timings, rewritten, document_ids)
            documents = _documents(findings, self._library.document)
            with timed(timings, "write"):
                in_quotes = self._in_quotes(findings, documents, timings)
        evidence = model_mode.evidence_for_model(findings.weighed, findings.hits, documents)
        return _Found(findings, documents, tuple(evidence), in_quotes)

    def _in_quotes(self, found: Findings, documents: Mapping[str, Document], timings: dict[str, float]) -> Answer:
        status = confidence.status(found.confidence)
        answer = Answer(
            question=found.asked.asked,
            status=status,
            sentences=(),
            citations=(),
            removed=(),
            nearest=(),
            confidence=found.confidence,
            model=NO_MODEL,
            interpreted_as=found.asked.text if found.asked.rewritten else None,
            searched=found.searched,
            timings=timings,
            evidence=tuple(hit.passage.id for hit in found.hits),
        )
        if status is AnswerStatus.NOT_FOUND:
            return replace(answer, nearest=quotes.nearest(found.weighed, documents.__getitem__))
        citations = Citations()
        sentences = self._quotes(found, documents, citations)
        evidence = self._read_with(citations.all(), [hit.passage for hit in found.hits])
        return replace(answer, sentences=sentences, citations=citations.all(), evidence=evidence)

    def _read_with(self, citations: Sequence[Citation], found: Sequence[Passage]) -> tuple[str, ...]:
        """Return the ids of the passages found, and of those beside them that the rest of a quoted list stands in, or
        the sentence that a quoted one leans on."""
        read = {passage.id: passage for passage in found}
        for one in citations:
            if not any(_overlap(passage, one) for passage in read.values()):
                beside = self._library.document_passages(one.document_id).values()
                read |= {passage.id: passage for passage in beside if _overlap(passage, one)}
        return tuple(read)

    def _quotes(self, found: Findings, documents: Mapping[str, Document], citations: Citations) -> tuple[Sentence, ...]:
        chosen = quotes.choose(found.weighed, self._most_quotes)
        return quotes.write(quotes.quotations(chosen), documents.__getitem__, citations)

    def _written(
        self,
        writer: Writer,
        found: _Found,
        language: str,
        timings: dict[str, float],
        stop: threading.Event | None,
    ) -> Iterator[Answer]:
        check = writer.check
        if language != SOURCES_LANGUAGE:
            check = AcrossLanguages(check, writer.model, writer.prompts, language, stop)
        asked = found.findings.asked
        bears = model_mode.bearing(found.findings.weighed)
        growing = replace(found.in_quotes, sentences=(), citations=(), model=writer.model.name, complete=False)
        written = None
        with timed(timings, "model"):
            for written in model_mode.write(
                writer.model, writer.prompts, check, asked, language, found.evidence, bears, stop
            ):
                yield replace(
                    growing,
                    sentences=written.sentences,
                    citations=written.citations.all(),
                    removed=written.removed,
                )
        assert written is not None
        yield self._completed(written, found, growing, language)

    def _completed(self, written: model_mode.Written, found: _Found, growing: Answer, language: str) -> Answer:
        """Return the whole answer: the model's sentences, with the best quotations where they say less than these; the
        quotations alone where no sentence rests on what would be quoted."""
        if not written.says_something:
            status = AnswerStatus.PARTIAL if written.found_nothing else found.in_quotes.status
            notice = _FOUND_NOTHING if written.found_nothing else _NOTHING_LEFT
            return self._quoted_instead(written, found, growing, status, notice)
        says_it = model_mode.says_what_answers(written, found.findings.weighed[0], found.findings.asked)
        would_be_quoted = {(one.document_id, one.span) for one in found.in_quotes.citations}
        rests_on_it = any((one.document_id, one.span) in would_be_quoted for one in written.citations.all())
        translated = language != SOURCES_LANGUAGE
        if written.half_list or not (says_it or rests_on_it or translated):
            return self._quoted_instead(written, found, growing, found.in_quotes.status, _SAYS_LESS)
        sentences = written.sentences
        if not (says_it or (translated and rests_on_it)):
            # What answers best in the sources must not be lost because the model passed over it.
            shown = {one.citations for one in sentences if one.kind is SentenceKind.QUOTED}
            quoted = self._quotes(found.findings, found.documents, written.citations)
            sentences = (*sentences, *(one for one in quoted if one.citations not in shown))
        return replace(
            growing,
            sentences=sentences,
            citations=written.citations.all(),
            removed=written.removed,
            notice=_TRANSLATED if translated else None,
            complete=True,
        )

    def _quoted_instead(
        self, written: model_mode.Written, found: _Found, growing: Answer, status: AnswerStatus, notice: str
    ) -> Answer:
        return replace(found.in_quotes, status=status, removed=written.removed, model=growing.model, notice=notice)


def _documents(found: Findings, document: Callable[[str], Document]) -> dict[str, Document]:
    return {identifier: document(identifier) for identifier in {hit.passage.document_id for hit in found.hits}}


def _rewritten(
    question: str, history: Sequence[Turn], language: str, writer: Writer | None, stop: threading.Event | None
) -> str | None:
    """Return the question as the sources' language and the conversation have it, None to leave that to the rules."""
    if writer is None:
        return None
    text = None
    if history and follows_up(question):
        text = model_mode.standalone_question(writer.model, writer.prompts, question, history, stop)
    if language == SOURCES_LANGUAGE:
        return text
    return in_sources_language(writer.model, writer.prompts, text or question, SOURCES_LANGUAGE, stop) or text


def _overlap(passage: Passage, citation: Citation) -> bool:
    return passage.document_id == citation.document_id and passage.span.overlaps(citation.span)
