"""What went wrong between a package and a server, told by one word.

Libraries each have errors of their own; what they stand for is read from the chain of causes, by the standard
errors at its root and by the names that httpx and its successors share. Nothing that a server or a library says is
repeated: it may hold a key.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

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
    """Carries a fault through the libraries that are called in between; never leaves the engines and models of ours."""

    def __init__(self, kind: str, retry_after: float | None = None) -> None:
        self.fault = Fault(kind, retry_after)
        super().__init__(kind)


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
    # What the SDKs make of any other failure before there is an answer, as of a proxy.
    return "unreachable" if any(type(one).__name__ == "APIConnectionError" for one in chain) else "failed"


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
