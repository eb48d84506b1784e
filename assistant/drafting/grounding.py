"""What a model's sentences may rest on, and what is kept of them.

A sentence is kept only where the sources, the school's own form or the template's plan language carry it, where no
name, number or date in it is new, and where hardly any other word is. Labels are a hint where to look first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.drafting.blanks import has_blank, opened, without_blanks
from assistant.drafting.model_text import ModelSentence
from assistant.drafting.pieces import Piece, nearest
from assistant.drafting.written import Written, cited, names_law, paragraphs
from assistant.records import Removed, SentenceKind
from assistant.support import Claim, SupportCheck, Verdict, claims_nothing, missing_facts
from assistant.wording import STOP_WORDS, stem, term_set, words

NOT_CARRIED = "Neither the sources found nor the form say this."
_ENDS = '.!?:;…"”’)]'
_MOST_NEW = 0.25
"""Share of a sentence's content words that may be new. More is a program or promise, not another way to put it."""


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

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset().union(*(term_set(text) for text in self.texts))


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
        else:
            kept.append(replace(result, block=sentence.block, item=sentence.item))
    return _without_dangling(kept), removed


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
    verbatim = next((piece for piece in grounds.sources if piece.text == sentence.text), None)
    if verbatim is not None:
        return Written(sentence.text, SentenceKind.QUOTED, cited([verbatim]))
    claimed = replace(sentence, text=without_blanks(sentence.text))
    return (
        _by_sources(sentence, claimed, grounds, check)
        or _by_template(sentence, claimed, grounds, check)
        or Removed(sentence.text, _reason(claimed, grounds, check))
    )


def _objection(text: str, grounds: Grounds) -> str | None:
    """Return why a sentence cannot stand whatever carries it; None where nothing speaks against it."""
    if text.rstrip(".") in {line.rstrip(".") for line in grounds.form}:
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
    new = _new_words(read, grounds)
    return f"Neither the sources found nor the form speak of this: {', '.join(new)}." if new else None


def _new_words(text: str, grounds: Grounds) -> list[str]:
    """Return the content words that no ground has, where they are too many to be another way of putting it."""
    content = list(dict.fromkeys(word for word in words(text) if word not in STOP_WORDS))
    new = [word for word in content if stem(word) not in grounds.stems]
    return new if len(new) > max(1.0, _MOST_NEW * len(content)) else []


def _by_sources(
    sentence: ModelSentence, claimed: ModelSentence, grounds: Grounds, check: SupportCheck
) -> Written | None:
    """Return the sentence as one that the form or the sources carry: first what it names, then all of them."""
    named = tuple(grounds.labelled[label] for label in sentence.labels)
    near = nearest(claimed.whole, grounds.sources)
    for pieces, form in (((), grounds.form), (named, ()), (near, ()), (near, grounds.form)):
        if not pieces and not form:
            continue
        verdict = _judged(claimed.whole, pieces, form, grounds, check)
        carrying = [pieces[one] for one in verdict.carried_by if one < len(pieces)]
        if verdict.supported and not verdict.partly_checked and _have_its_paragraphs(carrying, claimed.whole):
            places = cited(carrying)
            by_form = any(one >= len(pieces) for one in verdict.carried_by)
            if has_blank(sentence.text):
                return Written(sentence.text, SentenceKind.YOURS_TO_SUPPLY)
            return Written(sentence.text, SentenceKind.SUPPORTED, places, from_form=by_form)
    return None


def _have_its_paragraphs(carrying: Sequence[Piece], text: str) -> bool:
    """Whether each paragraph of law that a sentence names is named by what carries it, too."""
    return all(any(one in f"{piece.context} {piece.text}" for piece in carrying) for one in paragraphs(text))


def _by_template(
    sentence: ModelSentence, claimed: ModelSentence, grounds: Grounds, check: SupportCheck
) -> Written | None:
    """Return the sentence as a commitment that the template words and the school has to confirm."""
    verdict = _judged(claimed.whole, (), (*grounds.template, *grounds.form), grounds, check)
    return Written(sentence.text, SentenceKind.YOURS_TO_SUPPLY) if verdict.supported else None


def _judged(
    text: str, pieces: Sequence[Piece], others: Sequence[str], grounds: Grounds, check: SupportCheck
) -> Verdict:
    texts = (*(piece.text for piece in pieces), *others)
    contexts = (*(f"{piece.context} {grounds.names}" for piece in pieces), *(grounds.names for _ in others))
    return check.judge([Claim(text, texts, contexts)])[0]


def _reason(claimed: ModelSentence, grounds: Grounds, check: SupportCheck) -> str:
    near = nearest(claimed.whole, grounds.sources)
    verdict = _judged(claimed.whole, near, grounds.form, grounds, check) if near or grounds.form else None
    return (verdict.reason if verdict is not None else None) or NOT_CARRIED


def _without_dangling(kept: list[Written]) -> list[Written]:
    """Return the sentences without lines that open a list of which nothing is left."""
    followed = [later.item for later in kept[1:]] + [False]
    return [
        one
        for one, item_follows in zip(kept, followed, strict=False)
        if item_follows or one.item or not one.text.endswith(":")
    ]
