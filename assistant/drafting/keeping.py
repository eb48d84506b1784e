"""Keeping a section that took its time to write: what others changed of the draft meanwhile is not lost."""

from __future__ import annotations

from assistant.drafting.shelf import OvertakenError, Shelf
from assistant.drafting.versions import carried_over
from assistant.errors import UsageError
from assistant.records import Draft


def kept_with_other_changes(shelf: Shelf, base: Draft, new: Draft, section: str) -> Draft:
    """Keep ``new``, which is ``base`` with a section written again; other sections as others changed them meanwhile.

    Raises OvertakenError where that very section was changed, or the draft deleted, DraftError where it cannot be kept.
    """
    while True:
        try:
            return shelf.save(new, after=base.version)
        except OvertakenError:
            latest = _latest(shelf, base)
            if _sentences(latest, section) != _sentences(base, section):
                raise
            base, new = latest, carried_over(latest, new, section)


def _latest(shelf: Shelf, draft: Draft) -> Draft:
    try:
        return shelf.load(draft.id)
    except UsageError:
        raise OvertakenError from None


def _sentences(draft: Draft, section: str) -> list[str]:
    """Return the texts of a section; the numbers of its citations may move with those of the other sections."""
    return [sentence.text for one in draft.sections if one.name == section for sentence in one.sentences]
