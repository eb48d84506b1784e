"""Drafts over small real documents, for what happens to a draft after it is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from assistant.citing import Citations
from assistant.drafting.export import FORMS, Form, SourceInfo, export, source_info
from assistant.reading.worker import Reader
from assistant.records import (
    Citation,
    Coverage,
    Document,
    Draft,
    DraftSection,
    DraftSentence,
    Removed,
    RequiredItem,
    SentenceKind,
    SourceEntry,
    Span,
)

HOSTILE = (
    "# Not a heading <script>alert(1)</script> **bold** _em_ `code` $x^2$ \\input{/etc/passwd} [^9] ![a](http://b.test/c)"
    " <w:p/> &amp; {=openxml} | cell | www.b.test ~~gone~~ https://b.test me@b.test"
)
MEETING = "Each school invites all parents to an annual meeting at a flexible time."
FAMILIES = "Families are told about the plan in a language that they understand."
GOALS = "The site council writes the goals of the plan each spring."
MEETING_NOTE = f"The 'Annual' Meeting (2024), ANNUAL MEETING: “{MEETING}”"
GOALS_NOTE = f"School plan (a summary), Goals: “{GOALS}”"
LAW = f"ANNUAL MEETING\n\n{MEETING}\n\n{FAMILIES}\n"
PLAN = f"# School plan\n\n## Goals\n\n{GOALS}\n\n- A meeting in the fall\n- A survey in the spring\n"
ENTRY = SourceEntry(
    title='The "Annual" Meeting', author="A School District", year=2024, published_at="district.test, Laws"
)


class Shelved:
    """A library of just these documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {one.id: one for one in documents}

    def documents(self) -> list[Document]:
        return list(self._documents.values())

    def document(self, document_id: str) -> Document:
        return self._documents[document_id]


def read_files(reader: Reader, folder: Path, law: str = LAW, plan: str = PLAN) -> list[Document]:
    """Write the two documents into ``folder`` and read them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "meeting.txt").write_text(law, encoding="utf-8")
    (folder / "plan.md").write_text(plan, encoding="utf-8")
    return [
        reader.read(folder / "meeting.txt", "law/meeting.txt", ENTRY),
        reader.read(folder / "plan.md", "plan.md", SourceEntry(original=False, summarises="The Education Code")),
    ]


def span_of(document: Document, words: str) -> Span:
    start = document.text.index(words)
    return Span(start, start + len(words))


def draft_over(
    law: Document, plan: Document, *, typed: str = "Lincoln School", blank: str = "date of the meeting"
) -> Draft:
    """Return a draft that quotes both documents, has a blank in a paragraph, and something that is not covered."""
    citations = Citations()
    # The order of numbers is not that of the text: notes are numbered anew.
    goals, families = citations.cite(plan, span_of(plan, GOALS)), citations.cite(law, span_of(law, FAMILIES))
    meeting = citations.cite(law, span_of(law, MEETING))
    fall = citations.cite(plan, span_of(plan, "• A meeting in the fall"))
    quoted, connective = SentenceKind.QUOTED, SentenceKind.CONNECTIVE
    first = (
        DraftSentence(f"{typed} invites every family.", SentenceKind.YOURS_TO_SUPPLY, from_form=True),
        DraftSentence(MEETING, quoted, meeting),
        DraftSentence(f"It takes place on [{blank}].", SentenceKind.YOURS_TO_SUPPLY, block=1),
        DraftSentence("Goals are written each spring.", SentenceKind.SUPPORTED, (*goals, *meeting), block=1),
        DraftSentence("• A meeting in the fall", quoted, fall, block=2, item=True),
        DraftSentence("Two more meetings in spring.", connective, block=3, item=True),
        DraftSentence(FAMILIES, quoted, families, block=4),
    )
    return Draft(
        id="0123456789abcdef" * 2,
        version=2,
        template="plan",
        title="A plan & more",
        form={"school": typed, "year": "2026-27"},
        sections=(
            DraftSection("meeting", "Annual meeting", first, removed=(Removed("Taken out.", "no source"),)),
            DraftSection("empty", "Accessibility", ()),
        ),
        citations=citations.all(),
        coverage=(
            Coverage("meeting", RequiredItem("1116(c)(1)", "an annual meeting"), True, (1,)),
            Coverage("meeting", RequiredItem("1116(c)(2)", "a flexible number of meetings"), False),
        ),
        model="quotes",
        corpus_version="9c1e55aa",
        created_at="2026-11-24T13:05:00+00:00",
        notice="The language model did not answer.",
    )


def infos(documents: Sequence[Document]) -> dict[str, SourceInfo]:
    return {one.id: source_info(one) for one in documents}


def export_all(draft: Draft, documents: Sequence[Document], folder: Path) -> dict[Form, Path]:
    """Export the draft in every form and return the files."""
    files: dict[Form, Path] = {}
    for form in FORMS:
        files[form] = folder / f"draft.{form}"
        files[form].write_bytes(export(draft, infos(documents), form, scratch=folder))
    return files


# Any draft that the records allow.
_text = st.text(max_size=40)
_spans = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda ends: Span(min(ends), max(ends)))
_numbers = st.lists(st.integers(1, 9), max_size=3).map(tuple)
_citations = st.builds(
    Citation,
    number=st.integers(1, 9),
    document_id=_text,
    title=_text,
    source=_text,
    page=st.none() | st.integers(1, 999),
    page_label=st.none() | _text,
    section=st.lists(_text, max_size=2).map(tuple),
    span=_spans,
    quote=_text,
)
sentences = st.builds(
    DraftSentence,
    text=st.one_of(_text, st.lists(st.sampled_from("a plan for all [date] families meet".split())).map(" ".join)),
    kind=st.sampled_from(SentenceKind),
    citations=_numbers,
    block=st.integers(0, 3),
    item=st.booleans(),
    from_form=st.booleans(),
)
_sections = st.builds(
    DraftSection,
    name=st.sampled_from("abc"),
    title=_text,
    sentences=st.lists(sentences, max_size=5).map(tuple),
    removed=st.lists(st.builds(Removed, _text, _text), max_size=1).map(tuple),
    passages=st.lists(_text, max_size=2).map(tuple),
)
drafts = st.builds(
    Draft,
    id=_text,
    version=st.integers(1, 9),
    template=_text,
    title=_text,
    form=st.dictionaries(_text, _text, max_size=2),
    sections=st.lists(_sections, max_size=3, unique_by=lambda section: section.name).map(tuple),
    citations=st.lists(_citations, max_size=3).map(tuple),
    coverage=st.lists(
        st.builds(Coverage, _text, st.builds(RequiredItem, _text, _text), st.booleans(), _numbers), max_size=1
    ).map(tuple),
    model=_text,
    corpus_version=_text,
    created_at=_text,
    notice=st.none() | _text,
    timings=st.dictionaries(_text, st.floats(allow_nan=False, allow_infinity=False), max_size=2),
)


def document_of(text: str, *sentences: str) -> Document:
    spans, start = [], 0
    for sentence in sentences:
        start = text.index(sentence, start)
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence)
    return Document("d", "Title", "d.txt", "text/plain", text, (), tuple(spans))
