"""What all tests share: a browser, and no settings of the machine that they run on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from assistant.settings import ENVIRONMENT_PREFIX, load_settings
from tests.chat.real_server import RealServer

if TYPE_CHECKING:
    from assistant.app import Assistant

CORPUS = Path(__file__).parent.parent / "corpus"
FINDS_CHROMIUM = Path(__file__).parent.parent / ".ci" / "browser"

# How long one example takes says more about the machine than about the code.
hypothesis.settings.register_profile("default", deadline=None)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(ENVIRONMENT_PREFIX):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the Chromium that `make test` found or installed."""
    found = subprocess.run([FINDS_CHROMIUM, "--find"], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.fail(f"{found.stderr.strip()} Or run `make test`, which installs it.")
    return found.stdout.strip()


# Not for the whole session: while Playwright is open, nothing else in this thread may run an event loop.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser without a window; tests open a context of their own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The assistant over the documents that come with it, indexed once; for tests that change nothing."""
    from assistant.app import Assistant

    settings = load_settings({"corpus": CORPUS, "data": tmp_path_factory.mktemp("built_in")}, environment={})
    with Assistant(settings) as assistant:
        assistant.index()
        yield assistant


@pytest.fixture(scope="session")
def smollm2() -> Iterator[RealServer]:
    """A small real model, started with the first test that asks for it."""
    with RealServer() as server:
        yield server
