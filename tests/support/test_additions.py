"""Details that a claim adds, and evidence that is prepared before there is a claim."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from assistant.support import BuiltInCheck, Claim, prepare
from assistant.support.additions import NOTHING_ADDED, added, phrases
from assistant.support.base import SupportCheck, Verdict
from assistant.support.text import read
from assistant.support.vectors import embed_words
from tests.support.support_samples import RULES, LetterEmbedder, rule


def test_phrases_begin_at_prepositions_conjunctions_and_commas() -> None:
    (unit,) = read("Teachers send a report to parents, signed by the principal, in autumn and winter.").units
    written = [" ".join(word.written for word in phrase) for phrase in phrases(unit)]
    assert written == ["Teachers send a report", "to parents", "signed", "by the principal", "in autumn", "and winter"]


def amount(claim: str, source: str) -> tuple[float, str]:
    vectors = embed_words(LetterEmbedder(), [claim, source])
    content = [word for word in read(claim).words if word.is_content]
    had = {word.start: word.stem in read(source).stems for word in content}
    match = {start: float(one) for start, one in had.items()}
    found = added(read(claim).units, vectors[claim], [vectors[source]], match, had)
    return found.amount, found.phrase


def test_the_added_phrase_is_named() -> None:
    found, phrase = amount("Teachers send home a report signed by a solicitor.", "Teachers send home a report.")
    assert found > 0.01
    assert phrase == "by a solicitor"


@given(rule)
def test_nothing_is_added_by_the_words_of_the_source(text: str) -> None:
    assert amount(text, text) == (NOTHING_ADDED.amount, NOTHING_ADDED.phrase)


def test_prepared_evidence_is_not_embedded_again() -> None:
    embedder = LetterEmbedder()
    check = BuiltInCheck(embedder)
    prepare(check, RULES)
    embedder.embedded.clear()
    claim = "The school site council says yes to the plan every year."
    check.judge([Claim(claim, RULES)])
    assert embedder.embedded == [claim]


def test_verdicts_are_the_same_with_and_without() -> None:
    claims = [Claim(text.replace("must", "may"), RULES) for text in RULES]
    prepared = BuiltInCheck(LetterEmbedder())
    prepare(prepared, RULES)
    assert prepared.judge(claims) == BuiltInCheck(LetterEmbedder()).judge(claims)


def test_a_check_without_preparation_is_left_alone() -> None:
    class Plain:
        name = "plain"

        def judge(self, claims: object) -> list[Verdict]:
            raise NotImplementedError

    check: SupportCheck = Plain()
    prepare(check, RULES)


@pytest.mark.parametrize("source", ["", "...", "of the"])
def test_evidence_without_words_adds_nothing(source: str) -> None:
    claim = "Teachers send a report."
    vectors = embed_words(LetterEmbedder(), [claim])
    assert added(read(claim).units, vectors[claim], [], {}, {}) == NOTHING_ADDED
    assert not BuiltInCheck(LetterEmbedder()).judge([Claim(claim, (source,))])[0].supported
    assert np.isfinite(vectors[claim].total).all()
