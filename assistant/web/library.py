"""The Library page: what can be asked, what could not be read, and how to add documents."""

from __future__ import annotations

import time
from collections.abc import Iterator

import gradio as gr

from assistant.web.moments import time_words
from assistant.web.reading_run import ReadingRun
from assistant.web.rendering import render
from assistant.web.service import Service
from assistant.web.source import FORMATS

SECONDS_BETWEEN_LOOKS = 0.25


class LibraryPage:
    """The steps of the page."""

    def __init__(self, assistant: Service, reading: ReadingRun) -> None:
        self._assistant = assistant
        self._reading = reading

    def documents(self) -> str:
        overview = self._assistant.overview()
        return render(
            "library.html",
            overview=overview,
            folder=self._assistant.settings.corpus.resolve(),
            formats=FORMATS,
            read_at=time_words(overview.indexed_at),
        )

    def watch(self) -> Iterator[tuple[str, str, object]]:
        """Yield the page while the folder is being read, and once when it is not."""
        while self._reading.state.running:
            yield self._progress(), self.documents(), gr.update(interactive=False)
            time.sleep(SECONDS_BETWEEN_LOOKS)
        yield self._progress(), self.documents(), gr.update(interactive=True)

    def read_again(self) -> Iterator[tuple[str, str, object]]:
        self._reading.start()
        yield from self.watch()

    def _progress(self) -> str:
        return render("reading.html", state=self._reading.state)


def build(assistant: Service, reading: ReadingRun, blocks: gr.Blocks) -> None:
    """Lay out the page inside ``blocks`` and connect its steps."""
    page = LibraryPage(assistant, reading)
    gr.HTML("<h1>Library</h1>", elem_id="library-title", apply_default_css=False, js_on_load=None)
    with gr.Row(elem_id="library-actions"):
        again = gr.Button("Read the folder again", elem_id="read-again", scale=0)
        progress = gr.HTML("", elem_id="reading", apply_default_css=False, js_on_load=None)
    documents = gr.HTML(page.documents(), elem_id="documents", apply_default_css=False, js_on_load=None)
    outputs = [progress, documents, again]
    for event, step in ((again.click, page.read_again), (blocks.load, page.watch)):
        event(step, None, outputs, show_progress="hidden", api_visibility="private", concurrency_limit=None)
