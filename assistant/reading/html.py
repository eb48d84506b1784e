"""HTML pages: their readable text, without scripts, navigation and what the page itself hides."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from assistant.reading.composing import Block, BlockKind
from assistant.reading.numerals import numeral
from assistant.text.characters import CELL_SEPARATOR, clean_line, word_set

_SKIPPED = word_set(
    "script style noscript template head nav aside form button select option textarea svg canvas iframe object "
    "embed audio video math dialog menu map input datalist progress meter link meta"
)
_SKIPPED_ROLES = word_set("navigation banner contentinfo search complementary menu dialog alert")
_BLOCKS = word_set(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure footer header hr html "
    "legend main ol p pre section summary table ul li tr caption h1 h2 h3 h4 h5 h6 thead tbody tfoot"
)
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|font-size\s*:\s*0", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class HtmlContent:
    blocks: list[Block]
    title: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class _End:
    """Stands on the stack below an element's children."""

    tag: Tag


@dataclass(slots=True)
class _Walk:
    """Collects blocks while the tree is walked: inline text is gathered until a block element ends it."""

    blocks: list[Block] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    prefix: str = ""
    label: int = 0
    term: str = ""

    def flush(self) -> None:
        text = clean_line("".join(self.inline))
        self.inline.clear()
        if text:
            label = len(self.prefix) + self.label if self.label else 0
            self.blocks.append(Block(self.kind, f"{self.prefix}{text}", self.level, label=label))
            self.prefix = ""
        self.label = 0


def read_html(page: str | bytes) -> HtmlContent:
    """Return the blocks of an HTML page with its title and language; bytes are decoded as the page itself declares."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(page, "lxml")
    walk = _Walk()
    main = soup.find("main") or soup.find(True, attrs={"role": "main"}) or soup.body or soup
    # A page whose <main> holds next to nothing keeps its text elsewhere.
    if main is not soup.body and soup.body is not None and len(main.get_text()) < 0.2 * len(soup.body.get_text()):
        main = soup.body
    _descend(main, walk)
    walk.flush()
    title = clean_line(soup.title.get_text()) if soup.title else None
    language = soup.html.get("lang") if soup.html else None
    return HtmlContent(walk.blocks, title or None, str(language) if language else None)


def _descend(root: Tag, walk: _Walk) -> None:
    """Walk the tree with a stack of its own: a hostile page may be nested deeper than Python's calls can go."""
    stack: list[PageElement | _End] = [root]
    lists: list[int | None] = []
    while stack:
        node = stack.pop()
        if isinstance(node, _End):
            _leave(node.tag, walk, lists)
        elif isinstance(node, Tag):
            if node is not root and _is_hidden(node):
                continue
            if node.name == "table" and not node.find("table"):
                walk.flush()
                walk.blocks += _rows(node)
                continue
            _enter(node, walk, lists)
            stack.append(_End(node))
            stack.extend(reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            walk.inline.append(str(node))


def _enter(node: Tag, walk: _Walk, lists: list[int | None]) -> None:
    name = node.name
    if name == "br":
        _line_break(walk)
        return
    if name not in _BLOCKS:
        return
    walk.flush()
    if name == "dd" and walk.term:
        walk.kind, walk.prefix, walk.term = BlockKind.ROW, f"{walk.term}{CELL_SEPARATOR}", ""
    if name in ("ul", "ol"):
        lists.append(_first_number(node) if name == "ol" else None)
    elif name == "li":
        number = lists[-1] if lists else None
        if lists and number is not None:
            walk.prefix = f"{numeral(number, _attribute(node.parent, 'type'))}. "
            lists[-1] = number + 1
        else:
            walk.prefix = "• "
        walk.kind = BlockKind.ITEM
    elif re.fullmatch(r"h[1-6]", name):
        walk.kind, walk.level = BlockKind.HEADING, int(name[1])


def _leave(node: Tag, walk: _Walk, lists: list[int | None]) -> None:
    if node.name in ("b", "strong") and not walk.label and _opens(node, walk):
        walk.label = len(clean_line("".join(walk.inline)))
    if node.name not in _BLOCKS:
        return
    if node.name == "dt":
        walk.term = clean_line("".join(walk.inline))
        if _has_definition(node):
            walk.inline.clear()
    walk.flush()
    if node.name in ("ul", "ol"):
        lists.pop()
    if node.name == "li":
        walk.prefix = ""
    if node.name in ("dd", "li", "h1", "h2", "h3", "h4", "h5", "h6"):
        walk.kind, walk.level = BlockKind.PARAGRAPH, 0


def _opens(bold: Tag, walk: _Walk) -> bool:
    """Whether all that its block holds so far is what the bold element holds."""
    return clean_line("".join(walk.inline)) == clean_line(bold.get_text())


def _has_definition(term: Tag) -> bool:
    """Whether the next element after a <dt> is its <dd>, with text of its own to stand beside it."""
    following = term.find_next_sibling()
    return following is not None and following.name == "dd" and bool(clean_line(following.get_text()))


def _line_break(walk: _Walk) -> None:
    """A single <br> is a wrapped line or an address; both read well as separate lines of a paragraph."""
    if walk.kind is BlockKind.PARAGRAPH:
        walk.flush()
    else:
        walk.inline.append(" ")


def _rows(table: Tag) -> list[Block]:
    blocks: list[Block] = []
    caption = table.find("caption")
    if caption is not None:
        blocks.append(Block(BlockKind.PARAGRAPH, clean_line(caption.get_text(" "))))
    for row in table.find_all("tr"):
        cells = [clean_line(_cell_text(cell)) for cell in row.find_all(["td", "th"]) if not _is_hidden(cell)]
        text = CELL_SEPARATOR.join(cell for cell in cells if cell)
        if text and not _is_hidden(row):
            blocks.append(Block(BlockKind.ROW, text))
    return [block for block in blocks if block.text]


def _cell_text(cell: Tag) -> str:
    walk = _Walk()
    _descend(cell, walk)
    walk.flush()
    return " ".join(block.text for block in walk.blocks)


def _is_hidden(node: Tag) -> bool:
    if node.name in _SKIPPED or node.has_attr("hidden") or _attribute(node, "aria-hidden") == "true":
        return True
    if _attribute(node, "role") in _SKIPPED_ROLES:
        return True
    if node.name == "footer" and node.parent is not None and node.parent.name == "body":
        return True
    return _HIDING_STYLE.search(_attribute(node, "style")) is not None


def _attribute(node: Tag | None, name: str) -> str:
    value = node.get(name) if node is not None else None
    return value if isinstance(value, str) else ""


def _first_number(node: Tag) -> int:
    start = _attribute(node, "start") or "1"
    return int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1
