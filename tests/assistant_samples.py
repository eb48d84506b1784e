"""An assistant over a few small files, and an embedder that notes what it is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.app import Assistant
from assistant.embedding.base import Embedder, PassageEmbedding, PassageInput, TokenVectors
from assistant.records import Answer, AnswerStatus, Turn
from assistant.settings import load_settings

ROOT = Path(__file__).parent.parent

FILES = {
    "plan.md": "# School plan\n\n## Goals\n\nThe site council writes the goals of the plan each spring.\n",
    "law/meeting.txt": "ANNUAL MEETING\n\nEach school invites all parents to an annual meeting at a flexible time.\n",
    "volunteers.html": (
        "<html><head><title>Volunteers</title></head><body><h1>Volunteers</h1>"
        "<p>Volunteers are trained in September by the library staff.</p></body></html>"
    ),
}

GOALS_ROW: dict[str, Any] = {
    "id": "goals",
    "question": "Who writes the goals of the plan each spring?",
    "must_include": ["*site council"],
    "source_document": "plan.md",
    "source_quote": "The site council writes the goals of the plan each spring.",
}
"""A row of a set that these files answer."""


def write_corpus(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write the files below ``folder`` and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def open_assistant(corpus: Path, data: Path, **overrides: Any) -> Assistant:
    return Assistant(load_settings({"corpus": corpus, "data": data, **overrides}, environment={}))


def turn(question: str, interpreted_as: str | None = None) -> Turn:
    """Return a turn with that question, as far as the next one looks at it."""
    answer = Answer(question, AnswerStatus.NOT_FOUND, (), (), (), (), 0.0, "quotes", interpreted_as=interpreted_as)
    return Turn(question, answer)


def run_assistant(
    *arguments: str | Path, cwd: Path, variables: Mapping[str, str] | None = None, timeout: float = 100
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, at home in ``cwd``."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=process_environment(cwd) | dict(variables or {}),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "assistant.cli", *map(str, arguments)]


def process_environment(home: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return inherited | {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


class CountingEmbedder(Embedder):
    """Another embedder, with a note of every passage that it embedded."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.fingerprint = inner.fingerprint
        self.dimension = inner.dimension
        self.maximum_tokens = inner.maximum_tokens
        self.passages: list[PassageInput] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._inner.count_tokens(texts)

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageEmbedding]:
        self.passages.extend(passages)
        return self._inner.embed_passages(passages)

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._inner.token_vectors(texts)
