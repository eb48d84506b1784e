"""A draft over two documents, and what is made of it: nothing here is changed by a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.drafting.export import Form
from assistant.drafting.export_layout import Printed, lay_out
from assistant.reading.worker import Reader
from assistant.records import Document, Draft
from tests.drafting.export_samples import draft_over, export_all, infos, read_files


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="session")
def documents(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    return read_files(reader, tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def draft(documents: list[Document]) -> Draft:
    return draft_over(*documents)


@pytest.fixture(scope="session")
def printed(draft: Draft, documents: list[Document]) -> Printed:
    return lay_out(draft, infos(documents))


@pytest.fixture(scope="session")
def files(draft: Draft, documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> dict[Form, Path]:
    return export_all(draft, documents, tmp_path_factory.mktemp("exports"))
