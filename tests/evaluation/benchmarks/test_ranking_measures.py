"""The measures against ir-measures, counting by brute force, and examples computed by hand."""

from __future__ import annotations

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.benchmarks.ranking import (
    area_under_curve,
    balanced_accuracy,
    discounted_gain,
    recall,
    reciprocal_rank,
)

ROWS = [f"row{number}" for number in range(14)]


@given(
    st.permutations(ROWS),
    st.integers(1, len(ROWS)),
    st.dictionaries(st.sampled_from(ROWS), st.integers(0, 3), min_size=1),
    st.sampled_from([1, 3, 5, 10]),
)
def test_they_are_those_of_ir_measures(order: list[str], length: int, relevant: dict[str, int], depth: int) -> None:
    ranking = order[:length]
    run = {"q": {row: float(len(ROWS) - place) for place, row in enumerate(ranking)}}
    measures = [ir_measures.nDCG @ depth, ir_measures.R @ depth, ir_measures.RR @ depth]
    expected = ir_measures.calc_aggregate(measures, {"q": relevant}, run)
    ours = (
        discounted_gain(ranking, relevant, depth),
        recall(ranking, relevant, depth),
        reciprocal_rank(ranking, relevant, depth),
    )
    if any(grade > 0 for grade in relevant.values()):
        assert ours == pytest.approx([expected[measure] for measure in measures])
    else:
        assert ours == (0.0, 0.0, 0.0)


def test_graded_gain_by_hand() -> None:
    # Gains 1, 0, 2 at ranks 1 to 3, of the best possible 2, 1.
    gained = 1 + 2 / math.log2(4)
    assert discounted_gain(["b", "x", "a"], {"a": 2, "b": 1}, 10) == pytest.approx(gained / (2 + 1 / math.log2(3)))
    assert discounted_gain(["b", "x", "a"], {"a": 2, "b": 1}, 1) == pytest.approx(1 / 2)


def test_recall_and_reciprocal_rank_by_hand() -> None:
    relevant = {"a": 1, "b": 2, "c": 1, "d": 0}
    assert recall(["d", "a", "x", "b"], relevant, 3) == pytest.approx(1 / 3)
    assert recall(["d", "a", "x", "b"], relevant, 4) == pytest.approx(2 / 3)
    assert reciprocal_rank(["d", "a", "x", "b"], relevant, 4) == pytest.approx(1 / 2)
    assert reciprocal_rank(["d", "a"], relevant, 1) == 0.0


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=25))
def test_the_area_is_the_share_of_pairs_in_the_right_order(scored: list[tuple[int, bool]]) -> None:
    positives = [score for score, positive in scored if positive]
    negatives = [score for score, positive in scored if not positive]
    pairs = [(one > other) + (one == other) / 2 for one in positives for other in negatives]
    area = area_under_curve([score for score, _ in scored], [positive for _, positive in scored])
    assert area == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_the_area_refuses_what_it_cannot_compare() -> None:
    with pytest.raises(ValueError, match="scores for"):
        area_under_curve([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="not a number"):
        area_under_curve([0.1, math.nan], [True, False])


def test_balanced_accuracy_by_hand() -> None:
    # Three of four supported found, one of two unsupported.
    predicted, positive = [True, True, True, False, True, False], [True] * 4 + [False] * 2
    assert balanced_accuracy(predicted, positive) == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert balanced_accuracy([True], [True]) is None
    with pytest.raises(ValueError, match="predictions"):
        balanced_accuracy([True], [True, False])
