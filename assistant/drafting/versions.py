"""Versions of a draft: the empty one, one with a further section, one with a section in another's place. Pure but for
the clock and the id."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from assistant.citing import Citations
from assistant.records import Citation, Coverage, Draft, DraftSection, DraftTemplate, Span


def empty(template: DraftTemplate, values: Mapping[str, str], model: str, corpus_version: str) -> Draft:
    """Return the first version of a draft, without a section yet."""
    writer = values.get("school") or values.get("district") or ""
    return Draft(
        id=uuid.uuid4().hex,
        version=1,
        template=template.name,
        title=f"{template.title}: {writer}" if writer else template.title,
        form=dict(values),
        sections=(),
        citations=(),
        coverage=(),
        model=model,
        corpus_version=corpus_version,
        created_at=_now(),
        language=template.language,
    )


def with_section(
    draft: Draft, section: DraftSection, covered: Sequence[Coverage], citations: Citations, notice: str | None
) -> Draft:
    """Return the draft with one more section at its end; ``citations`` are those of all its sections."""
    return replace(
        draft,
        sections=(*draft.sections, section),
        citations=citations.all(),
        coverage=(*draft.coverage, *covered),
        notice=joined(draft.notice, notice),
    )


def next_version(
    draft: Draft,
    section: DraftSection,
    known: Mapping[int, Citation],
    covered: Sequence[Coverage],
    corpus_version: str,
    notice: str | None,
    timings: dict[str, float],
) -> Draft:
    """Return the next version, with ``section`` in the place of the one of its name; its citations are ``known``.

    The other sections keep every word; only the numbers of their citations may change.
    """
    old = {citation.number: citation for citation in draft.citations}
    sections, citations = renumbered(
        [(section, known) if one.name == section.name else (one, old) for one in draft.sections]
    )
    places = {one.name: place for place, one in enumerate(draft.sections)}
    coverage = [one for one in draft.coverage if one.section != section.name] + list(covered)
    return replace(
        draft,
        version=draft.version + 1,
        sections=sections,
        citations=citations,
        coverage=tuple(sorted(coverage, key=lambda one: places.get(one.section, len(places)))),
        corpus_version=corpus_version,
        created_at=_now(),
        notice=notice,
        timings=timings,
    )


def carried_over(latest: Draft, new: Draft, name: str) -> Draft:
    """Return the version after ``latest`` with the section of this name as ``new`` has it, all else as it is there."""
    (section,) = (one for one in new.sections if one.name == name)
    known = {citation.number: citation for citation in new.citations}
    covered = [one for one in new.coverage if one.section == name]
    notice = joined(latest.notice, new.notice)
    return next_version(latest, section, known, covered, new.corpus_version, notice, new.timings)


def renumbered(
    sections: Sequence[tuple[DraftSection, Mapping[int, Citation]]],
) -> tuple[tuple[DraftSection, ...], tuple[Citation, ...]]:
    """Return the sections with their citations counted from 1 in the order of first use, and those citations.

    Each section comes with the citations that its numbers mean; the same place gets one number, whoever cites it.
    """
    numbers: dict[tuple[str, Span], int] = {}
    citations: list[Citation] = []

    def number(citation: Citation) -> int:
        place = (citation.document_id, citation.span)
        if place not in numbers:
            numbers[place] = len(numbers) + 1
            citations.append(replace(citation, number=numbers[place]))
        return numbers[place]

    counted = tuple(
        replace(
            section,
            sentences=tuple(
                replace(one, citations=tuple(dict.fromkeys(number(known[old]) for old in one.citations)))
                for one in section.sentences
            ),
        )
        for section, known in sections
    )
    return counted, tuple(citations)


def joined(*notices: str | None) -> str | None:
    """Return notices as one, each once; None for none."""
    return " ".join(dict.fromkeys(one for one in notices if one)) or None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
