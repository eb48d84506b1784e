"""What several commands share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.app import Assistant

Run = Callable[[Settings, argparse.Namespace], int]
"""What a command does; returns the exit status."""


@dataclass(frozen=True, slots=True)
class Parsers:
    """What a command's own parser is made from: where to add it, and the arguments that commands share."""

    commands: argparse._SubParsersAction[argparse.ArgumentParser]
    places: argparse.ArgumentParser
    printed: argparse.ArgumentParser


@contextmanager
def opened_assistant(settings: Settings) -> Iterator[Assistant]:
    from assistant.app import Assistant

    with Assistant(settings) as assistant:
        yield assistant


def print_json(value: Any) -> None:
    """Print one object on one line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)
