"""Evaluation: questions with what is expected of their answers, what came back, and what a person said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assistant.records.answers import Answer
from assistant.records.drafts import Draft
from assistant.records.sources import Span


class Expectation(StrEnum):
    """What a good assistant does with the question."""

    ANSWER = "answer"
    ABSTAIN = "abstain"
    ASK_BACK = "ask_back"
    DRAFT = "draft"

    @property
    def answerable(self) -> bool:
        return self in (Expectation.ANSWER, Expectation.DRAFT)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the answer must say, in any one of its wordings; a vital one decides over right and wrong."""

    wordings: tuple[str, ...]
    vital: bool = False


@dataclass(frozen=True, slots=True)
class EvaluationCase:
    """One question of a set, a row of its file.

    ``sources`` are names of documents, ``source_pages`` pages as written ("4", "4-5", "iii"), ``source_quotes`` pasted
    sentences. ``previous`` are the earlier questions of the conversation, oldest first. ``limit_to`` names a document
    or year. Dates are as they were written.
    """

    id: str
    question: str
    expect: Expectation
    must_include: tuple[Fact, ...] = ()
    must_not_include: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    source_pages: tuple[str, ...] = ()
    source_quotes: tuple[str, ...] = ()
    category: str = ""
    priority: str = ""
    limit_to: str = ""
    language: str = ""
    previous: tuple[str, ...] = ()
    reference_answer: str = ""
    notes: str = ""
    author: str = ""
    reviewed_by: str = ""
    review_date: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """The cases of one file. Of a locked set only totals are shown, so that nobody tunes on its questions."""

    name: str
    cases: tuple[EvaluationCase, ...]
    locked: bool = False


@dataclass(frozen=True, slots=True)
class GoldUnit:
    """One thing to be found for a case: a quote, else a page, else a document, as the library has it.

    ``document_id`` is None where the library has no such document. ``places`` are the characters of the document in
    which the unit stands, one span for each occurrence; none for a whole document. ``pages`` are physical numbers.
    ``problem`` says in plain words what could not be found.
    """

    source: str
    document_id: str | None
    quote: str | None = None
    places: tuple[Span, ...] = ()
    pages: tuple[int, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage that the question found, by rank from 1."""

    rank: int
    passage_id: str
    document_id: str
    source: str
    title: str
    span: Span
    pages: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """What the library really has where a citation points: ``text`` is None where there is no such place.

    ``page_holds`` tells whether the page that the citation names holds its first character (True without a page).
    """

    number: int
    text: str | None
    page_holds: bool


@dataclass(frozen=True, slots=True)
class SentenceSupport:
    """What the support check said of a factual sentence of an answer or draft.

    ``supported`` is by all its citations together, None where it has none. ``alone`` tells of each citation whether it
    supports the sentence by itself, ``without`` whether the others do without it. ``reason`` is for a reader.
    """

    text: str
    supported: bool | None
    score: float = 0.0
    reason: str = ""
    alone: tuple[bool, ...] = ()
    without: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came back for one case, before any judgement, so that metrics can be computed anew at any time.

    ``row_hash`` is the hash of the case as it was asked. ``repeat`` counts from 0. Without ``answer`` and ``draft``
    there is an ``error``. ``similarity`` is the cosine of the answer and the reference answer by the embedding model,
    None without either. ``seconds`` is the time of the last question alone, without those before it.
    """

    case_id: str
    row_hash: str
    repeat: int = 0
    answer: Answer | None = None
    draft: Draft | None = None
    retrieved: tuple[RetrievedPassage, ...] = ()
    gold: tuple[GoldUnit, ...] = ()
    cited: tuple[CitedPlace, ...] = ()
    supports: tuple[SentenceSupport, ...] = ()
    similarity: float | None = None
    error: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RunFingerprint:
    """All that a result may depend on. Hashes are hexadecimal; ``started_at`` is a UTC time in ISO 8601.

    ``corpus`` covers documents and what is said about them, ``code`` the sources of the program, ``settings`` those
    that bear on answers; no key and no address is among them.
    """

    set_hash: str
    corpus: str
    embedding: str
    prompts: str
    model: str
    support_check: str
    code: str
    version: str
    settings: dict[str, str]
    seed: int
    started_at: str


@dataclass(frozen=True, slots=True)
class OverruledVerdict:
    """A person's verdict on a case, kept beside the computed one; ``at`` is a UTC time in ISO 8601."""

    case_id: str
    passed: bool
    by: str = ""
    note: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """A set asked, ``repeats`` times over; ``results`` may still be incomplete."""

    id: str
    set: EvaluationSet
    fingerprint: RunFingerprint
    repeats: int
    results: tuple[CaseResult, ...] = ()
    verdicts: tuple[OverruledVerdict, ...] = ()

    @property
    def finished(self) -> bool:
        return len(self.results) == len(self.set.cases) * self.repeats


class ScoreState(StrEnum):
    SCORED = "scored"
    NOT_APPLICABLE = "not applicable"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Score:
    """A value of a metric, or why there is none; a missing value is never a zero."""

    state: ScoreState
    value: float = 0.0
    why: str = ""


class FailingStage(StrEnum):
    """The first step at which a failed case went wrong."""

    ERROR = "error"
    NOT_READ = "not read"
    NOT_RETRIEVED = "not retrieved"
    UNUSED = "retrieved but unused"
    WRONG = "used but wrong"
    REFUSED_WRONGLY = "refused wrongly"
    SHOULD_HAVE_REFUSED = "should have refused"
    UNKNOWN = "no source given to tell"


@dataclass(frozen=True, slots=True)
class CaseScores:
    """A case judged: its scores by metric, whether it passed (None: cannot be told), and what went wrong where.

    ``severity`` orders failures, the gravest lowest: see ``assistant.evaluation.scoring``.
    """

    case: EvaluationCase
    result: CaseResult
    scores: dict[str, Score] = field(default_factory=dict)
    passed: bool | None = None
    severity: int = 0
    problem: str = ""
    stage: FailingStage | None = None
