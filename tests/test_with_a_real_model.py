"""A small real language model that invents freely, over the built-in documents: no invention gets through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.app import Assistant
from assistant.records import AnswerStatus, SentenceKind
from assistant.support import missing_facts
from tests.assistant_samples import ROOT, open_assistant
from tests.chat.real_server import RealServer

ANSWERABLE = (
    "Who takes part in writing the school-parent compact?",
    "Where do sites have to put their family engagement goals?",
    "What does volunteering mean among the six types of involvement?",
)
UNANSWERABLE = ("How much does a bilingual liaison earn?", "When was the framework translated into Japanese?")


@pytest.fixture(scope="module")
def inventive(built_in: Assistant, smollm2: RealServer) -> Iterator[Assistant]:
    with open_assistant(
        built_in.settings.corpus,
        built_in.settings.data,
        model=smollm2.spec,
        model_base_url=smollm2.base_url,
        prompts=ROOT / "prompts",
    ) as assistant:
        yield assistant


@pytest.mark.timeout(240)
@pytest.mark.parametrize("question", ANSWERABLE)
def test_what_is_shown_has_no_fact_that_its_sources_lack_and_the_best_source_is_not_lost(
    built_in: Assistant, inventive: Assistant, question: str
) -> None:
    answer = inventive.ask(question)
    quotes = {one.number: " ".join((*one.section, one.quote)) for one in answer.citations}
    for sentence in answer.sentences:
        if sentence.kind is SentenceKind.SUPPORTED:
            assert not missing_facts(sentence.text, [quotes[number] for number in sentence.citations])
    in_quotes = built_in.ask(question)
    assert answer.status in (in_quotes.status, AnswerStatus.PARTIAL)
    # The best source of the answer in quotes is among them wherever the model's words do not rest on it.
    assert {one.span for one in in_quotes.citations} & {one.span for one in answer.citations}


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_what_the_sources_do_not_say_is_refused_as_without_a_model(
    built_in: Assistant, inventive: Assistant, question: str
) -> None:
    assert built_in.ask(question).status is AnswerStatus.NOT_FOUND
    assert inventive.ask(question).status is AnswerStatus.NOT_FOUND
