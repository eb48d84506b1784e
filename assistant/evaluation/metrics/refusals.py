"""Does it answer what can be answered, and refuse what cannot? Always both: either is easy alone."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.records import Answer, AnswerStatus, SentenceKind

ASKS_BACK = "ask_back"


def abstained(answer: Answer) -> bool:
    """Whether the answer says that the sources do not say. By its status; no words are guessed at."""
    return answer.status is AnswerStatus.NOT_FOUND


def asked_back(answer: Answer) -> bool:
    """Whether the answer asks for more instead of answering: by its status, or as a question that cites nothing."""
    if answer.status.value == ASKS_BACK:
        return True
    shown = [one for one in answer.sentences if one.kind is not SentenceKind.YOURS_TO_SUPPLY]
    return bool(shown) and not answer.citations and shown[-1].text.rstrip().endswith("?")


def false_answer_rate(answered: Sequence[bool]) -> float:
    """false_answer_rate = answered / questions that cannot be answered."""
    return sum(answered) / len(answered)


def over_abstain_rate(refused: Sequence[bool]) -> float:
    """over_abstain_rate = refused / questions that can be answered."""
    return sum(refused) / len(refused)


def abstain_f1(refused: Sequence[bool], unanswerable: Sequence[bool]) -> float | None:
    """F1 of refusing: 2TP / (2TP + FP + FN), a true positive being a refused question that cannot be answered.

    None where nothing was to be refused and nothing was.
    """
    both = sum(one and other for one, other in zip(refused, unanswerable, strict=True))
    total = sum(refused) + sum(unanswerable)
    return 2 * both / total if total else None


def risk_coverage(confidences: Sequence[float], risky: Sequence[bool]) -> list[tuple[float, float]]:
    """Return the curve of (coverage, risk) of answering the surest questions first.

    At coverage k/n the k questions of highest confidence are answered; the risk is the share of them that are risky
    (may not be answered). Questions of one confidence are answered together, since no threshold parts them.
    """
    pairs = sorted(zip(confidences, risky, strict=True), key=lambda pair: -pair[0])
    curve = []
    wrong = 0
    for count, (confidence, bad) in enumerate(pairs, 1):
        wrong += bad
        if count == len(pairs) or pairs[count][0] != confidence:
            curve.append((count / len(pairs), wrong / count))
    return curve


def risk_coverage_area(confidences: Sequence[float], risky: Sequence[bool]) -> float | None:
    """AURC (Geifman and El-Yaniv 2017) = mean over k of the risk of answering the k surest; lower is better.

    Within questions of one confidence the risk is that of answering all of them. None without questions.
    """
    if not confidences:
        return None
    area = reached = 0.0
    for coverage, risk in risk_coverage(confidences, risky):
        area += (coverage - reached) * risk
        reached = coverage
    return area


def truthfulness(*, answerable: bool, refused: bool, right: bool, complete: bool) -> float:
    """CRAG's score (Yang and others 2024) of one answer: 1 perfect, .5 acceptable, 0 missing, -1 wrong.

    Refusing what cannot be answered is perfect, refusing what can be is missing. An answer is wrong where nothing may
    be answered, a vital fact is missed or something forbidden is said; acceptable where only minor facts are missed.
    """
    if refused:
        return 0.0 if answerable else 1.0
    if not answerable or not right:
        return -1.0
    return 1.0 if complete else 0.5
