"""A sentence-transformers CrossEncoder for entailment, run by torch: how far one text follows from another."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import EmbeddingError

_ENTAILED = ("entailment", "entailed", "entails", "supported", "supports", "consistent")


class EntailmentModel:
    """The model in ``folder``; weights in safetensors only, and no code of the model's own is run.

    Its configuration tells the outputs apart: one number, read as a logit, or one of several labels, of which one is
    named entailment ("entailment", "supported", "consistent"). Raises EmbeddingError where the folder holds no such
    model. Safe to use from several threads.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise EmbeddingError(
                f"There is no folder {folder} with a cross-encoder.",
                next_step="Set support_check to cross-encoder: and the folder of a sentence-transformers CrossEncoder.",
            )
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
            labels = dict(self._model.model.config.id2label)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, SafetensorError) as error:
            raise EmbeddingError(
                f"The folder {folder} does not hold a cross-encoder that can be loaded: {error}.",
                next_step="Check that it has config.json, the tokenizer and model.safetensors.",
            ) from error
        self._entailed = entailment_label(labels, folder)
        self._lock = threading.Lock()

    def entailment(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float64]:
        """Return for each pair of source and statement the probability, 0 to 1, that the statement follows; shape
        (number of pairs,). Text beyond what the model sees is cut off at the end of the longer of the two.

        Raises EmbeddingError where the model cannot compute it.
        """
        if not pairs:
            return np.zeros(0)
        import torch

        try:
            with self._lock:
                logits = self._model.predict(
                    list(pairs), activation_fn=torch.nn.Identity(), convert_to_numpy=True, show_progress_bar=False
                )
        except (RuntimeError, ValueError, IndexError) as error:
            raise EmbeddingError(
                f"The cross-encoder cannot compare two texts: {error}.",
                next_step="Set support_check to built-in, or to another cross-encoder.",
            ) from error
        values = np.asarray(logits, dtype=np.float64).reshape(len(pairs), -1)
        if self._entailed is None:
            return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values[:, 0], -60, 60))))
        shares = np.exp(values - values.max(axis=1, keepdims=True))
        return np.asarray(shares[:, self._entailed] / shares.sum(axis=1))


def entailment_label(labels: Mapping[int, str], folder: Path) -> int | None:
    """Return which of a model's outputs stands for entailment; None for a model of one output.

    Raises EmbeddingError where no label is named so: guessing the order would turn verdicts round.
    """
    if len(labels) == 1:
        return None
    found = [int(number) for number, label in labels.items() if str(label).strip().lower() in _ENTAILED]
    if len(found) != 1:
        raise EmbeddingError(
            f"The cross-encoder in {folder} has the labels {', '.join(map(str, labels.values()))}, and none that says "
            "which one is entailment.",
            next_step="Name the labels in id2label of its config.json, one of them “entailment”.",
        )
    return found[0]
