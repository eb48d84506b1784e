"""Work on a library in a process of its own that is killed, or kills itself, in the midst of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.library.store import Library
from tests.library.library_samples import MODEL, make_document, make_passages, make_vectors, put, vector_of

FIRST = [
    make_document(f"{number}.txt", [f"Text {number}, part {part}. It ends." for part in range(3)])
    for number in range(3)
]
CHANGED = make_document("0.txt", ["Text 0, part 0. It ends.", "Something new. It ends."])
QUESTION = vector_of("a question")


def script(library: Library, done: Callable[[str], None]) -> None:
    """Change the library in every way there is; each step can be done again."""
    for document in FIRST:
        put(library, document)
        done(f"put {document.source}")
    library.sync_vectors(MODEL)
    done("synchronised")
    put(library, CHANGED)
    done("put changed")
    put(library, replace(FIRST[1], source="copy.txt"), "copy.txt")
    library.remove("2.txt")
    done("removed")
    # As when the model was changed, and changed back.
    library.prune("another model")
    for document in (CHANGED, FIRST[1]):
        library.put_vectors(MODEL, make_vectors(document, make_passages(document)))
    done("embedded again")
    library.sync_vectors(MODEL)
    library.prune(MODEL)
    done("pruned")


def run(folder: Path, log: Path, kill_at: int) -> None:
    """Run the script and die at its step number ``kill_at``, without being able to do anything about it."""
    steps = 0

    def on_step(step: str) -> None:
        nonlocal steps
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        steps += 1

    with Library.open(folder, on_step) as library:
        script(library, lambda what: _note(log, what))


def run_endlessly(folder: Path, log: Path) -> None:
    """Add, replace and remove documents and bring Chroma into step, until killed."""
    with Library.open(folder) as library:
        number = 0
        while True:
            number += 1
            paragraphs = [f"Round {number}, part {part}. It ends." for part in range(number % 40 + 1)]
            put(library, make_document(f"{number % 7}.txt", paragraphs))
            _note(log, f"{number % 7}.txt {number}")
            if number % 3 == 0:
                library.sync_vectors(MODEL)
            if number % 5 == 0:
                library.remove(f"{(number + 3) % 7}.txt")
                _note(log, f"{(number + 3) % 7}.txt 0")


def write_then_wait(folder: Path, go: Path) -> None:
    """Put a document more and synchronise each time that a file ``go.N`` appears; say so with ``done.N``."""
    with Library.open(folder) as library:
        for number in range(1, 4):
            while not go.with_suffix(f".{number}").exists():
                time.sleep(0.01)
            put(library, make_document(f"other {number}.txt", [f"Written by another process, {number}. It ends."]))
            library.sync_vectors(MODEL)
            go.with_name(f"done.{number}").touch()


def _note(log: Path, what: str) -> None:
    with log.open("a") as file:
        file.write(what + "\n")
        file.flush()
        os.fsync(file.fileno())
