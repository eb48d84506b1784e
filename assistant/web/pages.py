"""The Gradio pages behind the host: built while the host already answers, then served inside our frame."""

from __future__ import annotations

import asyncio
import contextlib
import warnings
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import PRODUCT
from assistant.web import security, shell
from assistant.web.conversations import Conversations
from assistant.web.gradio_import import import_gradio
from assistant.web.reading_run import ReadingRun
from assistant.web.service import Service
from assistant.web.writing import Writings

WAITING_QUESTIONS = 32
UPLOAD_LIMIT = "100mb"
SECONDS_BETWEEN_CLEANING = 3600
_HASHED = "/assets/"


def build_pages(assistant: Service, reading: ReadingRun, writings: Writings, conversations: Conversations) -> FastAPI:
    """Return the application with the Gradio pages. Importing Gradio is what takes most of the time of a start."""
    import_gradio()
    import gradio as gr

    from assistant.web import ask, library

    with gr.Blocks(
        title=PRODUCT,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(SECONDS_BETWEEN_CLEANING, SECONDS_BETWEEN_CLEANING),
    ) as blocks:
        ask.build(assistant, conversations, writings, blocks)
    with blocks.route("Library", "/library", show_in_navbar=False) as library_blocks:
        library.build(assistant, reading, library_blocks)
    # Said of every application of several pages, also of one that does not ask for that mode.
    warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
    blocks.queue(max_size=WAITING_QUESTIONS, api_open=False)
    application = FastAPI(openapi_url=None)
    gr.mount_gradio_app(
        application,
        blocks,
        path="/",
        theme=gr.themes.Base(font=["Public Sans", "system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        allowed_paths=[],
        blocked_paths=[str(assistant.settings.data.resolve())],
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        show_error=False,
        max_file_size=UPLOAD_LIMIT,
        app_kwargs={"openapi_url": None},
    )
    return application


def _kept(application: ASGIApp) -> ASGIApp:
    """Let browsers keep what is sent: the names of Gradio's own files change with their content."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_age(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["cache-control"] = "public, max-age=31536000, immutable"
            await send(message)

        await application(scope, receive, send_with_age)

    return answer


class Pages:
    """ASGI application: a page that waits until the Gradio pages are built, then those pages in our frame."""

    def __init__(self) -> None:
        self._gradio: FastAPI | None = None
        self._task: asyncio.Task[None] | None = None
        self._addresses = {page.address: page for page in shell.PAGES if page.gradio}

    @property
    def built(self) -> bool:
        return self._gradio is not None

    @contextlib.asynccontextmanager
    async def building(
        self, assistant: Service, reading: ReadingRun, writings: Writings, conversations: Conversations
    ) -> AsyncIterator[None]:
        """Build the pages behind the running host, then begin reading the folder; end them with the host."""
        ended = asyncio.Event()

        async def build_and_hold() -> None:
            gradio = await asyncio.to_thread(build_pages, assistant, reading, writings, conversations)
            async with gradio.router.lifespan_context(gradio):
                self._gradio = gradio
                reading.start()
                await ended.wait()

        self._task = asyncio.create_task(build_and_hold())
        try:
            yield
        finally:
            ended.set()
            await self._task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(scope, receive))(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        """Return what answers the request: one of our pages, a file or event of Gradio's, or nothing."""
        method, path = scope["method"], scope["path"]
        page = self._addresses.get(path) if method in {"GET", "HEAD"} else None
        if self._gradio is None:
            if self._task is not None and self._task.done():
                self._task.result()  # raises what stopped it, so that it is seen and not waited for
            return HTMLResponse(shell.starting_page(page or shell.PAGES[0]), 503, {"retry-after": "1"})
        if page is not None:
            return await self._framed(self._gradio, page, scope, receive)
        if not security.gradio_path_allowed(method, path):
            return PlainTextResponse("There is nothing at this address.", 404)
        return _kept(self._gradio) if path.startswith(_HASHED) else self._gradio

    async def _framed(self, gradio: FastAPI, page: shell.NavigationPage, scope: Scope, receive: Receive) -> Response:
        """Return Gradio's page in our frame. Queries are not passed on: they would choose Gradio's own views."""
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        await gradio({**scope, "method": "GET", "query_string": b""}, receive, collect)
        nonce = shell.new_nonce()
        html = shell.framed_gradio_page(b"".join(parts).decode(), page, nonce)
        return HTMLResponse(html, headers={"content-security-policy": security.gradio_page_policy(nonce)})
