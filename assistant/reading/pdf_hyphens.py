"""Words broken at the end of a line: is the hyphen the typesetter's or the word's own? The document knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from assistant.reading.pdf_page import LINE_END_HYPHEN
from assistant.text.characters import word_set

HYPHENS = (LINE_END_HYPHEN, "\x02", "-", "\u00ad", "\u2010")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_PART = re.compile(r"[^\W_]*$")
_FIRST_PART = re.compile(r"[^\W_]*")
_HANGING = word_set("and or to nor y o e u und ou")
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly")
_FEWEST_BREAKS = 2
_SHARE_OF_BREAKS = 0.3
# These first parts keep their hyphen before any word, so that the second part being a word proves nothing.
_KEEPING = word_set("self non ex all cross half quasi socio anti multi inter pre post mid")


class Hyphenation:
    """Decides by the words that stand unbroken in the same document."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def joint(self, before: str, after: str) -> str:
        """Return what stands between two parts of a word: '' (the hyphen goes), '-' (it stays) or '- '.

        ``before`` ends just before the hyphen; ``after`` is the text of the next line.
        """
        left, right = _parts(before, after)
        if right in _HANGING and left:
            return "- "
        if not _is_word_break(left, right, after):
            return "-"
        together, apart = self._words[left + right], self._words[f"{left}-{right}"]
        if together or apart:
            return "" if together >= apart else "-"
        if any(self._words[left + right + ending] for ending in _ENDINGS):
            return ""
        if left in _KEEPING and self._words[right]:
            return "-"
        if not self._are_words(left, right):
            return ""
        compound = left in self._compound_parts or right in self._compound_parts
        return "-" if compound or not self._hyphenates else ""

    def _are_words(self, left: str, right: str) -> bool:
        return len(left) > 2 and len(right) > 2 and bool(self._words[left] and self._words[right])

    @cached_property
    def _words(self) -> Counter[str]:
        words: Counter[str] = Counter()
        halved = False
        for text in self._texts:
            # The broken halves themselves are no evidence of words.
            whole = text.partition(" ")[2] if halved else text
            halved = text.endswith(HYPHENS)
            words.update(_WORD.findall((whole.rpartition(" ")[0] if halved else whole).casefold()))
        return words

    @cached_property
    def _compound_parts(self) -> frozenset[str]:
        return frozenset(part for word in self._words if "-" in word for part in word.split("-"))

    @cached_property
    def _hyphenates(self) -> bool:
        """Whether the typesetter broke words: then hyphens occur at line ends where no two words meet."""
        pairs = [
            (*_parts(text[:-1], after), after)
            for text, after in zip(self._texts, self._texts[1:], strict=False)
            if text.endswith(HYPHENS)
        ]
        breaks = [(left, right) for left, right, after in pairs if _is_word_break(left, right, after)]
        inside = sum(not self._are_words(left, right) for left, right in breaks)
        return inside >= max(_FEWEST_BREAKS, _SHARE_OF_BREAKS * len(breaks))


def _parts(before: str, after: str) -> tuple[str, str]:
    first, second = _LAST_PART.search(before), _FIRST_PART.match(after)
    return (first[0] if first else "").casefold(), (second[0] if second else "").casefold()


def _is_word_break(left: str, right: str, after: str) -> bool:
    return bool(left and right) and right[0].isalpha() and after[:1].islower() and not left[-1].isdigit()
