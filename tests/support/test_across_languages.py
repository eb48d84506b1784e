"""Spanish claims over English evidence: figures and names are compared, and the verdict says that nothing else was."""

from __future__ import annotations

import pytest

from assistant.support import Claim, judge_across_languages

EVIDENCE = ("The district reserves 1 percent of its Title I funds.", "Aida Diaz was the coordinator.")


@pytest.mark.parametrize(
    ("text", "carried_by"),
    [
        ("El distrito reserva el 1 por ciento de los fondos del Título I.", (0,)),
        ("La coordinadora era Aída Díaz.", (1,)),
        ("El distrito reserva el 5 por ciento.", ()),
        ("La coordinadora era Ana Ruiz.", ()),
        ("Los padres participan en las decisiones.", ()),
        ("", ()),
    ],
)
def test_only_figures_and_names_are_checked_and_the_verdict_says_so(text: str, carried_by: tuple[int, ...]) -> None:
    (verdict,) = judge_across_languages([Claim(text, EVIDENCE)])
    assert verdict.partly_checked
    assert verdict.supported == bool(carried_by)
    assert verdict.carried_by == carried_by
    assert verdict.reason is not None
    assert "source is in another language" in verdict.reason
