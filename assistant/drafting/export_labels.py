"""The exporter's own words around a draft, in the language that the draft is written in.

Only what its readers see: the last page, which is for the school and is taken out, is in the language of the pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

SCHOOL, DISTRICT = "school", "district"


@dataclass(frozen=True, slots=True)
class Labels:
    """Those with braces are filled in with ``str.format``; ``page_of`` stands before and between the two numbers."""

    draft_of: str
    day: str
    months: tuple[str, ...]
    page_of: tuple[str, str]
    sources: str
    notes: str
    school_note: str
    school_source: str
    district_note: str
    district_source: str
    a_summary: str
    summary_of: str
    not_the_original: str
    published: str
    original_published: str
    kept_as: str
    note_number: tuple[str, str]
    empty_section: str


ENGLISH = Labels(
    draft_of="Draft of {}",
    day="{month} {day}, {year}",
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    page_of=("page ", " of "),
    sources="Sources",
    notes="Notes",
    school_note="As stated by the school for this document.",
    school_source="The school: what it stated for this document.",
    district_note="As stated by the district for this document.",
    district_source="The district: what it stated for this document.",
    a_summary="a summary",
    summary_of="A summary of: {}",
    not_the_original="A summary, not the original",
    published="Published at: {}",
    original_published="The original is published at: {}",
    kept_as="Kept as: {}",
    note_number=("Note {}", "Notes {}"),
    empty_section="Nothing has been written here yet.",
)  # fmt: skip
SPANISH = Labels(
    draft_of="Borrador del {}",
    day="{day} de {month} de {year}",
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
    ),
    page_of=("página ", " de "),
    sources="Fuentes",
    notes="Notas",
    school_note="Según lo indicado por la escuela para este documento.",
    school_source="La escuela: lo que indicó para este documento.",
    district_note="Según lo indicado por el distrito para este documento.",
    district_source="El distrito: lo que indicó para este documento.",
    a_summary="resumen",
    summary_of="Resumen de: {}",
    not_the_original="Un resumen, no el original",
    published="Publicado en: {}",
    original_published="El original está publicado en: {}",
    kept_as="Guardado como: {}",
    note_number=("Nota {}", "Notas {}"),
    empty_section="Aquí todavía no hay nada escrito.",
)  # fmt: skip


def labels_for(language: str, writer: str = SCHOOL) -> Labels:
    """Return the labels of a language by its code; English ones for a language that there are none of.

    ``writer`` is whose paper it is: what was typed is then said to be the school's or the district's.
    """
    labels = SPANISH if language.lower().split("-")[0] == "es" else ENGLISH
    if writer == SCHOOL:
        return labels
    return replace(labels, school_note=labels.district_note, school_source=labels.district_source)


def in_words(moment: str, labels: Labels) -> str:
    """Return the day of an ISO 8601 time as ``November 24, 2026``; what is no such time as it stands."""
    try:
        day = date.fromisoformat(moment[:10])
    except ValueError:
        return moment
    return labels.day.format(day=day.day, month=labels.months[day.month - 1], year=day.year)
