"""Which addresses are inside, and which are no addresses."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat.places import address_of, place_of
from assistant.errors import SettingsError


def remote(provider: str, base_url: str | None, model: str = "m") -> bool:
    return place_of(provider, model, address_of(provider, base_url)).remote


def test_where_the_text_goes() -> None:
    assert not remote("ollama", None)
    assert not remote("openai", "http://[::1]:8080/v1")
    assert remote("openai", None)
    assert remote("anthropic", None)
    assert remote("openai", "http://127.0.0.1@model.example.com/v1")
    # Where a package may ignore the address, it does not make the model a local one.
    assert remote("mistralai", "http://127.0.0.1:8080/v1")
    assert place_of("openai", "m", address_of("openai", None)).host == "api.openai.com"
    assert place_of("mistralai", "m", address_of("mistralai", None)).host is None


@pytest.mark.parametrize("model", ["gpt-oss:120b-cloud", "kimi-k2:cloud"])
def test_a_local_server_that_passes_everything_on_is_remote(model: str) -> None:
    place = place_of("ollama", model, address_of("ollama", None))
    assert (place.host, place.remote) == ("ollama.com", True)
    assert not remote("ollama", None, "cloudy-model:7b")


@pytest.mark.parametrize(
    "text",
    [
        "localhost:8080",
        "127.0.0.1:8080/v1",
        "ftp://127.0.0.1/v1",
        "http://",
        "http:///v1",
        "http://127.0.0.1:port/v1",
        "http://127.0.0.1:99999/v1",
        "http://127.0.0.1\\@example.com/v1",
        "http://127.0.0.1/v1 ",
        "http://127.0.0.1/v1\n",
        "http://[::1/v1",
        "http://[fe80::1%25eth0]/v1",
        "http://exämple.com/v1",
        "http://-example.com/v1",
        "http://127.0.0.1/v1?key=secret",
        "http://127.0.0.1/v1#secret",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        address_of("openai", text)
    assert "model_base_url" in str(caught.value)
    assert "secret" not in str(caught.value)


@given(st.text(alphabet="htps:/@#?[]\\%.0127aé \n\x00-_", max_size=25) | st.text(max_size=25))
def test_an_address_means_the_same_to_the_clients(rest: str) -> None:
    """What is taken for an address is read by the HTTP client as the same one; anything else is refused."""
    for text in (rest, f"http://{rest}", f"https://127.0.0.1{rest}"):
        try:
            address = address_of("openai", text or None)
        except SettingsError:
            continue
        assert address is not None
        seen = httpx.URL(address.url)
        assert (seen.scheme, seen.host, seen.port or {"http": 80, "https": 443}[seen.scheme]) == (
            address.scheme,
            address.host,
            address.port,
        )


def test_a_password_is_kept_apart() -> None:
    address = address_of("openai", "https://me:p%40ss@llm.district.org:8443/v1/")
    assert address is not None
    assert (address.url, address.host, address.port) == (
        "https://llm.district.org:8443/v1",
        "llm.district.org",
        8443,
    )
    assert (address.user, address.password) == ("me", "p@ss")
    assert "p@ss" not in repr(address)
