"""What stands between the network and the pages: which hosts and origins may ask, and what a browser may load."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SHARED_POLICY = (
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
STRICT_POLICY = f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; {_SHARED_POLICY}"
# For our own pages with forms: what is filled in can be sent here and nowhere else.
FORM_POLICY = STRICT_POLICY.replace("form-action 'none'", "form-action 'self'")
HEADERS = {
    "content-security-policy": STRICT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}

# All that Gradio's pages ask for. Everything else it offers, above all fetching files and foreign addresses for the
# browser (file=, proxy=), uploads, and its named interface, is not reachable.
GRADIO_READS = ("/assets/", "/static/", "/theme.css", "/config", "/gradio_api/queue/data", "/gradio_api/heartbeat/")
GRADIO_WRITES = ("/gradio_api/queue/join", "/gradio_api/run/predict")


def gradio_page_policy(nonce: str) -> str:
    """Return the policy for Gradio's pages: its own scripts by ``nonce``, and eval, which its HTML component needs."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; {_SHARED_POLICY}"
    )


def gradio_path_allowed(method: str, path: str) -> bool:
    """Return whether a request may reach Gradio; prefixes ending in ``/`` allow what is below them."""
    allowed = GRADIO_WRITES if method == "POST" else GRADIO_READS if method in {"GET", "HEAD"} else ()
    if ".." in path or "://" in path:
        return False
    return any(path.startswith(one) if one.endswith("/") else path == one for one in allowed)


def host_allowed(host: str, names: Iterable[str]) -> bool:
    """Return whether a Host header names this machine: by number, as localhost, or by one of ``names``.

    A foreign page that points its own name at this machine (DNS rebinding) comes with that name, never with a number.
    """
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    if name == "localhost" or name in {one.lower() for one in names if one}:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def own_names(bound_host: str) -> tuple[str, ...]:
    """Return the names under which this machine may be asked, those of the network only where it listens there."""
    try:
        loopback = ipaddress.ip_address(bound_host).is_loopback
    except ValueError:
        loopback = bound_host == "localhost"
    return () if loopback else (bound_host, socket.gethostname(), socket.getfqdn())


class Guard:
    """ASGI middleware: refuses foreign hosts and cross-site writes, and adds the security headers to every response."""

    def __init__(self, app: ASGIApp, names: tuple[str, ...]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        try:
            known = host_allowed(host, self._names)
        except ValueError:
            known = False
        if not known:
            return PlainTextResponse("This address does not belong to the assistant.", status_code=421)
        origin = headers.get("origin")
        foreign = headers.get("sec-fetch-site") == "cross-site" or (origin and urlsplit(origin).netloc != host)
        if foreign and scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("Only the assistant's own pages may ask for this.", status_code=403)
        return None
