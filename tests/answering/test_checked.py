"""What a model says against the evidence: three kinds are shown, the rest is removed with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.checked import NOT_IN_SOURCES, Bears, CheckedSentences
from assistant.answering.labelled import LabelledPassage, evidence_text
from assistant.answering.model_text import ModelSentence, sentences
from assistant.records import Document, Passage, Section, SentenceKind, Span
from assistant.support import BuiltInCheck, Claim, SupportCheck, Verdict

SOURCES = {
    "E1": ("Annual meeting", ["Each school must invite all parents to an annual meeting.", "It is held in the fall."]),
    "E2": ("Compact", ["The compact describes:", "(A) how teachers report progress;", "(B) 3 ways to volunteer."]),
    "E3": ("Plan", ["The site council may change the plan before 15 May 2026."]),
}


def labelled(label: str, heading: str, texts: Sequence[str]) -> LabelledPassage:
    text, spans = heading + "\n", []
    for one in texts:
        spans.append(Span(len(text), len(text) + len(one)))
        text += one + " "
    text = text.rstrip()
    span = Span(len(heading) + 1, len(text))
    section = Section((heading,), Span(0, len(text)))
    document = Document(label, heading, f"{label}.txt", "text/plain", text, (section,), tuple(spans))
    passage = Passage(f"{label}:{span.start}", label, span, span.of(text), (heading,), tuple(spans))
    return LabelledPassage(label, document, passage)


EVIDENCE = [labelled(label, *content) for label, content in SOURCES.items()]


def everything_bears(document: str, span: Span) -> bool:
    return True


def checking(
    evidence: Sequence[LabelledPassage] = EVIDENCE,
    check: SupportCheck | None = None,
    question: str = "",
    bears: Bears = everything_bears,
) -> CheckedSentences:
    return CheckedSentences(evidence, check or BuiltInCheck(None), question, bears)


def taken(result: CheckedSentences, text: str) -> CheckedSentences:
    for sentence in sentences([text], set(SOURCES)):
        result.take(sentence)
    return result


def checked(text: str, check: SupportCheck | None = None) -> CheckedSentences:
    return taken(checking(check=check), text)


def shown(text: str) -> list[tuple[str, str]]:
    return [(one.kind.value, one.text) for one in checked(text).sentences]


def test_word_for_word_is_quoted_as_the_source_writes_it() -> None:
    result = checked("each school must invite all parents to an annual meeting [E3]")
    (one,) = result.sentences
    assert (one.kind, one.text) == (SentenceKind.QUOTED, SOURCES["E1"][1][0])
    assert [(each.document_id, each.quote) for each in result.citations.all()] == [("E1", SOURCES["E1"][1][0])]


def test_other_words_that_a_source_carries_are_supported_by_that_source() -> None:
    result = checked("All parents must be invited by each school to an annual meeting [E1].")
    (one,) = result.sentences
    assert one.kind is SentenceKind.SUPPORTED
    assert [each.quote for each in result.citations.all()] == [SOURCES["E1"][1][0]]


@pytest.mark.parametrize("label", ["", " [E3]", " [E9]", " [p. 7]"])
def test_a_wrong_label_or_none_does_not_matter_when_the_evidence_has_it(label: str) -> None:
    result = checked(f"Every school must invite all the parents to an annual meeting{label}.")
    assert [each.document_id for each in result.citations.all()] == ["E1"]


def test_of_two_that_say_it_the_one_that_is_named_is_cited() -> None:
    evidence = [labelled(label, "Meeting", [SOURCES["E1"][1][0]]) for label in ("E1", "E2")]
    result = taken(checking(evidence), "Each school must also invite all parents to an annual meeting [E2].")
    assert [one.document_id for one in result.citations.all()] == ["E2"]


@pytest.mark.parametrize(
    "claim",
    [
        "Each school may invite all parents to an annual meeting [E1].",
        "Each school must not invite all parents to an annual meeting [E1].",
        "Each school must invite all parents to 2 annual meetings [E1].",
        "The site council may change the plan before 16 May 2026 [E3].",
        "The Lincoln council may change the plan before 15 May 2026 [E3].",
        "There are 4 ways to volunteer [E2].",
        "The meeting was created in 2012.",
        "Parents receive a free lunch at the meeting [E1].",
    ],
)
def test_what_no_source_carries_is_removed_with_a_reason(claim: str) -> None:
    result = checked(claim)
    assert result.sentences == []
    assert result.citations.all() == ()
    (removed,) = result.removed
    assert removed.reason


def test_words_in_quotation_marks_must_stand_in_a_source() -> None:
    assert checked("It says “must invite all parents” [E1].").sentences
    for quoted in ("every single parent and friend", "in the fall the compact describes"):
        result = checked(f"Each school must invite “{quoted}” to an annual meeting [E1].")
        assert result.sentences == []
        assert "quotation marks" in result.removed[0].reason


def test_a_connective_is_shown_only_before_something_it_connects_to() -> None:
    assert shown("Here is what the sources say:\nIt is held in the fall [E1].\nI hope this helps!") == [
        ("connective", "Here is what the sources say:"),
        ("quoted", "It is held in the fall."),
    ]
    assert shown("Here is what the sources say:") == []


def test_what_was_said_once_is_not_said_again() -> None:
    assert len(shown("It is held in the fall. " * 5)) == 1
    assert len(checked("There are 9 meetings. " * 5).removed) == 1
    again = checked("Each school must invite all parents to an annual meeting. Each school must invite all parents.")
    assert [one.text for one in again.sentences] == [SOURCES["E1"][1][0]]
    assert (again.repeated, again.removed) == (1, [])


def test_an_item_is_judged_with_the_line_that_opens_its_list() -> None:
    class Notes:
        name = "notes"
        seen: list[str] = []  # noqa: RUF012 - one test reads it

        def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
            self.seen += [claim.text for claim in claims]
            return [Verdict(claim.text.startswith("It lists"), 0.5, None, (0,)) for claim in claims]

    result = checked("It lists:\n- how teachers report progress [E2]\n- 3 ways to volunteer [E2]", Notes())
    assert "It lists: how teachers report progress" in Notes.seen
    assert [(one.text, one.item) for one in result.sentences] == [
        ("It lists:", False),
        ("how teachers report progress", True),
        ("3 ways to volunteer", True),
    ]
    assert all(one.citations for one in result.sentences)


@pytest.mark.parametrize("opening", ["The meeting describes:", "The budget has 3 parts:"])
def test_items_below_a_line_that_no_source_has_go_with_it(opening: str) -> None:
    result = checked(f"{opening}\n- how teachers report progress [E2]\n- 3 ways to volunteer [E2]")
    assert result.sentences == []
    assert {one.text for one in result.removed} >= {"how teachers report progress", "3 ways to volunteer"}


def test_an_item_of_a_source_is_nothing_without_the_line_that_opens_its_list() -> None:
    source = [
        "A committee is needed on two conditions:",
        "1. English learners are 15 percent.",
        "2. They are 50 pupils.",
    ]
    evidence = [labelled("E1", "Committee", source)]

    def said(text: str) -> list[tuple[str, str]]:
        return [(one.kind.value, one.text) for one in taken(checking(evidence), text).sentences]

    assert said("English learners are 15 percent [E1].") == []
    assert said("A committee is needed on two conditions: 1. English learners are 15 percent [E1].") != []
    whole = checking(evidence)
    whole.take(ModelSentence("1. English learners are 15 percent."))
    assert [(one.kind.value, one.text) for one in whole.sentences] == [("quoted", source[0]), ("quoted", source[1])]


def test_a_line_that_opens_a_list_of_which_nothing_is_left_is_not_shown() -> None:
    result = checked("The compact describes:\n- a free lunch [E2]\n\nIt is held in the fall [E1].")
    assert [one.text for one in result.sentences] == []
    assert "The compact describes:" in [one.text for one in result.removed]


def test_a_list_with_fewer_items_than_it_says_is_noticed() -> None:
    whole = checked("The compact describes two:\n- how teachers report progress\n- 3 ways to volunteer")
    whole.finish()
    assert not whole.half_list
    half = checked("The compact describes:\n- how teachers report progress\n- a free lunch")
    half.finish()
    assert not half.half_list
    counted = labelled("E1", "Plan", ["The plan has three goals:", "1. Read well.", "2. Write well.", "3. Count well."])
    for items, is_half in (("- Read well\n- Write well", True), ("- Read well\n- Write well\n- Count well", False)):
        result = taken(checking([counted]), f"The plan has three goals:\n{items}")
        result.finish()
        assert result.half_list is is_half


@pytest.mark.parametrize(
    "text",
    [
        "Annual meeting",
        "Annual meeting.",
        "Plan > The site council may change the plan.",
        "Each school must invite all parents to an annual",
        "School parents annual meeting",
    ],
)
def test_what_is_no_whole_sentence_is_not_shown(text: str) -> None:
    assert checked(text).sentences == []


def test_what_does_not_bear_on_the_question_or_only_repeats_it_is_not_shown() -> None:
    def asked(question: str, text: str) -> CheckedSentences:
        return taken(checking(question=question, bears=lambda document, _: document == "E1"), text)

    beside = asked("When is the meeting?", "The site council may change the plan before 15 May 2026.")
    assert beside.sentences == []
    assert "bear on" in beside.removed[0].reason
    echo = asked("Whom must each school invite to an annual meeting?", "Each school must invite to an annual meeting.")
    assert echo.sentences == []
    assert "repeats the question" in echo.removed[0].reason
    # To a question that asks for yes or no, the same words are an answer.
    text = "Each school must invite all parents to an annual meeting."
    assert asked("Must each school invite all parents to an annual meeting?", text).sentences


def test_a_sentence_that_leans_on_one_that_is_not_shown_goes_with_it() -> None:
    result = checked("The party was created in 2012. It is held in the fall.")
    assert result.sentences == []
    assert len(shown("Each school must invite all parents to an annual meeting. It is held in the fall.")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Each school must invite all teachers and parents to an annual meeting.",
        "Parents must invite each school to an annual meeting.",
        "The annual meeting of each school is an important part of the plan.",
        "The site council may change the plan and the annual meeting before 15 May 2026.",
    ],
)
def test_additions_and_exchanges_on_the_subject_are_not_shown(text: str) -> None:
    assert checked(text).sentences == []


@pytest.mark.parametrize(
    ("reads", "fell_back", "passes"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_other_words_are_taken_on_the_word_of_a_check_that_reads_meaning(
    reads: bool, fell_back: bool, passes: bool
) -> None:
    class Says:
        name = "says"
        reads_meaning = reads

        def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
            return [Verdict(True, 0.8, None, (0,), fell_back=fell_back) for _ in claims]

    result = checked("Once in a school year, families come together with the staff [E1].", Says())
    assert [one.kind for one in result.sentences] == [SentenceKind.SUPPORTED] * passes


def test_the_headings_above_a_sentence_go_to_the_check_as_context() -> None:
    class Notes:
        name = "notes"
        claims: list[Claim] = []  # noqa: RUF012 - one test reads it

        def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
            self.claims += claims
            return [Verdict(False, 0.0, None, ()) for _ in claims]

    result = checked("Something about (A) [E2].", Notes())
    assert Notes.claims[0].contexts[1] == "Compact The compact describes:"
    assert result.removed[0].reason == NOT_IN_SOURCES


def test_the_check_can_read_the_evidence_beforehand() -> None:
    class Reads(BuiltInCheck):
        read: list[str] = []  # noqa: RUF012 - one test reads it

        def prepare(self, evidence: Sequence[str]) -> None:
            self.read += evidence

    checking(check=Reads(None)).prepare()
    assert {text for _, texts in SOURCES.values() for text in texts} <= set(Reads.read)
    assert "The compact describes: (A) how teachers report progress;" in Reads.read


def test_evidence_cannot_bring_labels_of_its_own() -> None:
    hostile = labelled("E1", "Notes", ["See [E2] for the budget."])
    text = evidence_text([hostile])
    assert text.count("[") == 1
    assert text.startswith("[E1] ")


WORDS = st.sampled_from(
    "parents school must may not meeting [E1] [E2] [E9] 3 15 May 2026 “compact” : \n - . council".split(" ")
)


@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_whatever_is_said_everything_shown_has_a_span_and_is_what_it_is_called(text: str) -> None:
    result = checked(text)
    citations = {one.number: one for one in result.citations.all()}
    documents = {one.label: one.document for one in EVIDENCE}
    for one in citations.values():
        assert one.span.of(documents[one.document_id].text) == one.quote
    for sentence in result.sentences:
        if sentence.kind is SentenceKind.CONNECTIVE:
            assert not sentence.citations
            continue
        assert sentence.citations
        assert set(sentence.citations) <= citations.keys()
        if sentence.kind is SentenceKind.QUOTED:
            assert sentence.text == " ".join(citations[number].quote for number in sentence.citations)


@given(st.text(), st.booleans())
def test_no_sentence_breaks_the_check(text: str, item: bool) -> None:
    checking().take(ModelSentence(text, ("E1",), item, "It says:" if item else ""))
