"""Drafts that are kept: whole or not at all, found again exactly, by whichever process."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from assistant.drafting.shelf import OvertakenError, Shelf, draft_from_json, draft_to_json
from assistant.errors import DraftError, UsageError
from assistant.records import Draft, DraftSection, DraftSentence, SentenceKind
from tests.assistant_samples import ROOT
from tests.drafting.export_samples import drafts

ID = "0123456789abcdef" * 2
OTHER_ID = "f" * 32


def make_draft(identifier: str = ID, title: str = "A plan", created_at: str = "2026-11-24T13:05:00+00:00") -> Draft:
    sentence = DraftSentence("We meet on [date] at [place].", SentenceKind.YOURS_TO_SUPPLY)
    section = DraftSection("meeting", "Meeting", (sentence,))
    return Draft(
        identifier, 1, "plan", title, {}, (section,), (), (), "quotes", "c", created_at, timings={"write": 1 / 3}
    )


@given(drafts)
def test_a_draft_comes_back_exactly(draft: Draft) -> None:
    assert draft_from_json(draft_to_json(draft)) == draft


def test_versions_are_kept_listed_and_opened(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.contents().entries == ()
    first = shelf.save(make_draft(title="First"))
    second = shelf.save(replace(first, title="Second", created_at="2026-11-25T08:00:00+00:00"))
    other = shelf.save(make_draft(OTHER_ID))
    assert (first.version, second.version, other.version) == (1, 2, 1)
    assert shelf.versions(ID) == (1, 2)
    assert shelf.load(ID) == second
    assert shelf.load(ID, 1) == first
    entries = Shelf(tmp_path).contents().entries
    assert [(one.id, one.title, one.template, one.version, one.changed_at, one.open_blanks) for one in entries] == [
        (ID, "Second", "plan", 2, "2026-11-25T08:00:00+00:00", 2),
        (other.id, "A plan", "plan", 1, other.created_at, 2),
    ]


def test_a_deleted_draft_is_gone_with_all_its_versions(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.save(make_draft())
    shelf.save(make_draft())
    shelf.delete(ID)
    assert list(shelf.folder.iterdir()) == []
    with pytest.raises(UsageError, match="no draft"):
        shelf.load(ID)
    with pytest.raises(UsageError, match="no draft"):
        shelf.delete(ID)


@pytest.mark.parametrize("name", ["", "..", "../../etc", "A" * 32, ID + "\n", ID[:-1], f"{ID}/..", "x" * 5000])
def test_only_an_id_of_ours_names_a_folder(tmp_path: Path, name: str) -> None:
    shelf = Shelf(tmp_path / "data")
    for use in (shelf.load, shelf.versions, shelf.delete):
        with pytest.raises(UsageError, match="no draft") as caught:
            use(name)
        assert len(str(caught.value)) < 300
    with pytest.raises(UsageError, match="no draft"):
        shelf.save(make_draft(name))
    assert list(tmp_path.rglob("*")) == []


def test_an_unknown_version_names_those_there_are(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.save(make_draft())
    with pytest.raises(UsageError, match=r"no version 7.*has: 1"):
        shelf.load(ID, 7)


@pytest.mark.parametrize(
    "damage",
    [
        b"{",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"id": 3}',
        pytest.param(draft_to_json(replace(make_draft(), version=9)), id="another version"),
        pytest.param(draft_to_json(make_draft(OTHER_ID)), id="another draft"),
    ],
)
def test_a_damaged_version_is_reported_and_an_earlier_one_stands_in(tmp_path: Path, damage: bytes) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.save(make_draft())
    shelf.save(make_draft(title="Second"))
    (shelf.folder / ID / "000002.json").write_bytes(damage)
    contents = shelf.contents()
    assert [(one.id, one.version) for one in contents.entries] == [(ID, 1)]
    assert [(one.id, one.version) for one in contents.damaged] == [(ID, 2)]
    with pytest.raises(DraftError, match="cannot be read"):
        shelf.load(ID)
    assert shelf.load(ID, 1) == first
    assert shelf.save(first).version == 3


def test_a_version_that_was_never_written_to_its_end_is_not_there_and_its_number_is_taken(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.save(make_draft())
    (shelf.folder / ID / "000002.json").touch()
    (shelf.folder / "notes.txt").write_text("not a draft")
    assert shelf.load(ID) == first
    assert shelf.contents().damaged == ()
    assert shelf.save(first).version == 3


def test_a_version_made_from_one_that_is_no_longer_the_latest_is_not_kept(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.save(make_draft())
    assert shelf.save(replace(first, title="Second"), after=1).version == 2
    with pytest.raises(OvertakenError, match="is not kept"):
        shelf.save(replace(first, title="Third"), after=1)
    assert shelf.load(ID).title == "Second"
    shelf.delete(ID)
    with pytest.raises(OvertakenError):
        shelf.save(first, after=2)
    assert list(shelf.folder.iterdir()) == []


def test_of_many_made_from_one_version_just_one_is_kept(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.save(make_draft())

    def kept(number: int) -> bool:
        try:
            return bool(shelf.save(replace(first, title=str(number)), after=1))
        except OvertakenError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(kept, range(24))) == 1
    assert shelf.versions(ID) == (1, 2)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.save(make_draft())

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, step, fail)
        with pytest.raises(DraftError, match="No space left on device"):
            shelf.save(make_draft(title="Second"))
    assert [path.name for path in (shelf.folder / ID).iterdir()] == ["000001.json"]
    assert shelf.load(ID) == first


def test_text_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="characters"):
        Shelf(tmp_path).save(make_draft(title="half a pair: \ud83d"))


_SAVES = """
import sys
from pathlib import Path
from assistant.drafting.shelf import Shelf, draft_from_json
shelf, draft = Shelf(Path(sys.argv[1])), draft_from_json(sys.stdin.buffer.read())
print(*(shelf.save(draft).version for _ in range(10)))
"""


def test_threads_and_processes_never_write_the_same_version(tmp_path: Path) -> None:
    def save(_: int) -> list[int]:
        result = subprocess.run(
            [sys.executable, "-c", _SAVES, str(tmp_path)],
            input=draft_to_json(make_draft()),
            capture_output=True,
            cwd=ROOT,
            check=True,
        )
        return [int(number) for number in result.stdout.split()]

    shelf = Shelf(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        other = pool.submit(lambda: [shelf.save(make_draft()).version for _ in range(10)])
        taken = [number for numbers in pool.map(save, range(3)) for number in numbers] + other.result()
    assert sorted(taken) == list(range(1, 41))
    assert shelf.versions(ID) == tuple(range(1, 41))
    assert shelf.contents().damaged == ()
