"""The nouns of the project: frozen, JSON-ready, without input or output.

Offsets are half-open ranges of Python characters (code points) in ``Document.text``. Two invariants hold
everywhere and are tests: ``document.text[passage.span] == passage.text`` for every passage, and
``document.text[citation.span] == citation.quote`` for every citation.
"""

from assistant.records.answers import (
    Answer,
    AnswerStatus,
    Citation,
    NearestPassage,
    Removed,
    Sentence,
    SentenceKind,
    Turn,
    answer_json,
)
from assistant.records.drafts import (
    Blank,
    Coverage,
    Draft,
    DraftSection,
    DraftSentence,
    DraftTemplate,
    RequiredItem,
    TemplateField,
    TemplateSection,
)
from assistant.records.serialising import to_json
from assistant.records.sources import (
    CharacterRun,
    Document,
    FileProblem,
    IndexReport,
    Page,
    Passage,
    SearchHit,
    Section,
    SourceEntry,
    Span,
)

__all__ = [
    "Answer",
    "AnswerStatus",
    "Blank",
    "CharacterRun",
    "Citation",
    "Coverage",
    "Document",
    "Draft",
    "DraftSection",
    "DraftSentence",
    "DraftTemplate",
    "FileProblem",
    "IndexReport",
    "NearestPassage",
    "Page",
    "Passage",
    "Removed",
    "RequiredItem",
    "SearchHit",
    "Section",
    "Sentence",
    "SentenceKind",
    "SourceEntry",
    "Span",
    "TemplateField",
    "TemplateSection",
    "Turn",
    "answer_json",
    "to_json",
]
