"""Templates to HTML. Every value is escaped; a name that a template does not get is an error."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from assistant.records import Span
from assistant.text.characters import CELL_SEPARATOR
from assistant.text.markers import without_marker
from assistant.web.moments import exact_time_words, time_words

SECTION_SEPARATOR = " \u203a "
CELL_BAR = " | "
# Shown as a box by some fonts, reversed or hidden by others: none of them belongs in a quotation on a page.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assistant.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    environment.filters["quoted"] = quoted
    environment.filters["with_bars"] = with_bars
    environment.filters["moment"] = time_words
    environment.filters["exact_moment"] = exact_time_words
    environment.globals.update(view_address=view_address, place=place, joined=joined, section_words=section_words)
    return environment


def render(template: str, /, **values: object) -> str:
    """Return the HTML of ``templates/<template>`` filled with ``values``."""
    return _environment().get_template(template).render(**values)


def visible(text: str) -> str:
    """Return ``text`` without control and direction characters, which could make it look like something else."""
    return _INVISIBLE.sub("", text)


def quoted(text: str) -> str:
    """Return a quotation as it is shown: its words alone, without the bullet it had in a list, cells of a row parted
    by bars."""
    return with_bars(without_marker(text) or text)


def with_bars(text: str) -> str:
    """Return ``text`` as it is shown, with bars between the cells of a table's row."""
    return CELL_BAR.join(visible(text).split(CELL_SEPARATOR))


def view_address(document_id: str, span: Span | None = None, number: int | None = None) -> str:
    """Return our own address of a place in a document; ``number`` is that of the citation that leads there."""
    return f"/documents/{document_id}/view{span_query(span, number)}"


def span_query(span: Span | None, number: int | None = None) -> str:
    """Return the query that names a span, beginning with ``?``, or nothing."""
    fields = {"start": span.start, "end": span.end} if span else {}
    if number is not None:
        fields["number"] = number
    return f"?{urlencode(fields)}" if fields else ""


def place(page: int | None, label: str | None) -> str:
    """Return ``p. 3`` or, where the printed label differs, ``p. 3 (iii)``; nothing for formats without pages."""
    if page is None:
        return ""
    return f"p. {page}" if label is None or label == str(page) else f"p. {page} ({label})"


def section_words(path: tuple[str, ...], title: str) -> str:
    """Return the headings from the outermost in, without a first one that only repeats the document's title."""
    shown = path[1:] if path[:1] == (title,) else path
    return SECTION_SEPARATOR.join(shown)


def joined(parts: list[object | None] | tuple[object | None, ...], separator: str = ", ") -> str:
    """Return the parts that say something, separated."""
    return separator.join(str(part) for part in parts if part not in (None, ""))
