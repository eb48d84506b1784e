"""The command line: what it prints, its exit status, and that it writes nowhere but into its data folder."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Assistant
from assistant.cli import main
from tests.assistant_samples import FILES, command, process_environment, run_assistant, write_corpus

ANSWERABLE = "Who are trained in September?"
UNANSWERABLE = "How is sourdough bread baked?"


class Command:
    """The command in this process, on a corpus and a data folder of the test's own."""

    def __init__(self, corpus: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.corpus, self.data, self._capsys = corpus, data, capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Return exit status, standard output and standard error."""
        places = ("--corpus", self.corpus, "--data", self.data)
        return self.bare(arguments[0], *places, *arguments[1:])

    def bare(self, *arguments: str | Path) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as left:
            status = int(left.code or 0)
        output, errors = self._capsys.readouterr()
        return status, output, errors


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("command")
    corpus, data = write_corpus(folder / "corpus"), folder / "data"
    assert main(["index", "--corpus", str(corpus), "--data", str(data)]) == 0
    return corpus, data


@pytest.fixture
def run(indexed: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(*indexed, capsys)


@pytest.fixture
def fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(write_corpus(tmp_path / "corpus"), tmp_path / "data", capsys)


def one_object(output: str) -> dict[str, Any]:
    (line,) = output.splitlines()
    value: dict[str, Any] = json.loads(line)
    return value


def assert_one_line(errors: str, *words: str) -> None:
    (line,) = errors.splitlines()
    assert line.startswith("assistant: ")
    for word in words:
        assert word in line


# ask


def test_an_answer_on_a_terminal_has_its_sources_below(run: Command) -> None:
    status, output, errors = run("ask", ANSWERABLE)
    assert (status, errors) == (0, "")
    assert "Volunteers are trained in September by the library staff.[1]" in output
    assert "\n[1] Volunteers" in output


def test_a_list_on_a_terminal_has_a_line_an_item_and_one_place_for_all(fresh: Command) -> None:
    compact = (
        "# Compact\n\n## What it says\n\nThe compact describes three duties:\n\n- teaching\n- reading\n- talking\n"
    )
    compact += "\n## Who writes it\n\nParents and teachers sign the duties of the compact.\n"
    (fresh.corpus / "compact.md").write_text(compact, encoding="utf-8")
    _, output, _ = fresh("ask", "Which duties does the compact describe, and who signs the duties of the compact?")
    duties = "\n• teaching[2]\n• reading[3]\n• talking[4]\n"
    assert f"The compact describes three duties:[1]{duties}Parents and teachers sign" in output
    assert "\n[1][2][3][4] Compact, What it says\n[5] Compact, Who writes it" in output


def test_an_answer_as_json_is_one_object(run: Command) -> None:
    status, output, errors = run("ask", ANSWERABLE, "--json")
    assert (status, errors) == (0, "")
    value = one_object(output)
    assert value["question"] == ANSWERABLE
    assert value["status"] in {"answered", "partial"}
    assert value["citations"][0]["source"] == "volunteers.html"


def test_not_found_is_an_answer_too(run: Command) -> None:
    status, output, errors = run("ask", UNANSWERABLE)
    assert (status, errors) == (0, "")
    assert output.startswith("The sources do not say.\nClosest passages")
    status, output, _ = run("ask", UNANSWERABLE, "--json")
    assert (status, one_object(output)["status"]) == (0, "not_found")


def test_a_file_of_questions_gives_a_line_for_each(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text(f"\ufeff{ANSWERABLE}\n\n  {UNANSWERABLE}  \nÑandú?\n", encoding="utf-8")
    status, output, errors = run("ask", "--file", file, "--json")
    assert (status, errors) == (0, "")
    values = [json.loads(line) for line in output.splitlines()]
    assert [value["question"] for value in values] == [ANSWERABLE, UNANSWERABLE, "Ñandú?"]
    status, output, _ = run("ask", "--file", file)
    assert [line for line in output.splitlines() if line.startswith("> ")] == [
        f"> {question}" for question in (ANSWERABLE, UNANSWERABLE, "Ñandú?")
    ]


def test_questions_from_standard_input(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{ANSWERABLE}\n{ANSWERABLE}\n"))
    status, output, _ = run("ask", "--file", "-", "--json")
    assert (status, len(output.splitlines())) == (0, 2)


def test_ask_indexes_first_where_nothing_is_indexed(fresh: Command) -> None:
    status, output, errors = fresh("ask", ANSWERABLE, "--json")
    assert (status, errors) == (0, "")
    assert one_object(output)["searched"] == len(FILES)


# Wrong use and failure


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


# index


def test_an_index_report_in_words_and_as_json(fresh: Command) -> None:
    (fresh.corpus / "empty.pdf").touch()
    status, output, errors = fresh("index")
    assert (status, errors) == (0, "")
    assert output.startswith(f"{len(FILES)} documents, ")
    assert f"{len(FILES)} added" in output
    assert "  empty.pdf: " in output
    status, output, errors = fresh("index", "--json")
    assert (status, errors) == (0, "")
    value = one_object(output)
    assert set(value["unchanged"]) >= set(FILES)
    assert [problem["source"] for problem in value["problems"]] == ["empty.pdf"]
    assert (value["documents"], value["embedded"]) == (len(FILES), 0)
    status, output, _ = fresh("index")
    assert "nothing new" in output


def test_a_folder_may_be_named_without_an_option(fresh: Command, tmp_path: Path) -> None:
    other = write_corpus(tmp_path / "other", {"one.md": "# One\n\nOnly this one is here.\n"})
    status, output, _ = fresh("index", other, "--json")
    assert status == 0
    assert one_object(output)["added"] == ["one.md"]


# doctor


@pytest.fixture
def in_order(run: Command) -> Iterator[Command]:
    yield run
    (run.corpus / "new.md").unlink(missing_ok=True)


def test_the_doctor_in_words_and_as_json(in_order: Command) -> None:
    status, output, errors = in_order("doctor")
    assert (status, errors) == (0, "")
    assert "PROBLEM" not in output
    status, output, _ = in_order("doctor", "--json")
    value = one_object(output)
    assert (status, value["well"]) == (0, True)
    findings = {one["name"]: one for one in value["findings"]}
    assert {one["state"] for one in value["findings"]} <= {"well", "warning", "problem"}
    assert f"{len(FILES)} documents" in findings["Index"]["found"]
    assert findings["Vectors"]["state"] == "well"
    assert {"Python", "Model weights", "Embedding model", "Corpus", "chromadb"} <= findings.keys()
    write_corpus(in_order.corpus, {"new.md": "# New\n\nNot read yet.\n"})
    status, output, _ = in_order("doctor", "--json")
    findings = {one["name"]: one for one in one_object(output)["findings"]}
    assert (status, findings["Corpus"]["state"]) == (0, "warning")
    assert findings["Corpus"]["next_step"] == "Run: assistant index"


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDING_MODEL", str(tmp_path / "nowhere"))
    status, output, _ = run.bare("doctor", "--corpus", tmp_path / "no corpus", "--data", tmp_path / "data")
    assert status == 1
    assert "PROBLEM  Corpus" in output
    assert "PROBLEM  Embedding model" in output
    assert "warning  Index" in output
    assert "-> Run: assistant index" in output


def test_the_doctor_says_that_the_index_is_damaged(fresh: Command) -> None:
    fresh.data.mkdir()
    (fresh.data / "library.sqlite3").write_bytes(b"this is no database" * 500)
    status, output, errors = fresh("doctor", "--json")
    assert (status, errors) == (1, "")
    problems = [one for one in one_object(output)["findings"] if one["state"] == "problem"]
    assert [one["name"] for one in problems] == ["Index"]
    assert problems[0]["next_step"]


# The process


def test_help_and_version(run: Command) -> None:
    status, output, _ = run.bare("--help")
    assert status == 0
    assert all(command in output for command in ("index", "ask", "chat", "doctor"))
    status, output, _ = run.bare("--version")
    assert (status, output.split()[0]) == (0, "assistant")


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Return every file and folder with its size and the time of its last change."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    } | {f"{path.relative_to(folder).as_posix()}/": (0, 0) for path in folder.rglob("*") if path.is_dir()}


def test_nothing_is_written_outside_the_data_folder(tmp_path: Path) -> None:
    home, data, corpus = tmp_path / "home", tmp_path / "data", write_corpus(tmp_path / "corpus")
    temporary = tmp_path / "temporary"
    for folder in (home, temporary):
        folder.mkdir()
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    before = tree(tmp_path)
    places = ("--corpus", "../corpus", "--data", "../data")
    variables = {"TMPDIR": str(temporary), "XDG_CACHE_HOME": str(home / ".cache")}
    for arguments in (("index", *places), ("ask", ANSWERABLE, "--json", *places), ("doctor", *places)):
        done = run_assistant(*arguments, cwd=home, variables=variables)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
    after = {name: value for name, value in tree(tmp_path).items() if name.split("/")[0] != "data"}
    assert after == before
    assert (data / "library.sqlite3").exists()


def test_a_reader_of_the_output_may_leave_early(tmp_path: Path, indexed: tuple[Path, Path]) -> None:
    corpus, data = indexed
    file = tmp_path / "questions.txt"
    file.write_text(f"{ANSWERABLE}\n" * 40)
    arguments = command("ask", "--file", file, "--json", "--corpus", corpus, "--data", data)
    process = subprocess.Popen(
        arguments, env=process_environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["question"] == ANSWERABLE
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 0
