"""What the tests of the Draft pages fill in, look for and press."""

from __future__ import annotations

from playwright.sync_api import Page

FORM = {"school": "Franklin Elementary", "grades": "TK to 5", "already": "Coffee with the principal every month"}
QUOTED = "The school holds an annual meeting at a convenient time, to which all parents are invited."


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is on ``selector``."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")
