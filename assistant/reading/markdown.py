"""Markdown: the text a reader sees, without the marks; structure from markdown-it's tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.reading.composing import Block, BlockKind
from assistant.reading.html import read_html
from assistant.text.characters import CELL_SEPARATOR, clean_line

_FRONT_MATTER = re.compile(r"\A---\s*\n(?P<head>.*?)\n(?:---|\.\.\.)\s*\n", re.DOTALL)
_FRONT_FIELD = re.compile(r"^(?P<name>title|lang|language)\s*:\s*[\"']?(?P<value>.+?)[\"']?\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MarkdownContent:
    blocks: list[Block]
    title: str | None
    language: str | None


@dataclass(slots=True)
class _Walk:
    """Where in the document the token before stood."""

    blocks: list[Block] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    prefix: str = ""
    heading_level: int = 0
    row: list[str] | None = None


def read_markdown(text: str) -> MarkdownContent:
    """Return the blocks of a Markdown text, and the title and language that its front matter gives."""
    front = _FRONT_MATTER.match(text)
    known: dict[str, str] = {}
    if front:
        known = {found["name"]: found["value"] for found in _FRONT_FIELD.finditer(front["head"])}
        text = text[front.end() :]
    walk = _Walk()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        _take(token, walk)
    return MarkdownContent(walk.blocks, known.get("title"), known.get("lang") or known.get("language"))


def _take(token: Token, walk: _Walk) -> None:
    match token.type:
        case "heading_open":
            walk.heading_level = int(token.tag[1])
        case "heading_close":
            walk.heading_level = 0
        case "bullet_list_open":
            walk.lists.append(None)
        case "ordered_list_open":
            walk.lists.append(int(token.attrs.get("start", 1)))
        case "bullet_list_close" | "ordered_list_close":
            walk.lists.pop()
        case "list_item_open":
            # markdown-it gives the number as it was written, which is what a reader of the file sees.
            walk.prefix = f"{token.info}{token.markup} " if walk.lists[-1] is not None else "• "
        case "list_item_close":
            walk.prefix = ""
        case "tr_open":
            walk.row = []
        case "tr_close":
            cells = [cell for cell in walk.row or [] if cell]
            walk.row = None
            if cells:
                walk.blocks.append(Block(BlockKind.ROW, CELL_SEPARATOR.join(cells)))
        case "inline":
            _add_inline(token, walk)
        case "fence" | "code_block":
            for line in token.content.splitlines():
                _add(BlockKind.PARAGRAPH, clean_line(line), walk)
        case "html_block":
            walk.blocks += read_html(token.content).blocks
        case _:
            pass


def _add_inline(token: Token, walk: _Walk) -> None:
    children = token.children or []
    lines = [clean_line(line) for line in _inline_text(children).split("\n")]
    if walk.row is not None:
        walk.row.append(" ".join(line for line in lines if line))
    elif walk.heading_level:
        _add(BlockKind.HEADING, " ".join(lines), walk)
    else:
        label = _label(children)
        for line in lines:
            _add(BlockKind.ITEM if walk.lists else BlockKind.PARAGRAPH, line, walk, label)
            label = 0


def _add(kind: BlockKind, text: str, walk: _Walk, label: int = 0) -> None:
    if text:
        label += len(walk.prefix) if label else 0
        walk.blocks.append(Block(kind, f"{walk.prefix}{text}", walk.heading_level, label=label))
        walk.prefix = ""


def _label(children: list[Token]) -> int:
    """Return the length of the bold words that a paragraph opens with."""
    shown = [child for child in children if child.type != "text" or child.content]
    if not shown or shown[0].type != "strong_open":
        return 0
    end = next((index for index, child in enumerate(shown) if child.type == "strong_close"), 0)
    return len(clean_line(_inline_text(shown[:end])))


def _inline_text(children: list[Token]) -> str:
    """Return the text of inline tokens: a soft break is a space, a hard one a new line; tags and pictures go."""
    parts: list[str] = []
    for child in children:
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
    return "".join(parts)
