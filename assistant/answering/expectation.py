"""What kind of thing would answer a question, and whether a sentence holds one: a number, a sum, a date, a name.

A sentence on the right subject without the kind of thing asked for is the most common wrong answer: asked how much a
liaison earns, search finds what a liaison does. The kinds are those that question classification names (Li and Roth,
"Learning question classifiers", 2002, the numeric and human classes), in English and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from assistant.text.sentences import split_sentences
from assistant.wording import STOP_WORDS, stem, words


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
_CAPITALISED = re.compile(r"\b[A-ZÁÉÍÓÚÑ][\w’'-]+")
_IDENTIFIER = re.compile(r"\(\w{1,4}\)|\d+(?:[.,]\d+)*")

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
_SUPERLATIVE = re.compile(
    r"\b(?:first|last|latest|earliest|best|worst|most|least|largest|biggest|smallest|highest|lowest|oldest|newest|"
    r"longest|shortest|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))\b",
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
_NUMBERED = re.compile(r"\b([A-Za-z]{3,})\s+#?(\d+)\b")
_ROMAN = re.compile(
    r"\b(?P<noun>(?!(?:May|Since|Though|Although|Yes)\b)[A-Z][a-z]{2,})\s+"
    r"(?P<numeral>X{0,3}(?:IX|IV|V?I{1,3}|V|(?<=X)))\b(?![’'.]\w)"
)
"""A title, part or type with a Roman number: "Title I". Few things have more than thirty-nine of them."""
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_CONTRACTION = re.compile(r"^I['’](?:m|ve|d|ll)$", re.IGNORECASE)

_HOLDS = {
    Kind.LIST: _OPENS_LIST,
    Kind.REASON: _REASON,
    Kind.COUNT: _COUNT,
    Kind.MONEY: _MONEY,
    Kind.SHARE: _SHARE,
    Kind.TIME: _TIME,
    Kind.CONTACT: _CONTACT,
}

_NOW = re.compile(
    r"\b(?:now(?! that)|currently|at the moment|today|tonight|tomorrow|yesterday|these days|"
    r"(?:this|next|last|coming|past|current|upcoming) (?:\w+ )?(?:year|month|week|semester|summer|fall|spring|"
    r"winter|night|"
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
        is_name(found.group()) and not set(words(found.group())) <= asked for found in _CAPITALISED.finditer(text)
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


def numbered_things(text: str) -> frozenset[tuple[str, str]]:
    """Return what ``text`` names by number, as stem and number: "LCAP Goal #3" gives ("goal", "3")."""
    return frozenset((stem(noun.lower()), number) for noun, number in _NUMBERED.findall(text))


def in_digits(text: str) -> str:
    """Return ``text`` with the Roman number after a capitalised noun in digits: who asks may write "title 1"."""
    return _ROMAN.sub(_with_digits, text)


def _with_digits(found: re.Match[str]) -> str:
    # "When I ask" counts nothing.
    if found["noun"].lower() in STOP_WORDS:
        return found.group()
    return f"{found['noun']} {_roman(found['numeral'])}"


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def asking(question: str) -> str:
    """Return the sentences of a question that ask; the others tell of the asker's own case, "We have 60 pupils.".

    All of it where no sentence ends with a question mark, or where those that do have nothing of their own to say.
    """
    sentences = [span.of(question) for span in split_sentences(question)]
    asked = " ".join(one for one in sentences if one.endswith("?"))
    return asked if len([word for word in words(asked) if word not in STOP_WORDS]) > 1 else question


def superlatives(text: str) -> frozenset[str]:
    """Return the words of ``text`` that single one thing out of many: "first", "largest", "19th"."""
    return frozenset(found.group().lower() for found in _SUPERLATIVE.finditer(text))


def identifiers(text: str) -> frozenset[str]:
    """Return the numbers and the paragraph marks, "(c)", that ``text`` names."""
    return frozenset(found.group().replace(",", "").lower() for found in _IDENTIFIER.finditer(text))


def proper_names(question: str) -> tuple[tuple[str, ...], ...]:
    """Return the names inside the question, where its writing tells names apart at all: for each the stems of its
    words, which follow one another, each with a capital."""
    found = [one for one in _CAPITALISED.finditer(question) if one.start() > 0]
    if len(found) > len(question.split()) // 2:
        return ()
    names: list[list[str]] = []
    end = 0
    for one in found:
        word = one.group().lower()
        opens_a_sentence = question[: one.start()].rstrip()[-1:] in ".?!:"
        if not opens_a_sentence and word not in STOP_WORDS and not _CONTRACTION.match(word):
            if not names or question[end : one.start()].strip():
                names.append([])
            names[-1].append(stem(word.replace("’", "'")))
            end = one.end()
    return tuple(tuple(name) for name in names)


def asks_of_today(question: str) -> bool:
    """Whether the question is about the day it is asked on, which a document written before cannot know."""
    return _NOW.search(question) is not None
