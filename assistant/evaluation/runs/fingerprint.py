"""What a run's results depend on, as short hashes, so that two runs can be said to differ in this or that."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.evaluation.cases.files import set_hash
from assistant.records import EvaluationSet, RunFingerprint
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.app import Assistant

SEED = 20_180_215
_NO_MODEL = "none (quotes)"
_SILENT = frozenset(
    "corpus data host port prompts model_base_url embedding_base_url remote_model_allowed file_megabytes file_pages "
    "file_seconds file_memory_megabytes model embedding_model embedding_engine support_check".split()
)
"""Settings that do not bear on an answer, are told apart in a field of their own, or may hold an address or a key."""

_NAMES = {
    "set_hash": "the questions",
    "corpus": "the documents",
    "embedding": "the embedding model",
    "prompts": "the prompts",
    "model": "the language model",
    "support_check": "the support check",
    "code": "the program",
    "version": "its version",
}


def fingerprint_of(assistant: Assistant, evaluation_set: EvaluationSet) -> RunFingerprint:
    """Return the fingerprint of a run of this set that starts now."""
    return RunFingerprint(
        set_hash=set_hash(evaluation_set.cases),
        corpus=corpus_hash(assistant),
        embedding=assistant.embedder.fingerprint,
        prompts=assistant.prompts.version(),
        model=assistant.settings.model or _NO_MODEL,
        support_check=assistant.support_check.name,
        code=code_hash(),
        version=__version__,
        settings=telling_settings(assistant.settings),
        seed=SEED,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def corpus_hash(assistant: Assistant) -> str:
    """Return a hash of the documents in the library and of what is said about them."""
    told = [
        (one.source, one.id, one.title, one.year, one.kind, one.language, one.original)
        for one in assistant.overview().documents
    ]
    return _hash(json.dumps(sorted(told, key=lambda one: one[0]), ensure_ascii=False).encode())


@cache
def code_hash() -> str:
    """Return a hash of the sources of the program, so that a change that has no version yet is noticed."""
    package = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        # How results are measured and shown does not change them.
        if path.relative_to(package).parts[0] not in {"evaluation", "web", "cli"}:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def telling_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that bear on answers, as text; no key and no address is among them."""
    values = settings.model_dump(mode="json")
    return {
        name: json.dumps(value)
        for name, value in sorted(values.items())
        if name not in _SILENT and not name.endswith(("_key", "_url", "_token", "_password"))
    }


def differences(one: RunFingerprint, other: RunFingerprint) -> dict[str, tuple[str, str]]:
    """Return in what two runs differ, as people name it, with both values; when they started does not count."""
    found = {
        words: (getattr(one, name), getattr(other, name))
        for name, words in _NAMES.items()
        if getattr(one, name) != getattr(other, name)
    }
    for name in sorted({*one.settings, *other.settings}):
        values = one.settings.get(name, "not set"), other.settings.get(name, "not set")
        if values[0] != values[1]:
            found[f"the setting {name}"] = values
    return found


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
