"""Averages what several trainings learned: ``python -m assistant.embedding.averaging FILE LEARNED LEARNED ...``.

The first argument is the file to write, the others are files that ``training`` wrote; one that is named twice counts
twice. The mean of the weights of networks that were trained on from one another does at once what each of them does
best, at the cost of one (Wortsman and others 2022, "Model soups", arXiv 2203.05482).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.embedding import networks, packaged
from assistant.errors import AssistantError


def average(learned: Sequence[Path], folder: Path, path: Path) -> None:
    """Write to ``path`` the mean of what was learned from the weights in ``folder``. Raises EmbeddingError."""
    import torch

    states = [networks.question_and_text(folder, one).state_dict() for one in learned]
    network = networks.question_and_text(folder, None)
    with torch.no_grad():
        for name, weight in network.state_dict().items():
            if weight.is_floating_point():
                weight.copy_(torch.stack([state[name] for state in states]).mean(0))
    networks.save_differences(network, folder, path)


def main(arguments: Sequence[str]) -> int:
    """Average and write; the exit status."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    path, *learned = map(Path, arguments)
    try:
        average(learned, packaged.verified_model_folder(), path)
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
