"""The Evaluate pages over a real small library, with real runs: in the browser, by keyboard, wide and narrow."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from assistant.app import Assistant
from assistant.evaluation.cases.columns import case_of
from assistant.evaluation.cases.files import write_set
from assistant.evaluation.runs.folder import list_runs, load_run
from assistant.evaluation.sets import staff_folder
from assistant.records import Answer, Turn
from assistant.settings import load_settings
from tests.assistant_samples import write_corpus
from tests.web.browsing import NARROW, NARROWEST, WIDE, Open, Scheme, ask, opening, overflow, violations
from tests.web.conftest import served

ROWS: list[dict[str, Any]] = [
    {
        "id": "goals",
        "question": "Who writes the goals of the plan each spring?",
        "must_include": ["*site council"],
        "source_document": "plan.md",
        "source_quote": "The site council writes the goals of the plan each spring.",
        "category": "fact",
    },
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

    def ask(self, question: str, history: Sequence[Turn] = (), stop: threading.Event | None = None) -> Answer:
        if self.hold and self.hold in question:
            self.may_go.wait(30)
        if self.broken and self.broken in question:
            raise RuntimeError("the moon fell")
        return super().ask(question, history, stop)


@pytest.fixture(autouse=True)
def _as_it_is(assistant: Held) -> Iterator[None]:
    assistant.may_go.clear()
    yield
    assistant.hold = assistant.broken = None
    assistant.may_go.set()


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder = tmp_path_factory.mktemp("evaluate")
    places = {"corpus": write_corpus(folder / "corpus"), "data": folder / "data", "port": 0}
    with closing(Held(load_settings(places, environment={}))) as assistant:
        assistant.index()
        sets = staff_folder(assistant.settings)
        sets.mkdir(parents=True)
        write_set(sets / "office.jsonl", [case_of(row) for row in ROWS])
        write_set(sets / "office-locked.jsonl", [case_of(row) for row in ROWS])
        yield assistant


@pytest.fixture(scope="module")
def evaluated(assistant: Held) -> Iterator[str]:
    with served(assistant) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def open_page(context: BrowserContext, evaluated: str) -> Iterator[Open]:
    with opening(context, evaluated) as open_one:
        yield open_one


@pytest.fixture(scope="module")
def run_id(evaluated: str, assistant: Held) -> str:
    return finished(evaluated, assistant, "office")


@pytest.fixture(scope="module")
def shorter(evaluated: str, assistant: Held) -> str:
    """A run of a set that has one question less."""
    write_set(staff_folder(assistant.settings) / "shorter.jsonl", [case_of(row) for row in ROWS[:3]])
    return finished(evaluated, assistant, "shorter")


def finished(site: str, assistant: Held, name: str, repeat: int = 1) -> str:
    answer = httpx.post(f"{site}/api/evaluate/run", json={"set": name, "repeat": repeat}, timeout=30)
    assert answer.status_code == 200, answer.text
    run_id = str(answer.json()["go"]).rpartition("/")[2]
    wait_until_ended(site)
    assert load_run(assistant.settings.data, run_id).finished
    return run_id


def wait_until_ended(site: str) -> None:
    for _ in range(600):
        if not httpx.get(f"{site}/api/evaluate/state").json()["running"]:
            return
    raise AssertionError("the run does not end")


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Move the focus by keyboard alone to the first thing that ``selector`` names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


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
    expect(page.locator("[data-notice]")).to_have_text("The run has ended: 3 of 4 questions asked.")
    expect(page.locator(".unfinished")).to_contain_text("Not finished: 3 of 4 questions asked.")
    expect(page.locator(".gates li")).to_have_count(3)
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What must always hold")).to_be_visible(timeout=20_000)
    expect(page.locator(".unfinished, [data-run-progress]")).to_have_count(0, timeout=20_000)
    assert load_run(assistant.settings.data, page.url.rpartition("/")[2]).finished


def test_one_run_at_a_time(evaluated: str, assistant: Held) -> None:
    assistant.hold = "goals"
    first = httpx.post(f"{evaluated}/api/evaluate/run", json={"set": "office"}, timeout=30)
    second = httpx.post(f"{evaluated}/api/evaluate/run", json={"set": "office"}, timeout=30)
    assert (first.status_code, second.status_code) == (200, 422)
    assert "A set is being run already." in second.json()["error"]
    assert httpx.post(f"{evaluated}/api/evaluate/stop").json() == {"stopped": True}
    assistant.may_go.set()
    wait_until_ended(evaluated)
    assert httpx.post(f"{evaluated}/api/evaluate/stop").json() == {"stopped": False}


def test_an_error_is_recorded_for_its_question_alone(open_page: Open, evaluated: str, assistant: Held) -> None:
    assistant.broken = "moon"
    page = open_page(f"/evaluate/runs/{finished(evaluated, assistant, 'office')}")
    expect(page.locator(".gates .broken")).to_contain_text("Broken: No question ended in an error n = 4 in moon")
    case = page.locator("article.case").first
    expect(case).to_contain_text("RuntimeError: the moon fell")
    page.get_by_role("link", name="moon", exact=True).click()
    expect(case).to_be_focused()


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
    expect(page.get_by_text("Vital facts said: 2 to be refused")).to_be_visible()
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
def test_charts_are_pictures_that_are_drawn(
    evaluated: str, run_id: str, shorter: str, name: str, open_page: Open
) -> None:
    address = f"{evaluated}/evaluate/runs/{run_id}/charts/{name}.svg"
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


def test_a_person_overrules_a_verdict_and_both_are_kept(open_page: Open, evaluated: str, assistant: Held) -> None:
    run_id = finished(evaluated, assistant, "office")
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
    rows = httpx.get(f"{evaluated}/evaluate/runs/{run_id}/cases.csv").text
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
    open_page: Open, evaluated: str, assistant: Held, run_id: str
) -> None:
    second = finished(evaluated, assistant, "office")
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
    open_page: Open, evaluated: str, assistant: Held, run_id: str
) -> None:
    changed = [*ROWS[1:], ROWS[0] | {"must_include": ["*superintendent"]}]
    write_set(staff_folder(assistant.settings) / "changed.jsonl", [case_of(row) for row in changed])
    second = finished(evaluated, assistant, "changed")
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


def test_of_a_locked_set_only_totals_are_shown(open_page: Open, evaluated: str, assistant: Held) -> None:
    run_id = finished(evaluated, assistant, "office-locked")
    page = open_page(f"/evaluate/runs/{run_id}")
    expect(page.get_by_role("heading", name="2 of 4 went wrong")).to_be_visible()
    expect(page.locator("article.case")).to_have_count(0)
    questions = [str(row["question"]) for row in ROWS]
    report = httpx.get(f"{evaluated}/evaluate/runs/{run_id}/report.json")
    refused = [
        httpx.get(f"{evaluated}/evaluate/runs/{run_id}/cases.csv"),
        httpx.get(f"{evaluated}/evaluate/runs/{run_id}/case?id=goals"),
        httpx.get(f"{evaluated}/evaluate/set?name=office-locked&kind=csv"),
        httpx.post(f"{evaluated}/api/evaluate/verdict", json={"run": run_id, "case": "goals", "verdict": "wrong"}),
    ]
    assert [one.status_code for one in refused] == [422] * 4
    for shown in (page.content(), report.text, *(one.text for one in refused)):
        assert not [question for question in questions if question in shown]


def test_an_answer_becomes_a_case_by_keyboard(open_page: Open, assistant: Held) -> None:
    page = open_page("/")
    ask(page, "When are volunteers trained?")
    page.get_by_role("button", name="Not right? Make it a test case").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Make it a test case")
    expect(dialog.get_by_role("heading")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(dialog.get_by_role("group", name="Which passage answers it?")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(dialog.get_by_role("radio", name=re.compile("trained in September"))).to_be_checked()
    tab_to(page, "[name=by]")
    page.keyboard.type("Ben")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("The question was added to the set from-chat, which has 1")
    expect(page.get_by_role("dialog").get_by_role("heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Not right? Make it a test case")).to_be_focused()
    text = (staff_folder(assistant.settings) / "from-chat.jsonl").read_text()
    assert '"expect": "answer"' in text
    assert "Volunteers are trained in September" in text
    assert '"author": "Ben"' in text


def test_a_refusal_needs_the_words_that_would_have_answered(open_page: Open, assistant: Held) -> None:
    page = open_page("/")
    ask(page, "How far is the moon from Jupiter?")
    page.get_by_role("button", name="Not right? Make it a test case").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("It should have answered"))).to_be_checked()
    dialog.get_by_role("button", name="Save the test case").click()
    expect(dialog.get_by_role("alert")).to_contain_text("It is not known what would have been right.")
    dialog.get_by_role("radio", name="None of these").check()
    dialog.get_by_label("Paste the words of the document that answer it").fill("Green cheese is far away.")
    dialog.get_by_role("button", name="Save the test case").click()
    expect(dialog.get_by_role("alert")).to_contain_text("These words do not stand in any document.")
    dialog.get_by_label("Paste the words of the document that answer it").fill("site council writes the goals")
    dialog.get_by_role("button", name="Save the test case").click()
    expect(page.get_by_role("dialog")).to_contain_text("The question was added to the set from-chat")
    assert "site council writes the goals" in (staff_folder(assistant.settings) / "from-chat.jsonl").read_text()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_file_is_checked_by_row_before_it_is_kept(open_page: Open, assistant: Held, tmp_path: Path) -> None:
    file = tmp_path / "Front office 2026.csv"
    file.write_text(
        "question,expect,source_document,source_quote\n"
        "Who writes the goals?,answer,plan.md,The site council writes the goals of the plan each spring.\n"
        "Who trains volunteers?,anser,,\n"
        "When is the meeting?,answer,plan.txt,\n"
        "What does lunch cost?,abstain,,\n",
        encoding="utf-8",
    )
    page = open_page("/evaluate")
    page.get_by_label("File with questions").set_input_files(file)
    page.get_by_label("File with questions").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    found = page.get_by_role("region", name="What was found in the file")
    expect(found).to_be_focused()
    expect(found).to_contain_text("3 questions can be read, 1 row is left out")
    expect(found).to_contain_text("Row 3, expect: “anser” is not something to expect.")
    expect(found).to_contain_text("Row 4, source_document: The library has no document named “plan.txt”. Did you mean")
    assert violations(page) == []
    assert not (staff_folder(assistant.settings) / "Front-office-2026.jsonl").exists()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-notice]")).to_have_text("The set Front-office-2026 is kept: 3 questions.")
    expect(page.get_by_role("heading", name="Front-office-2026")).to_be_visible()


def test_what_is_no_set_is_refused_in_words(open_page: Open, tmp_path: Path) -> None:
    file = tmp_path / "notes.xlsx"
    file.write_bytes(b"no spreadsheet")
    page = open_page("/evaluate")
    page.get_by_label("File with questions").set_input_files(file)
    with page.expect_response("**/api/evaluate/check*"):
        page.get_by_role("button", name="Check the file").click()
    expect(page.locator("form.adding [role=alert]")).to_contain_text("notes.xlsx is damaged, or not a spreadsheet")


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


def test_runs_are_listed_newest_first(open_page: Open, run_id: str, assistant: Held) -> None:
    page = open_page("/evaluate")
    newest = list_runs(assistant.settings.data)[-1]
    link = page.locator("table.runs tbody a").first
    expect(link).to_have_attribute("href", f"/evaluate/runs/{newest.id}")
