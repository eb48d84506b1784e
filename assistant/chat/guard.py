"""What stands between a provider's package and the network.

The packages read addresses, keys, proxies and headers from the environment, follow redirects, and read answers without
limit. Hooks in their HTTP client see each request as it leaves and each answer as it begins, whatever the package does.
They work with httpx and with httpx2, its successor, and name neither: which of them it is depends on the package.
"""

from __future__ import annotations

import base64
import email.utils
import importlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.chat.faults import FaultError, fault_of_status
from assistant.chat.places import Address
from assistant.errors import SettingsError

# Room for 25,000 pieces, thinking included, at some 300 bytes of protocol each.
_MOST_BYTES = 8_000_000
_HEADERS_LET_OUT = frozenset(
    {
        "host",
        "accept",
        "anthropic-beta",
        "anthropic-version",
        "content-length",
        "content-type",
        "transfer-encoding",
        "user-agent",
        "x-stainless-raw-response",  # in which form Anthropic's package wants to see the answer: it asks the request
    }
)
_WORDS_OF_A_FULL_CONTEXT = ("context", "too long", "maximum length", "too many tokens")


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets requests out to one address only, with one key, and answers in only as far as they can be used.

    ``credentials`` is the one header that carries the key, or None; ``content_types`` are those of a stream.
    """

    address: Address
    credentials: tuple[str, str] | None = field(repr=False)
    content_types: tuple[str, ...]

    def client_options(self, connect_seconds: float, remote: bool) -> dict[str, Any]:
        """Return the arguments for the HTTP client of a package, httpx's or its successor's."""
        options: dict[str, Any] = {
            # Connecting, and the wait for a free connection; for reading and writing there are other limits.
            "timeout": (connect_seconds, None, None, connect_seconds),
            "follow_redirects": False,
            "event_hooks": {"request": [self.check_request], "response": [self.check_response]},
        }
        if not remote:
            # What stays inside does not go through a proxy of the environment.
            options["mounts"] = {"all://": None, "http://": None, "https://": None}
        return options

    async def check_request(self, request: Any) -> None:
        """Refuse another address, and drop every header that is not needed, as those put in by the environment."""
        url = request.url
        port = url.port or {"http": 80, "https": 443}.get(url.scheme)
        if (url.scheme, url.host.rstrip("."), port) != (self.address.scheme, self.address.host, self.address.port):
            raise FaultError("redirected")
        for name in list(request.headers):
            if name.lower() not in _HEADERS_LET_OUT:
                del request.headers[name]
        # A small answer that unpacks to a huge one is then not an answer.
        request.headers["accept-encoding"] = "identity"
        # A connection that is kept may be dead by the next question, and costs more than it saves.
        request.headers["connection"] = "close"
        if self.credentials is not None:
            request.headers[self.credentials[0]] = self.credentials[1]

    async def check_response(self, response: Any) -> None:
        """Turn a failure into its fault before the package sees it, and count what it will read."""
        response.stream = _counted(response.stream)
        if response.status_code >= 300:
            kind = fault_of_status(response.status_code)
            if kind == "rejected":
                text = (await response.aread())[:10_000].decode("utf-8", "replace").lower()
                kind = "too_long" if any(words in text for words in _WORDS_OF_A_FULL_CONTEXT) else kind
            raise FaultError(kind, _seconds_to_wait(response.headers))
        content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        packed = response.headers.get("content-encoding", "identity").lower()
        if packed != "identity" or (content_type and content_type not in self.content_types):
            raise FaultError("broken")


def credentials_of(provider: str, key: str | None, address: Address) -> tuple[str, str] | None:
    """Return the header that carries the key, or the name and password of the address; None if there are none."""
    if address.user is not None:
        if key:
            raise SettingsError(
                "Both model_api_key and a user name in model_base_url are set, and only one can be sent.",
                next_step="Take one of them out.",
            )
        basic = base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
        return "authorization", f"Basic {basic}"
    if not key:
        return None
    if provider == "anthropic":
        return "x-api-key", key
    return ("api-key", key) if provider == "azure_openai" else ("authorization", f"Bearer {key}")


def _seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """Return the time that the server asks for: a number of seconds, or a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        return max(email.utils.parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except ValueError:
        return None


def _counted(stream: Any) -> Any:
    library = importlib.import_module(type(stream).__module__.partition(".")[0])

    class Counted(library.AsyncByteStream):  # type: ignore[misc, name-defined]
        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in stream:
                read += len(chunk)
                if read > _MOST_BYTES:
                    raise FaultError("endless")
                yield chunk

        async def aclose(self) -> None:
            await stream.aclose()

    return Counted()
