"""What stands between the package for embedding servers and the network, and its failures in plain words.

The package follows redirects, reads answers without limit, and takes headers from the environment. Hooks in its HTTP
client see each request as it leaves and each answer as it begins. Nothing that a server says is repeated: it may hold
the key.
"""

from __future__ import annotations

import importlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult

from assistant.errors import EmbeddingError

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 60.0
_ANSWER_SECONDS = 300.0
_MOST_BYTES = 64_000_000
"""Room for 64 vectors of 16,000 numbers written out; what is longer is no answer to one of our requests."""

_HEADERS_LET_OUT = frozenset({"host", "accept", "content-length", "content-type", "transfer-encoding", "user-agent"})
_PORTS = {"http": 80, "https": 443}
_CHECK_ADDRESS = "Check that it runs, and the settings embedding_base_url and embedding_model."
_TRY_AGAIN = "Index again in a moment; if that does not help, look at what the server of embedding_base_url writes."
_NOT_VECTORS = "Check that embedding_base_url is the address of an embedding server and not of a page or a sign-in."

# kind -> what happened, what to do.
_SENTENCES = {
    "key": (
        "The embedding server does not accept the key.",
        "Check the settings embedding_api_key and embedding_base_url.",
    ),
    "unknown": ("The embedding server does not know the model, or the address.", _CHECK_ADDRESS),
    "rejected": ("The embedding server does not accept the request.", _CHECK_ADDRESS),
    "busy": ("The embedding server is busy, or the number of requests that it allows is used up.", _TRY_AGAIN),
    "fault": ("The embedding server reports a fault of its own.", _TRY_AGAIN),
    "redirected": (
        "The embedding server points to another address; nothing was sent there.",
        "If that is right, set embedding_base_url to the other address.",
    ),
    "page": ("The embedding server answered with something else than vectors.", _NOT_VECTORS),
    "endless": ("The embedding server's answer was longer than any answer should be.", _NOT_VECTORS),
    "unreachable": ("The embedding server does not answer at its address.", _CHECK_ADDRESS),
    "tls": (
        "No safe connection to the embedding server: its certificate is not accepted, or it speaks no TLS.",
        "Check whether embedding_base_url should begin with http:// or https://, and the server's certificate.",
    ),
    "slow": ("The embedding server kept silent for too long.", _TRY_AGAIN),
    "cut": ("The embedding server ended the connection before its answer was done.", _TRY_AGAIN),
    "wrong": (
        "The embedding server answered with something else than one vector a text.",
        "Check the settings embedding_base_url and embedding_model.",
    ),
}
WORTH_ANOTHER_TRY = frozenset({"busy", "fault", "cut"})


class FaultError(Exception):
    """Carries the kind of a fault through the package; never leaves the engine."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


def embedding_error(kind: str) -> EmbeddingError:
    """Return the error of that kind, to be raised where no other error is being handled."""
    what, next_step = _SENTENCES[kind]
    return EmbeddingError(what, kept="The index is as it was.", next_step=next_step)


class ServerGuard:
    """Lets requests out to one address only, and answers in only as far as they can be used."""

    def __init__(self, address: SplitResult, *, with_key: bool) -> None:
        self._place = _place(address.scheme, address.hostname, address.port)
        self._inside = _stays_inside(address.hostname or "")
        self._let_out = _HEADERS_LET_OUT | ({"authorization"} if with_key or address.username else set())

    def client_options(self) -> dict[str, Any]:
        """Return the arguments for the package's HTTP client."""
        options: dict[str, Any] = {
            "timeout": (CONNECT_SECONDS, SILENCE_SECONDS, SILENCE_SECONDS, CONNECT_SECONDS),
            "follow_redirects": False,
            "event_hooks": {"request": [self.check_request], "response": [self.check_response]},
        }
        if self._inside:
            # What stays inside does not go through a proxy of the environment.
            options["mounts"] = {"all://": None, "http://": None, "https://": None}
        return options

    def check_request(self, request: Any) -> None:
        """Refuse another address, and drop every header that is not needed, as those put in by the environment."""
        if _place(request.url.scheme, request.url.host, request.url.port) != self._place:
            raise FaultError("redirected")
        for name in list(request.headers):
            if name.lower() not in self._let_out:
                del request.headers[name]
        # A small answer that unpacks to a huge one is then not an answer.
        request.headers["accept-encoding"] = "identity"

    def check_response(self, response: Any) -> None:
        """Turn a failure into its fault before the package sees it, and count what it will read."""
        response.stream = _counted(response.stream)
        if response.status_code >= 300:
            raise FaultError(_fault_of_status(response.status_code))
        content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        packed = response.headers.get("content-encoding", "identity").lower()
        if packed != "identity" or content_type not in ("", "application/json"):
            raise FaultError("page")


def fault_of(error: BaseException) -> str:
    """Return the kind of fault that an error out of the package stands for."""
    chain = list(_causes(error))
    for one in chain:
        if isinstance(one, FaultError):
            return one.kind
    for one in chain:
        # Before the others, as they are OSErrors too.
        if isinstance(one, ssl.SSLError):
            return "tls"
        if isinstance(one, ConnectionRefusedError | socket.gaierror):
            return "unreachable"
    # httpx and its successor call them the same.
    names = {base.__name__ for one in chain for base in type(one).__mro__}
    for name, kind in (
        ("ConnectTimeout", "unreachable"), ("ConnectError", "unreachable"), ("TimeoutException", "slow"),
        ("APITimeoutError", "slow"), ("RemoteProtocolError", "cut"), ("ReadError", "cut"), ("WriteError", "cut"),
        ("APIConnectionError", "unreachable"),
    ):  # fmt: skip
        if name in names:
            return kind
    return "wrong"


def _fault_of_status(status: int) -> str:
    if status < 400:
        return "redirected"
    if status >= 500:
        return "fault"
    return {401: "key", 403: "key", 404: "unknown", 408: "busy", 429: "busy"}.get(status, "rejected")


def _place(scheme: str, host: str | None, port: int | None) -> tuple[str, str, int]:
    return scheme, (host or "").rstrip("."), port or _PORTS.get(scheme, 0)


def _stays_inside(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host


def _causes(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    seen: set[int] = set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _counted(stream: Any) -> Any:
    library = importlib.import_module(type(stream).__module__.partition(".")[0])
    until = time.monotonic() + _ANSWER_SECONDS

    class Counted(library.SyncByteStream):  # type: ignore[misc, name-defined]
        def __iter__(self) -> Iterator[bytes]:
            read = 0
            for chunk in stream:
                read += len(chunk)
                if read > _MOST_BYTES:
                    raise FaultError("endless")
                if time.monotonic() > until:
                    raise FaultError("slow")
                yield chunk

        def close(self) -> None:
            stream.close()

    return Counted()
