"""The benchmarks for engineers among the commands of ``assistant eval``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Protocol

from assistant.cli.common import Run, print_json
from assistant.settings import Settings


class _Add(Protocol):
    def __call__(self, name: str, words: str, run: Run) -> argparse.ArgumentParser: ...


class _Result(Protocol):
    def as_json(self) -> Any: ...
    def as_text(self) -> str: ...


def add_benchmarks(add: _Add) -> None:
    """Add the commands; ``add`` makes the parser of one."""
    retrieval = add("retrieval", "benchmark: retrieval on a set in BEIR shape", _retrieval)
    retrieval.add_argument("folder", type=Path, metavar="FOLDER")
    support = add("support", "benchmark: the support check on labelled claims", _support)
    support.add_argument("file", type=Path, metavar="FILE")
    speed = add("speed", "benchmark: speed beside a plain LangChain pipeline", _speed)
    speed.add_argument("--documents", type=Path, metavar="FOLDER")


def _retrieval(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.benchmarks import run_retrieval

    return _print_result(run_retrieval(options.folder, settings), options)


def _support(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.benchmarks import run_support

    return _print_result(run_support(options.file, settings), options)


def _speed(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.benchmarks import run_speed

    return _print_result(run_speed(options.documents, settings), options)


def _print_result(result: _Result, options: argparse.Namespace) -> int:
    if options.json:
        print_json(result.as_json())
    else:
        print(result.as_text())
    return 0
