"""Drafts in the background: how far they are, waiting for a turn, cancelling, and failing in words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from assistant.drafting.base import OnSection
from assistant.errors import DraftError, UsageError
from assistant.web.drafts.runs import AT_ONCE, MOST_RUNNING, UNEXPECTED, DraftRun, DraftRuns


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def run_of(runs: DraftRuns, work: Callable[[OnSection], str]) -> DraftRun:
    run = DraftRun("Policy", 2, "/draft")
    assert runs.get(runs.start(run, work)) is run
    return run


def test_a_run_ends_with_an_address_or_with_words() -> None:
    runs = DraftRuns()

    def fails(_: OnSection) -> str:
        raise DraftError("The disk is full.", next_step="Make room.")

    done, failed = run_of(runs, lambda _: "/draft/1"), run_of(runs, fails)
    until(lambda: not done.running and not failed.running)
    assert (done.address, done.error) == ("/draft/1", None)
    assert (failed.address, failed.error) == (None, "The disk is full. Make room.")
    assert runs.get("unknown") is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_that_nobody_foresaw_is_said_too_and_frees_the_slot() -> None:
    runs = DraftRuns()

    def crashes(_: OnSection) -> str:
        raise RuntimeError

    crashed = [run_of(runs, crashes) for _ in range(AT_ONCE)]
    until(lambda: all(one.error == UNEXPECTED for one in crashed))
    for thread in [one for one in threading.enumerate() if one.name == "draft"]:
        thread.join()  # else pytest tells the next test of it
    after = run_of(runs, lambda _: "/draft/1")
    until(lambda: after.address == "/draft/1")


def test_those_that_wait_say_so_can_be_cancelled_and_are_bounded() -> None:
    runs = DraftRuns()
    may_end = threading.Event()

    def waits(_: OnSection) -> str:
        may_end.wait(10)
        return "/draft/1"

    under_way = [run_of(runs, waits) for _ in range(AT_ONCE)]
    until(lambda: not any(one.waiting for one in under_way))
    third = run_of(runs, waits)
    time.sleep(0.05)
    assert third.waiting
    third.cancelled = True
    for _ in range(MOST_RUNNING - AT_ONCE - 1):
        run_of(runs, waits)
    with pytest.raises(UsageError):
        run_of(runs, waits)
    may_end.set()
    until(lambda: third.error is not None)
    assert "cancelled" in str(third.error)
