"""A text as the checks read it: units about a sentence long, their words in order, and where clauses break."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.text.characters import without_surrogates
from assistant.wording import STOP_WORDS, stem

_TOKEN = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?|[.,;:!?()\[\]—–…|\n]")
_UNIT_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\W\da-z_])|\n+")
_NO_END = re.compile(
    r"(?:\b(?:dr|mrs?|ms|prof|st|vs|e\.g|i\.e|etc|no|sec|art|inc|jr|sr|al|u\.s|[a-z])\.)\s*$", re.IGNORECASE
)
_ENDS_SEGMENT = frozenset(".;:!?—…|\n")
_BREAKS = frozenset(".;:!?()[]—…|\n")
_OPENS_CLAUSE = frozenset(
    "but although though because while whereas which who whom whose if when where unless so".split()
)

_OPENS_SEGMENT = frozenset("while whereas but although though unless if when where whether because".split())
_LIGHT = frozenset(
    "may must shall should can could might will would also however therefore thus well many much several various "
    "including include includes included according per via within upon among amongst toward towards across along "
    "around us one ones thing things way ways made make makes making take takes taken took get gets got use uses "
    "used using called known became become becomes since ago like without yet still even every either neither "
    "whether though although upon etc e.g i.e".split()
)
"""Words that a claim may use without the evidence having them; what some of them do to the meaning is checked apart."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a unit: as written, in lower case, its stem, its characters in the text.

    ``clause`` counts up at every comma, bracket and word that opens a clause; ``segment`` only where another statement
    begins: at a semicolon, colon, dash, at "while", "but", "whereas", and at a comma with "and" or "or".
    """

    written: str
    lower: str
    stem: str
    start: int
    end: int
    clause: int
    segment: int
    opens: bool

    @property
    def is_content(self) -> bool:
        """Whether it carries content: not a function word, and no number, which is compared by its value."""
        return self.lower not in STOP_WORDS and self.lower not in _LIGHT and not self.lower[0].isdigit()

    @property
    def has_capital(self) -> bool:
        return self.written[0].isupper()


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or what stands on a line of its own."""

    text: str
    start: int
    words: tuple[Word, ...]
    stems: frozenset[str] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in units."""

    written: str
    units: tuple[Unit, ...]
    stems: frozenset[str]

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for unit in self.units for word in unit.words)


@lru_cache(maxsize=4096)
def read(text: str) -> Text:
    """Return ``text`` in units and words; pieces of evidence are read once however many claims cite them."""
    text = without_surrogates(text)
    units = []
    start = 0
    for end in _unit_ends(text):
        unit = _read_unit(text, start, end)
        if unit.words:
            units.append(unit)
        start = end
    return Text(text, tuple(units), frozenset[str]().union(*(unit.stems for unit in units)))


def _unit_ends(text: str) -> list[int]:
    ends = [found.end() for found in _UNIT_END.finditer(text) if not _NO_END.search(text, 0, found.start())]
    return [*ends, len(text)]


def _read_unit(text: str, start: int, end: int) -> Unit:
    words: list[Word] = []
    clause, segment, opens, comma = 0, 0, True, False
    for token in _TOKEN.finditer(text, start, end):
        written = token.group()
        if not (written[0].isalnum()):
            opens = opens or written in ":!?\n"  # a full stop inside a unit ends an abbreviation
            clause += written in _BREAKS or written == ","
            segment += written in _ENDS_SEGMENT
            comma = written == ","
            continue
        lower = written.lower().replace("’", "'")
        if lower in _OPENS_CLAUSE:
            clause += 1
        segment += lower in _OPENS_SEGMENT or (comma and lower in ("and", "or"))
        words.append(Word(written, lower, stem(lower), token.start(), token.end(), clause, segment, opens))
        opens, comma = False, False
    return Unit(text[start:end], start, tuple(words), frozenset(word.stem for word in words))
