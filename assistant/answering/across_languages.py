"""Answers in another language than the sources: what can still be checked, and by what.

A sentence in Spanish is compared with the model's own Spanish translation of the span it names, and its numbers and
names with the span itself. That is weaker than a check against the source's words, and the answer says so.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.model_mode import translated
from assistant.chat import ChatModel
from assistant.prompts import Prompts
from assistant.support import Claim, SupportCheck, Verdict, missing_facts

MOST_TRANSLATED = 12
"""Pieces translated for one claim, at most: each is a request to the model."""


class AcrossLanguages:
    """A support check for claims in ``language`` over evidence in another one. One object serves one answer."""

    def __init__(
        self,
        check: SupportCheck,
        model: ChatModel,
        prompts: Prompts,
        language: str,
        stop: threading.Event | None = None,
    ) -> None:
        self.name = f"{check.name}, across languages"
        self._check = check
        self._model = model
        self._prompts = prompts
        self._language = language
        self._stop = stop
        self._translations: dict[str, str | None] = {}

    def judge(self, claims: Sequence[Claim]) -> list[Verdict]:
        """Return a verdict a claim, marked as partly checked. Raises ModelError where a translation fails."""
        return [self._judge(claim) for claim in claims]

    def _judge(self, claim: Claim) -> Verdict:
        strange = missing_facts(claim.text, [*claim.evidence, *claim.contexts])
        if strange:
            words = ", ".join(f"“{fact.text}”" for fact in strange)
            return Verdict(False, 0.0, f"Not in the sources found: {words}.", (), partly_checked=True)
        pieces = list(range(len(claim.evidence)))[:MOST_TRANSLATED]
        translations = {piece: text for piece in pieces if (text := self._translation(claim.evidence[piece]))}
        there = list(translations)
        verdict = self._check.judge([Claim(claim.text, tuple(translations.values()))])[0]
        carried_by = tuple(there[index] for index in verdict.carried_by)
        return replace(verdict, carried_by=carried_by, partly_checked=True)

    def _translation(self, text: str) -> str | None:
        if text not in self._translations:
            self._translations[text] = translated(self._model, self._prompts, text, self._language, self._stop)
        return self._translations[text]


def in_sources_language(
    model: ChatModel, prompts: Prompts, question: str, language: str, stop: threading.Event | None = None
) -> str | None:
    """Return the question in the language of the sources, None where the translation cannot be trusted.

    Raises ModelError, SettingsError.
    """
    return translated(model, prompts, question, language, stop)
