"""What can go wrong with a model, in plain sentences. Nothing that the server or a library says is repeated.

Libraries each have errors of their own; what they stand for is read from the chain of causes, by the standard
errors at its root and by the names that httpx and its successors share.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

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

_BY_STATUS = {
    401: "key",
    403: "key",
    404: "unknown_model",
    408: "unavailable",
    413: "too_long",
    429: "busy",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
    529: "busy",  # Anthropic's "overloaded"
}
_BY_NAME = {
    "ConnectTimeout": "unreachable",
    "PoolTimeout": "busy",
    "TimeoutException": "stalled",
    "ReadError": "cut",
    "WriteError": "cut",
    "CloseError": "cut",
    "RemoteProtocolError": "cut",
    "DecodingError": "broken",
    "ConnectError": "unreachable",
    "APITimeoutError": "stalled",
    "APIResponseValidationError": "broken",
    "ResponseError": "server",  # Ollama's, where it has no status: an error inside a stream that began well
}
_LANGCHAIN_GOT_NOTHING = "No generation chunks"


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault; ``retry_after`` in seconds where the server names a time."""

    kind: str
    retry_after: float | None = None


class FaultError(Exception):
    """Carries a fault through the libraries that are called in between; never leaves this package."""

    def __init__(self, kind: str, retry_after: float | None = None) -> None:
        self.fault = Fault(kind, retry_after)
        super().__init__(kind)


def model_error(kind: str, place: ModelPlace) -> ModelError:
    """Return the error of that kind, to be raised."""
    what, next_step = _SENTENCES[kind]
    words = {"server": place.host or place.provider, "model": place.model}
    return ModelError(what.format(**words), kind=kind, next_step=next_step.format(**words))


def fault_of_status(status: int) -> str:
    """Return the kind of fault of an HTTP status that is no success."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status < 400:
        return "redirected"
    return "server" if status >= 500 else "rejected"


def fault_of(error: BaseException) -> Fault:
    """Return what an error out of a library stands for."""
    chain = list(_causes(error))
    for one in chain:
        if isinstance(one, FaultError):
            return one.fault
    for one in chain:
        # Before the others: the errors of TLS and DNS are OSErrors, and the latter also stand below ConnectError.
        if isinstance(one, ssl.SSLError):
            return Fault("tls")
        if isinstance(one, socket.gaierror):
            return Fault("dns")
        if isinstance(one, ConnectionRefusedError):
            return Fault("refused")
    for one in chain:
        status = getattr(one, "status_code", None)
        if isinstance(status, int) and status >= 300:
            return Fault(fault_of_status(status))
    # The cause knows more than what was made of it: below a timeout stands whether it was that of connecting.
    for one in reversed(chain):
        for name in (base.__name__ for base in type(one).__mro__):
            if name in _BY_NAME:
                return Fault(_BY_NAME[name])
    if any(type(one).__name__ == "APIError" for one in chain):
        # What the SDKs make of an error inside a stream that began well.
        return Fault("server")
    return Fault(_by_type(chain))


def _by_type(chain: list[BaseException]) -> str:
    for one in chain:
        if isinstance(one, ValueError) and str(one).startswith(_LANGCHAIN_GOT_NOTHING):
            return "empty"
        if isinstance(one, LookupError | AttributeError | TypeError):
            return "broken"
        if isinstance(one, TimeoutError):
            return "stalled"
        if isinstance(one, ConnectionError):
            return "cut"
        if isinstance(one, OSError):
            return "unreachable"
        if isinstance(one, ValueError):
            return "broken"
    return "failed"


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
