"""How fast the assistant is beside the plain LangChain pipeline, in one run on one machine.

Each side is measured in processes of its own: one that indexes, then one that starts cold and searches.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import AssistantError, UsageError
from assistant.evaluation.benchmarks.growth import SIZES, GrowthPoint, Progress, measure_growth
from assistant.models import load_embedder
from assistant.reading import Reader, ReadingJob, ReadingLimits
from assistant.records import Document
from assistant.settings import Settings, child_environment

_QUESTIONS = 60
_WORDS = 12
_PASSED_ON = ("embedding_model", "embedding_base_url", "embedding_engine")


@dataclass(frozen=True, slots=True)
class SideFigures:
    """One side: counts, seconds, and the peak memory of indexing and of searching in MiB.

    ``index_seconds`` are from the start of the process, loading the model included; ``cold_seconds`` likewise to the
    first result. ``answer_p50`` and ``answer_p95`` are of a whole answer, None for a pipeline that only searches.
    """

    pages: int
    passages: int
    index_seconds: float
    again_seconds: float
    cold_seconds: float
    search_p50: float
    search_p95: float
    searches_a_second: float
    answer_p50: float | None
    answer_p95: float | None
    index_memory: float
    search_memory: float

    @property
    def pages_a_second(self) -> float:
        return self.pages / self.index_seconds


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the comparison: what it is called, how its value is read off a side, and how that is written."""

    name: str
    value: Callable[[SideFigures], float]
    form: str
    more_is_better: bool = False


_ROWS = (
    _Row("pages a second", lambda one: one.pages_a_second, "{:.1f}", more_is_better=True),
    _Row("index again unchanged", lambda one: one.again_seconds, "{:.2f} s"),
    _Row("cold start", lambda one: one.cold_seconds, "{:.2f} s"),
    _Row("searches a second", lambda one: one.searches_a_second, "{:.1f}", more_is_better=True),
    _Row("search, median", lambda one: one.search_p50 * 1000, "{:.0f} ms"),
    _Row("search, 95th percentile", lambda one: one.search_p95 * 1000, "{:.0f} ms"),
    _Row("memory while indexing", lambda one: one.index_memory, "{:.0f} MiB"),
    _Row("memory while searching", lambda one: one.search_memory, "{:.0f} MiB"),
)


@dataclass(frozen=True, slots=True)
class SpeedBenchmark:
    """Both sides on the same PDF files, and how ours grows; ``ratios`` are above 1 where ours is better."""

    files: int
    ours: SideFigures
    plain: SideFigures
    growth: tuple[GrowthPoint, ...]

    @property
    def ratios(self) -> dict[str, float]:
        found = {}
        for row in _ROWS:
            ours, plain = row.value(self.ours), row.value(self.plain)
            found[row.name] = ours / plain if row.more_is_better else plain / ours
        return found

    def as_json(self) -> dict[str, object]:
        return {
            "files": self.files,
            "ours": _side_json(self.ours),
            "plain": _side_json(self.plain),
            "ratios": {name: round(value, 2) for name, value in self.ratios.items()},
            "growth": [point.as_json() for point in self.growth],
        }

    def as_text(self) -> str:
        lines = [
            f"{self.files} PDF files, {self.ours.pages} pages",
            f"{'':<26}{'ours':>12}{'plain':>12}{'better by':>12}",
        ]
        for row in _ROWS:
            ours, plain = (row.form.format(row.value(side)) for side in (self.ours, self.plain))
            lines.append(f"{row.name:<26}{ours:>12}{plain:>12}{self.ratios[row.name]:>11.1f}x")
        if self.ours.answer_p50 is not None and self.ours.answer_p95 is not None:
            lines.append(
                f"A whole answer, with its citations checked: {self.ours.answer_p50 * 1000:.0f} ms at the median, "
                f"{self.ours.answer_p95 * 1000:.0f} ms at the 95th percentile; the plain pipeline only searches."
            )
        if self.growth:
            lines += [
                "",
                f"{'passages':>12}{'index again':>14}{'first search':>14}{'search p50':>14}{'search p95':>14}",
            ]
        for point in self.growth:
            lines.append(
                f"{point.passages:>12,}{point.again_seconds:>12.2f} s{point.first_seconds * 1000:>11.0f} ms"
                f"{point.p50_seconds * 1000:>11.0f} ms"
                f"{point.p95_seconds * 1000:>11.0f} ms"
            )
        return "\n".join(lines)


def run_speed(
    documents: Path | None, settings: Settings, sizes: Sequence[int] = SIZES, progress: Progress | None = None
) -> SpeedBenchmark:
    """Measure both sides on the PDF files below ``documents`` (the corpus of the settings where that is None), and
    how the assistant grows to each of ``sizes`` passages; with 100,000 of them it takes some minutes.

    Raises UsageError where there is no PDF file that can be read, AssistantError where one side fails.
    """
    tell = progress or (lambda step, done, total: None)
    files = sorted((documents or settings.corpus).rglob("*.pdf"))
    with tempfile.TemporaryDirectory(prefix="speed-") as scratch:
        folder = _gathered(files, Path(scratch, "documents"))
        read = _read(folder)
        if not read:
            raise UsageError(
                f"There is no PDF file below {documents or settings.corpus} that can be read.",
                next_step="Name a folder of PDF files with --documents.",
            )
        # The model is prepared once, before anything is timed.
        ours = Path(scratch, "ours")
        embedder = load_embedder(settings.model_copy(update={"data": ours}))
        questions = _questions(read)
        environment = _environment(settings)
        tell("measuring the assistant", 0, 2)
        our_side = _side("ours", folder, ours, questions, environment)
        tell("measuring the plain pipeline", 1, 2)
        plain_side = _side("plain", folder, Path(scratch, "plain"), questions, environment)
        growth = measure_growth(sizes, [one.text for one in read], embedder, tell)
    return SpeedBenchmark(len(files), our_side, plain_side, tuple(growth))


def _gathered(files: Sequence[Path], folder: Path) -> Path:
    folder.mkdir(parents=True)
    for number, path in enumerate(files):
        shutil.copy(path, folder / f"{number:04d}-{path.name}")
    return folder


def _read(folder: Path) -> list[Document]:
    reader = Reader(ReadingLimits(megabytes=100, pages=2000, seconds=120, memory_megabytes=1024))
    try:
        jobs = [ReadingJob(path, path.name, None) for path in sorted(folder.iterdir())]
        return [one for one in reader.read_many(jobs) if isinstance(one, Document) and one.sentences]
    finally:
        reader.close()


def _questions(read: Sequence[Document]) -> list[str]:
    """Return openings of sentences, from all over the documents."""
    sentences = [" ".join(span.of(one.text).split()[:_WORDS]) for one in read for span in one.sentences]
    step = max(1, len(sentences) // _QUESTIONS)
    return sentences[::step][:_QUESTIONS]


def _environment(settings: Settings) -> dict[str, str]:
    return child_environment({name: getattr(settings, name) for name in (*_PASSED_ON, "embedding_api_key")})


def _side(
    name: str, documents: Path, data: Path, questions: Sequence[str], environment: Mapping[str, str]
) -> SideFigures:
    indexed = _child([name, "index", str(documents), str(data)], [], environment)
    searched = _child([name, "search", str(documents), str(data)], questions, environment)
    seconds = searched["search_seconds"]
    answers = searched.get("answer_seconds")
    return SideFigures(
        pages=indexed["pages"],
        passages=indexed["passages"],
        index_seconds=indexed["index_seconds"],
        again_seconds=indexed["again_seconds"],
        cold_seconds=searched["cold_seconds"],
        search_p50=float(np.quantile(seconds, 0.5)),
        search_p95=float(np.quantile(seconds, 0.95)),
        searches_a_second=len(seconds) / sum(seconds),
        answer_p50=float(np.quantile(answers, 0.5)) if answers else None,
        answer_p95=float(np.quantile(answers, 0.95)) if answers else None,
        index_memory=indexed["memory_mib"],
        search_memory=searched["memory_mib"],
    )


def _child(arguments: Sequence[str], lines: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-m", f"{__package__}.side", *arguments],
        input="\n".join(lines),
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        reason = (run.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise AssistantError(
            f"The side {arguments[0]!r} of the comparison failed at {arguments[1]}: {reason}",
            next_step="Try it with other documents, or report this.",
        )
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def _side_json(side: SideFigures) -> dict[str, object]:
    return {
        "pages": side.pages,
        "passages": side.passages,
        "pages_a_second": round(side.pages_a_second, 2),
        "index_seconds": round(side.index_seconds, 2),
        "again_seconds": round(side.again_seconds, 3),
        "cold_seconds": round(side.cold_seconds, 2),
        "searches_a_second": round(side.searches_a_second, 1),
        "search_p50_ms": round(side.search_p50 * 1000, 1),
        "search_p95_ms": round(side.search_p95 * 1000, 1),
        "answer_p50_ms": None if side.answer_p50 is None else round(side.answer_p50 * 1000, 1),
        "answer_p95_ms": None if side.answer_p95 is None else round(side.answer_p95 * 1000, 1),
        "index_memory_mib": round(side.index_memory),
        "search_memory_mib": round(side.search_memory),
    }
