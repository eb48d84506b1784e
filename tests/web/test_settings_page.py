"""The Settings page: what is in force, in words, and never a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from assistant.app import ModelState
from assistant.chat.base import ModelPlace
from assistant.evaluation.metrics.support import WordOverlap
from assistant.settings import load_settings
from assistant.support import Claim, Verdict
from assistant.web.settings_page import accuracy_words, setting_rows, shown_value
from tests.web.browsing import NARROW, NARROWEST, WIDE, Open, Scheme, overflow, violations
from tests.web.sample_assistant import SampleAssistant


class Counting(WordOverlap):
    times = 0

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        self.times += 1
        return super().judge(claims)


SECRET = "sk-do-not-show-me"


@pytest.fixture
def remote(sample: SampleAssistant) -> Iterator[SampleAssistant]:
    before = sample.settings, sample.model_state
    update = {"model": "openai:gpt-x", "model_base_url": "https://staff:hunter2@api.example.com/v1"}
    sample.settings = load_settings(
        {**before[0].model_dump(include={"corpus", "data"}), **update, "model_api_key": SECRET}, environment={}
    )
    yield sample
    sample.settings, sample.model_state = before


def test_without_a_model(open_page: Open, sample: SampleAssistant) -> None:
    page = open_page("/settings")
    expect(page.get_by_role("link", name="Settings")).to_have_attribute("aria-current", "page")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Answers in quotes, on this machine.")
    expect(main).to_contain_text("nowhere: everything stays on this machine")
    expect(main).to_contain_text("the built-in check, which needs no language model")
    expect(main).to_contain_text(str(sample.settings.corpus.resolve()))
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="embedding_model"))
    expect(row.get_by_role("cell")).to_have_text("all-MiniLM-L6-v2 default")
    assert page.locator("main :is(form, input, select, textarea, button)").count() == 0


def test_a_remote_model_is_said_to_be_one_and_no_secret_is_shown(site: str, remote: SampleAssistant) -> None:
    remote.model_state = ModelState("openai:gpt-x", None, "Questions would go to api.example.com. That is off.")
    text = httpx.get(f"{site}/settings").text
    assert "questions would leave your network, and that is not allowed" in text
    assert "Questions would go to api.example.com. That is off." in text
    assert "remote_model_allowed = true" in text
    remote.settings = remote.settings.model_copy(update={"remote_model_allowed": True})
    remote.model_state = ModelState("openai:gpt-x", ModelPlace("openai", "gpt-x", "api.example.com", True), None)
    text = httpx.get(f"{site}/settings").text
    assert "gpt-x at api.example.com: questions and passages leave your network." in text
    assert SECRET not in text
    assert "hunter2" not in text
    assert "https://api.example.com/v1" in text


def test_a_search_model_on_a_server_is_said_to_be_told_everything(site: str, sample: SampleAssistant) -> None:
    before = sample.settings
    sample.settings = before.model_copy(update={"embedding_model": "openai:vectors"})
    try:
        text = httpx.get(f"{site}/settings").text
    finally:
        sample.settings = before
    assert "go to the server of the search model" in text
    assert "everything stays on this machine" not in text


def test_where_a_setting_comes_from(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('answer_sentences = 6\nport = 7000\nmodel_api_key = "k"\n')
    settings = load_settings({"data": tmp_path, "port": 8000}, environment={"ASSISTANT_HOST": "localhost"})
    rows = {row.name: row for row in setting_rows(settings)}
    assert (rows["answer_sentences"].value, rows["answer_sentences"].origin) == ("6", "settings.toml")
    assert rows["port"].origin == rows["host"].origin == "environment or command line"
    assert rows["file_pages"].origin == "default"
    assert (rows["model_api_key"].value, rows["embedding_api_key"].value) == ("set", "not set")
    assert all(row.description for row in rows.values())


@pytest.mark.parametrize("address", ["http://[bad", "no address", "http://u:p@"])
def test_an_address_that_is_none_is_not_repeated(address: str) -> None:
    assert shown_value("model_base_url", address) == "set"


def test_a_key_in_an_address_is_not_shown() -> None:
    assert shown_value("model_base_url", "https://a:b@host.example:8443/v1?key=c") == "https://host.example:8443/v1"


def test_how_often_the_check_is_right_is_measured_once_and_kept(
    open_page: Open, sample: SampleAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Counting()
    monkeypatch.setattr(sample, "support_check", check)
    with monkeypatch.context() as asked:
        asked.setattr(
            sample, "settings", sample.settings.model_copy(update={"support_check": "model", "model": "openai:gpt-x"})
        )
        assert accuracy_words(sample).startswith("not measured yet: that asks the language model")
    sample.settings.data.joinpath("evaluation", "check-accuracy.json").unlink(missing_ok=True)
    page = open_page("/settings")
    row = page.locator("dl div").filter(has=page.get_by_text("How often it is right", exact=True))
    expect(row).to_contain_text("of 220 labelled claims, ")
    expect(row).to_contain_text(re.compile(r"\d+% of the others were caught \(AUROC 0\.\d\d\); measured \d+ "))
    page.reload()
    expect(row).to_contain_text("of 220 labelled claims, ")
    assert check.times == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW, NARROWEST])
def test_it_breaks_no_rule(open_page: Open, remote: SampleAssistant, size: tuple[int, int], scheme: Scheme) -> None:
    remote.model_state = ModelState("openai:gpt-x", None, "That is off.")
    page = open_page("/settings", size=size, scheme=scheme)
    assert violations(page) == []
    assert overflow(page) <= 0
