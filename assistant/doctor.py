"""What is installed, which model answers, what is indexed, what is wrong, and how to mend it."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from assistant.app import Assistant
from assistant.chat import probe
from assistant.embedding import packaged
from assistant.errors import AssistantError
from assistant.evaluation import check_accuracy
from assistant.reading import list_files
from assistant.settings import PACKAGED_EMBEDDING_MODEL, Settings

_PACKAGES = ("langchain", "chromadb", "sentence-transformers", "onnxruntime", "gradio", "pypdf", "pypdfium2")
_SAMPLE = "Each school writes a parent and family engagement policy jointly with the families it serves. " * 4


@dataclass(frozen=True, slots=True)
class CheckUp:
    """One thing looked at: ``state`` is "well", "warning" or "problem"."""

    name: str
    state: str
    found: str
    next_step: str = ""


def examine(settings: Settings) -> list[CheckUp]:
    """Look at everything; what cannot be looked at is a finding, never an exception."""
    return [*_installed(), *_model_weights(settings), *_parts(settings)]


def _installed() -> Iterator[CheckUp]:
    yield CheckUp("Python", "well", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for name in _PACKAGES:
        try:
            yield CheckUp(name, "well", metadata.version(name))
        except metadata.PackageNotFoundError:
            yield CheckUp(name, "problem", "not installed", "Run make chat, which installs what is missing.")


def _model_weights(settings: Settings) -> Iterator[CheckUp]:
    if settings.embedding_model != PACKAGED_EMBEDDING_MODEL:
        return
    try:
        packaged.verified_model_folder()
        yield CheckUp("Model weights", "well", f"{packaged.MODEL_NAME}, SHA-256 as published")
    except AssistantError as error:
        yield _problem("Model weights", error)


def _parts(settings: Settings) -> Iterator[CheckUp]:
    try:
        with Assistant(settings) as assistant:
            yield from _library(assistant)
            yield from _corpus(assistant)
            yield from _embedding(assistant)
            yield from _language_model(assistant)
            yield from _support_check(assistant)
    except AssistantError as error:
        yield _problem("Index", error)


def _library(assistant: Assistant) -> Iterator[CheckUp]:
    state = assistant.library.state()
    words = f"{state.documents} documents, {state.passages} passages in {state.folder}"
    if state.documents:
        yield CheckUp("Index", "well", f"{words}, last changed {state.changed_at}")
    else:
        yield CheckUp("Index", "warning", f"{words}: nothing is indexed yet", "Run: assistant index")
    for problem in assistant.overview().problems:
        yield CheckUp("File", "warning", f"{problem.source}: {problem.reason}", problem.next_step)


def _corpus(assistant: Assistant) -> Iterator[CheckUp]:
    folder = assistant.settings.corpus
    if not folder.is_dir():
        yield CheckUp("Corpus", "problem", f"there is no folder {folder}", "Name yours with --corpus.")
        return
    sources = {path.relative_to(folder).as_posix() for path in list_files(folder)}
    new = sources - {one.file.source for one in assistant.library.files()}
    step = "Run: assistant index" if new else ""
    state = "warning" if new else "well"
    yield CheckUp("Corpus", state, f"{len(sources)} files in {folder}, {len(new)} of them not read yet", step)


def _embedding(assistant: Assistant) -> Iterator[CheckUp]:
    try:
        started = time.perf_counter()
        embedder = assistant.embedder
        loaded = time.perf_counter() - started
        started = time.perf_counter()
        embedder.embed_documents([_SAMPLE] * 16)
        rate = 16 * embedder.count_tokens([_SAMPLE])[0] / (time.perf_counter() - started)
        words = f"{embedder.fingerprint}, ready in {loaded:.1f} s, {rate:,.0f} word pieces a second"
        yield CheckUp("Embedding model", "well", words)
        missing = len(assistant.library.missing_vectors(embedder.fingerprint))
        if missing:
            words = f"{missing} passages have no vectors of this model"
            yield CheckUp("Vectors", "warning", words, "Run: assistant index")
        elif assistant.library.passage_count():
            in_step = assistant.library.vectors_in_step(embedder.fingerprint)
            words = "the vector store agrees with the record" if in_step else "the vector store is behind the record"
            yield CheckUp("Vectors", "well" if in_step else "warning", words, "" if in_step else "Run: assistant index")
    except AssistantError as error:
        yield _problem("Embedding model", error)


def _language_model(assistant: Assistant) -> Iterator[CheckUp]:
    try:
        model = assistant.chat_model
        if model is None:
            yield CheckUp("Language model", "well", "none is set: answers are in the sources' own words")
            return
        where = model.place.host or model.place.provider
        reach = "outside this network" if model.place.remote else "on this machine or in its network"
        yield CheckUp("Language model", "well", f"{model.name} at {where}, {reach}: {probe(model)}")
    except AssistantError as error:
        yield _problem("Language model", error)


def _support_check(assistant: Assistant) -> Iterator[CheckUp]:
    try:
        found = check_accuracy.measured(assistant)
        words = found.words if found else "there are no labelled claims to measure it on"
        yield CheckUp("Support check", "well", f"{assistant.support_check.name}: {words}")
    except AssistantError as error:
        yield _problem("Support check", error)


def _problem(name: str, error: AssistantError) -> CheckUp:
    return CheckUp(name, "problem", error.what, error.next_step)
