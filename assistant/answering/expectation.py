"""What kind of thing would answer a question, and whether a sentence holds one: a number, a sum, a date, a name.

A sentence on the right subject without the kind of thing asked for is the most common wrong answer: asked how much a
liaison earns, search finds what a liaison does. The kinds are those that question classification names (Li and Roth,
"Learning question classifiers", 2002, the numeric and human classes), in English and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from assistant.wording import STOP_WORDS, stem, words


class Kind(StrEnum):
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    TIME = "time"
    CONTACT = "contact"
    PERSON = "person"

    @property
    def is_value(self) -> bool:
        """Whether it is a figure, a date or an address rather than a name."""
        return self is not Kind.PERSON


_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Kind.CONTACT,
            r"\b(?:phone|telephone|fax|e-?mail|postal|street|web ?site|web|url) ?(?:number|address|link)?\b.*\?|"
            r"\bwhat(?:'s| is) the (?:address|number to call)|\bhow (?:do|can) (?:i|we|you) (?:reach|contact|call)|"
            r"\b(?:teléfono|correo electrónico|dirección)\b",
        ),
        (
            Kind.MONEY,
            r"\bhow much (?:money|funding|does? .*\b(?:cost|earn|make|spend|receive|get|pay|allocate|budget)|"
            r"(?:is|are|was|were) .*\b(?:paid|spent|allocated|budgeted)|(?:title|lcff|of its|funds?))|"
            r"\b(?:salary|salaries|wages?|stipend|price|fee|cost|budget|dollars?)\b|"
            r"\bcuánto (?:cuesta|gana|dinero|cobra)|\b(?:salario|presupuesto)\b",
        ),
        (Kind.SHARE, r"\b(?:what|which) (?:percent|percentage|share|proportion|fraction)|\bqué porcentaje"),
        (
            Kind.TIME,
            r"\bwhen\b|\b(?:what|which|by what|on what|on which) (?:date|day|month|year|time)\b|\bwhat year|"
            r"\bhow (?:long|often|soon|old|frequently|recently)\b|\bdeadline\b|\bdue date\b|"
            r"\bcuándo\b|\ben qué (?:año|fecha|mes)|\bcada cuánto",
        ),
        (Kind.COUNT, r"\bhow many\b|\b(?:number|count) of\b|\bhow much\b|\bcuánt[oa]s\b"),
        (
            Kind.PERSON,
            r"\bwho (?:is|was|are the (?:names|members)|wrote|founded|chairs?|leads?|runs?|heads?|directs?|"
            r"serves? as|coordinates?|created|developed|designed|invented|authored)\b|"
            r"\b(?:whose|which) (?:person|researcher|author|professor)|\bname of the\b|\bquién (?:es|escribió|dirige)",
        ),
    )
)

_WORD_NUMBERS = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|half|"
    r"uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|cien|mil)"
)
# A number that only names its noun ("Goal 2", "section 1116", "Title I", a year, "(2)", "21st") counts nothing.
_COUNT = re.compile(
    rf"(?<![\w.,§#$(/-])(?<!Goal )(?<!goal )(?<!Section )(?<!section )(?<!Code )(?<!Part )(?<!Title )(?<!Type )"
    rf"(?!(?:1[89]|20)\d\d\b)\d{{1,3}}(?:,\d{{3}})*(?:\.\d+)?(?![\w)./-])|\b{_WORD_NUMBERS}\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$€£]\s?\d|\b\d[\d,.]*\s?(?:dollars?|usd|percent|%|million|dólares)|\b\d+(?:\.\d+)?\s?%", re.IGNORECASE)
_SHARE = re.compile(
    r"\b\d[\d.,]*\s?(?:percent|per cent|%|por ciento)|\b(?:half|third|quarter|majority|tenth|mitad)\b", re.IGNORECASE
)
_TIME = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b|"
    r"\b(?:annual(?:ly)?|yearly|monthly|weekly|daily|periodically|quarterly|once|twice|anual(?:mente)?|cada)\b|"
    r"\b(?:each|every|per|at least|a|one|within|than|last|next|of) (?:\w+ )?(?:year|month|week|day|semester|quarter)s?\b|"
    rf"\b(?:\d+|{_WORD_NUMBERS}) (?:\w+ )?(?:years?|months?|weeks?|days?|decades?|hours?|minutes?|años|meses|días)\b|"
    r"\b(?:before|after|until|by the (?:end|beginning|start)|at the (?:end|beginning|start)|as soon as|in time|timely|"
    r"ongoing|flexible|decades?|first|then|school year)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|\S+@\S+\.\w|\bwww\.|https?://|\b\w+\.(?:org|gov|com|edu|net)\b")
_CAPITALISED = re.compile(r"\b[A-ZÁÉÍÓÚÑ][\w’'-]+")
_IDENTIFIER = re.compile(r"\(\w{1,4}\)|\d+(?:[.,]\d+)*")

_HOLDS = {Kind.COUNT: _COUNT, Kind.MONEY: _MONEY, Kind.SHARE: _SHARE, Kind.TIME: _TIME, Kind.CONTACT: _CONTACT}

_NOW = re.compile(
    r"\b(?:right now|currently|at the moment|today|tonight|tomorrow|yesterday|these days|"
    r"(?:this|next|last|coming|past|current|upcoming) (?:\w+ )?(?:year|month|week|semester|summer|fall|spring|winter|night|"
    r"meeting|time|monday|tuesday|wednesday|thursday|friday|survey|class)|"
    r"(?:this|last|next) year'?s|hoy|mañana|ayer|(?:este|el próximo|el pasado) (?:año|mes))\b",
    re.IGNORECASE,
)


def expected(question: str) -> Kind | None:
    """Return the kind of thing that the question asks for, None where any statement may answer it."""
    return next((kind for kind, pattern in _ASKED if pattern.search(question)), None)


def holds(kind: Kind, text: str, question: str, is_name: Callable[[str], bool]) -> bool:
    """Whether ``text`` has a thing of that kind in it, other than what the question itself brings.

    A person is taken to be named where a word is written with a capital that the sources never write without
    (``is_name``) and that the question does not have.
    """
    if kind is not Kind.PERSON:
        return _HOLDS[kind].search(text) is not None
    asked = set(words(question))
    return any(
        is_name(found.group()) and not set(words(found.group())) <= asked for found in _CAPITALISED.finditer(text)
    )


def identifiers(text: str) -> frozenset[str]:
    """Return the numbers and the paragraph marks, "(c)", that ``text`` names."""
    return frozenset(found.group().replace(",", "").lower() for found in _IDENTIFIER.finditer(text))


def proper_names(question: str) -> tuple[str, ...]:
    """Return the stems of words with a capital inside the question, where its writing tells names apart at all."""
    found = [one for one in _CAPITALISED.finditer(question) if one.start() > 0]
    if len(found) > len(question.split()) // 2:
        return ()
    return tuple(
        stem(one.group().lower().replace("’", "'"))
        for one in found
        if question[: one.start()].rstrip()[-1:] not in ".?!:" and one.group().lower() not in STOP_WORDS
    )


def asks_of_today(question: str) -> bool:
    """Whether the question is about the day it is asked on, which a document written before cannot know."""
    return _NOW.search(question) is not None
