"""Which language model answers and where the text goes, in words for the pages."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.chat.base import ModelPlace
from assistant.chat.places import address_of, place_of
from assistant.errors import SettingsError
from assistant.models import SERVER_PREFIX
from assistant.outbound.addresses import is_inside
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.app import ModelState

IN_QUOTES = "Answers in quotes"
COMPOSED = "Put together from templates and quotes"


@dataclass(frozen=True, slots=True)
class ModelWords:
    """``line`` stands beside the question. ``leaves`` tells that text leaves the network of the reader.

    ``problem`` says in full what keeps a model that is set from answering, None where nothing does.
    """

    line: str
    leaves: bool = False
    problem: str | None = None


def model_words(state: ModelState, settings: Settings, without: str = IN_QUOTES) -> ModelWords:
    """Return what to say of the model in force and of a server that searches; ``without`` says what is done where no
    model can be used.
    """
    server = _search_server(settings)
    words = _words_of_the_model(state, settings, without if server else f"{without}, on this machine")
    return replace(words, line=f"{words.line} {server}") if server else words


def _search_server(settings: Settings) -> str | None:
    """Return where questions go to be searched for, None where the search model runs in this process."""
    if not settings.embedding_model.startswith(SERVER_PREFIX):
        return None
    host = urlsplit(settings.embedding_base_url or "").hostname
    if host is None:
        return "Questions are searched for with the help of a server."
    return f"Questions are searched for by {host}, {'inside' if is_inside(host) else 'outside'} your network."


def _words_of_the_model(state: ModelState, settings: Settings, without: str) -> ModelWords:
    if state.name is None:
        return ModelWords(f"{without}.")
    place = state.place or _place_of_the_settings(settings)
    shown = place.model if place else state.name
    if state.problem is not None:
        if place is not None and place.remote and not settings.remote_model_allowed:
            reason = f"{shown}{_at(place)} is set, but questions would leave your network, and that is not allowed."
        else:
            reason = f"{shown} is set, but cannot be used."
        return ModelWords(f"{without}: {reason}", problem=state.problem)
    if place is None:
        return ModelWords(f"{shown} answers.")
    if place.remote:
        return ModelWords(f"{shown}{_at(place)}: questions and passages leave your network.", leaves=True)
    if _is_this_machine(place.host):
        return ModelWords(f"{shown}, on this machine.")
    return ModelWords(f"{shown} on {place.host}, inside your network.")


def _at(place: ModelPlace) -> str:
    return f" at {place.host}" if place.host else f" at the servers of {place.provider}"


def _is_this_machine(host: str | None) -> bool:
    name = (host or "").lower().strip("[]")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _place_of_the_settings(settings: Settings) -> ModelPlace | None:
    """Return where text for the model that is set would go, None where the settings do not say."""
    provider, _, name = (part.strip() for part in (settings.model or "").partition(":"))
    try:
        return place_of(provider, name, address_of(provider, settings.model_base_url))
    except SettingsError:
        return None
