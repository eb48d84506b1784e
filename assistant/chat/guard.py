"""What stands between a provider's package and the network: see ``outbound.guard``."""

from __future__ import annotations

import base64
import email.utils
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.chat.places import Address
from assistant.errors import SettingsError
from assistant.outbound import guard
from assistant.outbound.faults import FaultError, fault_of_status

# Room for 25,000 pieces, thinking included, at some 300 bytes of protocol each.
_MOST_BYTES = 8_000_000
_HEADERS_OF_ANTHROPIC = frozenset(
    {
        "anthropic-beta",
        "anthropic-version",
        "x-stainless-raw-response",  # in which form the package wants to see the answer: it asks the request
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
        # Connecting, and the wait for a free connection; for reading and writing there are other limits.
        timeout = (connect_seconds, None, None, connect_seconds)
        return guard.client_options(timeout, self.check_request, self.check_response, inside=not remote)

    async def check_request(self, request: Any) -> None:
        """Let out what is needed, with the one key, to the one address."""
        guard.check_request(request, (self.address.scheme, self.address.host, self.address.port), _HEADERS_OF_ANTHROPIC)
        # A connection that is kept may be dead by the next question, and costs more than it saves.
        request.headers["connection"] = "close"
        if self.credentials is not None:
            request.headers[self.credentials[0]] = self.credentials[1]

    async def check_response(self, response: Any) -> None:
        """Turn a failure into its fault before the package sees it, and count what it will read."""
        response.stream = guard.limited_async(response.stream, _MOST_BYTES)
        if response.status_code >= 300:
            kind = fault_of_status(response.status_code)
            if kind == "rejected":
                text = (await response.aread())[:10_000].decode("utf-8", "replace").lower()
                kind = "too_long" if any(words in text for words in _WORDS_OF_A_FULL_CONTEXT) else kind
            raise FaultError(kind, _seconds_to_wait(response.headers))
        guard.check_content(response, self.content_types)


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
