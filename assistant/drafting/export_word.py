"""A draft as a Word file: pandoc writes it from its own tree, python-docx gives it a look, properties and the record.

The tree, not Markdown: in the tree a text is a text (``Str``), and nothing that a form, a document or a model says
can become markup, raw HTML or LaTeX. The only raw pieces are constants of ours with a number in them.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.drafting.export_layout import Block, Pieces, Printed, Words
from assistant.drafting.export_notes import Mark, Note
from assistant.errors import DraftError

BLANK_STYLE = "Blank to Fill In"
SMALL_STYLE = "Small Print"
SECONDS = 60
_MEGABYTES = 512
_API = [1, 23]
_PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
# A mark that points to a note that stands already: a cross-reference, which Word keeps right when notes are added.
_SAME_NOTE = (
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
    '<w:instrText xml:space="preserve"> NOTEREF note_{0} \\f \\h </w:instrText></w:r>'
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:t>{0}</w:t></w:r>'
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:fldChar w:fldCharType="end"/></w:r>'
)
_COMMA = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:t xml:space="preserve">, </w:t></w:r>'
_Node = dict[str, Any]


def to_word(
    printed: Printed, record: str, properties: Mapping[str, str], moment: datetime, language: str, scratch: Path
) -> bytes:
    """Return the .docx, dated ``moment``; a folder of its own inside ``scratch`` is used meanwhile.

    Raises DraftError where pandoc is missing, fails or takes too long.
    """
    from assistant.drafting.export_look import finished, look

    with tempfile.TemporaryDirectory(prefix="export-", dir=scratch) as folder:
        reference = Path(folder, "reference.docx")
        reference.write_bytes(look(_pandoc(["--print-default-data-file=reference.docx", "--output=-"], b"")))
        tree = json.dumps(document_tree(printed, properties, language)).encode()
        # --sandbox: the tree cannot make pandoc read a file or fetch an address, whatever is in it.
        made = _pandoc(["--sandbox", "--from=json", "--to=docx", f"--reference-doc={reference}", "--output=-"], tree)
    return finished(made, printed, record, moment)


def _pandoc(arguments: Sequence[str], given: bytes) -> bytes:
    try:
        import pypandoc

        program = pypandoc.get_pandoc_path()
        result = subprocess.run(
            [program, "+RTS", f"-M{_MEGABYTES}M", "-RTS", *arguments],
            input=given,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (ImportError, OSError) as error:
        raise DraftError(
            "The Word file cannot be written: pandoc, the program that writes it, is not installed.",
            kept="The draft is as it was.",
            next_step="Export it as Markdown, HTML or text, or run: pip install pypandoc-binary.",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise DraftError(
            f"Writing the Word file took longer than {SECONDS} seconds and was given up.",
            kept="The draft is as it was.",
            next_step="Try again when the machine is less busy, or export it as Markdown, HTML or text.",
        ) from error
    if result.returncode:
        raise DraftError(
            f"pandoc could not write the Word file: {result.stderr.decode(errors='replace').strip()[:300]}.",
            kept="The draft is as it was.",
            next_step="Export it as Markdown, HTML or text.",
        )
    return result.stdout


def document_tree(printed: Printed, properties: Mapping[str, str], language: str) -> _Node:
    """Return the draft as pandoc's tree (the JSON of ``Text.Pandoc.Definition``).

    What is not a name of pandoc's own among ``properties`` becomes a custom property of the file.
    """
    notes = {note.number: note for note in printed.notes}
    # Not as metadata, where pandoc would make it a property of the file, too.
    blocks = [_styled("Subtitle", [_paragraph(_text(printed.subtitle))])] if printed.subtitle else []
    blocks += [_styled("Date", [_paragraph(_text(printed.written))])]
    for section in printed.sections:
        blocks.append(_heading(1, section.title))
        for block in section.blocks:
            blocks += _block(block, notes)
    if printed.sources:
        blocks += [_heading(1, printed.headings[0]), _bullets(map(_text, printed.sources))]
    blocks += [_raw_block(_PAGE_BREAK), _heading(1, printed.last_page)]
    for title, lacking in printed.lacking:
        if lacking:
            blocks += [_heading(2, title), _bullets(_lacking(section, words) for section, words in lacking)]
    blocks.append(_heading(2, "About this draft"))
    blocks.append(_styled(SMALL_STYLE, [_paragraph(_text(line)) for line in printed.about]))
    meta: _Node = {name: {"t": "MetaString", "c": value} for name, value in properties.items()}
    meta |= {"title": {"t": "MetaInlines", "c": _text(printed.title)}, "lang": {"t": "MetaString", "c": language}}
    return {"pandoc-api-version": _API, "meta": meta, "blocks": blocks}


def _block(block: Block, notes: Mapping[int, Note]) -> list[_Node]:
    lines = [_inlines(pieces, notes) for pieces in block.lines]
    return [_bullets(lines)] if block.items else [_paragraph(line) for line in lines]


def _inlines(pieces: Pieces, notes: Mapping[int, Note]) -> list[_Node]:
    inlines: list[_Node] = []
    before: Words | Mark | None = None
    for piece in pieces:
        if isinstance(piece, Mark):
            if isinstance(before, Mark):
                inlines.append(_raw(_COMMA))
            inlines.append(_note(notes[piece.note]) if piece.first else _raw(_SAME_NOTE.format(piece.note)))
        elif piece.blank:
            # The style finds all blanks at once; the highlight stays where somebody pastes without styles.
            inlines.append(_span(_span(*_text(piece.text), classes=["mark"]), style=BLANK_STYLE))
        else:
            inlines += _text(piece.text)
        before = piece
    return inlines


def _note(note: Note) -> _Node:
    footnote = {"t": "Note", "c": [_paragraph(_text(note.text))]}
    return {"t": "Span", "c": [[f"note_{note.number}", [], []], [footnote]]}


def _lacking(section: str, words: str) -> list[_Node]:
    return [{"t": "Strong", "c": _text(section)}, *_text(f": {words}")]


def _text(text: str) -> list[_Node]:
    """Return words and the spaces between, at the beginning and at the end."""
    inlines: list[_Node] = []
    for position, word in enumerate(text.split(" ")):
        if position:
            inlines.append({"t": "Space"})
        if word:
            inlines.append({"t": "Str", "c": word})
    return inlines


def _paragraph(inlines: list[_Node]) -> _Node:
    return {"t": "Para", "c": inlines}


def _bullets(lines: Iterable[list[_Node]]) -> _Node:
    return {"t": "BulletList", "c": [[{"t": "Plain", "c": line}] for line in lines]}


def _heading(level: int, title: str) -> _Node:
    return {"t": "Header", "c": [level, ["", [], []], _text(title)]}


def _styled(style: str, blocks: list[_Node]) -> _Node:
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], blocks]}


def _span(*inlines: _Node, style: str | None = None, classes: Sequence[str] = ()) -> _Node:
    return {"t": "Span", "c": [["", list(classes), [["custom-style", style]] if style else []], list(inlines)]}


def _raw(xml: str) -> _Node:
    return {"t": "RawInline", "c": ["openxml", xml]}


def _raw_block(xml: str) -> _Node:
    return {"t": "RawBlock", "c": ["openxml", xml]}
