"""Sentences: where a full stop ends one, and where it does not."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.sentences import MOST_WORDS, split_sentences, word_count

# Each case is the sentences that its text, their join by single spaces, has to be cut into.
WHOLE = [
    ["Section 1116 is found at 20 U.S.C. 6318(a)(2).", "The district writes a policy."],
    ["See Cal. Educ. Code § 11503.", "It asks for procedures."],
    ["Pub. L. No. 114-95, 129 Stat. 1802 (2015) amended it.", "Nothing else did."],
    ["Under Sec. 1116 a school holds a meeting.", "Parents are invited."],
    ["The rule of Johnson v. Board applies, e.g. Parents who ask, i.e. Those who write."],
    ["Bring No. 5, pp. 3-5, and Fig. 2 to the meeting.", "No.", "The board said no."],
    ["Joyce L. Epstein wrote it with J. M. Sanders, Ph.D., and Dr. Karen Clark Salinas.", "It sold well."],
    ["Written for the 3rd ed. of the handbook, 2009.", "A new one came later."],
    ["The meeting is at 5 p.m. in Room B.", "It ends at 7 p.m.", "The doors close then."],
    ["It costs $1.5 million, or 2.5 percent.", "That was in 2014.", "The plan changed."],
    ["The framework describes 18 principles for involvement. (2014)", "Districts use it."],
    ["The research supports an increase in success. (Joyce L. Epstein, PHD, 2009)"],
    ["The rule is clear. (20 U.S.C. 6318)", "Schools follow it."],
    ["Schools report yearly.", "(See Appendix A for the form.)", "The form is short."],
    ["Funds come under Title I.", "The district reserves one percent."],
    ["Students of Grade K. and others attend.", "All are welcome."],
    ["“We agree on the policy.”", "The board left."],
    ["“Who decides?” she asked.", "“We do!”", "They laughed."],
    ["He said, “Come in.”", "Then he left."],
    ["Is it required?", "Yes!", "Every year."],
    ["Partnerships work.3", "Schools that build them see results."],
    ["Partnerships work.[12]", "Schools that build them see results."],
    ["The U.S. Congress passed it in the U.S.", "The states follow."],
    ["Wait for it ... and then act.", "Act now…", "The end."],
    ["Section 11500. This chapter is known by its title.", "It is short."],
    ["§ 11502. It is the purpose of this chapter to engage parents.", "Nothing more."],
    ["1. First, invite the parents.", "Then ask them."],
    ["(a) In general.", "(1) The agency shall reach out.", "(A) It plans activities; and (B) it carries them out."],
    ["A. Purpose of the policy.", "The policy guides staff."],
    ["Iowa, Ohio, etc. are out.", "Texas, Utah, etc.", "The rest is in."],
    ["Mr. and Mrs. Lee met Supt. Ben Drati on Feb. 15, 2018.", "It went well."],
    ["El Art. 5 y la pág. 12 lo dicen.", "La Sra. López y el Dr. Ruiz están de acuerdo."],
    ["¿Quién decide?", "¿Cuándo?", "¡Ahora!", "Los padres deciden."],
    ["Las familias participan, p. ej. En el consejo.", "Todos votan."],
    ["EE. UU. aprobó la ley.", "El distrito la sigue."],
    ["«Estamos de acuerdo.»", "La junta terminó."],
]


@pytest.mark.parametrize("sentences", WHOLE, ids=lambda sentences: sentences[0][:40])
def test_hard_examples_are_cut_where_a_reader_would(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [span.of(text) for span in split_sentences(text)] == sentences


def test_addresses_are_not_cut_inside() -> None:
    text = "Visit www.smmusd.org today. Version 2.0 is out."
    assert [span.of(text) for span in split_sentences(text)] == ["Visit www.smmusd.org today.", "Version 2.0 is out."]


def test_a_very_long_sentence_is_cut_at_semicolons() -> None:
    clause = "the district shall involve parents in the joint development of the plan under this part of the law"
    text = "To carry out the law: " + "; ".join([clause] * 8) + "."
    units = [span.of(text) for span in split_sentences(text)]
    assert len(units) > 1
    assert all(word_count(unit) <= MOST_WORDS for unit in units)
    assert all(unit.endswith((";", ".")) for unit in units)


def test_a_long_sentence_without_semicolons_is_cut_at_a_comma_and_then_at_a_word() -> None:
    with_commas = ", ".join(["parents and family members of participating children"] * 30) + "."
    assert all(span.of(with_commas).endswith((",", ".")) for span in split_sentences(with_commas))
    without = " ".join(["word"] * 1000)
    units = split_sentences(without)
    assert all(word_count(span.of(without)) <= MOST_WORDS for span in units)
    assert " ".join(span.of(without) for span in units) == without


def test_a_sentence_of_ninety_words_stays_whole() -> None:
    text = "; ".join(["one two three"] * 30) + "."
    assert len(split_sentences(text)) == 1


def test_text_without_letters_is_no_sentence() -> None:
    assert split_sentences("* * *") == []
    assert split_sentences("17") == []


SCRAPS = "The a school U.S.C. Dr. e.g. No. 5 (a) (2014) L. Epstein “We agree.” ¿Quién? etc. § ; : , . ? ! ... —"
WORDS = st.sampled_from(re.split(" ", SCRAPS))


@given(st.lists(WORDS, max_size=400).map(" ".join) | st.text(max_size=300))
def test_sentences_are_ordered_apart_and_lose_no_letter(text: str) -> None:
    spans = split_sentences(text)
    for first, second in pairwise(spans):
        assert first.end <= second.start
    for span in spans:
        assert span.of(text) == span.of(text).strip()
        assert word_count(span.of(text)) <= MOST_WORDS
    if spans:
        outside = text[: spans[0].start] + text[spans[-1].end :]
        outside += "".join(text[one.end : two.start] for one, two in pairwise(spans))
        assert not any(char.isalpha() for char in outside)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("repeated", [".", "…", "Mr. ", "e.g. ", ". ", "(a)"])
def test_a_flood_of_what_ends_no_sentence_is_no_work(repeated: str) -> None:
    assert len(split_sentences(f"It is so: {repeated * 50_000}x")) >= 1
