"""The child process that reads files: one job at a time over standard input and output, until the input ends."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from assistant.errors import UnreadableFileError
from assistant.reading import wire
from assistant.reading.limits import ReadingLimits
from assistant.records import Span

_MEGABYTE = 1024 * 1024


def main() -> None:
    """Serve jobs. A library that prints must not garble the answers, so those go through a stream of their own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes our input.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs = sys.stdin.buffer
    greeting = wire.receive(jobs)
    if greeting is None:
        return
    limits = ReadingLimits(**greeting[0])
    _limit_memory(limits.memory_megabytes)
    serve(jobs, answers, limits)


def serve(jobs: BinaryIO, answers: BinaryIO, limits: ReadingLimits) -> None:
    while (message := wire.receive(jobs)) is not None:
        head, _ = message
        try:
            answer, body = _answer(head, limits)
        except UnreadableFileError as error:
            answer, body = {"what": error.what, "kept": error.kept, "next_step": error.next_step}, b""
        except MemoryError:
            wire.send(answers, {"failed": "memory"})
            return  # What is left of the heap is not to be trusted with the next file.
        wire.send(answers, answer, body)


def _answer(job: dict[str, Any], limits: ReadingLimits) -> tuple[dict[str, Any], bytes]:
    path = Path(job["path"])
    if job["job"] == "read":
        from assistant.reading.document import read_document

        document = read_document(path, job["source"], wire.entry_from_wire(job["entry"]), limits)
        return {"document": wire.document_to_wire(document)}, b""
    from assistant.reading.pdf_render import render_page

    spans = [Span(start, end) for start, end in job["spans"]]
    return {}, render_page(path, wire.page_from_wire(job["page"]), spans, job["scale"])


def _limit_memory(megabytes: int) -> None:
    """Bound the address space to what is mapped now and ``megabytes`` more, where the system can do that."""
    try:
        import resource

        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        return
    limit = mapped + megabytes * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
