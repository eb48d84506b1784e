"""What changed between two versions of a draft."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.comparing import Fate, WordChange, compare, word_changes
from assistant.records import Blank, Citation, Draft, DraftSection, DraftSentence, SentenceKind, Span
from tests.drafting.export_samples import drafts, sentences


def sentence(text: str, *citations: int) -> DraftSentence:
    return DraftSentence(text, SentenceKind.SUPPORTED, citations)


def citation(number: int, quote: str, source: str = "plan.md") -> Citation:
    return Citation(number, "f" * 64, "Plan", source, None, None, (), Span(0, len(quote)), quote)


def draft(*sections: DraftSection, version: int = 1, citations: tuple[Citation, ...] = ()) -> Draft:
    return Draft(
        "a" * 32, version, "t", "Title", {}, sections, citations, (), "quotes", "c", "2026-01-01T00:00:00+00:00"
    )


def test_sentences_are_kept_changed_added_and_removed_in_reading_order() -> None:
    old = DraftSection(
        "s",
        "Meetings",
        (
            sentence("Families are welcome."),
            sentence("The school holds one annual meeting in the fall."),
            sentence("Interpreters are on hand."),
        ),
    )
    new = replace(
        old,
        sentences=(
            sentence("Families are welcome."),
            sentence("Child care is offered."),
            sentence("The school holds two annual meetings in the fall."),
        ),
    )
    (section,) = compare(draft(old), draft(new, version=2)).sections
    assert section.fate is Fate.CHANGED
    assert [(one.fate, one.old and one.old.text, one.new and one.new.text) for one in section.sentences] == [
        (Fate.KEPT, "Families are welcome.", "Families are welcome."),
        (Fate.ADDED, None, "Child care is offered."),
        (
            Fate.CHANGED,
            "The school holds one annual meeting in the fall.",
            "The school holds two annual meetings in the fall.",
        ),
        (Fate.REMOVED, "Interpreters are on hand.", None),
    ]
    assert [one for one in section.sentences[2].words if one.fate is not Fate.KEPT] == [
        WordChange(Fate.CHANGED, "one", "two"),
        WordChange(Fate.CHANGED, "meeting", "meetings"),
    ]


def test_sections_come_and_go_by_name() -> None:
    kept, gone, come = (DraftSection(name, name.upper(), (sentence(f"{name} says so."),)) for name in "abc")
    compared = compare(draft(kept, gone), draft(come, kept))
    assert [(one.name, one.fate) for one in compared.sections] == [
        ("c", Fate.ADDED),
        ("a", Fate.KEPT),
        ("b", Fate.REMOVED),
    ]


def test_citations_are_known_by_what_they_quote_and_not_by_their_number() -> None:
    old = draft(citations=(citation(1, "First words."), citation(2, "Second words.")))
    new = draft(citations=(citation(1, "Second\nwords."), citation(2, "Second words.", "law.txt")))
    compared = compare(old, new)
    assert compared.citations_lost == (old.citations[0],)
    assert compared.citations_gained == (new.citations[1],)


def test_blanks_filled_and_opened() -> None:
    old = draft(DraftSection("s", "S", (sentence("We meet on [date] at [place], as [1] says."),)))
    new = draft(DraftSection("s", "S", (sentence("We meet on May 3 at [place] with [partner]."),)))
    compared = compare(old, new)
    assert compared.blanks_filled == (Blank("date", "s"),)
    assert compared.blanks_opened == (Blank("partner", "s"),)


def test_brackets_of_a_quotation_are_no_blank() -> None:
    quoted = DraftSentence("[S]tudents meet on [date].", SentenceKind.QUOTED, (1,))
    assert draft(DraftSection("s", "S", (quoted,))).blanks == ()


@given(drafts)
def test_nothing_changed_against_itself(one: Draft) -> None:
    compared = compare(one, one)
    assert all(section.fate is Fate.KEPT for section in compared.sections)
    assert not any((compared.citations_gained, compared.citations_lost, compared.blanks_filled, compared.blanks_opened))


@given(st.lists(sentences, max_size=8), st.lists(sentences, max_size=8))
def test_both_versions_can_be_read_off_the_changes(old: list[DraftSentence], new: list[DraftSentence]) -> None:
    before, after = DraftSection("s", "S", tuple(old)), DraftSection("s", "S", tuple(new))
    (section,) = compare(draft(before), draft(after)).sections
    assert [one.old for one in section.sentences if one.old is not None] == old
    assert [one.new for one in section.sentences if one.new is not None] == new
    for one in section.sentences:
        assert (one.fate is Fate.CHANGED) == bool(one.words)


@given(st.text(alphabet="ab \n"), st.text(alphabet="ab \n"))
def test_both_texts_can_be_read_off_the_words(old: str, new: str) -> None:
    changes = word_changes(old, new)
    assert " ".join(change.old for change in changes if change.old) == " ".join(old.split())
    assert " ".join(change.new for change in changes if change.new) == " ".join(new.split())
    assert all((change.fate is Fate.KEPT) == (change.old == change.new) for change in changes)
