"""Is a draft whole, cited, and no more than its sources and the school's form say?"""

from __future__ import annotations

from assistant.evaluation.matching import plain
from assistant.evaluation.numbers import numbers_in
from assistant.records import Draft, DraftSection, DraftSentence, DraftTemplate, SentenceKind
from assistant.wording import words


def sections_present(draft: Draft, template: DraftTemplate) -> float:
    """sections_present = sections of the template that have a sentence in the draft / sections of the template."""
    written = {section.name for section in draft.sections if section.sentences}
    return sum(section.name in written for section in template.sections) / len(template.sections)


def _claims(section: DraftSection) -> list[DraftSentence]:
    silent = (SentenceKind.CONNECTIVE, SentenceKind.YOURS_TO_SUPPLY)
    return [one for one in section.sentences if one.kind not in silent and not one.from_form]


def coverage_by_section(draft: Draft) -> dict[str, float]:
    """Return for each section its claiming sentences with a citation / its claiming sentences.

    Sections without a claim (all connectives, blanks or the form's own words) are not in it.
    """
    claims = {section.name: _claims(section) for section in draft.sections}
    return {name: sum(bool(one.citations) for one in some) / len(some) for name, some in claims.items() if some}


def numbers_not_in_sources(draft: Draft) -> list[str]:
    """Return the numbers of the draft that neither the places cited by their sentence nor the form have, in order."""
    quotes = {one.number: one.quote for one in draft.citations}
    given = numbers_in(" ".join(draft.form.values()))
    found: list[str] = []
    for section in draft.sections:
        for one in section.sentences:
            sources = numbers_in(" ".join(quotes.get(number, "") for number in one.citations))
            found += sorted(numbers_in(one.text) - sources - given)
    return list(dict.fromkeys(found))


def open_blanks(draft: Draft) -> int:
    """Return how many blanks still wait for the school to supply something, each counted once a section."""
    return len(draft.blanks)


def longest_copy(draft: Draft) -> int:
    """Return the length in words of the longest run that a sentence not shown as quoted shares with what it cites."""
    quotes = {one.number: words(plain(one.quote)) for one in draft.citations}
    longest = 0
    for section in draft.sections:
        for one in section.sentences:
            if one.kind is not SentenceKind.QUOTED:
                ours = words(plain(one.text))
                longest = max([longest, *(_longest_run(ours, quotes.get(number, [])) for number in one.citations)])
    return longest


def _longest_run(ours: list[str], theirs: list[str]) -> int:
    longest = 0
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = 0
        for place, other in enumerate(theirs, 1):
            before, row[place] = row[place], before + 1 if word == other else 0
            longest = max(longest, row[place])
    return longest


def items_cited(draft: Draft, template: DraftTemplate) -> float | None:
    """items_cited = required items covered by a sentence with a citation / required items; None without any."""
    sections = {section.name: section for section in draft.sections}
    items = [(section.name, item) for section in template.sections for item in section.covers]
    if not items:
        return None
    cited = 0
    for name, item in items:
        cited += any(
            one.covered and any(_has_citation(sections.get(name), index) for index in one.sentences)
            for one in draft.coverage
            if one.section == name and one.item == item
        )
    return cited / len(items)


def _has_citation(section: DraftSection | None, index: int) -> bool:
    return section is not None and index < len(section.sentences) and bool(section.sentences[index].citations)
