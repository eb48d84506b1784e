"""Sets as staff save them: every kind of file, every separator, and what a spreadsheet program does to them."""

from __future__ import annotations

import csv
import json
import threading
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from assistant.errors import UsageError
from assistant.evaluation.cases import tables
from assistant.evaluation.cases.columns import Severity, case_of, parse_fact, row_of, safe_cell
from assistant.evaluation.cases.files import append_case, read_set, row_hash, set_hash, write_set
from assistant.evaluation.cases.from_answer import add_to_staff_set, case_from_answer
from assistant.records import EvaluationCase, Expectation, Fact, Turn
from tests.assistant_samples import ROOT
from tests.evaluation.evaluation_samples import attendance, case, cite, quoting, refusal

HEADER = ["ID", "Question", "Expect", "Must include", "source_document", "source_page", "previous"]
ROWS = [
    ["q1", "How many absences?", "answer", "*10 percent | 18 days\nprincipal", "attendance.pdf", "4-5", ""],
    ["", "¿Y después?", "abstain", "", "", "", "How many absences?\nWho says so?"],
]


def check_rows(cases: tuple[EvaluationCase, ...]) -> None:
    first, second = cases
    assert first.must_include == (Fact(("10 percent", "18 days"), vital=True), Fact(("principal",)))
    assert (first.id, first.expect, first.sources, first.source_pages) == (
        "q1",
        Expectation.ANSWER,
        ("attendance.pdf",),
        ("4-5",),
    )
    assert second.question == "¿Y después?"
    assert second.previous == ("How many absences?", "Who says so?")
    assert second.id.startswith("q-")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_with_any_separator_and_unicode_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "set.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEADER, *ROWS])
    found = read_set(path)
    assert found.problems == ()
    check_rows(found.set.cases)
    assert found.row_of["q1"] == 2


def test_a_line_that_names_the_separator_is_no_heading(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("sep=;\r\nquestion;expect\r\nWho, and when?;abstain\r\n", encoding="utf-8-sig")
    assert [one.question for one in read_set(path).set.cases] == ["Who, and when?"]


def test_csv_in_an_old_encoding_is_read_and_told_of(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    text = (
        "question,expect\n¿Cuándo es la reunión anual de los padres y qué día?,abstain\n¿Dónde está la niña?,abstain\n"
    )
    path.write_bytes(text.encode("cp1252"))
    found = read_set(path)
    assert [one.question for one in found.set.cases][1] == "¿Dónde está la niña?"
    assert [one.severity for one in found.problems] == [Severity.WARNING]
    assert "UTF-8" in found.problems[0].words


def test_xlsx_is_read_as_people_fill_it_in(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append([*ROWS[0][:5], 4, None])
    sheet.append([])
    sheet.append([1, "=1+1 is what?", "abstain", None, None, None, None])
    sheet["B4"].data_type = "s"
    sheet.append(["typed", "What was typed?", "answer", 0.15, None, 5.0, None])
    sheet["D5"].number_format = "0.0%"
    sheet.append(["money", "What does it cost?", "answer", 1250.5, None, None, None])
    sheet["D6"].number_format = '"$"#,##0.00'
    sheet.append(["day", "When?", "answer", date(2024, 6, 30), None, None, None])
    workbook.save(tmp_path / "set.xlsx")
    found = read_set(tmp_path / "set.xlsx")
    typed = {one.id: one.must_include[0].wordings for one in found.set.cases[2:]}
    assert typed == {"typed": ("15%",), "money": ("$1,250.50",), "day": ("June 30, 2024",)}
    assert found.set.cases[2].source_pages == ("5",)
    assert found.problems == ()
    assert [one.id for one in found.set.cases][:2] == ["q1", "1"]
    assert found.set.cases[0].source_pages == ("4",)
    assert found.row_of == {"q1": 2, "1": 4, "typed": 5, "money": 6, "day": 7}
    assert found.set.cases[1].question == "=1+1 is what?"


def test_jsonl_takes_lists_and_texts(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = [
        {"question": "A?", "must_include": ["*one | uno", "two"], "source_quote": ["First words.", "Other words."]},
        {"question": "B?", "expect": "abstain", "source_page": 3, "previous": ["A?"]},
        {"question": "C?", "source_document": "a.md ; b.md", "source_quote": "First words. ;; Other; words."},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = read_set(path)
    assert found.problems == ()
    one, two, three = found.set.cases
    assert one.must_include == (Fact(("one", "uno"), True), Fact(("two",)))
    assert one.expect is Expectation.ANSWER
    assert one.source_quotes == ("First words.", "Other words.")
    assert (two.source_pages, two.previous) == (("3",), ("A?",))
    assert (three.sources, three.source_quotes) == (("a.md", "b.md"), ("First words.", "Other; words."))


@pytest.mark.parametrize("name", ["district", "district-held-out", "corpus", "corpus-locked"])
def test_the_sets_that_ship_are_read_without_a_complaint(name: str) -> None:
    path = ROOT / "eval" / f"{name}.jsonl"
    found = read_set(path)
    assert found.problems == ()
    assert len(found.set.cases) == len(path.read_text(encoding="utf-8").splitlines())
    assert found.set.locked == name.endswith(("locked", "held-out"))


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"expect": "answer"}, "question", "no question"),
        ({"question": "A?"}, "expect", "Nothing is expected"),
        ({"question": "A?", "expect": "anwser"}, "expect", "Did you mean answer?"),
        ({"question": "A" * 3000, "expect": "abstain"}, "question", "at most 2000"),
        ({"question": "A?", "expect": "abstain", "notes": "x" * 30_000}, "notes", "at most 20000"),
    ],
)
def test_rows_that_are_no_cases_are_left_out_and_told(
    tmp_path: Path, row: dict[str, str], column: str, words: str
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"question": "Good?", "expect": "abstain"}) + "\n" + json.dumps(row), encoding="utf-8")
    found = read_set(path)
    assert [one.question for one in found.set.cases] == ["Good?"]
    (problem,) = found.problems
    assert (problem.row, problem.column, problem.severity) == (2, column, Severity.ERROR)
    assert words in problem.words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"question": "A?", "expect": ', "This line is not JSON"),
        ('["A?", "abstain"]', "not an object"),
        ("[" * 100_000, "This line is not JSON"),
        ('{"question": "A \\ud800?", "expect": "abstain"}', "halves of characters"),
        ('{"question": "A?", "expect": "answer", "source_quote": ["' + "x" * 20_001 + '"]}', "20001 characters"),
    ],
)
def test_a_line_that_cannot_be_read_costs_only_itself(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f'{line}\n{{"question": "B?", "expect": "abstain"}}\n', encoding="utf-8")
    found = read_set(path)
    assert [one.question for one in found.set.cases] == ["B?"]
    (problem,) = found.problems
    assert (problem.row, problem.severity) == (1, Severity.ERROR)
    assert words in problem.words


def test_headings_that_are_not_known_get_the_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("question,expekt,expect,colour\nA?,x,abstain,red\n", encoding="utf-8")
    found = read_set(path)
    assert [one.severity for one in found.problems] == [Severity.WARNING, Severity.WARNING]
    assert "Did you mean expect?" in found.problems[0].words
    assert "The columns are" in found.problems[1].words
    assert len(found.set.cases) == 1


def test_a_file_without_a_question_column_and_an_empty_one_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("what,expect\nA?,abstain\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    assert any("No column is named question" in one.words for one in read_set(tmp_path / "a.csv").problems)
    assert "no question" in read_set(tmp_path / "b.csv").problems[0].words


def test_the_same_id_twice_is_an_error_of_the_second_row(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("id,question,expect\na,A?,abstain\na,B?,abstain\n,C?,abstain\n,C?,abstain\n", encoding="utf-8")
    found = read_set(path)
    assert [one.question for one in found.set.cases] == ["A?", "C?"]
    assert [(one.row, one.column) for one in found.problems] == [(3, "id"), (5, "question")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"this is no zip"),
        ("b.xls", b"\xd0\xcf\x11\xe0"),
        ("c.csv", b"question\0,\xff\xfa\x00\x81expect\n\x00\x01\x02\xfe" * 20),
        ("d.pdf", b"%PDF"),
    ],
)
def test_files_that_are_no_sets_are_refused_with_what_to_do(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match="XLSX"):
        read_set(tmp_path / name)


def test_a_zip_that_is_no_spreadsheet_and_a_broken_sheet_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("hello.txt", "hello")
    write_set(tmp_path / "b.xlsx", [case()])
    with zipfile.ZipFile(tmp_path / "b.xlsx") as whole, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as package:
        for entry in whole.namelist():
            content = whole.read(entry)
            package.writestr(entry, content[: len(content) // 2] if entry.endswith("sheet1.xml") else content)
    for name in ("a.xlsx", "c.xlsx"):
        with pytest.raises(UsageError, match="damaged"):
            read_set(tmp_path / name)


def test_huge_files_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "set.csv"
    path.write_text("question,expect\n" + "".join(f"Q{n}?,abstain\n" for n in range(20)), encoding="utf-8")
    monkeypatch.setattr(tables, "MOST_ROWS", 5)
    found = read_set(path)
    assert len(found.set.cases) == 5
    assert [one.severity for one in found.problems] == [Severity.ERROR]
    monkeypatch.setattr(tables, "MOST_BYTES", 50)
    with pytest.raises(UsageError, match="larger"):
        read_set(path)
    write_set(tmp_path / "set.xlsx", [case()])
    monkeypatch.undo()
    monkeypatch.setattr(tables, "MOST_UNPACKED_BYTES", 50)
    with pytest.raises(UsageError, match="unpacks"):
        read_set(tmp_path / "set.xlsx")


TEXT = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="|*'\u0085"), min_size=1, max_size=12)
LINES = st.lists(TEXT, max_size=3, unique=True)


@given(
    st.fixed_dictionaries(
        {
            "question": TEXT,
            "expect": st.sampled_from(["answer", "abstain", "ask_back", "draft"]),
            "must_include": LINES,
            "must_not_include": LINES,
            "source_document": TEXT.filter(lambda text: ";" not in text),
            "source_quote": TEXT.filter(lambda text: ";" not in text),
            "notes": TEXT,
            "previous": LINES,
        }
    )
)
def test_a_case_written_as_a_row_is_read_back_as_it_was(row: dict[str, Any]) -> None:
    one = case_of(row)
    assert case_of(row_of(one)) == one


@pytest.mark.parametrize("name", ["set.xlsx", "set.csv", "set.tsv", "set.jsonl"])
def test_sets_are_written_and_read_back_in_every_kind_of_file(tmp_path: Path, name: str) -> None:
    cases = read_set(ROOT / "eval" / "corpus.jsonl").set.cases
    odd = case(question="=HYPERLINK(1)?", must_include=["*-5 | +5", "@home"], previous=["One?", "Two?"], notes="+1")
    write_set(tmp_path / name, [*cases, odd])
    found = read_set(tmp_path / name)
    assert found.problems == ()
    assert found.set.cases == (*cases, odd)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_that_is_written_can_be_taken_for_a_formula(tmp_path: Path, text: str) -> None:
    odd = case(reference_answer=text, notes=text, must_not_include=[text.strip()])
    write_set(tmp_path / "set.csv", [odd])
    with (tmp_path / "set.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    write_set(tmp_path / "set.xlsx", [odd])
    sheet = load_workbook(tmp_path / "set.xlsx").worksheets[0]
    cells += [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert not [cell for cell in cells if cell[:1] in "=+-@\t" and cell]
    assert safe_cell(text).startswith("'")


def test_facts_are_parsed_with_star_and_wordings() -> None:
    assert parse_fact("  *10 percent | 18 days ") == Fact(("10 percent", "18 days"), True)
    assert parse_fact(" | ") is None


def test_hashes_follow_what_is_scored_and_nothing_else() -> None:
    one = case(notes="a", author="b")
    assert row_hash(one) == row_hash(case(notes="other"))
    for change in ({"must_include": ["x"]}, {"expect": "abstain"}, {"previous": ["A?"]}, {"source_page": "4"}):
        assert row_hash(case(**change)) != row_hash(one)
    other = case(question="Other?")
    assert set_hash([one, other]) == set_hash([other, one]) != set_hash([one])


def test_answers_of_the_chat_become_cases(tmp_path: Path) -> None:
    right = quoting(attendance(), "Parents are told within 3 days.")
    kept = case_from_answer(right, right=True, history=[Turn("Before?", refusal())], author="Ana")
    assert (kept.expect, kept.sources, kept.source_quotes, kept.source_pages) == (
        Expectation.ANSWER,
        ("policies/attendance.pdf",),
        ("Parents are told within 3 days.",),
        ("1",),
    )
    assert (kept.previous, kept.author) == (("Before?",), "Ana")
    wrong = case_from_answer(right, right=False, right_passages=[cite(1, attendance(), "Attendance policy.")])
    assert wrong.source_quotes == ("Attendance policy.",)
    assert case_from_answer(right, right=False).expect is Expectation.ABSTAIN
    assert case_from_answer(refusal(), right=True).expect is Expectation.ABSTAIN
    with pytest.raises(UsageError, match="Pick the passage"):
        case_from_answer(refusal(), right=False)
    for one in (kept, wrong, wrong):
        add_to_staff_set(tmp_path / "sets", one)
    assert read_set(tmp_path / "sets" / "from-chat.jsonl").set.cases == (kept, wrong)


def test_several_people_adding_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "from-chat.jsonl"
    cases = [case(question=f"Q{number}?") for number in range(12)]
    threads = [threading.Thread(target=append_case, args=(path, one)) for one in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.id for one in read_set(path).set.cases} == {one.id for one in cases}


def test_a_set_with_rows_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "from-chat.jsonl"
    path.write_text("{broken\n", encoding="utf-8")
    with pytest.raises(UsageError, match="would lose them"):
        append_case(path, case())
    assert path.read_text(encoding="utf-8") == "{broken\n"
