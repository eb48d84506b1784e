"""What a model wrote for a section, as plain sentences in paragraphs and items, with the labels it named. Pure.

Markup of any kind goes, the words inside it stay. Blanks stay too; brackets with labels or numbers are references.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from assistant.text.characters import clean
from assistant.text.markup import item_text, without_markup
from assistant.text.sentences import split_sentences

MOST_CHARACTERS = 20_000

_LABELS = r"E\d{1,3}"
_REFERENCE = re.compile(
    rf"[\[【(]\s*((?:{_LABELS}|\d{{1,3}})(?:\s*(?:[,;/&–-]|and|y)\s*(?:{_LABELS}|\d{{1,3}}))*)\s*[\]】)]", re.I
)
_ROUND_NUMBER = re.compile(r"\(\s*\d")
_AFTER_STOP = re.compile(rf"([.!?…]+[\"”’»)]*)((?:\s*[\[【(]\s*{_LABELS}[^\[\]()]{{0,40}}[\]】)])+)\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModelSentence:
    """A sentence, the labels it names, the block it stands in and, for an item, the line above its list."""

    text: str
    labels: tuple[str, ...] = ()
    block: int = 0
    item: bool = False
    opening: str = ""

    @property
    def whole(self) -> str:
        """The sentence with the line that opens its list: what has to be true."""
        return f"{self.opening} {self.text}".strip()


def sentences(text: str, labels: Collection[str]) -> list[ModelSentence]:
    """Return the sentences of a text that a model or a person wrote; ``labels`` are those that exist, in capitals."""
    found: list[ModelSentence] = []
    opening = ""
    for block, (line, item) in enumerate(_blocks(text)):
        if not item:
            opening = ""
        placed = _AFTER_STOP.sub(lambda one: f" {one[2].strip()}{one[1]}", line)
        for span in split_sentences(placed):
            said, named = _without_references(span.of(placed))
            if any(letter.isalnum() for letter in said):
                known = tuple(label for label in named if label in labels)
                found.append(ModelSentence(said, known, block, item, opening if item else ""))
        if not item and found and found[-1].block == block and found[-1].text.endswith(":"):
            opening = found[-1].text
    return found


def _blocks(text: str) -> list[tuple[str, bool]]:
    """Return paragraphs and items in order, each on one line and without markup."""
    blocks: list[tuple[list[str], bool]] = []
    ended = True
    for line in without_markup(clean(text[:MOST_CHARACTERS])).splitlines():
        if not line.strip():
            ended = True
            continue
        item = item_text(line)
        if item is not None or ended:
            blocks.append(([], item is not None))
        blocks[-1][0].append(line.strip() if item is None else item)
        ended = False
    return [(" ".join(lines), item) for lines, item in blocks]


def _without_references(text: str) -> tuple[str, list[str]]:
    named: dict[str, None] = {}

    def take(found: re.Match[str]) -> str:
        labels = re.findall(_LABELS, found.group(), re.IGNORECASE)
        if not labels and _ROUND_NUMBER.match(found.group()):
            # "(2)" is a paragraph of a law, "[2]" a reference.
            return found.group()
        named.update(dict.fromkeys(label.upper() for label in labels))
        return ""

    text = _REFERENCE.sub(take, text)
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split())).strip(), list(named)
