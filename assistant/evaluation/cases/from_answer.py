"""An answer in the chat to a case of a set, with one look of a person: was it right, and where does it stand?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assistant.errors import UsageError
from assistant.evaluation.cases.columns import case_of
from assistant.evaluation.cases.files import append_case
from assistant.records import Answer, Citation, EvaluationCase, NearestPassage, Turn

FROM_CHAT = "from-chat.jsonl"


def case_from_answer(
    answer: Answer,
    *,
    right: bool,
    right_passages: Sequence[Citation | NearestPassage] = (),
    history: Sequence[Turn] = (),
    author: str = "",
    note: str = "",
) -> EvaluationCase:
    """Return the case that asks this question again.

    ``right`` is the person's verdict on the answer, ``right_passages`` where the answer stands; without these, those
    of a right answer are its own citations. Nothing right to show for a wrong answer, or a refusal that was right,
    means that the question is to be refused. Raises UsageError for a wrong refusal without a passage.
    """
    refused = not answer.sentences
    passages: Sequence[Citation | NearestPassage] = right_passages or (
        answer.citations if right and not refused else ()
    )
    if refused and not right and not passages:
        raise UsageError(
            "It is not known what would have been right.", next_step="Pick the passage that answers the question."
        )
    # One question means something else after other questions.
    asked = "\n".join([*(turn.question for turn in history), answer.question])
    pages = [str(one.page) for one in passages if one.page is not None]
    return case_of(
        {
            "id": "chat-" + hashlib.sha256(asked.encode()).hexdigest()[:10],
            "question": answer.question,
            "expect": "answer" if passages else "abstain",
            "source_document": list(dict.fromkeys(one.source for one in passages)),
            "source_page": list(dict.fromkeys(pages)),
            "source_quote": [one.quote for one in passages],
            "previous": [turn.question for turn in history],
            "category": "from chat",
            "notes": note,
            "author": author,
            "review_date": date.today().isoformat(),
        }
    )


def add_to_staff_set(folder: Path, case: EvaluationCase) -> Path:
    """Add the case to the set that grows from the chat, in the folder of the staff's sets, and return its path."""
    path = folder / FROM_CHAT
    append_case(path, case)
    return path
