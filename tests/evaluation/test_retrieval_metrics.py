"""Retrieval: ranks by hand, nDCG and MRR beside ir-measures, characters beside sets of characters."""

from __future__ import annotations

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG

from assistant.evaluation.matching import find_places, normalise
from assistant.evaluation.metrics import retrieval
from assistant.evaluation.metrics.retrieval import Level
from assistant.records import Document, GoldUnit, RetrievedPassage, Span
from tests.evaluation.evaluation_samples import attendance, meals, passage

ABSENT, TOLD = "A student who misses 10 percent of school days", "Parents are told within 3 days."
EXCUSE = "The principal must not excuse an absence after June 30, 2024."


def quote_unit(document: Document, quote: str) -> GoldUnit:
    pages = tuple(page.number for page in document.pages if quote in page.span.of(document.text))
    return GoldUnit(document.source, document.id, quote, find_places(quote, normalise(document.text)), pages)


GOLD = [quote_unit(attendance(), ABSENT), quote_unit(attendance(), EXCUSE)]
FOUND = [
    passage(1, meals(), "Lunch costs"),
    passage(2, attendance(), "A student who misses 10 percent", [1]),
    passage(3, attendance(), "of school days is chronically absent.\nParents", [1]),
    passage(4, attendance(), "percent of school", [1]),
    passage(5, attendance(), EXCUSE, [2]),
]


def test_a_quote_cut_in_two_is_found_with_its_second_half() -> None:
    # 46 characters: the first passage has 31, the second the rest but a blank.
    assert retrieval.ranks(GOLD, FOUND, Level.PASSAGE) == [3, 5]
    assert retrieval.ranks(GOLD, FOUND[:2], Level.PASSAGE) == [None, None]
    assert retrieval.ranks(GOLD, FOUND, Level.PAGE) == [2, 5]
    assert retrieval.ranks(GOLD, FOUND, Level.DOCUMENT) == [2]


def test_a_quote_that_stands_in_two_places_is_found_in_either() -> None:
    lunch, breakfast = passage(1, meals(), "Lunch costs $2.50"), passage(2, meals(), "Breakfast is free.")
    twice = GoldUnit("meals.txt", "b" * 64, "x", (breakfast.span, lunch.span))
    assert retrieval.ranks([twice], [lunch], Level.PASSAGE) == [1]
    assert retrieval.quote_intervals([twice], [lunch]) == pytest.approx((1.0, 1.0, 1.0))
    # What lies over its other place is more of it, and no other thing.
    assert retrieval.collapsed([twice], [lunch, breakfast], Level.PASSAGE) == ["gold 0"]


def test_what_is_more_of_a_thing_depends_on_what_is_ranked() -> None:
    gold, same_page, next_page = (
        passage(1, attendance(), ABSENT, [1]),
        passage(2, attendance(), TOLD, [1]),
        passage(3, attendance(), EXCUSE, [2]),
    )
    found, quote = [gold, same_page, next_page], [quote_unit(attendance(), ABSENT)]
    page = [GoldUnit("policies/attendance.pdf", "a" * 64, None, (Span(0, 5),), (1,))]
    whole = ["gold 0", same_page.passage_id, next_page.passage_id]
    assert retrieval.collapsed(quote, found, Level.PASSAGE) == whole
    assert retrieval.collapsed(quote, found, Level.PAGE) == ["gold 0", f"{'a' * 64} (2,)"]
    assert retrieval.collapsed(page, found, Level.PASSAGE) == ["gold 0", next_page.passage_id]
    assert retrieval.collapsed(quote, found, Level.DOCUMENT) == ["gold 0"]


def test_what_is_not_in_the_library_is_wanted_and_never_found() -> None:
    missing = GoldUnit("lost.pdf", None, "Some words", problem="No such document.")
    assert retrieval.ranks([missing], FOUND, Level.PASSAGE) == [None]
    assert retrieval.ranks([missing], FOUND, Level.DOCUMENT) == [None]
    assert retrieval.wanted([GoldUnit("meals.txt", "b" * 64)], Level.PASSAGE) == []
    assert retrieval.wanted([GoldUnit("meals.txt", "b" * 64)], Level.PAGE) == []


@pytest.mark.parametrize(
    ("found", "depth", "hit", "recall", "every"),
    [
        ([3, 5], 5, 1, 1.0, 1),
        ([3, 5], 4, 1, 0.5, 0),
        ([3, 5], 3, 1, 0.5, 0),
        ([3, 5], 2, 0, 0.0, 0),
        ([None, 1], 9, 1, 0.5, 0),
        ([None], 9, 0, 0.0, 0),
    ],
)
def test_hit_recall_and_all_gold(found: list[int | None], depth: int, hit: int, recall: float, every: int) -> None:
    assert retrieval.hit(found, depth) == hit
    assert retrieval.recall(found, depth) == recall
    assert retrieval.all_gold(found, depth) == every


def test_the_ranking_names_each_thing_once() -> None:
    meal, first = FOUND[0].passage_id, FOUND[1].passage_id
    # The passage at rank 4 has only more of the quote that was found at rank 3.
    assert retrieval.collapsed(GOLD, FOUND, Level.PASSAGE) == [meal, first, "gold 0", "gold 1"]
    assert retrieval.collapsed(GOLD, FOUND, Level.PAGE) == [meal, "gold 0", "gold 1"]
    assert retrieval.collapsed(GOLD, [FOUND[0], FOUND[0], *FOUND], Level.DOCUMENT) == ["b" * 64, "gold 0"]


def test_two_units_in_one_passage_do_not_score_above_the_best_possible() -> None:
    whole = passage(1, attendance(), f"{ABSENT} is chronically absent.\n{TOLD}", [1])
    gold = [quote_unit(attendance(), ABSENT), quote_unit(attendance(), TOLD)]
    ranking = retrieval.collapsed(gold, [whole, *FOUND], Level.PASSAGE)
    assert ranking[:2] == ["gold 0", "gold 1"]
    assert retrieval.ndcg(ranking, 2) == 1.0


def test_mrr_and_ndcg_by_hand() -> None:
    ranking = retrieval.collapsed(GOLD, FOUND, Level.PASSAGE)  # two others, then both units
    assert retrieval.mean_reciprocal_rank(ranking, 2) == pytest.approx(1 / 3)
    # (1/log2(4) + 1/log2(5)) / (1/log2(2) + 1/log2(3))
    assert retrieval.ndcg(ranking, 2) == pytest.approx((0.5 + 0.430677) / (1 + 0.63093), abs=1e-5)
    assert retrieval.mean_reciprocal_rank(["x"] * 10 + ["gold 0"], 1) == 0.0


ORDERS = st.permutations([f"other {number}" for number in range(12)] + ["gold 0", "gold 1", "gold 2"])


@given(ORDERS, st.integers(1, 3))
def test_mrr_ndcg_and_recall_agree_with_ir_measures(order: list[str], units: int) -> None:
    wanted = [retrieval.gold_name(number) for number in range(units)]
    measured = ir_measures.calc_aggregate(
        [nDCG @ 10, RR @ 10, R @ 10],
        [ir_measures.Qrel("q", name, 1) for name in wanted],
        [ir_measures.ScoredDoc("q", name, float(len(order) - place)) for place, name in enumerate(order)],
    )
    found = [order.index(name) + 1 for name in wanted]
    assert retrieval.ndcg(order, units) == pytest.approx(measured[nDCG @ 10])
    assert retrieval.mean_reciprocal_rank(order, units) == pytest.approx(measured[RR @ 10])
    assert retrieval.recall(found, 10) == pytest.approx(measured[R @ 10])


def test_characters_of_quotes_by_hand() -> None:
    # Gold 46 + 61 characters. Retrieved: "Lunch costs" 11, the first quote but a blank and on to "Parents", EXCUSE.
    text = attendance().text
    start = text.index("A student")
    end = text.index("Parents") + len("Parents")
    together = (end - start - 1) + len(EXCUSE) + len("Lunch costs")
    shared = len(ABSENT) - 1 + len(EXCUSE)
    gold = len(ABSENT) + len(EXCUSE)
    expected = (shared / gold, shared / together, shared / (gold + together - shared))
    without_the_blank = [one for one in FOUND if one.rank != 4]
    assert retrieval.quote_intervals(GOLD, without_the_blank) == pytest.approx(expected)
    assert retrieval.quote_intervals(GOLD, []) == (0.0, 0.0, 0.0)
    assert retrieval.quote_intervals([GoldUnit("meals.txt", "b" * 64)], FOUND) is None


SPANS = st.tuples(st.integers(0, 20), st.integers(1, 12)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(st.lists(SPANS, min_size=1, max_size=3), st.lists(SPANS, max_size=4))
def test_characters_of_quotes_agree_with_sets(quotes: list[Span], passages: list[Span]) -> None:
    gold = [GoldUnit("m", "b", "q", (span,)) for span in quotes]
    found = [RetrievedPassage(rank, str(span), "b", "m", "m", span, (), "") for rank, span in enumerate(passages, 1)]
    wanted = {at for span in quotes for at in range(span.start, span.end)}
    had = {at for span in passages for at in range(span.start, span.end)}
    expected = (
        len(wanted & had) / len(wanted),
        len(wanted & had) / len(had) if had else 0.0,
        len(wanted & had) / len(wanted | had),
    )
    assert retrieval.quote_intervals(gold, found) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("start", "length", "cited"), [(0, 46, True), (-12, 24, True), (-13, 24, False), (40, 20, False), (10, 5, True)]
)
def test_a_quote_is_cited_by_half_of_the_shorter(start: int, length: int, cited: bool) -> None:
    (place,) = GOLD[0].places
    span = Span(place.start + start, place.start + start + length)
    assert retrieval.share_cited(GOLD[0], [("a" * 64, 1, span)]) is cited
    assert not retrieval.share_cited(GOLD[0], [("b" * 64, 1, span)])


def test_pages_and_documents_are_cited_by_a_citation_of_them() -> None:
    page = GoldUnit("policies/attendance.pdf", "a" * 64, None, (Span(0, 5),), (2,))
    assert retrieval.share_cited(page, [("a" * 64, 2, Span(90, 95))])
    assert not retrieval.share_cited(page, [("a" * 64, 1, Span(0, 5))])
    assert retrieval.share_cited(page, [("a" * 64, 1, Span(0, 5)), ("a" * 64, 2, Span(90, 95))])
    assert retrieval.share_cited(GoldUnit("meals.txt", "b" * 64), [("b" * 64, None, Span(0, 1))])
    missing = GoldUnit("meals.txt", "b" * 64, problem="No page 3.")
    assert not retrieval.share_cited(missing, [("b" * 64, None, Span(0, 1))])
