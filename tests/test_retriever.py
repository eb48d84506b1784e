"""The search as a LangChain retriever: each of its documents leads back to the exact place."""

from __future__ import annotations

import asyncio

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from assistant.app import Assistant

QUESTION = "What does the annual Title I meeting explain to parents?"


def test_what_is_retrieved_leads_back_to_the_exact_text(built_in: Assistant) -> None:
    retriever = built_in.retriever()
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke(QUESTION)
    assert len(found) == 8
    scores = [one.metadata["score"] for one in found]
    assert scores == sorted(scores, reverse=True)
    for one in found:
        document = built_in.document(one.metadata["document_id"])
        assert document.text[one.metadata["start"] : one.metadata["end"]] == one.page_content
        assert (one.metadata["title"], one.metadata["source"]) == (document.title, document.source)
        page = next((page for page in document.pages if page.number == one.metadata["page"]), None)
        assert (page is None) == (not document.pages)
        assert one.metadata["page_label"] == (page.label if page else None)
        assert one.id == f"{document.id}:{one.metadata['start']}-{one.metadata['end']}"


def test_it_finds_what_the_assistants_own_search_finds(built_in: Assistant) -> None:
    found = built_in.retriever(3).invoke(QUESTION)
    assert [one.id for one in found] == [hit.passage.id for hit in built_in.search(QUESTION, 3)]
    assert any(one.metadata["page"] is not None for one in built_in.retriever(8).invoke(QUESTION))


def test_it_is_part_of_a_chain_and_of_asynchronous_code(built_in: Assistant) -> None:
    def sources(found: list[Document]) -> list[str]:
        return [str(one.metadata["source"]) for one in found]

    chain = built_in.retriever(2) | RunnableLambda(sources)
    expected = chain.invoke(QUESTION)
    assert len(expected) == 2
    assert asyncio.run(chain.ainvoke(QUESTION)) == expected
    assert built_in.retriever(2).batch([QUESTION, QUESTION])[1] == built_in.retriever(2).invoke(QUESTION)


@pytest.mark.parametrize("query", ["goals", '"', "AND OR NOT", "(c)(4)(A)"])
def test_nothing_in_a_query_is_an_operator(built_in: Assistant, query: str) -> None:
    assert built_in.retriever(2).invoke(query)
