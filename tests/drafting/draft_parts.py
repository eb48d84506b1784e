"""The parts of a drafter over real documents, and models that write what they are told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.chat import ChatModel, Message, ModelPlace
from assistant.drafting.base import Evidence, Find
from assistant.drafting.drafter import Drafter
from assistant.drafting.templates import load_templates
from assistant.errors import ModelError
from assistant.prompts import Prompts
from assistant.records import Draft, DraftTemplate, SentenceKind
from assistant.support import BuiltInCheck

if TYPE_CHECKING:
    from assistant.app import Assistant

PROMPTS = Path(__file__).parent.parent.parent / "prompts"
TEMPLATES = load_templates(PROMPTS / "drafts")

FORM = {
    "school": "Franklin Elementary School",
    "district": "Lakeside Unified School District",
    "year": "2031-32",
    "about": "our yearly Title I meeting",
    "already": "Coffee with the principal every month\nHomework club in the library on Tuesdays",
    "stress": "Attendance in kindergarten.",
}


def form_for(template: DraftTemplate) -> dict[str, str]:
    names = {field.name for field in template.fields}
    return {name: value for name, value in FORM.items() if name in names}


def find_in(assistant: Assistant, passages: int = 8) -> Find:
    """Return a search for the drafter: passages with their sentences in the order of the text."""

    def find(question: str) -> Sequence[Evidence]:
        return [
            Evidence(hit.passage, assistant.document(hit.passage.document_id), hit.passage.sentences, hit.score)
            for hit in assistant.search(question, passages)
        ]

    return find


def drafter_for(
    assistant: Assistant,
    model: ChatModel | None = None,
    templates: Sequence[DraftTemplate] = TEMPLATES,
    find: Find | None = None,
) -> Drafter:
    return Drafter(
        templates=templates,
        find=find or find_in(assistant),
        documents=assistant.document,
        check=BuiltInCheck(assistant.embedder),
        model=model,
        prompts=Prompts(PROMPTS),
        corpus_version=lambda: "version-of-the-documents",
    )


Script = Callable[[str], str]
"""The request to what the model writes."""


class ScriptedModel:
    """A model that answers by a script, and remembers what it was asked."""

    def __init__(self, script: str | Script) -> None:
        self._script = script
        self.requests: list[str] = []

    @property
    def name(self) -> str:
        return "test:scripted"

    @property
    def place(self) -> ModelPlace:
        return ModelPlace("test", "scripted", None, remote=False)

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str]:
        text = self.complete(messages, stop)
        yield from (text[start : start + 7] for start in range(0, len(text), 7))

    def complete(self, messages: Sequence[Message], stop: threading.Event | None = None) -> str:
        request = "\n\n".join(message.text for message in messages)
        self.requests.append(request)
        return self._script if isinstance(self._script, str) else self._script(request)


def broken(request: str) -> str:
    raise ModelError("The model did not answer.", kind="silent", next_step="Try again later.")


def sentences(draft: Draft) -> Iterator[tuple[str, SentenceKind]]:
    for section in draft.sections:
        for one in section.sentences:
            yield one.text, one.kind
