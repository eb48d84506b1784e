"""The Evaluate pages: sets of questions, runs and their reports, and what a change did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from assistant.errors import UsageError
from assistant.evaluation.cases.columns import COLUMNS
from assistant.evaluation.compare import DifferentRunsError, compare_runs
from assistant.evaluation.estimates import failed
from assistant.evaluation.metrics.registry import METRICS
from assistant.evaluation.report import TABLE_METRICS
from assistant.evaluation.report_text import verdict_words
from assistant.evaluation.runs.folder import RunSummary
from assistant.web import evaluate_views as views
from assistant.web.evaluate_charts import THEMES, HistoryPoint, category_chart, history_chart, risk_coverage_chart
from assistant.web.evaluate_reports import Reports, RunReading, as_csv, as_json
from assistant.web.evaluate_runs import BackgroundRuns, progress_words
from assistant.web.evaluate_sets import MEDIA_TYPES, set_as, set_rows, template_cases, written
from assistant.web.moments import exact_time_words
from assistant.web.rendering import render
from assistant.web.security import FORM_POLICY
from assistant.web.service import Service
from assistant.web.shell import framed

_HEAD = Markup('<link rel="stylesheet" href="/site/evaluate.css"><script src="/site/evaluate.js" defer></script>')
# As a page of its own the picture has a style sheet in it.
_CHART_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-cache",
}
_CHARTS = ("risk-coverage", "categories", "history")
MOST_OPEN = 10
"""So many failures are shown at once, the others on request."""
_COVERAGES = (0.25, 0.5, 0.75, 1.0)


def evaluate_routes(assistant: Service, runs: BackgroundRuns) -> APIRouter:
    """Return the routes of the pages and of what is downloaded from them."""
    router = APIRouter(prefix="/evaluate")
    reports = Reports(assistant.settings.data, assistant.templates)
    helpers = {
        "shown": views.shown,
        "between": views.between,
        "few": views.few,
        "when": exact_time_words,
        "answered_by": views.answered_by,
    }

    def page(title: str, template: str, **values: Any) -> Response:
        body = render(template, state=runs.state, progress_words=progress_words, **helpers, **values)
        html = framed("evaluate", title, body, head=_HEAD)
        return HTMLResponse(html, headers={"content-security-policy": FORM_POLICY})

    @router.get("")
    def overview() -> Response:
        sets = set_rows(assistant.settings)
        found = reports.runs()
        return page("Evaluate", "evaluate.html", sets=sets, runs=found, pair=latest_pair(found), columns=COLUMNS)

    @router.get("/runs/{run_id}")
    def run(run_id: str) -> Response:
        state = runs.state  # looked at first: a run that ends meanwhile is shown as under way, and looked at again
        reading = reports.of(run_id)
        underway = state.running and state.run_id == reading.run.id
        others = [one for one in reports.runs() if one.id != reading.run.id and one.done]
        others.sort(key=lambda one: one.set_name != reading.run.set.name)
        values = {"reading": reading, "underway": underway, "others": others, **_report_values(reading)}
        return page(f"Report: {reading.run.set.name}", "evaluate_run.html", **values)

    @router.get("/runs/{run_id}/case")
    def case(run_id: str, case_id: Annotated[str, Query(alias="id")]) -> Response:
        reading = reports.of(run_id)
        view = views.case_view(reading.case(case_id), "case", reading.verdicts)
        return page("Question", "evaluate_case.html", reading=reading, view=view, metrics=METRICS)

    @router.get("/runs/{run_id}/history")
    def history(run_id: str) -> Response:
        reading = reports.of(run_id)
        found = reports.history(reading.run.set.name)
        return HTMLResponse(render("evaluate_history.html", reading=reading, history=found, **helpers))

    @router.get("/runs/{run_id}/charts/{name}.svg")
    def chart(run_id: str, name: str, theme: str = "light", narrow: bool = False) -> Response:
        reading = reports.of(run_id)
        if name not in _CHARTS or theme not in THEMES:
            raise UsageError("There is no such chart.", next_step="Go back to the report of the run.")
        colours = THEMES[theme]
        if name == "risk-coverage" and reading.report.refusals.auroc is not None:
            svg = risk_coverage_chart(reading.report, reading.answered, colours, narrow)
        elif name == "history":
            svg = history_chart(_history(reports.history(reading.run.set.name)), colours, narrow)
        else:
            svg = category_chart(reading.report, colours, narrow)
        return Response(svg, media_type="image/svg+xml", headers=_CHART_HEADERS)

    @router.get("/compare")
    def compare(first: str, second: str, different: bool = False) -> Response:
        sides = {"first": reports.of(first), "second": reports.of(second)}
        values: dict[str, Any] = {"sides": sides, "runs": reports.runs(), "problem": None, "found": None}
        try:
            values["found"] = compare_runs(sides["first"].run, sides["second"].run, allow_different=different)
        except UsageError as error:
            values["problem"] = error
            values["may_differ"] = isinstance(error, DifferentRunsError)
        return page(
            "Compare two runs",
            "evaluate_compare.html",
            words=verdict_words,
            signed=views.signed,
            case_view=views.case_view,
            **values,
        )

    @router.get("/runs/{run_id}/report.json")
    def report_file(run_id: str) -> Response:
        reading = reports.of(run_id)
        return _download(as_json(reading).encode(), "application/json", f"{reading.run.id}.json")

    @router.get("/runs/{run_id}/cases.csv")
    def cases_file(run_id: str) -> Response:
        reading = reports.of(run_id)
        # With the mark at the beginning spreadsheet programs read it as UTF-8.
        return _download(as_csv(reading).encode("utf-8-sig"), MEDIA_TYPES[".csv"], f"{reading.run.id}.csv")

    @router.get("/template")
    def template(kind: Annotated[str, Query(pattern="^(xlsx|csv|jsonl)$")] = "xlsx") -> Response:
        content = written(template_cases(assistant), f".{kind}")
        return _download(content, MEDIA_TYPES[f".{kind}"], f"questions.{kind}")

    @router.get("/set")
    def set_file(name: str, kind: Annotated[str, Query(pattern="^(xlsx|csv|jsonl)$")] = "xlsx") -> Response:
        return _download(set_as(assistant.settings, name, f".{kind}"), MEDIA_TYPES[f".{kind}"], f"{name}.{kind}")

    return router


def latest_pair(runs: Sequence[RunSummary]) -> tuple[str, str]:
    """Return the ids of the latest two runs of one set, the earlier first, to compare; without such two the latest."""
    latest: dict[str, str] = {}
    for one in runs:  # the newest first
        if one.set_name in latest:
            return one.id, latest[one.set_name]
        latest[one.set_name] = one.id
    ids = [one.id for one in runs]
    return (ids[1], ids[0]) if len(ids) > 1 else ("", "")


def _download(content: bytes, media_type: str, name: str) -> Response:
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-._") else "-" for letter in name)
    return Response(content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{safe}"'})


def _report_values(reading: RunReading) -> dict[str, Any]:
    report = reading.report
    headlines = [one for one in (reading.estimate("passed"), *report.headlines) if one is not None]
    named = {one.metric for one in headlines}
    failures = [views.case_view(one, f"f{number}", reading.verdicts) for number, one in enumerate(report.failures, 1)]
    others = [] if reading.run.set.locked else [one for one in reading.cases if not failed(one)]
    return {
        "report": report,
        "headlines": headlines,
        "headline_words": views.HEADLINE_WORDS,
        "failures": failures,
        "most_open": MOST_OPEN,
        "keys": {view.scores.case.id: view.key for view in failures},
        "not_failed": others,
        "stage_words": {stage.value: words for stage, words in views.STAGE_WORDS.items()},
        "table_metrics": [METRICS[name] for name in TABLE_METRICS],
        "other_metrics": [one for one in report.metrics if one.metric not in named],
        "metrics": METRICS,
        "risks": _risks(report.refusals.curve),
    }


def _risks(curve: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Return the risk at a few coverages, for the table beside the curve: that of the first point that reaches it."""
    return [(wanted, next(risk for coverage, risk in curve if coverage >= wanted)) for wanted in _COVERAGES if curve]


def _history(readings: list[RunReading]) -> list[HistoryPoint]:
    return [
        HistoryPoint(_day(one.run.fingerprint.started_at), one.estimate("passed"), one.estimate("false_answer"))
        for one in readings
    ]


def _day(utc_time: str) -> str:
    date, _, time = exact_time_words(utc_time).partition(", ")
    return f"{' '.join(date.split()[:2])}\n{time}"
