"""Do the citations lead where they say, and do the sentences say what stands there?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.evaluation.matching import covered_length, modals, negated, plain
from assistant.evaluation.metrics.support import CitedSentence
from assistant.evaluation.numbers import numbers_in
from assistant.records import Answer, Citation, CitedPlace, RetrievedPassage, Sentence, SentenceKind

_QUOTED = re.compile(r'"([^"]+)"')
_WORDS_OF_A_QUOTATION = 3


def factual(answer: Answer) -> list[Sentence]:
    """Return the sentences that claim something: no connectives, no blanks, no questions."""
    silent = (SentenceKind.CONNECTIVE, SentenceKind.YOURS_TO_SUPPLY)
    return [
        one
        for one in answer.sentences
        if one.kind not in silent and (one.kind is SentenceKind.QUOTED or not one.text.rstrip().endswith("?"))
    ]


def citation_valid(
    answer: Answer, cited: Sequence[CitedPlace], retrieved: Sequence[RetrievedPassage] = ()
) -> float | None:
    """citation_valid = markers that lead to a real place / markers; None where there are none. A gate: 1 or broken.

    A real place: the number is one of the answer's citations, its document is in the library, the text between its
    characters is its quote, letter by letter, the page it names holds its beginning, and it lies in the passages that
    were found for this question (``retrieved``), where the answer tells which these were.
    """
    citations = {one.number: one for one in answer.citations}
    places = {one.number: one for one in cited}
    markers = [number for sentence in answer.sentences for number in sentence.citations]
    # A citation in the panel without a marker in the text is shown to people all the same.
    markers += [number for number in citations if number not in markers]
    if not markers:
        return None
    found = retrieved if answer.evidence else None
    return sum(_is_real(citations.get(number), places.get(number), found) for number in markers) / len(markers)


def _is_real(citation: Citation | None, place: CitedPlace | None, retrieved: Sequence[RetrievedPassage] | None) -> bool:
    if citation is None or place is None or place.text is None:
        return False
    if retrieved is not None:
        own = [one.span for one in retrieved if one.document_id == citation.document_id]
        if covered_length(citation.span, own) < len(citation.span):
            return False
    return bool(citation.quote.strip()) and place.text == citation.quote and place.page_holds


def quote_fidelity(answer: Answer, cited: Sequence[CitedPlace]) -> float | None:
    """quote_fidelity = quotations found word for word in the cited places / quotations; None without any. A gate.

    Quotations are sentences shown as quoted, and in other cited sentences what stands between quotation marks, from
    three words on. Both sides are brought to one form first: see ``matching.normalise``.
    """
    places = {one.number: one.text or "" for one in cited}
    checks = []
    for sentence in answer.sentences:
        source = plain(" ".join(places.get(number, "") for number in sentence.citations))
        checks += [part in source for part in _quotations(sentence)]
    return sum(checks) / len(checks) if checks else None


def _quotations(sentence: Sentence) -> list[str]:
    text = plain(sentence.text)
    if sentence.kind is SentenceKind.QUOTED:
        return [text]
    if not sentence.citations:
        return []
    parts = [found.strip(" .,;:") for found in _QUOTED.findall(text)]
    return [part for part in parts if len(part.split()) >= _WORDS_OF_A_QUOTATION]


def citation_coverage(answer: Answer) -> float | None:
    """citation_coverage = factual sentences with a citation / factual sentences; None without any."""
    sentences = factual(answer)
    return sum(bool(one.citations) for one in sentences) / len(sentences) if sentences else None


def number_support(pairs: Sequence[CitedSentence]) -> float | None:
    """number_support = numbers of the sentences that stand in their cited places, or in the headings above these, /
    numbers; None without numbers.

    A missing number nearly always means an unsupported sentence; that all are there proves nothing.
    """
    found = wanted = 0
    for one in pairs:
        numbers = numbers_in(one.text)
        wanted += len(numbers)
        found += len(numbers & numbers_in(" ".join((*one.evidence, *one.contexts))))
    return found / wanted if wanted else None


def force_kept(pairs: Sequence[CitedSentence]) -> float | None:
    """force_kept = cited sentences that deny and oblige as their places do / cited sentences; None without any.

    Changed: the sentence denies and no cited place does or, with one place to look at, the other way round; or it has
    a verb like "must" or "may" that no cited place has while they have another.
    """
    cited = [one for one in pairs if one.evidence]
    return sum(not _force_changed(one) for one in cited) / len(cited) if cited else None


def _force_changed(one: CitedSentence) -> bool:
    evidence = " ".join(one.evidence)
    if negated(one.text) != negated(evidence) and (negated(one.text) or len(one.evidence) == 1):
        return True
    ours, theirs = modals(one.text), modals(evidence)
    return bool(ours and theirs and not ours & theirs)


def cited_sentences(answer: Answer, cited: Sequence[CitedPlace]) -> list[CitedSentence]:
    """Return the factual sentences with the texts of the places they cite and the headings above these."""
    texts: Mapping[int, str] = {one.number: one.text or "" for one in cited}
    headings = {one.number: " > ".join((one.title, *one.section)) for one in answer.citations}
    return [
        CitedSentence(
            one.text,
            tuple(texts.get(number, "") for number in one.citations),
            tuple(headings.get(number, "") for number in one.citations),
        )
        for one in factual(answer)
    ]
