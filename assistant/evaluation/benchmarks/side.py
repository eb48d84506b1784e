"""One side of the speed comparison in a process of its own: ``python -m assistant.evaluation.benchmarks.side``.

Arguments: ``ours`` or ``plain``; what to do, ``index`` or ``search``; the folder of documents; a folder for the index.
Questions to search for are read from the standard input, one a line. Prints one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any, Protocol

_HITS = 8


class Side(Protocol):
    """A pipeline that can be measured."""

    def index(self) -> dict[str, int]:
        """Index the folder and return counts."""

    def search(self, question: str) -> int:
        """Return how many passages were found."""

    def answer(self, question: str) -> bool:
        """Answer in full where the pipeline can; False where it only searches."""


class Ours:
    """The assistant."""

    def __init__(self, documents: Path, data: Path) -> None:
        from assistant.app import Assistant
        from assistant.settings import load_settings

        self._assistant = Assistant(load_settings({"corpus": documents, "data": data}))

    def index(self) -> dict[str, int]:
        report = self._assistant.index()
        pages = sum(one.pages or 0 for one in self._assistant.overview().documents)
        return {"pages": pages, "passages": report.passages}

    def search(self, question: str) -> int:
        return len(self._assistant.search(question, _HITS))

    def answer(self, question: str) -> bool:
        self._assistant.ask(question)
        return True


def measure(side: Side, task: str, questions: list[str], started: float) -> dict[str, Any]:
    """Do the task and return what it took, in seconds and mebibytes."""
    found: dict[str, Any] = {}
    if task == "index":
        found |= side.index()
        found["index_seconds"] = time.perf_counter() - started
        again = time.perf_counter()
        side.index()
        found["again_seconds"] = time.perf_counter() - again
    else:
        side.search(questions[0])
        found["cold_seconds"] = time.perf_counter() - started
        found["search_seconds"] = [_timed(side.search, one) for one in questions]
        if side.answer(questions[0]):
            found["answer_seconds"] = [_timed(side.answer, one) for one in questions]
    found["memory_mib"] = _peak_memory()
    return found


def _timed(do: Any, question: str) -> float:
    started = time.perf_counter()
    do(question)
    return time.perf_counter() - started


def _peak_memory() -> float:
    """Return the peak memory of this process and of the largest of its children, in MiB."""
    kilobytes = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return kilobytes / 1024


def main(arguments: list[str]) -> int:
    started = time.perf_counter()
    name, task, documents, data = arguments
    questions = sys.stdin.read().splitlines()
    side: Side
    if name == "plain":
        from assistant.evaluation.benchmarks.plain_pipeline import PlainPipeline

        side = PlainPipeline(Path(documents), Path(data))
    else:
        side = Ours(Path(documents), Path(data))
    print(json.dumps(measure(side, task, questions, started)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
