"""Averaging: the mean of what was learned, each file counting as often as it is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from assistant.embedding import averaging, networks, packaged

LEARNED = ("head.weight", "head.bias", "encoder.encoder.layer.0.output.dense.bias")


def learned(path: Path, step: float) -> Path:
    """Write a file of a network in which all LEARNED are ``step``."""
    folder = packaged.verified_model_folder()
    network = networks.question_and_text(folder, None)
    with torch.no_grad():
        for name, one in network.named_parameters():
            if name in LEARNED:
                one.fill_(step)
    networks.save_differences(network, folder, path)
    return path


def test_a_file_counts_as_often_as_it_is_named(tmp_path: Path) -> None:
    low, high = learned(tmp_path / "low", 0.0), learned(tmp_path / "high", 0.5)
    mean = tmp_path / "mean"
    assert averaging.main([str(mean), str(low), str(high), str(high), str(high)]) == 0
    network = networks.question_and_text(packaged.verified_model_folder(), mean)
    found = dict(network.named_parameters())
    for one in (found[name] for name in LEARNED):
        torch.testing.assert_close(one, torch.full_like(one, 0.375), atol=1e-3, rtol=0)


def test_what_cannot_be_averaged_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert averaging.main([str(tmp_path / "mean")]) == 2
    (tmp_path / "other").write_bytes(b"nothing")
    assert averaging.main([str(tmp_path / "mean"), str(tmp_path / "other")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "mean").exists()
