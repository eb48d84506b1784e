"""The Draft pages as HTML, without their frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafting.comparing import DraftComparison
from assistant.drafting.recheck import Recheck
from assistant.errors import SettingsError
from assistant.records import Draft, DraftTemplate
from assistant.web.drafts.form import FieldView
from assistant.web.drafts.requests import MOST_FILE_MEGABYTES
from assistant.web.drafts.runs import DraftRun
from assistant.web.drafts.view import DraftView, PassageView, draft_view, found_passages, passage_views
from assistant.web.markup import model_name
from assistant.web.model_words import COMPOSED, model_words
from assistant.web.moments import time_words
from assistant.web.rendering import render
from assistant.web.service import Service

FOUND_PASSAGES = 8
FEW_BLANKS = 12
"""Up to as many are listed at once; more are folded up by section."""
DONE_WORDS = {
    "written": "The draft is written and kept.",
    "edited": "Saved. New sentences were checked against the passages of the section.",
    "again": "The section was written again.",
    "restored": "This version is the latest again.",
}


@dataclass(frozen=True, slots=True)
class OpenTool:
    """A tool of a section that is open when the page comes: with what was typed into it, and what is wrong."""

    section: str
    tool: str
    text: str = ""
    problem: str = ""
    ticked: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a draft page shows beside the draft: which versions there are and what has just been done."""

    versions: tuple[int, ...]
    changed: str = ""
    done: str = ""
    tool: OpenTool | None = None


def start_page(assistant: Service, problem: str = "") -> str:
    """Return the kinds of drafts, the drafts that are kept, and where an exported one can be checked."""
    templates, mistake = usable_templates(assistant)
    contents = assistant.shelf.contents()
    return render(
        "draft-start.html",
        templates=templates,
        mistake=mistake,
        titles={one.name: one.title for one in templates},
        contents=contents,
        time_words=time_words,
        words=model_words(assistant.model_state, assistant.settings, COMPOSED),
        most_megabytes=MOST_FILE_MEGABYTES,
        problem=problem,
    )


def usable_templates(assistant: Service) -> tuple[Sequence[DraftTemplate], str]:
    """Return the templates, or none and what is wrong with one: the drafts that are kept can be read all the same."""
    try:
        return assistant.templates(), ""
    except SettingsError as error:
        return (), str(error)


def form_page(assistant: Service, template: DraftTemplate, fields: Sequence[FieldView], problem: str = "") -> str:
    return render(
        "draft-form.html",
        template=template,
        fields=fields,
        problem=problem,
        words=model_words(assistant.model_state, assistant.settings, COMPOSED),
    )


def writing_page(identifier: str, run: DraftRun) -> str:
    return render("draft-writing.html", identifier=identifier, run=run, written=written_so_far(run))


def written_so_far(run: DraftRun) -> str:
    """Return the sections of a new draft that are done."""
    if run.draft is None or not run.sections:
        return ""
    return render("draft-sections.html", view=draft_view(run.draft), tools=None, shown=None)


def draft_page(assistant: Service, draft: Draft, shown: Shown) -> str:
    """Return a draft; one that is not the latest version is for reading only."""
    view = draft_view(draft)
    latest = draft.version == shown.versions[-1]
    model = assistant.model_state
    return render(
        "draft.html",
        view=view,
        draft=draft,
        latest=latest,
        shown=shown,
        done=DONE_WORDS.get(shown.done, ""),
        few_blanks=FEW_BLANKS,
        template_exists=any(one.name == draft.template for one in usable_templates(assistant)[0]),
        tools=Tools(assistant, view, shown.tool, _writing_model(model.name, model.problem)) if latest else None,
    )


def _writing_model(name: str | None, problem: str | None) -> str | None:
    return model_name(name) if name and problem is None else None


@dataclass(frozen=True, slots=True)
class Tools:
    """What can be done with a section. ``model`` is the name of the model that writes, None where there is none."""

    assistant: Service
    view: DraftView
    open: OpenTool | None
    model: str | None

    def opened(self, section: str, tool: str) -> OpenTool | None:
        """Return the tool as it was left, None where it is closed."""
        one = self.open
        return one if one is not None and (one.section, one.tool) == (section, tool) else None

    def passages(self, section: str) -> list[PassageView]:
        """Return the passages of a section, and those that were just found for it."""
        own = next(one for one in self.view.sections if one.name == section)
        tool = self.opened(section, "evidence")
        ticked = frozenset(tool.ticked if tool else own.passages)
        identifiers = (*own.passages, *(tool.ticked + tool.found if tool else ()))
        return passage_views(identifiers, own.cited, ticked, self.assistant.document)


def found_for(assistant: Service, query: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of passages that fit ``query`` and are not known yet."""
    return tuple(found_passages(assistant.search(query, FOUND_PASSAGES), known))


def compare_page(old: Draft, new: Draft, versions: Sequence[int], comparison: DraftComparison) -> str:
    return render("draft-compare.html", old=old, new=new, versions=versions, comparison=comparison)


def delete_page(draft: Draft, versions: Sequence[int]) -> str:
    return render("draft-delete.html", draft=draft, versions=versions)


def recheck_page(name: str, recheck: Recheck, *, kept: bool) -> str:
    return render("draft-recheck.html", name=name, recheck=recheck, kept=kept)
