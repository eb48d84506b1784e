"""What a model's sentences may rest on, and what is kept of them.

A sentence is kept only where the sources, the school's own form or the template's plan language carry it, where no
name, number or date in it is new, and no other word that means something of its own. Labels are a hint where to look
first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.drafting.blanks import has_blank, opened, without_blanks
from assistant.drafting.model_text import ModelSentence
from assistant.drafting.pieces import Piece, content_stems, nearest, share_said
from assistant.drafting.unsaid import (
    as_worded,
    fills_a_blank,
    leaves_out_a_condition,
    repeats,
    speaks_of_itself,
    unsaid,
)
from assistant.drafting.written import Written, cited, names_law, paragraphs
from assistant.records import Removed, SentenceKind
from assistant.support import Claim, SupportCheck, Verdict, claims_nothing, missing_facts
from assistant.wording import term_set

NOT_CARRIED = "Neither the sources found nor the form say this."
NOT_THE_LAW = "It leaves out a condition of its source, or puts a paragraph of law in other words."
ADDED = "It adds words of its own to what the template lets the school promise."
FILLED = "This fills in what only the school can."
_MOSTLY_SAID = 0.6
"""Share of a sentence's words that what carries it has to have, its headings left aside."""
_FEWEST_WORDS = 3
_ENDS = '.!?:;…"”’)]'


@dataclass(frozen=True)
class Grounds:
    """What a sentence of a section may rest on.

    ``labelled`` are the pieces that the model may name. ``form`` and ``template`` are sentences of the school and of
    the template; ``names`` is what the school calls things, which any sentence may use; ``topic`` are the words of the
    section's title and required items, which carry nothing.
    """

    labelled: Mapping[str, Piece]
    sources: tuple[Piece, ...]
    form: tuple[str, ...]
    template: tuple[str, ...]
    names: str
    topic: str

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All texts that a fact may come from."""
        of_sources = dict.fromkeys(text for piece in self.sources for text in (piece.text, piece.context))
        return (*of_sources, *self.form, *self.template, self.names, self.topic)


def checked(
    written: Sequence[ModelSentence], grounds: Grounds, check: SupportCheck
) -> tuple[list[Written], list[Removed]]:
    """Return what may be kept of sentences that somebody wrote, as what, and what may not, with the reason."""
    kept: list[Written] = []
    removed: list[Removed] = []
    seen: set[frozenset[str]] = set()
    for sentence in _finished(written):
        said = term_set(sentence.whole)
        if said in seen:
            continue
        seen.add(said)
        result = _checked(sentence, grounds, check)
        if isinstance(result, Removed):
            removed.append(result)
        elif _adds_to_a_commitment(result, grounds):
            removed.append(Removed(result.text, ADDED))
        elif not has_blank(result.text) or result.text not in {one.text for one in kept}:
            kept.append(replace(result, block=sentence.block, item=sentence.item))
    return _without_dangling(kept), removed


def _adds_to_a_commitment(sentence: Written, grounds: Grounds) -> bool:
    """Whether what the school is to confirm is a line of the template with other words added than the form's: the line
    itself stands, and nobody worded the addition."""
    if sentence.kind is not SentenceKind.YOURS_TO_SUPPLY:
        return False
    said = content_stems(sentence.text)
    known = content_stems(" ".join((grounds.names, grounds.topic, *grounds.form)))
    lines = [line for line in map(content_stems, grounds.template) if len(line) >= _FEWEST_WORDS]
    return any(line < said and said - line - known for line in lines) and said not in lines


def _finished(written: Sequence[ModelSentence]) -> Sequence[ModelSentence]:
    """Return the sentences without a last one that was cut off; items of a list may all do without a full stop."""
    unended = [one for one in written[-2:] if one.text[-1] not in _ENDS]
    return written[:-1] if unended and unended == [written[-1]] else written


def _checked(sentence: ModelSentence, grounds: Grounds, check: SupportCheck) -> Written | Removed:
    if claims_nothing(sentence.whole) and not has_blank(sentence.text):
        return Written(sentence.text, SentenceKind.CONNECTIVE)
    objection = _objection(sentence.text, grounds)
    if objection is not None:
        return Removed(sentence.text, objection)
    if sentence.text.endswith(":") and not names_law(sentence.text):
        return Written(sentence.text, SentenceKind.CONNECTIVE)
    verbatim = next((piece for piece in grounds.sources if piece.text == sentence.text), None)
    if verbatim is not None:
        return Written(sentence.text, SentenceKind.QUOTED, cited([verbatim]))
    claimed = replace(sentence, text=without_blanks(sentence.text))
    return (
        _by_sources(sentence, claimed, grounds, check)
        or _by_template(sentence, claimed, grounds, check)
        or Removed(sentence.text, _reason(sentence, claimed, grounds, check))
    )


def _objection(text: str, grounds: Grounds) -> str | None:
    """Return why a sentence cannot stand whatever carries it; None where nothing speaks against it."""
    if _repeats_the_form(text, grounds.form):
        return "It only repeats the form."
    read = opened(text)
    missing = missing_facts(read, grounds.texts)
    if missing:
        named = ", ".join(dict.fromkeys(fact.text for fact in missing))
        return f"Neither the sources found nor the form have this {missing[0].kind}: {named}."
    strange = [one for one in paragraphs(read) if not any(one in known for known in grounds.texts)]
    if strange:
        return f"The sources found do not have this paragraph: {', '.join(strange)}."
    if has_blank(text) and names_law(text) and not any(names_law(line) for line in grounds.template):
        return "What the law says leaves nothing for the school to fill in."
    new = unsaid(read, grounds.texts)
    return f"Neither the sources found nor the form speak of this: {', '.join(new)}." if new else None


def _repeats_the_form(text: str, form: Sequence[str]) -> bool:
    """Whether a sentence is a line of the form: its label, or something else, a colon, and what was typed or not."""
    head, colon, tail = text.partition(":")
    if not colon or not tail.strip():
        return False
    lines = [line.partition(": ") for line in form]
    return any(
        content_stems(head) == content_stems(label)
        or (content_stems(tail) and content_stems(tail) <= content_stems(value))
        for label, _, value in lines
    )


def _by_sources(
    sentence: ModelSentence, claimed: ModelSentence, grounds: Grounds, check: SupportCheck
) -> Written | None:
    """Return the sentence as one that the form or the sources carry: first what it names, then all of them.

    Never both together: half of a sentence from each is how a day of the form comes to stand in a rule of the law.
    """
    if has_blank(sentence.text) or speaks_of_itself(sentence.text):
        # What is asked of the school is for the template to say, and so is what this paper is.
        return None
    named = tuple(grounds.labelled[label] for label in sentence.labels)
    near = nearest(claimed.whole, grounds.sources)
    # What the form says of one thing does not fill in what is asked of another.
    # As two sentences: "label: value" is one that a claim about the value seems to say otherwise.
    stated_by_school = tuple(line.replace(": ", ". ", 1) for line in grounds.form)
    form = () if fills_a_blank(sentence.text, grounds.template) else stated_by_school
    for pieces, lines in (((), form), (named, ()), (near, ())):
        if not pieces and not lines:
            continue
        verdict = _judged(claimed.whole, pieces, lines, grounds, check)
        carrying = [pieces[one] for one in verdict.carried_by if one < len(pieces)]
        stated = [lines[one - len(pieces)] for one in verdict.carried_by if one >= len(pieces)]
        if (
            verdict.supported
            and not verdict.partly_checked
            and _keep_to_the_law(carrying, claimed.whole)
            and _say_it(claimed.text, carrying, stated, grounds)
        ):
            return Written(sentence.text, SentenceKind.SUPPORTED, cited(carrying), from_form=bool(stated))
    return None


def _say_it(text: str, carrying: Sequence[Piece], lines: Sequence[str], grounds: Grounds) -> bool:
    """Whether what carries a sentence has each fact and word of it, and most words itself: a check allows for more."""
    said = [*(piece.text for piece in carrying), *lines, grounds.names]
    allowed = _said_by(carrying, lines, grounds)
    return share_said(text, said) >= _MOSTLY_SAID and not missing_facts(text, allowed) and not unsaid(text, allowed)


def _said_by(carrying: Sequence[Piece], lines: Sequence[str], grounds: Grounds) -> tuple[str, ...]:
    """Return what a sentence may have its words from: what carries it, headings, names and the section's subject."""
    texts = (text for piece in carrying for text in (piece.context, piece.text))
    return (*texts, *lines, grounds.names, grounds.topic)


def _keep_to_the_law(carrying: Sequence[Piece], text: str) -> bool:
    """Whether a sentence keeps to what it rests on where that binds: its conditions, its paragraphs and their words.

    Each paragraph that a sentence names is named by what carries it, too, and what a paragraph says is not put in other
    words: a duty of the district becomes one of the school in a single word. Neither is a "label: value" of a source.
    """
    if leaves_out_a_condition(text, (piece.text for piece in carrying)):
        return False
    binding = names_law(text) or ":" in text
    if carrying and binding and not any(repeats(text, piece.text) for piece in carrying):
        return False
    return all(any(one in f"{piece.context} {piece.text}" for piece in carrying) for one in paragraphs(text))


def _by_template(
    sentence: ModelSentence, claimed: ModelSentence, grounds: Grounds, check: SupportCheck
) -> Written | None:
    """Return the sentence as a commitment that the template words and the school has to confirm.

    What asks for something may be worded anew; what only states it, of the school or of this paper, may not.
    """
    if fills_a_blank(sentence.text, grounds.template):
        return None
    verdict = _judged(claimed.whole, (), grounds.template, grounds, check)
    carrying = [grounds.template[one] for one in verdict.carried_by]
    if not verdict.supported or not _say_it(claimed.text, (), carrying, grounds):
        return None
    if not has_blank(sentence.text) and not any(repeats(sentence.text, line) for line in carrying):
        return None
    return Written(as_worded(sentence.text, grounds.template), SentenceKind.YOURS_TO_SUPPLY)


def _judged(
    text: str, pieces: Sequence[Piece], others: Sequence[str], grounds: Grounds, check: SupportCheck
) -> Verdict:
    texts = (*(piece.text for piece in pieces), *others)
    contexts = (*(f"{piece.context} {grounds.names}" for piece in pieces), *(grounds.names for _ in others))
    return check.judge([Claim(text, texts, contexts)])[0]


def _reason(sentence: ModelSentence, claimed: ModelSentence, grounds: Grounds, check: SupportCheck) -> str:
    near = nearest(claimed.whole, grounds.sources)
    if not near:
        return NOT_CARRIED
    verdict = _judged(claimed.whole, near, (), grounds, check)
    if not verdict.supported:
        return verdict.reason or NOT_CARRIED
    if fills_a_blank(sentence.text, grounds.template):
        return FILLED
    carrying = [near[one] for one in verdict.carried_by]
    if not _keep_to_the_law(carrying, claimed.whole):
        return NOT_THE_LAW
    beyond = unsaid(claimed.text, _said_by(carrying, (), grounds))
    return f"What comes nearest to this does not speak of: {', '.join(beyond)}." if beyond else NOT_CARRIED


def _without_dangling(kept: list[Written]) -> list[Written]:
    """Return the sentences without lines that open a list of which nothing is left."""
    followed = [later.item for later in kept[1:]] + [False]
    return [
        one
        for one, item_follows in zip(kept, followed, strict=False)
        if item_follows or one.item or not one.text.endswith(":")
    ]
