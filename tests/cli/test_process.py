"""The command as a process: help, what it writes where, and a reader who leaves early."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.assistant_samples import command, process_environment, run_assistant, write_corpus
from tests.cli.command import ANSWERABLE, Command


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
