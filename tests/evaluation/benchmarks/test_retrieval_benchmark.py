"""The retrieval benchmark on a set small enough to know what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.evaluation.benchmarks.beir_library import fill
from assistant.evaluation.benchmarks.beir_set import Row
from assistant.evaluation.benchmarks.retrieval import RetrievalBenchmark, run_retrieval
from assistant.library.store import Library
from assistant.models import load_embedder
from assistant.settings import Settings, load_settings
from tests.evaluation.benchmarks.retrieval_samples import QUERIES, ROWS, write_set


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings({"data": tmp_path_factory.mktemp("data")}, environment={})


@pytest.fixture(scope="module")
def measured(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> RetrievalBenchmark:
    return run_retrieval(write_set(tmp_path_factory.mktemp("sets") / "pets"), settings)


def test_the_json_has_the_shape_that_others_read(measured: RetrievalBenchmark) -> None:
    value = json.loads(json.dumps(measured.as_json()))
    assert list(value) == [
        "set", "passages", "questions", "ndcg@10", "recall@5", "recall@10", "recall@100", "mrr@10", "refusal_auroc",
        "seconds",
    ]  # fmt: skip
    assert (value["set"], value["passages"], value["questions"]) == ("pets", 6, 4)
    for name in ("ndcg@10", "recall@5", "recall@10", "recall@100", "mrr@10", "refusal_auroc"):
        assert list(value[name]) == ["keyword", "vector", "ours"]
        assert all(0 <= one <= 1 for one in value[name].values())


def test_easy_questions_are_ranked_and_told_apart(measured: RetrievalBenchmark) -> None:
    assert measured.measures["ndcg@10"]["ours"] == 1.0
    assert measured.measures["recall@5"]["vector"] == 1.0
    assert measured.refusal_auroc is not None
    assert measured.refusal_auroc["ours"] == 1.0


def test_the_text_names_the_set_and_every_measure(measured: RetrievalBenchmark) -> None:
    text = measured.as_text()
    assert "pets: 6 passages, 4 questions, 3 of them with a relevant passage" in text
    assert [line.split()[0] for line in text.splitlines()[2:]] == [
        "ndcg@10", "recall@5", "recall@10", "recall@100", "mrr@10", "refusal",
    ]  # fmt: skip


def test_a_scope_leaves_nothing_else_in_the_ranking(settings: Settings, tmp_path: Path) -> None:
    """The query is about dogs; inside its scope there are cats only, so what it wants is never found."""
    query = {"_id": "q", "text": "What were retrievers bred for?", "scope": "Cats"}
    folder = write_set(tmp_path / "scoped", queries=[query], judgements=[("q", "c3", 1)])
    measured = run_retrieval(folder, settings)
    assert measured.measures["recall@100"] == {"keyword": 0.0, "vector": 0.0, "ours": 0.0}
    assert measured.refusal_auroc is None


def test_without_judgements_nothing_is_measured(settings: Settings, tmp_path: Path) -> None:
    measured = run_retrieval(write_set(tmp_path / "set", queries=QUERIES[:1], judgements=[]), settings)
    assert measured.as_json()["ndcg@10"] == {"keyword": None, "vector": None, "ours": None}
    assert "-" in measured.as_text()


def test_a_long_row_is_found_by_its_end_and_stays_one_row(settings: Settings, tmp_path: Path) -> None:
    long = " ".join(f"Paragraph {number} is about the weather of that day." for number in range(80))
    rows = [*ROWS, ("long", "Weather", f"{long} The lighthouse keeper counted whales.")]
    query = {"_id": "q", "text": "Who counted whales?"}
    folder = write_set(tmp_path / "set", rows=rows, queries=[query], judgements=[("q", "long", 1)])
    measured = run_retrieval(folder, settings)
    assert measured.passages == 7
    assert measured.measures["mrr@10"]["ours"] == 1.0
    assert measured.measures["recall@100"]["vector"] == 1.0


def test_every_row_has_its_passages_and_no_other(settings: Settings, tmp_path: Path) -> None:
    embedder = load_embedder(settings)
    odd = [Row("empty", "", " "), Row("title only", "Only a title", ""), Row("lines", "Cats", "one\n\n two\n")]
    rows = [*(Row(*one) for one in ROWS), *odd]
    steps: list[tuple[int, int]] = []
    with Library.open(tmp_path / "library") as library:
        filled = fill(library, embedder, rows, lambda done, total: steps.append((done, total)))
        texts = {row: library.passages([number])[0].text for number, row in filled.rows.items()}
        assert library.vectors_in_step(embedder.fingerprint)
    assert texts.keys() == {row.id for row in rows} - {"empty"}
    assert texts["c2"] == ROWS[1][2]
    assert texts["title only"] == "Only a title"
    assert steps[-1] == (len(filled.rows), len(filled.rows))
