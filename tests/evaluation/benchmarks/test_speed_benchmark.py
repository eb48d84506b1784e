"""The speed benchmark: both sides on real PDF files, what is made of the figures, and the made-up libraries."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from fpdf import FPDF

from assistant.embedding.base import PassageInput
from assistant.errors import AssistantError, UsageError
from assistant.evaluation.benchmarks import speed
from assistant.evaluation.benchmarks.growth import GrowthPoint, measure_growth
from assistant.evaluation.benchmarks.speed import SideFigures, SpeedBenchmark, run_speed
from assistant.evaluation.benchmarks.speed_chart import speed_chart
from assistant.evaluation.benchmarks.synthetic import CheapEmbedder, SyntheticText
from assistant.models import load_embedder
from assistant.records import Span
from assistant.settings import Settings, load_settings

SENTENCES = (
    "Each school writes a policy with its families.",
    "The annual meeting is held at a flexible time.",
    "The district keeps a share of the money for schools.",
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings({"data": tmp_path_factory.mktemp("data")}, environment={})


def write_pdf(path: Path, pages: int = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pdf = FPDF()
    for number in range(pages):
        pdf.add_page()
        pdf.set_font("Helvetica", size=12)
        pdf.multi_cell(0, 8, f"Page {number}. " + " ".join(SENTENCES))
    pdf.output(str(path))
    return path


def figures(factor: float = 1.0, *, answers: bool = True) -> SideFigures:
    return SideFigures(
        pages=100, passages=200, index_seconds=10 * factor, again_seconds=2 * factor, cold_seconds=1 * factor,
        search_p50=0.02 * factor, search_p95=0.04 * factor, searches_a_second=40 / factor,
        answer_p50=0.1 if answers else None, answer_p95=0.2 if answers else None,
        index_memory=300 * factor, search_memory=200 * factor,
    )  # fmt: skip


@pytest.fixture
def measured() -> SpeedBenchmark:
    growth = (GrowthPoint(1000, 5, 0.1, 0.03, 0.01, 0.02), GrowthPoint(10_000, 50, 0.5, 0.3, 0.02, 0.05))
    return SpeedBenchmark(3, figures(), figures(4, answers=False), growth)


@pytest.mark.timeout(400)  # torch is loaded twice
def test_both_sides_are_measured_on_the_same_files(settings: Settings, tmp_path: Path) -> None:
    write_pdf(tmp_path / "documents" / "one.pdf")
    write_pdf(tmp_path / "documents" / "deep" / "one.pdf", 3)
    steps: list[str] = []
    found = run_speed(tmp_path / "documents", settings, [40], lambda step, done, total: steps.append(step))
    assert found.files == 2
    assert (found.ours.pages, found.plain.pages) == (5, 5)
    assert found.ours.answer_p50 is not None
    assert found.plain.answer_p50 is None
    assert all(value > 0 for value in found.ratios.values())
    assert 20 <= found.growth[0].passages <= 80
    assert {"measuring the assistant", "measuring the plain pipeline"} <= set(steps)
    json.dumps(found.as_json())


def test_a_folder_without_a_pdf_is_an_error(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("text")
    with pytest.raises(UsageError, match="no PDF file"):
        run_speed(tmp_path, settings)


def test_a_side_that_fails_is_said_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="'ours' of the comparison failed at index"):
        speed._child(["ours", "index", str(tmp_path / "none"), str(tmp_path / "data")], [], {"PATH": "/usr/bin"})


def test_every_ratio_is_above_one_where_ours_is_better(measured: SpeedBenchmark) -> None:
    assert all(value == pytest.approx(4.0) for value in measured.ratios.values())
    turned = SpeedBenchmark(3, measured.plain, measured.ours, ())
    assert all(value == pytest.approx(0.25) for value in turned.ratios.values())


def test_the_text_and_the_json_say_the_same(measured: SpeedBenchmark) -> None:
    text, value = measured.as_text(), measured.as_json()
    assert "4.0x" in text
    assert "10,000" in text
    assert "100 ms at the median" in text
    assert value["ratios"] == dict.fromkeys(measured.ratios, 4.0)
    assert value["growth"] == [point.as_json() for point in measured.growth]
    assert measured.growth[1].as_json()["p95_ms"] == 50.0
    assert measured.growth[1].as_json()["first_ms"] == 300.0
    assert "300 ms" in text


@pytest.mark.parametrize("with_growth", [True, False])
def test_the_chart_is_the_same_svg_each_time(measured: SpeedBenchmark, with_growth: bool) -> None:
    drawn = measured if with_growth else SpeedBenchmark(3, measured.ours, measured.plain, ())
    chart = speed_chart(drawn)
    assert ElementTree.fromstring(chart).tag.endswith("svg")
    words = chart.decode()
    assert "pages a second" in words
    assert ("How the cost grows" in words) == with_growth
    assert speed_chart(drawn) == chart


def test_made_up_text_is_the_same_each_time_and_no_sentence_twice() -> None:
    one, other = (SyntheticText(SENTENCES * 3).document(30) for _ in range(2))
    assert one == other
    sentences = one.split(". ")
    assert len(set(sentences)) > 0.95 * len(sentences)
    with pytest.raises(ValueError, match="without a sentence"):
        SyntheticText(["", "12 34"])


def test_cheap_vectors_are_near_where_words_are_shared(settings: Settings) -> None:
    cheap = CheapEmbedder(load_embedder(settings))
    texts = ["the annual meeting is in May", "the annual meeting is in June", "volunteers paint a fence"]
    inputs = [PassageInput("", text, (Span(0, 3),)) for text in texts]
    one, like, unlike = (embedded.vector for embedded in cheap.embed_passages(inputs))
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert one @ like > one @ unlike
    assert cheap.query_vector(texts[0]) == pytest.approx(one, abs=1e-6)
    assert cheap.embed_passages(inputs)[0].sentences.shape == (1, cheap.dimension)


def test_what_a_question_costs_is_what_it_costs_the_real_model(settings: Settings) -> None:
    """A method that is not passed on would be left out of the measured time."""
    real = load_embedder(settings)
    cheap = CheapEmbedder(real)
    question, text = "When is the meeting?", "The annual meeting is in May."
    assert cheap.answerability(question, [text]) == real.answerability(question, [text])
    assert cheap.meanings(question, [text]).nearest == pytest.approx(real.meanings(question, [text]).nearest)
    assert cheap.token_vectors([text])[0].offsets == real.token_vectors([text])[0].offsets


def test_growth_is_measured_from_the_smallest_up(settings: Settings) -> None:
    steps: list[str] = []

    def told(step: str, done: int, total: int) -> None:
        steps.append(step)

    points = measure_growth([60, 30], SENTENCES, load_embedder(settings), told)
    assert points[0].passages < points[1].passages
    assert all(point.p50_seconds <= point.p95_seconds for point in points)
    assert any(step.startswith("searching") for step in steps)
