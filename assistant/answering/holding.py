"""Whether a text holds the kind of thing that is asked for: a number of them, a sum, a date, a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assistant.answering.expectation import Kind
from assistant.wording import stem, words

_WORD_NUMBERS = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|half|"
    r"dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|cien|mil)"
)
# "One" is left out: it is an article as often as a number. A number that only names its noun ("Goal 2", "section 1116",
# "Title I", a year, "(2)", "21st") counts nothing.
_COUNT = re.compile(
    rf"(?<![\w.,§#$(/-])(?<!Goal )(?<!goal )(?<!Section )(?<!section )(?<!Code )(?<!Part )(?<!Title )(?<!Type )"
    rf"(?!(?:1[89]|20)\d\d\b)\d{{1,3}}(?:,\d{{3}})*(?:\.\d+)?(?![\w)./-])|\b{_WORD_NUMBERS}\b",
    re.IGNORECASE,
)
_SUM = r"[$€£]\s?\d|\b\d[\d,.]*\s?(?:dollars?|usd|million|dólares)"
_SHARE = r"\b\d[\d.,]*\s?(?:percent|per cent|%|por ciento)|\b(?:half|third|quarter|majority|tenth|mitad)\b"
_YEAR = r"\b(?:1[89]|20)\d\d\b"
_MONTH = (
    r"\b(?:january|february|march|april|(?-i:May)|june|july|august|september|october|november|december|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
)
_WEEKDAY = (
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b"
)
_LIMIT = (
    r"\b(?:before|after|until|within|no later than|by the (?:end|beginning|start)|at the (?:end|beginning|start)|"
    r"as soon as|antes|después|hasta)\b"
)
_REPEATED = (
    r"\b(?:annual(?:ly)?|yearly|monthly|weekly|daily|periodic(?:ally)?|regular(?:ly)?|quarterly|once|twice|ongoing|"
    r"anual(?:mente)?|cada)\b|"
    r"\b(?:each|every|per|times a|a|one|of) (?:\w+ )?(?:year|month|week|day|semester|quarter)s?\b"
)
_LASTING = (
    rf"\b(?:\d+|{_WORD_NUMBERS}|one|an?|several|many|few)[ -](?:\w+ )?(?:years?|months?|weeks?|days?|decades?|hours?|"
    r"minutes?|semesters?|pages?|words?|años|meses|días)\b|\bdecades\b"
)
_SOME_TIME = (
    r"\b(?:at least|within|than|last|next) (?:\w+ )?(?:year|month|week|day|semester|quarter)s?\b|"
    r"\b(?:in time|timely|flexible|first|then|school year)\b"
)
_CAPITALISED_RUN = re.compile(r"\b[A-ZÁÉÍÓÚÑ][\w-]+(?:(?: [A-Z]\.)* [A-ZÁÉÍÓÚÑ][\w-]+)*")
_SCHOOL = re.compile(
    r"\b(?!(?:Every|Each|The|An?|Our|Your|Title|Public|Middle|High|Elementary)\b)[A-ZÁÉÍÓÚÑ][\w’'-]+ "
    r"(?:Elementary|Middle|High|Academy|Preparatory|School)\b(?! (?:Districts?|Sites?|Plans?|Boards?|Councils?)\b)"
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
_COUNTED = re.compile(
    r"\bhow many (?:\w+ ){0,3}?(?P<noun>\w{3,})\b(?=\s+(?:of|are|is|do|does|did|were|was|have|has|in|must|can|"
    r"should|may|will|on|under|within|per|for|there|make|that|a|to|at|from|we|the)\b|\W*$)",
    re.IGNORECASE,
)
_ENDS_A_PHRASE = re.compile(r"[\n.;:?!]")
_LISTS = re.compile(r":\s*$|,[^,.;]{1,200},[^.;]{0,300}? (?:and|or|y|o) ")
"""A line that opens a list, or at least three things in a row."""
_SUBJECT = re.compile(
    r"^\W*(?:what(?:'s| is| are| does| do)?|define|explain|definition of|meaning of)\W+"
    r"(?:is |the |an? |word |term |abbreviation )*(?P<subject>.+?)"
    r"(?:\s+(?:stands? for|short for|means?|an abbreviation.*|defined.*|in .*))*\W*$",
    re.IGNORECASE,
)

_HOLDS = {
    Kind.CONTACT: _CONTACT,
    Kind.SCHOOL: _SCHOOL,
    Kind.LIST: _LISTS,
    **{
        kind: re.compile("|".join(patterns), re.IGNORECASE)
        for kind, patterns in {
            Kind.COUNT: (_COUNT.pattern,),
            Kind.PRICE: (_SUM, r"\b(?:free of charge|no (?:cost|charge|fee)|gratis)\b"),
            Kind.MONEY: (_SUM, _SHARE),
            Kind.SHARE: (_SHARE,),
            Kind.DATE: (_YEAR, _MONTH, _WEEKDAY, _LIMIT, r"\b\d{1,2}/\d{1,2}\b"),
            Kind.FREQUENCY: (_REPEATED,),
            Kind.DURATION: (_LASTING, _LIMIT),
            Kind.TIME: (_YEAR, _MONTH, _WEEKDAY, _LIMIT, _REPEATED, _LASTING, _SOME_TIME),
        }.items()
    },
}


def holds(kind: Kind, text: str, question: str, is_name: Callable[[str], bool]) -> bool:
    """Whether ``text`` has a thing of that kind in it, other than what the question itself brings.

    Somebody is taken to be named where a word, no abbreviation, is written with a capital that the sources never write
    without (``is_name``) and that the question does not have; for a ``NAME``, so has to be each word with a capital
    beside it: "Joyce Epstein", but not "Malibu Unified School District".
    """
    if kind is Kind.COUNT and (counted := _COUNTED.search(question)):
        return _counts(text, stem(counted.group("noun").lower()))
    if kind is Kind.CONTACT:
        asked_way = next((given for asked, given in _CONTACTS if asked.search(question)), _CONTACT)
        return asked_way.search(text) is not None
    if kind is Kind.DEFINITION:
        return _defines(text, question)
    if kind in (Kind.PERSON, Kind.NAME):
        how_many_words = all if kind is Kind.NAME else any
        return any(how_many_words(map(is_name, name)) for name in _names(text, frozenset(words(question))))
    return _HOLDS[kind].search(text) is not None


def _names(text: str, asked: frozenset[str]) -> Iterator[list[str]]:
    """Yield the words of each run of words with a capital, "Joyce L. Epstein", without abbreviations and without what
    the question has."""
    for run in _CAPITALISED_RUN.finditer(text):
        name = [word for word in re.findall(r"[\w-]{2,}", run.group()) if not word.isupper()]
        if name and not set(words(" ".join(name))) <= asked:
            yield name


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
