"""A page of the site in the browser: how tests open it, ask, and look for what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

WIDE, NARROW, NARROWEST = (1280, 860), (390, 844), (320, 640)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

# Gradio says this of its own stream when a page is left.
ON_LEAVING = ("AbortError: signal is aborted", "Connection errored out")
# The browser says this of a form that comes back with what is wrong in it.
REFUSED = ("status of 409", "status of 422")

Scheme = Literal["light", "dark"]
Open = Callable[..., Page]


@contextmanager
def opening(context: BrowserContext, site: str) -> Iterator[Open]:
    """Give what opens a page of the site; at the end nothing may have gone wrong in it."""
    wrong: list[str] = []

    def open_one(path: str = "/", size: tuple[int, int] = WIDE, scheme: Scheme = "light") -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.on("console", lambda message: wrong.append(message.text) if is_wrong(message) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: None if own(request.url) else wrong.append(f"asked for {request.url}"))
        page.goto(site + path)
        expect(page.locator("main h1").first).to_be_visible(timeout=20_000)
        return page

    def is_wrong(message: ConsoleMessage) -> bool:
        return message.type == "error" and not any(words in message.text for words in ON_LEAVING + REFUSED)

    def own(address: str) -> bool:
        return address.startswith((f"{site}/", "data:", "blob:"))

    yield open_one
    for page in context.pages:
        page.close()
    assert wrong == []


def ask(page: Page, question: str) -> None:
    turns = page.locator("article.turn").count()
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("article.turn:not(.pending)")).to_have_count(turns + 1)


def last(page: Page, selector: str) -> Any:
    return page.locator("article.turn").last.locator(selector)


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes']]}" for one in found]
