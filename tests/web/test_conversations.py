"""Conversations are kept by key, and only so many."""

from __future__ import annotations

from assistant.records import Turn
from assistant.web.conversations import MOST_CONVERSATIONS, MOST_TURNS, Conversations
from tests.web.test_markup import answer_of


def key(number: int) -> str:
    return f"{number:032x}"


def turn(question: str) -> Turn:
    return Turn(question, answer_of(question))


def test_a_conversation_is_its_turns_in_order() -> None:
    kept = Conversations()
    kept.add(key(1), turn("first"))
    assert kept.add(key(1), turn("second")) == kept.turns(key(1))
    assert [one.question for one in kept.turns(key(1))] == ["first", "second"]
    assert kept.turns(key(2)) == ()


def test_a_forgotten_conversation_is_gone() -> None:
    kept = Conversations()
    kept.add(key(1), turn("first"))
    kept.forget(key(1))
    kept.forget(key(1))
    assert kept.turns(key(1)) == ()


def test_the_least_recently_used_conversation_and_the_oldest_turns_go_first() -> None:
    kept = Conversations()
    for number in range(MOST_TURNS + 1):
        kept.add(key(1), turn(f"question {number}"))
    assert [one.question for one in kept.turns(key(1))] == [f"question {number}" for number in range(1, MOST_TURNS + 1)]
    for number in range(2, MOST_CONVERSATIONS + 1):
        kept.add(key(number), turn("hello"))
    kept.add(key(1), turn("again"))
    kept.add(key(0), turn("one too many"))
    assert kept.turns(key(2)) == ()
    assert all(kept.turns(key(number)) for number in (0, 1, 3, MOST_CONVERSATIONS))


def test_nothing_is_kept_under_a_key_that_no_page_makes() -> None:
    kept = Conversations()
    for bad in ("", "x" * 32, key(1).upper().replace("1", "A"), "../" + key(1)):
        kept.add(bad, turn("first"))
        assert kept.turns(bad) == ()
