"""A draft is written in a real browser: the whole way by keyboard, what goes wrong, and a file that comes back."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from assistant.records import Draft
from tests.web.browsing import NARROW, WIDE, Open, violations
from tests.web.drafts.drafting import tab_to
from tests.web.sample_assistant import SampleAssistant
from tests.web.sample_drafting import TEMPLATE, recheck_of


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_whole_way_by_keyboard(
    open_page: Open, sample: SampleAssistant, tmp_path: Path, size: tuple[int, int]
) -> None:
    page = open_page("/draft", size=size)
    tab_to(page, "a.card")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TEMPLATE.title)

    # What is wrong is said, and nothing that was typed is lost.
    tab_to(page, "#field-already")
    page.keyboard.type("Homework club on Tuesdays")
    tab_to(page, "form .primary")
    with page.expect_response(lambda one: one.request.method == "POST") as refused:
        page.keyboard.press("Enter")
    assert refused.value.status == 422
    expect(page.locator("#problems")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#field-school")).to_be_focused()
    expect(page.locator("#field-school")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#field-already")).to_have_value("Homework club on Tuesdays")
    page.keyboard.type("Franklin Elementary")
    tab_to(page, "#field-grades")
    page.keyboard.type("6")

    # It is written section by section.
    sample.section_seconds = 0.8
    tab_to(page, "form .primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar", name="Section 2 of 2: searching, writing and checking")).to_be_visible()
    expect(page.locator(".draft-section h2")).to_have_text(["Purpose"])
    sample.section_seconds = 0.05
    expect(page.locator(".done")).to_have_text("The draft is written and kept.")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", name="You still have to supply (2)")).to_be_visible()
    expect(page.get_by_role("heading", name="Required: covered 2 of 3")).to_be_visible()
    expect(page.locator(".missing")).to_contain_text("1116(c)(2)")

    # A source is opened and left.
    tab_to(page, "a.citation")
    page.keyboard.press("Enter")
    expect(page.locator("#source-panel mark").first).to_contain_text("Each school served under Title I")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("a.citation").first).to_be_focused()

    # A blank is reached from the list, and filled in.
    page.locator(".supply a").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("a.blank").filter(has_text="place")).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_label("The text of this section").last
    expect(field).to_be_focused()
    page.keyboard.type("the library")  # takes the place of the words that are selected
    assert "in the library." in field.input_value()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    meeting = page.get_by_role("heading", name="The annual meeting")
    expect(meeting).to_be_focused()
    expect(page.locator(".done")).to_contain_text("Saved.")
    expect(page.get_by_role("heading", name="You still have to supply (1)")).to_be_visible()
    expect(page.locator(".sentence.quoted")).to_have_count(2)

    # A file to send on.
    page.locator(".downloads a").first.focus()
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    assert downloading.value.suggested_filename == "School-policy-Franklin-Elementary-v2.docx"
    downloading.value.save_as(tmp_path / "draft.docx")
    with zipfile.ZipFile(tmp_path / "draft.docx") as word:
        assert b"Franklin Elementary" in word.read("word/document.xml")
        assert "word/footnotes.xml" in word.namelist()

    # Listed, reopened, compared, deleted.
    tab_to(page, ".versions li a[href*=compare]")
    page.keyboard.press("Enter")
    expect(page.locator(".compare")).to_be_visible()
    expect(page.locator("ins").first).to_contain_text("the library")
    page.goto(page.url.partition("/draft/")[0] + "/draft")
    expect(page.locator(".kept li")).to_contain_text(
        [
            "version 2",
        ]
    )
    page.get_by_role("link", name="School policy: Franklin Elementary", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".versions")).to_be_visible()
    tab_to(page, "a[href$=delete]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Delete this draft?")).to_be_visible()
    tab_to(page, ".danger")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your drafts")).to_be_focused()
    expect(page.locator(".empty")).to_be_visible()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_keeps_what_was_typed(open_page: Open) -> None:
    page = open_page("/draft/new/policy")
    page.get_by_label("School", exact=False).first.fill("Crash")
    page.get_by_label("What the school already does").fill("Kept words")
    page.get_by_role("button", name="Write the draft").click()
    expect(page.locator("[data-problem]")).to_contain_text("What you typed is kept.")
    expect(page.get_by_role("link", name="Back to the form")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What the school already does")).to_have_value("Kept words")


def test_writing_is_cancelled(open_page: Open, sample: SampleAssistant) -> None:
    sample.section_seconds = 1.0
    page = open_page("/draft/new/policy")
    page.get_by_label("School", exact=False).first.fill("Franklin")
    page.get_by_role("button", name="Write the draft").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#field-school")).to_have_value("Franklin")
    page.wait_for_timeout(1200)
    sample.section_seconds = 0.05
    assert sample.shelf.contents().entries == ()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_an_exported_file_is_checked(
    open_page: Open, draft: Draft, sample: SampleAssistant, size: tuple[int, int]
) -> None:
    sample.rechecked = recheck_of(draft, sample.document)
    page = open_page("/draft", size=size)

    def file(content: bytes) -> FilePayload:
        return FilePayload(name="policy.docx", mimeType="application/octet-stream", buffer=content)

    page.get_by_label("Word, Markdown, HTML or text file").set_input_files(file(b"words"))
    page.get_by_role("button", name="Check the file").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Some quotations no longer stand")
    changed = page.locator("section").filter(has=page.get_by_role("heading", name="Changed since (1)"))
    expect(changed.locator("del")).to_have_text("printed")
    expect(changed.locator("ins")).to_have_text("written")
    changed.get_by_role("link", name="Read it in the document").press("Enter")
    expect(page.locator("#source-panel mark").first).to_be_visible()
    assert violations(page) == []
    page.goto(page.url.replace("/recheck", ""))
    page.get_by_label("Word, Markdown, HTML or text file").set_input_files(file(b"other"))
    with page.expect_response(lambda one: one.request.method == "POST") as refused:
        page.get_by_role("button", name="Check the file").click()
    assert refused.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("policy.docx is no draft that was exported here.")
    expect(page.get_by_label("Word, Markdown, HTML or text file")).to_be_focused()
    sample.rechecked = None
