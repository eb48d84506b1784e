"""Which required items a section covers, and with which of its sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.drafting.blanks import without_blanks
from assistant.drafting.pieces import content_stems, share_said
from assistant.records import Coverage, DraftSentence, RequiredItem, SentenceKind
from assistant.support import Claim, SupportCheck
from assistant.wording import term_set

_SENTENCES_READ = 14
_MOSTLY_SAID = 0.6
"""Share of an item's words that the sentences covering it have to have: to touch on a duty is not to cover it."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence, or a line that opens a list with its items; ``places`` are its sentences' places in the section."""

    text: str
    places: tuple[int, ...]


def coverage(
    section: str,
    items: Sequence[RequiredItem],
    sentences: Sequence[DraftSentence],
    check: SupportCheck,
    known: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Coverage, ...]:
    """Return for each item whether the sentences of the section say it, and which do; ``section`` is its name.

    An item is covered only where there are sentences to show for it. ``known`` holds by an item's name the sentences of
    which it was judged already that they say it together.
    """
    places = {name: _places(texts, sentences) for name, texts in (known or {}).items()}
    open_items = [item for item in items if not places.get(item.name)]
    said = _said(sentences) if open_items else []
    asked = [_nearest(item.words, said) for item in open_items]
    claims = [Claim(item.words, tuple(one.text for one in near)) for item, near in zip(open_items, asked, strict=True)]
    for item, near, verdict in zip(open_items, asked, check.judge(claims) if claims else [], strict=True):
        carried = _saying(item, [near[piece] for piece in verdict.carried_by], near) if verdict.supported else []
        places[item.name] = tuple(sorted({place for said_by in carried for place in said_by.places}))
    return tuple(Coverage(section, item, bool(places[item.name]), places[item.name]) for item in items)


def _saying(item: RequiredItem, carried: Sequence[_Said], near: Sequence[_Said]) -> list[_Said]:
    """Return what carries an item, with what else of the section it takes to say most of it; nothing where that fails.

    A check names the fewest sentences that will do, and an item may be said in two.
    """
    chosen = list(carried)
    share = share_said(item.words, [one.text for one in chosen])
    for one in near:
        if share >= _MOSTLY_SAID:
            break
        more = share_said(item.words, [one.text, *(other.text for other in chosen)])
        if more > share:
            chosen.append(one)
            share = more
    return chosen if share >= _MOSTLY_SAID else []


def _places(texts: Sequence[str], sentences: Sequence[DraftSentence]) -> tuple[int, ...]:
    """Return where the quoted sentences of these texts stand; nothing where one of them is missing."""
    quoted = {one.text: place for place, one in enumerate(sentences) if one.kind is SentenceKind.QUOTED}
    return tuple(sorted(quoted[text] for text in texts)) if quoted.keys() >= set(texts) else ()


def _said(sentences: Sequence[DraftSentence]) -> list[_Said]:
    said = []
    for place, one in enumerate(sentences):
        if one.kind is SentenceKind.CONNECTIVE:
            continue
        said.append(_Said(_stated(one), (place,)))
        if one.text.endswith(":") and not one.item:
            items = []
            for below in range(place + 1, len(sentences)):
                if not sentences[below].item:
                    break
                items.append(below)
            if items:
                text = " ".join([_stated(one), *(_stated(sentences[below]) for below in items)])
                said.append(_Said(text, (place, *items)))
    return said


def _stated(sentence: DraftSentence) -> str:
    """Return what a sentence says already; what stands in a blank is only asked for."""
    return sentence.text if sentence.kind is SentenceKind.QUOTED else without_blanks(sentence.text)


def _nearest(text: str, said: Sequence[_Said]) -> list[_Said]:
    wanted = content_stems(text)
    shared = [(len(wanted & term_set(one.text)), place) for place, one in enumerate(said)]
    ranked = sorted(shared, key=lambda one: (-one[0], one[1]))[:_SENTENCES_READ]
    return [said[place] for count, place in ranked if count]
