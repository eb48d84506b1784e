"""The Ask page: a conversation with cited answers."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.records import Turn
from assistant.web.conversations import Conversations
from assistant.web.markup import Failure, conversation_html
from assistant.web.question import question_problem
from assistant.web.rendering import render
from assistant.web.service import Service

ANSWERS_AT_ONCE = 4
EXAMPLES = (
    "Where do sites have to put their family engagement goals?",
    "What are the three LCAP goals?",
    "What does a school plan (SPSA) have to say about family engagement?",
    "What must a school policy under section 1116 contain?",
    "What belongs in a school-parent compact?",
    "What are Epstein's six types of involvement?",
)
UNEXPECTED = (
    "Something went wrong that the assistant does not know. Your question is kept: ask it again, and if that fails "
    "too, run “assistant doctor” and see what it says."
)

# Gradio runs these in the browser before the server is asked; page.js provides the key of this tab's conversation.
_QUESTION_AND_KEY = "(question, pending, key) => [question, pending, assistantPage.conversationKey()]"
_PENDING_AND_KEY = "(pending, key) => [pending, assistantPage.conversationKey()]"
_KEY = "() => [assistantPage.conversationKey()]"
_NEW_KEY = "() => [assistantPage.forgetConversation()]"

_STEP: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_AT_ONCE = _STEP | {"queue": False}

Update = dict[str, Any]
"""A change to a component, as ``gr.update`` makes it."""


class AskPage:
    """The steps of the page. ``begin`` shows the question at once, ``finish`` brings the answer."""

    def __init__(self, assistant: Service, conversations: Conversations) -> None:
        self._assistant = assistant
        self._conversations = conversations

    def begin(self, question: str, pending: str, key: str) -> tuple[Any, ...]:
        """Return the page with the question under way, or with what is wrong with it."""
        problem = "The last question is still being answered." if pending else question_problem(question)
        if problem:
            return gr.skip(), gr.skip(), problem_html(problem), gr.skip(), gr.skip(), gr.skip()
        question = question.strip()
        html = self._html(key, pending=question, activity=self._activity())
        return html, gr.update(value=""), "", busy(True), gr.update(visible=False), question

    def finish(self, pending: str, key: str) -> tuple[Any, ...]:
        """Answer the question under way and return the page with it; a refused question comes with no ``pending``."""
        if not pending:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        try:
            answer = self._assistant.ask(pending, self._conversations.turns(key))
        except AssistantError as error:
            html = self._html(key, failure=Failure(pending, str(error)))
            return html, gr.update(value=pending), busy(False), ""
        self._conversations.add(key, Turn(pending, answer))
        return self._html(key), gr.skip(), busy(False), ""

    def recover(self, pending: str, key: str) -> tuple[Any, ...]:
        """Return the page after an error that is not one of ours, the question back in its field."""
        return self._html(key, failure=Failure(pending, UNEXPECTED)), gr.update(value=pending), busy(False), ""

    def restore(self, key: str) -> tuple[Any, ...]:
        """Return the page as this tab left it."""
        empty = not self._conversations.turns(key)
        return self._html(key), gr.update(visible=empty and self._has_documents()), gr.update(visible=not empty)

    def forget(self, key: str) -> tuple[Any, ...]:
        self._conversations.forget(key)
        return *self.restore(key), "", ""

    def _html(self, key: str, **extra: Any) -> str:
        turns = self._conversations.turns(key)
        if not turns and not extra:
            return render("welcome.html", empty=not self._has_documents(), folder=self._folder())
        years = {document.id: document.year for document in self._assistant.overview().documents}
        return conversation_html(turns, year_of=years.get, **extra)

    def _has_documents(self) -> bool:
        return bool(self._assistant.overview().documents) or not self._assistant.ready

    def _folder(self) -> str:
        return str(self._assistant.settings.corpus.resolve())

    def _activity(self) -> str:
        if not self._assistant.ready:
            return "Loading the search model, then searching. The first question takes a few seconds longer."
        number = len(self._assistant.overview().documents)
        return f"Searching {number} document{'' if number == 1 else 's'} and checking each sentence against its source."


def busy(running: bool) -> Update:
    """Return the Ask button as it is while a question is answered, or as it is otherwise."""
    update: Update = gr.update(interactive=not running, value="Searching…" if running else "Ask")
    return update


def problem_html(problem: str) -> str:
    return render("problem.html", problem=problem)


def build(assistant: Service, conversations: Conversations, blocks: gr.Blocks) -> None:
    """Lay out the page inside ``blocks`` and connect its steps."""
    page = AskPage(assistant, conversations)
    pending = gr.State("")
    key = gr.Textbox(visible=False)
    conversation = gr.HTML(page.restore("")[0], elem_id="conversation", apply_default_css=False, js_on_load=None)
    with gr.Column(elem_id="examples", scale=0, min_width=0) as examples:
        example_buttons = [gr.Button(example, elem_classes="example") for example in EXAMPLES]
    with gr.Column(elem_id="composer", scale=0, min_width=0):
        with gr.Row(elem_id="composer-row"):
            question = gr.Textbox(
                label="Your question",
                placeholder="Ask about the framework",
                lines=1,
                max_lines=6,
                elem_id="question",
                scale=1,
            )
            ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=96)
        problem = gr.HTML("", elem_id="problem", apply_default_css=False, js_on_load=None)
        new = gr.Button("New conversation", visible=False, elem_id="new-conversation", elem_classes="quiet")

    shown = [conversation, question, problem, ask, examples, pending]
    finished = [conversation, question, ask, pending]
    asked = [
        gr.on(
            [ask.click, question.submit], page.begin, [question, pending, key], shown, js=_QUESTION_AND_KEY, **_AT_ONCE
        )
    ]
    for button in example_buttons:
        example = f"(question, pending, key) => [{json.dumps(button.value)}, pending, assistantPage.conversationKey()]"
        asked.append(button.click(page.begin, [question, pending, key], shown, js=example, **_AT_ONCE))
    for begun in asked:
        answered = begun.then(
            page.finish,
            [pending, key],
            finished,
            js=_PENDING_AND_KEY,
            concurrency_limit=ANSWERS_AT_ONCE,
            concurrency_id="answers",
            **_STEP,
        )
        answered.success(lambda: gr.update(visible=True), None, new, **_AT_ONCE)
        answered.failure(page.recover, [pending, key], finished, js=_PENDING_AND_KEY, **_AT_ONCE)
    new.click(page.forget, key, [conversation, examples, new, question, problem], js=_NEW_KEY, **_AT_ONCE)
    blocks.load(page.restore, key, [conversation, examples, new], js=_KEY, **_AT_ONCE)
