"""Questions come from answers of the chat and from files, and are checked before they are kept."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from assistant.evaluation.sets import staff_folder
from tests.web.browsing import Open, ask, violations
from tests.web.evaluate.evaluating import Held, tab_to


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
    out = found.get_by_role("region", name="Left out: no question can be made of these rows")
    expect(out.get_by_role("listitem")).to_have_count(1)
    expect(out).to_contain_text("Row 3, expect: “anser” is not something to expect.")
    kept = found.get_by_role("region", name="To be mended: kept, and asked as they are")
    expect(kept.get_by_role("listitem")).to_have_count(1)
    expect(kept).to_contain_text("Row 4, source_document: The library has no document named “plan.txt”. Did you mean")
    expect(found.get_by_role("button")).to_have_text("Keep these 3 questions as Front-office-2026")
    page.evaluate("scrollTo(0, 0)")  # what the head of the page half covers is no smaller for that
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
