"""A draft is changed in a real browser: its sections, their evidence, its versions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from assistant.records import Draft
from tests.drafting.draft_parts import ScriptedModel
from tests.web.browsing import NARROW, WIDE, Open
from tests.web.sample_assistant import SampleAssistant


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
