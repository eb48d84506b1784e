"""Quotes mode: an answer in the sources' own sentences, each verbatim, with what makes it readable on its own."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.answering.evidence import WeighedSentence
from assistant.answering.lists import items_below, lead_in, mark, opens_list, sentence_text
from assistant.citing import Citations, page_at, section_at
from assistant.records import Document, NearestPassage, Passage, Sentence, SentenceKind, Span
from assistant.wording import numbers

WITHIN_BEST = 0.75
"""A further sentence is quoted while its score is at least this share of the best one's."""
_SAME = 0.7
_MOST_ITEMS = 12
_MOST_UNMARKED = 4

LEANS_BACK = re.compile(
    r"^(?:it|its|they|their|them|this|these|those|such|he|she|his|her|both|additionally|in addition|therefore|"
    r"however|also|moreover|furthermore|then|here|there|the (?:same|latter|former)|"
    r"esto|estos|estas|este|esta|ellos|ellas|además|también|por lo tanto|sin embargo)\b",
    re.IGNORECASE,
)

Documents = Callable[[str], Document]


@dataclass(frozen=True, slots=True)
class Quotation:
    """One or more neighbouring sentences of a passage, quoted together; ``spans`` are theirs, in order."""

    passage: Passage
    spans: tuple[Span, ...]
    score: float


def choose(weighed: Sequence[WeighedSentence], most: int) -> list[WeighedSentence]:
    """Return the sentences worth quoting, best first: close to the best, and each saying something of its own.

    Of two sentences that say the same, the one with the smaller handicap is taken: an original rather than a summary.
    """
    chosen: list[WeighedSentence] = []
    for one in weighed:
        if chosen and one.score < WITHIN_BEST * chosen[0].score:
            break
        twin = next((index for index, other in enumerate(chosen) if _say_the_same(one, other)), None)
        if twin is None:
            if len(chosen) < most:
                chosen.append(one)
        elif one.handicap < chosen[twin].handicap:
            chosen[twin] = one
    return chosen


def _say_the_same(one: WeighedSentence, other: WeighedSentence) -> bool:
    figures = numbers(one.text), numbers(other.text)
    if figures[0] != figures[1] and all(figures):
        # "The first version appeared in 2013", "The second version appeared in 2019": nearly the same words.
        return False
    shared = len(one.stems & other.stems)
    return shared >= _SAME * min(len(one.stems), len(other.stems)) and shared > 0


def quotations(chosen: Sequence[WeighedSentence]) -> list[Quotation]:
    """Return the chosen sentences with their surroundings, those of one passage together and in its order.

    A sentence that leans on the one before it ("It ...", "Therefore ...") brings that one along, an item of a list
    the line that opens the list, and that line, or two of its items, the whole list.
    """
    spans: dict[str, set[Span]] = {}
    passages: dict[str, Passage] = {}
    scores: dict[str, float] = {}
    for one in chosen:
        passage = one.hit.passage
        passages.setdefault(passage.id, passage)
        scores[passage.id] = max(one.score, scores.get(passage.id, 0.0))
        spans.setdefault(passage.id, set()).update(_readable(passage, one.span))
    for identifier, passage in passages.items():
        spans[identifier].update(_lists_begun(passage, spans[identifier]))
    ordered = sorted(passages.values(), key=lambda passage: -scores[passage.id])
    return [Quotation(passage, tuple(sorted(spans[passage.id])), scores[passage.id]) for passage in ordered]


def _lists_begun(passage: Passage, chosen: set[Span]) -> list[Span]:
    """Return all items of the lists of which two or more are chosen: the rest of them belongs to the answer too."""
    numbers = [index for index, span in enumerate(passage.sentences) if span in chosen]
    openings = Counter(opening for index in numbers if (opening := lead_in(passage, index)) is not None)
    begun = [passage.sentences.index(opening) for opening, items in openings.items() if items > 1]
    return [item for index in begun for item in items_below(passage, index, _MOST_ITEMS)]


def _readable(passage: Passage, span: Span) -> list[Span]:
    sentences = passage.sentences
    index = sentences.index(span)
    text = sentence_text(passage, span)
    if opens_list(text):
        # A line that opens a list is nothing by itself: unmarked paragraphs below it are taken for the list.
        return [span, *(items_below(passage, index, _MOST_ITEMS) or sentences[index + 1 : index + 1 + _MOST_UNMARKED])]
    opening = lead_in(passage, index)
    if opening is not None:
        return [opening, span]
    if index > 0 and LEANS_BACK.match(text):
        return [sentences[index - 1], span]
    return [span]


def write(found: Sequence[Quotation], documents: Documents, citations: Citations) -> tuple[Sentence, ...]:
    """Return the quotations as sentences, each once, with the numbers that ``citations`` gives its spans."""
    sentences: dict[tuple[str, Span], Sentence] = {}
    for quotation in found:
        document = documents(quotation.passage.document_id)
        spans = [*_leant_on(document, quotation), *quotation.spans, *_rest_of_list(document, quotation)]
        for span in _read_on(document, spans):
            # What one quotation leans on in the passage before may be what another quotes there.
            if (document.id, span) not in sentences:
                numbers = citations.cite(document, span)
                sentences[document.id, span] = Sentence(span.of(document.text), SentenceKind.QUOTED, numbers)
    return tuple(sentences.values())


def _read_on(document: Document, spans: list[Span]) -> list[Span]:
    """Return the spans with a first one that leans on what is not quoted ("Additionally, ...") put last, where the
    next can stand alone."""
    texts = [span.of(document.text) for span in spans[:2]]
    if len(texts) > 1 and LEANS_BACK.match(texts[0]) and not LEANS_BACK.match(texts[1]) and mark(texts[1]) is None:
        return [*spans[1:], spans[0]]
    return spans


def _leant_on(document: Document, quotation: Quotation) -> tuple[Span, ...]:
    """Return the sentence that the first one leans on where the beginning of the passage cut it off."""
    first = quotation.spans[0]
    index = bisect_left(document.sentences, first)
    if first != quotation.passage.sentences[0] or index == 0 or not LEANS_BACK.match(first.of(document.text)):
        return ()
    before = document.sentences[index - 1]
    same_section = section_at(document.sections, before.start) == section_at(document.sections, first.start)
    # The last item of a list is hardly what a sentence below the list leans on.
    return (before,) if same_section and mark(before.of(document.text)) is None else ()


def _rest_of_list(document: Document, quotation: Quotation) -> tuple[Span, ...]:
    """Return the items of a quoted list that the end of its passage cut off."""
    last = quotation.spans[-1]
    kind = mark(last.of(document.text))
    begun = any(opens_list(span.of(document.text)) for span in quotation.spans[:-1])
    if kind is None or not begun or last != quotation.passage.sentences[-1]:
        return ()
    following = document.sentences[bisect_right(document.sentences, last) :][:_MOST_ITEMS]
    return tuple(takewhile(lambda span: mark(span.of(document.text)) == kind, following))


def nearest(weighed: Sequence[WeighedSentence], documents: Documents, most: int = 3) -> tuple[NearestPassage, ...]:
    """Return the closest sentence of each of the closest passages, for reading on where nothing answers."""
    best: dict[str, WeighedSentence] = {}
    for one in weighed:
        if not any(_say_the_same(one, other) for other in best.values()):
            best.setdefault(one.hit.passage.id, one)
        if len(best) == most:
            break
    shown = []
    for one in best.values():
        document = documents(one.hit.passage.document_id)
        page = page_at(document.pages, one.span.start)
        shown.append(
            NearestPassage(
                document_id=document.id,
                title=document.title,
                source=document.source,
                page=page.number if page else None,
                page_label=page.label if page else None,
                section=section_at(document.sections, one.span.start),
                span=one.span,
                quote=one.text,
            )
        )
    return tuple(shown)
