"""A draft as one HTML page that needs nothing from anywhere: all text is escaped, no link leads out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from assistant.drafting.export_layout import Block, Pieces, Printed
from assistant.drafting.export_notes import Mark
from assistant.drafting.export_record import MARKER

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 44rem; padding: 2rem 1.25rem 4rem;
  font: 1.0625rem/1.6 Georgia, "Times New Roman", serif; }
h1, h2, h3 { font-family: Calibri, Carlito, "Segoe UI", Arial, sans-serif; line-height: 1.25; color: #1f4e5f; }
h1 { margin-bottom: 0; }
h2 { margin-top: 2.25rem; }
.subtitle, .written { margin: .25rem 0; color: #555; }
mark { background: #fff2a8; color: #222; padding: 0 .15em; }
sup { line-height: 0; font-size: .75em; }
sup + sup::before { content: ", "; }
.notes, .sources, .school { font-size: .9375rem; }
@media (prefers-color-scheme: dark) { h1, h2, h3 { color: #9cc7d6; } .subtitle, .written { color: #aaa; } }
@media print { body { max-width: none; padding: 0; } .school { break-before: page; } }
"""


def to_html(printed: Printed, record: str, properties: Sequence[tuple[str, str]], language: str) -> str:
    """Return the page; ``properties`` become meta elements, the record a script of a type that nothing runs."""
    meta = "\n".join(f'<meta name="{escape(name)}" content="{escape(value)}">' for name, value in properties)
    body = "\n".join(_body(printed))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{meta}\n'
        f"<title>{escape(printed.title)}</title>\n<style>{_STYLE}</style>\n"
        f'<script type="application/json" id="{MARKER}">{record}</script>\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _body(printed: Printed) -> Iterable[str]:
    yield f"<h1>{escape(printed.title)}</h1>"
    if printed.subtitle:
        yield f'<p class="subtitle">{escape(printed.subtitle)}</p>'
    yield f'<p class="written">{escape(printed.written)}</p>'
    for section in printed.sections:
        yield f"<h2>{escape(section.title)}</h2>"
        yield from map(_block, section.blocks)
    if printed.notes:
        yield f'<section class="notes">\n<h2>{escape(printed.headings[1])}</h2>\n<ol>'
        for note in printed.notes:
            back = f'<a href="#mark-{note.number}" aria-label="Back to the text">↩</a>'
            yield f'<li id="note-{note.number}">{escape(note.text)} {back}</li>'
        yield "</ol>\n</section>"
    if printed.sources:
        yield f'<section class="sources">\n<h2>{escape(printed.headings[0])}</h2>'
        yield f"{_bullets(printed.sources)}\n</section>"
    yield f'<section class="school">\n<h2>{escape(printed.last_page)}</h2>'
    for title, lacking in printed.lacking:
        if lacking:
            yield f"<h3>{title}</h3>\n{_bullets(f'{section}: {words}' for section, words in lacking)}"
    yield "<h3>About this draft</h3>"
    yield from (f"<p>{escape(line)}</p>" for line in printed.about)
    yield "</section>"


def _block(block: Block) -> str:
    if block.items:
        return "<ul>\n" + "\n".join(f"<li>{_line(pieces)}</li>" for pieces in block.lines) + "\n</ul>"
    return "\n".join(f"<p>{_line(pieces)}</p>" for pieces in block.lines)


def _bullets(lines: Iterable[str]) -> str:
    return "<ul>\n" + "\n".join(f"<li>{escape(line)}</li>" for line in lines) + "\n</ul>"


def _line(pieces: Pieces) -> str:
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, Mark):
            place = f' id="mark-{piece.note}"' if piece.first else ""
            parts.append(f'<sup><a href="#note-{piece.note}"{place}>{piece.note}</a></sup>')
        else:
            parts.append(f"<mark>{escape(piece.text)}</mark>" if piece.blank else escape(piece.text))
    return "".join(parts)
