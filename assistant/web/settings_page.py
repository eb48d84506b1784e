"""The Settings page: what is in force, in plain words. It is for reading; nothing can be changed from a browser."""

from __future__ import annotations

import threading
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from markupsafe import escape
from pydantic import SecretStr

from assistant.errors import AssistantError
from assistant.evaluation import check_accuracy
from assistant.models import SERVER_PREFIX
from assistant.settings import ENVIRONMENT_PREFIX, SETTINGS_FILE, Settings
from assistant.web.conversations import MOST_CONVERSATIONS, MOST_TURNS
from assistant.web.model_words import model_words
from assistant.web.moments import time_words
from assistant.web.question import LONGEST_QUESTION
from assistant.web.rendering import render
from assistant.web.service import Service
from assistant.web.shell import framed

if TYPE_CHECKING:
    from assistant.app import Assistant

_ADDRESSES = ("model_base_url", "embedding_base_url")


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting as the page lists it; ``value`` is never a secret."""

    name: str
    value: str
    origin: str
    description: str


def settings_routes(assistant: Service) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter()

    @router.get("/settings")
    def page() -> Response:
        return HTMLResponse(framed("settings", "Settings", settings_html(assistant), panel=False))

    measuring = threading.Lock()

    @router.get("/settings/check-accuracy")
    def accuracy() -> Response:
        with measuring:  # once, however many pages wait for it
            return HTMLResponse(escape(accuracy_words(assistant)))

    return router


def accuracy_words(assistant: Service) -> str:
    """Return how often the support check is right; measures it, for some seconds, where that is not known yet."""
    whole = cast("Assistant", assistant)  # it asks for more than the pages do
    try:
        found = check_accuracy.kept(whole)
        if found is None and not check_accuracy.asks_a_model(whole):
            found = check_accuracy.measured(whole)
    except AssistantError as error:
        return str(error)
    if found is not None:
        return f"{found.words}; measured {time_words(found.measured_at)}"
    if check_accuracy.asks_a_model(whole):
        return "not measured yet: that asks the language model, and “assistant doctor” does it"
    return "not known: there are no labelled claims to measure it on"


def settings_html(assistant: Service) -> str:
    """Return the page without its frame."""
    settings = assistant.settings
    state = assistant.model_state
    overview = assistant.overview()
    return render(
        "settings.html",
        settings=settings,
        state=state,
        words=model_words(state, settings),
        support_check=support_check_words(settings),
        overview=overview,
        search_server=settings.embedding_model.startswith(SERVER_PREFIX),
        read_at=time_words(overview.indexed_at),
        file=settings.data.resolve() / SETTINGS_FILE,
        environment_name=f"{ENVIRONMENT_PREFIX}REMOTE_MODEL_ALLOWED",
        folders={name: getattr(settings, name).resolve() for name in ("corpus", "data", "prompts")},
        longest_question=LONGEST_QUESTION,
        most_conversations=MOST_CONVERSATIONS,
        most_turns=MOST_TURNS,
        rows=setting_rows(settings),
    )


def support_check_words(settings: Settings) -> str:
    """Return what decides whether a source carries a sentence."""
    kind, _, folder = settings.support_check.partition(":")
    if kind == "cross-encoder":
        return f"a cross-encoder for entailment, in the folder {folder}"
    if kind == "model":
        return "the language model itself, as a judge"
    return (
        "the built-in check, which needs no language model: numbers, names, dates and the force of a rule first, then "
        "whether the passage carries the sentence"
    )


def setting_rows(settings: Settings) -> list[SettingRow]:
    """Return all settings, with where each comes from as far as that is known."""
    written = _written_in_file(settings.data / SETTINGS_FILE)
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if name not in settings.model_fields_set:
            origin = "default"
        elif name in written and str(written[name]) == str(value):
            origin = SETTINGS_FILE
        elif name in written and isinstance(value, SecretStr):
            origin = f"{SETTINGS_FILE} or environment"
        else:
            origin = "environment or command line"
        rows.append(SettingRow(name, shown_value(name, value), origin, field.description or ""))
    return rows


def shown_value(name: str, value: object) -> str:
    """Return a value for the page: no key, and no password in an address."""
    if isinstance(value, SecretStr) or name.endswith("_key"):
        return "set" if value else "not set"
    if value is None:
        return "not set"
    if name in _ADDRESSES:
        return _without_password(str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _without_password(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "set"
    return f"{parts.scheme}://{host}{port}{parts.path}" if host else "set"


def _written_in_file(path: Path) -> dict[str, Any]:
    """Return what the settings file holds now; it was checked when the program started."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
