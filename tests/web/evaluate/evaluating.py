"""A set, the assistant that is asked it, and how its runs are waited for."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx
from playwright.sync_api import Page

from assistant.app import Assistant
from assistant.evaluation.runs.folder import load_run
from assistant.records import Answer
from tests.assistant_samples import GOALS_ROW

ROWS: list[dict[str, Any]] = [
    GOALS_ROW | {"category": "fact"},
    {
        "id": "trained",
        "question": "When are volunteers trained?",
        "must_include": ["*October"],
        "source_document": "volunteers.html",
        "category": "fact",
        "priority": "high",
    },
    {
        "id": "meeting",
        "question": "Who is invited to the annual meeting?",
        "expect": "abstain",
        "category": "not there",
    },
    {"id": "moon", "question": "How far is the moon from Jupiter?", "expect": "abstain", "category": "not there"},
]


class Held(Assistant):
    """The real assistant, which waits at questions with the word ``hold``, and fails at those with ``broken``."""

    hold: str | None = None
    broken: str | None = None
    may_go = threading.Event()

    def ask(self, question: str, *given: Any, **named: Any) -> Answer:
        if self.hold and self.hold in question:
            self.may_go.wait(30)
        if self.broken and self.broken in question:
            raise RuntimeError("the moon fell")
        return super().ask(question, *given, **named)


def finished(site: str, assistant: Held, name: str, repeat: int = 1) -> str:
    answer = httpx.post(f"{site}/api/evaluate/run", json={"set": name, "repeat": repeat}, timeout=30)
    assert answer.status_code == 200, answer.text
    run_id = str(answer.json()["go"]).rpartition("/")[2]
    wait_until_ended(site)
    assert load_run(assistant.settings.data, run_id).finished
    return run_id


def wait_until_ended(site: str) -> None:
    end = time.monotonic() + 60
    while httpx.get(f"{site}/api/evaluate/state").json()["running"]:
        assert time.monotonic() < end, "the run does not end"
        time.sleep(0.02)


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Move the focus by keyboard alone to the first thing that ``selector`` names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")
