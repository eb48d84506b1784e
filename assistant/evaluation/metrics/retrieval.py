"""Was what is to be found among what the question found? By document, by page, and by the passage itself.

Several passages may hold one thing to be found. They are collapsed to it before anything is ranked, since a ranking
that counts one thing twice can score above 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from assistant.evaluation.benchmarks.ranking import discounted_gain, reciprocal_rank
from assistant.evaluation.matching import covered_length, overlap, union_length
from assistant.records import GoldUnit, RetrievedPassage, Span

RANKED = 10
HOLDS = 0.9
"""Share of a quote's characters that passages must have, together, to have found it."""


class Level(StrEnum):
    DOCUMENT = "document"
    PAGE = "page"
    PASSAGE = "passage"


def wanted(gold: Sequence[GoldUnit], level: Level) -> list[GoldUnit]:
    """Return the units to be found at a level: each document once, each page once, each quote (or page) as it is.

    A document or quote that the library does not have stays among them, since it is not found. Empty where the level
    has no meaning: pages for a source without pages, passages where only a document is named.
    """
    if level is Level.PASSAGE:
        return [unit for unit in gold if unit.places or unit.problem]
    if level is Level.PAGE:
        pages = [unit for unit in gold if unit.pages]
        return list({(unit.document_id, unit.pages): unit for unit in pages}.values())
    return list({unit.document_id or unit.source: unit for unit in gold}.values())


def found_at(unit: GoldUnit, passages: Sequence[RetrievedPassage], level: Level) -> int | None:
    """Return the rank, from 1, at which the passages so far have the unit; None where they never do.

    A document is found with any of its passages, a page with any passage that touches it. A quote is found when the
    passages so far hold ``HOLDS`` of its characters together, since the end of a passage may cut it.
    """
    own = [one for one in passages if one.document_id == unit.document_id]
    if level is Level.DOCUMENT:
        return own[0].rank if own else None
    if level is Level.PAGE or unit.quote is None:
        return next((one.rank for one in own if set(unit.pages) & set(one.pages)), None)
    for count, one in enumerate(own, 1):
        held = [other.span for other in own[:count]]
        if any(covered_length(place, held) >= HOLDS * len(place) for place in unit.places):
            return one.rank
    return None


def ranks(gold: Sequence[GoldUnit], passages: Sequence[RetrievedPassage], level: Level) -> list[int | None]:
    """Return ``found_at`` of every wanted unit."""
    return [found_at(unit, passages, level) for unit in wanted(gold, level)]


def hit(found: Sequence[int | None], depth: int) -> float:
    """hit@k = 1 if any gold unit is found among the first k passages, else 0."""
    return float(any(rank is not None and rank <= depth for rank in found))


def recall(found: Sequence[int | None], depth: int) -> float:
    """recall@k = gold units found among the first k passages / gold units."""
    return sum(rank is not None and rank <= depth for rank in found) / len(found)


def all_gold(found: Sequence[int | None], depth: int) -> float:
    """all_gold@k = 1 if every gold unit is found among the first k passages, else 0."""
    return float(all(rank is not None and rank <= depth for rank in found))


def collapsed(gold: Sequence[GoldUnit], passages: Sequence[RetrievedPassage], level: Level) -> list[str]:
    """Return the ranking with each gold unit once, where it is found, and every other thing as its name.

    What is ranked are documents, pages or passages, as the level says: each is named once. A passage that only holds
    more of a unit found at an earlier rank is left out.
    """
    units = wanted(gold, level)
    found = [found_at(unit, passages, level) for unit in units]
    ranking: list[str] = []
    for one in passages:
        new = [gold_name(index) for index, rank in enumerate(found) if rank == one.rank]
        if new:
            ranking += new
        elif not any(_is_more_of(unit, rank, one, level) for unit, rank in zip(units, found, strict=True)):
            ranking.append(_name(one, level))
    return list(dict.fromkeys(ranking))


def gold_name(index: int) -> str:
    """Return what a gold unit is called in a collapsed ranking, by its place among the wanted ones."""
    return f"gold {index}"


def _name(one: RetrievedPassage, level: Level) -> str:
    if level is Level.DOCUMENT:
        return one.document_id
    return f"{one.document_id} {one.pages}" if level is Level.PAGE and one.pages else one.passage_id


def _is_more_of(unit: GoldUnit, rank: int | None, one: RetrievedPassage, level: Level) -> bool:
    if one.document_id != unit.document_id or rank is None or rank >= one.rank:
        return False
    if level is Level.DOCUMENT:
        return True
    if level is Level.PAGE or unit.quote is None:
        return bool(set(unit.pages) & set(one.pages))
    return any(place.overlaps(one.span) for place in unit.places)


def mean_reciprocal_rank(ranking: Sequence[str], units: int) -> float:
    """MRR@10 = 1 / place of the first gold unit in the collapsed ranking, 0 where it is not among the first ten."""
    return reciprocal_rank(ranking, dict.fromkeys(map(gold_name, range(units)), 1), RANKED)


def ndcg(ranking: Sequence[str], units: int) -> float:
    """nDCG@10 = sum over gold units among the first ten of 1 / log2(place + 1), over the best such sum possible."""
    return discounted_gain(ranking, dict.fromkeys(map(gold_name, range(units)), 1), RANKED)


def quote_intervals(
    gold: Sequence[GoldUnit], passages: Sequence[RetrievedPassage]
) -> tuple[float, float, float] | None:
    """Return recall, precision and IoU of the retrieved characters against those of the quotes; None without quotes.

    With G the characters of the gold quotes and R those of all passages retrieved: recall = |G and R| / |G|,
    precision = |G and R| / |R|, IoU = |G and R| / |G or R|. Of a quote that stands in several places the one counts of
    which most was retrieved. Compares ways of cutting passages: large ones have recall, small ones precision.
    """
    quotes = [unit for unit in gold if unit.quote is not None and unit.places]
    if not quotes:
        return None
    retrieved: dict[str, list[Span]] = {}
    for one in passages:
        retrieved.setdefault(one.document_id, []).append(one.span)
    places: dict[str, list[Span]] = {}
    for unit in quotes:
        document = unit.document_id or ""
        best = max(unit.places, key=lambda place: covered_length(place, retrieved.get(document, [])))
        places.setdefault(document, []).append(best)
    gold_characters = sum(union_length(spans) for spans in places.values())
    all_retrieved = sum(union_length(spans) for spans in retrieved.values())
    both = sum(
        union_length(
            [shared for span in spans for other in retrieved.get(document, []) if (shared := span.intersection(other))]
        )
        for document, spans in places.items()
    )
    return (
        both / gold_characters,
        both / all_retrieved if all_retrieved else 0.0,
        both / (gold_characters + all_retrieved - both),
    )


def share_cited(unit: GoldUnit, cited: Sequence[tuple[str, int | None, Span]]) -> bool:
    """Whether a gold unit is cited. ``cited`` gives document id, page and span of each citation.

    A quote is cited where a citation and one of its places share half of the shorter of the two; a page by a citation
    of that page; a document by any.
    """
    own = [(page, span) for document, page, span in cited if document == unit.document_id]
    if unit.quote is not None:
        return any(
            overlap(place, span) >= 0.5 * min(len(place), len(span)) for place in unit.places for _, span in own
        ) and bool(unit.places)
    if unit.places:
        return any(page in unit.pages for page, _ in own)
    return bool(own) and unit.problem is None
