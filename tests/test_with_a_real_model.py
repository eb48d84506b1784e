"""A small real language model that invents freely, over the built-in documents: no invention gets through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.app import Assistant
from assistant.records import AnswerStatus, SentenceKind
from assistant.support import missing_facts
from assistant.wording import STOP_WORDS, term_set, terms
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


# Whatever it writes, and also where it writes nothing in time: this holds of every sentence that it could write, and of
# the quotes that take its place.
@pytest.mark.timeout(600)
@pytest.mark.parametrize("question", ANSWERABLE)
def test_what_is_shown_has_no_fact_that_its_sources_lack_and_the_answer_is_not_lost(
    built_in: Assistant, inventive: Assistant, question: str
) -> None:
    answer, in_quotes = inventive.ask(question), built_in.ask(question)
    assert answer.status in (in_quotes.status, AnswerStatus.PARTIAL)
    assert answer.sentences
    citations = {one.number: one for one in answer.citations}
    for one in answer.citations:
        assert one.span.of(inventive.document(one.document_id).text) == one.quote
    for sentence in answer.sentences:
        cited = [citations[number] for number in sentence.citations]
        assert bool(cited) == (sentence.kind is not SentenceKind.CONNECTIVE)
        if sentence.kind is SentenceKind.SUPPORTED:
            assert not missing_facts(sentence.text, [" ".join((*one.section, one.quote)) for one in cited])
    # Either the best source of the answer in quotes is there, or what it says is.
    best = in_quotes.citations[0]
    is_there = any((one.document_id, one.span) == (best.document_id, best.span) for one in answer.citations)
    said = term_set(answer.text)
    answers = [term for term in terms(best.quote) if term not in terms(question) and term not in STOP_WORDS]
    assert is_there or sum(term in said for term in answers) * 2 >= len(answers)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("question", UNANSWERABLE)
def test_what_the_sources_do_not_say_is_refused_as_without_a_model(
    built_in: Assistant, inventive: Assistant, question: str
) -> None:
    assert built_in.ask(question).status is AnswerStatus.NOT_FOUND
    assert inventive.ask(question).status is AnswerStatus.NOT_FOUND
