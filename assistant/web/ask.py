"""The Ask page: a conversation with cited answers."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.records import Answer, Turn
from assistant.web.conversations import Conversations
from assistant.web.markup import Failure, conversation_html, growing_words, model_name
from assistant.web.model_words import model_words
from assistant.web.question import question_problem
from assistant.web.rendering import render
from assistant.web.service import Service
from assistant.web.writing import Writing, Writings, as_stopped

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
    """The steps of the page. ``begin`` shows the question at once, ``finish`` brings the answer as it grows."""

    def __init__(self, assistant: Service, conversations: Conversations, writings: Writings) -> None:
        self._assistant = assistant
        self._conversations = conversations
        self._writings = writings

    def begin(self, question: str, pending: str, key: str) -> tuple[Any, ...]:
        """Return the page with the question under way, or with what is wrong with it."""
        problem = "The last question is still being answered." if pending else question_problem(question)
        if problem:
            return gr.skip(), gr.skip(), problem_html(problem), gr.skip(), gr.skip(), gr.skip(), gr.skip()
        question = question.strip()
        html = self._html(key, pending=question, activity=self._activity())
        stop = gr.update(visible=self._writing_model() is not None)
        return html, gr.update(value=""), "", busy(True), stop, gr.update(visible=False), question

    def finish(self, pending: str, key: str) -> Iterator[tuple[Any, ...]]:
        """Answer the question under way, showing what has been checked of it so far; a refused question comes with no
        ``pending``. An answer that nobody waits for any more is dropped."""
        unchanged = (gr.skip(),) * 5  # without it Gradio empties everything at the end
        if not pending:
            yield unchanged
            return
        with self._writings.begun(key) as writing, closing(self._steps(pending, key, writing)) as steps:
            try:
                for answer in steps:
                    if writing.dropped:
                        yield unchanged
                        return
                    if answer.complete:
                        self._conversations.add(key, Turn(pending, answer))
                        yield self._html(key), gr.skip(), *_at_rest()
                        return
                    html = self._html(key, pending=pending, growing=answer, activity=growing_words(answer))
                    yield html, gr.skip(), gr.skip(), gr.skip(), gr.skip()
            except AssistantError as error:
                if writing.dropped:
                    yield unchanged
                    return
                yield self._html(key, failure=Failure(pending, str(error))), gr.update(value=pending), *_at_rest()

    def _steps(self, question: str, key: str, writing: Writing) -> Generator[Answer]:
        """Yield the answer as it grows. What was shown of it is kept if the reader leaves the page meanwhile."""
        shown = None
        try:
            for answer in self._assistant.ask_in_steps(question, self._conversations.turns(key), writing.stop):
                if answer.complete:
                    before, shown = shown, None
                    yield as_stopped(answer, before) if writing.stop.is_set() else answer
                    return
                shown = answer
                yield answer
        except GeneratorExit:
            if shown is not None and shown.sentences and not writing.dropped:
                self._conversations.add(key, Turn(question, as_stopped(shown, shown)))
            raise

    def stop(self, key: str) -> None:
        """Stop the answer under way; what had been checked of it comes as its end."""
        self._writings.stop(key)

    def recover(self, pending: str, key: str) -> tuple[Any, ...]:
        """Return the page after an error that is not one of ours, the question back in its field."""
        return self._html(key, failure=Failure(pending, UNEXPECTED)), gr.update(value=pending), *_at_rest()

    def restore(self, key: str) -> tuple[Any, ...]:
        """Return the page as this tab left it."""
        empty = not self._conversations.turns(key)
        return self._html(key), gr.update(visible=empty and self._has_documents()), gr.update(visible=not empty)

    def forget(self, key: str) -> tuple[Any, ...]:
        """Begin anew: the conversation is gone, and what is still being written for it is not wanted."""
        self._writings.stop(key, drop=True)
        self._conversations.forget(key)
        return *self.restore(key), "", "", *_at_rest()

    def model_line(self) -> str:
        """Return which model answers and where the text goes."""
        return render("model.html", words=model_words(self._assistant.model_state, self._assistant.settings))

    def _html(self, key: str, **extra: Any) -> str:
        turns = self._conversations.turns(key)
        if not turns and not extra:
            return render(
                "welcome.html", empty=not self._has_documents(), folder=self._folder(), model=self._writing_model()
            )
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
        searching = f"Searching {number} document{'' if number == 1 else 's'}"
        model = self._writing_model()
        if model is None:
            return f"{searching} and checking each sentence against its source."
        return f"{searching}. Then {model} writes, and each sentence is checked before it is shown."

    def _writing_model(self) -> str | None:
        """Return the name of the model that writes answers, None where they are in quotes."""
        state = self._assistant.model_state
        return model_name(state.name) if state.name and state.problem is None else None


def _at_rest() -> tuple[Any, ...]:
    """Return the Ask button, the Stop button and the pending question as they are when nothing is under way."""
    return busy(False), gr.update(visible=False), ""


def busy(running: bool) -> Update:
    """Return the Ask button as it is while a question is answered, or as it is otherwise."""
    update: Update = gr.update(interactive=not running, value="Answering…" if running else "Ask")
    return update


def problem_html(problem: str) -> str:
    return render("problem.html", problem=problem)


def build(assistant: Service, conversations: Conversations, writings: Writings, blocks: gr.Blocks) -> None:
    """Lay out the page inside ``blocks`` and connect its steps."""
    page = AskPage(assistant, conversations, writings)
    pending = gr.State("")
    key = gr.Textbox(visible=False)
    conversation = gr.HTML(page.restore("")[0], elem_id="conversation", apply_default_css=False, js_on_load=None)
    with gr.Column(elem_id="examples", scale=0, min_width=0) as examples:
        example_buttons = [gr.Button(example, elem_classes="example") for example in EXAMPLES]
    with gr.Column(elem_id="composer", scale=0, min_width=0):
        with gr.Row(elem_id="composer-row"):
            question = gr.Textbox(
                label="Your question",
                placeholder="Ask about your documents",
                lines=1,
                max_lines=6,
                elem_id="question",
                scale=1,
            )
            stop = gr.Button("Stop", visible=False, elem_id="stop", scale=0, min_width=72)
            ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=96)
        problem = gr.HTML("", elem_id="problem", apply_default_css=False, js_on_load=None)
        model = gr.HTML(page.model_line(), elem_id="model", apply_default_css=False, js_on_load=None)
        new = gr.Button("New conversation", visible=False, elem_id="new-conversation", elem_classes="quiet")

    shown = [conversation, question, problem, ask, stop, examples, pending]
    finished = [conversation, question, ask, stop, pending]
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
    question.input(None, None, problem, js="() => ''", **_AT_ONCE)
    stop.click(page.stop, key, None, js=_KEY, **_AT_ONCE)
    anew = [conversation, examples, new, question, problem, ask, stop, pending]
    new.click(page.forget, key, anew, js=_NEW_KEY, **_AT_ONCE)
    blocks.load(page.model_line, None, model, **_AT_ONCE)
    blocks.load(page.restore, key, [conversation, examples, new], js=_KEY, **_AT_ONCE)
