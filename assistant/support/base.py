"""What a support check is asked and what it answers; the interface that answering, drafting and checking use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and what is said to carry it.

    ``evidence`` holds pieces of source text, sentences or short passages, in order; ``contexts`` the title or headings
    above each piece, "" where there are none. Words of a context may be used by the claim (they say what "it" is), and
    carry nothing by themselves.
    """

    text: str
    evidence: tuple[str, ...]
    contexts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.contexts and len(self.contexts) != len(self.evidence):
            raise ValueError(f"{len(self.contexts)} contexts for {len(self.evidence)} pieces of evidence")

    def context(self, piece: int) -> str:
        """Return the headings above a piece, "" where none were given."""
        return self.contexts[piece] if self.contexts else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence carries the claim.

    ``score`` is the calibrated probability, 0 to 1, that it does, before objections: a claim with a changed number may
    score high and is still not supported. ``reason`` is for a reader and is given where the claim is not supported.
    ``carried_by`` are the pieces (their places in the claim's evidence) of a smallest set that carries it, the best
    first; empty where it is not supported. ``partly_checked``: only numbers and names were compared, because claim and
    evidence are in different languages. ``fell_back``: the check that was asked could not judge, and the built-in one
    did.
    """

    supported: bool
    score: float
    reason: str | None
    carried_by: tuple[int, ...]
    partly_checked: bool = False
    fell_back: bool = False


class SupportCheck(Protocol):
    """Tells whether evidence carries a claim. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """For reports: what judged."""
        ...

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        """Return one verdict a claim, in order. Any text may be judged; nothing is raised because of what it says."""
        ...


@runtime_checkable
class ReadsMeaning(Protocol):
    """A check by a model that was made to tell whether one text follows from another, in whatever words."""

    @property
    def reads_meaning(self) -> bool:
        """Whether its verdict on a sentence in other words than the source can be taken as it is."""
        ...


def reads_meaning(check: SupportCheck) -> bool:
    """Whether the verdicts of ``check`` hold for paraphrases too; words and near vectors alone let additions pass."""
    return isinstance(check, ReadsMeaning) and check.reads_meaning


@runtime_checkable
class PreparesEvidence(Protocol):
    """A check that can do part of its work as soon as the evidence is known, before there is a claim."""

    def prepare(self, evidence: Sequence[str]) -> None:
        """Do what can be done ahead for claims judged against these pieces; verdicts are the same without it."""
        ...


def prepare(check: SupportCheck, evidence: Sequence[str]) -> None:
    """Let ``check`` do ahead what it can for claims that will be judged against these pieces of evidence, best while a
    model writes its first words. Does nothing where a check has nothing to do ahead. Raises EmbeddingError."""
    if isinstance(check, PreparesEvidence):
        check.prepare(evidence)
