"""Drafts, section by section: gather evidence, write or compose, check, count the citations, say what is missing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.chat import ChatModel
from assistant.citing import Citations
from assistant.drafting import evidence, versions
from assistant.drafting.base import Documents, Find, OnSection
from assistant.drafting.composing import compose
from assistant.drafting.coverage import coverage
from assistant.drafting.editing import edited
from assistant.drafting.evidence import Gathered
from assistant.drafting.filling import checked_form, names_typed
from assistant.drafting.model_section import TOO_LITTLE, write_section
from assistant.drafting.templates import named_template
from assistant.drafting.written import WrittenSection, numbered
from assistant.errors import ModelError, UsageError
from assistant.prompts import Prompts
from assistant.records import NO_MODEL, Coverage, Draft, DraftSection, DraftTemplate, TemplateSection
from assistant.support import SupportCheck

NO_INSTRUCTION = (
    "Without a language model an instruction cannot be followed: the section was put together again from its template "
    "and the passages."
)
OTHER_LANGUAGE = (
    "This draft and its sources are in different languages, so that its sentences could not be held against them. "
    "Have somebody who reads both compare them before it goes out."
)


@dataclass(frozen=True, slots=True)
class _Done:
    """A section as written, what it rests on, and what its reader should know of how it was written."""

    section: WrittenSection
    evidence: Gathered
    notice: str | None = None
    model_failed: bool = False


class Drafter:
    """Writes drafts from templates. Safe to use from several threads: it keeps nothing between two calls."""

    def __init__(
        self,
        templates: Sequence[DraftTemplate],
        find: Find,
        documents: Documents,
        check: SupportCheck,
        model: ChatModel | None,
        prompts: Prompts,
        corpus_version: Callable[[], str],
    ) -> None:
        self.templates = tuple(templates)
        self._find = find
        self._documents = documents
        self._check = check
        self._model = model
        self._prompts = prompts
        self._corpus_version = corpus_version

    def template(self, name: str) -> DraftTemplate:
        """Return the template of this name. Raises UsageError for an unknown one, saying which exist."""
        return named_template(self.templates, name)

    def write(self, template_name: str, form: Mapping[str, str], on_section: OnSection | None = None) -> Draft:
        """Return a new draft; ``on_section`` is called with the draft so far after each section.

        A model that fails is no reason to fail: the rest is then composed without it, and the notice says so. Raises
        UsageError for an unknown template or a form that cannot be used, LibraryError where the index is damaged.
        """
        template = self.template(template_name)
        values = checked_form(template, form)
        citations = Citations()
        model = self._model
        draft = versions.empty(template, values, model.name if model else NO_MODEL, self._corpus_version())
        for section in template.sections:
            started = time.perf_counter()
            found = evidence.gathered(section, self._find, template.language)
            draft = _timed(draft, "gather", started)
            started = time.perf_counter()
            done = self._section(template, section, values, found, model)
            if done.model_failed:
                # Every further section would only wait for the same failure.
                model = None
            new, covered = self._finished(section, done, citations)
            draft = _timed(versions.with_section(draft, new, covered, citations, done.notice), "write", started)
            if on_section is not None:
                on_section(draft)
        return draft

    def rewrite_section(
        self, draft: Draft, section: str, instruction: str = "", passages: Sequence[str] | None = None
    ) -> Draft:
        """Return the next version of a draft with one section, by its name, written again.

        ``passages`` are the ids of those that it may rest on; None searches anew. The other sections keep every word.
        Raises UsageError for a section or template that is not known, LibraryError for a passage that is not in the
        library.
        """
        started = time.perf_counter()
        template = self.template(draft.template)
        wanted = _named(template, section)
        _section_of(draft, wanted)
        values = checked_form(template, draft.form)
        if passages is None:
            found = evidence.gathered(wanted, self._find, template.language)
        else:
            found = evidence.chosen(passages, self._documents)
        done = self._section(template, wanted, values, found, self._model, instruction)
        citations = Citations()
        new, covered = self._finished(wanted, done, citations)
        known = {citation.number: citation for citation in citations.all()}
        unheard = NO_INSTRUCTION if instruction.strip() and self._model is None else None
        notice = versions.joined(done.notice, unheard)
        timings = {"write": time.perf_counter() - started}
        return versions.next_version(draft, new, known, covered, self._corpus_version(), notice, timings)

    def with_edited_section(self, draft: Draft, section: str, text: str) -> Draft:
        """Return the next version of a draft with the text that a person wrote for one section, by its name.

        A sentence that is unchanged keeps its kind and its citations. A new one is checked against the section's
        passages; where they do not carry it, it is the school's own, for the school to confirm. Items of lists begin
        with "- ". Raises UsageError for an unknown section and for text that is too long.
        """
        started = time.perf_counter()
        template = self.template(draft.template)
        wanted = _named(template, section)
        before = _section_of(draft, wanted)
        # An edit does not fail because a document is gone since.
        found = evidence.chosen_if_there(before.passages, self._documents)
        numbers = {citation.number: citation for citation in draft.citations}
        names = names_typed(draft.form, {field.name: field for field in template.fields})
        sentences, known = edited(text, before, numbers, found, self._check, names)
        covered = coverage(wanted.name, wanted.covers, sentences, self._check)
        new = replace(before, sentences=sentences)
        timings = {"write": time.perf_counter() - started}
        return versions.next_version(draft, new, known, covered, self._corpus_version(), draft.notice, timings)

    def _section(
        self,
        template: DraftTemplate,
        section: TemplateSection,
        values: Mapping[str, str],
        found: Gathered,
        model: ChatModel | None,
        instruction: str = "",
    ) -> _Done:
        foreign = OTHER_LANGUAGE if _in_other_language(template.language, found) else None
        composed = compose(template, section, values, found, self._check)
        if model is None:
            return _Done(composed, found, foreign)
        try:
            written = write_section(
                section, template, values, composed, found, self._check, model, self._prompts, instruction
            )
        except ModelError as error:
            notice = f"From the section “{section.title}” on no language model was used: {error.what}"
            return _Done(composed, found, versions.joined(foreign, notice), model_failed=True)
        rejected = f"{TOO_LITTLE}; the section “{section.title}” is put together without it."
        return _Done(written.section, found, versions.joined(foreign, None if written.used else rejected))

    def _finished(
        self, section: TemplateSection, done: _Done, citations: Citations
    ) -> tuple[DraftSection, tuple[Coverage, ...]]:
        """Return the section with its citations numbered, and what it covers."""
        sentences = numbered(done.section.sentences, citations)
        new = DraftSection(section.name, section.title, sentences, done.section.removed, done.evidence.passage_ids)
        known = {
            name: [span.of(piece.document.text) for piece in pieces for span in piece.spans]
            for name, pieces in done.section.quotes.items()
        }
        return new, coverage(section.name, section.covers, sentences, self._check, known)


def _named(template: DraftTemplate, section: str) -> TemplateSection:
    for one in template.sections:
        if one.name == section:
            return one
    names = ", ".join(one.name for one in template.sections)
    raise UsageError(f"The template {template.name!r} has no section {section!r}.", next_step=f"Its sections: {names}.")


def _section_of(draft: Draft, section: TemplateSection) -> DraftSection:
    for one in draft.sections:
        if one.name == section.name:
            return one
    raise UsageError(
        f"The draft has no section {section.title!r}: its template was changed after it was written.",
        next_step="Write the draft anew from the template.",
    )


def _in_other_language(language: str, found: Gathered) -> bool:
    languages = {piece.document.language for piece in found.sentences}
    return bool(languages) and language not in languages


def _timed(draft: Draft, step: str, started: float) -> Draft:
    timings = draft.timings | {step: draft.timings.get(step, 0.0) + time.perf_counter() - started}
    return replace(draft, timings=timings)
