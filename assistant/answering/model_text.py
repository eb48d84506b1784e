"""A model's text, as it arrives, to plain sentences and the evidence labels they name. Pure.

Models write Markdown, made-up references, and labels before or after the full stop. What comes out is text without
markup, and labels that exist; whatever else stood in brackets as a reference is dropped, and so cannot reach a reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from assistant.text.characters import clean
from assistant.text.markup import is_only_markup, item_text, without_links, without_markup
from assistant.text.sentences import split_sentences

MOST_CHARACTERS = 1200
"""A sentence that does not end by then is cut: nothing that long can be checked."""

_AT_ONCE = 256

_LABELS = r"[A-Za-z]{0,12}\s?#?[A-Z]?\d{1,3}"
# "[E1]", "[E1, E2]", "[evidence 3]", "[1]", "[p. 3]", "[Framework, page 4]", "【E1】"; and, in parentheses, only what
# is surely a reference: "(2)" is a paragraph of a law.
_BRACKETED = re.compile(
    rf"[\[【]\s*(?P<square>{_LABELS}(?:\s*(?:[,;/&+\u2013-]|and|y)\s*{_LABELS})*|[^\[\]]*"
    rf"\b(?:pages?\b|pp?\.|source\b|see\b|evidence\b|página\b|fuente\b)[^\[\]]*)\s*[\]】]"
    r"|\(\s*(?P<round>E\d{1,3}(?:\s*[,;&]\s*E\d{1,3})*|(?:source|see|evidence|fuente)\b[^()]*|pp?\.\s?[\divx\u2013-]+)\s*\)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[A-Z]\d{1,3}", re.IGNORECASE)
_AFTER_STOP = re.compile(r"(?P<stop>[.!?…]+[\"”’»)]*)(?P<marks>(?:\s*[\[【][^\[\]]{1,60}[\]】])+)(?P<more>[.]?)")
_OPEN_BRACKET = re.compile(r"[\[【(][^\])】]{0,300}$|[!\]]$")
_CUT_OFF = re.compile(r"\s*[\[【(]\s*(?:E?\d{0,3}|[A-Za-z ]{0,10}\d{0,3})$")


@dataclass(frozen=True, slots=True)
class ModelSentence:
    """A sentence as the model meant it.

    ``labels`` are those of this turn's evidence that it names. ``item`` tells that it is an item of a list, and
    ``opening`` then is the line above the list ("The compact says:"), without which the item may mean anything.
    """

    text: str
    labels: tuple[str, ...] = ()
    item: bool = False
    opening: str = ""

    @property
    def whole(self) -> str:
        """The sentence with the line that opens its list: what has to be true."""
        return f"{self.opening} {self.text}".strip()


def sentences(pieces: Iterable[str], labels: Collection[str]) -> Iterator[ModelSentence]:
    """Yield each sentence of the text as soon as it is complete; ``labels`` are those that exist, in capitals."""
    lines = _Lines(frozenset(labels))
    rest = ""
    for piece in _small(pieces):
        rest += clean(piece)
        *complete, rest = rest.split("\n")
        for line in complete:
            yield from lines.ended(line)
        said, rest = _said(rest)
        for sentence in said:
            yield from lines.said(sentence)
    yield from lines.ended(rest)


def _small(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the same text, as if it came little by little: a flood in one piece then costs no more than a stream."""
    for piece in pieces:
        for start in range(0, len(piece), _AT_ONCE):
            yield piece[start : start + _AT_ONCE]


def _said(line: str) -> tuple[list[str], str]:
    """Return the sentences of an unfinished line that are surely complete, and the rest of the line."""
    if len(line) > MOST_CHARACTERS:
        return [line], ""
    if _OPEN_BRACKET.search(line) or line.count("<") > line.count(">"):
        return [], line
    placed = _placed(line)
    spans = split_sentences(placed)
    # What follows the last sentence decides whether it has ended: "Goal 1. " may go on, and a label may come after it.
    if len(spans) < 2 or not _says_something(without_references(spans[-1].of(placed))[0]):
        return [], line
    return [span.of(placed) for span in spans[:-1]], placed[spans[-1].start :]


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _placed(line: str) -> str:
    """Return ``line`` without links and images, its labels inside the sentences that they follow."""
    return _AFTER_STOP.sub(lambda found: f" {found['marks'].strip()}{found['stop']}", without_links(line))


class _Lines:
    """Turns the parts of lines into sentences, remembering which list they stand in."""

    def __init__(self, labels: frozenset[str]) -> None:
        self._labels = labels
        self._in_item = False
        self._begun = False
        self._opening = ""

    def said(self, raw: str) -> Iterator[ModelSentence]:
        """Yield what a complete part of the current line says."""
        if not self._begun:
            self._begun = True
            item = item_text(raw.lstrip(" >"))
            self._in_item = item is not None
            if item is None:
                self._opening = ""
            else:
                raw = item
        yield from self._sentence(raw)

    def ended(self, rest: str) -> Iterator[ModelSentence]:
        """Yield what the rest of a line says, and begin the next line."""
        if not is_only_markup(rest):
            placed = _placed(_CUT_OFF.sub("", rest))
            for span in split_sentences(placed) if placed.strip() else ():
                yield from self.said(span.of(placed) if self._begun else placed[: span.end])
        self._begun = False

    def _sentence(self, raw: str) -> Iterator[ModelSentence]:
        text, named = without_references(" ".join(without_markup(raw).split()))
        if not _says_something(text):
            return
        labels = tuple(label for label in named if label in self._labels)
        sentence = ModelSentence(text, labels, self._in_item, self._opening if self._in_item else "")
        if text.endswith(":") and not self._in_item:
            self._opening = text
        yield sentence


def without_references(text: str) -> tuple[str, list[str]]:
    """Return ``text`` without anything that is meant as a reference, and the labels named there, in capitals."""
    named: dict[str, None] = {}

    def take(found: re.Match[str]) -> str:
        named.update(dict.fromkeys(label.upper() for label in _LABEL.findall(found.group())))
        return ""

    text = _BRACKETED.sub(take, text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    return re.sub(r"([.!?])\.+$", r"\1", text).strip(" -–—|"), list(named)
