"""A set is run, watched, stopped and gone on with: in the browser, by keyboard."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from assistant.evaluation.runs.folder import list_runs, load_run
from tests.web.browsing import Open, violations
from tests.web.evaluate.evaluating import Held, finished, wait_until_ended


def test_a_set_is_run_by_keyboard_and_the_report_comes_by_itself(open_page: Open, assistant: Held) -> None:
    page = open_page("/evaluate")
    expect(page.get_by_role("link", name="Evaluate")).to_have_attribute("aria-current", "page")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="office", exact=True))
    expect(row).to_contain_text("4 questions · 2 to be refused · yours")
    row.get_by_role("combobox").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/evaluate/runs/"))
    expect(page.get_by_role("heading", name="What must always hold")).to_be_visible(timeout=30_000)
    assert load_run(assistant.settings.data, page.url.rpartition("/")[2]).finished


def test_a_run_is_watched_stopped_left_and_gone_on_with(open_page: Open, assistant: Held) -> None:
    assistant.hold = "annual meeting"
    page = open_page("/evaluate")
    page.get_by_role("button", name="Run office", exact=True).click()
    expect(page.get_by_role("heading", name="Running: office")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "2", timeout=20_000)
    expect(page.locator("[data-run-words]")).to_have_text(re.compile("2 of 4 questions asked, .* left"))
    expect(page.locator("[data-run-question]")).to_have_text("Who is invited to the annual meeting?")
    assert violations(page) == []
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Evaluate").click()
    expect(page.get_by_role("heading", name="Running: office")).to_be_visible()
    page.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-run-words]")).to_have_text("Stopping after this question: 2 of 4 questions asked")
    assistant.may_go.set()
    expect(page.locator("[data-notice]")).to_have_text("The run has ended: 3 of 4 questions asked.", timeout=20_000)
    expect(page.locator(".unfinished")).to_contain_text("Not finished: 3 of 4 questions asked.")
    expect(page.get_by_role("heading", name="2 of 3 went wrong")).to_be_visible()
    expect(page.locator(".gates li")).to_have_count(3)
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What must always hold")).to_be_visible(timeout=20_000)
    expect(page.locator(".unfinished, [data-run-progress]")).to_have_count(0, timeout=20_000)
    assert load_run(assistant.settings.data, page.url.rpartition("/")[2]).finished


def test_one_run_at_a_time(site: str, assistant: Held) -> None:
    assistant.hold = "goals"
    first = httpx.post(f"{site}/api/evaluate/run", json={"set": "office"}, timeout=30)
    second = httpx.post(f"{site}/api/evaluate/run", json={"set": "office"}, timeout=30)
    assert (first.status_code, second.status_code) == (200, 422)
    assert "A set is being run already." in second.json()["error"]
    assert httpx.post(f"{site}/api/evaluate/stop").json() == {"stopped": True}
    assistant.may_go.set()
    wait_until_ended(site)
    assert httpx.post(f"{site}/api/evaluate/stop").json() == {"stopped": False}


def test_an_error_is_recorded_for_its_question_alone(open_page: Open, site: str, assistant: Held) -> None:
    assistant.broken = "moon"
    page = open_page(f"/evaluate/runs/{finished(site, assistant, 'office')}")
    expect(page.locator(".gates .broken")).to_contain_text("Broken: No question ended in an error n = 4 in moon")
    case = page.locator("article.case").first
    expect(case).to_contain_text("RuntimeError: the moon fell")
    page.get_by_role("link", name="moon", exact=True).click()
    expect(case).to_be_focused()


def test_runs_are_listed_newest_first(open_page: Open, run_id: str, assistant: Held) -> None:
    page = open_page("/evaluate")
    newest = list_runs(assistant.settings.data)[-1]
    link = page.locator("table.runs tbody a").first
    expect(link).to_have_attribute("href", f"/evaluate/runs/{newest.id}")
