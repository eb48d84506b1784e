"""The lines of a template's section with the form's values in them, and what each may be shown as.

A line that the sources carry is shown as supported, with what carries it. One that they do not carry is a commitment
or a fact of the school, and shown as the school's to confirm, except where it names a paragraph of law: what the law
says is for the sources to say, and such a line is taken out. What a line says of the paper itself no source knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.drafting.blanks import has_blank
from assistant.drafting.body import FIELD, Block, Place, Statement, blocks
from assistant.drafting.evidence import Gathered
from assistant.drafting.filling import blank_for, filled, typed_blocks
from assistant.drafting.pieces import claim, nearest, share_said
from assistant.drafting.unsaid import speaks_of_itself
from assistant.drafting.written import Written, cited, names_law
from assistant.records import Removed, SentenceKind, TemplateField
from assistant.support import Claim, SupportCheck, claims_nothing

NOT_CARRIED = "The template says this of the law, and the sources found do not say it."
STEP = 1000
"""Numbers between two blocks of a template, for the lists that are quoted in one."""
_MOSTLY_SAID = 0.7
"""Share of a line's words that what carries it has to have: the rest would be a promise of the template's own."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the template, or the ``place`` of a required item's source; ``opening`` is the line above its list.

    ``typed`` tells that something of the form is in it, ``from_form`` that this is all it says.
    """

    block: int
    item: bool
    statement: str = ""
    typed: bool = False
    from_form: bool = False
    opening: str = ""
    place: str | None = None

    @property
    def whole(self) -> str:
        """The sentence with the line that opens its list: what has to be true."""
        return f"{self.opening} {self.statement}".strip()


def lines_of(body: str, form: Mapping[str, str], fields: Mapping[str, TemplateField]) -> list[Line]:
    """Return the lines of a section's body in order; a sentence whose optional field is empty is left out."""
    lines: list[Line] = []
    opening = ""
    for number, block in enumerate(blocks(body)):
        if not block.item:
            opening = ""
        found = _block_lines(block, number * STEP, opening, form, fields)
        lines += found
        if not block.item and found and found[-1].statement.endswith(":"):
            opening = found[-1].statement
    return lines


def _block_lines(
    block: Block, number: int, opening: str, form: Mapping[str, str], fields: Mapping[str, TemplateField]
) -> list[Line]:
    lines: list[Line] = []
    for part in block.parts:
        if isinstance(part, Place):
            lines.append(Line(number, block.item, place=part.item))
        elif part.is_one_field:
            lines += _typed(part, number + len(lines), block.item, form, fields)
        elif (said := filled(part, form, fields)) is not None:
            lines.append(Line(number, block.item, said.text, said.typed, said.from_form, opening))
    return lines


def _typed(
    part: Statement, number: int, item: bool, form: Mapping[str, str], fields: Mapping[str, TemplateField]
) -> list[Line]:
    """Return what the school typed into the one field of ``part``, a block a line, or a blank for it."""
    found = FIELD.search(part.text)
    if found is None:
        return []
    value = form.get(found["name"], "")
    if not value:
        return [] if found["optional"] else [Line(number, item, f"{blank_for(fields[found['name']])}.")]
    return [
        Line(number + place, item or typed.item, sentence, typed=True, from_form=True)
        for place, typed in enumerate(typed_blocks(value))
        for sentence in typed.sentences
    ]


def shown_as(
    lines: Sequence[Line], evidence: Gathered, form: Sequence[str], names: str, check: SupportCheck
) -> tuple[dict[Line, Written], list[Removed]]:
    """Return what each line is shown as, and those that are not shown.

    ``form`` is what the school typed, in lines; ``names`` what it calls things.
    """
    shown = {line: _as(line, kind) for line in lines if (kind := _kind_by_itself(line)) is not None}
    shown |= _carried_by_form([line for line in lines if line.typed and line not in shown], form, check)
    shown |= {
        line: _as(line, SentenceKind.YOURS_TO_SUPPLY)
        for line in lines
        if line not in shown and speaks_of_itself(line.statement)
    }
    asked = [(line, nearest(line.whole, evidence.sentences)) for line in lines if line not in shown]
    verdicts = check.judge([claim(line.whole, pieces, names) for line, pieces in asked]) if asked else []
    removed = []
    for (line, pieces), verdict in zip(asked, verdicts, strict=True):
        carrying = [pieces[place] for place in verdict.carried_by]
        said = share_said(line.whole, [names, *(f"{piece.context} {piece.text}" for piece in carrying)])
        if verdict.supported and not verdict.partly_checked and said >= _MOSTLY_SAID:
            shown[line] = replace(_as(line, SentenceKind.SUPPORTED), cited=cited(carrying))
        elif names_law(line.statement) and not verdict.partly_checked:
            removed.append(Removed(line.statement, verdict.reason or NOT_CARRIED))
        else:
            shown[line] = _as(line, SentenceKind.YOURS_TO_SUPPLY)
    return shown, removed


def _carried_by_form(lines: Sequence[Line], form: Sequence[str], check: SupportCheck) -> dict[Line, Written]:
    """Return the lines that say no more than what the school typed; they rest on that, whatever the sources say."""
    verdicts = check.judge([Claim(line.whole, tuple(form)) for line in lines]) if lines and form else []
    return {
        line: replace(_as(line, SentenceKind.SUPPORTED), from_form=True)
        for line, verdict in zip(lines, verdicts, strict=False)
        if verdict.supported or (not names_law(line.statement) and share_said(line.whole, form) >= _MOSTLY_SAID)
    }


def _kind_by_itself(line: Line) -> SentenceKind | None:
    if has_blank(line.statement):
        return SentenceKind.YOURS_TO_SUPPLY
    # A line that opens a list is nothing by itself: its items are judged together with it. "Dear families," is neither.
    if (line.statement.endswith((":", ",")) and not names_law(line.statement)) or claims_nothing(line.whole):
        return SentenceKind.CONNECTIVE
    return SentenceKind.SUPPORTED if line.from_form else None


def _as(line: Line, kind: SentenceKind) -> Written:
    typed = line.from_form and kind is not SentenceKind.CONNECTIVE
    return Written(line.statement, kind, (), line.block, line.item, from_form=typed)
