"""Search: keyword and vector together, in an order that does not change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.answering.question import understand
from assistant.app import Assistant
from assistant.finding import query_of
from assistant.library.search import Query, frequencies, nearest, rarity, search, text_to_read
from assistant.library.store import Library
from assistant.records import Passage, SearchHit, Span
from assistant.wording import STOP_WORDS, stem, terms, words


def found(assistant: Assistant, query: str, limit: int = 10, **more: object) -> list[SearchHit]:
    asked = query_of(understand(query), assistant.embedder.query_vector(query))
    return search(assistant.library, assistant.embedder, asked, limit, **more)  # type: ignore[arg-type]


QUERIES = [
    "Where do sites put their family engagement goals?",
    "the decision of the committee",
    "annual meeting at a flexible time",
    "translation for parents",
]


@pytest.mark.parametrize("query", QUERIES)
def test_hits_come_best_first_each_once_and_the_same_every_time(built_in: Assistant, query: str) -> None:
    hits = found(built_in, query)
    assert len(hits) == 10
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == 10
    assert found(built_in, query) == hits
    assert found(built_in, query, 3) == hits[:3]
    for hit in hits:
        assert hit.found_by
        assert 0 <= hit.keyword_score <= 1
        assert -1 <= hit.similarity <= 1.001
        document = built_in.document(hit.passage.document_id)
        assert hit.passage.span.of(document.text) == hit.passage.text


def test_similarities_are_those_of_the_vectors(built_in: Assistant) -> None:
    query = QUERIES[0]
    hits = found(built_in, query)
    vector = built_in.embedder.query_vector(query)
    vectors = built_in.library.passage_vectors(built_in.embedder.fingerprint, [hit.number for hit in hits])
    for hit in hits:
        assert hit.similarity == pytest.approx(float(vectors[hit.number] @ vector), abs=1e-4)


def test_what_is_read_is_raised_by_its_share_and_nothing_else_moves(built_in: Assistant) -> None:
    """Shares add up to one: together the passages that were read are raised by what one alone could be."""
    for query in QUERIES:
        hits = found(built_in, query, 24)
        read = [hit for hit in hits if hit.answerability is not None]
        closest = sorted(hits, key=lambda hit: -hit.closeness)
        assert {hit.number for hit in read} == {hit.number for hit in closest[: len(read)]}
        assert 2 <= len(read) <= 6
        raised = {hit.number: hit.score - hit.closeness for hit in hits}
        assert sum(raised[hit.number] for hit in read) == pytest.approx(0.3)
        assert all(raised[hit.number] == 0 for hit in hits if hit.answerability is None)
        by_logit = sorted(read, key=lambda hit: hit.answerability or 0.0)
        assert [hit.number for hit in by_logit] == sorted((hit.number for hit in read), key=raised.__getitem__)


def test_without_a_model_that_reads_the_closest_come_first(
    built_in: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    hits = found(built_in, QUERIES[0])
    monkeypatch.setattr(type(built_in.embedder), "answerability", lambda *_: None)
    unread = found(built_in, QUERIES[0])
    assert {hit.answerability for hit in unread} == {None}
    assert [hit.score for hit in unread] == [hit.closeness for hit in unread]
    by_number = {hit.number: hit.closeness for hit in hits}
    assert [by_number.get(hit.number, hit.closeness) for hit in unread] == [hit.closeness for hit in unread]


def test_of_long_passages_two_are_read(built_in: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.library.search._CHARACTERS_READ", 1)
    for query in QUERIES:
        hits = found(built_in, query)
        read = [hit for hit in hits if hit.answerability is not None]
        assert sorted(hits, key=lambda hit: -hit.closeness)[:2] == sorted(read, key=lambda hit: -hit.closeness)


def test_in_a_very_large_library_nothing_is_read(built_in: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.library.search._READ_UP_TO", built_in.library.passage_count() - 1)
    hits = found(built_in, QUERIES[0])
    assert {hit.answerability for hit in hits} == {None}
    assert [hit.score for hit in hits] == [hit.closeness for hit in hits]


def test_a_text_is_read_below_its_title_and_its_headings() -> None:
    passage = Passage("d:1", "d", Span(0, 21), "The doors are locked.", ("House rules", "Evenings"))
    assert text_to_read("House rules", passage) == "House rules: Evenings. The doors are locked."
    assert text_to_read("", replace(passage, heading_path=())) == "The doors are locked."


def test_a_word_alone_finds_the_passages_that_have_it(built_in: Assistant) -> None:
    hits = found(built_in, "committee", 5)
    assert all("committee" in " ".join([hit.passage.text, *hit.passage.heading_path]).lower() for hit in hits)
    assert all("keyword" in hit.found_by for hit in hits)


def test_a_query_without_its_words_still_finds_by_meaning(built_in: Assistant) -> None:
    text = "money set aside for families"
    hits = search(built_in.library, built_in.embedder, Query(text, built_in.embedder.query_vector(text), ()), limit=5)
    assert len(hits) == 5
    assert {hit.found_by for hit in hits} == {("vector",)}


def test_every_word_of_the_sources_is_found_by_its_stem(built_in: Assistant) -> None:
    """The index stems once more what it looks for, which takes too much from some stems ("decis", "committe")."""
    texts = [built_in.document(one.id).text for one in built_in.overview().documents]
    every = {word for text in texts for word in words(text) if word.isascii() and word.isalpha()}
    counts = frequencies(built_in.library, sorted({stem(word) for word in every - STOP_WORDS}))
    assert [term for term, count in counts.items() if count == 0] == []
    assert counts[stem("committee")] > 3


def test_a_rare_word_tells_more_than_a_common_one(built_in: Assistant) -> None:
    rarities = rarity(built_in.library, terms("parents decisions xylophone"))
    assert rarities[stem("parents")] < rarities[stem("decisions")] < rarities[stem("xylophone")]
    assert all(value > 0 for value in rarities.values())


def test_a_handicap_puts_a_document_back_and_no_other(built_in: Assistant) -> None:
    query = QUERIES[0]
    plain = {hit.passage.id: hit for hit in found(built_in, query, 24)}
    first = next(iter(plain.values())).passage.document_id
    put_back = found(built_in, query, 24, handicaps={first: 0.4})
    assert put_back[0].passage.document_id != first
    assert len(plain.keys() & {hit.passage.id for hit in put_back}) >= 12
    for hit in put_back:
        if hit.passage.id in plain:
            handicap = 0.4 if hit.passage.document_id == first else 0.0
            assert hit.closeness == pytest.approx(plain[hit.passage.id].closeness - handicap)


def test_only_the_documents_asked_for_are_searched(built_in: Assistant) -> None:
    query = QUERIES[0]
    all_of_it = found(built_in, query, 200)
    document = all_of_it[5].passage.document_id
    inside = found(built_in, query, 200, document_ids=[document])
    assert {hit.passage.document_id for hit in inside} == {document}
    assert len(inside) == len(built_in.library.document_passages(document))
    similarity = {hit.number: hit.similarity for hit in all_of_it}
    for hit in inside:
        assert hit.similarity == pytest.approx(similarity.get(hit.number, hit.similarity), abs=1e-5)
    assert found(built_in, query, document_ids=[]) == []


def test_nearest_is_the_same_inside_all_documents_as_anywhere(built_in: Assistant) -> None:
    library, embedder = built_in.library, built_in.embedder
    every = [one.id for one in built_in.overview().documents]
    titles = {section.heading_path[-1] for one in every for section in library.document(one).sections}
    for vector in embedder.embed_documents([f"Who cares for {title}?" for title in sorted(titles)]):
        anywhere, inside = (
            nearest(library, embedder.fingerprint, np.array(vector, dtype=np.float32), 100, ids)
            for ids in (None, every)
        )
        assert list(inside.values()) == pytest.approx(list(anywhere.values()), abs=1e-5)


def test_nothing_is_found_in_an_empty_library(built_in: Assistant, library: Library) -> None:
    query = Query("goal", np.ones(384, dtype=np.float32), ("goal",))
    assert search(library, built_in.embedder, query, handicaps={"d": 0.3}) == []
    assert search(library, built_in.embedder, query) == []
    assert rarity(library, ["goal"])["goal"] > 0
