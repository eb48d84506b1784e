"""Rules of the house that import-linter (see pyproject.toml) cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "assistant"
READS_ENVIRONMENT = {"settings.py"}
# Variables that libraries read when they are first imported have no other way in.
SETS_ENVIRONMENT = {
    "embedding/__init__.py",
    "evaluation/benchmarks/plain_pipeline.py",
    "models.py",
    "web/host.py",
}

# Each takes from half a second to several to import.
HEAVY = {
    "bs4",
    "chromadb",
    "docx",
    "gradio",
    "langchain_chroma",
    "langchain_core",
    "matplotlib",
    "openpyxl",
    "pypandoc",
    "scipy",
    "onnxruntime",
    "sentence_transformers",
    "torch",
    "transformers",
}


def environment_uses(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield "reads" or "sets" and the line, for each use of the environment of the process in a module."""
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (("reads", node.lineno) for name in node.names if name.name in {"environ", "getenv"})
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}:
            yield "sets" if _only_set(node, parents) else "reads", node.lineno


def _only_set(environ: ast.Attribute, parents: dict[ast.AST, ast.AST]) -> bool:
    """``os.environ[name] = value``, and the statements ``os.environ.update(...)`` and ``.setdefault(...)``."""
    user = parents[environ]
    if isinstance(user, ast.Subscript):
        return isinstance(user.ctx, ast.Store)
    if isinstance(user, ast.Attribute) and user.attr in {"update", "setdefault"}:
        return isinstance(parents[parents[user]], ast.Expr)
    return False


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("import os\nos.environ['A'] = 'b'", ["sets"]),
        ("import os\nos.environ.setdefault('A', 'b')", ["sets"]),
        ("import os\nvalue = os.environ.setdefault('A', 'b')", ["reads"]),
        ("import os\nvalue = os.environ['A']", ["reads"]),
        ("import os\nrun(env={**os.environ})", ["reads"]),
        ("import os\nos.getenv('A')", ["reads"]),
        ("from os import environ, path", ["reads"]),
        ("import os\nos.path.join('environ')", []),
    ],
)
def test_uses_of_the_environment_are_seen(code: str, uses: list[str]) -> None:
    assert [use for use, _ in environment_uses(ast.parse(code))] == uses


def test_only_settings_read_the_environment() -> None:
    allowed = {"reads": READS_ENVIRONMENT, "sets": SETS_ENVIRONMENT}
    found = [
        (path.relative_to(PACKAGE).as_posix(), use, line)
        for path in PACKAGE.rglob("*.py")
        for use, line in environment_uses(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert ("settings.py", "reads") in {(name, use) for name, use, _ in found}
    assert [f"{name}:{line} {use}" for name, use, line in found if name not in allowed[use]] == []


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    code = "import sys, assistant.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(loaded.stdout.split()) == set()
