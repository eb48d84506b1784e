"""The pages in a real browser, by mouse and by keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from assistant.web.markup import NOT_FOUND
from tests.web.browsing import NARROW, NARROWEST, WIDE, Open, Scheme, ask, last, overflow, violations
from tests.web.sample_assistant import SampleAssistant

EXAMPLE = "Where do sites have to put their family engagement goals?"


def test_an_example_is_answered_and_its_source_opens_beside_it(
    open_page: Open, sample: SampleAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for both looks at the page that waits.
    monkeypatch.setattr(sample, "seconds", 2.0)
    page = open_page()
    expect(page.locator("#examples .example")).to_have_count(6)
    page.get_by_role("button", name=EXAMPLE).click()
    expect(page.locator(".pending .activity")).to_have_text(re.compile("Searching 2 documents"))
    expect(page.get_by_role("button", name="Answering…")).to_be_disabled()
    expect(page.locator(".quotation").first).to_contain_text("sites are to create family engagement policies")
    expect(page.locator("#examples")).to_be_hidden()
    expect(page.locator(".answer-line")).to_contain_text("searched 2 documents · confidence high")

    marker = page.get_by_role("link", name="Source 2: Section 1116 in plain words, p. 1 (iii)")
    marker.click()
    panel = page.get_by_role("complementary", name="Source")
    expect(panel.locator("mark").first).to_have_text(re.compile("^It is made available .* periodically.$"))
    expect(panel).to_contain_text("This is a summary of 20 U.S.C. 6318.")
    expect(panel).to_contain_text("printed page iii, page 1 of the file")
    expect(marker).to_have_attribute("aria-current", "true")
    image = panel.get_by_role("img")
    expect(image).to_have_attribute("alt", re.compile("with the quotation highlighted: “It is made available"))
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    panel.get_by_text("Read the whole section").click()
    expect(panel.locator(".whole-section .passage")).to_contain_text("Each school served under Title I")
    panel.get_by_role("button", name="Close the source").click()
    expect(panel).to_be_hidden()
    expect(marker).to_be_focused()


def test_a_source_is_reached_and_left_by_keyboard(open_page: Open) -> None:
    page = open_page()
    ask(page, "What are the three LCAP goals?")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('a.citation')"):
            break
    marker = page.locator("a.citation:focus")
    expect(marker).to_have_text("3")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Source")
    expect(panel.locator("#source-title")).to_be_focused()
    expect(panel.locator("mark")).to_contain_text(["Goal 3:"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#source-panel').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("a.citation[aria-current]")).to_be_focused()
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("a.citation:focus")).to_have_text("3")


def test_an_open_source_goes_with_the_newest_answer(open_page: Open) -> None:
    page = open_page()
    ask(page, "What are the three LCAP goals?")
    page.locator("a.citation").last.click()
    panel = page.get_by_role("complementary", name="Source")
    expect(panel.locator("mark").first).to_contain_text("Goal 3:")
    ask(page, "What does the compact have to say?")
    expect(panel.locator("mark").first).to_contain_text("Each school")
    expect(last(page, "a.citation").first).to_have_attribute("aria-current", "true")
    expect(page.locator("a.citation[aria-current]")).to_have_count(1)
    assert not panel.evaluate("panel => panel.contains(document.activeElement)")
    ask(page, "How much does a bilingual liaison earn?")
    expect(panel).to_be_hidden()


def test_on_a_narrow_screen_the_source_is_a_sheet_over_the_conversation(open_page: Open) -> None:
    page = open_page(size=NARROW)
    ask(page, EXAMPLE)
    page.locator("a.citation").first.click()
    sheet = page.get_by_role("dialog", name="Source")
    expect(sheet.locator("mark").first).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, NARROW[0])
    for _ in range(12):  # what lies below the sheet cannot be reached
        page.keyboard.press("Tab")
        assert not page.evaluate("document.querySelector('gradio-app').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("a.citation").first).to_be_focused()


def test_what_the_sources_do_not_say(open_page: Open) -> None:
    page = open_page()
    ask(page, "How much does a bilingual liaison earn?")
    expect(last(page, ".verdict")).to_have_text(NOT_FOUND)
    expect(last(page, ".nearest h3")).to_have_text("Not an answer: the closest passages")
    expect(page.locator("a.citation")).to_have_count(0)
    last(page, ".nearest a").first.click()
    expect(page.locator("#source-panel mark").first).to_contain_text("Under the direction")


def test_a_follow_up_is_understood_and_a_reload_keeps_the_conversation(
    open_page: Open, sample: SampleAssistant
) -> None:
    page = open_page()
    ask(page, "What are the three LCAP goals?")
    ask(page, "and goal 2?")
    assert sample.asked[-1] == ("and goal 2?", 1)
    expect(last(page, ".understood")).to_have_text("Understood as: What does LCAP Goal 2 say?")
    page.reload()
    expect(page.locator("article.turn")).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#examples")).to_be_visible()
    expect(page.locator("article.turn")).to_have_count(0)
    ask(page, "and goal 2?")
    assert sample.asked[-1] == ("and goal 2?", 0)


def test_one_announcement_for_an_answer(open_page: Open) -> None:
    page = open_page()
    page.evaluate("""() => {
        window.announced = [];
        new MutationObserver(() => {
            const words = document.querySelector("[data-announcer]").textContent;
            if (words) window.announced.push(words);
        }).observe(document.querySelector("[data-announcer]"), {childList: true, characterData: true, subtree: true});
    }""")
    ask(page, "What are the three LCAP goals?")
    page.wait_for_function("window.announced.length > 0")
    page.wait_for_timeout(300)
    assert [words[:44] for words in page.evaluate("window.announced")] == [
        "Answer from 3 citations: Goal 1: All graduat"
    ]
    assert page.locator("[role=log]").get_attribute("aria-live") == "off"


def test_an_answer_is_copied_with_its_sources(open_page: Open) -> None:
    page = open_page()
    ask(page, EXAMPLE)
    page.get_by_role("button", name="Copy this answer with its sources").click()
    expect(last(page, "[data-copy]")).to_have_text("Copied with its sources")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == EXAMPLE
    assert "“It is made available to the local community and updated periodically.” [2]" in copied
    assert "[1] Family Engagement Framework, 2018, Context for Development" in copied
    assert "[2] Section 1116 in plain words, p. 1 (iii), The school's written policy: “It is made" in copied


def test_errors_say_what_to_do_and_keep_the_question(open_page: Open) -> None:
    page = open_page()
    ask(page, "Is the model there?")
    expect(last(page, ".failure")).to_have_text("The search model cannot be loaded. Run “assistant doctor”.")
    expect(page.get_by_label("Your question")).to_have_value("Is the model there?")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_enabled()

    page.get_by_label("Your question").fill("x" * 2001)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("2,001 characters; 2,000 is the most")
    page.get_by_label("Your question").fill(" ")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#problem")).to_have_text("Type a question first.")
    page.get_by_label("Your question").press_sequentially("W")
    expect(page.locator("#problem")).to_have_text("")


def test_a_question_while_another_is_answered_waits_in_its_field(open_page: Open, sample: SampleAssistant) -> None:
    page = open_page()
    with slowly(sample):
        page.get_by_label("Your question").fill("What are the three LCAP goals?")
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(".pending")).to_be_visible()
        page.get_by_label("Your question").fill("And the law?")
        page.get_by_label("Your question").press("Enter")
        expect(page.locator("#problem")).to_have_text("The last question is still being answered.")
        expect(page.get_by_label("Your question")).to_have_value("And the law?")
    expect(page.locator("article.turn:not(.pending)")).to_have_count(1)


@contextmanager
def slowly(sample: SampleAssistant) -> Iterator[None]:
    before, sample.seconds = sample.seconds, 2.0
    yield
    sample.seconds = before


def test_each_kind_of_sentence_looks_like_what_it_is(open_page: Open) -> None:
    page = open_page()
    ask(page, "Answer partly.")
    expect(last(page, ".yours-to-supply")).to_have_text("[date of the annual meeting]")
    expect(last(page, ".partial")).to_be_visible()
    quoted = last(page, ".quotation q").evaluate("element => getComputedStyle(element).fontFamily")
    ours = last(page, ".supported").evaluate("element => getComputedStyle(element).fontFamily")
    assert ("Source Serif" in quoted, "Public Sans" in ours) == (True, True)
    last(page, ".removed summary").click()
    expect(last(page, ".removed")).to_contain_text("No source mentions a length.")


def test_hostile_words_stay_words(open_page: Open) -> None:
    page = open_page()
    hostile = "<img src=x onerror='window.hacked=1'> ${window.hacked=2} {{constructor}} ![x](http://evil.example/?a)"
    ask(page, hostile)
    expect(last(page, "h2")).to_contain_text(hostile)
    assert page.evaluate("window.hacked") is None
    page.locator("a.citation").first.click()
    expect(page.locator("#source-title")).to_be_focused()


def test_the_library_lists_documents_and_problems_and_reads_the_folder_again(
    open_page: Open, sample: SampleAssistant
) -> None:
    page = open_page("/library")
    expect(page.locator(".documents li")).to_have_count(2)
    law = page.locator(".documents li").nth(1)
    expect(law).to_contain_text("summary of 20 U.S.C. 6318")
    expect(law).to_contain_text("law/section-1116.pdf · PDF · 2 pages · 2 passages")
    expect(page.locator(".problems")).to_contain_text("Run text recognition on the file.")
    with slowly(sample):
        page.get_by_role("button", name="Read the folder again").click()
        expect(page.get_by_role("progressbar", name=re.compile(r"Reading framework.txt \(1 of 2\)"))).to_be_visible()
    expect(page.locator("#reading")).to_contain_text("2 unchanged")
    expect(page.get_by_role("button", name="Read the folder again")).to_be_enabled()


def test_a_source_is_a_page_of_its_own_without_scripts(browser: Browser, site: str, sample: SampleAssistant) -> None:
    law = sample.documents[1]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/documents/{law.id}/view?start={law.sentences[3].start}&end={law.sentences[3].end}&number=2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Section 1116 in plain words")
    expect(page.locator("mark").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_accessibility_is_broken(open_page: Open, sample: SampleAssistant, scheme: Scheme) -> None:
    page = open_page(scheme=scheme)
    assert violations(page) == []  # empty
    ask(page, "What does section 1116 ask?")
    page.locator("a.citation").first.click()
    expect(page.get_by_role("img")).to_be_visible()
    assert violations(page) == []  # an answer and its source
    ask(page, "How much does a liaison earn?")
    ask(page, "Answer partly.")
    last(page, ".removed summary").click()
    ask(page, "Is the model there?")
    page.get_by_label("Your question").fill("x" * 2001)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#problem .failure")).to_be_visible()
    assert violations(page) == []  # every kind of answer, and errors
    page.get_by_label("Your question").fill("goals")
    with slowly(sample):
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(".pending")).to_be_visible()
        assert violations(page) == []  # busy
    expect(page.locator(".pending")).to_have_count(0)

    narrow = open_page(size=NARROW, scheme=scheme)
    ask(narrow, EXAMPLE)
    narrow.locator("a.citation").nth(1).click()
    expect(narrow.get_by_role("dialog").get_by_role("img")).to_be_visible()
    assert violations(narrow) == []  # the sheet

    library = open_page("/library", scheme=scheme)
    expect(library.locator(".documents li")).to_have_count(2)
    assert violations(library) == []
    reader = open_page(f"/documents/{sample.documents[1].id}/view?start=60&end=200", scheme=scheme)
    assert violations(reader) == []


@pytest.mark.parametrize("size", [WIDE, NARROW, NARROWEST])
def test_nothing_is_wider_than_the_window(open_page: Open, sample: SampleAssistant, size: tuple[int, int]) -> None:
    page = open_page(size=size)
    assert overflow(page) <= 0
    ask(page, "What does section 1116 ask? " + "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3)
    assert overflow(page) <= 0
    page.locator("a.citation").first.click()
    expect(page.locator("#source-title")).to_be_focused()
    assert overflow(page) <= 0
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    ask(page, "How much does a liaison earn?")
    ask(page, "Answer partly.")
    assert overflow(page) <= 0
    composer = page.locator("#composer").bounding_box()
    assert composer is not None
    assert composer["y"] + composer["height"] <= size[1] + 1  # the question box is always in sight
    for path in ("/library", f"/documents/{sample.documents[1].id}/view?start=60&end=200"):
        assert overflow(open_page(path, size=size)) <= 0
