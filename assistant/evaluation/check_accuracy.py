"""How often the support check of this installation is right: measured on labelled claims once, and kept.

It is kept in the data folder until the check, its embedding model, the claims or the program change.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from assistant.errors import UsageError
from assistant.evaluation.cases.files import replace_file
from assistant.evaluation.runs.fingerprint import code_hash
from assistant.evaluation.runs.folder import evaluation_folder
from assistant.settings import PROJECT
from assistant.support import Accuracy, LabelledClaim, load_cases, measure

if TYPE_CHECKING:
    from assistant.app import Assistant

LABELLED_CLAIMS = PROJECT / "eval" / "claims" / "support-held-out.jsonl"
"""Claims over the built-in documents that nobody looked at while the checks were written."""
CLAIMS_FOR_A_JUDGE = 40
"""A language model as the check takes its time, and may cost money."""
FILE = "check-accuracy.json"


@dataclass(frozen=True, slots=True)
class CheckAccuracy:
    """What ``check`` did on labelled claims; ``key`` is a hash of all that it depends on, ``measured_at`` a UTC time
    in ISO 8601."""

    key: str
    check: str
    accuracy: Accuracy
    measured_at: str

    @property
    def words(self) -> str:
        """Say it in a sentence without its end."""
        found = self.accuracy
        parts = []
        if found.supported_passed is not None:
            parts.append(f"{found.supported_passed:.0%} of the supported ones passed")
        if found.unsupported_caught is not None:
            parts.append(f"{found.unsupported_caught:.0%} of the others were caught")
        area = f" (AUROC {found.auroc:.2f})" if found.auroc is not None else ""
        return f"of {found.count} labelled claims, {' and '.join(parts)}{area}"


def asks_a_model(assistant: Assistant) -> bool:
    """Whether measuring would send requests to the language model."""
    return assistant.settings.support_check == "model"


def measured(assistant: Assistant) -> CheckAccuracy | None:
    """Measure the check now and keep what comes of it; None without labelled claims.

    Raises the AssistantErrors of building the check, UsageError for claims that cannot be read.
    """
    check, claims = assistant.support_check, _claims(assistant)
    if not claims:
        return None
    at = datetime.now(UTC).isoformat(timespec="seconds")
    found = CheckAccuracy(_key(assistant), check.name, measure(check, claims), at)
    path = _path(assistant)
    with contextlib.suppress(OSError, UsageError):  # what cannot be kept is measured again
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, TypeAdapter(CheckAccuracy).dump_json(found, indent=1))
    return found


def kept(assistant: Assistant) -> CheckAccuracy | None:
    """Return what was measured of the check as it is now, None where that was not done or cannot be read.

    Raises as ``measured``.
    """
    try:
        found: CheckAccuracy = TypeAdapter(CheckAccuracy).validate_json(_path(assistant).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.key == _key(assistant) else None


def _claims(assistant: Assistant) -> list[LabelledClaim]:
    claims = load_cases(LABELLED_CLAIMS) if LABELLED_CLAIMS.is_file() else []
    return claims[:: max(1, len(claims) // CLAIMS_FOR_A_JUDGE)] if asks_a_model(assistant) else claims


def _key(assistant: Assistant) -> str:
    settings = assistant.settings
    claims = LABELLED_CLAIMS.read_bytes() if LABELLED_CLAIMS.is_file() else b""
    judge = settings.model if asks_a_model(assistant) else None
    told = (settings.support_check, judge, assistant.embedder.fingerprint, code_hash())
    return hashlib.sha256(repr(told).encode() + claims).hexdigest()[:16]


def _path(assistant: Assistant) -> Path:
    return evaluation_folder(assistant.settings.data) / FILE
