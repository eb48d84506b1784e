"""Measures of rankings and of scores that tell two classes apart: one pure function each.

The definitions are those of trec_eval and ir-measures. A ranking is the identifiers of what was returned, best first,
each once. ``relevant`` maps an identifier to its grade; a grade of 0 or less is not relevant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike


def discounted_gain(ranking: Sequence[str], relevant: Mapping[str, int], depth: int) -> float:
    """Return nDCG at ``depth``: the gain of each grade over log2(rank + 1), as a share of the best possible.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), in trec_eval's form, where the
    gain is the grade itself. 0 where nothing is relevant.
    """
    grades = sorted((grade for grade in relevant.values() if grade > 0), reverse=True)
    best = _cumulated(grades[:depth])
    return _cumulated([max(0, relevant.get(one, 0)) for one in ranking[:depth]]) / best if best > 0 else 0.0


def _cumulated(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def recall(ranking: Sequence[str], relevant: Mapping[str, int], depth: int) -> float:
    """Return the share of what is relevant that stands among the first ``depth``; 0 where nothing is relevant."""
    wanted = {one for one, grade in relevant.items() if grade > 0}
    return len(wanted.intersection(ranking[:depth])) / len(wanted) if wanted else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, int], depth: int) -> float:
    """Return 1 over the rank of the first that is relevant, 0 where none is among the first ``depth``."""
    return next((1 / rank for rank, one in enumerate(ranking[:depth], 1) if relevant.get(one, 0) > 0), 0.0)


def area_under_curve(scores: ArrayLike, positive: ArrayLike) -> float | None:
    """Return the AUROC: how likely a positive one scores above a negative one, ties counting half.

    By the ranks of the scores (Mann and Whitney 1947). None where one of the classes is empty. Raises ValueError for
    scores that are not numbers, and where there are not as many scores as classes.
    """
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    if values.shape != labels.shape or values.ndim != 1:
        raise ValueError(f"{values.shape} scores for {labels.shape} classes")
    if np.isnan(values).any():
        raise ValueError("a score that is not a number")
    positives, negatives = int(labels.sum()), int((~labels).sum())
    if positives == 0 or negatives == 0:
        return None
    order, places = np.unique(values, return_inverse=True)
    counts = np.bincount(places, minlength=len(order))
    ranks = np.cumsum(counts) - (counts - 1) / 2
    above = float(ranks[places[labels]].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def balanced_accuracy(predicted: ArrayLike, positive: ArrayLike) -> float | None:
    """Return the mean of the shares of both classes that are predicted rightly; None where one of them is empty."""
    guessed, labels = np.asarray(predicted, dtype=bool), np.asarray(positive, dtype=bool)
    if guessed.shape != labels.shape or guessed.ndim != 1:
        raise ValueError(f"{guessed.shape} predictions for {labels.shape} classes")
    if labels.all() or not labels.any():
        return None
    return (float(guessed[labels].mean()) + float((~guessed[~labels]).mean())) / 2
