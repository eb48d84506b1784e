"""Sentences that claim nothing about the subject: "In summary,", "Here is what the sources say:", "I hope this helps."

Strict: every word must be one that talks about the answer, the sources or the reader's question. Any other word is
taken to claim something, and then the sentence has to be carried like any other.
"""

from __future__ import annotations

import re

from assistant.support.find_quantities import find_quantities
from assistant.support.names import find_names
from assistant.support.text import read
from assistant.wording import stem

_TALK = frozenset(
    stem(word)
    for word in "summary summarize summarise sum conclusion conclude short brief briefly overall total general "
    "addition additionally furthermore moreover also finally first firstly second secondly third thirdly next last "
    "lastly then however therefore thus hence meanwhile besides instead example instance answer answers question "
    "questions ask asked asking source sources document documents passage passages excerpt excerpts text texts "
    "evidence quote quotes quoted information details detail point points following follow below above here hope "
    "hopes help helps helpful helping let know need like want further more anything else please feel free glad "
    "happy sure certainly course okay ok yes thanks thank welcome great good look looking see find found give gives "
    "given provide provided provides show shows shown list listed lists explain explains explained describe "
    "describes described mention mentions mentioned note say says said tell tells talk according based key main "
    "important things thing following way ways put simply words word other hand breakdown overview en resumen aquí "
    "está están lo dicen fuentes documentos respuesta pregunta siguiente siguientes espero esto ayude ayuda además "
    "también por último finalmente conclusión ejemplo información según claro gracias puntos".split()
)
_LIGHT = frozenset(
    "i me my you your we us our it its this that these those there here is are was be been am do does did have has "
    "had can could will would may might shall should let's i'm i've you're it's that's here's what's of to in on "
    "for with as at by from and or but so if any some all each every more most a an the what which who how when "
    "where why about into up out over not no nor only very just now then than too both either one ones yes el la "
    "los las un una de del que en y a al se es son su sus le les lo para con sobre no si más me mi te tu usted "
    "ustedes nos".split()
)
_MOST_WORDS = 25
_OPENS = re.compile(
    r"\W*(?:(?:in|to|by way of) (?:summary|conclusion|short|brief|addition|general|other words|summarize|summarise|"
    r"sum up|conclude)|overall|finally|lastly|additionally|furthermore|moreover|also|however|therefore|thus|next|then|"
    r"first(?:ly)?|second(?:ly)?|third(?:ly)?|for (?:example|instance)|here(?:'s|’s| is| are)|below (?:is|are)|"
    r"the following|(?:these|those|this|that) (?:are|is) (?:what|the answer|an? (?:summary|overview|breakdown))|"
    r"i hope|hope (?:this|that)|let me know|if you (?:have|need|want|would)|please (?:let|feel)|feel free|sure|"
    r"certainly|of course|okay|ok|great question|good question|thanks?|thank you|you(?:'re|’re| are) welcome|"
    r"(?:i am|i'm|i’m) (?:glad|happy)|based on|according to|as (?:shown|listed|noted|described)|the answer to|"
    r"en (?:resumen|conclusión)|aquí|espero|según|además|también|por (?:último|ejemplo)|finalmente|claro|gracias)\b",
    re.IGNORECASE,
)
_RULES = frozenset("must shall should may might not no nor none never cannot without neither nothing only".split())
_WHO_CAN = re.compile(
    r"\b(?:they|we|he|she|it|you) (?:can|could|will|would)\b(?! (?:find|see|like)\b)|n['’]t\b", re.IGNORECASE
)


def claims_nothing(text: str) -> bool:
    """Whether ``text`` states nothing about the subject: it opens as talk does, and every word of it is talk.

    Statements about what the sources do not say are claims ("The documents do not mention this"), and so are a bare
    "yes" and "no".
    """
    words = read(text).words
    if not words:
        return not any(letter.isalnum() for letter in text)
    if len(words) > _MOST_WORDS or not _OPENS.match(text) or _WHO_CAN.search(text):
        return False
    if find_quantities(text) or find_names(text) or any(word.lower in _RULES for word in words):
        return False
    return all(word.lower in _LIGHT or word.stem in _TALK for word in words)
