"""What an error out of a package stands for; over real connections the faults are tested with what makes them."""

from __future__ import annotations

import ssl

import httpx
import pytest

from assistant.outbound.faults import FaultError, fault_of, fault_of_status


class APIConnectionError(Exception):
    """Named as the SDKs name what they make of an error before there is an answer."""


def raised_from(cause: Exception) -> Exception:
    error = APIConnectionError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (FaultError("redirected"), "redirected"),
        (ssl.SSLError(), "tls"),
        (ConnectionRefusedError(), "refused"),
        (ConnectionResetError(), "cut"),
        (httpx.ConnectTimeout(""), "unreachable"),
        (httpx.ReadTimeout(""), "stalled"),
        (httpx.RemoteProtocolError(""), "cut"),
        (httpx.ProxyError(""), "unreachable"),
    ],
)
def test_the_cause_tells_more_than_what_was_made_of_it(cause: Exception, kind: str) -> None:
    assert fault_of(raised_from(cause)).kind == kind


def test_what_nothing_is_known_of_failed() -> None:
    assert fault_of(RuntimeError()).kind == "failed"


@pytest.mark.parametrize(
    ("status", "kind"), [(302, "redirected"), (400, "rejected"), (404, "unknown_model"), (429, "busy"), (500, "server")]
)
def test_kinds_of_status(status: int, kind: str) -> None:
    assert fault_of_status(status) == kind
