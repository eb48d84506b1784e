"""The site over a real small library, with sets of questions and runs of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant.evaluation.cases.columns import case_of
from assistant.evaluation.cases.files import write_set
from assistant.evaluation.sets import staff_folder
from assistant.settings import load_settings
from tests.assistant_samples import write_corpus
from tests.web.conftest import served
from tests.web.evaluate.evaluating import ROWS, Held, finished


@pytest.fixture(autouse=True)
def _as_it_is(assistant: Held) -> Iterator[None]:
    assistant.may_go.clear()
    yield
    assistant.hold = assistant.broken = None
    assistant.may_go.set()


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder = tmp_path_factory.mktemp("evaluate")
    places = {"corpus": write_corpus(folder / "corpus"), "data": folder / "data", "port": 0}
    with closing(Held(load_settings(places, environment={}))) as assistant:
        assistant.index()
        sets = staff_folder(assistant.settings)
        sets.mkdir(parents=True)
        write_set(sets / "office.jsonl", [case_of(row) for row in ROWS])
        write_set(sets / "office-locked.jsonl", [case_of(row) for row in ROWS])
        yield assistant


@pytest.fixture(scope="session")
def site(assistant: Held) -> Iterator[str]:
    """The address of the site over this assistant; the pages that are opened are of it."""
    with served(assistant) as address:
        yield address


@pytest.fixture(scope="session")
def run_id(site: str, assistant: Held) -> str:
    return finished(site, assistant, "office")


@pytest.fixture(scope="session")
def shorter(site: str, assistant: Held) -> str:
    """A run of a set that has one question less."""
    write_set(staff_folder(assistant.settings) / "shorter.jsonl", [case_of(row) for row in ROWS[:3]])
    return finished(site, assistant, "shorter")
