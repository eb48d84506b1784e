"""A draft as Markdown and as plain text. Every word of it is escaped: none can become markup of its own. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

from assistant.drafting.export_layout import Block, Pieces, Printed, Words
from assistant.drafting.export_notes import Mark
from assistant.drafting.export_record import MARKER

_MARKUP = re.compile(r"[\\`*_\[\]<#~|$^{}]|&(?=[#\w])")
# What makes a block only where a line begins, and what renderers turn into links by themselves.
_OPENS_BLOCK = re.compile(r"^(?P<number>\d{1,9})(?=[.)](?:\s|$))|^(?=[-+=:!%>])")
_BECOMES_LINK = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=\bwww)\.|@", re.IGNORECASE)
Line = Callable[[Pieces], str]


def to_markdown(printed: Printed, record: str, properties: Sequence[tuple[str, str]]) -> str:
    """Return Markdown with footnotes (GitHub's and pandoc's kind), a front matter, and the record as a comment."""
    front = "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in properties)
    notes = [f"[^{note.number}]: {escaped(note.text)}" for note in printed.notes]
    parts = [
        f"---\n{front}\n---",
        f"# {escaped(printed.title)}",
        *([escaped(printed.subtitle)] if printed.subtitle else []),
        f"*{escaped(printed.written)}*",
        *_body(printed, _markdown_line, "## {}", escaped),
        *_end_matter(printed, "## {}", "### {}", escaped),
        "\n\n".join(notes),
        f"<!-- {MARKER} {record} -->",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def to_plain_text(printed: Printed) -> str:
    """Return plain text, a paragraph a line, with the notes at the end."""
    notes = [f"[{note.number}] {note.text}" for note in printed.notes]
    parts = [
        f"{printed.title}\n{'=' * min(len(printed.title), 78)}",
        *([printed.subtitle] if printed.subtitle else []),
        printed.written,
        *_body(printed, _plain_line, "{0}\n{1}", str),
        *([_heading("{0}\n{1}", printed.headings[1], str), *notes] if notes else []),
        *_end_matter(printed, "{0}\n{1}", "{0}", str),
    ]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is; it must stand at the beginning of a line or after text."""
    text = _MARKUP.sub(r"\\\g<0>", text)
    text = _BECOMES_LINK.sub(r"\\\g<0>", text)
    return _OPENS_BLOCK.sub(lambda found: f"{found['number']}\\" if found["number"] else "\\", text)


def _body(printed: Printed, line: Line, heading: str, escape: Callable[[str], str]) -> Iterable[str]:
    for section in printed.sections:
        yield _heading(heading, section.title, escape)
        for block in section.blocks:
            yield _block(block, line)


def _end_matter(printed: Printed, outer: str, inner: str, escape: Callable[[str], str]) -> Iterable[str]:
    if printed.sources:
        yield _heading(outer, printed.headings[0], escape)
        yield _bullets(map(escape, printed.sources))
    yield _heading(outer, printed.last_page, escape)
    for title, lacking in printed.lacking:
        if lacking:
            yield _heading(inner, title, escape)
            yield _bullets(escape(f"{section}: {words}") for section, words in lacking)
    yield _heading(inner, "About this draft", escape)
    yield from map(escape, printed.about)


def _heading(pattern: str, title: str, escape: Callable[[str], str]) -> str:
    return pattern.format(escape(title), "-" * min(len(title), 78))


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _block(block: Block, line: Line) -> str:
    lines = [line(pieces) for pieces in block.lines]
    return _bullets(lines) if block.items else "\n\n".join(lines)


def _plain_line(pieces: Pieces) -> str:
    return "".join(f"[{piece.note}]" if isinstance(piece, Mark) else piece.text for piece in pieces).strip()


def _markdown_line(pieces: Pieces) -> str:
    parts: list[str] = []
    for position, piece in enumerate(pieces):
        if isinstance(piece, Mark):
            parts.append(f"[^{piece.note}]")
        else:
            text = piece.text if position else piece.text.lstrip()
            parts.append(_blank(piece) if piece.blank else escaped(text))
    return "".join(parts).strip()


def _blank(piece: Words) -> str:
    return f"**{escaped(piece.text)}**"
