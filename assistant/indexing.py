"""An indexing run: what changed in the folder since the last one is read, cut, embedded and put into the library."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from assistant.embedding.base import Embedder, PassageInput
from assistant.errors import LibraryError, UnreadableFileError
from assistant.library.ahead import AheadOfStoring
from assistant.library.holdings import HeldFile, PassageVectors, SourceFile
from assistant.library.packing import vector_key
from assistant.library.store import Library
from assistant.reading import cut_passages, list_files, read_sources
from assistant.reading.worker import Reader, ReadingJob
from assistant.records import FileProblem, IndexReport, Passage, SourceEntry, Span

READING_VERSION = "1"
"""Raise it when the way of reading or cutting changes: all files are read again then."""

PASSAGE_TOKENS = 160
"""Word pieces of a passage. On the public span set used for tuning, 120 to 160 did best of 80, 120, 160 and 220."""
CONTEXT_TOKENS = 24
"""Word pieces of the title and headings put before it. They help (nDCG@10 on single sentences of a public set: .31
without, .37 with the title), and each costs as much time as one of the text."""

_MARKS = 2
"""The model's own marks of start and end."""
_EMBED_AT_ONCE = 128
_WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far a run is: ``done`` of ``total`` files, working on ``source``."""

    done: int
    total: int
    source: str
    stage: str


Progress = Callable[[IndexProgress], None]


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    embedded: int = 0


def index_folder(
    folder: Path, library: Library, reader: Reader, embedder: Embedder, progress: Progress | None = None
) -> IndexReport:
    """Bring the library into step with the files of ``folder`` and return what that took.

    Each document is put in by a transaction of its own: a run that is cut off keeps what it had finished. Raises
    LibraryError where the folder does not exist or another run is at work, EmbeddingError where the model fails.
    """
    started = time.perf_counter()
    if not folder.is_dir():
        raise LibraryError(
            f"There is no folder {folder} to read.",
            kept="The index is as it was.",
            next_step="Name the folder of your documents with --corpus.",
        )
    tell = progress or (lambda step: None)
    tally = _Tally()
    with library.writing(_WAIT_SECONDS):
        entries, problems = read_sources(folder)
        tally.problems.extend(problems)
        library.remember_corpus(folder)
        embedded_before = library.state().vectors
        if any(embedded_before.values()) and embedder.fingerprint not in embedded_before:
            tally.notes.append(f"The embedding model is now {embedder.fingerprint}: all passages are embedded again.")
        held = {one.file.source: one for one in library.files()}
        jobs = _find_changes(folder, entries, held, passage_budget(embedder), tally)
        for source in held.keys() - jobs.keys() - set(tally.unchanged):
            library.remove(source)
            tally.removed.append(source)
        _read_and_put(jobs, held, library, reader, embedder, tell, tally)
        _embed_missing(library, embedder, tell, tally)
        tell(IndexProgress(len(jobs), len(jobs), "", "finishing"))
        library.prune(embedder.fingerprint)
    vectors = library.sync_vectors(embedder.fingerprint, wait=_WAIT_SECONDS)
    if vectors.rebuilt:
        tally.notes.append(f"The vector store was damaged and has been built again ({vectors.problem}).")
    elif vectors.problem and library.passage_count():
        tally.notes.append(f"The vector store cannot be used ({vectors.problem}); searches are slower, not worse.")
    state = library.state()
    return IndexReport(
        added=tuple(tally.added),
        changed=tuple(tally.changed),
        removed=tuple(sorted(tally.removed)),
        unchanged=tuple(tally.unchanged),
        problems=tuple(tally.problems),
        documents=state.documents,
        passages=state.passages,
        embedded=tally.embedded,
        seconds=time.perf_counter() - started,
        notes=tuple(tally.notes),
    )


def passage_budget(embedder: Embedder) -> int:
    """Return the word pieces that a passage may have, so that the model sees all of it with what stands before it."""
    return min(PASSAGE_TOKENS, embedder.maximum_tokens - CONTEXT_TOKENS - _MARKS)


def _find_changes(
    folder: Path,
    entries: Mapping[str, SourceEntry],
    held: Mapping[str, HeldFile],
    budget: int,
    tally: _Tally,
) -> dict[str, tuple[ReadingJob, SourceFile]]:
    """Return the files to read, by source path, and tally those that are as the library has them."""
    jobs = {}
    for path in list_files(folder):
        source = path.relative_to(folder).as_posix()
        entry = entries.get(source)
        file = _fingerprinted(path, source, entry, budget)
        known = held.get(source)
        if known is not None and (known.file.content_hash, known.file.recipe) == (file.content_hash, file.recipe):
            tally.unchanged.append(source)
            if known.problem is not None:
                tally.problems.append(known.problem)
        else:
            jobs[source] = (ReadingJob(path, source, entry), file)
    return jobs


def _fingerprinted(path: Path, source: str, entry: SourceEntry | None, budget: int) -> SourceFile:
    """Describe the file by its bytes and by what decides how it is read: that one changed is a reason to read again."""
    try:
        status = path.stat()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size, modified = status.st_size, status.st_mtime_ns
    except OSError:
        # The reader meets the same error and puts it in words.
        digest, size, modified = "", 0, 0
    described = json.dumps(asdict(entry), sort_keys=True) if entry else ""
    recipe = f"{READING_VERSION}/{budget}/{hashlib.sha256(described.encode()).hexdigest()[:12]}"
    return SourceFile(source, digest, size, modified, recipe)


def _read_and_put(
    jobs: Mapping[str, tuple[ReadingJob, SourceFile]],
    held: Mapping[str, HeldFile],
    library: Library,
    reader: Reader,
    embedder: Embedder,
    tell: Progress,
    tally: _Tally,
) -> None:
    """Read, cut, embed and store the files: while one is embedded, the next is cut and the one before it stored."""

    def put(one: AheadOfStoring) -> None:
        source = one.file.source
        vectors = one.vectors()
        is_new = library.put(one.document, one.passages, vectors, file=one.file, fingerprint=embedder.fingerprint)
        tally.embedded += one.embedded
        was_known = source in held and held[source].document_id is not None
        (tally.changed if was_known else tally.added).append(source)
        if not is_new:
            tally.notes.append(f"{source} has the same content as another file; both share one entry.")

    # Only when all is stored is the copy of the vectors written; until then its package has loaded beside the work.
    loading = threading.Thread(target=library.preload, name="preload")
    if jobs:
        loading.start()
    outcomes = reader.read_many([job for job, _ in jobs.values()])
    waiting: AheadOfStoring | None = None
    thread = ThreadPoolExecutor(1, thread_name_prefix="indexing")
    try:
        for done, ((job, file), outcome) in enumerate(zip(jobs.values(), outcomes, strict=True)):
            tell(IndexProgress(done, len(jobs), job.source, "reading"))
            if isinstance(outcome, UnreadableFileError):
                problem = FileProblem(job.source, outcome.what, outcome.next_step)
                library.record_problem(problem, file)
                tally.problems.append(problem)
                continue
            passages = cut_passages(outcome, embedder.count_tokens, passage_budget(embedder))
            known = library.known_vectors(embedder.fingerprint, [vector_key(one, outcome.title) for one in passages])
            begun = AheadOfStoring(file, outcome, passages, known, waiting)
            begun.start(thread, lambda some: _vectors(some, embedder), _EMBED_AT_ONCE)
            if waiting is not None:
                put(waiting)
            waiting = begun
        if waiting is not None:
            put(waiting)
    finally:
        # A run that fails or is stopped waits for no more than what is being embedded at this moment.
        thread.shutdown(cancel_futures=True)
        if jobs:
            loading.join()


def _embed_missing(library: Library, embedder: Embedder, tell: Progress, tally: _Tally) -> None:
    """Embed what the library holds without vectors of this model: all of it after the model was changed."""
    missing = library.missing_vectors(embedder.fingerprint)
    for start in range(0, len(missing), _EMBED_AT_ONCE):
        some = missing[start : start + _EMBED_AT_ONCE]
        tell(IndexProgress(start, len(missing), some[0].title, "embedding"))
        passages = library.passages([one.rowid for one in some])
        wanted = {one.key: (one.title, passage) for one, passage in zip(some, passages, strict=True)}
        library.put_vectors(embedder.fingerprint, _vectors(wanted, embedder))
        tally.embedded += len(some)


def _vectors(passages: Mapping[str, tuple[str, Passage]], embedder: Embedder) -> dict[str, PassageVectors]:
    shorten = cache(lambda title, headings: context_of(title, headings, embedder))
    inputs = [
        PassageInput(
            context=shorten(title, passage.heading_path),
            text=passage.text,
            sentences=tuple(
                Span(span.start - passage.span.start, span.end - passage.span.start) for span in passage.sentences
            ),
        )
        for title, passage in passages.values()
    ]
    embedded = embedder.embed_passages(inputs)
    return {key: PassageVectors(one.vector, one.sentences) for key, one in zip(passages, embedded, strict=True)}


def context_of(title: str, heading_path: tuple[str, ...], embedder: Embedder) -> str:
    """Return what stands before a passage's text when the model reads it: the title and the headings above it.

    Where that is too long, headings are dropped from the outermost inwards, and at last the title.
    """
    headings = [heading for heading in heading_path if heading != title]
    options = [": ".join([title, *headings[start:]]) for start in range(len(headings) + 1)]
    options += [": ".join(headings[start:]) for start in range(len(headings))]
    lengths = embedder.count_tokens(options)
    return next((option for option, length in zip(options, lengths, strict=True) if length <= CONTEXT_TOKENS), "")
