"""Training: what is read from the files of questions, what a round of learning is made of, and that it learns."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer

from assistant.embedding import networks, packaged, training
from assistant.embedding.training_material import Asked, Material, Text, choices, read_material
from assistant.errors import UsageError

SHIPPED = Path("eval/training")


def by_letters(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return unit vectors of how often each letter occurs."""
    counts = np.array([[1.0 + text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts])
    found: NDArray[np.float32] = counts / np.linalg.norm(counts, axis=1, keepdims=True)
    return found


@pytest.fixture(scope="module")
def shipped() -> Material:
    return read_material(SHIPPED, by_letters)


def test_a_passage_has_strangers_and_a_document_siblings(tmp_path: Path) -> None:
    passages = [
        {
            "title": "Ferry",
            "passage": f"The ferry {number} sails.",
            "answered": ["Does it sail?"],
            "unanswered": ["Why?"],
        }
        for number in range(3)
    ]
    parts = [
        {"heading": name, "text": f"{name} of a house.", "questions": [f"Which {name}?"], "unanswered": []}
        for name in ("Roof", "Door")
    ]
    rows = [*passages, {"title": "House", "passages": parts}]
    (tmp_path / "some.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = {(one.question, one.text.passage): one for one in read_material(tmp_path, by_letters).training}
    assert len(asked) == 8
    door = asked["Which Door?", "Door of a house."]
    assert [one.whole for one in door.siblings] == ["House: Roof. Roof of a house."]
    assert {one.title for one in door.strangers} == {"Ferry"}
    sails = asked["Does it sail?", "The ferry 1 sails."]
    assert (sails.answered, sails.siblings, sails.text.whole) == (True, (), "Ferry. The ferry 1 sails.")
    assert {one.title for one in sails.strangers[:2]} == {"Ferry"}  # which say most of the question's words
    assert asked["Why?", "The ferry 1 sails."] == Asked("Why?", sails.text, answered=False)


def test_where_there_is_nothing_to_read_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no JSONL file"):
        read_material(tmp_path, by_letters)


def test_what_is_held_out_is_not_learned_from(shipped: Material) -> None:
    held_out = {one.text.title + one.text.passage for one in shipped.held_out}
    seen = [text for one in shipped.training for text in (one.text, *one.siblings, *one.strangers)]
    assert not held_out & {one.title + one.passage for one in seen}
    assert 0.03 < len(shipped.held_out) / len(shipped.training) < 0.05


def test_of_the_questions_that_ship_none_is_its_own_mistake(shipped: Material) -> None:
    for one in shipped.training:
        assert one.question.strip()
        assert one.text.passage.strip()
        assert one.text not in (*one.siblings, *one.strangers)
        assert bool(one.strangers) == one.answered


def test_a_round_has_the_text_that_answers_first_and_at_most_three_others(shipped: Material) -> None:
    asked = shipped.training[::50]
    round_one, round_two = (choices(asked, random.Random(number)) for number in (1, 2))
    for one, (question, texts, answered) in zip(asked, round_one, strict=True):
        assert (question, answered) == (one.question, one.answered)
        assert texts[0].endswith(one.text.passage)
        assert len(texts) == (1 if not one.answered else 2 if not one.siblings else 4)
        assert len(set(texts)) == len(texts)
    assert round_one != round_two
    alone = sum(texts[0] == one.text.passage for one, (_, texts, _) in zip(asked, round_one, strict=True))
    assert 0.1 < alone / len(asked) < 0.3


def test_training_learns_what_it_is_shown() -> None:
    torch.manual_seed(2)
    folder = packaged.verified_model_folder()
    shed, house = (Text("", "", f"The spade and the rake are in the {place}.") for place in ("shed", "house"))
    asked = [Asked(f"Is the {tool} in the shed?", shed, True, (house,)) for tool in ("spade", "rake")]
    asked += [Asked(f"Who owns the {tool}?", shed, False) for tool in ("spade", "rake")]
    network, tokenizer = networks.question_and_text(folder, None), AutoTokenizer.from_pretrained(folder)
    training.train(network, tokenizer, asked * 24, random.Random(2), epochs=4)
    assert training.accuracy(network, tokenizer, asked) == (1.0, 1.0)
