"""What all tests share: a browser, and no settings of the machine that they run on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from assistant.settings import ENVIRONMENT_PREFIX

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
