"""The program as it is started and ended: its address, its manners on the network, what it leaves behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant import PRODUCT
from assistant.errors import SettingsError
from assistant.settings import load_settings
from assistant.web.host import serve
from tests.web.conftest import wait_for
from tests.web.sample_assistant import SampleAssistant

ROOT = Path(__file__).parent.parent.parent
PROGRAM = """
from pathlib import Path
from assistant.settings import load_settings
from assistant.web.host import serve
from tests.web.sample_assistant import SampleAssistant
serve(SampleAssistant(load_settings({"corpus": Path("corpus"), "data": Path("data"), "port": 0}, environment={})))
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The site in a process of its own, in an empty folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", PROGRAM]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, stdout=pipe, stderr=pipe) as process:
        yield process
        process.kill()


def address_of(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().split()[4].rstrip("/")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_and_leaves_nothing_behind(
    program: subprocess.Popen[str], end: signal.Signals, tmp_path: Path
) -> None:
    address = address_of(program)
    assert PRODUCT in wait_for(f"{address}/").text
    assert wait_for(f"{address}/library").text.count('aria-current="page"') == 1
    wait_for(f"{address}/readyz")
    with httpx.stream("GET", f"{address}/gradio_api/heartbeat/abc", timeout=5) as open_stream:
        assert open_stream.status_code == 200
        program.send_signal(end)
        assert program.wait(timeout=20) == 0
    assert program.stderr is not None
    assert program.stderr.read() == ""
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_it_answers_before_the_pages_are_built_and_says_so(program: subprocess.Popen[str]) -> None:
    address = address_of(program)
    first = httpx.get(f"{address}/", timeout=30)
    assert first.status_code == 503
    assert "Getting ready" in first.text
    assert httpx.get(f"{address}/readyz").status_code == 503
    assert httpx.get(f"{address}/healthz").status_code == 200


def test_gradio_is_imported_without_writing_its_type_stubs() -> None:
    program = (
        "from assistant.web.gradio_import import import_gradio; import_gradio()\n"
        "import gradio, gradio.component_meta as meta\n"
        "print(meta.create_or_modify_pyi.__module__, callable(gradio.Button('a').click))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "assistant.web.gradio_import True\n", done.stderr


def test_a_port_in_use_is_an_error_that_says_what_to_do(sample: SampleAssistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = load_settings({"port": port, "data": sample.settings.data}, environment={})
        with pytest.raises(SettingsError, match=rf"port {port}: address already in use.*--port"):
            serve(SampleAssistant(settings))


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://example.org/",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=https://example.org/",
        "/gradio_api/info",
        "/gradio_api/vibe-code",
        "/monitoring",
        "/openapi.json",
        "/docs",
        "/?view=api",
    ],
)
def test_the_rest_of_gradio_is_not_there(site: str, path: str) -> None:
    answer = httpx.get(site + path)
    if path.startswith("/?"):
        assert answer.text.count("gradio_config") == httpx.get(site).text.count("gradio_config")
    else:
        assert answer.status_code == 404


def test_the_page_is_ours_but_for_the_scripts(site: str) -> None:
    answer = httpx.get(site)
    assert answer.text.startswith("<!doctype html>")
    assert "og:image" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'<script nonce="{nonce}"' in answer.text
    assert httpx.get(site).headers["content-security-policy"] != policy
