"""A person's own edit of a section: what is unchanged keeps what it rests on, what is new is checked or theirs."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.citing import Citations
from assistant.drafting.blanks import has_blank, without_markers
from assistant.drafting.evidence import Gathered
from assistant.drafting.model_text import ModelSentence, sentences
from assistant.drafting.pieces import claim, nearest
from assistant.drafting.unsaid import speaks_of_itself, unsaid
from assistant.drafting.written import Written, cited, numbered
from assistant.errors import UsageError
from assistant.records import Citation, DraftSection, DraftSentence, SentenceKind
from assistant.support import SupportCheck, claims_nothing
from assistant.text.characters import clean

LONGEST_EDIT = 20_000
"""Characters of a section: about seven pages."""


def edited(
    text: str,
    before: DraftSection,
    known: Mapping[int, Citation],
    evidence: Gathered,
    check: SupportCheck,
    names: str,
) -> tuple[tuple[DraftSentence, ...], dict[int, Citation]]:
    """Return the sentences of an edited section, and the citations that their numbers mean.

    ``known`` are the citations of the draft before the edit, ``names`` what the school calls things. Raises UsageError
    for text that is too long.
    """
    if len(text) > LONGEST_EDIT:
        raise UsageError(
            f"The section has {len(text):,} characters; {LONGEST_EDIT:,} is the most.",
            next_step="Shorten it, or divide it between two sections of the template.",
        )
    kept = {_key(one.text): one for one in before.sentences}
    citations = Citations()
    shift = max(known, default=0)
    result: list[DraftSentence] = []
    for one in sentences(clean(text), ()):
        old = kept.get(_key(one.text))
        if old is not None:
            numbers = old.citations
            result.append(DraftSentence(old.text, old.kind, numbers, one.block, one.item, old.from_form))
            continue
        (new,) = numbered([_checked(one, evidence, check, names)], citations)
        numbers = tuple(number + shift for number in new.citations)
        result.append(DraftSentence(new.text, new.kind, numbers, one.block, one.item, new.from_form))
    fresh = {citation.number + shift: citation for citation in citations.all()}
    return tuple(result), {**known, **fresh}


def _checked(sentence: ModelSentence, evidence: Gathered, check: SupportCheck, names: str) -> Written:
    """Return a new sentence as what it is; what the passages do not carry is the school's own to confirm."""
    text = without_markers(sentence.text)
    if claims_nothing(sentence.whole) and not has_blank(text):
        return Written(text, SentenceKind.CONNECTIVE)
    if not has_blank(text):
        verbatim = next((piece for piece in evidence.sentences if piece.text == text), None)
        if verbatim is not None:
            return Written(text, SentenceKind.QUOTED, cited([verbatim]))
        pieces = nearest(sentence.whole, evidence.sentences)
        if pieces:
            verdict = check.judge([claim(sentence.whole, pieces, names)])[0]
            carrying = [pieces[one] for one in verdict.carried_by]
            said = [names, *(f"{piece.context} {piece.text}" for piece in carrying)]
            if (
                verdict.supported
                and not verdict.partly_checked
                and not unsaid(text, said)
                and not speaks_of_itself(text)
            ):
                return Written(text, SentenceKind.SUPPORTED, cited(carrying))
    return Written(text, SentenceKind.YOURS_TO_SUPPLY, from_form=True)


def _key(text: str) -> str:
    return " ".join(text.split()).strip('“”"')
