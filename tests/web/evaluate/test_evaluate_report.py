"""The report of a run, and two runs beside each other: in the browser, by keyboard, wide and narrow."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from assistant.evaluation.cases.columns import case_of
from assistant.evaluation.cases.files import write_set
from assistant.evaluation.runs.folder import load_run
from assistant.evaluation.sets import staff_folder
from tests.web.browsing import NARROW, NARROWEST, WIDE, Open, Scheme, overflow, violations
from tests.web.evaluate.evaluating import ROWS, Held, finished, tab_to


def test_the_report_has_gates_numbers_and_failures_the_gravest_first(open_page: Open, run_id: str) -> None:
    page = open_page(f"/evaluate/runs/{run_id}")
    expect(page.locator(".gates li")).to_have_count(3)
    expect(page.locator(".gates li").first).to_contain_text("Holds: Citations lead to a real place")
    right = page.locator(".numbers li").filter(has=page.get_by_role("heading", name="Right", exact=True))
    expect(right).to_contain_text("50%")
    expect(right).to_contain_text("15 to 85% (95% interval), n = 4: too few to lean on")
    expect(page.get_by_role("heading", name="2 of 4 went wrong")).to_be_visible()
    cases = page.locator("article.case")
    expect(cases).to_have_count(2)
    expect(cases.nth(0)).to_contain_text("It answered what the sources do not say.")
    expect(cases.nth(0)).to_contain_text("Should have refused")
    expect(cases.nth(0)).to_contain_text("Expected: a refusal: the sources do not say.")
    expect(cases.nth(1)).to_contain_text("It does not say: October.")
    expect(cases.nth(1)).to_contain_text("October missing, vital")
    expect(cases.nth(1)).to_contain_text("volunteers.html found and cited")
    expect(cases.nth(1)).to_contain_text("Used, but wrong")
    table = page.locator("section[aria-labelledby=categories] table")
    expect(table.get_by_role("row", name="fact").last).to_contain_text("50% n = 2")
    expect(table.locator("td.few").first).to_be_visible()
    expect(page.get_by_text("Vital facts said: to be refused (2)")).to_be_visible()
    expect(page.locator("section[aria-labelledby=depends]")).to_contain_text("built-in")


def test_citations_of_a_failure_open_the_source_by_keyboard(open_page: Open, run_id: str) -> None:
    page = open_page(f"/evaluate/runs/{run_id}")
    tab_to(page, "article.case a.citation")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Source")
    expect(panel.locator("mark").first).to_contain_text("invites all parents")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("article.case a.citation").first).to_be_focused()


@pytest.mark.parametrize("name", ["categories", "risk-coverage", "history"])
def test_charts_are_pictures_that_are_drawn(site: str, run_id: str, shorter: str, name: str, open_page: Open) -> None:
    address = f"{site}/evaluate/runs/{run_id}/charts/{name}.svg"
    light, dark, narrow = (httpx.get(address + query, timeout=60) for query in ("", "?theme=dark", "?narrow=1"))
    assert light.headers["content-type"] == "image/svg+xml"
    assert len({light.content, dark.content, narrow.content}) == 3
    assert b"<script" not in light.content
    assert httpx.get(f"{address}?theme=pink").status_code == 422
    page = open_page(f"/evaluate/runs/{run_id}")
    if name == "history":  # is there with a second run of the set
        return
    image = page.locator(f"picture.chart img[src*='{name}']")
    image.scroll_into_view_if_needed()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert image.get_attribute("alt")


def test_a_person_overrules_a_verdict_and_both_are_kept(open_page: Open, site: str, assistant: Held) -> None:
    run_id = finished(site, assistant, "office")
    page = open_page(f"/evaluate/runs/{run_id}")
    case = page.locator("article.case").first
    case.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("The law does say so.")
    page.keyboard.press("Tab")
    page.keyboard.type("Ana")
    page.keyboard.press("Enter")
    case = page.locator("article.case").first
    expect(case).to_contain_text("Ana says: right. Computed: wrong. “The law does say so.”")
    expect(page.locator("[data-notice]")).to_contain_text("The computed verdict is kept beside it.")
    expect(page.locator("main")).to_contain_text("1 question was judged by a person: the same as computed in 0 (0%).")
    (verdict,) = load_run(assistant.settings.data, run_id).verdicts
    assert (verdict.case_id, verdict.passed, verdict.by) == ("meeting", True, "Ana")
    rows = httpx.get(f"{site}/evaluate/runs/{run_id}/cases.csv").text
    assert "meeting" in rows
    assert "The law does say so." in rows


def test_a_case_that_is_right_can_be_looked_at_and_overruled(open_page: Open, run_id: str) -> None:
    page = open_page(f"/evaluate/runs/{run_id}")
    page.get_by_text("2 right, or not to be told").click()
    page.get_by_role("link", name="Who writes the goals of the plan each spring?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Right")
    expect(page.locator("article.case")).to_contain_text("site council said, vital")
    expect(page.locator(".retrieved li").first).to_contain_text("site council")
    page.get_by_text("Not so? Overrule the verdict").click()
    expect(page.get_by_label("wrong")).to_be_visible()


def test_two_runs_of_one_setting_are_said_to_be_the_same(
    open_page: Open, site: str, assistant: Held, run_id: str
) -> None:
    second = finished(site, assistant, "office")
    page = open_page("/evaluate")
    page.get_by_label("Before").select_option(run_id)
    page.get_by_label("After").select_option(second)
    page.get_by_label("After").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No regression")).to_be_visible()
    expect(page.get_by_role("row", name="Right", exact=False).first).to_contain_text("no difference")
    expect(page.get_by_role("heading", name="Broken: 0")).to_be_visible()
    expect(page.get_by_role("heading", name="Still failing: 2")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nothing but the time")


def test_a_broken_question_comes_first_and_a_gain_cannot_be_told(
    open_page: Open, site: str, assistant: Held, run_id: str
) -> None:
    changed = [*ROWS[1:], ROWS[0] | {"must_include": ["*superintendent"]}]
    write_set(staff_folder(assistant.settings) / "changed.jsonl", [case_of(row) for row in changed])
    second = finished(site, assistant, "changed")
    page = open_page(f"/evaluate/compare?first={run_id}&second={second}")
    expect(page.get_by_role("alert")).to_contain_text("The two runs differ in the questions")
    expect(page.locator("table")).to_have_count(0)
    page.get_by_label("I know; compare the questions that both have.").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("3 questions are in both runs in the same words.")
    expect(page.locator("main")).to_contain_text("Reworded (1): goals")


def test_one_set_without_a_question_of_the_other(open_page: Open, run_id: str, shorter: str) -> None:
    page = open_page(f"/evaluate/compare?first={run_id}&second={shorter}&different=true")
    expect(page.locator("main")).to_contain_text("Only in the run before (1): moon")


def test_of_a_locked_set_only_totals_are_shown(open_page: Open, site: str, assistant: Held) -> None:
    run_id = finished(site, assistant, "office-locked")
    page = open_page(f"/evaluate/runs/{run_id}")
    expect(page.get_by_role("heading", name="2 of 4 went wrong")).to_be_visible()
    expect(page.locator("article.case")).to_have_count(0)
    questions = [str(row["question"]) for row in ROWS]
    report = httpx.get(f"{site}/evaluate/runs/{run_id}/report.json")
    refused = [
        httpx.get(f"{site}/evaluate/runs/{run_id}/cases.csv"),
        httpx.get(f"{site}/evaluate/runs/{run_id}/case?id=goals"),
        httpx.get(f"{site}/evaluate/set?name=office-locked&kind=csv"),
        httpx.post(f"{site}/api/evaluate/verdict", json={"run": run_id, "case": "goals", "verdict": "wrong"}),
    ]
    assert [one.status_code for one in refused] == [422] * 4
    for shown in (page.content(), report.text, *(one.text for one in refused)):
        assert not [question for question in questions if question in shown]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_break_no_rule(open_page: Open, run_id: str, shorter: str, scheme: Scheme) -> None:
    for path in (
        "/evaluate",
        f"/evaluate/runs/{run_id}",
        f"/evaluate/runs/{run_id}/case?id=meeting",
        f"/evaluate/compare?first={run_id}&second={shorter}",
        f"/evaluate/compare?first={run_id}&second={shorter}&different=true",
    ):
        page = open_page(path, scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for width, height in (WIDE, NARROW, NARROWEST):
            page.set_viewport_size({"width": width, "height": height})
            assert overflow(page) <= 0, f"{path} at {width}"
            assert width == NARROWEST[0] or violations(page) == [], f"{path} at {width}"
        page.close()
