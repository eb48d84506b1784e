"""``assistant eval speed``: which sizes, what is shown on the way, and where the chart goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from assistant.cli.main import main
from assistant.evaluation.benchmarks import speed
from assistant.evaluation.benchmarks.growth import SIZES, GrowthPoint, Progress
from assistant.evaluation.benchmarks.speed import SideFigures, SpeedBenchmark
from assistant.settings import Settings

SIDE = SideFigures(100, 200, 10.0, 2.0, 1.0, 0.02, 0.04, 40.0, None, None, 300.0, 200.0)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path | None, Sequence[int]]]:
    """What is measured is left to the tests of the benchmark itself: here it is only noted what was asked for."""
    calls: list[tuple[Path | None, Sequence[int]]] = []

    def measured(documents: Path | None, settings: Settings, sizes: Sequence[int], progress: Progress) -> Any:
        calls.append((documents, sizes))
        for done in (0, 1):
            progress("measuring the assistant", done, 2)
        progress("indexing 1,000 passages", 3, 10)
        return SpeedBenchmark(3, SIDE, SIDE, tuple(GrowthPoint(size, 5, 0.1, 0.03, 0.01, 0.02) for size in sizes))

    monkeypatch.setattr(speed, "run_speed", measured)
    return calls


def test_sizes_and_documents_are_handed_on(asked: list[Any], tmp_path: Path) -> None:
    for given in (["--sizes", "2000,1_000"], ["--sizes", "none"], ["--documents", str(tmp_path)]):
        assert main(["eval", "speed", "--data", str(tmp_path / "data"), *given]) == 0
    assert asked == [(None, (1000, 2000)), (None, ()), (tmp_path, SIZES)]


@pytest.mark.parametrize("sizes", ["", "many", "1000,", "0", "-5", "10,1e3"])
def test_other_sizes_are_wrong_use(
    asked: list[Any], tmp_path: Path, sizes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["eval", "speed", "--data", str(tmp_path), f"--sizes={sizes}"])
    assert (ended.value.code, asked) == (2, [])
    assert "1000,10000" in capsys.readouterr().err


def test_steps_and_chart_are_told(asked: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "speed", "--data", str(tmp_path / "data"), "--sizes", "1000"]) == 0
    shown = capsys.readouterr()
    assert shown.err.splitlines() == ["measuring the assistant ...", "indexing 1,000 passages ..."]
    chart = tmp_path / "data" / "speed.svg"
    assert f"Drawn: {chart}" in shown.out
    assert "1,000" in shown.out
    assert ElementTree.parse(chart).getroot().tag.endswith("svg")


def test_as_json_it_is_one_object(asked: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chart = tmp_path / "drawn.svg"
    assert main(["eval", "speed", "--json", "--data", str(tmp_path / "data"), "--chart", str(chart)]) == 0
    shown = capsys.readouterr()
    assert [point["passages"] for point in json.loads(shown.out)["growth"]] == list(SIZES)
    assert str(chart) in shown.err
    assert chart.is_file()


def test_a_chart_without_a_folder_is_said_before_anything_is_measured(
    asked: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "speed", "--data", str(tmp_path), "--chart", str(tmp_path / "none" / "speed.svg")]) == 2
    assert asked == []
    assert "folder" in capsys.readouterr().err
