"""``assistant eval``: run sets of questions, report, compare, check, and the benchmarks for engineers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.benchmarks import add_benchmarks
from assistant.cli.common import Parsers, Run, opened_assistant, print_json
from assistant.cli.index import indexed
from assistant.cli.running import progress_bar, stopping
from assistant.errors import UsageError
from assistant.records import to_json
from assistant.settings import PROJECT, Settings

if TYPE_CHECKING:
    from assistant.records import EvaluationRun, EvaluationSet

WORSE = 1
LABELLED_CLAIMS = PROJECT / "eval" / "support.jsonl"


def add_evaluate(parsers: Parsers) -> None:
    """Add the commands."""
    evaluate = parsers.commands.add_parser("eval", help="measure answers on sets of questions, and compare")
    commands = evaluate.add_subparsers(title="commands", metavar="COMMAND", required=True)
    common = [parsers.places, _json_parser()]

    def add(name: str, words: str, run: Run) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, parents=common, help=words)
        parser.set_defaults(run=run)
        return parser

    run = add("run", "ask a set of questions and report", _run)
    run.add_argument("set", nargs="?", metavar="SET", help="a file (XLSX, CSV, JSONL) or the name of a set")
    run.add_argument("--model", metavar="PROVIDER:NAME", help="language model, instead of the one that is set")
    run.add_argument("--repeat", type=int, default=1, metavar="N", help="ask each question N times")
    run.add_argument("--limit", type=int, metavar="N", help="only the first N questions")
    run.add_argument("--resume", metavar="RUN", help="go on with a run that was stopped")
    _reporting(run)
    add("list", "show the sets and the runs", _list)
    report = add("report", "show a run", _report)
    report.add_argument("run_id", metavar="RUN", help="its id, the beginning of it, or: last")
    _reporting(report)
    judge = add("judge", "let the language model judge a run, once it has shown that it can", _judge)
    judge.add_argument("run_id", metavar="RUN")
    judge.add_argument("--labelled", default=LABELLED_CLAIMS, type=Path, metavar="FILE", help="claims to test it on")
    judge.add_argument("--rows", type=int, default=50, metavar="N", help="judge at most N answers (default: 50)")
    judge.add_argument("--yes", action="store_true", help="go on; without it only the cost is told")
    compare = add("compare", "say what a change did, from two runs", _compare)
    compare.add_argument("first", metavar="A")
    compare.add_argument("second", metavar="B")
    compare.add_argument("--gate", action="store_true", help="end with status 1 where the second run is a regression")
    compare.add_argument("--different", action="store_true", help="compare although questions or documents differ")
    _reporting(compare)
    check = add("check", "check a set in plain words, row by row", _check)
    check.add_argument("set", metavar="SET")
    baseline = add("baseline", "write what is answered now as the baseline of sets", _baseline)
    baseline.add_argument("sets", nargs="*", metavar="SET", help="default: the sets that ship and are not locked")
    add_benchmarks(add)


def _json_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _reporting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--show-locked", action="store_true", help="list single questions of a locked set as well")


def _run(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.runs.runner import EvaluationRunner

    if (options.set is None) == (options.resume is None):
        raise UsageError(
            "Name a set to run, or a run to go on with.", next_step="For example: assistant eval run corpus"
        )
    if options.model is not None:
        settings = _with_model(settings, options.model)
    with opened_assistant(settings) as assistant:
        if assistant.needs_index():
            indexed(assistant)
        runner = EvaluationRunner(assistant)
        with progress_bar() as progress, stopping() as stop:
            if options.resume is not None:
                run = runner.resume(options.resume, progress=progress, stop=stop)
            else:
                cases = _read_for_running(settings, options.set, options.limit)
                run = runner.run(cases, repeat=options.repeat, progress=progress, stop=stop)
    _show(run, settings, options)
    return 0 if run.finished else 130


def _with_model(settings: Settings, model: str) -> Settings:
    from pydantic import ValidationError

    try:
        return Settings.model_validate(settings.model_dump() | {"model": model})
    except ValidationError as error:
        raise UsageError(f"{model} is not a model.", next_step="Write provider:name, as openai:qwen3.") from error


def _read_for_running(settings: Settings, name: str, limit: int | None) -> EvaluationSet:
    from assistant.evaluation.cases.columns import Severity
    from assistant.evaluation.cases.files import read_set
    from assistant.evaluation.sets import find_set
    from assistant.records import EvaluationSet

    path = find_set(settings, name)
    found = read_set(path)
    left_out = [one for one in found.problems if one.severity is Severity.ERROR]
    for one in left_out[:5]:
        print(f"assistant: row {one.row} is left out: {one.words}", file=sys.stderr)
    if len(left_out) > 5:
        print(f"assistant: {len(left_out) - 5} more; see: assistant eval check {name}", file=sys.stderr)
    if limit is None:
        return found.set
    return EvaluationSet(found.set.name, found.set.cases[: max(0, limit)], found.set.locked)


def _show(run: EvaluationRun, settings: Settings, options: argparse.Namespace) -> None:
    from assistant.drafting.templates import load_templates
    from assistant.evaluation.report import report_run
    from assistant.evaluation.report_text import report_json, report_text
    from assistant.evaluation.runs.drafting import templates_of
    from assistant.evaluation.runs.folder import load_judged

    report = report_run(
        run,
        show_locked=options.show_locked,
        judged=load_judged(settings.data, run.id),
        templates=templates_of(run, lambda: load_templates(settings.prompts / "drafts")),
    )
    if options.json:
        print_json(report_json(report))
    else:
        print(report_text(report))


def _list(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.runs.folder import list_runs
    from assistant.evaluation.sets import list_sets, set_size

    sets, runs = list_sets(settings), list_runs(settings.data)
    if options.json:
        print_json({"sets": [to_json(one) | {"path": str(one.path)} for one in sets], "runs": to_json(runs)})
        return 0
    for place in sets:
        size = set_size(place)
        count = "cannot be read" if size is None else "1 question" if size == 1 else f"{size} questions"
        print(f"set {place.name}: {count}{', locked' if place.locked else ''} ({place.path})")
    for one in runs:
        state = "" if one.done >= one.wanted else f", stopped at {one.done} of {one.wanted}"
        changed = (
            "" if one.changed is None else f"; changed since the run before: {', '.join(one.changed) or 'nothing'}"
        )
        print(f"run {one.id}: {one.set_name}, {one.model}, {one.started_at}{state}{changed}")
    if not sets and not runs:
        print("There are no sets and no runs yet.")
    return 0


def _report(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.runs.folder import load_run

    _show(load_run(settings.data, options.run_id), settings, options)
    return 0


def _judge(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.chat import Message
    from assistant.evaluation.judge import VOTES, Judge, judge_and_admit
    from assistant.evaluation.runs.folder import evaluation_folder, load_run, save_judged
    from assistant.support import load_cases

    run, labelled = load_run(settings.data, options.run_id), load_cases(options.labelled)
    with opened_assistant(settings) as assistant:
        model = assistant.chat_model
        if model is None:
            raise UsageError("No language model is set to judge.", next_step="Set the setting model.")
        cache = evaluation_folder(settings.data) / "judge-cache.jsonl"
        judge = Judge(lambda request: model.complete([Message("user", request)]), assistant.prompts, model.name, cache)
        cost = judge.cost(run, options.rows)
        words = (
            f"{cost.rows} answers ({cost.left_out} left out), {cost.claims} sentences: {cost.requests} requests, about "
            f"{cost.tokens} tokens, and up to {VOTES * len(labelled)} short requests for the admission."
        )
        if not options.yes:
            print_json(to_json(cost)) if options.json else print(f"{words} Go on with --yes.")
            return 0
        judged = judge_and_admit(judge, run, labelled, options.rows)
    save_judged(settings.data, run.id, judged)
    if options.json:
        print_json(to_json(judged))
    else:
        print(judged.admission.why or f"The judge is admitted; see: assistant eval report {run.id}")
    return 0


def _compare(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.compare import compare_runs
    from assistant.evaluation.report_text import comparison_json, comparison_text
    from assistant.evaluation.runs.folder import load_run

    found = compare_runs(
        load_run(settings.data, options.first),
        load_run(settings.data, options.second),
        allow_different=options.different,
        show_locked=options.show_locked,
    )
    if options.json:
        print_json(comparison_json(found))
    else:
        print(comparison_text(found))
    return WORSE if options.gate and found.regressions else 0


def _check(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.cases.columns import Severity
    from assistant.evaluation.cases.files import read_set
    from assistant.evaluation.cases.lint import lint
    from assistant.evaluation.sets import find_set
    from assistant.evaluation.sources import LibraryView

    found = read_set(find_set(settings, options.set))
    with opened_assistant(settings) as assistant:
        if not assistant.overview().documents:
            indexed(assistant)
        problems = [*found.problems, *lint(found.set.cases, LibraryView.of(assistant), found.row_of)]
    errors = sum(one.severity is Severity.ERROR for one in problems)
    if options.json:
        print_json({"set": found.set.name, "questions": len(found.set.cases), "problems": to_json(problems)})
    else:
        for one in sorted(problems, key=lambda problem: problem.row):
            place = f"row {one.row}" if one.row else "the file"
            print(f"{place}{f', {one.column}' if one.column else ''}: {one.severity.value}: {one.words}")
        print(f"{len(found.set.cases)} questions, {errors} errors, {len(problems) - errors} warnings and notes.")
    return WORSE if errors else 0


def _baseline(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.evaluation.baselines import baseline_path, write_baseline
    from assistant.evaluation.cases.files import read_set
    from assistant.evaluation.runs.runner import EvaluationRunner
    from assistant.evaluation.sets import find_set, list_sets

    names = options.sets or [one.name for one in list_sets(settings) if one.shipped and not one.locked]
    paths = [find_set(settings, name) for name in names]
    written = []
    with opened_assistant(settings) as assistant:
        if assistant.needs_index():
            indexed(assistant)
        for path in paths:
            with progress_bar() as progress:
                run = EvaluationRunner(assistant).run(read_set(path).set, progress=progress)
            write_baseline(baseline_path(path), run)
            written.append(str(baseline_path(path)))
    if options.json:
        print_json({"written": written})
    else:
        print("\n".join(f"Written: {path}" for path in written))
    return 0
