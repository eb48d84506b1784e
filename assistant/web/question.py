"""What may be asked, in the page as over the interface."""

from __future__ import annotations

LONGEST_QUESTION = 2_000


def question_problem(question: str) -> str | None:
    """Return what is wrong with a question in words for the page, None where nothing is."""
    if not question.strip():
        return "Type a question first."
    if len(question) > LONGEST_QUESTION:
        return (
            f"The question has {len(question):,} characters; {LONGEST_QUESTION:,} is the most. "
            "Shorten it and ask again."
        )
    return None
