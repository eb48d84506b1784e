"""Sentences on their way into a draft: what each rests on, as spans, until the citations are numbered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.citing import Citations
from assistant.drafting.pieces import Piece
from assistant.records import Document, DraftSentence, Removed, SentenceKind, Span

_LAW = re.compile(
    r"(?:\b(?:sections?|code|codes?|u\.s\.c\.?|sección|código)|§)\s*\d|\b\d+\([a-z]\)|\([a-z]\)\(\d", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"\([a-z]\)(?:\(\d{1,2}\)(?:\([A-Z]\))?)?")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of a section; ``cited`` are the places that carry it, or the one that it quotes."""

    text: str
    kind: SentenceKind
    cited: tuple[tuple[Document, Span], ...] = ()
    block: int = 0
    item: bool = False
    from_form: bool = False

    @property
    def rests_on_sources(self) -> bool:
        return bool(self.cited)


@dataclass(frozen=True, slots=True)
class WrittenSection:
    """The sentences of a section and what was taken out of it.

    ``quotes`` holds, by the name of a required item, the sources' own words that say what it asks for.
    """

    sentences: tuple[Written, ...]
    removed: tuple[Removed, ...] = ()
    quotes: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)


def numbered(sentences: Sequence[Written], citations: Citations) -> tuple[DraftSentence, ...]:
    """Return the sentences with the numbers of their citations."""
    return tuple(
        DraftSentence(
            text=one.text,
            kind=one.kind,
            citations=tuple(dict.fromkeys(number for place in one.cited for number in citations.cite(*place))),
            block=one.block,
            item=one.item,
            from_form=one.from_form,
        )
        for one in sentences
    )


def quotation(piece: Piece, block: int, item: bool = False) -> list[Written]:
    """Return a piece in the source's own words: its first sentence in ``block``, each item of a list in its own."""
    return [
        Written(
            span.of(piece.document.text),
            SentenceKind.QUOTED,
            ((piece.document, span),),
            block + place,
            item=item or place > 0,
        )
        for place, span in enumerate(piece.spans)
    ]


def cited(pieces: Iterable[Piece]) -> tuple[tuple[Document, Span], ...]:
    """Return the places of pieces, in order, each once."""
    places = {(piece.document.id, span): (piece.document, span) for piece in pieces for span in piece.spans}
    return tuple(places.values())


def in_order(sentences: Iterable[Written]) -> tuple[Written, ...]:
    """Return the sentences with their blocks counted from 0 without gaps."""
    result: list[Written] = []
    blocks: dict[int, int] = {}
    for one in sentences:
        result.append(replace(one, block=blocks.setdefault(one.block, len(blocks))))
    return tuple(result)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of law that a text names, each once: "(c)(4)(A)" of "6318(c)(4)(A)"."""
    return tuple(dict.fromkeys(found.group() for found in _PARAGRAPH.finditer(text)))


def names_law(text: str) -> bool:
    """Whether a sentence names a paragraph of law: "section 1116", "Education Code 64001", "(c)(4)"."""
    return _LAW.search(text) is not None
