"""Drafts of a test's own, gone after it, and a model that writes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.app import ModelState
from assistant.chat.base import ModelPlace
from assistant.records import Draft
from tests.drafting.draft_parts import ScriptedModel
from tests.web.drafts.drafting import FORM
from tests.web.sample_assistant import SampleAssistant


@pytest.fixture(autouse=True)
def _none_is_kept(sample: SampleAssistant) -> Iterator[None]:
    yield
    sample.section_seconds = 0.05
    for entry in sample.shelf.contents().entries:
        sample.shelf.delete(entry.id)


@pytest.fixture
def draft(sample: SampleAssistant) -> Draft:
    return sample.shelf.save(sample.write_draft("policy", FORM))


@pytest.fixture
def with_model(sample: SampleAssistant) -> Iterator[SampleAssistant]:
    sample.writer = ScriptedModel("Each school served has a written policy. It has 900 families.")
    sample.model_state = ModelState("test:scripted", ModelPlace("test", "scripted", "localhost", remote=False), None)
    yield sample
    sample.writer, sample.model_state = None, ModelState(None, None, None)
