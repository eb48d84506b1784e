"""What kind of thing a question asks for: a number, a sum, a date, a name.

A sentence on the right subject without the kind of thing asked for is the most common wrong answer: asked how much a
liaison earns, search finds what a liaison does. The kinds are those that question classification names (Li and Roth,
"Learning question classifiers", 2002, the numeric and human classes), in English and Spanish.
"""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.answering.particulars import asking


class Kind(StrEnum):
    """``PRICE`` is what somebody is paid or something costs, ``MONEY`` any sum, or a share of one. ``NAME`` is who
    wrote something, or somebody whose name is asked for; ``PERSON`` who leads, made or did something, which may be a
    body or an office. ``SCHOOL`` is a school by name."""

    CONTACT = "contact"
    PRICE = "price"
    MONEY = "money"
    SHARE = "share"
    DATE = "date"
    FREQUENCY = "frequency"
    DURATION = "duration"
    TIME = "time"
    COUNT = "count"
    NAME = "name"
    SCHOOL = "school"
    PERSON = "person"
    DEFINITION = "definition"
    LIST = "list"

    @property
    def is_value(self) -> bool:
        """Whether it is a figure, a date, a name or an address, which a text has or has not."""
        return self not in (Kind.PERSON, Kind.DEFINITION, Kind.LIST)


_START = r"^\W*+(?:[\w’']++\W++){0,3}?"
"""Up to three words may stand before what is asked: "In about what year", "And by how many". Further inside a question
the same words ask nothing: "Does it matter how much a family earns?"."""
_WHAT_IS = r"\bwhat(?:['’]s| is| was| are| were)"
_PEOPLE = (
    "person|people|researcher|author|professor|reporter|legislator|consultant|trainer|superintendent|principal|official|"
    "director|coordinator|scholar|expert|judge|chair|president|liaison|teacher|member|founder"
)

_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Kind.CONTACT,
            r"\b(?:(?:tele)?phone|fax|e-?mail|postal|street|web ?site|web)(?: number| address| link)?\b.*\?|"
            r"\bwhat(?:'s| is) the (?:address|number to call|url)|\bhow (?:do|can) (?:i|we|you) (?:reach|"
            r"contact|call)\b|"
            r"\bwho (?:do|should|can) (?:i|we) (?:call|contact|e-?mail)|\b(?:teléfono|correo electrónico|dirección)\b",
        ),
        (
            Kind.PRICE,
            _START + r"(?:how much|what) (?:do|does|did|would|will|is|are|was|were)\b.*\b(?:cost|earn|earned|get paid|"
            r"paid (?:an?|per|each|every)|charged?|pay(?! for| attention)|salary|salaries|wages?|stipends?)\b|"
            r"^\W*(?:what|which|how (?:big|high|large))\b.*\b(?:salary|salaries|wages?|stipends?|price|fee|cost|"
            r"dollars?|fine|(?:hourly|daily|pay) rate)\b|\bcuánto (?:cuesta|gana|cobra)\b|\b(?:salario|multa)\b",
        ),
        (
            Kind.MONEY,
            _START + r"how much (?:money|funding|do(?:es)? .*\b(?:make|spend|receive|get|allocate|budget)|"
            r"(?:is|are|was|were) .*\b(?:paid|spent|allocated|budgeted|budget)|(?:title|\w+ (?:money|funding|funds?)))|"
            r"^\W*(?:what|which|how (?:big|high|large))\b.*\bbudget\b|\bcuánto dinero\b|\bpresupuesto\b",
        ),
        (
            Kind.SHARE,
            _START + r"(?:what|which) (?:percent|percentage|share|proportion|fraction)|"
            rf"{_WHAT_IS}\b.*\b\w+ rates?\b|\bqué porcentaje",
        ),
        (
            Kind.DATE,
            _START + r"(?:what|which) (?:date|day|month|deadline)s?\b(?!-)|"
            rf"{_WHAT_IS} the (?:date|deadline|due date)|\bdue date\b|\b(?:en|a) qué (?:fecha|mes)\b",
        ),
        (Kind.FREQUENCY, _START + r"how (?:often|frequently)\b|\bcada cuánto\b|\bcon qué frecuencia\b"),
        (Kind.DURATION, _START + r"how long\b(?! ago)|\bcuánto tiempo\b"),
        (
            Kind.TIME,
            r"^\W*(?:and |so |but |since |until |by )?when\b(?! it comes)|"
            + _START
            + rf"(?:what|which) (?:year|time)\b|{_WHAT_IS} the time|"
            + _START
            + r"how (?:long ago|soon|old|recently)\b|\bcuándo\b|\b(?:en|a) qué (?:año|hora)\b",
        ),
        (Kind.COUNT, _START + r"how many\b|^\W*what(?:'s| is| was) the (?:total )?number of\b|\bcuánt[oa]s\b"),
        (
            Kind.NAME,
            _START + r"who (?:(?:first|originally) )?(?:wrote|authored|founded|invented|coined|came up with)\b|"
            rf"\b(?:whose|which|what) (?:\w+ )?(?:{_PEOPLE})s?(?= (?:was|were|(?:is|are) named|has|had|wrote|\w+ed)\b)|"
            rf"{_WHAT_IS} the names? of (?:\w+ ){{0,2}}(?:{_PEOPLE})s?\b|{_WHAT_IS}\b.*['’]s? names?\b|"
            rf"\bwho(?:['’]s| is| was| were) (?:the|our|your|its) (?:\w+ )?(?:{_PEOPLE})s?\b|"
            r"\bquién(?:es)? escribi(?:ó|eron)\b",
        ),
        (
            Kind.SCHOOL,
            r"\bwhich (?:of (?:our|the|its|their) (?:\w+ )?|(?-i:[A-Z]\w+) (?:(?-i:[A-Z]\w+) )?)schools?\b"
            r"(?! (?:must|may|should|can|have to|need|are required))|\bwhich school (?:was|is|has|had)\b|"
            rf"{_WHAT_IS} the names? of (?:\w+ ){{0,2}}schools?\b",
        ),
        (
            Kind.PERSON,
            _START
            + r"who (?:is|was|are the members|chairs?|leads?|runs?|heads?|directs?|sat|took|serves? as|coordinates?|"
            r"created|developed|designed|published|translated|introduced)\b|\bquién(?:es)? (?:es|dirige|preside)\b",
        ),
        (
            Kind.DEFINITION,
            r"\b(?:stands? for|short for|abbreviation|abbreviated|definition|defined|meaning|means?|significa)\b|"
            r"^\W*what(?:'s| is| are| does)? (?:an? |the )?[\w’'-]+(?: [\w’'-]+){0,2}\W*$",
        ),
        (
            Kind.LIST,
            r"^\W*(?:what|which) (?:are|were)\b|^\W*(?:list|name)\b|\blist (?:of|all|the)\b|"
            r"^\W*(?:what|which) (?:\w+ ){0,2}(?:types|kinds|goals|areas|parts|steps|principles|requirements|"
            r"duties)\b|\bcuáles son\b",
        ),
    )
)


def expected(question: str) -> Kind | None:
    """Return the kind of thing that the question asks for, None where any statement may answer it."""
    asked = asking(question)
    return next((kind for kind, pattern in _ASKED if pattern.search(asked)), None)
