"""The support benchmark: the shape of what it gives, and that it measures the check and the baseline apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.evaluation.benchmarks.support import run_support
from assistant.settings import Settings, load_settings

CLAIMS = (
    ("a", "The meeting is in May.", ["The annual meeting is held in May at the library."], True),
    ("b", "Volunteers paint the fence.", ["The annual meeting is held in May at the library."], False),
    ("c", "Parents approve the plan.", ["Bicycles are locked at the gate."], False),
    ("c", "Parents approve the plan.", ["Each spring the parents approve the plan."], True),
    ("d", "The site council has twelve members.", ["The site council has twelve members."], True),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"data": tmp_path / "data"}, environment={})


def write(path: Path) -> Path:
    rows = [{"id": name, "claim": claim, "evidence": text, "supported": is_so} for name, claim, text, is_so in CLAIMS]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_claims_count_once_and_both_methods_are_measured(settings: Settings, tmp_path: Path) -> None:
    measured = run_support(write(tmp_path / "claims.jsonl"), settings)
    value = json.loads(json.dumps(measured.as_json()))
    assert list(value) == ["set", "claims", "auroc", "balanced_accuracy"]
    assert (value["set"], value["claims"]) == ("claims", 4)
    for name in ("auroc", "balanced_accuracy"):
        assert list(value[name]) == ["ours", "overlap"]
    assert value["auroc"]["ours"] == 1.0
    assert value["balanced_accuracy"]["ours"] == 1.0
    assert "claims: 4 claims" in measured.as_text()
    assert "balanced accuracy" in measured.as_text()


def test_one_label_alone_is_not_scored(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(json.dumps({"claim": "Dogs bark.", "evidence": ["Dogs bark."], "supported": True}))
    measured = run_support(path, settings)
    assert measured.as_json()["auroc"] == {"ours": None, "overlap": None}
    assert "-" in measured.as_text()


def test_a_file_without_claims_is_an_error(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("\n")
    with pytest.raises(UsageError, match="no claims"):
        run_support(path, settings)
