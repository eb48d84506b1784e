"""What can go wrong with a model, in plain sentences. Nothing that the server or a library says is repeated."""

from __future__ import annotations

from assistant.chat.base import ModelPlace
from assistant.errors import ModelError

_CHECK_ADDRESS = "Check that it runs, and the setting model_base_url."
_TRY_AGAIN = "Ask again; if that does not help, look at what the server writes."

# kind -> what happened, what to do. {server} and {model} are filled in.
_SENTENCES = {
    "refused": ("Nothing answers at the address of the language model ({server}).", _CHECK_ADDRESS),
    "unreachable": ("The language model's server ({server}) cannot be reached.", _CHECK_ADDRESS),
    "dns": (
        "The name of the language model's server ({server}) is not known.",
        "Check the setting model_base_url, and the network.",
    ),
    "tls": (
        "No safe connection to the language model ({server}): its certificate is not accepted, or it speaks no TLS.",
        "Check whether model_base_url should begin with http:// or https://, and the server's certificate.",
    ),
    "key": ("The language model's server ({server}) does not accept the key.", "Check the setting model_api_key."),
    "unknown_model": (
        "The server ({server}) knows no language model named {model}.",
        "Check the settings model and model_base_url; for Ollama, run: ollama pull {model}",
    ),
    "too_long": (
        "The question with its evidence is longer than the language model can read.",
        "Give the model a larger context where it is served, at least 8192 tokens.",
    ),
    "rejected": (
        "The language model's server ({server}) does not accept the request.",
        "Check that it speaks the protocol of the provider in the setting model.",
    ),
    "busy": (
        "The language model ({server}) is busy, or the number of requests that it allows is used up.",
        "Ask again in a moment.",
    ),
    "unavailable": (
        "The language model ({server}) is not available at the moment.",
        "Ask again in a moment; some servers need minutes to load a model.",
    ),
    "server": ("The language model's server ({server}) reports a fault of its own.", _TRY_AGAIN),
    "redirected": (
        "The language model's server ({server}) points to another address; nothing was sent there.",
        "If that is right, set model_base_url to the other address.",
    ),
    "broken": (
        "The language model's server ({server}) answered with something that cannot be read.",
        "Check that model_base_url is the address of the model and not of a page or a sign-in.",
    ),
    "cut": ("The language model's answer was cut off: the connection ended before it was done.", _TRY_AGAIN),
    "stalled": ("The language model ({server}) kept silent for too long.", _TRY_AGAIN),
    "slow": (
        "The language model ({server}) was not done in time.",
        "Ask again, or set a smaller or faster model.",
    ),
    "endless": (
        "The language model's answer was longer than any answer should be and was cut.",
        "Ask again; if it happens often, set another model.",
    ),
    "empty": ("The language model's answer was empty.", "Ask again; if it happens often, set another model."),
    "resting": (
        "The language model ({server}) gave no answer several times in a row, so it is left alone for a minute.",
        "Check that its server runs and is quick enough; then ask again in a minute.",
    ),
    "not_installed": ("A package that the language model needs is not installed.", "Install it."),
    "failed": ("The language model failed for an unknown reason.", _TRY_AGAIN),
}
KINDS = frozenset(_SENTENCES)


def model_error(kind: str, place: ModelPlace) -> ModelError:
    """Return the error of that kind, to be raised."""
    what, next_step = _SENTENCES[kind]
    words = {"server": place.host or place.provider, "model": place.model}
    return ModelError(what.format(**words), kind=kind, next_step=next_step.format(**words))
