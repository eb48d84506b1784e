"""From a setting such as ``ollama:qwen3`` to a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from assistant.chat.base import ChatLimits, ChatModel, ModelPlace
from assistant.chat.guard import Guard, credentials_of
from assistant.chat.places import Address, address_of, place_of
from assistant.errors import ModelError, SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Those with an extra of this project; the packages of the others have the name that LangChain gives.
_EXTRAS = {"ollama": "ollama", "openai": "openai", "azure_openai": "openai", "anthropic": "anthropic"}
_PROVIDER = re.compile(r"[a-z][a-z0-9_]*")
_NAMED_PACKAGE = re.compile(r"pip install ([\w-]+)")
_EVENTS = ("text/event-stream",)
_LINES = ("application/x-ndjson", "application/json")
# The clients refuse to start without a key, also for servers that ask for none; it is not sent.
_NO_KEY = "none"
_AZURE_VERSION = "2024-10-21"
# Ollama cuts what does not fit, from the front and without a word; its own default is less than the evidence needs.
_OLLAMA_CONTEXT_TOKENS = 8192


def load_chat_model(
    spec: str, *, base_url: str | None, api_key: str | None, limits: ChatLimits, remote_allowed: bool
) -> ChatModel:
    """Return the model that ``spec``, ``provider:name``, stands for. Sends nothing and looks no name up.

    ``provider`` is ollama, openai (any server that speaks its protocol, at ``base_url``), azure_openai, anthropic, or
    any other that LangChain knows. For the four, only the arguments count: addresses, keys, proxies to servers inside,
    and headers that the environment holds for their packages are not used. For others, the text goes where their
    package sends it, so they count as remote.

    Raises SettingsError for a ``spec`` or an address that cannot be used and for a remote model that is not allowed,
    ModelError where the provider's package is missing or does not take the settings.
    """
    provider, _, name = (part.strip() for part in spec.partition(":"))
    if not _PROVIDER.fullmatch(provider) or not name:
        raise SettingsError(
            "The setting model is not of the form provider:name.",
            next_step="Set it to, for example, ollama:qwen3 or openai:NAME with model_base_url.",
        )
    address = address_of(provider, base_url)
    place = place_of(provider, name, address)
    if place.remote and not remote_allowed:
        raise _not_allowed(place)
    from assistant.chat.langchain_model import LangChainChatModel

    model = _build(place, address, api_key, limits)
    return LangChainChatModel(model, place, limits, marks_its_end=provider in _EXTRAS)


def _build(place: ModelPlace, address: Address | None, key: str | None, limits: ChatLimits) -> BaseChatModel:
    try:
        return _ours(place, address, key, limits) if place.provider in _EXTRAS else _other(place, address, key)
    except ImportError as error:
        problem = _missing_package(place.provider, str(error))
    except (LookupError, OSError, RuntimeError, TypeError, ValueError):
        # What LangChain and its providers raise for a provider or a setting that they do not know.
        problem = ModelError(
            f"LangChain cannot start a model of the provider {place.provider}.",
            kind="rejected",
            next_step="Check the settings model, model_base_url and model_api_key, and the name of the provider.",
        )
    # Out here, so that the other error, which may quote the key, does not hang on this one.
    raise problem


def _other(place: ModelPlace, address: Address | None, key: str | None) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    given: dict[str, Any] = {"base_url": address.url if address else None, "api_key": key}
    settings = {name: value for name, value in given.items() if value}
    model: BaseChatModel = init_chat_model(place.model, model_provider=place.provider, **settings)
    return model


def _ours(place: ModelPlace, address: Address | None, key: str | None, limits: ChatLimits) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    assert address is not None  # each of the four has a usual address, or address_of has refused
    credentials = credentials_of(place.provider, key, address)
    if credentials is None and place.remote and place.provider != "ollama":
        raise SettingsError(
            f"The language model at {address.host} asks for a key, and none is set.",
            next_step="Set model_api_key.",
        )
    guard = Guard(address, credentials, _LINES if place.provider == "ollama" else _EVENTS)
    client = guard.client_options(limits.connect_seconds, place.remote)
    options = _OPTIONS[place.provider](place, address, client)
    model: BaseChatModel = init_chat_model(place.model, model_provider=place.provider, **options)
    if place.provider == "anthropic":
        _put_client_into_anthropic(model, address, client)
    return model


def _openai_options(place: ModelPlace, address: Address, client: dict[str, Any]) -> dict[str, Any]:
    import openai

    options: dict[str, Any] = {
        "base_url": address.url,
        "api_key": _NO_KEY,
        "max_retries": 0,
        "timeout": openai.Timeout(client["timeout"]),
        "openai_proxy": None,
        "http_socket_options": (),
        "http_async_client": openai.DefaultAsyncHttpxClient(**client),
    }
    if not place.remote:
        # Some of OpenAI's own models take no temperature.
        options["temperature"] = 0
    return options


def _azure_options(place: ModelPlace, address: Address, client: dict[str, Any]) -> dict[str, Any]:
    options = _openai_options(place, address, client)
    del options["base_url"]
    version = parse_qs(address.query).get("api-version", [_AZURE_VERSION])[0]
    return options | {
        "azure_endpoint": address.url,
        "azure_deployment": place.model,
        "api_version": version,
        "azure_ad_token": None,
    }


def _ollama_options(place: ModelPlace, address: Address, client: dict[str, Any]) -> dict[str, Any]:
    return {
        "base_url": address.url,
        "async_client_kwargs": client,
        "num_ctx": _OLLAMA_CONTEXT_TOKENS,
        "temperature": 0,
    }


def _anthropic_options(place: ModelPlace, address: Address, client: dict[str, Any]) -> dict[str, Any]:
    return {"base_url": address.url, "api_key": _NO_KEY, "max_retries": 0, "anthropic_proxy": None}


_OPTIONS = {
    "openai": _openai_options,
    "azure_openai": _azure_options,
    "ollama": _ollama_options,
    "anthropic": _anthropic_options,
}


def _put_client_into_anthropic(model: BaseChatModel, address: Address, client: dict[str, Any]) -> None:
    """Give the model our HTTP client, for which it has no argument."""
    import anthropic

    # The name of a cached property: what stands there already is what it returns.
    model.__dict__["_async_client"] = anthropic.AsyncAnthropic(
        base_url=address.url,
        api_key=_NO_KEY,
        max_retries=0,
        timeout=anthropic.Timeout(client["timeout"]),
        http_client=anthropic.DefaultAsyncHttpxClient(**client),
    )


def _missing_package(provider: str, message: str) -> ModelError:
    named = _NAMED_PACKAGE.search(message)
    package = named[1] if named else f"langchain-{provider.replace('_', '-')}"
    if provider in _EXTRAS:
        package = f'"family-engagement-assistant[{_EXTRAS[provider]}]"'
    return ModelError(
        f"Models of the provider {provider} need a package that is not installed.",
        kind="not_installed",
        next_step=f"Run: pip install {package}",
    )


def _not_allowed(place: ModelPlace) -> SettingsError:
    goes_to = place.host or f"the servers of {place.provider}"
    return SettingsError(
        f"The model {place.provider}:{place.model} is not on this machine or network: questions and passages would go "
        f"to {goes_to}. That is off.",
        kept="Nothing was sent.",
        next_step="If your contract with the provider allows it, an administrator sets remote_model_allowed to true.",
    )
