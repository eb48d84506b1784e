"""The command on a corpus that is indexed, which nobody may change, and on one that is the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cli import main
from tests.assistant_samples import write_corpus
from tests.cli.command import Command


@pytest.fixture(scope="package")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("command")
    corpus, data = write_corpus(folder / "corpus"), folder / "data"
    assert main(["index", "--corpus", str(corpus), "--data", str(data)]) == 0
    return corpus, data


@pytest.fixture
def run(indexed: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(*indexed, capsys)


@pytest.fixture
def fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(write_corpus(tmp_path / "corpus"), tmp_path / "data", capsys)
