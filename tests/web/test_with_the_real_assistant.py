"""The site over the real assistant and real documents: every citation that it shows can be opened and is true."""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from assistant.app import Assistant
from assistant.settings import load_settings
from assistant.web.ask import EXAMPLES
from assistant.web.rendering import with_bars
from tests.web.conftest import served

CORPUS = Path(__file__).parent.parent.parent / "corpus"


@pytest.fixture(scope="module")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("real")
    shutil.copytree(CORPUS, folder / "corpus")
    (folder / "corpus" / "empty.pdf").touch()
    settings = load_settings({"corpus": folder / "corpus", "data": folder / "data"}, environment={})
    with Assistant(settings) as assistant, served(assistant) as address:
        yield address


@pytest.mark.parametrize("question", EXAMPLES)
def test_every_example_is_answered_and_every_citation_opens_where_it_says(real_site: str, question: str) -> None:
    answer = httpx.post(f"{real_site}/api/ask", json={"question": question}).json()
    assert answer["status"] != "not_found"
    assert answer["citations"]
    for citation in answer["citations"]:
        place = {"start": citation["start"], "end": citation["end"]}
        source = httpx.get(f"{real_site}/documents/{citation['document_id']}/source", params=place)
        assert f"<mark>{with_bars(citation['quote'])}</mark>" in html.unescape(source.text)
        file = httpx.get(f"{real_site}/documents/{citation['document_id']}/file")
        assert file.content == (CORPUS / citation["source"]).read_bytes()


def test_the_quotation_is_marked_on_the_page_of_a_pdf(real_site: str) -> None:
    question = "What does the annual Title I meeting explain to parents?"
    answer = httpx.post(f"{real_site}/api/ask", json={"question": question}).json()
    cited = next(one for one in answer["citations"] if one["page"] is not None)
    address = f"{real_site}/documents/{cited['document_id']}/pages/{cited['page']}.png"
    marked = httpx.get(address, params={"start": cited["start"], "end": cited["end"]})
    plain = httpx.get(address)
    assert marked.headers["content-type"] == plain.headers["content-type"] == "image/png"
    assert marked.content != plain.content


def test_a_conversation_in_the_browser(browser: Browser, real_site: str) -> None:
    page = browser.new_page()
    page.goto(f"{real_site}/library")
    expect(page.locator(".documents li")).to_have_count(len([one for one in CORPUS.iterdir() if one.suffix != ".toml"]))
    expect(page.locator(".problems")).to_contain_text("empty.pdf")
    page.get_by_role("link", name="Ask").click()
    page.get_by_role("button", name="What are the three LCAP goals?").click()
    page.locator("a.citation").first.click()
    expect(page.locator("#source-panel mark").first).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("article.turn")).to_have_count(0)
    page.get_by_label("Your question").fill("How is sourdough bread baked?")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".verdict")).to_have_text("The sources do not say.")
    page.close()


def test_a_draft_is_written_sent_out_and_checked_when_a_document_is_gone(browser: Browser, tmp_path: Path) -> None:
    """One whole way through the page: form, draft, Word, a document that goes, and the check of the file."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("title-i-school-policy.pdf", "smmusd-family-engagement-framework.txt", "glossary.md"):
        shutil.copy(CORPUS / name, corpus / name)
    settings = load_settings({"corpus": corpus, "data": tmp_path / "data"}, environment={})
    with Assistant(settings) as assistant, served(assistant) as site:
        page = browser.new_page()
        page.goto(f"{site}/draft/new/school-policy")
        page.locator("#field-school").fill("Franklin Elementary School")
        page.get_by_role("button", name="Write the draft").click()
        expect(page.locator(".done")).to_have_text("The draft is written and kept.", timeout=60_000)
        page.locator(".draft-section a.citation").first.click()
        expect(page.locator("#source-panel mark").first).to_be_visible()
        with page.expect_download() as downloading:
            page.get_by_role("link", name="Word").click()
        exported = tmp_path / "sent.docx"
        downloading.value.save_as(exported)

        def check() -> None:
            page.goto(f"{site}/draft")
            page.get_by_label("Word, Markdown, HTML or text file").set_input_files(exported)
            page.get_by_role("button", name="Check the file").click()

        check()
        expect(page.get_by_role("heading", level=1)).to_have_text("Every quotation still stands", timeout=60_000)
        expect(page.get_by_role("link", name="open the draft that is kept here")).to_be_visible()
        (corpus / "title-i-school-policy.pdf").unlink()
        assistant.index()
        check()
        expect(page.get_by_role("heading", level=1)).to_have_text("Some quotations no longer stand", timeout=60_000)
        expect(page.locator("#finding-vanished")).to_be_visible()
        page.close()
