"""Wrong use and failure: one line in words, the exit status, and no secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.app import Assistant
from tests.cli.command import ANSWERABLE, Command, assert_one_line

WRONG: dict[str, Callable[[Command, Path], tuple[int, str, str]]] = {
    "no question": lambda run, _: run("ask"),
    "an empty question": lambda run, _: run("ask", "  "),
    "two sources of questions": lambda run, folder: run("ask", "What?", "--file", folder / "q.txt"),
    "no such file": lambda run, folder: run("ask", "--file", folder / "nowhere.txt"),
    "a file without questions": lambda run, folder: run("ask", "--file", _saved(folder / "q.txt", b"\n \n")),
    "a file that is no text": lambda run, folder: run("ask", "--file", _saved(folder / "q.txt", b"\xff\xfe\x00\xd8")),
}


def _saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("use", WRONG.values(), ids=WRONG.keys())
def test_wrong_use_is_one_line_and_status_2(
    run: Command, tmp_path: Path, use: Callable[[Command, Path], tuple[int, str, str]]
) -> None:
    status, output, errors = use(run, tmp_path)
    assert (status, output) == (2, "")
    assert_one_line(errors)


@pytest.mark.parametrize(
    "arguments", [[], ["sing"], ["ask", "--loud", "What?"], ["chat", "--port", "many"], ["index", "a", "b"]]
)
def test_arguments_that_do_not_exist_are_wrong_use(run: Command, arguments: list[str]) -> None:
    status, output, errors = run.bare(*arguments)
    assert (status, output) == (2, "")
    assert errors.splitlines()[-1].startswith("assistant")


def test_a_misspelled_setting_is_wrong_use(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_ANSWER_SENTENCE", "3")
    status, _, errors = run("ask", ANSWERABLE)
    assert status == 2
    assert_one_line(errors, "'answer_sentence'", "ASSISTANT_ANSWER_SENTENCE")


def test_a_folder_that_is_not_there_is_a_failure(run: Command, tmp_path: Path) -> None:
    status, output, errors = run("index", tmp_path / "nowhere")
    assert (status, output) == (1, "")
    assert_one_line(errors, "nowhere", "--corpus")


def test_a_data_folder_that_cannot_be_made_is_a_failure(tmp_path: Path, fresh: Command) -> None:
    (tmp_path / "file").touch()
    status, output, errors = fresh.bare("ask", "What?", "--corpus", fresh.corpus, "--data", tmp_path / "file" / "data")
    assert (status, output) == (1, "")
    assert_one_line(errors, "--data")


def test_a_damaged_index_is_a_failure_in_words(fresh: Command) -> None:
    fresh.data.mkdir()
    (fresh.data / "library.sqlite3").write_bytes(b"this is no database" * 500)
    status, output, errors = fresh("ask", "What?")
    assert (status, output) == (1, "")
    assert_one_line(errors)


def test_a_model_that_cannot_be_loaded_is_a_failure(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDING_MODEL", str(tmp_path / "nowhere"))
    status, output, errors = run("ask", ANSWERABLE)
    assert (status, output) == (1, "")
    assert_one_line(errors, "embedding_model")


def test_a_key_is_not_shown_when_its_server_is_gone(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDING_MODEL", "openai:m")
    monkeypatch.setenv("ASSISTANT_EMBEDDING_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ASSISTANT_EMBEDDING_API_KEY", "sk-never-to-be-seen-789")
    for arguments in (("ask", ANSWERABLE), ("doctor", "--json")):
        status, output, errors = run(*arguments)
        assert status == 1
        assert "sk-never-to-be-seen-789" not in output + errors


def test_stopping_a_run_is_no_traceback(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Assistant, "ask", stop)
    status, _, errors = run("ask", ANSWERABLE)
    assert (status, errors) == (130, "Stopped. What was finished is kept.\n")
