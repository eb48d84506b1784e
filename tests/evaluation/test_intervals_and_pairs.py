"""Statistics: beside textbook values and scipy, and what has to hold whatever the numbers are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, ttest_rel

from assistant.evaluation.intervals import (
    bootstrap,
    bound_without_failures,
    interval_at_an_end,
    resampled_means,
    wilson,
)
from assistant.evaluation.paired import (
    Verdict,
    compare_paired,
    holm,
    mcnemar,
    needed_for_means,
    needed_for_rates,
    permutation,
    verdict,
)

VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=25)
ANSWERS = st.lists(st.booleans(), min_size=1, max_size=25)


def test_wilson_by_hand() -> None:
    # p = .8, n = 50, z = 1.96: (.8 + .0384 +- 1.96 sqrt(.0032 + .000384)) / 1.0768
    found = wilson(40, 50)
    assert [found.low, found.high] == pytest.approx([0.6696, 0.8876], abs=1e-4)


@given(st.integers(1, 200).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_wilson_holds_the_rate_and_stays_within_bounds(trial: tuple[int, int]) -> None:
    successes, count = trial
    found = wilson(successes, count)
    assert 0 <= found.low <= successes / count <= found.high <= 1
    assert found.low < found.high
    mirrored = wilson(count - successes, count)
    assert mirrored.low == pytest.approx(1 - found.high)


def test_no_failure_seen_is_not_no_failure() -> None:
    assert bound_without_failures(60) == 0.05
    assert bound_without_failures(2) == 1.0


def test_an_interval_at_an_end_reaches_as_far_as_a_case_unseen_may() -> None:
    found = interval_at_an_end(1.0, 60, -1.0, 1.0)
    assert [found.low, found.high] == pytest.approx([0.9, 1.0])
    found = interval_at_an_end(0.0, 60, 0.0, 1.0)
    assert [found.low, found.high] == pytest.approx([0.0, 0.05])
    assert interval_at_an_end(0.0, 1, 0.0, 1.0).high == 1.0


@given(VALUES)
def test_the_bootstrap_stays_within_the_values_and_is_the_same_each_time(values: list[float]) -> None:
    found = bootstrap(values)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert bootstrap(values) == found


def test_the_bootstrap_is_about_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.1, 400).tolist()
    found = bootstrap(values)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * 0.1 / math.sqrt(400), rel=0.15)


def test_questions_on_one_document_are_drawn_together() -> None:
    values = [0.0] * 20 + [1.0] * 20
    alone, together = bootstrap(values), bootstrap(values, ["a"] * 20 + ["b"] * 20)
    assert together.high - together.low > 2 * (alone.high - alone.low)
    assert set(resampled_means(values, ["a"] * 20 + ["b"] * 20)) == {0.0, 0.5, 1.0}
    # Each question counts the same, however many there are on its document.
    assert set(resampled_means([0.0, 0.0, 0.0, 1.0], ["a", "a", "a", "b"])) == {0.0, 0.25, 1.0}


@given(VALUES, st.integers(1, 4))
def test_clusters_of_one_value_each_change_nothing(values: list[float], copies: int) -> None:
    assert bootstrap(values, [f"c{place}" for place in range(len(values))]) == bootstrap(values)
    # All in one cluster leaves nothing to draw, which is no certainty.
    assert bootstrap(values, ["x"] * len(values)) == bootstrap(values)


def test_bootstrap_without_values_is_an_error() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap([])
    with pytest.raises(ValueError, match="clusters"):
        bootstrap([1.0], ["a", "b"])


def test_mcnemar_by_hand() -> None:
    # 1 against 9 of 10: two-sided 2 (1 + 10) / 1024
    assert mcnemar(1, 9) == pytest.approx(22 / 1024)
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(3, 3) == 1.0


def test_permutation_by_hand_and_beside_the_t_test() -> None:
    # All five up: two of the 32 arrangements are as extreme.
    assert permutation([0.1, 0.2, 0.3, 0.2, 0.1]) == pytest.approx(2 / 32)
    assert permutation([0.0, 0.0]) == 1.0
    assert permutation([0.5]) == 1.0
    random = np.random.default_rng(3)
    one, other = random.normal(0.5, 0.2, 60), random.normal(0.42, 0.2, 60)
    assert permutation((one - other).tolist()) == pytest.approx(ttest_rel(one, other).pvalue, abs=0.02)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_order_and_never_lowers(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    for before, after in zip(p_values, adjusted, strict=True):
        assert before <= after <= 1
        assert after <= min(1.0, before * len(p_values)) + 1e-12 or after == max(adjusted)
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    assert [adjusted[place] for place in order] == sorted(adjusted)
    # Holm controls more than the false discovery rate does, so it is never below that.
    by_rate = false_discovery_control(p_values)
    assert all(one >= other - 1e-9 for one, other in zip(adjusted, by_rate, strict=True))


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(ANSWERS, st.sampled_from([1, -1]))
def test_a_run_beside_itself_is_no_difference(answers: list[bool], better: int) -> None:
    values = [float(one) for one in answers]
    for yes_or_no in (True, False):
        found = compare_paired(values, values, better=better, yes_or_no=yes_or_no)
        assert (found.difference, found.p, found.needed, found.changed) == (0.0, 1.0, None, 0)
        assert verdict(found, found.p) is Verdict.SAME


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=15))
def test_turning_the_runs_round_turns_the_difference_round(pairs: list[tuple[float, float]]) -> None:
    one, other = [first for first, _ in pairs], [second for _, second in pairs]
    there = compare_paired(one, other, better=1, yes_or_no=False)
    back = compare_paired(other, one, better=1, yes_or_no=False)
    assert there.difference == pytest.approx(-back.difference)
    assert there.interval.low == pytest.approx(-back.interval.high)
    assert there.p == pytest.approx(back.p, abs=0.02)


def test_better_worse_and_cannot_tell() -> None:
    before = [0.0] * 30 + [1.0] * 30
    cases = [
        ([1.0] * 20 + [0.0] * 10 + [1.0] * 30, 1, Verdict.BETTER),
        ([1.0] * 20 + [0.0] * 10 + [1.0] * 30, -1, Verdict.WORSE),
        ([0.0] * 50 + [1.0] * 10, 1, Verdict.WORSE),
        ([1.0] * 3 + [0.0] * 28 + [1.0] * 29, 1, Verdict.CANNOT_TELL),
    ]
    for after, better, expected in cases:
        found = compare_paired(before, after, better=better, yes_or_no=True)
        assert verdict(found, found.p) is expected
    # Many metrics looked at: what alone is better is no longer.
    found = compare_paired(before, [1.0] * 7 + before[7:], better=1, yes_or_no=True)
    assert verdict(found, found.p) is Verdict.BETTER
    assert verdict(found, holm([found.p] * 5)[0]) is Verdict.CANNOT_TELL


def test_how_many_questions_are_needed() -> None:
    assert needed_for_rates(0.20, 0.10) == 155
    assert needed_for_rates(0.20, -0.10) == 155
    assert needed_for_rates(0.20, 0.0) is None
    # ((1.96 + .8416) * .3 / .1)^2
    assert needed_for_means(0.3, 0.1) == 71
    assert needed_for_means(0.3, 0.0) is None


def test_the_number_needed_has_the_power_it_promises() -> None:
    random = np.random.default_rng(5)
    seen = 0
    for _ in range(300):
        changed = random.random(155) < 0.20
        up = random.random(155) < 0.75
        seen += mcnemar(int((changed & ~up).sum()), int((changed & up).sum())) < 0.05
    assert 0.70 < seen / 300 < 0.88
