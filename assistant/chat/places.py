"""Addresses of model servers: what they are, and whether text that is sent there stays inside."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from assistant.chat.base import ModelPlace
from assistant.errors import SettingsError
from assistant.outbound.addresses import PORTS, is_inside

# Where the text goes if no address is set. The environment is not asked: only our own settings send text anywhere.
_USUAL_ADDRESSES = {
    "ollama": "http://127.0.0.1:11434",
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
# Of other providers it is not known whether their package keeps to an address that it is given.
_KEEP_TO_THE_ADDRESS = {"ollama", "openai", "azure_openai", "anthropic"}
_CLOUD_OF_OLLAMA = "ollama.com"
# Names with other letters are to be written as the network knows them (xn--...).
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9_.-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Address:
    """The base URL of a server, taken apart. ``url`` holds no user name, password or query, and no slash at its end."""

    url: str
    scheme: str
    host: str
    port: int
    query: str
    user: str | None = field(repr=False)
    password: str = field(repr=False)


def address_of(provider: str, base_url: str | None) -> Address | None:
    """Return the address that is set, or the provider's usual one; None for a provider whose address is not known.

    Raises SettingsError for something that is not an address; the message does not repeat it, it may hold a password.
    """
    text = base_url or _USUAL_ADDRESSES.get(provider)
    if text is None:
        if provider == "azure_openai":
            raise SettingsError(
                "The model is one of Azure, but its address is not set.",
                next_step="Set model_base_url to the endpoint, for example https://NAME.openai.azure.com",
            )
        return None
    # Parsers disagree on what these mean, so one could be shown an address that another does not use.
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in text):
        raise _no_address()
    try:
        parts = urlsplit(text)
        port = parts.port or PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").rstrip(".")
        if not _HOST_NAME.fullmatch(host):
            host = ipaddress.IPv6Address(host).compressed
    except ValueError:
        raise _no_address() from None
    if not port or "%" in host or parts.fragment or (parts.query and provider != "azure_openai"):
        raise _no_address()
    shown_host = f"[{host}]" if ":" in host else host
    network_location = shown_host if parts.port is None else f"{shown_host}:{parts.port}"
    return Address(
        url=urlunsplit((parts.scheme, network_location, parts.path.rstrip("/"), "", "")),
        scheme=parts.scheme,
        host=host,
        port=port,
        query=parts.query,
        user=None if parts.username is None else unquote(parts.username),
        password=unquote(parts.password or ""),
    )


def place_of(provider: str, model: str, address: Address | None) -> ModelPlace:
    """Return where text for this model goes. Nothing is looked up: a name is judged as it is written."""
    if provider in ("ollama", "openai") and _runs_in_the_cloud_of_ollama(model) and address and is_inside(address.host):
        return ModelPlace(provider, model, _CLOUD_OF_OLLAMA, remote=True)
    host = address.host if address else None
    inside = host is not None and provider in _KEEP_TO_THE_ADDRESS and is_inside(host)
    return ModelPlace(provider, model, host, remote=not inside)


def _runs_in_the_cloud_of_ollama(model: str) -> bool:
    """Whether a server of Ollama on this machine passes what it is sent on to ollama.com, as the tag says."""
    _, colon, tag = model.partition(":")
    return bool(colon) and (tag == "cloud" or tag.endswith("-cloud"))


def _no_address() -> SettingsError:
    return SettingsError(
        "The address in model_base_url cannot be used.",
        next_step="Write it in full and without a query, for example http://127.0.0.1:8080/v1",
    )
