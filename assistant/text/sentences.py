"""Cutting a paragraph into citable sentences: pure, offsets exact, made for policy and law in English and Spanish.

A wrong cut costs more than a missed one: half a sentence quoted on its own may say the opposite. So a full stop
ends a sentence only where what stands before and after it both allow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.records import Span
from assistant.text.characters import word_set
from assistant.text.markers import MARKER

WANTED_WORDS = 90
"""A longer unit is cut at a semicolon or colon where it has one."""
MOST_WORDS = 120
"""No unit is longer: it is cut at a comma, and without one at a word."""
_FEWEST_WORDS = 12
_LOOKED_BACK = 200
"""Characters before a full stop that can tell what it is; whatever decides is shorter by far."""

_NEVER_LAST = word_set(
    "dr mr mrs ms mx prof rev hon gov sen rep gen col supt messrs st mt ft vs v cf viz e.g i.e eg ie approx "
    "sr sra srta sres dra profa lic ing ud uds vd vds p.ej ej dres mons arz"
)
_BEFORE_NUMBERS = word_set(
    "no nos sec secs sect art arts arg ch chap chs cl para paras par pars subd subds subdiv p pp pg pgs vol vols fig "
    "figs tit pt pts bk app apps ex ver eds rm ste ext tel núm num núms nro nros n.o pág págs cap caps inc párr parr "
    "pub jan feb mar apr jun jul aug sep sept oct nov dec ene abr ago set dic stat reg regs div"
)
_ALSO_INSIDE = word_set(
    "inc ltd corp co jr etc al dept ed univ assn bros esq cal code educ gov gob depto ave blvd rd hwy tel est ext ref "
    "rev min max avg misc u.s u.s.c u.k d.c a.m p.m ph.d ed.d m.a b.a m.ed ee uu aa vv"
)
_NAMES_A_LETTER = word_set(
    "title part section appendix type tier schedule exhibit form group level plan option goal chapter article phase "
    "grade table figure class category subpart division item priority título parte sección anexo tipo nivel grupo meta"
)
# Words that often open a sentence and hardly ever continue a name after an abbreviation.
_OPENERS = word_set(
    "the a an this that these those it its he she they we you i in on at for from to by with if when while where as "
    "although because however therefore moreover furthermore additionally also each every all any some many most "
    "not both such one two there here what who how why which our your their his her please after before during under "
    "through see students parents families schools districts sites teachers staff children research "
    "el la los las lo un una unos unas este esta estos estas ese esa en para por si cuando como según sin con al del "
    "se son es que todos todas cada padres familias además también nuestro nuestra su sus usted ustedes después antes "
    "durante"
)

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”\u2019»\u203a)\]]*(?P<note>\[?\d{1,3}\]?)?(?=\s|$)")
_OPENING = "\"'“\u2018«\u2039([{¿¡*_•\u2013—-"
_ENUMERATOR = re.compile(r"\((?:[a-z]{1,4}|[A-Z]|\d{1,2})\)")
_TAIL = re.compile(r"\((?P<inside>[^()]{1,90})\)[.;,]?(?=\s|$)")
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W\d_]|[$€£%]")


def split_sentences(text: str) -> list[Span]:
    """Return the sentences of ``text`` in order, without the white space between them; long ones are cut."""
    return [unit for sentence in _sentences(text) for unit in cut_long(text, sentence)]


def word_count(text: str) -> int:
    return len(text.split())


def cut_long(text: str, unit: Span) -> list[Span]:
    """Return ``unit`` in pieces of at most ``MOST_WORDS`` words, cut where the sense allows it best."""
    if not _LETTER.search(text, unit.start, unit.end):
        return []
    if text.count(" ", unit.start, unit.end) < WANTED_WORDS:
        return [unit]
    words = [Span(match.start(), match.end()) for match in _WORD.finditer(text, unit.start, unit.end)]
    pieces: list[Span] = []
    waiting = [(0, len(words))]
    while waiting:
        first, last = waiting.pop()
        cut = _cut_position(text, words, first, last)
        if cut is None:
            pieces.append(Span(words[first].start, words[last - 1].end))
        else:
            waiting += [(cut, last), (first, cut)]
    return pieces


def _cut_position(text: str, words: list[Span], first: int, last: int) -> int | None:
    """Return the number of the word that opens the second piece, or None where the piece can stay whole."""
    if last - first <= WANTED_WORDS:
        return None
    # Of a text far too long the first stretch is cut off, so that the work stays linear.
    horizon = min(last, first + 2 * MOST_WORDS)
    middle = first + min((last - first) // 2, MOST_WORDS - _FEWEST_WORDS)
    inner = range(first + _FEWEST_WORDS, min(last - _FEWEST_WORDS, horizon) + 1)
    for marks, needed in ((";:", WANTED_WORDS), (",", MOST_WORDS)):
        if last - first <= needed:
            break
        places = [index for index in inner if text[words[index - 1].end - 1] in marks]
        if places:
            return min(places, key=lambda index: abs(index - middle))
    return middle if last - first > MOST_WORDS else None


def _sentences(text: str) -> Iterator[Span]:
    for line in re.finditer(r"[^\n]+", text):
        yield from _sentences_of_line(text, line.start(), line.end())


def _sentences_of_line(text: str, start: int, end: int) -> Iterator[Span]:
    start = _skip_space(text, start, end)
    position = start
    while match := _END.search(text, position, end):
        position = match.end()
        stop = _end_of_sentence(text, start, end, match)
        if stop is None:
            continue
        following = _skip_space(text, stop, end)
        # What holds no letter or amount ("* * *", a stray quote mark) is not a sentence of its own.
        if not _LETTER.search(text, start, stop) or not _LETTER.search(text, following, end):
            continue
        yield Span(start, stop)
        start = position = following
    last = len(text[:end].rstrip())
    if start < last:
        yield Span(start, last)


def _end_of_sentence(text: str, start: int, end: int, match: re.Match[str]) -> int | None:
    """Return where the sentence ends, a reference in parentheses after it included, or None."""
    note = match["note"]
    mark = match.start()
    if note and (
        mark == start or text[mark - 1].isdigit() or not (text[mark - 1].isalpha() or text[mark - 1] in ')”"\u2019')
    ):
        return None
    following = _skip_space(text, match.end(), end)
    if following >= end:
        return match.end()
    tail = _TAIL.match(text, following, end)
    if tail and _is_reference(tail["inside"]) and not _ENUMERATOR.fullmatch(tail[0]):
        after = _skip_space(text, tail.end(), end)
        if after >= end or _may_open(text, after, end):
            return tail.end() if _allows_end(text, start, match, "") else None
    if not _may_open(text, following, end):
        return None
    return match.end() if _allows_end(text, start, match, _first_word(text, following, end)) else None


def _is_reference(inside: str) -> bool:
    return inside.rstrip()[-1:] not in ".!?"


def _allows_end(text: str, start: int, match: re.Match[str], next_word: str) -> bool:
    """Whether the marks of ``match`` may end a sentence that ``next_word`` ('' for any) follows."""
    marks = match[0]
    if marks[0] != "." or marks.startswith(".."):
        return True
    before = text[max(start, match.start() - _LOOKED_BACK) : match.start()]
    if MARKER.fullmatch(before.lstrip() + ". ") or (len(before) < 20 and _is_label(before)):
        return False
    token = re.split(r"[\s/—\u2013]", before)[-1].lstrip("\"'“\u2018«([{¿¡*_").lower()
    closed = len(marks.rstrip("0123456789[]")) > 1
    if closed and marks[1:2] in "\"'”\u2019»":
        return True
    if token in _NEVER_LAST:
        return False
    opens = next_word.lower() in _OPENERS
    if token in _BEFORE_NUMBERS:
        return not _is_number(next_word) and (opens or token not in _ALSO_INSIDE)
    if len(token) == 1 and token.isalpha():
        return _letter_ends(before, next_word, opens)
    if token in _ALSO_INSIDE or re.fullmatch(r"(?:\w\.)+\w", token):
        return opens or next_word == ""
    return True


def _letter_ends(before: str, next_word: str, opens: bool) -> bool:
    """A single letter: an initial ("Joyce L. Epstein") or the end of a name ("under Title I. Funds ...")."""
    words = before.split()
    named = len(words) > 1 and words[-2].lower().strip('(“"') in _NAMES_A_LETTER
    return named or opens or next_word == ""


def _is_label(before: str) -> bool:
    """Whether a sentence so far is but a label: "Section 1", "Sec. 1116", "Art. 5", "§ 11502"."""
    words = before.replace(".", " ").split()
    return (
        1 <= len(words) <= 2
        and any(char.isdigit() for char in words[-1])
        and (
            len(words) == 1
            or words[0].lower() in _NAMES_A_LETTER
            or words[0].lower() in _BEFORE_NUMBERS
            or words[0] == "§"
        )
    )


def _is_number(word: str) -> bool:
    return bool(re.match(r"[\d#§(]|[ivxlcIVXLC]+\b|[A-Z]\b", word))


def _may_open(text: str, position: int, end: int) -> bool:
    """Whether a sentence may begin at ``position``: a capital, a digit, an enumerator, an opening mark before them."""
    if _ENUMERATOR.match(text, position, end) or text[position] in "¿¡":
        return True
    while position < end and (text[position] in _OPENING or text[position].isspace()):
        position += 1
    if position >= end:
        return False
    char = text[position]
    return (
        char.isupper() or char.isdigit() or char.istitle() or char in "§#$" or (char.isalpha() and not char.islower())
    )


def _first_word(text: str, position: int, end: int) -> str:
    match = re.compile(r"[\"'“\u2018«\u2039\[{¿¡*_•\u2013—-]*\s*(?P<word>[(#§]?\w[\w\u2019']*)").match(
        text, position, end
    )
    return match["word"] if match else "?"


def _skip_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position
