"""The language model as judge: what it is asked, how its answer is read, and what it cannot overrule."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelError, SettingsError
from assistant.prompts import Prompts
from assistant.support import BuiltInCheck, Claim, ModelJudgeCheck
from assistant.support.judge import parse_answer

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
PARAPHRASE = Claim("Families get a say in spending.", ("Parents are asked how the reserve is used.",), ("Reserve",))
NEAR = Claim("The council gladly approves the plan.", ("The council approves the plan in the autumn term.",))


class Model:
    """Answers in order, and keeps what it was asked; an answer of None is a failure."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, request: str) -> str:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if answer is None:
            raise ModelError("It is gone.", kind="refused", next_step="Start it.")
        return answer


def check(model: Model) -> ModelJudgeCheck:
    return ModelJudgeCheck(model, PROMPTS, BuiltInCheck(None))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("SUPPORTED", True),
        (" **Supported.**\n", True),
        ("Yes", True),
        ("Answer: SUPPORTED", True),
        ("NOT SUPPORTED", False),
        ("not supported.\nThe pieces say otherwise.", False),
        ("Unsupported", False),
        ("No.", False),
        ("", None),
        ("Supported, but not all of it", None),
        ("It is supported", None),
        ("I cannot tell", None),
        ("SUPPORTED / NOT SUPPORTED", None),
        ("notsupported supported", None),
    ],
)
def test_one_strict_answer_is_read(answer: str, said: bool | None) -> None:
    assert parse_answer(answer) is said


@given(st.text(max_size=100))
def test_any_answer_gives_a_verdict(answer: str) -> None:
    (verdict,) = check(Model(answer)).judge([PARAPHRASE])
    assert 0.0 <= verdict.score <= 1.0
    assert verdict.supported == bool(verdict.carried_by)


def test_the_model_decides_where_words_do_not() -> None:
    model = Model("SUPPORTED", "NOT SUPPORTED")
    yes, no = check(model).judge([PARAPHRASE, PARAPHRASE])
    assert (yes.supported, yes.carried_by, yes.reason, yes.fell_back) == (True, (0,), None, False)
    assert (no.supported, no.carried_by, no.fell_back) == (False, (), False)
    assert yes.score > 0.5 > no.score
    assert "Reserve: Parents are asked how the reserve is used." in model.asked[0]
    assert "Families get a say in spending." in model.asked[0]


@pytest.mark.parametrize(
    "claim",
    [
        Claim("The plan has 4 goals.", ("The plan has 3 goals.",)),
        Claim("Sites may write goals.", ("Sites must write goals.",)),
        Claim("Parents do not vote.", ("Parents vote.",)),
        Claim("Ms. Ortega leads the team.", ("One member leads the team.",)),
        Claim("Anything.", ()),
    ],
)
def test_it_cannot_overrule_the_hard_checks_and_is_not_asked(claim: Claim) -> None:
    model = Model()
    (verdict,) = check(model).judge([claim])
    assert not verdict.supported
    assert model.asked == []


def test_what_is_word_for_word_in_the_source_needs_no_judge() -> None:
    model = Model()
    (verdict,) = check(model).judge([Claim("Parents vote.", ("x", "Parents vote."))])
    assert verdict.carried_by == (1,)


def test_an_answer_that_is_none_falls_back_and_says_so() -> None:
    passed, refused = check(Model("Hmm.", "Hmm.")).judge([NEAR, PARAPHRASE])
    alone = BuiltInCheck(None).judge([NEAR, PARAPHRASE])
    assert [passed.supported, refused.supported] == [one.supported for one in alone] == [True, False]
    assert passed.fell_back
    assert refused.fell_back
    assert refused.reason is not None
    assert "built-in" in refused.reason


def test_a_model_that_is_gone_is_asked_once_a_call() -> None:
    model = Model(None, "SUPPORTED")
    verdicts = check(model).judge([PARAPHRASE, PARAPHRASE, PARAPHRASE])
    assert len(model.asked) == 1
    assert all(one.fell_back and not one.supported for one in verdicts)


def test_a_prompt_that_is_gone_is_an_error_of_the_settings(tmp_path: Path) -> None:
    judge = ModelJudgeCheck(Model("SUPPORTED"), Prompts(tmp_path), BuiltInCheck(None))
    with pytest.raises(SettingsError):
        judge.judge([PARAPHRASE])
