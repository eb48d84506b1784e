"""How well the support check tells claims that their evidence carries from others, beside plain word overlap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.embedding.base import Embedder
from assistant.errors import UsageError
from assistant.models import load_embedder, load_model
from assistant.prompts import Prompts
from assistant.settings import Settings
from assistant.support import Accuracy, load_cases, measure, overlap_accuracy
from assistant.support.base import SupportCheck
from assistant.support.loading import load_support_check


@dataclass(frozen=True, slots=True)
class SupportBenchmark:
    """``accuracies`` are those of the check that is set (``ours``) and of the baseline (``overlap``)."""

    name: str
    check: str
    accuracies: Mapping[str, Accuracy]

    def as_json(self) -> dict[str, object]:
        return {
            "set": self.name,
            "claims": self.accuracies["ours"].count,
            "auroc": {method: _rounded(one.auroc) for method, one in self.accuracies.items()},
            "balanced_accuracy": {method: _rounded(one.balanced_accuracy) for method, one in self.accuracies.items()},
        }

    def as_text(self) -> str:
        shown = [("", ("ours", "overlap"))]
        for name, field in (
            ("AUROC", "auroc"),
            ("balanced accuracy", "balanced_accuracy"),
            ("supported passed", "supported_passed"),
            ("unsupported caught", "unsupported_caught"),
        ):
            ours, overlap = (_shown(getattr(self.accuracies[method], field)) for method in ("ours", "overlap"))
            shown.append((name, (ours, overlap)))
        table = "\n".join(f"{name:<20}{ours:>9}{overlap:>9}" for name, (ours, overlap) in shown)
        return f"{self.name}: {self.accuracies['ours'].count} claims, checked by {self.check}\n{table}"


def run_support(file: Path, settings: Settings) -> SupportBenchmark:
    """Measure the support check of the settings on the claims in ``file``.

    Raises UsageError for a file without claims, or one that cannot be read; SettingsError and EmbeddingError where the
    check cannot be used.
    """
    cases = load_cases(file)
    if not cases:
        raise UsageError(
            f"{file} has no claims.",
            next_step='Each line is an object like {"claim": "…", "evidence": ["…"], "supported": true}.',
        )
    check = _check(settings, load_embedder(settings))
    accuracies = {"ours": measure(check, cases), "overlap": overlap_accuracy(cases)}
    return SupportBenchmark(file.stem, check.name, accuracies)


def _check(settings: Settings, embedder: Embedder) -> SupportCheck:
    model = load_model(settings) if settings.support_check == "model" else None
    return load_support_check(settings, embedder, model, Prompts(settings.prompts))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
