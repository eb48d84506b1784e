"""The child process that reads: it answers, it is killed when it hangs, and it never takes the program with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import UnreadableFileError
from assistant.reading import child_process
from assistant.reading.child_process import ChildProcess
from assistant.reading.document import read_document
from assistant.reading.limits import ReadingLimits
from assistant.reading.worker import Reader, ReadingJob
from assistant.records import Document, Page, SourceEntry
from tests.reading.pdf_samples import lines, pdf, saved

CORPUS = Path(__file__).parents[2] / "corpus"
FILES = sorted(path for path in CORPUS.iterdir() if path.suffix in (".pdf", ".docx", ".html", ".md", ".txt"))
DRIVER = "import sys; sys.path.insert(0, sys.argv[1]); import assistant.reading.child as child; "


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Start children whose reading of files named "bad..." does what the test says; other files are read as ever."""

    def install(behaviour: str) -> None:
        program = (
            f"{DRIVER}real = child._answer\n"
            "def answer(job, limits):\n"
            "    if job['path'].split('/')[-1].startswith('bad'):\n"
            f"        {behaviour}\n"
            "    return real(job, limits)\n"
            "child._answer = answer\nchild.main()"
        )
        monkeypatch.setattr(child_process, "_PROGRAM", program)
        monkeypatch.setattr(child_process, "_START_SECONDS", 2.0)

    return install


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_document_is_the_same_from_the_child(reader: Reader, path: Path) -> None:
    entry = SourceEntry(title="A title", year=2018)
    assert reader.read(path, path.name, entry) == read_document(path, path.name, entry, ReadingLimits())


def test_errors_come_through_with_their_words(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        reader.read(saved(tmp_path, "a.pdf", b""), "a.pdf")
    assert "empty" in caught.value.what
    assert caught.value.next_step


def test_many_files_come_in_order_and_a_bad_one_costs_only_itself(tmp_path: Path) -> None:
    jobs = [ReadingJob(path, path.name) for path in FILES[:3]]
    jobs.insert(1, ReadingJob(saved(tmp_path, "a.docx", b"text"), "a.docx"))
    with Reader() as reader:
        outcomes = list(reader.read_many(jobs))
    assert [type(outcome) for outcome in outcomes] == [Document, UnreadableFileError, Document, Document]
    assert [outcome.source for outcome in outcomes if isinstance(outcome, Document)] == [
        path.name for path in FILES[:3]
    ]


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("import time; time.sleep(60)", "longer than"),
        ("import os; os.kill(os.getpid(), 11)", "crash"),
        ("import os; os._exit(0)", "crash"),
        ("bytearray(1 << 33)", "memory"),
        ("print('noise'); import sys; sys.stdout.flush(); raise RecursionError", "crash"),
    ],
)
def test_a_file_that_breaks_the_child_is_reported_and_the_next_is_read(
    misbehaving: Callable[[str], None], tmp_path: Path, behaviour: str, words: str
) -> None:
    misbehaving(behaviour)
    bad, good = saved(tmp_path, "bad.txt", b"Text."), saved(tmp_path, "good.txt", b"A sentence.")
    with Reader(ReadingLimits(seconds=0.5, memory_megabytes=512)) as reader:
        with pytest.raises(UnreadableFileError, match=words):
            reader.read(bad, "bad.txt")
        assert reader.read(good, "good.txt").text == "A sentence."
        names = ["good.txt", "bad.txt", "good.txt", "bad.txt"]
        jobs = [ReadingJob(tmp_path / name, name) for name in names]
        outcomes = [type(outcome) for outcome in reader.read_many(jobs)]
    assert outcomes == [Document, UnreadableFileError, Document, UnreadableFileError]


def test_a_hanging_child_is_killed(misbehaving: Callable[[str], None], tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    misbehaving(f"import os, time; open({str(marker)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    with Reader(ReadingLimits(seconds=0.5)) as reader, pytest.raises(UnreadableFileError, match="longer than"):
        reader.read(saved(tmp_path, "bad.txt", b"Text."), "bad.txt")
    with pytest.raises(ProcessLookupError):
        os.kill(int(marker.read_text()), 0)


def test_a_slow_caller_does_not_count_against_the_file(tmp_path: Path) -> None:
    jobs = [ReadingJob(saved(tmp_path, f"{number}.txt", b"A sentence."), f"{number}.txt") for number in range(3)]
    outcomes = []
    with Reader(ReadingLimits(seconds=0.5)) as reader:
        for outcome in reader.read_many(jobs):
            time.sleep(0.8)
            outcomes.append(outcome)
    assert [type(outcome) for outcome in outcomes] == [Document] * 3


def test_leaving_off_early_ends_the_child(tmp_path: Path) -> None:
    jobs = [ReadingJob(saved(tmp_path, f"{number}.txt", b"A sentence."), f"{number}.txt") for number in range(3)]
    with Reader() as reader:
        outcomes = reader.read_many(jobs)
        next(outcomes)
        outcomes.close()  # type: ignore[attr-defined]


def test_a_child_that_was_started_ahead_is_the_one_that_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[ChildProcess] = []

    class Noted(ChildProcess):
        def __init__(self, limits: ReadingLimits) -> None:
            super().__init__(limits)
            started.append(self)

    monkeypatch.setattr("assistant.reading.worker.ChildProcess", Noted)
    path = tmp_path / "note.txt"
    path.write_text("One sentence. Another one.", encoding="utf-8")
    with Reader() as reader:
        reader.prepare()
        reader.prepare()
        assert [type(one) for one in reader.read_many([ReadingJob(path, "note.txt")])] == [Document]
        assert len(started) == 1
        reader.prepare()
        started[1]._process.kill()
        started[1]._process.wait()
        assert [type(one) for one in reader.read_many([ReadingJob(path, "note.txt")])] == [Document]
        reader.prepare()
    assert len(started) == 4
    assert not started[-1].alive


def test_a_closed_reader_starts_again(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.txt", b"A sentence.")
    reader = Reader()
    assert reader.read(path, "a.txt").text == "A sentence."
    reader.close()
    assert reader.read(path, "a.txt").text == "A sentence."
    child = reader._child
    assert child is not None
    os.kill(child.process_id, signal.SIGKILL)
    while child.alive:
        time.sleep(0.01)
    assert reader.read(path, "a.txt").text == "A sentence."
    reader.close()


def test_several_threads_share_a_reader(reader: Reader) -> None:
    found: list[str] = []

    def read(path: Path) -> None:
        found.append(reader.read(path, path.name).source)

    threads = [threading.Thread(target=read, args=(path,)) for path in FILES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(path.name for path in FILES)


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import sys, os; from pathlib import Path; from assistant.reading import Reader; r = Reader(); "
        f"r.read(Path({str(saved(tmp_path, 'a.txt', b'Text.'))!r}), 'a.txt'); print(r._child.process_id, flush=True); "
        "os._exit(0)"
    )
    root = str(Path(__file__).parents[2])
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(int(run.stdout), 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("the child outlived its parent")


def test_importing_the_package_loads_no_parser() -> None:
    code = (
        "import sys, assistant.reading, assistant.reading.worker, assistant.reading.child; "
        "parsers = ('pypdfium2', 'pypdf', 'docx', 'lxml', 'bs4', 'markdown_it', 'PIL', 'numpy'); "
        "print([name for name in parsers if name in sys.modules])"
    )
    root = str(Path(__file__).parents[2])
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_drawing_a_page_does_not_wait_for_pypdf_to_load() -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.reading.pdf_render import render_page; "
        "from assistant.records import Page, Span; "
        "path = Path('corpus/title-i-school-policy.pdf'); "
        "image = render_page(path, Page(1, None, Span(0, 0), ()), [], 0.5); "
        "print(image[1:4], 'pypdf' in sys.modules)"
    )
    root = str(Path(__file__).parents[2])
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "b'PNG' False"


def amber(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the box of the pixels that are highlighted."""
    red, _, blue = image.convert("RGB").split()
    return ImageChops.subtract(red, blue).point(lambda value: 255 if value > 90 else 0).getbbox()


def place(page: Canvas) -> None:
    lines(page, ["The first sentence stands here.", "The second one stands below it."], top=700, leading=40)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_a_page_is_drawn_with_its_spans_marked(reader: Reader, tmp_path: Path, turn: int, cropped: bool) -> None:
    import pypdf

    writer = pypdf.PdfWriter(BytesIO(pdf(place)))
    writer.pages[0].rotate(turn)
    if cropped:
        writer.pages[0].cropbox = pypdf.generic.RectangleObject((30, 500, 500, 760))
    stream = BytesIO()
    writer.write(stream)
    path = saved(tmp_path, "a.pdf", stream.getvalue())
    document = reader.read(path, "a.pdf")
    assert len(document.sentences) == 2
    image = Image.open(BytesIO(reader.render_page(path, document.pages[0], [document.sentences[1]], 1.0)))
    # Where the second sentence stands on the unturned page: 72 to 230 from the left, 660 up.
    left, bottom, right, top = (30, 500, 500, 760) if cropped else (0, 0, 612, 792)
    box = (72 - left, top - 671, 235 - left, top - 656)
    width, height = right - left, top - bottom
    corners = {
        0: box,
        90: (height - box[3], box[0], height - box[1], box[2]),
        180: (width - box[2], height - box[3], width - box[0], height - box[1]),
        270: (box[1], width - box[2], box[3], width - box[0]),
    }[turn]
    marked = amber(image)
    assert marked is not None
    assert all(abs(one - two) < 12 for one, two in zip(marked, corners, strict=True)), (marked, corners)
    # The letters stay black on it.
    assert min(image.convert("L").crop(marked).tobytes()) < 60


def test_a_page_without_spans_is_drawn_plain(reader: Reader, tmp_path: Path) -> None:
    path = saved(tmp_path, "a.pdf", pdf(place))
    image = Image.open(BytesIO(reader.render_page(path, reader.read(path, "a.pdf").pages[0], [], 1.5)))
    assert image.format == "PNG"
    assert image.size == (918, 1188)
    assert amber(image) is None


def test_a_page_that_is_not_there_is_reported(reader: Reader, tmp_path: Path) -> None:
    path = saved(tmp_path, "a.pdf", pdf(place))
    page = reader.read(path, "a.pdf").pages[0]
    with pytest.raises(UnreadableFileError, match="cannot be shown"):
        reader.render_page(path, Page(2, None, page.span), [], 1.0)
    saved(tmp_path, "a.pdf", b"text")
    with pytest.raises(UnreadableFileError, match="cannot be opened as a PDF"):
        reader.render_page(path, page, [], 1.0)
    path.unlink()
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        reader.render_page(path, page, [], 1.0)
