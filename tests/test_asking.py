"""Asking with a language model, over real connections: what passes is shown, and every fault ends in quotes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest

from assistant.app import Assistant
from assistant.asking import Asker, Writer
from assistant.chat import ChatLimits, load_chat_model
from assistant.finding import Finder
from assistant.prompts import Prompts
from assistant.records import Answer, AnswerStatus, SentenceKind, Turn
from assistant.support import BuiltInCheck, Claim, Verdict
from tests.assistant_samples import ROOT, open_assistant
from tests.chat.model_server import Answer as Reply
from tests.chat.model_server import ModelServer, Raw, Request, Script, Status

QUESTION = "Where do sites have to put their family engagement goals?"
TRUE = "Sites are to create family engagement policies and goals"


@contextmanager
def writing(built_in: Assistant, script: Script, **settings: Any) -> Iterator[tuple[Assistant, ModelServer]]:
    """An assistant over the built-in documents whose model follows ``script``."""
    with ModelServer(script) as server:
        options = {"model": "openai:test", "model_base_url": server.base_url, "prompts": ROOT / "prompts"} | settings
        with open_assistant(built_in.settings.corpus, built_in.settings.data, **options) as assistant:
            yield assistant, server


def assert_sound(assistant: Assistant, answer: Answer) -> None:
    numbers = {one.number: one for one in answer.citations}
    for one in answer.citations:
        assert one.span.of(assistant.document(one.document_id).text) == one.quote
    for sentence in answer.sentences:
        assert (sentence.kind is SentenceKind.CONNECTIVE) == (not sentence.citations)
        assert set(sentence.citations) <= numbers.keys()


def test_the_passage_that_a_quoted_list_goes_on_in_is_evidence_too(built_in: Assistant) -> None:
    for question in ("What is the superintendent's name?", "Which subjects do state and federal law both deal with?"):
        answer = built_in.ask(question)
        for one in answer.citations:
            passages = built_in.library.document_passages(one.document_id).values()
            holding = [passage.id for passage in passages if passage.span.overlaps(one.span)]
            assert set(holding) & set(answer.evidence)


def test_words_appear_as_they_pass_and_never_before(built_in: Assistant) -> None:
    script = Reply(f"{TRUE} [E1]. The framework was adopted in 1987 [E1]. There are three goals.", pause=0.01)
    with writing(built_in, script) as (assistant, _):
        steps = list(assistant.ask_in_steps(QUESTION))
    assert [step.complete for step in steps] == [False] * (len(steps) - 1) + [True]
    assert all("1987" not in step.text for step in steps)
    growing = [step.sentences for step in steps[:-1]]
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(growing))
    answer = steps[-1]
    assert answer.model == "openai:test"
    assert f"{TRUE}." in [one.text for one in answer.sentences]
    assert answer.removed[0].text == "The framework was adopted in 1987."
    assert "1987" in answer.removed[0].reason
    assert_sound(built_in, answer)


def test_the_model_gets_the_evidence_under_labels_and_the_question(built_in: Assistant) -> None:
    with writing(built_in, "It is so.") as (assistant, server):
        assistant.ask(QUESTION)
    (request,) = server.requests
    assert "[E1] " in request.question
    assert QUESTION in request.question
    assert "incorporated in the SPSA" in request.question
    assert built_in.settings.corpus.name not in request.question


def test_what_no_source_says_is_refused_without_asking_the_model(built_in: Assistant) -> None:
    with writing(built_in, "Mars has two moons.") as (assistant, server):
        answer = assistant.ask("How many moons does Mars have?")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert server.requests == []


def test_where_nothing_survives_the_sources_answer_and_it_is_said(built_in: Assistant) -> None:
    with writing(built_in, "The budget was 400 dollars. It was created in 2012 by Ann Lee.") as (assistant, _):
        answer = assistant.ask(QUESTION)
    assert [one.text for one in answer.sentences] == [one.text for one in built_in.ask(QUESTION).sentences]
    assert answer.citations == built_in.ask(QUESTION).citations
    assert len(answer.removed) == 2
    assert answer.notice is not None
    assert "language model" in answer.notice


def test_a_model_that_finds_nothing_leaves_the_quotes_marked_as_partial(built_in: Assistant) -> None:
    with writing(built_in, "NOT FOUND") as (assistant, _):
        answer = assistant.ask(QUESTION)
    assert answer.status is AnswerStatus.PARTIAL
    assert answer.sentences
    assert "found no answer" in str(answer.notice)


def test_what_answers_best_is_not_lost_when_the_model_passes_over_it(built_in: Assistant) -> None:
    best = built_in.ask(QUESTION).citations[0]

    def another_sentence(request: Request) -> str:
        """Return the first sentence of the last passage, which is not the one that answers best."""
        return request.question.split("[E6]")[1].split("\n", 1)[1].split(". ")[0] + "."

    with writing(built_in, another_sentence) as (assistant, _):
        answer = assistant.ask(QUESTION)
    assert best.span in [one.span for one in answer.citations]
    assert_sound(built_in, answer)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "<think>I should look at E1. The budget is 9 dollars.</think>",
        "<think>Never closed: the budget is 9 dollars.",
        "### Answer\n\n---\n",
        "[E1][E2][E3]",
        "¿Qué? La reunión fue creada en 1987 por Ana.",
        "![x](http://evil.example/a.png)",
        "* * *",
        "}{[[[",
        "word " * 3000,
        "The sources do not say.",
    ],
)
def test_trouble_with_the_form_ends_in_a_readable_answer(built_in: Assistant, text: str) -> None:
    with writing(built_in, text) as (assistant, _):
        answer = assistant.ask(QUESTION)
    assert any(one.kind is SentenceKind.QUOTED for one in answer.sentences)
    assert "9 dollars" not in answer.text
    assert answer.notice
    assert_sound(built_in, answer)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (Status(401), "key"),
        (Status(503), "not available"),
        (Reply(f"{TRUE} [E1]. It goes on", ending="cut"), "cut off"),
        (Reply(pieces=()), "empty"),
        (Raw([b"<html>Sign in</html>"], content_type="text/html"), "cannot be read"),
    ],
)
def test_a_model_that_fails_leaves_quotes_and_a_reason_and_no_secret(
    built_in: Assistant, script: Script, said: str
) -> None:
    with writing(built_in, script, model_api_key="top-secret-key") as (assistant, server):
        answer = assistant.ask(QUESTION)
        assert server.becomes_idle(5)
    assert [one.text for one in answer.sentences] == [one.text for one in built_in.ask(QUESTION).sentences]
    assert answer.model == "quotes"
    assert said in str(answer.notice)
    assert "secret" not in str(answer.notice)
    assert answer.complete


def test_a_remote_model_is_off_until_it_is_allowed(built_in: Assistant) -> None:
    with writing(built_in, TRUE, model_base_url="https://api.example.com/v1") as (assistant, server):
        answer = assistant.ask(QUESTION)
        state = assistant.model_state
    assert answer.model == "quotes"
    assert "remote_model_allowed" in str(answer.notice)
    assert state.problem is not None
    assert server.requests == []


def test_stopping_keeps_what_was_checked_and_frees_the_server(built_in: Assistant) -> None:
    stop = threading.Event()
    script = Reply(pieces=[f"{TRUE} [E1]. ", "It is ", *["on and on "] * 10_000], pause=0.01)
    with writing(built_in, script) as (assistant, server):
        for step in assistant.ask_in_steps(QUESTION, stop=stop):
            if step.sentences:
                stop.set()
        assert server.becomes_idle(5)
    assert step.complete
    assert any(one.kind is SentenceKind.SUPPORTED for one in step.sentences)


def test_leaving_an_answer_frees_the_server(built_in: Assistant) -> None:
    script = Reply(pieces=[f"{TRUE} [E1]. ", *["on and on. "] * 10_000], pause=0.01)
    with writing(built_in, script) as (assistant, server):
        steps = assistant.ask_in_steps(QUESTION)
        next(steps)
        steps.close()  # type: ignore[attr-defined]
        assert server.becomes_idle(5)


# Conversations


def conversation(rewriting: str, answer: str = TRUE) -> Callable[[Request], str]:
    def script(request: Request) -> str:
        return rewriting if "rewritten:" in request.question else answer

    return script


def test_a_follow_up_is_rewritten_by_the_model(built_in: Assistant) -> None:
    turn = Turn("What is LCAP Goal 1?", built_in.ask("What is LCAP Goal 1?"))
    with writing(built_in, conversation("What is LCAP Goal 2?")) as (assistant, _):
        answer = assistant.ask("and what about goal 2?", [turn])
    assert answer.question == "and what about goal 2?"
    assert answer.interpreted_as == "What is LCAP Goal 2?"


@pytest.mark.parametrize("rewriting", ["", "How many Martians live in Venice?", "word " * 200, "NOT FOUND"])
def test_a_rewriting_that_brings_in_other_things_is_left_to_the_rules(built_in: Assistant, rewriting: str) -> None:
    turn = Turn("What is LCAP Goal 1?", built_in.ask("What is LCAP Goal 1?"))
    by_rules = built_in.ask("and goal 2?", [turn])
    with writing(built_in, conversation(rewriting)) as (assistant, _):
        assert assistant.ask("and goal 2?", [turn]).interpreted_as == by_rules.interpreted_as


def test_a_refusal_holds_on_every_turn(built_in: Assistant) -> None:
    with writing(built_in, conversation("How many moons does Mars have?", "Mars has two moons.")) as (assistant, _):
        first = assistant.ask(QUESTION)
        history = [Turn(QUESTION, first)]
        for question in ("How many moons does Mars have?", "and Venus?", "Who won the cup in 1998?"):
            answer = assistant.ask(question, history)
            assert answer.status is AnswerStatus.NOT_FOUND
            history.append(Turn(question, answer))


# Another language


def in_spanish(request: Request) -> str:
    system = request.messages[0]["content"]
    if "translate into English" in system:
        return "Where do sites have to put their family engagement goals?"
    if "translate into Spanish" in system:
        goals = "Las escuelas deben crear políticas y metas de participación familiar"
        return goals if "create family engagement policies" in request.question else "Otra cosa distinta."
    return "Las escuelas deben crear políticas y metas de participación familiar [E1]. Se creó en 1987 [E1]."


def test_a_question_in_spanish_is_answered_in_spanish_with_quotes_as_the_source_has_them(built_in: Assistant) -> None:
    with writing(built_in, in_spanish) as (assistant, _):
        answer = assistant.ask("¿Dónde tienen que poner las escuelas sus metas de participación de las familias?")
    assert answer.interpreted_as == "Where do sites have to put their family engagement goals?"
    supported = [one for one in answer.sentences if one.kind is SentenceKind.SUPPORTED]
    assert [one.text for one in supported] == ["Las escuelas deben crear políticas y metas de participación familiar."]
    cited = next(one for one in answer.citations if one.number == supported[0].citations[0])
    assert "create family engagement policies" in cited.quote
    assert any("1987" in one.text for one in answer.removed)
    assert "translation" in str(answer.notice)
    assert_sound(built_in, answer)


def test_a_question_in_spanish_that_cannot_be_translated_is_not_refused_without_saying_so(built_in: Assistant) -> None:
    with writing(built_in, Status(500)) as (assistant, _):
        answer = assistant.ask("¿Cuántas lunas tiene el planeta Marte?")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert "a fault of its own" in str(answer.notice)


# A model that does not answer


def test_a_model_that_does_not_answer_is_left_alone_after_two_questions(built_in: Assistant) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        with writing(built_in, TRUE, model_base_url=address) as (assistant, _):
            assert assistant.model_state.problem is None
            answers = [assistant.ask(QUESTION) for _ in range(3)]
            state = assistant.model_state
    assert {answer.text for answer in answers} == {built_in.ask(QUESTION).text}
    assert ["Nothing answers" in str(answer.notice) for answer in answers] == [True, True, False]
    assert "left alone for a minute" in str(answers[2].notice)
    assert "left alone for a minute" in str(state.problem)


def test_what_does_not_answer_when_a_question_is_rewritten_is_not_waited_for_a_second_time(
    built_in: Assistant,
) -> None:
    turn = Turn("What is LCAP Goal 1?", built_in.ask("What is LCAP Goal 1?"))
    hangs = Raw([], ending="hang")
    with ModelServer(hangs) as server, open_assistant(built_in.settings.corpus, built_in.settings.data) as assistant:
        limits = ChatLimits(first_word_seconds=0.5)
        model = load_chat_model(
            "openai:test", base_url=server.base_url, api_key=None, limits=limits, remote_allowed=False
        )
        asker = Asker(assistant.library, Finder(assistant.library, lambda: assistant.embedder), 4)
        writer = Writer(model, assistant.prompts, assistant.support_check)
        *_, answer = asker.answers("and what about goal 2?", [turn], lambda: writer)
    assert len(server.requests) == 1
    assert answer.interpreted_as == built_in.ask("and what about goal 2?", [turn]).interpreted_as
    assert answer.model == "quotes"
    assert "silent" in str(answer.notice)


def test_the_evidence_is_read_while_the_model_has_not_said_its_first_word(built_in: Assistant) -> None:
    order: list[str] = []

    class Notes(BuiltInCheck):
        def prepare(self, evidence: Sequence[str]) -> None:
            order.append("prepared")

        def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
            order.append("judged")
            return super().judge(claims)

    def script(request: Request) -> Reply:
        return Reply(f"{TRUE} [E1]. The framework was adopted in 1987.", first_after=0.5)

    with ModelServer(script) as server:
        model = load_chat_model(
            "openai:test", base_url=server.base_url, api_key=None, limits=ChatLimits(), remote_allowed=False
        )
        asker = Asker(built_in.library, Finder(built_in.library, lambda: built_in.embedder), 4)
        writer = Writer(model, Prompts(ROOT / "prompts"), Notes(built_in.embedder))
        *_, answer = asker.answers(QUESTION, writer=lambda: writer)
    assert order[0] == "prepared"
    assert order.count("prepared") == 1
    assert "judged" in order
    assert answer.removed
