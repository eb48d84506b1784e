"""The check that needs no language model: what it never lets pass, what it lets pass, and which pieces carry it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.support import BuiltInCheck, Claim, Verdict
from tests.support.support_samples import NOISE, RULES, LetterEmbedder, noise, rule

CHECKS = [BuiltInCheck(None), BuiltInCheck(LetterEmbedder())]


def judge(check: BuiltInCheck, text: str, *evidence: str) -> Verdict:
    (verdict,) = check.judge([Claim(text, evidence)])
    return verdict


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@given(rule, noise)
@settings(max_examples=30)
def test_a_sentence_of_the_evidence_is_supported_and_carried_by_its_piece(
    check: BuiltInCheck, sentence: str, others: list[str]
) -> None:
    verdict = judge(check, sentence, *others, f"{NOISE[0]} {sentence}")
    assert verdict == Verdict(True, 1.0, None, (len(others),))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@pytest.mark.parametrize(
    ("said", "claimed"),
    [
        ("2 meetings", "3 meetings"),
        ("at least 1 percent", "at least 2 percent"),
        ("at least 1 percent", "up to 1 percent"),
        ("at least 1 percent", "1 percent"),
        ("15 February 2018", "16 February 2018"),
        ("4 times a year", "five times a year"),
        ("10 percent", "10 dollars"),
        ("must", "may"),
        ("must", "should"),
        ("shall", "may"),
        ("may", "must"),
        ("should", "must"),
        ("must", "must not"),
        ("approves", "does not approve"),
        ("was presented", "was not presented"),
        ("keeps", "never keeps"),
        ("before", "after"),
        ("every year", "every month"),
        ("Monday", "Tuesday"),
        ("first Monday of each month", "first Monday of some months"),
    ],
)
def test_a_changed_rule_is_never_supported(check: BuiltInCheck, said: str, claimed: str) -> None:
    changed = [
        (text, re.sub(rf"\b{said}\b", claimed, text, count=1)) for text in RULES if re.search(rf"\b{said}\b", text)
    ]
    assert changed
    for text, claim in changed:
        verdict = judge(check, claim, *NOISE, text)
        assert not verdict.supported, claim
        assert verdict.reason
        assert verdict.carried_by == ()
        assert verdict.score < 0.5


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@given(rule, st.integers(0, 9999))
@settings(max_examples=40)
def test_a_number_that_the_evidence_lacks_is_never_supported(check: BuiltInCheck, text: str, number: int) -> None:
    found = re.search(r"\d+", text)
    if found is None or int(found.group()) == number:
        return
    claim = text[: found.start()] + str(number) + text[found.end() :]
    assert not judge(check, claim, text).supported


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@given(st.permutations([*RULES[:4], *NOISE]), st.sampled_from(RULES[:4]))
@settings(max_examples=25)
def test_the_order_of_the_evidence_decides_nothing(check: BuiltInCheck, pieces: list[str], text: str) -> None:
    claim = text.replace("the school", "a school").replace("Each", "Every")
    one, other = (judge(check, claim, *order) for order in (pieces, sorted(pieces)))
    assert one.supported == other.supported
    assert one.score == pytest.approx(other.score)
    assert {pieces[number] for number in one.carried_by} == {sorted(pieces)[number] for number in other.carried_by}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@given(st.text(max_size=80))
def test_without_evidence_nothing_is_supported(check: BuiltInCheck, text: str) -> None:
    for evidence in ((), ("",), (" \n", "…")):
        if text not in evidence:
            assert not judge(check, text, *evidence).supported


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@given(st.text(max_size=120), st.lists(st.text(max_size=120), max_size=3))
def test_no_text_stops_the_check(check: BuiltInCheck, text: str, evidence: list[str]) -> None:
    verdict = judge(check, text, *evidence)
    assert 0.0 <= verdict.score <= 1.0
    assert verdict.supported == bool(verdict.carried_by)
    assert verdict.supported == (verdict.reason is None)
    assert all(0 <= number < len(evidence) for number in verdict.carried_by)


@pytest.mark.parametrize("text", ["\ud800 half", "nul \x00 here", "٣ قواعد", "İstanbul’da 3", "½ of 5²", "(((", "May"])
def test_strange_characters_are_text_like_any_other(text: str) -> None:
    for check in CHECKS:
        assert judge(check, text, f"{text} x", text).supported == any(letter.isalnum() for letter in text)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Parents must be told by May 5, 2012.", ["Parents must be told by 5/5/2012."]),
        ("Schools hold meetings three times a year.", ["Schools hold meetings 3 times a year."]),
        ("Fifteen percent of the parents came to the meeting.", ["15% of the parents came to the meeting."]),
        ("The plan is approved by the council.", ["The council approves the plan."]),
        ("The SSC approves the school plan.", ["The School Site Council approves the school plan each year."]),
        ("Districts are required to involve parents.", ["Districts shall involve parents in the reserve."]),
        ("A site may not charge parents a fee.", ["A site must not charge parents any fee."]),
        ("More than 5 million copies were sold.", ["By 2012, 5,312,000 copies were sold."]),
        ("The film was released before 2010.", ["The film was released in 2008."]),
        ("The notice was not sent to parents.", ["The school failed to send the notice to parents."]),
        ("No more than 10 percent stays at the district.", ["At most 10 percent stays at the district."]),
    ],
)
def test_the_same_in_other_words_passes(claim: str, evidence: list[str]) -> None:
    assert judge(CHECKS[0], claim, *evidence).supported


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("It began in 2012.", "It began in 2011.", "The number 2012 is not in the source."),
        ("Sites may set goals.", "Sites must set goals.", "The source says “must” where this says “may”."),
        ("Maria Lopez leads the team.", "The team has one who leads.", "The name Maria Lopez is not in the source."),
        (
            "Up to 5 parents take part.",
            "At least 5 parents take part.",
            "The source says “at least 5” where this says “at most 5”.",
        ),
        ("Section 6318(c)(2) asks for it.", "Section 6318(c)(1) asks for it.", "paragraph (2)"),
        ("Only parents vote on the plan.", "Parents vote on the plan.", "The source does not say “only”."),
        (
            "The SPSA covers the district, while the LCAP covers one school.",
            "The LCAP covers the district, while the SPSA covers one school.",
            "have changed places",
        ),
    ],
)
def test_the_reason_tells_a_reader_what_is_wrong(claim: str, evidence: str, reason: str) -> None:
    verdict = judge(CHECKS[0], claim, evidence)
    assert not verdict.supported
    assert verdict.reason is not None
    assert reason in verdict.reason


def test_pieces_carry_a_claim_between_them_and_no_more_than_it_needs() -> None:
    pieces = (NOISE[0], "The council approves the plan in June.", "Parents review the budget in March.", NOISE[1])
    claim = Claim("The council approves the plan in June and parents review the budget in March.", pieces)
    (verdict,) = CHECKS[0].judge([claim])
    assert verdict.supported
    assert sorted(verdict.carried_by) == [1, 2]


def test_a_piece_that_says_less_does_not_carry_what_a_nearer_one_denies() -> None:
    pieces = ("Parents must not vote on the plan of the school.", "Parents plan a vote.")
    (verdict,) = CHECKS[0].judge([Claim("Parents vote on the plan of the school.", pieces)])
    assert not verdict.supported


def test_headings_say_what_a_piece_is_about() -> None:
    claim = "The School Site Council of Edison approves it."
    piece = "The council approves it."
    without, with_heading = CHECKS[0].judge(
        [Claim(claim, (piece,)), Claim(claim, (piece,), ("Edison > School Site Council",))]
    )
    assert not without.supported
    assert with_heading.supported


def test_a_heading_for_each_piece_or_none() -> None:
    with pytest.raises(ValueError, match="1 contexts for 2 pieces"):
        Claim("a", ("b", "c"), ("d",))


def test_each_text_is_embedded_once_also_over_calls() -> None:
    embedder = LetterEmbedder()
    check = BuiltInCheck(embedder)
    evidence = ("Schools plan the year with parents.", "Parents are asked in the spring.")
    check.judge([Claim("Schools plan with parents.", evidence), Claim("Schools ask parents in spring.", evidence)])
    check.judge([Claim("Parents plan with schools.", evidence)])
    assert len(embedder.embedded) == len(set(embedder.embedded)) == 5


def test_a_long_passage_is_seen_to_its_end() -> None:
    padding = " ".join(f"Lunch number {number} is served in the main hall." for number in range(200, 320))
    piece = f"{padding} The council then gladly approves all plans of the school."
    verdict = judge(CHECKS[1], "The council approves all plans of the school gladly.", piece)
    assert verdict.supported
