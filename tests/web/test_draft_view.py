"""What the page of a draft shows: every sentence with its kind, every blank once in the list."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Citation, Draft, DraftSection, DraftSentence, SentenceKind, Span
from assistant.web.drafts.view import draft_view, passage_views, section_text
from tests.web.sample_assistant import FRAMEWORK, made_document

DOCUMENT = made_document(FRAMEWORK, "framework.txt", media_type="text/plain")
QUOTE = Citation(1, DOCUMENT.id, "Framework", "framework.txt", None, None, (), Span(0, 9), "Family En")
kinds = st.sampled_from(SentenceKind)
sentences = st.lists(
    st.builds(
        DraftSentence,
        text=st.text(min_size=1, max_size=40),
        kind=kinds,
        citations=st.sampled_from([(), (1,)]),
        block=st.integers(0, 4),
        item=st.booleans(),
        from_form=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def draft_of(*sections: DraftSection) -> Draft:
    return Draft(
        id="0" * 32,
        version=1,
        template="policy",
        title="Policy",
        form={},
        sections=sections,
        citations=(QUOTE,),
        coverage=(),
        model="quotes",
        corpus_version="today",
        created_at="2026-11-24T09:30:00+00:00",
    )


def section_of(*given: DraftSentence) -> DraftSection:
    return DraftSection("purpose", "Purpose", given)


def _letters(text: str) -> str:
    return re.sub(r"[\[\]\s]", "", text)


@given(sentences)
def test_no_word_is_lost_and_no_sentence_changes_its_kind(given: list[DraftSentence]) -> None:
    view = draft_view(draft_of(section_of(*given)))
    shown = [one for block in view.sections[0].blocks for line in block.lines for one in line]
    assert [one.kind for one in shown] == [one.kind for one in given]
    for sentence, seen in zip(given, shown, strict=True):
        # The brackets of a blank are its look, and so is the white space inside them.
        assert _letters("".join(piece.text for piece in seen.pieces)) == _letters(sentence.text)
        assert [one.number for one in seen.citations] == list(sentence.citations)


def test_a_blank_is_listed_once_for_its_section_and_leads_to_its_first_place() -> None:
    twice = DraftSentence("On [date] or [date] in [place].", SentenceKind.YOURS_TO_SUPPLY)
    quoted = DraftSentence("As [they] said.", SentenceKind.QUOTED, (1,))
    view = draft_view(draft_of(section_of(twice, quoted), replace(section_of(twice), name="other")))
    assert [(one.words, one.number) for one in view.blanks] == [("date", 1), ("place", 3), ("date", 4), ("place", 6)]
    assert len(view.blanks) == len(view.draft.blanks)


def test_whose_words_a_sentence_is_is_said_beside_it() -> None:
    given = (
        DraftSentence("Typed.", SentenceKind.YOURS_TO_SUPPLY, from_form=True),
        DraftSentence("On [date].", SentenceKind.YOURS_TO_SUPPLY),
        DraftSentence("We are 30.", SentenceKind.YOURS_TO_SUPPLY),
        DraftSentence("Supported.", SentenceKind.SUPPORTED, (1,)),
    )
    (block,) = draft_view(draft_of(section_of(*given))).sections[0].blocks
    assert [one.tag for one in block.lines[0]] == ["yours", "", "to confirm", ""]


def test_a_section_as_text_to_edit() -> None:
    given = (
        DraftSentence("One.", SentenceKind.CONNECTIVE, block=0),
        DraftSentence("Two\nlines.", SentenceKind.QUOTED, (1,), block=0),
        DraftSentence("First", SentenceKind.CONNECTIVE, block=1, item=True),
        DraftSentence("Second", SentenceKind.CONNECTIVE, block=2, item=True),
        DraftSentence("End [when].", SentenceKind.YOURS_TO_SUPPLY, block=3),
    )
    assert section_text(section_of(*given)) == "One. Two lines.\n\n- First\n- Second\n\nEnd [when]."


def test_passages_that_are_cited_come_first_and_those_that_are_gone_are_left_out() -> None:
    spans = [section.span for section in DOCUMENT.sections]
    ids = [f"{DOCUMENT.id}:{span.start}-{span.end}" for span in spans]
    cited = frozenset({(DOCUMENT.id, Span(spans[1].start, spans[1].start + 4))})

    def document(identifier: str) -> object:
        from assistant.errors import LibraryError

        if identifier != DOCUMENT.id:
            raise LibraryError("Gone.", next_step="Nothing.")
        return DOCUMENT

    views = passage_views([*ids, "gone:1-2", "no passage"], cited, frozenset(ids[:1]), document)  # type: ignore[arg-type]
    assert [one.id for one in views] == [ids[1], ids[0]]
    assert [(one.cited, one.ticked) for one in views] == [(True, False), (False, True)]
