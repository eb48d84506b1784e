"""From a setting to a model: where the text goes, and what the environment has no say in."""

from __future__ import annotations

import base64
import importlib
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import ClassVar

import pytest
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith import Client, tracing_context
from pydantic import SecretStr

from assistant.chat import ChatLimits, load_chat_model
from assistant.errors import AssistantError, ModelError, SettingsError
from tests.chat.model_server import ModelServer, Raw, Request
from tests.chat.talking import KEY, QUESTION, connected, listen

PATIENT = ChatLimits()
OTHER_KEY = "sk-of-another-program-789"


def refused(spec: str, base_url: str | None = None, key: str | None = None, remote: bool = True) -> AssistantError:
    with pytest.raises(AssistantError) as caught:
        load_chat_model(spec, base_url=base_url, api_key=key, limits=PATIENT, remote_allowed=remote)
    return caught.value


@pytest.mark.parametrize("spec", ["", "gpt-5", "openai:", ":name", "no such:name", "../x:name", "OpenAI:name"])
def test_what_is_no_model(spec: str) -> None:
    error = refused(spec)
    assert isinstance(error, SettingsError)
    assert "provider:name" in str(error)


def test_a_provider_that_nobody_knows() -> None:
    assert "nosuchprovider" in str(refused("nosuchprovider:name", key=KEY))
    assert KEY not in str(refused("nosuchprovider:name", key=KEY))


# What is remote


@pytest.mark.parametrize(
    ("spec", "base_url", "goes_to"),
    [
        ("openai:gpt-5", None, "api.openai.com"),
        ("anthropic:claude", None, "api.anthropic.com"),
        ("azure_openai:gpt-5", "https://district.openai.azure.com", "district.openai.azure.com"),
        ("openai:qwen3", "http://model.district.org:8000/v1", "model.district.org"),
        ("ollama:gpt-oss:120b-cloud", None, "ollama.com"),
        ("mistralai:large", None, "the servers of mistralai"),
        ("mistralai:large", "http://127.0.0.1:8000", "127.0.0.1"),
    ],
)
def test_a_remote_model_is_off_until_it_is_allowed(
    spec: str, base_url: str | None, goes_to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_now(*_: object, **__: object) -> None:
        pytest.fail("a name was looked up")

    monkeypatch.setattr("socket.getaddrinfo", not_now)
    error = refused(spec, base_url, KEY, remote=False)
    assert isinstance(error, SettingsError)
    assert "remote_model_allowed" in str(error)
    assert goes_to in str(error)
    assert KEY not in str(error)


def test_it_is_refused_before_any_package_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.chat.loading._build", lambda *_: pytest.fail("a client was built"))
    refused("openai:gpt-5", key=KEY, remote=False)


def test_a_remote_model_without_a_key_is_refused() -> None:
    assert "model_api_key" in str(refused("openai:gpt-5"))
    assert "model_api_key" in str(refused("anthropic:claude"))


# Packages


@pytest.mark.parametrize(
    ("spec", "package", "command"),
    [
        ("anthropic:claude", "langchain_anthropic", 'pip install "family-engagement-assistant[anthropic]"'),
        ("ollama:qwen3", "langchain_ollama", 'pip install "family-engagement-assistant[ollama]"'),
        ("openai:qwen3", "openai", 'pip install "family-engagement-assistant[openai]"'),
        ("groq:llama", "langchain_groq", "pip install langchain-groq"),
        ("google_genai:gemini", "langchain_google_genai", "pip install langchain-google-genai"),
    ],
)
def test_a_missing_package_is_named_with_the_command(
    spec: str, package: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    missing: ModuleType | None = None
    monkeypatch.setitem(sys.modules, package, missing)
    error = refused(spec, key=KEY)
    assert isinstance(error, ModelError)
    assert error.kind == "not_installed"
    assert command in error.next_step
    assert error.__context__ is None


# The environment


class Elsewhere(BaseHTTPRequestHandler):
    """A server that nothing should reach; it takes whatever comes and answers in the affirmative."""

    reached: ClassVar[list[str]] = []

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline()
        self.close_connection = True
        if self.raw_requestline and self.parse_request():
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.reached.append(f"{self.requestline} {body.decode('utf-8', 'replace')}")
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a server that nothing should reach; what does stands in ``Elsewhere.reached``."""
    Elsewhere.reached.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def foreign_environment(elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of other programs: all of them would send the text, or a key, where it does not belong."""
    for name in (
        "OPENAI_BASE_URL OPENAI_API_BASE OPENAI_PROXY OLLAMA_HOST ANTHROPIC_BASE_URL ANTHROPIC_API_URL ANTHROPIC_PROXY "
        "AZURE_OPENAI_ENDPOINT LANGSMITH_GATEWAY LANGSMITH_ENDPOINT LANGCHAIN_ENDPOINT "
        "HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy"
    ).split():
        monkeypatch.setenv(name, elsewhere)
    for name in (
        "OPENAI_API_KEY OPENAI_ADMIN_KEY OPENAI_ORG_ID OPENAI_PROJECT_ID OLLAMA_API_KEY ANTHROPIC_API_KEY "
        "ANTHROPIC_AUTH_TOKEN AZURE_OPENAI_API_KEY AZURE_OPENAI_AD_TOKEN LANGSMITH_API_KEY LANGCHAIN_API_KEY"
    ).split():
        monkeypatch.setenv(name, OTHER_KEY)
    for name in ("OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.setenv(name, f"Authorization: Bearer {OTHER_KEY}\nX-Api-Key: {OTHER_KEY}\nX-More: {OTHER_KEY}")
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


ANTHROPIC_STREAM = [
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"1","type":"message","role":"assistant",'
    b'"model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}\n\n',
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
    b'"content_block":{"type":"thinking","thinking":"","signature":""}}\n\n',
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
    b'"delta":{"type":"thinking_delta","thinking":"Hm."}}\n\n',
    b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
    b'event: content_block_start\ndata: {"type":"content_block_start","index":1,'
    b'"content_block":{"type":"text","text":""}}\n\n',
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":1,'
    b'"delta":{"type":"text_delta","text":"Right here."}}\n\n',
    b'event: content_block_stop\ndata: {"type":"content_block_stop","index":1}\n\n',
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},'
    b'"usage":{"output_tokens":3}}\n\n',
    b'event: message_stop\ndata: {"type":"message_stop"}\n\n',
]


def right_here(request: Request) -> str | Raw:
    return Raw(ANTHROPIC_STREAM) if request.path == "/v1/messages" else "Right here."


@pytest.mark.usefixtures("foreign_environment")
@pytest.mark.parametrize("key", [KEY, None])
@pytest.mark.parametrize("spec", ["openai:m", "ollama:m", "azure_openai:m", "anthropic:m"])
def test_only_our_settings_count(spec: str, key: str | None) -> None:
    with ModelServer(right_here) as server:
        base_url = server.base_url if spec == "openai:m" else server.ollama_url
        heard = listen(connected(base_url, spec, key, PATIENT))
        assert (heard.text, heard.error) == ("Right here.", None)
        sent = server.requests[0]
    wait_for_all_tracers()
    assert not Elsewhere.reached
    assert OTHER_KEY not in str(sent.headers)
    assert (KEY in str(sent.headers)) == (key is not None)
    assert sent.body["messages"]


@pytest.mark.usefixtures("foreign_environment")
def test_ollama_without_an_address_is_the_one_of_this_machine() -> None:
    model = load_chat_model("ollama:m", base_url=None, api_key=None, limits=PATIENT, remote_allowed=False)
    assert (model.place.host, model.place.remote) == ("127.0.0.1", False)


def test_tracing_would_be_seen(elsewhere: str) -> None:
    """The test above can fail: with tracing on, LangChain sends what is asked to LangSmith."""
    from langchain_openai import ChatOpenAI

    with ModelServer("Hello.") as server:
        client = Client(api_url=elsewhere, api_key="x", auto_batch_tracing=False)
        with tracing_context(enabled=True, client=client):
            ChatOpenAI(model="m", base_url=server.base_url, api_key=SecretStr("x")).invoke("Traced?")
    wait_for_all_tracers()
    assert any("Traced?" in request for request in Elsewhere.reached)


# What the servers are sent


def test_a_password_in_the_address_is_sent_as_such_and_never_shown() -> None:
    with ModelServer("Right here.") as server:
        address = server.base_url.replace("http://", "http://me:pass-word@")
        model = connected(address, key=None, limits=PATIENT)
        assert listen(model).text == "Right here."
        sent = server.requests[0].headers["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"me:pass-word"
    assert model.place.host == "127.0.0.1"
    assert "pass-word" not in str(refused("openai:m", address, KEY))
    with pytest.raises(ModelError) as caught:
        model.complete(QUESTION)
    assert "pass-word" not in str(caught.value)


def test_azure_is_asked_in_its_own_way() -> None:
    with ModelServer("Right here.") as server:
        listen(connected(f"{server.ollama_url}/?api-version=2025-01-01", "azure_openai:ours", limits=PATIENT))
        sent = server.requests[0]
    assert sent.path == "/openai/deployments/ours/chat/completions?api-version=2025-01-01"
    assert sent.headers["api-key"] == KEY
    assert "Azure" in str(refused("azure_openai:ours", key=KEY))


def test_thinking_in_blocks_of_its_own_is_no_text() -> None:
    with ModelServer(right_here) as server:
        assert listen(connected(server.ollama_url, "anthropic:m", limits=PATIENT)).text == "Right here."


def test_help_stays_quick() -> None:
    """Importing the boundary imports no library of models."""
    import subprocess

    code = "import sys, assistant.chat; print([m for m in sys.modules if m.startswith(('lang', 'openai', 'httpx'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert importlib.import_module("assistant.chat").__all__
