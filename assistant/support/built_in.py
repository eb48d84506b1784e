"""The check that needs no language model: objections first, then a calibrated score."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

from assistant.embedding.base import Embedder
from assistant.support.base import Claim, Verdict
from assistant.support.calibration import ADDED, THRESHOLD, probability
from assistant.support.facts import FactKind, missing_facts
from assistant.support.find_quantities import find_quantities
from assistant.support.names import find_names
from assistant.support.objections import Objection, objections_to
from assistant.support.signals import Matches, compare
from assistant.support.text import Text, read
from assistant.support.vectors import TEXTS_KEPT, RememberedWords, WordVectors, windows
from assistant.support.verbatim import says_verbatim
from assistant.text.characters import without_surrogates

LARGEST_SET = 3
"""Pieces that may carry a claim between them, looked at in every combination of those that share most with it."""
_CANDIDATES = 4
_SAID_BELOW_HEADINGS = 0.4
_NAMED_BY_HEADINGS = frozenset({FactKind.NUMBER, FactKind.NAME, FactKind.PARAGRAPH, FactKind.DATE})
_FEWEST_EMBEDDED = 4
_WORDS_EMBEDDED = 120
_NOT_CARRIED = "The source does not say all of this."
_NOTHING_TO_COMPARE = "There is no source to compare this with."


class BuiltInCheck:
    """Objections and a score from words and, with an ``embedder``, from the vectors of words in context."""

    def __init__(self, embedder: Embedder | None) -> None:
        self._words = None if embedder is None else RememberedWords(embedder)
        self.name = "built-in" if embedder is not None else "built-in without vectors"

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        """Return one verdict a claim, in order; all texts are embedded in one call, each once.

        Raises EmbeddingError where the embedder does.
        """
        claims = [readable(claim) for claim in claims]
        vectors: Mapping[str, WordVectors] = {}
        if self._words is not None:
            unsettled = [claim for claim in claims if not _verbatim(claim)]
            vectors = self._words.of([text for claim in unsettled for text in (claim.text, *_worth_embedding(claim))])
        return [_judge(claim, vectors) for claim in claims]

    def prepare(self, evidence: Sequence[str]) -> None:
        """Read and embed the pieces, the vectors of the first ones where there are more than are remembered.

        Raises EmbeddingError where the embedder does.
        """
        pieces = [without_surrogates(piece) for piece in evidence]
        for piece in pieces:
            find_quantities(piece)
            find_names(piece)
        if self._words is not None:
            self._words.of(list(dict.fromkeys(window for piece in pieces for window in windows(piece)))[:TEXTS_KEPT])


def readable(claim: Claim) -> Claim:
    """Return the claim without halves of characters, which tokenizers refuse."""
    evidence = tuple(without_surrogates(piece) for piece in claim.evidence)
    return Claim(
        without_surrogates(claim.text), evidence, tuple(without_surrogates(context) for context in claim.contexts)
    )


def _judge(claim: Claim, vectors: Mapping[str, WordVectors]) -> Verdict:
    if verbatim := _verbatim(claim):
        return Verdict(True, 1.0, None, verbatim[:1])
    text = read(claim.text)
    if not text.words or not any(read(piece).words for piece in claim.evidence):
        return Verdict(False, 0.0, _NOTHING_TO_COMPARE, ())
    matches = compare(claim, vectors)
    everything = tuple(range(len(claim.evidence)))
    score, objected = _weigh(claim, everything, matches)
    carrying = _smallest_set(claim, matches, nearest(claim) if objected else everything)
    if carrying is not None:
        return Verdict(True, max(score, carrying[0]), None, carrying[1])
    if score >= THRESHOLD:
        # More pieces than are looked at in every combination: what would be cited has to carry it, not what was read.
        cited = cover(claim)
        if not _said_by_headings(claim, cited) and _weigh(claim, cited, matches)[0] >= THRESHOLD:
            return Verdict(True, score, None, cited)
    return Verdict(False, score, _reason(objected, matches), ())


def _reason(objected: Sequence[Objection], matches: Matches) -> str:
    if objected:
        return objected[0].reason
    if matches.addition.amount > ADDED:
        return f"The source does not say “{matches.addition.phrase}”."
    return _NOT_CARRIED


def _verbatim(claim: Claim) -> tuple[int, ...]:
    return tuple(number for number, piece in enumerate(claim.evidence) if says_verbatim(piece, claim.text))


def _weigh(claim: Claim, chosen: Sequence[int], matches: Matches) -> tuple[float, list[Objection]]:
    """Return score and objections of the claim against the chosen pieces alone."""
    objected = objections_to(claim, chosen)
    return probability(matches.signals(chosen, objected), matches.by_vectors), objected


def _smallest_set(claim: Claim, matches: Matches, one_of: Collection[int]) -> tuple[float, tuple[int, ...]] | None:
    """Return the smallest set of pieces that carries the claim and has ``one_of`` them, best piece first, with its
    score; or None."""
    # Fewer pieces never match better than all of them.
    if probability(matches.signals(range(len(claim.evidence)), ()), matches.by_vectors) < THRESHOLD:
        return None
    candidates = ranked(claim)[:_CANDIDATES]
    for size in range(1, LARGEST_SET + 1):
        weighed = []
        for chosen in combinations(candidates, size):
            if not any(read(claim.evidence[number]).words for number in chosen) or not set(chosen) & set(one_of):
                continue
            if _said_by_headings(claim, chosen):
                continue
            # What the words alone do not carry, no check needs to look at.
            if probability(matches.signals(chosen, ()), matches.by_vectors) >= THRESHOLD:
                weighed.append((_weigh(claim, chosen, matches)[0], chosen))
        passing = [one for one in weighed if one[0] >= THRESHOLD]
        if passing:
            return max(passing, key=lambda one: one[0])
    return None


def _said_by_headings(claim: Claim, chosen: Sequence[int]) -> bool:
    """Whether what the claim says stands in the headings above the pieces rather than in the pieces.

    A heading may tell what "it" is, and by number and name which one; that somebody wrote a sentence, a sum or an
    address into a heading does not make the text below say it.
    """
    pieces = [claim.evidence[number] for number in chosen]
    if any(fact.kind not in _NAMED_BY_HEADINGS for fact in missing_facts(claim.text, pieces)):
        return True
    content = _content(read(claim.text))
    said = content & frozenset[str]().union(*(read(piece).stems for piece in pieces))
    above = content & frozenset[str]().union(*(read(claim.context(number)).stems for number in chosen))
    return len(said) < _SAID_BELOW_HEADINGS * len(said | above)


def cover(claim: Claim) -> tuple[int, ...]:
    """Return the pieces that between them have all the words of the claim that the evidence has, best first."""
    wanted = _content(read(claim.text))
    chosen: list[int] = []
    for number in ranked(claim):
        had = read(claim.evidence[number]).stems & wanted
        if had or not chosen:
            chosen.append(number)
            wanted -= had
    return tuple(chosen)


def ranked(claim: Claim) -> list[int]:
    """Return the pieces, those that share most content words with the claim first; their order decides nothing but
    between equal texts."""
    content = _content(read(claim.text))

    def rank(number: int) -> tuple[int, int, str]:
        piece = claim.evidence[number]
        return -len(content & read(piece).stems), len(piece), piece

    return sorted(range(len(claim.evidence)), key=rank)


def nearest(claim: Claim) -> list[int]:
    """Return the pieces that share most content words with the claim, more than one where they share as many.

    Where the evidence as a whole speaks against a claim, it can only be carried by a set with one of these: else a
    piece that says less would carry what the piece that says it otherwise does not.
    """
    content = _content(read(claim.text))
    shared = [len(content & read(piece).stems) for piece in claim.evidence]
    return [number for number, count in enumerate(shared) if count == max(shared)]


def _content(text: Text) -> frozenset[str]:
    return frozenset(word.stem for word in text.words if word.is_content) or text.stems


def _worth_embedding(claim: Claim) -> list[str]:
    """Return the windows of the pieces that share most with the claim, as many as are embedded while a reader waits."""
    content = _content(read(claim.text))
    found = [window for number in ranked(claim) for window in windows(claim.evidence[number])]
    found.sort(key=lambda window: -len(content & read(window).stems))
    kept, words = [], 0
    for place, window in enumerate(found):
        words += len(window.split())
        if place >= _FEWEST_EMBEDDED and words > _WORDS_EMBEDDED:
            break
        kept.append(window)
    return kept
