"""Prepares the packaged model for onnxruntime, once: embedding is nearly all of the cost of indexing.

Made are the model that embeds, its table of word meanings, and the model that reads a question and a text together. All
are compared with what torch computes before they are kept.

Run as ``python -m assistant.embedding.export``, it puts the prepared model into the Python environment, where
every data folder shares it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.embedding import meanings, networks, onnx_building, packaged
from assistant.errors import EmbeddingError

if TYPE_CHECKING:
    from assistant.embedding.onnxruntime_engine import OnnxRuntimeEmbedder

FILE_NAME = f"{packaged.MODEL_NAME}-int8.onnx"
ANSWERABILITY_FILE_NAME = f"{packaged.MODEL_NAME}-answerability-int8.onnx"
RECIPE = "3"
"""Raise it when the way of preparing changes: models prepared before are not taken any more."""
MOST_STRAYING = 1.0
"""Of the logits of a question and a text, on the same sample."""
LEAST_MEAN_COSINE = 0.985
"""Against sentence-transformers on the sample below. Measured: .994 on 96 encyclopedia passages."""

_SAMPLE = (
    "Each school writes a parent and family engagement policy jointly with the families it serves.",
    "Where is the annual meeting announced, and who is invited to it?",
    "The district reserves a share of the allocation, most of which is distributed to schools.",
    "Los estudiantes aprenden inglés mientras participan en un currículo riguroso.",
    "(c)(4)(A) timely information about programs under this part;",
    "Volunteers are trained in September. They help in the library, at lunch and on field trips.",
    "Attendance below 90 percent counts as chronic absence; letters go out after the third unexcused absence.",
    "A budget of $1,250 covers child care, snacks and an interpreter for four evening workshops.",
)

_QUESTION = "Who writes the engagement policy of a school?"


def environment_folder() -> Path:
    """Return where a prepared model belongs that all data folders of this Python environment share."""
    return Path(sys.prefix) / "share" / "family-engagement-assistant"


def find_prepared(folders: Iterable[Path]) -> Path | None:
    """Return the first prepared model that was made from the packaged weights and is undamaged."""
    for folder in folders:
        path = folder / FILE_NAME
        try:
            manifest = json.loads(_manifest(path).read_text(encoding="utf-8"))
            made_alike = manifest.items() >= _made_from().items()
            intact = made_alike and all(manifest[name] == _sha256(one) for name, one in _parts(path).items())
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if intact:
            return path
    return None


def prepare(folder: Path) -> Path:
    """Export the packaged model into ``folder``, with its table of word meanings, and return its path.

    Up to a minute on two cores, most of it for the table.

    Raises EmbeddingError where a part is missing, the folder cannot be written, or the result strays from
    sentence-transformers. Model and table are taken only together and complete.
    """
    from assistant.embedding.onnxruntime_engine import OnnxRuntimeEmbedder

    source = packaged.verified_model_folder()
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch, _quiet():
            made = _build(source, Path(scratch))
            engine = OnnxRuntimeEmbedder(made, source / "tokenizer.json")
            _compare(source, engine)
            np.save(made.with_name(meanings.FILE_NAME), engine.compute_meanings())
            manifest = _made_from() | {name: _sha256(one) for name, one in _parts(made).items()}
            # The manifest goes last: without it the model is not taken, so a half-made one never is.
            for one, place in zip(_parts(made).values(), _parts(path).values(), strict=True):
                os.replace(one, place)
            scratch_manifest = Path(scratch) / "manifest"
            scratch_manifest.write_text(json.dumps(manifest), encoding="utf-8")
            os.replace(scratch_manifest, _manifest(path))
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        # Only the first line: torch prints whole tensors below it.
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise EmbeddingError(
            f"The embedding model could not be prepared for onnxruntime: {reason}.",
            kept="Nothing was changed.",
            next_step="Set embedding_engine to torch to do without it, or install the locked requirements again.",
        ) from error
    return path


def _build(source: Path, scratch: Path) -> Path:
    """Write the models below ``scratch`` and return the path of the one that embeds."""
    made = onnx_building.build(networks.token_vectors(source), "tokens", ("text", "token"), scratch)
    os.replace(made, scratch / FILE_NAME)
    network = networks.question_and_text(source, networks.ANSWERABILITY)
    os.replace(onnx_building.build(network, "logits", ("text",), scratch), scratch / ANSWERABILITY_FILE_NAME)
    return scratch / FILE_NAME


def _made_from() -> dict[str, str]:
    learned = networks.ANSWERABILITY
    return {"weights": packaged.WEIGHTS_SHA256, "recipe": RECIPE, learned.name: _sha256(learned)}


def _parts(model: Path) -> dict[str, Path]:
    """Return the files of a prepared model by what its manifest calls their digests."""
    return {"sha256": model} | {name: model.with_name(name) for name in (meanings.FILE_NAME, ANSWERABILITY_FILE_NAME)}


def _compare(source: Path, engine: OnnxRuntimeEmbedder) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(source), device="cpu", local_files_only=True)
    expected = reference.encode(list(_SAMPLE), normalize_embeddings=True, show_progress_bar=False)
    got = np.asarray(engine.embed_documents(list(_SAMPLE)))
    mean = float((expected * got).sum(axis=1).mean())
    if mean < LEAST_MEAN_COSINE:
        raise ValueError(f"its vectors stray from the original's (mean cosine {mean:.3f})")
    network = networks.question_and_text(source, networks.ANSWERABILITY)
    for text in _SAMPLE:
        pieces = reference.tokenizer([[_QUESTION, text]], return_tensors="pt")
        with torch.no_grad():
            logit = float(network(pieces["input_ids"], pieces["attention_mask"], pieces["token_type_ids"]))
        strays = abs(engine.logits(_QUESTION, [text])[0] - logit)
        if strays > MOST_STRAYING:
            raise ValueError(f"what it says of an answer strays from the original's by {strays:.2f}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporters' warnings and progress lines, which ask nothing of the reader, off the terminal."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def _manifest(path: Path) -> Path:
    return path.with_suffix(".json")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    """Prepare the model for this Python environment unless that was done; the exit status."""
    if find_prepared([environment_folder()]) is not None:
        return 0
    print("Preparing the embedding model (once, up to a minute) ...", flush=True)
    try:
        prepare(environment_folder())
    except EmbeddingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
