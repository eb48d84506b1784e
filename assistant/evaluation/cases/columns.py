"""A row of a set's file to a case, and back; what is wrong with a row is said in plain words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz, process

from assistant.records import EvaluationCase, Expectation, Fact

COLUMNS = tuple(
    "id question expect must_include must_not_include source_document source_page source_quote category priority "
    "limit_to language previous reference_answer notes author reviewed_by review_date".split()
)
LONGEST_QUESTION = 2_000
LONGEST_CELL = 20_000

_PLAIN = ("category", "priority", "limit_to", "language", "reference_answer", "notes")
_PEOPLE = ("author", "reviewed_by", "review_date")
_GOOD_GUESS = 70.0
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DOCUMENTS = re.compile(r"\s+;\s+|\n")
_QUOTES = re.compile(r"\s+;;\s+|\n\s*;;\s*")
_PAGES = re.compile(r"\s*[,;\n]\s*")


class Severity(StrEnum):
    """An error has to be mended: the row is left out or cannot be scored as meant. A warning says what is doubtful; a
    note is only worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row: ``row`` as the spreadsheet counts (0: the file as a whole), ``column`` "" for all."""

    row: int
    column: str
    words: str
    severity: Severity


class RowError(ValueError):
    """A row that cannot become a case; ``column`` is where."""

    def __init__(self, column: str, words: str) -> None:
        self.column = column
        super().__init__(words)


def column_names(header: list[str]) -> tuple[list[str], list[RowProblem]]:
    """Return the column that each heading means ("" for none), and what is wrong with the headings."""
    names: list[str] = []
    problems: list[RowProblem] = []
    for heading in header:
        name = re.sub(r"[\s-]+", "_", heading.strip().lower())
        if name in COLUMNS and name not in names:
            names.append(name)
            continue
        names.append("")
        if name in COLUMNS:
            words = f"There are two columns named {name}; only the first is read."
            problems.append(RowProblem(1, name, words, Severity.ERROR))
        elif name:
            near = nearest_name(name, COLUMNS)
            hint = f" Did you mean {near}?" if near else f" The columns are: {', '.join(COLUMNS)}."
            words = f"The column “{heading.strip()[:60]}” is not known and is not read.{hint}"
            problems.append(RowProblem(1, heading.strip()[:60], words, Severity.WARNING))
    return names, problems


def nearest_name(name: str, known: tuple[str, ...] | list[str]) -> str | None:
    """Return what ``name`` is probably meant for among ``known``, None where nothing comes near."""
    found = process.extractOne(name, known, scorer=fuzz.WRatio, processor=str.lower, score_cutoff=_GOOD_GUESS)
    return str(found[0]) if found else None


def case_of(row: Mapping[str, Any]) -> EvaluationCase:
    """Return the case in a row, whose values are texts or, from JSON, lists of texts. Raises RowError.

    Without an ``expect`` a row with facts or a source expects an answer. Without an ``id`` it is named after a hash of
    its question, so that it keeps its name when other rows come and go.
    """
    question = " ".join(_text(row, "question").split())
    if not question:
        raise RowError("question", "There is no question in this row.")
    if len(question) > LONGEST_QUESTION:
        raise RowError("question", f"The question has {len(question)} characters; at most {LONGEST_QUESTION} are read.")
    facts = tuple(fact for line in _lines(row, "must_include") if (fact := parse_fact(line)))
    sources = _parts(row, "source_document", _DOCUMENTS)
    quotes = _parts(row, "source_quote", _QUOTES)
    return EvaluationCase(
        id=_text(row, "id") or "q-" + hashlib.sha256(question.encode()).hexdigest()[:10],
        question=question,
        expect=_expectation(_text(row, "expect"), bool(facts or sources or quotes)),
        must_include=facts,
        must_not_include=_lines(row, "must_not_include"),
        sources=sources,
        source_pages=_parts(row, "source_page", _PAGES),
        source_quotes=quotes,
        previous=tuple(" ".join(one.split())[:LONGEST_QUESTION] for one in _lines(row, "previous")),
        **{name: _text(row, name) for name in (*_PLAIN, *_PEOPLE)},
    )


def parse_fact(line: str) -> Fact | None:
    """Return the fact in ``* first wording | other wording``; the star makes it vital. None for an empty line."""
    vital = line.lstrip().startswith("*")
    wordings = tuple(part.strip() for part in line.lstrip().removeprefix("*").split("|") if part.strip())
    return Fact(wordings, vital) if wordings else None


def row_of(case: EvaluationCase) -> dict[str, str]:
    """Return the case as texts by column, as a spreadsheet holds them; ``case_of`` reads the same case back."""
    facts = [("*" if fact.vital else "") + " | ".join(fact.wordings) for fact in case.must_include]
    return {
        "id": case.id,
        "question": case.question,
        "expect": case.expect.value,
        "must_include": "\n".join(facts),
        "must_not_include": "\n".join(case.must_not_include),
        "source_document": " ; ".join(case.sources),
        "source_page": ", ".join(case.source_pages),
        "source_quote": " ;; ".join(case.source_quotes),
        "previous": "\n".join(case.previous),
        **{name: getattr(case, name) for name in (*_PLAIN, *_PEOPLE)},
    }


def safe_cell(text: str) -> str:
    """Return ``text`` as no spreadsheet program takes it for a formula: with an apostrophe before it, if need be."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unsafe(text: str) -> bool:
    """Whether a spreadsheet program could take the text of a cell for a formula."""
    return text.startswith(_FORMULA)


def _expectation(text: str, has_gold: bool) -> Expectation:
    name = re.sub(r"[\s-]+", "_", text.lower())
    if not name:
        if has_gold:
            return Expectation.ANSWER
        raise RowError("expect", "Nothing is expected: write answer, abstain, ask_back or draft.")
    if name in {one.value for one in Expectation}:
        return Expectation(name)
    near = nearest_name(name, [one.value for one in Expectation])
    raise RowError(
        "expect",
        f"“{text[:40]}” is not something to expect. Write answer, abstain, ask_back or draft."
        + (f" Did you mean {near}?" if near else ""),
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, list):
        value = "\n".join(str(one) for one in value if one is not None)
    text = "" if value is None else str(value).strip()
    if len(text) > LONGEST_CELL:
        raise RowError(name, f"There are {len(text)} characters in this cell; at most {LONGEST_CELL} are read.")
    # The apostrophe that keeps a spreadsheet program from computing is no part of the text.
    return text[1:] if text.startswith("'") and unsafe(text[1:]) else text


def _lines(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in _text(row, name).splitlines() if line.strip())


def _parts(row: Mapping[str, Any], name: str, separator: re.Pattern[str]) -> tuple[str, ...]:
    value = row.get(name)
    texts = [_text({name: one}, name) for one in (value if isinstance(value, list) else [value])]
    return tuple(part.strip() for text in texts for part in separator.split(text) if part.strip())
