"""What the tests of PDF files share."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.reading.document import read_document
from assistant.reading.limits import ReadingLimits
from assistant.records import Document
from tests.reading.pdf_samples import Read, check, saved


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(data: bytes) -> Document:
        document = read_document(saved(tmp_path, "a.pdf", data), "a.pdf", None, ReadingLimits())
        check(document, data)
        return document

    return reading
