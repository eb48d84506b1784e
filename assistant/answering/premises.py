"""What a question takes for granted: that something was ended, that somebody leads.

"Why was the program abolished?" is on the subject of every sentence about the program, and none of them says that it
was. Search and vectors cannot tell, for what is asked about is all there; but a text that speaks of an end has a word
for it. Only relations with few and plain words are looked for, in English and Spanish.
"""

from __future__ import annotations

import re

_ENDING = re.compile(
    r"\b(?:abol\w*|cancel\w*|scrap(?:s|ped)?|repeal\w*|rescind\w*|revo[kc]\w*|discontin\w*|terminat\w*|eliminat\w*|"
    r"bann?(?:ed|s)?|reject\w*|refus\w*|withdr[ae]w\w*|suspend\w*|dissol\w*|expir\w*|ceas\w*|abandon\w*|replac\w*|"
    r"remov\w*|stop(?:s|ped|ping)?|quits?|drop(?:s|ped|ping)?|(?<!the )end(?:s|ed|ing)?|clos(?:e|ed|es|ing)|"
    r"shut(?:s|ting)?|cut(?:s|ting)?|no longer|phas(?:e|ed|ing) out|"
    r"(?:pull|back|opt|drop)(?:s|p?ed|p?ing)? out|vot(?:e|ed|es|ing)\b[^.?!]*\bdown|"
    r"(?:did|does?|done|doing) away with|(?:get|gets|got|getting) rid of|"
    r"elimin\w*|rechaz\w*|cerr\w*|termin\w*|dej[óoa]\w*|retir\w*|suprim\w*|ya no)\b",
    re.IGNORECASE,
)
_ENDED_BY = re.compile(r"\b(?:until|before|former(?:ly)?|hasta|antes)\b", re.IGNORECASE)
"""Says of something that it ended, and asks nothing of the kind."""
_TAKEN_FOR_GRANTED = re.compile(
    r"^\W*(?:so |and |but )?(?:why|how come|who|"
    r"(?:when|(?:in |on )?(?:what|which) (?:year|month|date))\b(?: \w+){0,2}? (?:did|was|were|has|have|had)|"
    r"(?:y )?(?:por qué|cuándo|quién))\b|\b(?:now that|given that|ever since|ahora que)\b",
    re.IGNORECASE,
)
_ASKS_WHO_LEADS = re.compile(
    r"\b(?:who|quién)(?:['’]s)?(?: \w+){0,3}? (?:(?:co-?)?chair\w*|leads?|led|leader|heads?|headed|direct(?:s|ed|or)|"
    r"coordinat\w*|presid\w*|manag(?:es?|ed|er)|supervis\w*|in charge|overs(?:ees?|aw)|runs?|ran|"
    r"dirige|encabeza|preside|coordina)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(?:(?:co-?)?chair\w*|lead\w*|led|head(?:s|ed)?|direct(?:s|ed|ors?|ion)|coordin\w*|presid\w*|manag\w*|"
    r"supervis\w*|in charge|overs(?:ee\w*|aw)|runs?|ran|superintendent|principal|dirig\w*|directora?|encabez\w*)\b",
    re.IGNORECASE,
)


def says_nothing_of_the_premise(question: str, text: str) -> bool:
    """Whether the question takes for granted that something ended, or that somebody leads, and ``text`` has no word of
    that."""
    if _TAKEN_FOR_GRANTED.search(question) and _ENDING.search(question):
        return _ENDING.search(text) is None and _ENDED_BY.search(text) is None
    return _ASKS_WHO_LEADS.search(question) is not None and not _LEADING.search(text)
