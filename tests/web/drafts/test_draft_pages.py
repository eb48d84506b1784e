"""The Draft pages in a real browser: wide and narrow, light and dark, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from assistant.records import Draft
from tests.web.browsing import NARROW, NARROWEST, WIDE, Open, Scheme, overflow, violations
from tests.web.sample_assistant import SampleAssistant


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
