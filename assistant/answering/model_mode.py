"""Model mode: a language model writes from this turn's evidence, and only what passes the check is let through."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from assistant.answering.checked import Bears, CheckedSentences, as_sentences_of_ours
from assistant.answering.evidence import WeighedSentence
from assistant.answering.labelled import LabelledPassage, evidence_text
from assistant.answering.lists import opens_list, sentence_text
from assistant.answering.model_text import sentences
from assistant.answering.question import Question
from assistant.answering.quotes import quotations
from assistant.chat import ChatModel, Message, without_thinking
from assistant.citing import Citations
from assistant.errors import EmbeddingError, ModelError
from assistant.prompts import Prompts
from assistant.records import Document, Passage, Removed, SearchHit, Sentence, SentenceKind, Turn
from assistant.support import SupportCheck, missing_facts
from assistant.wording import STOP_WORDS, stem, term_set, terms, words

PASSAGES_GIVEN = 6
MOST_SHOWN = 12
MOST_REMOVED = 16
"""A model that goes on inventing is stopped: the reader has seen what it is worth."""
MOST_REPEATED = 4
"""A model that goes round in circles is stopped too; small ones do so until their context is full."""
BEARS_WITHIN = 0.75
"""A sentence of a model may rest on sentences of the evidence that score at least this share of the best one."""
LANGUAGES = {"en": "English", "es": "Spanish"}

_NOT_FOUND = re.compile(r"^\W*not[ _-]?found\W*$", re.IGNORECASE)
_LONGEST_QUESTION = 400
_ADDED_WORDS = 12


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote, as far as it passed.

    ``found_nothing`` tells that it said the evidence does not answer; ``half_list``, that a list is shown with fewer or
    more items than it says it has.
    """

    sentences: tuple[Sentence, ...]
    removed: tuple[Removed, ...]
    citations: Citations
    found_nothing: bool = False
    half_list: bool = False

    @property
    def says_something(self) -> bool:
        return any(one.kind is not SentenceKind.CONNECTIVE for one in self.sentences)


def evidence_for_model(
    weighed: Sequence[WeighedSentence], hits: Sequence[SearchHit], documents: dict[str, Document]
) -> list[LabelledPassage]:
    """Return the passages handed to the model, those with the best sentences first, labelled E1, E2, ..."""
    passages: dict[str, Passage] = {one.hit.passage.id: one.hit.passage for one in weighed}
    passages |= {hit.passage.id: hit.passage for hit in hits if hit.passage.id not in passages}
    chosen = list(passages.values())[:PASSAGES_GIVEN]
    return [
        LabelledPassage(f"E{number}", documents[passage.document_id], passage)
        for number, passage in enumerate(chosen, start=1)
    ]


def bearing(weighed: Sequence[WeighedSentence]) -> Bears:
    """Return what tells whether a sentence of the sources bears on the question: nearly as much as the best does."""
    near = {(one.hit.passage.document_id, one.span) for one in weighed if one.score >= BEARS_WITHIN * weighed[0].score}
    return lambda document, span: (document, span) in near


def says_what_answers(written: Written, best: WeighedSentence, question: Question) -> bool:
    """Return whether what a model wrote says most of what the best sentence of the evidence, or the list that it
    opens, has and the question does not: the answer is somewhere in it."""
    said = term_set(" ".join(one.text for one in written.sentences))
    (quotation,) = quotations([best])
    texts = [sentence_text(quotation.passage, span) for span in quotation.spans]
    answers = texts[1:] if opens_list(best.text) and len(texts) > 1 else [best.text]
    answer = [term for term in terms(" ".join(answers)) if term not in STOP_WORDS and term not in question.terms]
    return len([term for term in answer if term in said]) * 2 >= len(answer)


def write(
    model: ChatModel,
    prompts: Prompts,
    check: SupportCheck,
    question: Question,
    language: str,
    evidence: Sequence[LabelledPassage],
    bears: Bears,
    stop: threading.Event | None,
) -> Iterator[Written]:
    """Yield what the model wrote after each of its sentences was checked; the last is the whole.

    ``bears`` tells which sentences of the evidence bear on the question.

    Raises ModelError where the model fails, SettingsError where the prompt cannot be used. What was yielded before has
    been checked all the same.
    """
    messages = prompts.messages(
        "answer", evidence=evidence_text(evidence), question=question.text, language=LANGUAGES.get(language, "English")
    )
    checked = CheckedSentences(evidence, check, question.text, bears)
    found_nothing = False
    prepared = _preparing(checked)
    # Closed by us, so that a reader who leaves, or a model that has said enough, does not keep the server writing.
    with closing(model.stream(messages, stop)) as pieces, _endless_is_enough():
        for sentence in sentences(without_thinking(pieces), {one.label for one in evidence}):
            if _NOT_FOUND.match(sentence.text):
                found_nothing = True
                continue
            prepared.join()
            checked.take(sentence)
            yield _so_far(checked, found_nothing)
            if has_said_enough(checked):
                break
    checked.finish()
    yield _so_far(checked, found_nothing)


def _preparing(checked: CheckedSentences) -> threading.Thread:
    """Start to prepare the check, while the model has not said its first word."""

    def run() -> None:
        # What cannot be embedded now is told when it is needed.
        with suppress(EmbeddingError):
            checked.prepare()

    thread = threading.Thread(target=run, name="preparing-the-check", daemon=True)
    thread.start()
    return thread


def has_said_enough(checked: CheckedSentences) -> bool:
    """Whether what the model goes on to write is not worth waiting for."""
    return (
        len(checked.sentences) >= MOST_SHOWN
        or len(checked.removed) >= MOST_REMOVED
        or checked.repeated >= MOST_REPEATED
    )


@contextmanager
def _endless_is_enough() -> Iterator[None]:
    """An answer without end is cut, and what of it passed stays."""
    try:
        yield
    except ModelError as error:
        if error.kind != "endless":
            raise


def _so_far(checked: CheckedSentences, found_nothing: bool) -> Written:
    return Written(
        sentences=tuple(as_sentences_of_ours(checked.sentences)),
        removed=tuple(checked.removed),
        citations=checked.citations,
        found_nothing=found_nothing,
        half_list=checked.half_list,
    )


def standalone_question(
    model: ChatModel, prompts: Prompts, asked: str, history: Sequence[Turn], stop: threading.Event | None = None
) -> str | None:
    """Return the model's rewriting of a follow-up, or None where it is not one that can be trusted.

    It may only bring together what the conversation has: every content word of it was said before, and most of those
    of the question are still there. Raises ModelError, SettingsError.
    """
    said = [(turn.answer.interpreted_as or turn.question, turn.answer.text) for turn in history[-3:]]
    conversation = "\n\n".join(f"Question: {question}\nAnswer: {answer[:600]}" for question, answer in said)
    messages = prompts.messages("standalone_question", conversation=conversation, question=asked)
    text = "".join(without_thinking(iter([model.complete(messages, stop)]))).strip()
    rewritten = " ".join(text.splitlines()[0].split()) if text else ""
    rewritten = re.sub(r"^(?:the question, rewritten|rewritten question|question)\s*:\s*", "", rewritten, flags=re.I)
    rewritten = rewritten.strip("\"“”' ")
    before = " ".join(part for pair in said for part in pair)
    return rewritten if _brings_together(rewritten, asked, before) else None


def _brings_together(rewritten: str, asked: str, before: str) -> bool:
    if not rewritten or len(rewritten) > _LONGEST_QUESTION:
        return False
    known = {stem(word) for word in words(f"{asked} {before}")} | STOP_WORDS
    added = [word for word in words(rewritten) if word not in STOP_WORDS and stem(word) not in known]
    content = [term for term in terms(asked) if term not in STOP_WORDS]
    kept = [term for term in content if term in {stem(word) for word in words(rewritten)}]
    more = len(words(rewritten)) - len(words(asked))
    return not added and len(kept) * 2 >= len(content) and more <= _ADDED_WORDS + len(words(before)) // 4


def translated(
    model: ChatModel, prompts: Prompts, text: str, language: str, stop: threading.Event | None = None
) -> str | None:
    """Return the model's translation of ``text``, None where it dropped or added a number.

    Raises ModelError, SettingsError.
    """
    messages: list[Message] = prompts.messages("translation", text=text, language=LANGUAGES[language])
    answer = "".join(without_thinking(iter([model.complete(messages, stop)])))
    answer = " ".join(answer.split()).strip("\"“”' ")
    if not answer or len(answer) > 4 * len(text) + 80:
        return None
    figures = [fact for fact in missing_facts(answer, [text]) if any(character.isdigit() for character in fact.text)]
    return None if figures else answer
