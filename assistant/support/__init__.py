"""Does this evidence carry this sentence? One interface, three checks; used by answering, drafting and checking."""

from assistant.support.accuracy import (
    Accuracy,
    LabelledClaim,
    load_cases,
    measure,
    overlap_accuracy,
    word_overlap,
)
from assistant.support.across_languages import judge_across_languages
from assistant.support.base import Claim, PreparesEvidence, ReadsMeaning, SupportCheck, Verdict, prepare, reads_meaning
from assistant.support.built_in import BuiltInCheck
from assistant.support.connective import claims_nothing
from assistant.support.cross_encoder import CrossEncoderCheck
from assistant.support.facts import Fact, FactKind, facts, missing_facts
from assistant.support.judge import ModelJudgeCheck

__all__ = [
    "Accuracy",
    "BuiltInCheck",
    "Claim",
    "CrossEncoderCheck",
    "Fact",
    "FactKind",
    "LabelledClaim",
    "ModelJudgeCheck",
    "PreparesEvidence",
    "ReadsMeaning",
    "SupportCheck",
    "Verdict",
    "claims_nothing",
    "facts",
    "judge_across_languages",
    "load_cases",
    "measure",
    "missing_facts",
    "overlap_accuracy",
    "prepare",
    "reads_meaning",
    "word_overlap",
]
