"""The command in this process, and what its output is held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main

ANSWERABLE = "Who are trained in September?"
UNANSWERABLE = "How is sourdough bread baked?"


class Command:
    """The command in this process, on a corpus and a data folder of the test's own."""

    def __init__(self, corpus: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.corpus, self.data, self._capsys = corpus, data, capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Return exit status, standard output and standard error."""
        places = ("--corpus", self.corpus, "--data", self.data)
        return self.bare(arguments[0], *places, *arguments[1:])

    def bare(self, *arguments: str | Path) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as left:
            status = int(left.code or 0)
        output, errors = self._capsys.readouterr()
        return status, output, errors


def one_object(output: str) -> dict[str, Any]:
    (line,) = output.splitlines()
    value: dict[str, Any] = json.loads(line)
    return value


def assert_one_line(errors: str, *words: str) -> None:
    (line,) = errors.splitlines()
    assert line.startswith("assistant: ")
    for word in words:
        assert word in line
