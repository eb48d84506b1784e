"""The web server: its routes, its start and its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterator
from importlib.resources import files
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.web import routes, security
from assistant.web.conversations import Conversations
from assistant.web.drafts.routes import draft_routes
from assistant.web.evaluate import evaluate_routes
from assistant.web.evaluate_actions import evaluate_actions
from assistant.web.evaluate_runs import BackgroundRuns
from assistant.web.pages import Pages
from assistant.web.reading_run import ReadingRun
from assistant.web.service import Service
from assistant.web.settings_page import settings_routes
from assistant.web.writing import Writings

# Seconds that open connections get when the program is told to end; the pages keep one open all the time.
SECONDS_TO_FINISH = 1


def prepare_environment(settings: Settings) -> None:
    """Keep Gradio off the network and inside the data folder; it reads these when it is first imported."""
    os.environ.update(
        GRADIO_ANALYTICS_ENABLED="False",
        GRADIO_RUN_HISTORY="False",
        GRADIO_TEMP_DIR=str(settings.data.resolve() / "web"),
        HF_HUB_OFFLINE="1",
        MPLCONFIGDIR=str(settings.data.resolve() / "web" / "matplotlib"),
    )


def build_host(assistant: Service) -> FastAPI:
    """Return the whole site. The Gradio pages are built, and the folder is read, once the host has started."""
    prepare_environment(assistant.settings)
    pages = Pages()
    reading = ReadingRun(assistant)
    writings = Writings()
    conversations = Conversations()
    evaluations = BackgroundRuns(assistant)

    @contextlib.asynccontextmanager
    async def lifespan(_host: FastAPI) -> AsyncIterator[None]:
        async with pages.building(assistant, reading, writings, conversations):
            yield
            await asyncio.to_thread(evaluations.end)

    host = FastAPI(lifespan=lifespan, openapi_url=None)
    host.add_middleware(security.Guard, names=security.own_names(assistant.settings.host))
    routes.add_error_answers(host)

    def status() -> dict[str, Any]:
        state = reading.state
        done = pages.built and assistant.ready and not state.running
        if state.error:
            return {"ready": done, "words": "The folder could not be read: see Library."}
        return {"ready": done, "words": "" if done else state.words or "Getting ready"}

    @host.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @host.get("/readyz")
    async def ready() -> Response:
        state = status()
        return JSONResponse(state, 200 if state["ready"] else 503)

    @host.get("/api/status")
    async def status_for_the_page() -> dict[str, Any]:
        return status()

    host.include_router(routes.source_routes(assistant))
    host.include_router(routes.stop_route(writings))
    host.include_router(settings_routes(assistant))
    host.include_router(draft_routes(assistant))
    host.include_router(evaluate_routes(assistant, evaluations))
    host.include_router(evaluate_actions(assistant, evaluations, conversations))
    host.mount("/site", StaticFiles(directory=str(files("assistant.web") / "static")))
    host.mount("/", pages)
    return host


def serve(assistant: Service, *, open_browser: bool = False) -> None:
    """Serve the site until Ctrl-C or SIGTERM. Raises SettingsError where the address cannot be listened on."""
    settings = assistant.settings
    listener = _listen(settings.host, settings.port)
    address = _address(settings.host, listener.getsockname()[1])
    print(f"The assistant is at {address} (Ctrl-C ends it).", flush=True)
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    server = uvicorn.Server(
        uvicorn.Config(
            build_host(assistant),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
    )
    # A page that is open keeps a stream open; that it is cut at the end is no error.
    logging.getLogger("uvicorn.error").addFilter(lambda _record: not server.should_exit)
    with _quiet_end():
        server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise SettingsError(
            f"The page cannot be opened at {host}, port {port}: {(error.strerror or str(error)).lower()}.",
            next_step="Is the assistant running already? Then use that one; if not, choose another with --port 7861.",
        ) from error


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"


@contextlib.contextmanager
def _quiet_end() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the server as a success: it repeats the signal after it has ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
