"""A section without a language model: the template's plan language around the sources' own sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from assistant.drafting.evidence import Gathered
from assistant.drafting.filling import form_lines, names_typed
from assistant.drafting.lines import STEP, Line, lines_of, shown_as
from assistant.drafting.pieces import Piece
from assistant.drafting.required import carrying
from assistant.drafting.written import Written, WrittenSection, in_order, quotation
from assistant.records import DraftTemplate, RequiredItem, SentenceKind, TemplateSection
from assistant.support import Claim, SupportCheck


def compose(
    template: DraftTemplate,
    section: TemplateSection,
    form: Mapping[str, str],
    evidence: Gathered,
    check: SupportCheck,
) -> WrittenSection:
    """Return the section as the template words it, each sentence checked, with the sources' words in their places.

    ``form`` holds the values of the template's fields, cleaned. Sources in another language than the template's are
    not quoted.
    """
    fields = {field.name: field for field in template.fields}
    lines = lines_of(section.body, form, fields)
    typed = (f"This is the {template.title}.", *form_lines(form, fields))
    statements = [line for line in lines if line.place is None]
    shown, removed = shown_as(statements, evidence, typed, names_typed(form, fields), check)
    quotes = {
        name: pieces
        for name, pieces in carrying(section.covers, evidence.quotable, check).items()
        if all(piece.document.language == template.language for piece in pieces)
    }
    written: list[Written] = []
    quoted: set[Piece] = set()
    for line in lines:
        if line.place is None:
            if line in shown:
                written.append(_after_list(shown[line], written))
            continue
        new = [piece for piece in quotes.get(line.place, ()) if piece not in quoted]
        quoted.update(new)
        if not new:
            _drop_introduction(written, line)
        written += _set_in(new, line, written)
    written += not_yet_said(section.covers, quotes, quoted, written, check)
    return WrittenSection(in_order(written), tuple(removed), quotes)


def _drop_introduction(written: list[Written], line: Line) -> None:
    """Take away the line that would have introduced a quotation where there is none."""
    if written and written[-1].block == line.block and written[-1].text.endswith(":"):
        written.pop()


def _after_list(sentence: Written, written: Sequence[Written]) -> Written:
    """Return what follows a quoted list in its block in a block of its own, behind the list."""
    return replace(sentence, block=_next_block(sentence.block, written))


def _next_block(block: int, written: Sequence[Written]) -> int:
    if not written or block >= written[-1].block:
        return block
    return written[-1].block + (written[-1].kind is SentenceKind.QUOTED and written[-1].item)


def _set_in(pieces: Sequence[Piece], line: Line, before: Sequence[Written]) -> list[Written]:
    written: list[Written] = []
    for piece in pieces:
        written += quotation(piece, _next_block(line.block, [*before, *written]), line.item)
    return written


def not_yet_said(
    items: Sequence[RequiredItem],
    quotes: Mapping[str, tuple[Piece, ...]],
    quoted: Collection[Piece],
    written: Sequence[Written],
    check: SupportCheck,
) -> list[Written]:
    """Return the sources' words for the items that no quoted or cited sentence of the section says yet."""
    open_items = [
        item for item in items if item.name in quotes and any(piece not in quoted for piece in quotes[item.name])
    ]
    resting = tuple(one.text for one in written if one.rests_on_sources)
    claims = [Claim(item.words, resting) for item in open_items] if resting else []
    said = {item.name for item, one in zip(open_items, check.judge(claims), strict=False) if one.supported}
    added: list[Written] = []
    done = set(quoted)
    block = max((one.block for one in written), default=0) + STEP
    for item in open_items:
        for piece in quotes[item.name]:
            if item.name not in said and piece not in done:
                done.add(piece)
                added += quotation(piece, block)
                block += STEP
    return added
