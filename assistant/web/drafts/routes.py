"""The addresses of the Draft pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.drafting.base import OnSection
from assistant.drafting.comparing import compare
from assistant.drafting.export import FORMS, Form, file_name
from assistant.drafting.keeping import kept_with_other_changes
from assistant.drafting.shelf import OvertakenError
from assistant.errors import AssistantError, UnreadableFileError, UsageError
from assistant.records import Draft, DraftTemplate
from assistant.web import security
from assistant.web.drafts import pages
from assistant.web.drafts.form import field_views
from assistant.web.drafts.requests import Fields, PostedFile, number_of, posted_file, text_of, texts_of
from assistant.web.drafts.runs import DraftRun, DraftRuns
from assistant.web.routes import NotThereError
from assistant.web.service import Service
from assistant.web.shell import framed

_MEDIA_TYPES: dict[Form, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
_OVERTAKEN = (
    "The draft has a newer version than the one this was typed for: compare the two, then save again if it still fits. "
    "What you typed is kept here."
)
_EMPTY = "A section cannot be empty. Leave at least one sentence or one blank in brackets."
_SCRIPT = '<script src="/site/draft.js" defer></script>'
_WITHOUT_SCRIPTS = '<noscript><meta http-equiv="refresh" content="2"></noscript>'


def draft_routes(assistant: Service) -> APIRouter:
    """Return all routes; a draft or template that does not exist is not found."""
    router = APIRouter()
    runs = DraftRuns()
    _add_start(router, assistant)
    _add_writing(router, assistant, runs)
    _add_draft(router, assistant)
    _add_changes(router, assistant, runs)
    return router


def _page(title: str, body: str, status: int = 200, *, panel: bool = False, head: str = "") -> Response:
    html = framed("draft", title, body, panel=panel, head=head + _SCRIPT)
    return HTMLResponse(html, status, {"content-security-policy": security.FORM_POLICY, "cache-control": "no-store"})


def _see(path: str, fragment: str = "", **query: object) -> Response:
    """Return an answer that sends the browser on to a page of ours."""
    return RedirectResponse(_address(path, fragment, **query), 303)


def _address(path: str, fragment: str = "", **query: object) -> str:
    given = {name: value for name, value in query.items() if value}
    return path + (f"?{urlencode(given)}" if given else "") + (f"#{fragment}" if fragment else "")


def _template(assistant: Service, name: str) -> DraftTemplate:
    for one in assistant.templates():
        if one.name == name:
            return one
    raise NotThereError("There is no such kind of draft.", next_step="Choose one on the Draft page.")


def _load(assistant: Service, draft_id: str, version: int | None = None) -> Draft:
    try:
        return assistant.shelf.load(draft_id, version)
    except UsageError as error:
        raise NotThereError(error.what, next_step="Open it again from the list on the Draft page.") from error


def _add_start(router: APIRouter, assistant: Service) -> None:
    @router.get("/draft")
    def start() -> Response:
        return _page("Draft", pages.start_page(assistant))

    @router.get("/draft/new/{name}")
    def form(name: str, like: str = Query("", alias="from")) -> Response:
        template = _template(assistant, name)
        typed = _load(assistant, like).form if like else {}
        return _page(template.title, pages.form_page(assistant, template, field_views(template, typed, checked=False)))

    @router.post("/draft/recheck")
    async def recheck(request: Request) -> Response:
        try:
            file = await posted_file(request)
            return await run_in_threadpool(checked, file)
        except (UsageError, UnreadableFileError) as error:
            body = await run_in_threadpool(pages.start_page, assistant, str(error))
            return _page("Not checked: Draft", body, 422)

    def checked(file: PostedFile) -> Response:
        found = assistant.recheck_draft(file.name, file.content)
        kept = found.draft_id in {one.id for one in assistant.shelf.contents().entries}
        return _page(f"Check of {file.name}", pages.recheck_page(file.name, found, kept=kept), panel=True)


def _add_writing(router: APIRouter, assistant: Service, runs: DraftRuns) -> None:
    def run_of(identifier: str) -> DraftRun:
        run = runs.get(identifier)
        if run is None:
            raise NotThereError(
                "This draft is no longer being written.", next_step="See whether it is in the list on the Draft page."
            )
        return run

    @router.post("/draft/new/{name}")
    def write(name: str, fields: Fields) -> Response:
        template = _template(assistant, name)
        typed = {field.name: text_of(fields, field.name) for field in template.fields}
        views = field_views(template, typed, checked=True)
        if any(one.problem for one in views):
            return _page(f"Not yet: {template.title}", pages.form_page(assistant, template, views), 422)

        def work(on_section: OnSection) -> str:
            draft = assistant.shelf.save(assistant.write_draft(template.name, typed, on_section))
            return _address(f"/draft/{draft.id}", done="written")

        run = DraftRun(template.title, len(template.sections), f"/draft/new/{name}", name, typed)
        return _see(f"/draft/writing/{runs.start(run, work)}")

    @router.get("/draft/writing/{identifier}")
    def writing(identifier: str) -> Response:
        run = run_of(identifier)
        if run.address is not None:
            return RedirectResponse(run.address, 303)
        head = _WITHOUT_SCRIPTS if run.running else ""
        return _page(f"Writing: {run.title}", pages.writing_page(identifier, run), panel=True, head=head)

    @router.get("/draft/writing/{identifier}/progress")
    def progress(identifier: str, seen: int = 0) -> dict[str, Any]:
        run = run_of(identifier)
        return {
            "done": run.done,
            "total": run.sections,
            "words": progress_words(run),
            "html": pages.written_so_far(run) if run.done > seen else None,
            "address": run.address,
            "error": run.error,
        }

    @router.get("/draft/writing/{identifier}/form")
    def form_again(identifier: str) -> Response:
        run = run_of(identifier)
        template = _template(assistant, run.template)
        fields = field_views(template, run.form, checked=False)
        return _page(template.title, pages.form_page(assistant, template, fields, run.error or ""))

    @router.post("/draft/writing/{identifier}/cancel")
    def cancel(identifier: str) -> Response:
        run = run_of(identifier)
        run.cancelled = True
        return _see(f"/draft/writing/{identifier}/form") if run.template else _see(run.back)


def progress_words(run: DraftRun) -> str:
    """Return how far a run is, in words for the page."""
    if run.waiting:
        return "Waiting: other drafts are being written"
    if not run.sections:
        return "Searching, writing and checking the section"
    if run.done >= run.sections:
        return "Keeping the draft"
    return f"Section {run.done + 1} of {run.sections}: searching, writing and checking"


def _add_draft(router: APIRouter, assistant: Service) -> None:
    @router.get("/draft/{draft_id}")
    def draft(draft_id: str, version: int | None = None, done: str = "", changed: str = "") -> Response:
        shown = _load(assistant, draft_id, version)
        beside = pages.Shown(assistant.shelf.versions(draft_id), changed=changed, done=done)
        return _page(shown.title, pages.draft_page(assistant, shown, beside), panel=True)

    @router.get("/drafts/{draft_id}/{version}.{form}")
    def download(draft_id: str, version: int, form: str) -> Response:
        wanted = next((one for one in FORMS if one == form), None)
        if wanted is None:
            raise NotThereError("A draft has no such file.", next_step="Choose a format on the page of the draft.")
        draft = _load(assistant, draft_id, version)
        name = file_name(draft, wanted)
        plain = name.encode("ascii", "ignore").decode()
        headers = {
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "cache-control": "no-store",
        }
        return Response(assistant.export_draft(draft, wanted), media_type=_MEDIA_TYPES[wanted], headers=headers)

    @router.get("/draft/{draft_id}/compare")
    def comparison(draft_id: str, old: int | None = None, new: int | None = None) -> Response:
        versions = assistant.shelf.versions(draft_id)
        after = _load(assistant, draft_id, new)
        before = _load(assistant, draft_id, old or max([one for one in versions if one < after.version], default=1))
        body = pages.compare_page(before, after, versions, compare(before, after))
        return _page(f"Compare: {after.title}", body)

    @router.get("/draft/{draft_id}/delete")
    def ask_to_delete(draft_id: str) -> Response:
        draft = _load(assistant, draft_id)
        body = pages.delete_page(draft, assistant.shelf.versions(draft_id))
        return _page(f"Delete: {draft.title}", body)

    @router.post("/draft/{draft_id}/delete")
    def delete(draft_id: str) -> Response:
        assistant.shelf.delete(_load(assistant, draft_id).id)
        return _see("/draft", "kept-title")


def _add_changes(router: APIRouter, assistant: Service, runs: DraftRuns) -> None:
    def latest(draft_id: str, fields: Fields) -> tuple[Draft, bool]:
        """Return the latest version, and whether it is the one that the page showed."""
        draft = _load(assistant, draft_id)
        return draft, draft.version == number_of(fields, "version")

    def with_tool(draft: Draft, tool: pages.OpenTool, status: int) -> Response:
        shown = pages.Shown(assistant.shelf.versions(draft.id), tool=tool)
        return _page(draft.title, pages.draft_page(assistant, draft, shown), status, panel=True)

    def rewritten(draft: Draft, section: str, instruction: str, passages: tuple[str, ...] | None) -> Response:
        def work(on_section: OnSection) -> str:
            new = assistant.drafter.rewrite_section(draft, section, instruction, passages)
            on_section(new)  # where it was cancelled meanwhile, it is not kept
            kept = kept_with_other_changes(assistant.shelf, draft, new, section)
            return _address(f"/draft/{kept.id}", f"section-{section}", changed=section, done="again")

        title = next((one.title for one in draft.sections if one.name == section), draft.title)
        run = DraftRun(title, 0, _address(f"/draft/{draft.id}", f"section-{section}"))
        return _see(f"/draft/writing/{runs.start(run, work)}")

    @router.post("/draft/{draft_id}/sections/{section}/edit")
    def edit(draft_id: str, section: str, fields: Fields) -> Response:
        draft, same = latest(draft_id, fields)
        text = text_of(fields, "text")
        if not same:
            return with_tool(draft, pages.OpenTool(section, "edit", text, _OVERTAKEN), 409)
        if not text.strip():
            return with_tool(draft, pages.OpenTool(section, "edit", text, _EMPTY), 422)
        try:
            edited = assistant.drafter.with_edited_section(draft, section, text)
            kept = assistant.shelf.save(edited, after=draft.version)
        except OvertakenError:
            return with_tool(_load(assistant, draft_id), pages.OpenTool(section, "edit", text, _OVERTAKEN), 409)
        except AssistantError as error:
            return with_tool(draft, pages.OpenTool(section, "edit", text, str(error)), 422)
        return _see(f"/draft/{draft_id}", f"section-{section}", changed=section, done="edited", version=kept.version)

    @router.post("/draft/{draft_id}/sections/{section}/again")
    def again(draft_id: str, section: str, fields: Fields) -> Response:
        draft, same = latest(draft_id, fields)
        instruction = text_of(fields, "instruction")
        if not same:
            return with_tool(draft, pages.OpenTool(section, "again", instruction, _OVERTAKEN), 409)
        return rewritten(draft, section, instruction, None)

    @router.post("/draft/{draft_id}/sections/{section}/evidence")
    def evidence(draft_id: str, section: str, fields: Fields) -> Response:
        draft, same = latest(draft_id, fields)
        ticked, query = texts_of(fields, "passage"), text_of(fields, "query").strip()
        known = next((one.passages for one in draft.sections if one.name == section), ())
        if text_of(fields, "do") == "find" and query:
            found = pages.found_for(assistant, query, (*known, *ticked))
            problem = "" if found else "Nothing further was found for these words."
            return with_tool(draft, pages.OpenTool(section, "evidence", query, problem, ticked, found), 200)
        problem = "" if same else _OVERTAKEN
        if not ticked:
            problem = "Tick at least one passage that the section may rest on."
        if problem or text_of(fields, "do") == "find":
            problem = problem or "Type what to search for."
            return with_tool(draft, pages.OpenTool(section, "evidence", query, problem, ticked), 422)
        return rewritten(draft, section, "", ticked)

    @router.post("/draft/{draft_id}/restore")
    def restore(draft_id: str, fields: Fields) -> Response:
        assistant.shelf.save(_load(assistant, draft_id, number_of(fields, "version")))
        return _see(f"/draft/{draft_id}", done="restored")
