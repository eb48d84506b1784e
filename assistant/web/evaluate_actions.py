"""What the Evaluate pages ask the server to do: run, stop, keep a set, overrule a verdict, save a case."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from assistant.errors import UsageError
from assistant.evaluation.cases.tables import MOST_BYTES
from assistant.evaluation.runs.folder import load_run, overrule
from assistant.records import OverruledVerdict
from assistant.web.conversations import Conversations
from assistant.web.evaluate_cases import (
    LONGEST_NOTE,
    LONGEST_QUOTE,
    Wrong,
    choices,
    find_turn,
    passages,
    save_case,
)
from assistant.web.evaluate_runs import BackgroundRuns, progress_words
from assistant.web.evaluate_sets import check_upload, keep_upload
from assistant.web.rendering import render
from assistant.web.service import Service


class RunWanted(BaseModel):
    """The body of ``POST /api/evaluate/run``."""

    set: str
    repeat: int = 1


class RunNamed(BaseModel):
    """The body of ``POST /api/evaluate/resume``."""

    run: str


class Verdict(BaseModel):
    """The body of ``POST /api/evaluate/verdict``."""

    run: str
    case: str
    verdict: Literal["right", "wrong"]
    by: str = Field(default="", max_length=100)
    note: str = Field(default="", max_length=LONGEST_NOTE)


class TurnNamed(BaseModel):
    """The body of ``POST /api/evaluate/turn``: an answer of a tab's conversation, counted from 1."""

    conversation: str
    turn: int


class CaseWanted(TurnNamed):
    """The body of ``POST /api/evaluate/case``; ``passage`` counts from 0, and is None for none of those offered."""

    question: str
    wrong: Wrong
    passage: int | None = None
    quote: str = Field(default="", max_length=LONGEST_QUOTE)
    note: str = Field(default="", max_length=LONGEST_NOTE)
    by: str = Field(default="", max_length=100)


def evaluate_actions(assistant: Service, runs: BackgroundRuns, conversations: Conversations) -> APIRouter:
    """Return the routes. Each answers with where the page goes next and what it says there, or with an error."""
    router = APIRouter(prefix="/api/evaluate")

    @router.get("/state")
    def state() -> dict[str, Any]:
        found = runs.state
        return {
            "running": found.running,
            "run": found.run_id,
            "done": found.done,
            "total": found.total,
            "question": found.question,
            "stopping": found.stopping,
            "error": found.error,
            "words": progress_words(found),
        }

    @router.post("/run")
    def run(wanted: RunWanted) -> dict[str, str]:
        return {"go": f"/evaluate/runs/{runs.start(wanted.set, wanted.repeat)}"}

    @router.post("/resume")
    def resume(named: RunNamed) -> dict[str, str]:
        return {"go": f"/evaluate/runs/{runs.resume(named.run)}"}

    @router.post("/stop")
    def stop() -> dict[str, bool]:
        return {"stopped": runs.stop()}

    @router.post("/check")
    async def check(request: Request, name: str) -> dict[str, str]:
        checked = await run_in_threadpool(check_upload, assistant, name, await _content(request))
        return {"html": render("evaluate_check.html", checked=checked)}

    @router.post("/sets")
    async def keep(request: Request, name: str) -> dict[str, str]:
        kept = await run_in_threadpool(keep_upload, assistant, name, await _content(request))
        questions = "question" if len(kept.cases) == 1 else "questions"
        return {"go": "/evaluate#sets", "notice": f"The set {kept.name} is kept: {len(kept.cases)} {questions}."}

    @router.post("/verdict")
    def verdict(said: Verdict) -> dict[str, str]:
        data = assistant.settings.data
        found = load_run(data, said.run)
        if found.set.locked:
            raise UsageError("Single questions of a locked set are not judged.", next_step="Read its totals.")
        passed = said.verdict == "right"
        overrule(data, found.id, OverruledVerdict(said.case, passed, said.by.strip(), said.note.strip()))
        return {"notice": f"Kept: a person says that this is {said.verdict}. The computed verdict is kept beside it."}

    @router.post("/turn")
    def turn(named: TurnNamed) -> dict[str, str]:
        *_, asked = find_turn(conversations, named.conversation, named.turn)
        found = passages(assistant, asked.answer)
        html = render("evaluate_turn.html", answer=asked.answer, choices=choices(asked.answer), passages=found)
        return {"html": html}

    @router.post("/case")
    def case(wanted: CaseWanted) -> dict[str, str]:
        turns = find_turn(conversations, wanted.conversation, wanted.turn, wanted.question)
        saved = save_case(
            assistant,
            turns,
            wanted.wrong,
            passage=wanted.passage,
            quote=wanted.quote,
            note=wanted.note,
            author=wanted.by,
        )
        return {"html": render("evaluate_saved.html", saved=saved)}

    return router


async def _content(request: Request) -> bytes:
    """Return the body, read no further than a set may be large. Raises UsageError."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise UsageError(
                f"The file is larger than {MOST_BYTES // 1_000_000} MB.",
                kept="Nothing was added.",
                next_step="Split it, or take out what is no question.",
            )
        parts.append(part)
    return b"".join(parts)
