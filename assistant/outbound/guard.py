"""What stands between a package that speaks to a server and the network.

The packages read addresses, keys, proxies and headers from the environment, follow redirects, and read answers without
limit. Hooks in their HTTP client see each request as it leaves and each answer as it begins, whatever the package does.
They work with httpx and with httpx2, its successor, and name neither: which of them it is depends on the package.
"""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from typing import Any

from assistant.outbound.addresses import PORTS
from assistant.outbound.faults import FaultError

Place = tuple[str, str, int]
"""Scheme, host and port."""

_HEADERS_LET_OUT = frozenset({"host", "accept", "content-length", "content-type", "transfer-encoding", "user-agent"})


def client_options(
    timeout: tuple[float | None, ...], on_request: Callable[..., Any], on_response: Callable[..., Any], *, inside: bool
) -> dict[str, Any]:
    """Return the arguments for the HTTP client of a package.

    ``timeout`` are seconds: to connect, to wait for what is read, for what is written, and for a free connection.
    """
    options: dict[str, Any] = {
        "timeout": timeout,
        "follow_redirects": False,
        "event_hooks": {"request": [on_request], "response": [on_response]},
    }
    if inside:
        # What stays inside does not go through a proxy of the environment.
        options["mounts"] = {"all://": None, "http://": None, "https://": None}
    return options


def place_of(scheme: str, host: str | None, port: int | None) -> Place:
    """Return the place that two ways of writing an address have in common."""
    return scheme, (host or "").rstrip("."), port or PORTS.get(scheme, 0)


def check_request(request: Any, place: Place, also_let_out: Collection[str]) -> None:
    """Refuse another address, and drop every header that is not needed, as those put in by the environment."""
    if place_of(request.url.scheme, request.url.host, request.url.port) != place:
        raise FaultError("redirected")
    for name in list(request.headers):
        if name.lower() not in _HEADERS_LET_OUT and name.lower() not in also_let_out:
            del request.headers[name]
    # A small answer that unpacks to a huge one is then not an answer.
    request.headers["accept-encoding"] = "identity"


def check_content(response: Any, content_types: Collection[str]) -> None:
    """Refuse what is packed, and a page or the like; what tells no type may be an answer."""
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    packed = response.headers.get("content-encoding", "identity").lower()
    if packed != "identity" or (content_type and content_type not in content_types):
        raise FaultError("broken")


def limited(stream: Any, most_bytes: int, seconds: float) -> Any:
    """Return the stream of an answer; reading it raises FaultError beyond so many bytes or so many seconds."""
    check = _Limit(most_bytes, seconds).check

    def chunks(_: object) -> Iterator[bytes]:
        for chunk in stream:
            yield check(chunk)

    return _stream(stream, "SyncByteStream", __iter__=chunks, close=lambda _: stream.close())


def limited_async(stream: Any, most_bytes: int) -> Any:
    """Return the asynchronous stream of an answer; reading it raises FaultError beyond so many bytes."""
    check = _Limit(most_bytes, math.inf).check

    async def chunks(_: object) -> AsyncIterator[bytes]:
        async for chunk in stream:
            yield check(chunk)

    return _stream(stream, "AsyncByteStream", __aiter__=chunks, aclose=lambda _: stream.aclose())


class _Limit:
    def __init__(self, most_bytes: int, seconds: float) -> None:
        self._room = most_bytes
        self._until = time.monotonic() + seconds

    def check(self, chunk: bytes) -> bytes:
        self._room -= len(chunk)
        if self._room < 0:
            raise FaultError("endless")
        if time.monotonic() > self._until:
            raise FaultError("slow")
        return chunk


def _stream(stream: Any, base: str, **methods: Callable[..., Any]) -> Any:
    """Return a stream with these methods; a client reads none that is not of a class of its own library."""
    library = importlib.import_module(type(stream).__module__.partition(".")[0])
    return type("LimitedStream", (getattr(library, base),), methods)()
