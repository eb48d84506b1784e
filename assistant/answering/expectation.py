"""What kind of thing would answer a question, and whether a sentence holds one: a number, a sum, a date, a name.

A sentence on the right subject without the kind of thing asked for is the most common wrong answer: asked how much a
liaison earns, search finds what a liaison does. The kinds are those that question classification names (Li and Roth,
"Learning question classifiers", 2002, the numeric and human classes), in English and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from assistant.answering.particulars import CAPITALISED
from assistant.wording import stem, words


class Kind(StrEnum):
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    TIME = "time"
    CONTACT = "contact"
    PERSON = "person"
    REASON = "reason"
    DEFINITION = "definition"
    LIST = "list"

    @property
    def is_value(self) -> bool:
        """Whether it is a figure, a date or an address, which a text has or has not."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.TIME, Kind.CONTACT)


_START = r"^\W*+(?:[\w’']++\W++){0,3}?"
"""Up to three words may stand before what is asked: "In about what year", "And by how many". Further inside a question
the same words ask nothing: "Does it matter how much a family earns?"."""

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
            Kind.MONEY,
            _START + r"how much (?:money|funding|does? .*\b(?:cost|earn|make|spend|receive|get|pay|allocate|budget)|"
            r"(?:is|are|was|were) .*\b(?:paid|spent|allocated|budgeted|budget)|(?:title|\w+ (?:money|funding|funds?)))|"
            r"^\W*(?:what|which|how (?:big|high|large))\b.*\b(?:salary|salaries|wages?|stipend|price|fee|cost|"
            r"budget|dollars?|"
            r"fine|rate)\b|\bcuánto (?:cuesta|gana|dinero|cobra)|\b(?:salario|presupuesto|multa)\b",
        ),
        (Kind.SHARE, _START + r"(?:what|which) (?:percent|percentage|share|proportion|fraction)|\bqué porcentaje"),
        (
            Kind.TIME,
            r"^\W*(?:and |so |but |since |until |by )?when\b(?! it comes)|"
            + _START
            + r"(?:what|which) (?:date|day|month|year|time|deadline)\b|\bwhat(?:'s| is| was) the (?:date|"
            r"deadline|due date|time)|" + _START + r"how (?:long|often|soon|old|frequently|recently)\b|\bdue date\b|"
            r"\bcuándo\b|\b(?:en|a) qué (?:año|fecha|mes|hora)|\bcada cuánto",
        ),
        (Kind.COUNT, _START + r"how many\b|^\W*what(?:'s| is| was) the (?:total )?number of\b|\bcuánt[oa]s\b"),
        (
            Kind.PERSON,
            _START
            + r"who (?:is|was|are the (?:names|members)|wrote|founded|chairs?|leads?|runs?|heads?|directs?|sat|took|"
            r"serves? as|coordinates?|created|developed|designed|invented|authored|published|translated|introduced)\b|"
            r"\b(?:whose|which) (?:person|researcher|author|professor|reporter|legislator)|\bquién(?:es)? (?:es|"
            r"escribió|dirige|preside)",
        ),
        (Kind.REASON, r"^\W*(?:so |and |but )?why\b|\bwhat (?:made|led|caused)\b|\bfor what reason|\bpor qué\b"),
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
_MONEY = re.compile(
    r"[$€£]\s?\d|\b\d[\d,.]*\s?(?:dollars?|usd|percent|%|million|dólares)|\b\d+(?:\.\d+)?\s?%", re.IGNORECASE
)
_SHARE = re.compile(
    r"\b\d[\d.,]*\s?(?:percent|per cent|%|por ciento)|\b(?:half|third|quarter|majority|tenth|mitad)\b", re.IGNORECASE
)
_TIME = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b|"
    r"\b(?:annual(?:ly)?|yearly|monthly|weekly|daily|periodically|quarterly|once|twice|anual(?:mente)?|cada)\b|"
    r"\b(?:each|every|per|at least|a|one|within|than|last|next|of) (?:\w+ )?(?:year|month|week|day|semester|"
    r"quarter)s?\b|"
    rf"\b(?:\d+|{_WORD_NUMBERS}) (?:\w+ )?(?:years?|months?|weeks?|days?|decades?|hours?|minutes?|años|meses|días)\b|"
    r"\b(?:before|after|until|by the (?:end|beginning|start)|at the (?:end|beginning|start)|as soon as|in time|timely|"
    r"ongoing|flexible|decades?|first|then|school year)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")
_MAIL = re.compile(r"\S@\S+\.\w")
_SITE = re.compile(r"\bwww\.|https?://|\b\w+\.(?:org|gov|com|edu|net)\b")
_STREET = re.compile(
    r"\b\d+ (?:\w+ ){1,3}(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|way|lane)\b", re.IGNORECASE
)
_CONTACTS = (
    (re.compile(r"mail|correo", re.IGNORECASE), _MAIL),
    (re.compile(r"\bweb|\burl\b|\bsite\b", re.IGNORECASE), _SITE),
    (re.compile(r"phone|fax|number|call|teléfono", re.IGNORECASE), _PHONE),
    (
        re.compile(r"address|dirección", re.IGNORECASE),
        re.compile("|".join((_STREET.pattern, _MAIL.pattern, _SITE.pattern)), re.IGNORECASE),
    ),
)
_CONTACT = re.compile("|".join((_PHONE.pattern, _MAIL.pattern, _SITE.pattern)))

_REASON = re.compile(
    r"\b(?:because|since|so that|so as|in order|therefore|reasons?|as a basis|due to|purpose|as a result|given that|"
    r"building on|that is why|which is why|thus|hence|aims?|meant to|intended|otherwise|for the sake|"
    r"grounded in|based on|"
    r"to (?:ensure|make|help|keep|give|let|support|show|strengthen|improve|meet|engage|reach|bring|provide|"
    r"build|guide|aid)|"
    r"porque|para que|con el fin|debido a|por eso|razón)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\bhow many (?:\w+ ){0,3}?(?P<noun>\w{3,})\b(?=\s+(?:of|are|is|do|does|did|were|was|have|has|in|must|can|"
    r"should|may|will|on|under|within|per|for|there|make|that|a|to|at|from|we|the)\b|\W*$)",
    re.IGNORECASE,
)

_ENDS_A_PHRASE = re.compile(r"[\n.;:?!]")
_OPENS_LIST = re.compile(r":\s*$")
_SUBJECT = re.compile(
    r"^\W*(?:what(?:'s| is| are| does| do)?|define|explain|definition of|meaning of)\W+"
    r"(?:is |the |an? |word |term |abbreviation )*(?P<subject>.+?)"
    r"(?:\s+(?:stands? for|short for|means?|an abbreviation.*|defined.*|in .*))*\W*$",
    re.IGNORECASE,
)

_HOLDS = {
    Kind.LIST: _OPENS_LIST,
    Kind.REASON: _REASON,
    Kind.COUNT: _COUNT,
    Kind.MONEY: _MONEY,
    Kind.SHARE: _SHARE,
    Kind.TIME: _TIME,
    Kind.CONTACT: _CONTACT,
}


def expected(question: str) -> Kind | None:
    """Return the kind of thing that the question asks for, None where any statement may answer it."""
    return next((kind for kind, pattern in _ASKED if pattern.search(question)), None)


def holds(kind: Kind, text: str, question: str, is_name: Callable[[str], bool]) -> bool:
    """Whether ``text`` has a thing of that kind in it, other than what the question itself brings.

    A person is taken to be named where a word is written with a capital that the sources never write without
    (``is_name``) and that the question does not have.
    """
    if kind is Kind.COUNT and (counted := _COUNTED.search(question)):
        return _counts(text, stem(counted.group("noun").lower()))
    if kind is Kind.CONTACT:
        asked_way = next((given for asked, given in _CONTACTS if asked.search(question)), _CONTACT)
        return asked_way.search(text) is not None
    if kind is Kind.DEFINITION:
        return _defines(text, question)
    if kind is not Kind.PERSON:
        return _HOLDS[kind].search(text) is not None
    asked = set(words(question))
    return any(
        is_name(found.group()) and not set(words(found.group())) <= asked for found in CAPITALISED.finditer(text)
    )


def _counts(text: str, noun: str) -> bool:
    """Whether ``text`` has a number of the things with this stem ("18 principles") or numbers them ("Goal 2")."""
    for number in _COUNT.finditer(text):
        counted = _ENDS_A_PHRASE.split(text[number.end() : number.end() + 60], maxsplit=1)[0]
        if noun in [stem(word) for word in words(counted)[:4]]:
            return True
    return any(stem(before.lower()) == noun for before in re.findall(r"(\w+) #?\d+\b", text))


def _defines(text: str, question: str) -> bool:
    """Whether ``text`` says what the question's subject is: "Subject is ...", "Subject (S). ...", "... (SUBJECT)"."""
    found = _SUBJECT.match(question)
    if found is None:
        return False
    subject = re.escape(found.group("subject").strip(" \"'“”?"))
    opening = rf"^\W*(?:(?:an?|the) )?{subject}(?:s)?\b.{{0,40}}?(?:\.|:|\b(?:is|are|means|stands for)\b)"
    return re.search(rf"\({subject}\)|{opening}", text, re.IGNORECASE) is not None
