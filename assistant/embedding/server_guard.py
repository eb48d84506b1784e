"""What stands between the package for embedding servers and the network, and its failures in plain words.

Nothing that a server says is repeated: it may hold the key.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult

from assistant.errors import EmbeddingError
from assistant.outbound import guard
from assistant.outbound.addresses import PORTS, is_inside
from assistant.outbound.faults import FaultError, fault_of_status

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 60.0
_ANSWER_SECONDS = 300.0
_MOST_BYTES = 64_000_000
"""Room for 64 vectors of 16,000 numbers written out; what is longer is no answer to one of our requests."""

_CHECK_ADDRESS = "Check that it runs, and the settings embedding_base_url and embedding_model."
_TRY_AGAIN = "Index again in a moment; if that does not help, look at what the server of embedding_base_url writes."
_NO_ANSWER = ("The embedding server does not answer at its address.", _CHECK_ADDRESS)
_SILENT = ("The embedding server kept silent for too long.", _TRY_AGAIN)
_FAILED = ("The embedding server failed for an unknown reason.", _TRY_AGAIN)
_REFUSED = ("The embedding server does not accept the request.", _CHECK_ADDRESS)

# The kinds are those of ``outbound.faults``: what happened, what to do.
_SENTENCES = {
    "refused": _NO_ANSWER,
    "unreachable": _NO_ANSWER,
    "dns": _NO_ANSWER,
    "tls": (
        "No safe connection to the embedding server: its certificate is not accepted, or it speaks no TLS.",
        "Check whether embedding_base_url should begin with http:// or https://, and the server's certificate.",
    ),
    "key": (
        "The embedding server does not accept the key.",
        "Check the settings embedding_api_key and embedding_base_url.",
    ),
    "unknown_model": ("The embedding server does not know the model, or the address.", _CHECK_ADDRESS),
    "too_long": _REFUSED,
    "rejected": _REFUSED,
    "busy": ("The embedding server is busy, or the number of requests that it allows is used up.", _TRY_AGAIN),
    "unavailable": ("The embedding server is not available at the moment.", _TRY_AGAIN),
    "server": ("The embedding server reports a fault of its own.", _TRY_AGAIN),
    "redirected": (
        "The embedding server points to another address; nothing was sent there.",
        "If that is right, set embedding_base_url to the other address.",
    ),
    "broken": (
        "The embedding server answered with something else than one vector a text.",
        "Check embedding_model, and that embedding_base_url is the address of an embedding server and not of a page.",
    ),
    "endless": (
        "The embedding server's answer was longer than any answer should be.",
        "Check that embedding_base_url is the address of an embedding server.",
    ),
    "stalled": _SILENT,
    "slow": _SILENT,
    "cut": ("The embedding server ended the connection before its answer was done.", _TRY_AGAIN),
}
WORTH_ANOTHER_TRY = frozenset({"busy", "unavailable", "server", "cut"})


def embedding_error(kind: str) -> EmbeddingError:
    """Return the error of that kind, to be raised where no other error is being handled."""
    what, next_step = _SENTENCES.get(kind, _FAILED)
    return EmbeddingError(what, kept="The index is as it was.", next_step=next_step)


class ServerGuard:
    """Lets requests out to one address only, and answers in only as far as they can be used.

    ``remote`` tells whether the address is outside this machine and its network. Raises ValueError for what is no
    address of a server.
    """

    def __init__(self, address: SplitResult, *, with_key: bool) -> None:
        if address.hostname is None or address.scheme not in PORTS:
            raise ValueError("no address of a server")
        self.remote = not is_inside(address.hostname)
        self._place = guard.place_of(address.scheme, address.hostname, address.port)
        self._also_let_out = {"authorization"} if with_key or address.username else frozenset()

    def client_options(self) -> dict[str, Any]:
        """Return the arguments for the package's HTTP client."""
        timeout = (CONNECT_SECONDS, SILENCE_SECONDS, SILENCE_SECONDS, CONNECT_SECONDS)
        return guard.client_options(timeout, self.check_request, self.check_response, inside=not self.remote)

    def check_request(self, request: Any) -> None:
        """Let out what is needed to the one address."""
        guard.check_request(request, self._place, self._also_let_out)

    def check_response(self, response: Any) -> None:
        """Turn a failure into its fault before the package sees it, and count what it will read."""
        response.stream = guard.limited(response.stream, _MOST_BYTES, _ANSWER_SECONDS)
        if response.status_code >= 300:
            raise FaultError(fault_of_status(response.status_code))
        guard.check_content(response, {"application/json"})
