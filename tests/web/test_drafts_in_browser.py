"""The Draft pages in a real browser: the whole way by keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, FilePayload, Page, expect

from assistant.app import ModelState
from assistant.chat.base import ModelPlace
from assistant.records import Draft
from tests.drafting.draft_parts import ScriptedModel
from tests.web.browsing import NARROW, NARROWEST, WIDE, Open, Scheme, overflow, violations
from tests.web.sample_assistant import SampleAssistant
from tests.web.sample_drafting import TEMPLATE, recheck_of

FORM = {"school": "Franklin Elementary", "grades": "TK to 5", "already": "Coffee with the principal every month"}
QUOTED = "The school holds an annual meeting at a convenient time, to which all parents are invited."


@pytest.fixture(autouse=True)
def _none_is_kept(sample: SampleAssistant) -> Iterator[None]:
    yield
    sample.section_seconds = 0.05
    for entry in sample.shelf.contents().entries:
        sample.shelf.delete(entry.id)


@pytest.fixture
def draft(sample: SampleAssistant) -> Draft:
    return sample.shelf.save(sample.write_draft("policy", FORM))


@pytest.fixture
def with_model(sample: SampleAssistant) -> Iterator[SampleAssistant]:
    sample.writer = ScriptedModel("Each school served has a written policy. It has 900 families.")
    sample.model_state = ModelState("test:scripted", ModelPlace("test", "scripted", "localhost", remote=False), None)
    yield sample
    sample.writer, sample.model_state = None, ModelState(None, None, None)


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is on ``selector``."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


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


def test_each_kind_of_sentence_can_be_told(open_page: Open, draft: Draft, with_model: SampleAssistant) -> None:
    page = open_page(f"/draft/{draft.id}")
    quoted = page.locator(".sentence.quoted q").first
    assert "Source Serif" in quoted.evaluate("element => getComputedStyle(element).fontFamily")
    typed = page.locator(".tagged").filter(has_text="Coffee with the principal every month")
    expect(typed.locator(".tag")).to_have_text("yours")
    expect(page.locator(".kind-word").first).to_be_hidden()
    page.get_by_label("Name the kind of every sentence").check()
    words = page.locator(".kind-word").all_inner_texts()
    assert set(words) == {"quoted", "supported", "connective", "yours to supply"}
    assert page.locator(".blank").first.evaluate("element => getComputedStyle(element).borderStyle") == "dashed"


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_section_is_written_again_with_an_instruction(
    open_page: Open, draft: Draft, with_model: SampleAssistant, size: tuple[int, int]
) -> None:
    page = open_page(f"/draft/{draft.id}", size=size)
    tools = page.get_by_role("group", name="Change “Purpose”")
    tools.get_by_text("Write again", exact=True).press("Enter")
    expect(tools.get_by_label("What should be different?")).to_be_focused()
    page.keyboard.type("Be brief.")
    tools.get_by_role("button", name="Write this section again").press("Enter")
    expect(page.get_by_role("heading", name="Purpose")).to_be_focused()
    expect(page.locator(".done")).to_have_text("The section was written again.")
    writer = with_model.writer
    assert isinstance(writer, ScriptedModel)
    assert any("Be brief." in request for request in writer.requests)
    page.get_by_text("Removed: not in the sources (1)").press("Enter")
    expect(page.locator(".removed")).to_contain_text("900 families")
    expect(page.locator(".draft-section p").filter(has_text="900 families")).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_evidence_of_a_section_is_chosen(
    open_page: Open, draft: Draft, sample: SampleAssistant, size: tuple[int, int]
) -> None:
    page = open_page(f"/draft/{draft.id}", size=size)
    tools = page.get_by_role("group", name="Change “The annual meeting”")
    tools.get_by_text("Evidence (").press("Enter")
    boxes = tools.get_by_role("checkbox")
    ticked = boxes.count()
    expect(tools.locator(".evidence li").first).to_contain_text("cited")
    for index in range(1, ticked):
        boxes.nth(index).press("Space")
    tools.get_by_label("Find further passages").fill("socially just graduates")
    page.keyboard.press("Enter")
    expect(tools.get_by_label("Find further passages")).to_be_focused()
    expect(tools.locator(".evidence")).to_contain_text("All graduates are socially just")
    expect(tools.get_by_role("checkbox", checked=True)).to_have_count(1)  # what was unticked stays so
    tools.get_by_role("button", name="Write again from the ticked passages").press("Enter")
    expect(page.locator(".done")).to_have_text("The section was written again.")
    written = next(one for one in sample.shelf.load(draft.id).sections if one.name == "the-annual-meeting")
    assert len(written.passages) == 1
    tools.get_by_text("Evidence (1)").press("Enter")
    tools.get_by_role("checkbox").first.press("Space")
    tools.get_by_role("button", name="Write again from the ticked passages").press("Enter")
    expect(tools.get_by_role("alert")).to_have_text("Tick at least one passage that the section may rest on.")


def test_an_edit_that_was_overtaken_loses_nothing(open_page: Open, draft: Draft, sample: SampleAssistant) -> None:
    page = open_page(f"/draft/{draft.id}")
    page.locator("a.blank").first.click()
    sample.shelf.save(draft)
    field = page.get_by_label("The text of this section").filter(visible=True)
    field.fill("Typed for an hour.")
    page.get_by_role("button", name="Save and check").filter(visible=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The draft has a newer version")
    expect(field).to_have_value("Typed for an hour.")
    page.get_by_role("button", name="Save and check").filter(visible=True).click()
    expect(page.locator(".done")).to_contain_text("Saved.")
    assert sample.shelf.load(draft.id).version == 3


def test_leaving_with_something_typed_asks_first(open_page: Open, draft: Draft) -> None:
    page = open_page(f"/draft/{draft.id}")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("a.blank").first.click()
    page.keyboard.type("on Monday")
    page.get_by_role("link", name="Library").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith(draft.id)
    page.get_by_role("button", name="Close without saving").filter(visible=True).click()
    expect(page.get_by_label("The text of this section").filter(visible=True)).to_have_count(0)
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".documents")).to_be_visible()


def test_an_earlier_version_is_read_and_made_the_latest(open_page: Open, draft: Draft, sample: SampleAssistant) -> None:
    sample.shelf.save(sample.drafter.with_edited_section(draft, "purpose", "Something else entirely."))
    page = open_page(f"/draft/{draft.id}?version=1")
    expect(page.locator(".remark-box")).to_contain_text("This is version 1 of 2")
    expect(page.locator(".tools")).to_have_count(0)
    page.get_by_role("button", name="Make this the latest version").click()
    expect(page.locator(".done")).to_have_text("This version is the latest again.")
    latest = sample.shelf.load(draft.id)
    assert (latest.version, latest.sections) == (3, draft.sections)


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_no_rule_is_broken(
    open_page: Open, draft: Draft, sample: SampleAssistant, size: tuple[int, int], scheme: Scheme
) -> None:
    edited = sample.drafter.with_edited_section(draft, "purpose", "Each school has a policy for families [when].")
    sample.shelf.save(edited)
    for path in ("/draft", "/draft/new/policy", f"/draft/{draft.id}/compare", f"/draft/{draft.id}/delete"):
        page = open_page(path, size=size, scheme=scheme)
        assert violations(page) == [], path
        assert overflow(page) <= 0, path
    page = open_page("/draft/new/policy", size=size, scheme=scheme)
    page.get_by_role("button", name="Write the draft").click()
    expect(page.locator("#problems")).to_be_visible()
    assert violations(page) == []
    # High enough that no link happens to lie half below the header.
    page = open_page(f"/draft/{draft.id}", size=(size[0], 4000), scheme=scheme)
    page.get_by_label("Name the kind of every sentence").check()
    for tool in ("Edit", "Write again", "Evidence"):
        tools = page.get_by_role("group", name="Change “The annual meeting”")
        tools.locator("summary").filter(has_text=tool).click()
        assert violations(page) == [], tool
        assert overflow(page) <= 0, tool
    page.locator("a.citation").first.click()
    expect(page.locator("#source-title")).to_be_focused()
    assert violations(page) == []
    assert overflow(page) <= 0
    page = open_page(f"/draft/{draft.id}?version=1", size=size, scheme=scheme)
    assert violations(page) == []


def test_on_the_narrowest_window_nothing_is_cut_off(open_page: Open, draft: Draft) -> None:
    for path in ("/draft", "/draft/new/policy", f"/draft/{draft.id}"):
        assert overflow(open_page(path, size=NARROWEST)) <= 0, path


def test_it_works_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/draft/new/policy")
    page.get_by_label("School", exact=False).first.fill("Plain School")
    page.get_by_role("button", name="Write the draft").click()
    expect(page.get_by_role("heading", name="School policy: Plain School")).to_be_visible(timeout=20_000)
    page.get_by_role("group", name="Change “Purpose”").get_by_text("Edit").click()
    page.get_by_label("The text of this section").first.fill("Written by hand.")
    page.get_by_role("button", name="Save and check").first.click()
    expect(page.locator(".draft-section").first).to_contain_text("Written by hand.")
    context.close()
