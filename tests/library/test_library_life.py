from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.library.holdings import SourceFile
from assistant.library.passages import match_any
from assistant.library.store import Library
from assistant.records import Document, FileProblem
from tests.library.library_samples import MODEL, RECIPE, assert_nearest, assert_whole, make_document, put

SOURCES = st.sampled_from(["a.txt", "b.txt", "c/d.txt"])
WORDS = ("goals", "families", "schools", "plans")
# Few texts, so that files come to have the same bytes and documents the same passages.
TEXTS = st.lists(
    st.sampled_from([f"The {word} are here. They stay." for word in WORDS]), min_size=1, max_size=3, unique=True
)


class LibraryLife(RuleBasedStateMachine):
    """The library against a dictionary of what each file holds."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.library = Library.open(self.folder)
        self.expected: dict[str, Document | FileProblem] = {}
        self.generation = 0

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder)

    @rule(source=SOURCES, texts=TEXTS)
    def put(self, source: str, texts: list[str]) -> None:
        document = make_document(source, texts, title="One title for all")
        put(self.library, document)
        self.expected[source] = document

    @rule(source=SOURCES)
    def remove(self, source: str) -> None:
        assert self.library.remove(source) == (source in self.expected)
        self.expected.pop(source, None)

    @rule(source=SOURCES)
    def cannot_be_read(self, source: str) -> None:
        problem = FileProblem(source, "It is damaged.", "Save it again.")
        self.library.record_problem(problem, SourceFile(source, "", 0, 0, RECIPE))
        self.expected[source] = problem

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = Library.open(self.folder)

    @rule()
    def synchronise(self) -> None:
        self.library.sync_vectors(MODEL)
        if self.library.passage_count():
            assert_nearest(self.library, "chroma")

    @rule()
    def prune(self) -> None:
        self.library.prune(MODEL)

    @invariant()
    def holds_what_it_was_given(self) -> None:
        held = {each.file.source: each for each in self.library.files()}
        assert set(held) == set(self.expected)
        for source, expected in self.expected.items():
            if isinstance(expected, FileProblem):
                assert held[source].problem == expected
                assert held[source].document_id is None
            else:
                document = self.library.document(held[source].document_id or "", runs=True)
                assert replace(document, source=source) == expected
                assert held[source].copy_of == (None if document.source == source else document.source)

    @invariant()
    def finds_what_is_there(self) -> None:
        texts = {one.text for one in self.expected.values() if isinstance(one, Document)}
        for word in WORDS:
            rows = [rowid for rowid, _ in self.library.keyword(match_any([word]), 50)]
            passages = self.library.passages(rows)
            assert len(passages) == sum(word in text for text in texts)
            assert all(word in passage.text for passage in passages)

    @invariant()
    def is_whole(self) -> None:
        assert_whole(self.library)
        assert self.library.generation() >= self.generation
        self.generation = self.library.generation()


TestLibraryLife = LibraryLife.TestCase
TestLibraryLife.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
