"""The site, served for real on a free port, and hostile strings to put into it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext

from assistant.records import FileProblem
from assistant.settings import load_settings
from assistant.web.host import build_host
from assistant.web.service import Service
from tests.web.browsing import Open, opening
from tests.web.sample_assistant import SampleAssistant


@contextlib.contextmanager
def served(assistant: Service) -> Iterator[str]:
    """Serve the site in a thread until the block ends; gives its address once the pages are there."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(build_host(assistant), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        wait_for(f"{address}/readyz")
        yield address
    finally:
        server.should_exit = True
        thread.join()


def wait_for(address: str, seconds: float = 60) -> httpx.Response:
    """Return the first answer that is a success."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx.TransportError):
            answer = httpx.get(address)
            if answer.is_success:
                return answer
        assert time.monotonic() < end, f"{address} did not answer within {seconds} s"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleAssistant:
    folder = tmp_path_factory.mktemp("site")
    corpus = folder / "corpus"
    (corpus / "law").mkdir(parents=True)
    (corpus / "law" / "section-1116.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (corpus / "framework.txt").write_text("<script>alert(1)</script>", encoding="utf-8")
    problem = FileProblem("scan.pdf", "The pages are pictures without text.", "Run text recognition on the file.")
    settings = load_settings({"corpus": corpus, "data": folder / "data", "port": 0}, environment={})
    assistant = SampleAssistant(settings, problems=(problem,))
    assistant.ready = True
    return assistant


@pytest.fixture(scope="session")
def site(sample: SampleAssistant) -> Iterator[str]:
    """The address of the site over the sample assistant."""
    with served(sample) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests of a file, so that Gradio's files are fetched once; a conversation belongs to a page."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def open_page(context: BrowserContext, site: str) -> Iterator[Open]:
    """Open a page of the site; at the end of the test nothing may have gone wrong in it."""
    with opening(context, site) as open_one:
        yield open_one
