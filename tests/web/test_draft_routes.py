"""The addresses of the Draft pages: what is refused, what is kept, and what a file comes with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from assistant.drafting.drafter import Drafter
from assistant.errors import SettingsError
from assistant.records import Draft, DraftSentence, DraftTemplate, SentenceKind
from assistant.web.drafts.requests import MOST_FIELD_BYTES, MOST_FILE_MEGABYTES
from tests.web.sample_assistant import SampleAssistant
from tests.web.sample_drafting import TEMPLATE

FORM = {"school": "Franklin", "already": "Coffee"}
HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil.example/) [click](javascript:alert(1)) <img src=x onerror=alert(1)>"
)


@pytest.fixture(autouse=True)
def _none_is_kept(sample: SampleAssistant) -> Iterator[None]:
    yield
    for entry in sample.shelf.contents().entries:
        sample.shelf.delete(entry.id)


@pytest.fixture
def draft(sample: SampleAssistant) -> Draft:
    return sample.shelf.save(sample.write_draft("policy", FORM))


def written(site: str, form: dict[str, str]) -> httpx.Response:
    """Send the form and return the page of the finished draft."""
    with httpx.Client(base_url=site, follow_redirects=True) as client:
        page = client.post("/draft/new/policy", data=form)
        end = time.monotonic() + 20
        while "/draft/writing/" in str(page.url) and time.monotonic() < end:
            time.sleep(0.1)
            page = client.get(str(page.url))
        return page


def test_a_form_becomes_a_draft_that_is_kept(site: str, sample: SampleAssistant) -> None:
    page = written(site, {**FORM, "grades": "TK to 5", "already": "One\r\nTwo"})
    assert page.status_code == 200
    (entry,) = sample.shelf.contents().entries
    assert sample.shelf.load(entry.id).form == {"school": "Franklin", "grades": "TK to 5", "already": "One\nTwo"}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "School is needed: only you know it."),
        ({"school": "  "}, "School is needed: only you know it."),
        ({**FORM, "grades": "Pre-K"}, "Choose one of: TK to 5, 6 to 8, 9 to 12."),
        ({**FORM, "already": "x" * 6001}, "This has 6,001 characters; 6,000 is the most."),
    ],
)
def test_a_form_with_a_mistake_comes_back_with_all_that_was_typed(
    site: str, sample: SampleAssistant, form: dict[str, str], words: str
) -> None:
    page = httpx.post(f"{site}/draft/new/policy", data=form)
    assert page.status_code == 422
    assert page.text.count(words) == 2  # in the summary and beside the field
    assert form.get("already", "") in page.text
    assert sample.shelf.contents().entries == ()


def test_the_form_of_a_draft_can_be_used_again(site: str, draft: Draft) -> None:
    assert 'value="Franklin"' in httpx.get(f"{site}/draft/new/policy", params={"from": draft.id}).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/draft/new/nothing", 404),
        ("/draft/" + "0" * 32, 404),
        ("/draft/..%2f..%2fetc", 404),
        ("/draft/writing/unknown", 404),
        ("/drafts/" + "0" * 32 + "/1.docx", 404),
        ("/draft/" + "0" * 32 + "/delete", 404),
    ],
)
def test_what_is_not_there_is_said(site: str, path: str, status: int) -> None:
    page = httpx.get(site + path)
    assert page.status_code == status
    assert "Draft page" in page.text or "nothing at this address" in page.text


@pytest.mark.parametrize(
    ("form", "media_type", "beginning"),
    [
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
        ("md", "text/markdown; charset=utf-8", b"---"),
        ("html", "text/html; charset=utf-8", b"<!"),
        ("txt", "text/plain; charset=utf-8", b"SCHOOL POLICY"),
    ],
)
def test_a_file_is_sent_as_an_attachment(site: str, draft: Draft, form: str, media_type: str, beginning: bytes) -> None:
    file = httpx.get(f"{site}/drafts/{draft.id}/1.{form}")
    assert file.status_code == 200
    assert file.headers["content-type"] == media_type
    assert file.headers["content-disposition"].startswith(f'attachment; filename="School-policy-Franklin-v1.{form}"')
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in file.headers["content-security-policy"]
    assert file.content.upper().startswith(beginning.upper())
    assert httpx.get(f"{site}/drafts/{draft.id}/2.{form}").status_code == 404
    assert httpx.get(f"{site}/drafts/{draft.id}/1.exe").status_code == 404


def test_pages_with_forms_may_send_them_here_and_nowhere_else(site: str, draft: Draft) -> None:
    for path in ("/draft", "/draft/new/policy", f"/draft/{draft.id}"):
        policy = httpx.get(site + path).headers["content-security-policy"]
        assert "form-action 'self'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert "form-action 'none'" in httpx.get(f"{site}/settings").headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/draft/new/policy", "/draft/recheck", "/draft/{id}/delete", "/draft/{id}/sections/purpose/edit"]
)
def test_other_sites_may_not_send_anything(site: str, draft: Draft, sample: SampleAssistant, path: str) -> None:
    address = site + path.replace("{id}", draft.id)
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert httpx.post(address, data=FORM, headers=headers).status_code == 403
    assert sample.shelf.load(draft.id) == draft


def test_what_is_too_large_is_not_read(site: str) -> None:
    large = httpx.post(f"{site}/draft/new/policy", data={"school": "x" * MOST_FIELD_BYTES})
    assert large.status_code == 422
    assert "What was sent is too large." in large.text
    content = b"x" * (MOST_FILE_MEGABYTES * 1024 * 1024 + 1)
    file = httpx.post(f"{site}/draft/recheck", files={"file": ("big.docx", content)})
    assert file.status_code == 422
    assert "big.docx is larger than 20 MB" in file.text
    without_length = httpx.post(f"{site}/draft/new/policy", content=iter([b"school=x"]))
    assert without_length.status_code == 422


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"file": ("", b"")}, "No file was chosen."),
        ({"other": ("a.docx", b"x")}, "No file was chosen."),
        ({"file": ("C:\\Users\\me\\empty.docx", b"")}, "The file empty.docx is empty."),
        ({"file": ("<img src=x>.docx", b"other")}, "&lt;img src=x&gt;.docx is no draft"),
    ],
)
def test_a_file_that_cannot_be_checked(site: str, files: dict[str, tuple[str, bytes]], words: str) -> None:
    page = httpx.post(f"{site}/draft/recheck", files=files)
    assert page.status_code == 422
    assert words in page.text


def test_a_form_that_is_none(site: str, draft: Draft) -> None:
    address = f"{site}/draft/{draft.id}/sections/purpose/edit"
    assert httpx.post(address, data={"version": "one", "text": "a"}).status_code == 422
    assert (
        httpx.post(f"{site}/draft/recheck", content=b"--x", headers={"content-type": "multipart/form-data"}).status_code
        == 422
    )


def test_an_edit_of_a_section_that_is_not_there(site: str, draft: Draft, sample: SampleAssistant) -> None:
    sections = f"{site}/draft/{draft.id}/sections"
    assert httpx.post(f"{sections}/nothing/edit", data={"version": "1", "text": "a"}).status_code == 422
    empty = httpx.post(f"{sections}/purpose/edit", data={"version": "1", "text": " "})
    assert (empty.status_code, "A section cannot be empty." in empty.text) == (422, True)
    long = httpx.post(f"{sections}/purpose/edit", data={"version": "1", "text": "word " * 5000})
    assert (long.status_code, "20,000 is the most" in long.text) == (422, True)
    assert sample.shelf.load(draft.id).version == 1


def test_what_is_changed_while_a_section_is_written_again_is_not_lost(
    site: str, draft: Draft, sample: SampleAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, may_go = threading.Event(), threading.Event()
    real = Drafter.rewrite_section

    def slowly(self: Drafter, *given: Any) -> Draft:
        writing.set()
        assert may_go.wait(20)
        new = real(self, *given)
        anew = (DraftSentence("Written again.", SentenceKind.YOURS_TO_SUPPLY),)
        return replace(new, sections=tuple(replace(one, sentences=anew) for one in new.sections))

    monkeypatch.setattr(Drafter, "rewrite_section", slowly)
    sections = f"{site}/draft/{draft.id}/sections"
    under_way = []
    for name in ("the-annual-meeting", "purpose"):
        writing.clear()
        under_way.append(httpx.post(f"{sections}/{name}/again", data={"version": "1"}).headers["location"])
        assert writing.wait(20)
    edit = httpx.post(f"{sections}/purpose/edit", data={"version": "1", "text": "We open the doors at eight."})
    assert edit.status_code == 303
    may_go.set()
    meeting, purpose = (ended(site + address) for address in under_way)
    assert f"/draft/{draft.id}" in meeting["address"]
    assert "What they did stands, and this change is not kept." in purpose["error"]
    latest = sample.shelf.load(draft.id)
    texts = {one.name: [sentence.text for sentence in one.sentences] for one in latest.sections}
    assert latest.version == 3
    assert texts == {"purpose": ["We open the doors at eight."], "the-annual-meeting": ["Written again."]}


def ended(writing: str) -> dict[str, Any]:
    """Return what is said of a writing once it has ended."""
    end = time.monotonic() + 20
    while True:
        state: dict[str, Any] = httpx.get(f"{writing}/progress").json()
        if state["address"] or state["error"]:
            return state
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_edit_that_another_one_overtakes_while_it_is_checked_comes_back(
    site: str, draft: Draft, sample: SampleAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Drafter.with_edited_section

    def overtaken(self: Drafter, *given: Any) -> Draft:
        sample.shelf.save(replace(draft, title="Theirs"))
        return real(self, *given)

    monkeypatch.setattr(Drafter, "with_edited_section", overtaken)
    edit = httpx.post(f"{site}/draft/{draft.id}/sections/purpose/edit", data={"version": "1", "text": "My own words."})
    assert (edit.status_code, "My own words." in edit.text) == (409, True)
    assert "The draft has a newer version" in edit.text
    assert sample.shelf.load(draft.id).title == "Theirs"


def test_hostile_words_stay_words_on_every_page(site: str, sample: SampleAssistant) -> None:
    page = written(site, {"school": HOSTILE, "already": f"{HOSTILE}\n- {HOSTILE}"})
    (entry,) = sample.shelf.contents().entries
    draft = sample.shelf.load(entry.id)
    sample.shelf.save(sample.drafter.with_edited_section(draft, "purpose", f"{HOSTILE} [{HOSTILE[:20]}]"))
    addresses = (f"/draft/{entry.id}", f"/draft/{entry.id}/compare", f"/draft/{entry.id}/delete", "/draft")
    for text in (page.text, *(httpx.get(site + address).text for address in addresses)):
        assert "&lt;script&gt;" in text
        assert "<script>" not in text
        assert "<img src=x" not in text
        assert 'href="javascript' not in text
        assert 'href="http' not in text


def test_a_template_with_a_mistake_leaves_the_kept_drafts_readable(
    site: str, draft: Draft, sample: SampleAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: SampleAssistant) -> list[DraftTemplate]:
        raise SettingsError("The template x.md has a mistake: it has no title.", next_step="Add one.")

    monkeypatch.setattr(SampleAssistant, "templates", broken)
    start = httpx.get(f"{site}/draft")
    assert start.status_code == 200
    assert "The template x.md has a mistake: it has no title. Add one." in start.text
    assert draft.title in start.text
    assert httpx.get(f"{site}/draft/{draft.id}").status_code == 200
    edit = httpx.post(f"{site}/draft/{draft.id}/sections/purpose/edit", data={"version": "1", "text": "Kept words."})
    assert edit.status_code == 422
    assert "Kept words." in edit.text


def test_the_template_of_the_sample_is_one_that_staff_could_write() -> None:
    assert [field.name for field in TEMPLATE.fields if field.required] == ["school"]
    assert [section.name for section in TEMPLATE.sections] == ["purpose", "the-annual-meeting"]
