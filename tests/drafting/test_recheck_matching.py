"""Where quoted words stand in a document: what counts as the same, and what comes nearest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.recheck_matching import SearchedDocument, canonical, nearest, verbatim
from tests.drafting.export_samples import document_of


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("The plan's goals - all of them - are “new”.", True),
        ('The  plan’s goals – all\nof them — are "new".', True),
        ("the plan's goals - all of them - are “new”.", False),
        ("The plan's goals, all of them, are “new”.", False),
        ("The plan's goal - all of them - are “new”.", False),
        ("The plan's goals - all of them - are “new”", True),
        ("", False),
        (".*", False),
    ],
)
def test_only_what_editors_exchange_by_themselves_is_the_same(quote: str, stands: bool) -> None:
    text = "Before. The plan's goals - all of them - are “new”. After."
    document = document_of(text, "Before.", "The plan's goals - all of them - are “new”.", "After.")
    found = verbatim(quote, SearchedDocument(document))
    assert (found is not None and not found.more) is stands


@pytest.mark.parametrize("quote", ["parents are invited", "Parents are", "plan", "all parents are invited"])
def test_a_part_of_a_sentence_is_not_the_sentence(quote: str) -> None:
    document = document_of("No parents are invited to plans.", "No parents are invited to plans.")
    found = verbatim(quote, SearchedDocument(document))
    assert found is None or found.words == document.text


@pytest.mark.parametrize(
    "item", ["1. Build capacity", "(e)(1) Build capacity", "• Build capacity", "Goal 2: Build capacity"]
)
def test_the_number_of_an_item_is_none_of_its_words(item: str) -> None:
    found = verbatim("Build capacity", SearchedDocument(document_of(item, item)))
    assert found is not None
    assert not found.more


def test_the_nearest_run_of_sentences_is_proposed() -> None:
    text = "Nothing here. Schools invite parents to one meeting. It is held in the fall. Nothing there."
    document = document_of(text, *(f"{one.rstrip('.')}." for one in text.split(". ")))
    found = nearest(
        "Schools invite all parents to a yearly meeting. It is held in the spring.", SearchedDocument(document)
    )
    assert found is not None
    assert found.words == "Schools invite parents to one meeting. It is held in the fall."
    assert nearest("Volunteers are trained by the library staff.", SearchedDocument(document)) is None


@given(st.lists(st.text("ab .’'-“[(*", min_size=1, max_size=12), min_size=1, max_size=6), st.data())
def test_every_sentence_is_found_in_its_own_document(parts: list[str], data: st.DataObject) -> None:
    sentences = [f"w{part.strip()}w." for part in parts]
    document = document_of(" ".join(sentences), *sentences)
    wanted = data.draw(st.sampled_from(sentences))
    found = verbatim(wanted, SearchedDocument(document))
    assert found is not None
    assert not found.more
    assert canonical(found.words) == canonical(wanted)
