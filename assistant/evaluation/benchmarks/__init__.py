"""Benchmarks for engineers: retrieval, support and speed, measured on public sets and beside plain methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.evaluation.benchmarks.retrieval import run_retrieval
    from assistant.evaluation.benchmarks.speed import run_speed
    from assistant.evaluation.benchmarks.support import run_support

__all__ = ["run_retrieval", "run_speed", "run_support"]

_HOMES = {"run_retrieval": "retrieval", "run_speed": "speed", "run_support": "support"}


def __getattr__(name: str) -> Any:
    # Only what is asked for: the child processes that are measured pass through here as well.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
