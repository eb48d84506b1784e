"""What is served beside the pages: the sources, their pages as images, the original files, and answers as JSON."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from pydantic import BaseModel

from assistant.errors import AssistantError, LibraryError, UsageError
from assistant.records import answer_json
from assistant.web.question import LONGEST_QUESTION, question_problem
from assistant.web.rendering import render
from assistant.web.service import Service
from assistant.web.shell import framed, notice_page
from assistant.web.source import PDF, checked_span, source_html, source_view
from assistant.web.writing import Writings

# A document's id is the hash of its bytes, so what an address shows never changes.
_KEEP = {"cache-control": "private, max-age=86400, immutable"}
# The reader that browsers have for PDF files is a page of its own, which the policy of our pages would break.
_FILE_POLICY = {"content-security-policy": "frame-ancestors 'none'"}

Offset = Annotated[int | None, Query(ge=0)]


class NotThereError(UsageError):
    """An address names something that does not exist, or no longer."""


class Asked(BaseModel):
    """The body of ``POST /api/ask``."""

    question: str


class Left(BaseModel):
    """The body of ``POST /api/stop``: the key of a tab's conversation."""

    conversation: str


def source_routes(assistant: Service) -> APIRouter:
    """Return the routes below ``/documents`` and ``/api``; an id that the library does not have is not found."""
    router = APIRouter()

    @router.get("/documents/{document_id}/source")
    def source(document_id: str, start: Offset = None, end: Offset = None, number: Offset = None) -> Response:
        document = assistant.document(document_id)
        view = source_view(document, checked_span(document, start, end), number)
        return HTMLResponse(source_html(view, standalone=False))

    @router.get("/documents/{document_id}/view")
    def view(document_id: str, start: Offset = None, end: Offset = None, number: Offset = None) -> Response:
        document = assistant.document(document_id)
        shown = source_view(document, checked_span(document, start, end), number)
        body = f'<main class="reader">{source_html(shown, standalone=True)}</main>'
        return HTMLResponse(framed("source", document.title, body, panel=False))

    @router.get("/documents/{document_id}/file")
    def file(document_id: str) -> Response:
        document = assistant.document(document_id)
        path = assistant.original_file(document_id)
        inline = document.media_type == PDF
        return FileResponse(
            path,
            media_type=document.media_type if inline else "application/octet-stream",
            filename=path.name,
            content_disposition_type="inline" if inline else "attachment",
            headers=_FILE_POLICY,
        )

    @router.get("/documents/{document_id}/pages/{page_number}.png")
    def page(document_id: str, page_number: int, start: Offset = None, end: Offset = None) -> Response:
        document = assistant.document(document_id)
        if page_number not in {one.number for one in document.pages}:
            raise UsageError("The document has no such page.", next_step="Open the citation again from the answer.")
        image = assistant.page_image(document_id, page_number, checked_span(document, start, end))
        return Response(image, media_type="image/png", headers=_KEEP)

    @router.post("/api/ask")
    def ask(asked: Asked) -> dict[str, Any]:
        problem = question_problem(asked.question)
        if problem:
            raise UsageError(problem, next_step=f"A question has from 1 to {LONGEST_QUESTION:,} characters.")
        return answer_json(assistant.ask(asked.question))

    return router


def stop_route(writings: Writings) -> APIRouter:
    """Return the route by which a page that is being left stops the answer that is still written for it."""
    router = APIRouter()

    @router.post("/api/stop")
    def stop(left: Left) -> dict[str, bool]:
        return {"stopped": writings.stop(left.conversation)}

    return router


def add_error_answers(host: FastAPI) -> None:
    """Answer errors in the form that was asked for: JSON below ``/api``, a fragment for the panel, else a page."""

    @host.exception_handler(AssistantError)
    async def of_ours(request: Request, error: AssistantError) -> Response:
        return _answer(request, _status(error), " ".join(filter(None, (error.what, error.kept))), error.next_step)

    @host.exception_handler(RequestValidationError)
    async def of_the_request(request: Request, _error: RequestValidationError) -> Response:
        return _answer(request, 422, "The address or the request is not well formed.", "Go back and choose it again.")


def _status(error: AssistantError) -> int:
    if isinstance(error, LibraryError | NotThereError):
        return 404
    return 422 if isinstance(error, UsageError) else 503


def _answer(request: Request, status: int, what: str, next_step: str) -> Response:
    path = request.url.path
    if path.startswith("/api/"):
        return JSONResponse({"error": what, "next_step": next_step}, status)
    message = f"{what} {next_step}"
    if path.endswith("/source"):
        return HTMLResponse(render("problem.html", problem=message), status)
    return HTMLResponse(notice_page("This cannot be shown", message), status)
