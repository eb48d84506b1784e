"""How likely it is that the sentences found answer the question: one calibrated number, the same on every turn.

No single score can tell. A question on the subject whose answer is absent scores as high as one that is answered: the
same words, near vectors. So several signals are weighed together by a logistic regression: how near the best
sentences are, whether every word of the question is matched, whether they hold the kind of thing that is asked for, and
whether the question names something that the sources never name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from assistant.answering.evidence import WeighedSentence, share_said
from assistant.answering.expectation import asks_of_today, expected, holds, identifiers, proper_names
from assistant.answering.question import Question
from assistant.records import AnswerStatus

SENTENCES_READ = 3


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against an answer; each lies between 0 and 1, or is a cosine or a sum of a few.

    ``score``, ``similarity``, ``match``, ``least_match``: of the best sentence; the last two are the best among the first
    three. ``keyword``: the best passage's share of the best possible keyword score. ``coverage``: share of the question's
    terms that the first three sentences say between them. ``unknown``: share of them that no source has.
    ``kind_missing``, ``kind_present``: a number, sum, date, address ... is asked for, and is not or is in the best
    sentences. ``person_missing``: a person is asked for and none is named. ``number_missing``: the question names a
    number or paragraph that the sources found do not have. ``name_missing``: it has a proper name that no source has.
    ``of_today``: it asks about today, which no document knows.
    """

    score: float
    similarity: float
    match: float
    least_match: float
    keyword: float
    coverage: float
    unknown: float
    kind_missing: float
    kind_present: float
    person_missing: float
    number_missing: float
    name_missing: float
    of_today: float
    brief: float


def signals(
    question: Question,
    weighed: Sequence[WeighedSentence],
    rarity: Mapping[str, float],
    known: Callable[[str], bool],
    is_name: Callable[[str], bool],
) -> Signals:
    """Return the signals for the sentences found, best first, at least one.

    ``known`` tells of a stem whether any source has it; ``is_name`` of a word whether the sources only ever write it
    with a capital.
    """
    first = weighed[:SENTENCES_READ]
    together = frozenset[str]().union(*(one.stems for one in first))
    shown = "\n".join(one.text for one in first)
    around = "\n".join(" ".join([*one.hit.passage.heading_path, one.hit.passage.text]) for one in first)
    kind = expected(question.text)
    has_kind = kind is not None and holds(kind, shown, question.text, is_name)
    total = sum(rarity[term] for term in question.terms) or 1.0
    return Signals(
        score=first[0].score + first[0].handicap,
        similarity=max(one.similarity for one in first),
        match=max(one.match for one in first),
        least_match=max(one.least_match for one in first),
        keyword=max(one.hit.keyword_score for one in first),
        coverage=share_said(question, together, rarity),
        unknown=sum(rarity[term] for term in question.terms if not known(term)) / total,
        kind_missing=float(kind is not None and kind.is_value and not has_kind),
        kind_present=float(kind is not None and kind.is_value and has_kind),
        person_missing=float(kind is not None and not kind.is_value and not has_kind),
        number_missing=float(not identifiers(question.text) <= identifiers(around)),
        name_missing=float(any(not known(term) for term in proper_names(question.asked))),
        of_today=float(asks_of_today(question.text)),
        brief=1.0 / max(len(question.terms), 1),
    )


INTERCEPT = 0.0
COEFFICIENTS: dict[str, float] = {one.name: 0.0 for one in fields(Signals)}
THRESHOLD = 0.5
PARTIAL_BELOW = 0.6


def probability(found: Signals) -> float:
    """Return the calibrated probability, 0 to 1, that the sentences behind the signals answer the question."""
    total = INTERCEPT + sum(weight * float(getattr(found, name)) for name, weight in COEFFICIENTS.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def status(confidence: float) -> AnswerStatus:
    """Return what the confidence allows to say."""
    if confidence < THRESHOLD:
        return AnswerStatus.NOT_FOUND
    return AnswerStatus.PARTIAL if confidence < PARTIAL_BELOW else AnswerStatus.ANSWERED
