"""A section that a language model wrote: every sentence held against the sources, the form and the template.

The model is asked for prose; what it may say is decided here. A sentence is kept only where the sources, the school's
own form or the template's plan language carry it, and where no name, number or date in it is new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.chat import ChatModel, Message, without_thinking
from assistant.drafting.blanks import blank_words
from assistant.drafting.composing import not_yet_said
from assistant.drafting.evidence import Gathered
from assistant.drafting.filling import form_lines, names_typed
from assistant.drafting.grounding import Grounds, checked
from assistant.drafting.lines import lines_of
from assistant.drafting.model_text import ModelSentence, sentences
from assistant.drafting.pieces import Piece, content_stems, share_said
from assistant.drafting.written import Written, WrittenSection, in_order
from assistant.prompts import Prompts
from assistant.records import DraftTemplate, SentenceKind, TemplateSection
from assistant.support import SupportCheck

PROMPT = "draft_section"
LANGUAGES = {"en": "English", "es": "Spanish"}
MOST_LABELS = 16
_LEAST_KEPT = 0.5
"""Share of a model's claims that has to pass for its text to be used."""
_MOSTLY_SAID = 0.8
"""Share of the words of what the school typed from which a text has said it."""
TOO_LITTLE = "Too little of what the model wrote could be shown to rest on the sources or the form"


@dataclass(frozen=True, slots=True)
class ModelSection:
    """A section as kept; ``used`` is False where too little of the model's text passed and the composed one stands."""

    section: WrittenSection
    used: bool


def write_section(
    section: TemplateSection,
    template: DraftTemplate,
    values: Mapping[str, str],
    composed: WrittenSection,
    evidence: Gathered,
    check: SupportCheck,
    model: ChatModel,
    prompts: Prompts,
    instruction: str = "",
) -> ModelSection:
    """Return the section in the model's words, as far as they passed; the composed one where too little did.

    Blanks that the model lost, what the school typed and it left out, and what it left unsaid of the required items are
    put back from the composed section.
    Raises ModelError where the model fails, SettingsError where the prompt cannot be used.
    """
    grounds = _grounds(section, template, values, composed, evidence)
    messages = prompts.messages(PROMPT, **_prompt_fields(section, template, grounds, instruction))
    text = "".join(without_thinking(iter([model.complete(messages)])))
    written = _without_echo(sentences(text, grounds.labelled.keys()), messages)
    kept, removed = checked(written, grounds, check)
    claims = [one for one in kept if one.kind is not SentenceKind.CONNECTIVE]
    # A line or two that only repeat what the school is called are no section either.
    says_something = any(one.rests_on_sources or not one.from_form for one in claims)
    if not says_something or len(claims) < _LEAST_KEPT * (len(claims) + len(removed)):
        return ModelSection(replace(composed, removed=(*composed.removed, *removed)), used=False)
    kept += _lost(kept, composed.sentences)
    kept += not_yet_said(section.covers, composed.quotes, _quoted(kept, evidence), kept, check)
    return ModelSection(WrittenSection(in_order(kept), tuple(removed), composed.quotes), used=True)


def _quoted(kept: Sequence[Written], evidence: Gathered) -> set[Piece]:
    """Return the pieces that the kept sentences quote whole."""
    places = {(document.id, span) for one in kept if one.kind is SentenceKind.QUOTED for document, span in one.cited}
    return {piece for piece in evidence.quotable if all((piece.document.id, span) in places for span in piece.spans)}


def _without_echo(written: Sequence[ModelSentence], messages: Sequence[Message]) -> list[ModelSentence]:
    """Return the sentences without the headings of the request ("Evidence:"), which weak models write once more."""
    lines = (line.strip() for message in messages for line in message.text.splitlines())
    headings = {content_stems(line) for line in lines if line.endswith(":")}

    def echoes(text: str) -> bool:
        return text.endswith(":") and content_stems(text) in headings

    return [replace(one, opening="" if echoes(one.opening) else one.opening) for one in written if not echoes(one.text)]


def _lost(kept: Sequence[Written], composed: Sequence[Written]) -> list[Written]:
    """Return the sentences of the composed section that have a blank which the kept text has not, and those that the
    school typed and it does not say, each list with the line that opens it."""
    blanks = [content_stems(words) for one in kept for words in blank_words(one.text)]
    texts = [one.text for one in kept]
    after = max((one.block for one in kept), default=0) + 1
    lost: list[Written] = []
    opening: Written | None = None
    for one in composed:
        if not one.item:
            opening = one if one.text.endswith(":") else None
        if _is_lost(one, blanks, texts):
            if one.item and opening is not None and opening.text not in texts:
                lost.append(opening)
                opening = None
            lost.append(one)
    return [replace(one, block=after + one.block) for one in lost]


def _is_lost(one: Written, blanks: Sequence[frozenset[str]], texts: Sequence[str]) -> bool:
    if one.kind is SentenceKind.QUOTED:
        return False
    if one.from_form:
        return share_said(one.text, texts) < _MOSTLY_SAID
    asked = [content_stems(words) for words in blank_words(one.text)]
    return any(not any(words == blank or (len(words) > 1 and words <= blank) for blank in blanks) for words in asked)


def _grounds(
    section: TemplateSection,
    template: DraftTemplate,
    values: Mapping[str, str],
    composed: WrittenSection,
    evidence: Gathered,
) -> Grounds:
    fields = {field.name: field for field in template.fields}
    first = dict.fromkeys([piece for pieces in composed.quotes.values() for piece in pieces])
    pieces = [*first, *(piece for piece in evidence.quotable if piece not in first)][:MOST_LABELS]
    return Grounds(
        labelled={f"E{number}": piece for number, piece in enumerate(pieces, start=1)},
        sources=tuple(dict.fromkeys((*evidence.sentences, *pieces))),
        form=form_lines(values, fields),
        template=tuple(line.statement for line in lines_of(section.body, values, fields) if line.place is None),
        names=names_typed(values, fields),
        topic=" ".join([template.title, section.title, *(item.words for item in section.covers)]),
    )


def _prompt_fields(
    section: TemplateSection, template: DraftTemplate, grounds: Grounds, instruction: str
) -> dict[str, str]:
    return {
        "document": template.title,
        "section": section.title,
        "audience": template.audience,
        "language": LANGUAGES[template.language],
        "form": "\n".join(f"- {line}" for line in grounds.form) or "- (nothing)",
        "evidence": "\n".join(f"[{label}] {_round(piece.text)}" for label, piece in grounds.labelled.items()),
        "items": "\n".join(f"- {item.name}: {item.words}" for item in section.covers) or "- (nothing in particular)",
        "language_of_the_plan": "\n".join(f"- {line}" for line in grounds.template),
        "instruction": " ".join(instruction.split())[:1000] or "(none)",
    }


def _round(text: str) -> str:
    """Return a source's text with round brackets: square ones mark labels and blanks here."""
    return " ".join(text.replace("[", "(").replace("]", ")").split())
