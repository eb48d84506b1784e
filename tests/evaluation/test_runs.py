"""Runs over a real small library: kept line by line, stopped, resumed, and known by what they depend on."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Assistant
from assistant.errors import LibraryError, UsageError
from assistant.evaluation.cases.columns import case_of
from assistant.evaluation.cases.files import row_hash, set_hash
from assistant.evaluation.runs.drafting import asked_for, templates_of
from assistant.evaluation.runs.fingerprint import differences, fingerprint_of, telling_settings
from assistant.evaluation.runs.folder import find_run, list_runs, load_run, overrule, runs_folder
from assistant.evaluation.runs.runner import EvaluationRunner, RunProgress
from assistant.evaluation.scoring import score_run
from assistant.records import Answer, EvaluationRun, EvaluationSet, FailingStage, OverruledVerdict, ScoreState, Turn
from assistant.settings import load_settings
from tests.assistant_samples import GOALS_ROW, open_assistant, write_corpus

ROWS: list[dict[str, Any]] = [
    GOALS_ROW | {"reference_answer": GOALS_ROW["source_quote"]},
    {"id": "moon", "question": "How far away is the moon from Jupiter in light years?", "expect": "abstain"},
    {
        "id": "follow-up",
        "question": "And when are they trained?",
        "previous": ["Who trains the volunteers?"],
        "must_include": ["*September"],
        "source_document": "volunteers.html",
    },
]
SET = EvaluationSet("small", tuple(case_of(row) for row in ROWS))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("small")
    with open_assistant(write_corpus(folder / "corpus"), folder / "data") as assistant:
        assistant.index()
        yield assistant


def without_times(run: EvaluationRun) -> list[Any]:
    return [
        replace(one, seconds=0.0, answer=replace(one.answer, timings={}) if one.answer else None) for one in run.results
    ]


def test_a_run_keeps_all_that_the_metrics_need(small: Assistant) -> None:
    seen: list[RunProgress] = []
    run = EvaluationRunner(small).run(SET, progress=seen.append)
    assert run.finished
    assert [(one.done, one.total) for one in seen] == [(0, 3), (1, 3), (2, 3)]
    assert seen[0].seconds_left is None
    assert seen[1].seconds_left is not None
    scores = {one.case.id: one for one in score_run(run)}
    assert {name: one.passed for name, one in scores.items()} == {"goals": True, "moon": True, "follow-up": True}
    goals = scores["goals"].result
    assert goals.retrieved[0].source == "plan.md"
    assert goals.retrieved[0].text == goals.retrieved[0].span.of(small.document(goals.retrieved[0].document_id).text)
    assert goals.cited[0].text == goals.answer.citations[0].quote if goals.answer else False
    assert [one.supported for one in goals.supports] == [True]
    assert goals.similarity == pytest.approx(1.0, abs=0.01)
    assert goals.row_hash == row_hash(SET.cases[0])
    # The turn before it was really asked.
    follow_up = scores["follow-up"].result.answer
    assert follow_up is not None
    assert follow_up.interpreted_as is not None


def test_a_run_is_read_back_as_it_was(small: Assistant) -> None:
    run = EvaluationRunner(small).run(SET)
    kept = load_run(small.settings.data, run.id)
    assert without_times(kept) == without_times(run)
    assert (kept.set, kept.fingerprint, kept.repeats) == (run.set, run.fingerprint, 1)
    assert load_run(small.settings.data, "last").id == find_run(small.settings.data, "last").name
    assert run.id in {one.id for one in list_runs(small.settings.data)}


def test_lists_tell_what_changed_since_the_run_before_of_the_same_set(small: Assistant) -> None:
    data = small.settings.data
    runner = EvaluationRunner(small)
    stop = threading.Event()
    stop.set()
    once = replace(SET, name="told apart")
    sets = [once, replace(SET, name="of another name"), once, replace(once, cases=SET.cases[:2]), once]
    ids = [runner.run(one, stop=stop).id for one in sets]
    changed = {one.id: one.changed for one in list_runs(data)}
    assert [changed[one] for one in ids] == [None, None, (), ("the questions",), ("the questions",)]


def test_a_stopped_run_goes_on_where_it_was(small: Assistant) -> None:
    stop = threading.Event()
    runner = EvaluationRunner(small)
    part = runner.run(SET, repeat=2, stop=stop, progress=lambda step: stop.set() if step.done == 1 else None)
    assert len(part.results) == 2
    assert not load_run(small.settings.data, part.id).finished
    asked: list[str] = []
    whole = runner.resume(part.id, progress=lambda step: asked.append(step.question))
    assert whole.finished
    assert len(asked) == 4
    assert [(one.case_id, one.repeat) for one in whole.results] == [
        (case.id, repeat) for repeat in range(2) for case in SET.cases
    ]
    at_once = runner.run(SET, repeat=2)
    assert without_times(whole) == without_times(at_once)
    assert runner.resume(whole.id).results == load_run(small.settings.data, whole.id).results


def test_a_line_that_was_cut_off_is_asked_again(small: Assistant) -> None:
    runner = EvaluationRunner(small)
    run = runner.run(SET)
    path = runs_folder(small.settings.data) / run.id / "results.jsonl"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 40])
    assert len(load_run(small.settings.data, run.id).results) == 2
    whole = runner.resume(run.id)
    assert whole.finished
    assert len(path.read_bytes().splitlines()) == 3
    assert without_times(load_run(small.settings.data, run.id)) == without_times(whole)


def test_an_error_is_the_result_of_its_case_and_the_others_go_on(
    small: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = small.ask

    def failing(question: str, history: Sequence[Turn] = (), **limits: Any) -> Answer:
        if "moon" in question:
            raise LibraryError("The index is damaged.", next_step="Index again.")
        if "goals" in question:
            raise IndexError("a defect")
        return asked(question, history, **limits)

    monkeypatch.setattr(small, "ask", failing)
    run = EvaluationRunner(small).run(SET)
    errors = {one.case_id: one.error for one in run.results}
    assert errors == {
        "goals": "IndexError: a defect",
        "moon": "The index is damaged. Index again.",
        "follow-up": None,
    }
    stages = {one.case.id: one.stage for one in score_run(run)}
    assert stages["goals"] is stages["moon"] is FailingStage.ERROR


def test_a_break_goes_through_and_what_was_done_is_kept(small: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = small.ask

    def broken_off(question: str, history: Sequence[Turn] = (), **limits: Any) -> Answer:
        if "moon" in question:
            raise KeyboardInterrupt
        return asked(question, history, **limits)

    before = {one.id for one in list_runs(small.settings.data)}
    with monkeypatch.context() as patch:
        patch.setattr(small, "ask", broken_off)
        with pytest.raises(KeyboardInterrupt):
            EvaluationRunner(small).run(SET)
    (new,) = [one for one in list_runs(small.settings.data) if one.id not in before]
    assert (new.done, new.wanted) == (1, 3)
    assert EvaluationRunner(small).resume(new.id).finished


def test_a_run_does_not_go_on_over_other_documents(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    with open_assistant(corpus, tmp_path / "data") as assistant:
        assistant.index()
        stop = threading.Event()
        stop.set()
        run = EvaluationRunner(assistant).run(SET, stop=stop)
        (corpus / "plan.md").write_text("# Plan\n\nThe principal writes the goals.\n", encoding="utf-8")
        assistant.index()
        with pytest.raises(UsageError, match="the documents changed"):
            EvaluationRunner(assistant).resume(run.id)
        changed = fingerprint_of(assistant, SET)
    assert set(differences(run.fingerprint, changed)) == {"the documents"}


def test_the_fingerprint_tells_settings_apart_and_holds_no_secret() -> None:
    settings = load_settings(
        {"answer_sentences": 2, "model_api_key": "key-1", "model_base_url": "https://u:p@host.example", "data": "x"}, {}
    )
    told = telling_settings(settings)
    assert told["answer_sentences"] == "2"
    assert not [value for value in told.values() if "key-1" in value or "host" in value]
    assert "port" not in told


def test_verdicts_of_people_are_kept_and_the_last_word_counts(small: Assistant) -> None:
    run = EvaluationRunner(small).run(SET)
    data = small.settings.data
    overrule(data, run.id, OverruledVerdict("goals", passed=True, by="Ana"))
    overrule(data, run.id, OverruledVerdict("goals", passed=False, by="Ana", note="too long"))
    (verdict,) = load_run(data, run.id).verdicts
    assert (verdict.passed, verdict.note) == (False, "too long")
    assert verdict.at
    with pytest.raises(UsageError, match="no case"):
        overrule(data, run.id, OverruledVerdict("nobody", passed=True))


DRAFTS: list[dict[str, Any]] = [
    {
        "id": "letter",
        "question": "Draft the letter to families; school: Franklin School; about: our yearly meeting",
        "expect": "draft",
        "must_include": ["*Franklin School", "yearly meeting"],
    },
    {"id": "unknown", "question": "Draft a grant application", "expect": "draft"},
    {"id": "field", "question": "school policy; scool: Franklin", "expect": "draft"},
]


def test_a_draft_that_a_row_asks_for_is_written_and_scored(small: Assistant) -> None:
    run = EvaluationRunner(small).run(EvaluationSet("drafts", tuple(case_of(row) for row in DRAFTS)))
    results = {one.case_id: one for one in run.results}
    draft = results["letter"].draft
    assert draft is not None
    assert (draft.template, draft.form["school"]) == ("family-letter", "Franklin School")
    assert "family-letter" in str(results["unknown"].error)
    assert "no value of the form of school-policy" in str(results["field"].error)
    scored = {one.case.id: one for one in score_run(run, templates_of(run, small.templates))}
    assert scored["letter"].passed
    for name in ("sections_present", "draft_coverage", "draft_numbers", "draft_blanks", "draft_copy"):
        assert scored["letter"].scores[name].state is ScoreState.SCORED
    assert scored["letter"].scores["sections_present"].value == 1.0
    assert scored["letter"].scores["items_cited"].state is ScoreState.SCORED
    without = {one.case.id: one for one in score_run(run)}["letter"]
    assert without.scores["items_cited"].why == "the template is not known"
    assert templates_of(replace(run, results=()), small.templates) == {}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("school-policy", "school-policy"),
        ("Write the district policy for us", "district-policy"),
        ("Draft the letter to families", "family-letter"),
        ("family-letter-es", "family-letter-es"),
        ("Please draft the School-Parent Compact of our school", "school-parent-compact"),
    ],
)
def test_a_row_names_its_template_as_people_do(small: Assistant, question: str, name: str) -> None:
    template, form = asked_for(question, small.templates())
    assert template.name == name
    # What only the school knows stays in sight.
    assert all(value.startswith("[") for value in form.values())


@pytest.mark.parametrize("question", ["Write the policy", "letter", ""])
def test_a_row_that_could_mean_two_drafts_is_told(small: Assistant, question: str) -> None:
    with pytest.raises(UsageError, match="which draft"):
        asked_for(question, small.templates())


def test_a_row_is_limited_to_documents(small: Assistant) -> None:
    question = "Who writes the goals of the plan each spring?"
    rows = [
        {"id": name, "question": question, "expect": "answer", "must_include": ["council"], "limit_to": limit}
        for name, limit in {
            "here": "plan.md",
            "both": "meeting.txt; plan",
            "elsewhere": "meeting",
            "wrong": "1918",
            "in part": "plan.md; nowhere.pdf",
        }.items()
    ]
    run = EvaluationRunner(small).run(EvaluationSet("limited", tuple(case_of(row) for row in rows)))
    results = {one.case_id: one for one in run.results}
    assert {one.source for one in results["here"].retrieved} == {"plan.md"}
    assert {one.source for one in results["both"].retrieved} <= {"plan.md", "law/meeting.txt"}
    assert "plan.md" not in {one.source for one in results["elsewhere"].retrieved}
    assert "“1918”" in str(results["wrong"].error)
    assert "“nowhere.pdf”" in str(results["in part"].error)
    assert [one.passed for one in score_run(run)][:2] == [True, True]


def test_runs_that_are_not_there_or_damaged_are_refused_in_words(small: Assistant) -> None:
    data = small.settings.data
    for name in ("", "nothing", "2"):
        with pytest.raises(UsageError, match="eval list"):
            load_run(data, name)
    run = EvaluationRunner(small).run(SET)
    (runs_folder(data) / run.id / "run.json").write_text(json.dumps({"id": 1}), encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        load_run(data, run.id)
    assert run.id not in {one.id for one in list_runs(data)}
    with pytest.raises(UsageError, match="no questions"):
        EvaluationRunner(small).run(EvaluationSet("empty", ()))
    assert set_hash(()) == set_hash([])
