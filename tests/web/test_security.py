"""Who may ask, and for what."""

from __future__ import annotations

import pytest

from assistant.web.security import gradio_path_allowed, host_allowed, own_names


@pytest.mark.parametrize(
    "host", ["127.0.0.1:7860", "localhost", "LOCALHOST:80", "[::1]:7860", "10.1.2.3", "localhost."]
)
def test_this_machine_is_known_by_number_and_as_localhost(host: str) -> None:
    assert host_allowed(host, ())


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", ":80", "a@b"])
def test_other_names_are_refused(host: str) -> None:
    assert not host_allowed(host, ("office-pc",))


def test_names_of_the_network_count_only_where_it_is_listened_to() -> None:
    assert own_names("127.0.0.1") == own_names("localhost") == own_names("::1") == ()
    assert host_allowed("Office-PC:7860", ("office-pc",))
    assert "0.0.0.0" in own_names("0.0.0.0")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=https://evil.example/"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://evil.example/"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/vibe-edit"),
        ("GET", "/gradio_api/info"),
        ("GET", "/monitoring"),
        ("GET", "/assets/../../etc/passwd"),
        ("GET", "/assets/https://evil.example"),
        ("POST", "/assets/x"),
        ("DELETE", "/config"),
    ],
)
def test_gradio_is_asked_only_for_what_its_pages_need(method: str, path: str) -> None:
    assert not gradio_path_allowed(method, path)


@pytest.mark.parametrize(("method", "path"), [("GET", "/assets/a.js"), ("POST", "/gradio_api/queue/join")])
def test_what_the_pages_need_is_allowed(method: str, path: str) -> None:
    assert gradio_path_allowed(method, path)
