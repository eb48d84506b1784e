"""The addresses beside the pages, asked over HTTP."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.errors import UnreadableFileError
from assistant.records import Document, Span
from assistant.web.host import build_host
from tests.web.sample_assistant import LAW, SampleAssistant


@pytest.fixture
def client(sample: SampleAssistant) -> TestClient:
    """The routes without the pages: the host's own start, which builds those, is left out."""
    return TestClient(build_host(sample), base_url="http://127.0.0.1", raise_server_exceptions=True)


@pytest.fixture
def law(sample: SampleAssistant) -> Document:
    return sample.documents[1]


def query(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def test_the_panel_shows_the_quotation_marked_in_its_surroundings(client: TestClient, law: Document) -> None:
    span = law.sentences[3]
    answer = client.get(f"/documents/{law.id}/source", params=query(span) | {"number": 2})
    assert answer.status_code == 200
    assert f"<mark>{span.of(LAW)}</mark>" in answer.text.replace("&#39;", "'")
    assert "<html" not in answer.text


def test_the_same_is_a_page_of_its_own(client: TestClient, law: Document) -> None:
    answer = client.get(f"/documents/{law.id}/view", params=query(law.sentences[3]))
    assert answer.text.startswith("<!doctype html>")
    assert '<html lang="en">' in answer.text
    assert "<h1" in answer.text
    assert "'unsafe" not in answer.headers["content-security-policy"]


def test_a_document_can_be_read_from_its_beginning(client: TestClient, law: Document) -> None:
    answer = client.get(f"/documents/{law.id}/view")
    assert "Each school served under Title I" in answer.text
    assert "<mark>" not in answer.text


def test_a_pdf_opens_in_the_browser_and_nothing_else_does(client: TestClient, sample: SampleAssistant) -> None:
    framework, law = sample.documents
    opened = client.get(f"/documents/{law.id}/file")
    assert opened.headers["content-type"] == "application/pdf"
    assert opened.headers["content-disposition"].startswith("inline")
    saved = client.get(f"/documents/{framework.id}/file")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"] == 'attachment; filename="framework.txt"'
    assert saved.headers["x-content-type-options"] == "nosniff"


def test_a_page_comes_as_an_image(client: TestClient, law: Document) -> None:
    answer = client.get(f"/documents/{law.id}/pages/1.png", params=query(law.sentences[3]))
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert client.get(f"/documents/{law.id}/pages/9.png").status_code == 422


@pytest.mark.parametrize("form", ["source", "view", "file", "pages/1.png"])
@pytest.mark.parametrize("document_id", ["0" * 64, "..%2F..%2Fetc%2Fpasswd", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"])
def test_an_unknown_document_is_not_found(client: TestClient, document_id: str, form: str) -> None:
    answer = client.get(f"/documents/{document_id}/{form}")
    assert answer.status_code in {404, 503}  # an address with slashes in it goes to the pages, which are not built here
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "bad", [{"start": 1, "end": 10**9}, {"start": 5}, {"start": -1, "end": 3}, {"start": "x", "end": 3}]
)
def test_an_unknown_place_is_refused_in_words(client: TestClient, law: Document, bad: dict[str, int | str]) -> None:
    answer = client.get(f"/documents/{law.id}/source", params=bad)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_file_that_cannot_be_drawn_is_an_error_in_words(sample: SampleAssistant) -> None:
    class Broken(SampleAssistant):
        def page_image(self, document_id: str, page_number: int, span: Span | None) -> bytes:
            raise UnreadableFileError("The page cannot be drawn.", next_step="Open the document instead.")

    broken = Broken(sample.settings)
    client = TestClient(build_host(broken), base_url="http://127.0.0.1")
    answer = client.get(f"/documents/{broken.documents[1].id}/pages/1.png")
    assert answer.status_code == 503
    assert "The page cannot be drawn. Open the document instead." in answer.text


def test_questions_are_answered_as_json(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "What are the three LCAP goals?"}).json()
    assert answer["status"] == "answered"
    assert [one["number"] for one in answer["citations"]] == [1, 2, 3]
    assert "[1]" in answer["text"]
    refused = client.post("/api/ask", json={"question": "What does goal 7 say?"}).json()
    assert refused["status"] == "not_found"


@pytest.mark.parametrize(
    ("body", "words"),
    [({"question": " "}, "Type a question"), ({"question": "x" * 2001}, "2,001 characters"), ({}, "not well formed")],
)
def test_what_is_no_question_is_refused_in_words(client: TestClient, body: dict[str, str], words: str) -> None:
    answer = client.post("/api/ask", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]


def test_an_error_of_the_assistant_says_what_to_do(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "Is the model there?"})
    assert answer.status_code == 503
    assert answer.json()["next_step"] == "Run “assistant doctor”."


def test_every_answer_carries_the_security_headers(client: TestClient, law: Document) -> None:
    for address in ("/healthz", "/site/style.css", f"/documents/{law.id}/view", "/documents/x/view", "/nothing"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"], address
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:7860"])
def test_a_foreign_host_name_gets_nothing(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("header", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_foreign_page_may_not_ask(client: TestClient, header: dict[str, str]) -> None:
    assert client.post("/api/ask", json={"question": "x"}, headers=header).status_code == 403
    own = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert client.post("/api/ask", json={"question": "goal"}, headers=own).status_code == 200


def test_until_the_pages_are_built_one_waits_that_reloads_itself(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert 'http-equiv="refresh"' in answer.text
    assert "Getting ready" in answer.text


@pytest.fixture
def cold(sample: SampleAssistant, tmp_path: Path) -> SampleAssistant:
    return SampleAssistant(sample.settings.model_copy(update={"corpus": tmp_path}))


def test_readiness_is_told_by_status(cold: SampleAssistant) -> None:
    client = TestClient(build_host(cold), base_url="http://127.0.0.1")
    assert client.get("/readyz").status_code == 503
    assert client.get("/api/status").json() == {"ready": False, "words": "Getting ready"}
    cold.ready = True  # the model is; the pages are not
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").json() == {"status": "alive"}


def test_a_hostile_title_stays_text(sample: SampleAssistant) -> None:
    hostile = SampleAssistant(sample.settings)
    hostile.documents = [replace(one, title="</title><script>alert(1)</script>") for one in hostile.documents]
    client = TestClient(build_host(hostile), base_url="http://127.0.0.1")
    html = client.get(f"/documents/{hostile.documents[0].id}/view").text
    assert "<script>alert" not in html
