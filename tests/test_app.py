"""The assistant as a whole: what it answers, what it refuses, and that every word shown can be looked up."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.question import as_asked
from assistant.app import Assistant
from assistant.errors import LibraryError, UnreadableFileError, UsageError
from assistant.records import Answer, AnswerStatus, SentenceKind, Turn, answer_json
from assistant.wording import words
from tests.assistant_samples import FILES, ROOT, open_assistant, write_corpus

DISTRICTS_OWN = "smmusd-family-engagement-framework.txt"
ANSWERED = [
    "Where do sites have to put their family engagement goals?",
    "Where do sites put their goals?",
    "What is LCAP Goal 3?",
    "What does goal 2 say?",
    "What is the SPSA?",
    "What are the six types of involvement?",
    "What does the annual Title I meeting explain to parents?",
    "How much of the reserve must be distributed to schools?",
]
REFUSED = [
    "What does goal 7 say?",
    "How much does a bilingual liaison earn?",
    "What is the salary of a liaison?",
    "How is sourdough bread baked?",
    "What is the phone number of the district office?",
    "Who won the football match last night?",
]


def conversation(assistant: Assistant, questions: Sequence[str]) -> list[Turn]:
    history: list[Turn] = []
    for question in questions:
        history.append(Turn(question, assistant.ask(question, history)))
    return history


def assert_sound(assistant: Assistant, answer: Answer) -> None:
    """Every word shown stands in a source, and every number leads to where it does."""
    numbers = [one.number for one in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    used = [number for sentence in answer.sentences for number in sentence.citations]
    assert list(dict.fromkeys(used)) == numbers
    for one in answer.citations:
        document = assistant.document(one.document_id)
        assert one.quote == one.span.of(document.text)
        assert (one.title, one.source) == (document.title, document.source)
        assert (one.page is None) == (not document.pages)
        if one.page is not None:
            (page,) = [page for page in document.pages if page.number == one.page]
            assert page.span.contains(one.span)
            assert one.page_label == page.label
    for sentence in answer.sentences:
        assert sentence.kind is SentenceKind.QUOTED
        assert sentence.citations
        quoted = "".join(answer.citations[number - 1].quote for number in sentence.citations)
        assert "".join(quoted.split()) == "".join(sentence.text.split())
    for nearest in answer.nearest:
        assert nearest.quote == nearest.span.of(assistant.document(nearest.document_id).text)
    assert 0 <= answer.confidence <= 1
    assert answer.removed == ()
    assert answer.model == "quotes"
    assert answer.searched == len(assistant.overview().documents)
    assert all(seconds >= 0 for seconds in answer.timings.values())
    if answer.status is AnswerStatus.NOT_FOUND:
        assert (answer.sentences, answer.citations) == ((), ())
    else:
        assert answer.sentences
        assert answer.nearest == ()


@pytest.mark.parametrize("question", ANSWERED)
def test_what_the_sources_say_is_answered(built_in: Assistant, question: str) -> None:
    answer = built_in.ask(question)
    assert answer.status is not AnswerStatus.NOT_FOUND
    assert_sound(built_in, answer)
    assert (answer.question, answer.interpreted_as) == (question, None)


def test_among_chosen_documents_only_these_are_searched_and_counted(built_in: Assistant) -> None:
    question = "Where do sites have to put their family engagement goals?"
    cited = built_in.ask(question).citations[0].document_id
    limited = built_in.ask(question, document_ids=[cited, cited, "of no document"])
    assert limited.searched == 1
    assert {one.document_id for one in limited.citations} == {cited}
    nothing = built_in.ask(question, document_ids=[])
    assert (nothing.status, nothing.searched) == (AnswerStatus.NOT_FOUND, 0)


def test_words_of_another_language_are_no_slips(built_in: Assistant) -> None:
    assert built_in.ask("¿Qué dice el plan sobre la participación de las familias?").interpreted_as is None
    assert built_in.ask("what does the plan say on particpation of families").interpreted_as is not None


@pytest.mark.parametrize("question", REFUSED)
def test_what_they_do_not_say_is_not(built_in: Assistant, question: str) -> None:
    answer = built_in.ask(question)
    assert answer.status is AnswerStatus.NOT_FOUND
    assert_sound(built_in, answer)
    assert 1 <= len(answer.nearest) <= 3


@pytest.mark.parametrize("question", ANSWERED[:2])
def test_the_districts_own_sentence_is_cited(built_in: Assistant, question: str) -> None:
    own = [one.quote for one in built_in.ask(question).citations if one.source == DISTRICTS_OWN]
    assert any("incorporated in the SPSA" in quote for quote in own)


def test_a_follow_up_is_understood_in_the_light_of_the_turn_before(built_in: Assistant) -> None:
    first, second, third = conversation(built_in, ["What does goal 1 say?", "and goal 2?", "and goal 7?"])
    assert any("All graduates are socially just" in one.quote for one in first.answer.citations)
    assert second.answer.interpreted_as == "What does goal 2 say?"
    assert any("English Learners will become proficient" in one.quote for one in second.answer.citations)
    assert third.answer.interpreted_as == "What does goal 7 say?"
    assert third.answer.status is AnswerStatus.NOT_FOUND
    for one in (first, second, third):
        assert_sound(built_in, one.answer)


@pytest.mark.parametrize("question", REFUSED)
@pytest.mark.parametrize("before", [ANSWERED[:1], ["What is LCAP Goal 3?", "What is the SPSA?"]])
def test_a_refusal_holds_on_every_turn(built_in: Assistant, before: list[str], question: str) -> None:
    history = conversation(built_in, [*before, question])
    assert [one.answer.status for one in history[:-1]].count(AnswerStatus.NOT_FOUND) == 0
    last = history[-1].answer
    assert last.status is AnswerStatus.NOT_FOUND
    assert last.confidence == built_in.ask(question).confidence


def test_an_answer_is_the_same_every_time(built_in: Assistant) -> None:
    one, other = (answer_json(built_in.ask(ANSWERED[0])) for _ in range(2))
    assert {**one, "timings": None} == {**other, "timings": None}


def test_an_abbreviation_is_understood_both_ways(built_in: Assistant) -> None:
    for question in ("What is the SPSA?", "What is the Single Plan for Student Achievement?"):
        answer = built_in.ask(question)
        assert any("SPSA" in one.quote for one in answer.citations)


def test_no_more_sentences_are_chosen_than_the_settings_allow(built_in: Assistant) -> None:
    with open_assistant(built_in.settings.corpus, built_in.settings.data, answer_sentences=1) as assistant:
        few = assistant.ask(ANSWERED[0])
        assert_sound(assistant, few)
        assert 1 <= len(few.sentences) < len(built_in.ask(ANSWERED[0]).sentences)


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_wrong_use(built_in: Assistant, question: str) -> None:
    with pytest.raises(UsageError, match="no question"):
        built_in.ask(question)


ODD = st.one_of(
    st.text(min_size=1, max_size=60),
    st.lists(st.sampled_from([*words(" ".join(ANSWERED)), '"', "?", "(c)", "NOT", "*"]), min_size=1, max_size=12).map(
        " ".join
    ),
)


@pytest.fixture(scope="module")
def one_turn(built_in: Assistant) -> list[Turn]:
    return conversation(built_in, ["What does goal 2 say?"])


@settings(max_examples=20)
@given(question=ODD.filter(as_asked), follow_up=st.booleans())
def test_whatever_is_asked_the_answer_is_sound(
    built_in: Assistant, one_turn: list[Turn], question: str, follow_up: bool
) -> None:
    assert_sound(built_in, built_in.ask(question, one_turn if follow_up else []))


KEYS = {
    "question": str,
    "status": str,
    "text": str,
    "sentences": list,
    "citations": list,
    "removed": list,
    "nearest": list,
    "confidence": float,
    "model": str,
    "timings": dict,
}


@pytest.mark.parametrize("question", [ANSWERED[0], "What does the annual Title I meeting explain?", REFUSED[0]])
def test_the_json_of_an_answer_has_the_keys_and_types_that_are_promised(built_in: Assistant, question: str) -> None:
    value = answer_json(built_in.ask(question))
    assert {name: type(value[name]) for name in KEYS} == KEYS
    assert value["status"] in {"answered", "partial", "not_found"}
    numbers = {one["number"] for one in value["citations"]}
    for sentence in value["sentences"]:
        assert sentence.keys() == {"text", "kind", "citations"}
        assert sentence["kind"] in {"quoted", "supported", "connective"}
        assert set(sentence["citations"]) <= numbers
        assert sentence["text"] + "".join(f"[{number}]" for number in sentence["citations"]) in value["text"]
    for one in value["citations"]:
        assert one.keys() == {
            "number", "document_id", "title", "source", "page", "page_label", "section", "start", "end", "quote",
        }  # fmt: skip
        assert one["end"] - one["start"] == len(one["quote"])
        assert isinstance(one["section"], list)
        assert one["page"] is None or isinstance(one["page"], int)
    for nearest in value["nearest"]:
        assert {"title", "page", "quote"} <= nearest.keys()
    assert bool(value["nearest"]) == (value["status"] == "not_found")


def test_nothing_indexed_means_nothing_found(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with open_assistant(tmp_path / "corpus", tmp_path / "data") as assistant:
        assert assistant.needs_index()
        assert not assistant.ready
        answer = assistant.ask("Where are the goals?")
        assert assistant.ready
        assert (answer.status, answer.searched, answer.nearest) == (AnswerStatus.NOT_FOUND, 0, ())
        assert_sound(assistant, answer)


def test_an_index_for_another_model_is_asked_to_be_made_again(tmp_path: Path) -> None:
    corpus, data = write_corpus(tmp_path / "corpus"), tmp_path / "data"
    question = "Who writes the goals of the plan?"
    with open_assistant(corpus, data) as assistant:
        assistant.index()
        assert not assistant.needs_index()
    with open_assistant(corpus, data, embedding_engine="torch") as assistant:
        assert assistant.needs_index()
        with pytest.raises(LibraryError, match="assistant index"):
            assistant.ask(question)
        assistant.index()
        assert not assistant.needs_index()
        assert_sound(assistant, assistant.ask(question))


def test_another_folder_needs_an_index(tmp_path: Path) -> None:
    corpus, data = write_corpus(tmp_path / "corpus"), tmp_path / "data"
    with open_assistant(corpus, data) as assistant:
        assistant.index()
    with open_assistant(write_corpus(tmp_path / "other"), data) as assistant:
        assert assistant.needs_index()


def test_the_overview_names_documents_and_problems(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    (corpus / "empty.pdf").touch()
    with open_assistant(corpus, tmp_path / "data") as assistant:
        assert assistant.overview().indexed_at is None
        report = assistant.index()
        overview = assistant.overview()
        assert {one.source for one in overview.documents} == set(FILES)
        assert [one.source for one in overview.problems] == ["empty.pdf"]
        assert overview.passages == report.passages
        assert overview.indexed_at is not None


def test_originals_and_their_pages(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(ROOT / "corpus" / "title-i-school-policy.pdf", corpus)
    with open_assistant(corpus, tmp_path / "data") as assistant:
        assistant.index()
        cited = next(iter(assistant.ask("What does the annual meeting explain to parents?").citations))
        assert cited.page is not None
        assert assistant.original_file(cited.document_id) == (corpus / cited.source).resolve()
        marked = assistant.page_image(cited.document_id, cited.page, cited.span)
        plain = assistant.page_image(cited.document_id, cited.page, None)
        assert marked.startswith(b"\x89PNG")
        assert marked != plain
        with pytest.raises(LibraryError):
            assistant.page_image(cited.document_id, 999, None)
        (corpus / cited.source).write_bytes(b"something else")
        with pytest.raises(UnreadableFileError):
            assistant.page_image(cited.document_id, cited.page, None)
        (corpus / cited.source).unlink()
        with pytest.raises(LibraryError, match="not where it was read from"):
            assistant.original_file(cited.document_id)


def test_an_unknown_document_is_an_error_in_words(built_in: Assistant) -> None:
    for look_up in (built_in.document, built_in.original_file):
        with pytest.raises(LibraryError) as caught:
            look_up("0" * 64)
        assert caught.value.next_step


def test_many_ask_at_once_while_the_index_changes(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    with open_assistant(corpus, tmp_path / "data") as assistant:
        assistant.index()
        assistant.warm()
        questions = ["Who writes the goals of the plan?", "Who are trained in September?", "What does goal 7 say?"]
        done = threading.Event()
        start = threading.Barrier(21)

        def ask(number: int) -> list[Answer]:
            start.wait()
            answers = []
            for question in itertools.cycle(questions[number % 3 :] + questions[: number % 3]):
                answers.append(assistant.ask(question))
                if done.is_set() and len(answers) >= 3:
                    return answers
            return answers

        with ThreadPoolExecutor(20) as threads:
            asking = [threads.submit(ask, number) for number in range(20)]
            start.wait()
            try:
                for round_number in range(3):
                    text = f"# More\n\nRoom {round_number} is open at noon.\n"
                    write_corpus(corpus, {f"more {round_number}.md": text})
                    (corpus / f"more {round_number - 1}.md").unlink(missing_ok=True)
                    assistant.index()
            finally:
                done.set()
            answers = [answer for one in asking for answer in one.result()]
        assert len(answers) >= 60
        for answer in answers:
            assert [one.number for one in answer.citations] == list(range(1, len(answer.citations) + 1))
            if answer.question == questions[0]:
                assert any("site council writes the goals" in one.quote for one in answer.citations)
            if answer.question == questions[2]:
                assert answer.status is AnswerStatus.NOT_FOUND
        assert {one.source for one in assistant.overview().documents} == {*FILES, "more 2.md"}
