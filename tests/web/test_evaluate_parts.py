"""What stands behind the Evaluate pages: names and files of sets, exports, charts, cases from answers, words."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from assistant.app import Assistant
from assistant.errors import UsageError
from assistant.evaluation.cases.columns import case_of
from assistant.evaluation.cases.files import read_set, write_set
from assistant.evaluation.estimates import Estimate
from assistant.evaluation.intervals import Interval
from assistant.evaluation.report import report_run
from assistant.evaluation.runs.folder import RunSummary, runs_folder
from assistant.evaluation.runs.runner import EvaluationRunner
from assistant.evaluation.scoring import score_run
from assistant.evaluation.sets import staff_folder
from assistant.records import EvaluationRun, EvaluationSet, OverruledVerdict, Turn
from assistant.web.conversations import Conversations
from assistant.web.evaluate import latest_pair
from assistant.web.evaluate_cases import Wrong, choices, find_turn, passages, save_case
from assistant.web.evaluate_charts import THEMES, category_chart
from assistant.web.evaluate_reports import Reports, RunReading, as_csv, as_json
from assistant.web.evaluate_runs import RunState, progress_words, time_left
from assistant.web.evaluate_sets import check_upload, known_set, set_as, set_name, template_cases, written
from assistant.web.evaluate_views import between, case_view, shown, signed
from assistant.web.host import build_host
from assistant.web.rendering import render
from tests.assistant_samples import open_assistant, write_corpus

HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script><img src=x onerror=alert(1)>'
CASES = tuple(
    case_of(row)
    for row in (
        {"id": HOSTILE, "question": HOSTILE, "expect": "abstain", "category": HOSTILE, "notes": HOSTILE},
        {"id": "goals", "question": "Who writes the goals of the plan?", "must_include": [HOSTILE, "*site council"]},
        {"id": "lost", "question": "Who trains volunteers?", "source_document": HOSTILE, "must_not_include": [HOSTILE]},
    )
)
KEY = "0" * 32


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("parts")
    with open_assistant(write_corpus(folder / "corpus"), folder / "data") as assistant:
        assistant.index()
        yield assistant


@pytest.fixture(scope="module")
def run(small: Assistant) -> EvaluationRun:
    return EvaluationRunner(small).run(EvaluationSet("hostile", CASES))


@pytest.fixture
def client(small: Assistant) -> TestClient:
    return TestClient(build_host(small), base_url="http://127.0.0.1")


def reading_of(run: EvaluationRun) -> RunReading:
    return RunReading(run, score_run(run), report_run(run))


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("Front office, 2026.xlsx", "Front-office-2026"),
        ("../../etc/passwd.csv", "passwd"),
        ("C:\\Users\\ana\\sets\\a b.CSV", "a-b"),
        ("...csv.jsonl", "csv"),
        ("preguntas de español.csv", "preguntas-de-español"),
        ("x" * 200 + "-locked.csv", "x" * 60 + "-locked"),
        ("???.csv", "questions"),
    ],
)
def test_a_set_is_named_after_its_file_without_what_is_special(file_name: str, name: str) -> None:
    assert set_name(file_name) == name


@pytest.mark.parametrize("file_name", ["questions.exe", "questions", "", ".csv"])
def test_other_kinds_of_files_are_refused(file_name: str) -> None:
    with pytest.raises(UsageError, match="Only spreadsheets"):
        set_name(file_name)


@pytest.mark.parametrize("name", ["/etc/passwd", "../sets/x.csv", "nothing"])
def test_a_page_cannot_name_a_path(small: Assistant, name: str, client: TestClient) -> None:
    with pytest.raises(UsageError, match="There is no set"):
        known_set(small.settings, name)
    assert client.post("/api/evaluate/run", json={"set": name}).status_code == 422


@pytest.mark.parametrize("kind", ["xlsx", "csv", "jsonl"])
def test_the_template_can_be_filled_in_and_read(small: Assistant, client: TestClient, kind: str) -> None:
    answer = client.get(f"/evaluate/template?kind={kind}")
    assert answer.headers["content-disposition"] == f'attachment; filename="questions.{kind}"'
    checked = check_upload(small, f"questions.{kind}", answer.content)
    assert checked.cases == template_cases(small)
    assert [one.words for one in checked.problems if one.severity.value == "error"] == []


def test_a_set_of_the_program_is_not_replaced(small: Assistant) -> None:
    with pytest.raises(UsageError, match="belongs to a set that comes with the assistant"):
        check_upload(small, "support.csv", b"question,expect\nWhat?,abstain\n")


def test_the_limit_of_size_holds_without_a_declared_length(client: TestClient) -> None:
    answer = client.post("/api/evaluate/check?name=a.csv", content=(b"x" * 1_000_000 for _ in range(21)))
    assert answer.status_code == 422
    assert "The file is larger than 20 MB. Nothing was added." in answer.json()["error"]


def test_a_foreign_page_cannot_run_or_add(client: TestClient) -> None:
    foreign = {"origin": "https://evil.example"}
    for address in ("run", "resume", "stop", "check?name=a.csv", "sets?name=a.csv", "verdict", "turn", "case"):
        assert client.post(f"/api/evaluate/{address}", json={}, headers=foreign).status_code == 403


def test_what_is_kept_can_be_replaced_and_given_back(small: Assistant, client: TestClient) -> None:
    before = written(CASES[:2], ".xlsx")
    for content, count in ((before, 2), (written(CASES, ".csv"), 3)):
        kind = "xlsx" if count == 2 else "csv"
        answer = client.post(f"/api/evaluate/sets?name=mine.{kind}", content=content)
        assert answer.json()["notice"] == f"The set mine is kept: {count} questions."
    assert [path.name for path in staff_folder(small.settings).glob("mine*")] == ["mine.jsonl"]
    assert read_set(staff_folder(small.settings) / "mine.jsonl").set.cases == CASES
    rows = csv.reader(io.StringIO(set_as(small.settings, "mine", ".csv").decode("utf-8-sig")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_exports_hold_no_formula_and_both_verdicts(run: EvaluationRun) -> None:
    judged = EvaluationRun(
        run.id, run.set, run.fingerprint, 1, run.results, (OverruledVerdict("goals", False, "=A1", "@note"),)
    )
    rows = list(csv.DictReader(io.StringIO(as_csv(reading_of(judged)))))
    assert [row["id"] for row in rows] == ["'" + HOSTILE, "goals", "lost"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@")) and cell != "-1"]
    assert (rows[1]["computed"], rows[1]["person_says"], rows[1]["note"]) == ("right", "wrong", "'@note")
    value = json.loads(as_json(reading_of(judged)))
    assert [one["id"] for one in value["cases"]] == [HOSTILE, "goals", "lost"]
    assert value["report"]["agreement"] == {"count": 1, "agreed": 0, "disputed": ["goals"]}


def test_words_of_a_set_never_become_markup(run: EvaluationRun, client: TestClient) -> None:
    for path in ("", "/case?id=goals", "/history"):
        html = client.get(f"/evaluate/runs/{run.id}{path}").text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert "&lt;img src=x" in client.get(f"/evaluate/runs/{run.id}").text
    svg = category_chart(reading_of(run).report, THEMES["light"], False)
    assert b"<script" not in svg
    assert b"<img" not in svg


def test_a_report_is_computed_anew_when_a_run_grows(small: Assistant, run: EvaluationRun) -> None:
    reports = Reports(small.settings.data, small.templates)
    first = reports.of(run.id)
    assert reports.of(run.id) is reports.of(run.id[:-1]) is first
    grown = runs_folder(small.settings.data) / (run.id + "x")
    shutil.copytree(runs_folder(small.settings.data) / run.id, grown)
    lines = (grown / "results.jsonl").read_bytes().splitlines(keepends=True)
    (grown / "results.jsonl").write_bytes(lines[0])
    assert len(reports.of(grown.name).scores) == 1
    (grown / "results.jsonl").write_bytes(b"".join(lines))
    assert len(reports.of(grown.name).scores) == 3
    shutil.rmtree(grown)
    with pytest.raises(UsageError, match="Choose a run on the Evaluate page"):
        reports.of(grown.name)


def test_the_gold_source_says_what_became_of_it(run: EvaluationRun) -> None:
    views = {one.case.id: case_view(one, "c", {}) for one in score_run(run)}
    assert views["lost"].gold[0].problem.startswith("The library has no document named")
    assert views["lost"].gold[0].address is None
    assert [fact.state for fact in views["goals"].facts] == ["missing", "said"]
    assert views["goals"].stage is None
    assert not views["goals"].failed


def test_a_case_that_asks_for_a_draft_is_shown_with_what_the_draft_says(small: Assistant, client: TestClient) -> None:
    row = {"id": "letter", "question": "family letter; school: Franklin", "expect": "draft"}
    facts = {"must_include": ["*Franklin", "*Zebras graze quietly"]}
    run = EvaluationRunner(small).run(EvaluationSet("drafts", (case_of(row | facts),)))
    (scores,) = score_run(run)
    assert [fact.state for fact in case_view(scores, "c", {}).facts] == ["said", "missing"]
    html = client.get(f"/evaluate/runs/{run.id}/case?id=letter").text
    assert "A draft was written: " in html
    draft = scores.result.draft
    assert draft is not None
    assert all(escape(sentence.text) in html for sentence in draft.sections[0].sentences)
    assert "What the search found" not in html


def test_two_runs_of_one_minute_do_not_look_alike(small: Assistant, client: TestClient) -> None:
    ids = [EvaluationRunner(small).run(EvaluationSet("minute", CASES[:1])).id for _ in range(2)]
    for run_id, second in zip(ids, ("05", "41"), strict=True):
        file = runs_folder(small.settings.data) / run_id / "run.json"
        value = json.loads(file.read_bytes())
        value["fingerprint"] |= {"started_at": f"2026-11-24T09:30:{second}+00:00", "prompts": second}
        file.write_text(json.dumps(value), encoding="utf-8")
    html = client.get("/evaluate").text
    options = {option for option in re.findall("<option[^>]*>([^<]*)", html) if option.startswith("minute,")}
    assert len(options) == 2
    rows = [row for row in re.findall("(?s)<tr>(.*?)</tr>", html) if "minute" in row]
    assert [":30:41" in row and "the prompts" in row for row in rows] == [True, False]
    assert ":30:05" in rows[1]
    assert "the first run" in rows[1]


def test_runs_without_a_common_question_are_not_offered_to_be_compared_all_the_same(
    small: Assistant, client: TestClient
) -> None:
    stop = threading.Event()
    stop.set()
    ids = [EvaluationRunner(small).run(EvaluationSet("none", CASES[:1]), stop=stop).id for _ in range(2)]
    html = client.get("/evaluate/compare", params={"first": ids[0], "second": ids[1]}).text
    assert "no question in common" in html
    assert "Choose two runs of one set." in html
    assert "Compare all the same" not in html


def test_a_case_needs_an_answer_that_is_still_there(small: Assistant) -> None:
    conversations = Conversations()
    conversations.add(KEY, Turn("Who trains volunteers?", small.ask("Who trains volunteers?")))
    assert len(find_turn(conversations, KEY, 1)) == 1
    for key, number, question in ((KEY, 2, None), (KEY, 0, None), ("f" * 32, 1, None), (KEY, 1, "Another?")):
        with pytest.raises(UsageError, match="not known any more"):
            find_turn(conversations, key, number, question)


def test_what_can_have_been_wrong_depends_on_the_answer(small: Assistant) -> None:
    answered, refused = small.ask("Who trains the volunteers?"), small.ask("How far is the moon from Jupiter?")
    assert list(choices(answered)) == [Wrong.WRONG_PASSAGE, Wrong.SHOULD_HAVE_REFUSED]
    assert list(choices(refused)) == [Wrong.SHOULD_HAVE_ANSWERED]
    with pytest.raises(UsageError, match="cannot be said"):
        save_case(small, [Turn("", refused)], Wrong.WRONG_PASSAGE, passage=0)
    found = passages(small, answered)
    assert found
    assert all(one.quote == one.span.of(small.document(one.document_id).text) for one in found)


def test_a_saved_case_expects_what_the_person_said_and_keeps_the_questions_before_it(small: Assistant) -> None:
    first = Turn("Who trains the volunteers?", small.ask("Who trains the volunteers?"))
    second = Turn("And when?", small.ask("And when?", [first]))
    number = [one.source for one in passages(small, first.answer)].index("volunteers.html")
    save_case(small, [first], Wrong.WRONG_PASSAGE, passage=number, note="Look again.", author="Ana")
    saved = save_case(
        small, [first, Turn("Who writes the goals?", small.ask("Who writes the goals?"))], Wrong.SHOULD_HAVE_REFUSED
    )
    assert (saved.set_name, saved.questions) == ("from-chat", 2)
    one, other = read_set(Path(saved.path)).set.cases
    assert (one.expect.value, one.sources, one.author) == ("answer", ("volunteers.html",), "Ana")
    assert "trained in September" in one.source_quotes[0]
    assert one.notes == "wrong passage. Look again."
    assert (other.expect.value, other.previous) == ("abstain", ("Who trains the volunteers?",))
    assert second.answer.interpreted_as is not None


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("passed", 0.5, "50%"),
        ("passage_mrr@10", 0.5, "0.50"),
        ("truthfulness", -0.25, "-0.25"),
        ("draft_copy", 12, "12.0"),
    ],
)
def test_values_are_read_as_people_read_them(metric: str, value: float, words: str) -> None:
    assert shown(metric, value) == words


def test_intervals_and_gains_in_words() -> None:
    one = Estimate("passed", "Right", 30, 0.5, Interval(0.332, 0.668), 0, 0)
    assert between(one) == "33 to 67%"
    none = Estimate("false_answer", "", 30, 0.0, Interval(0, 0.11), 0, 0, bound=0.1)
    assert between(none) == "none seen; the true rate is below 10%"
    assert [signed(one) for one in (0.1234, -0.5, 0.0, -0.0001)] == ["+12.3", "\u221250.0", "0", "0"]


def test_progress_in_words() -> None:
    assert progress_words(RunState(running=True)) == "Getting ready"
    state = RunState(running=True, done=3, total=9, errors=1, seconds_left=240)
    assert progress_words(state) == "3 of 9 questions asked, 1 error, about 4 minutes left"
    assert [time_left(one) for one in (4, 42, 89)] == [
        "a few seconds left",
        "about 40 seconds left",
        "about 90 seconds left",
    ]


def test_the_latest_two_runs_of_one_set_are_offered_for_comparing() -> None:
    def summary(run_id: str, set_name: str) -> RunSummary:
        return RunSummary(run_id, set_name, False, "2026-11-24T09:30:00+00:00", "quotes", 1, 1)

    assert latest_pair([summary("4", "a"), summary("3", "b"), summary("2", "a")]) == ("2", "4")
    assert latest_pair([summary("2", "a"), summary("1", "b")]) == ("1", "2")
    assert latest_pair([]) == ("", "")


def test_a_set_that_cannot_be_read_does_not_keep_the_page_from_coming(small: Assistant, client: TestClient) -> None:
    folder = staff_folder(small.settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "damaged.xlsx").write_bytes(b"no spreadsheet")
    write_set(folder / "empty.csv", [])
    html = client.get("/evaluate").text
    (folder / "damaged.xlsx").unlink()
    (folder / "empty.csv").unlink()
    assert "This file cannot be read as a set." in html
    assert "0 questions" in html


def test_saved_words_name_the_file() -> None:
    html = render("evaluate_saved.html", saved=type("Saved", (), {"set_name": "<b>", "path": "/x", "questions": 1}))
    assert "&lt;b&gt;" in html
    assert "1 question now" in html
