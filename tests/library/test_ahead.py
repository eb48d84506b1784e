"""Documents that are embedded ahead of being stored."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.errors import EmbeddingError
from assistant.library.ahead import AheadOfStoring
from assistant.library.holdings import PassageVectors
from assistant.library.packing import vector_key
from assistant.records import Document, Passage
from tests.library.library_samples import file_of, make_document, make_passages, make_vectors


class Model:
    """Gives each passage the vectors of the samples, and notes in which tasks it was asked for them."""

    def __init__(self) -> None:
        self.tasks: list[list[str]] = []

    def __call__(self, some: Mapping[str, tuple[str, Passage]]) -> dict[str, PassageVectors]:
        self.tasks.append(list(some))
        return {key: ROWS[key] for key in some}


FIRST = make_document("first.txt", [f"Paragraph {number} of it. And more." for number in range(5)], title="One title")
SECOND = make_document("second.txt", ["Paragraph 0 of it. And more.", "Something new."], title="One title")
THIRD = make_document("third.txt", ["Something new."], title="Another title")
ROWS = {key: row for one in (FIRST, SECOND, THIRD) for key, row in make_vectors(one, make_passages(one)).items()}


def ahead(document: Document, known: set[str] | None = None, before: AheadOfStoring | None = None) -> AheadOfStoring:
    return AheadOfStoring(file_of(document), document, make_passages(document), known or set(), before)


def keys(one: AheadOfStoring) -> list[str]:
    return [vector_key(passage, one.document.title) for passage in one.passages]


def test_passages_are_embedded_in_tasks_of_a_size_and_given_by_key() -> None:
    model, one = Model(), ahead(FIRST)
    with ThreadPoolExecutor(1) as threads:
        one.start(threads, model, 2)
        found = one.vectors()
    assert [len(task) for task in model.tasks] == [2, 2, 1]
    assert list(found) == keys(one)
    assert all(found[key].passage is ROWS[key].passage for key in found)
    assert one.embedded == 5


def test_what_the_library_has_is_not_embedded() -> None:
    model = Model()
    one = ahead(FIRST, known=set(keys(ahead(FIRST))[1:]))
    with ThreadPoolExecutor(1) as threads:
        one.start(threads, model, 2)
        assert list(one.vectors()) == keys(one)[:1]
    assert (len(model.tasks), one.embedded) == (1, 1)


def test_what_the_document_before_has_too_is_embedded_once_and_handed_on() -> None:
    model, first = Model(), ahead(FIRST)
    second = ahead(SECOND, before=first)
    third = ahead(THIRD, before=second)
    with ThreadPoolExecutor(1) as threads:
        for one in (first, second, third):
            one.start(threads, model, 10)
        for one in (first, second, third):
            assert set(one.vectors()) == set(keys(one))
    # The third has the same words under another title, which the model reads before them.
    assert [len(task) for task in model.tasks] == [5, 1, 1]
    assert [one.embedded for one in (first, second, third)] == [5, 1, 1]


def test_a_model_that_fails_is_said_when_the_vectors_are_asked_for() -> None:
    def failing(some: Mapping[str, tuple[str, Passage]]) -> dict[str, PassageVectors]:
        raise EmbeddingError("The model is gone.", next_step="Get it back.")

    one = ahead(FIRST)
    with ThreadPoolExecutor(1) as threads:
        one.start(threads, failing, 2)
        with pytest.raises(EmbeddingError, match="gone"):
            one.vectors()
