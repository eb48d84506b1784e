"""Measuring a check on labelled claims: the statistic itself, rows of one claim, and files that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from assistant.errors import UsageError
from assistant.support import (
    BuiltInCheck,
    Claim,
    LabelledClaim,
    Verdict,
    load_cases,
    measure,
    overlap_accuracy,
    word_overlap,
)
from assistant.support.accuracy import auroc, summarise

LABELLED = Path(__file__).parents[2] / "eval" / "support.jsonl"
scored = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=40)


def case(supported: bool, number: int, kind: str = "") -> LabelledClaim:
    return LabelledClaim(str(number), Claim("a claim", ("evidence",)), supported, kind or str(supported))


@given(scored)
def test_it_is_the_statistic_that_scikit_learn_computes_ties_included(rows: list[tuple[bool, int]]) -> None:
    labels = np.array([label for label, _ in rows])
    scores = np.array([score / 6 for _, score in rows])
    accuracy = summarise((case(label, at), score / 6, score > 3) for at, (label, score) in enumerate(rows))
    if labels.all() or not labels.any():
        assert accuracy.auroc is None
        assert accuracy.balanced_accuracy is None
    else:
        assert accuracy.auroc == pytest.approx(roc_auc_score(labels, scores))
        assert accuracy.balanced_accuracy == pytest.approx(balanced_accuracy_score(labels, scores > 0.5))


def test_no_claims_measure_nothing() -> None:
    accuracy = summarise([])
    assert (accuracy.count, accuracy.auroc, accuracy.balanced_accuracy, accuracy.kinds) == (0, None, None, {})
    assert auroc(np.array([True]), np.array([0.5])) is None


def test_of_the_rows_of_one_claim_the_best_counts() -> None:
    rows = [(case(True, 1), 0.2, False), (case(True, 1), 0.9, True), (case(False, 2), 0.5, True)]
    accuracy = summarise(rows)
    assert (accuracy.count, accuracy.auroc) == (2, 1.0)
    assert (accuracy.supported_passed, accuracy.unsupported_caught) == (1.0, 0.0)
    assert {kind: (one.right, one.count) for kind, one in accuracy.kinds.items()} == {"True": (1, 1), "False": (0, 1)}


class Says:
    """A check that finds supported what has the word yes."""

    name = "says"

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        return [Verdict("yes" in claim.text, float("yes" in claim.text), None, ()) for claim in claims]


def test_a_check_is_measured_by_kind(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "claim": "yes", "evidence": ["a"], "supported": True, "kind": "paraphrase"},
        {"id": "2", "claim": "no", "evidence": ["a"], "supported": True, "kind": "paraphrase"},
        {"id": "3", "claim": "yes", "evidence": ["a"], "supported": False, "kind": "number"},
        {"claim": "no", "evidence": ["a", "b"], "supported": False, "contexts": ["A", ""]},
    ]
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    cases = load_cases(path)
    assert cases[3] == LabelledClaim("4", Claim("no", ("a", "b"), ("A", "")), False, "unsupported")
    accuracy = measure(Says(), cases)
    assert {kind: (one.right, one.count) for kind, one in accuracy.kinds.items()} == {
        "number": (0, 1),
        "paraphrase": (1, 2),
        "unsupported": (1, 1),
    }
    assert accuracy.kinds["paraphrase"].share == 0.5
    assert accuracy.auroc == 0.5


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"claim": "a", "evidence": ["b"]}',
        '{"claim": "a", "evidence": "b", "supported": true}',
        '{"claim": "a", "evidence": ["b"], "supported": "yes"}',
        '{"claim": "a", "evidence": ["b"], "contexts": ["c", "d"], "supported": true}',
        '{"claim": 1, "evidence": ["b"], "supported": true}',
    ],
)
def test_a_line_that_is_no_labelled_claim_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text('{"claim": "a", "evidence": ["b"], "supported": true}\n' + line, encoding="utf-8")
    with pytest.raises(UsageError, match="Line 2 of"):
        load_cases(path)


def test_a_file_that_is_not_there_is_said_to_be_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_cases(tmp_path / "none.jsonl")


def test_the_baseline_counts_content_words() -> None:
    assert word_overlap("The schools planned a meeting.", ["A school plans meetings."]) == 1.0
    assert word_overlap("Parents planned a meeting.", ["A school plans it.", "Meetings"]) == pytest.approx(2 / 3)
    assert word_overlap("", ["x"]) == 0.0


def test_the_labelled_claims_that_ship_are_judged_better_than_by_overlap() -> None:
    cases = load_cases(LABELLED)
    accuracy = measure(BuiltInCheck(None), cases)
    baseline = overlap_accuracy(cases)
    assert accuracy.auroc is not None
    assert baseline.auroc is not None
    assert accuracy.auroc > baseline.auroc + 0.2
    caught = [accuracy.kinds[kind] for kind in ("number", "force", "negation")]
    assert sum(one.right for one in caught) >= 0.93 * sum(one.count for one in caught)
    assert accuracy.kinds["supported"].share >= 0.95
