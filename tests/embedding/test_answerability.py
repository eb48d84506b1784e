"""The model that tells whether a text answers a question: its file of differences, its training, what it can do."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from transformers import AutoTokenizer

from assistant.embedding import export, networks, packaged, training
from assistant.embedding.onnxruntime_engine import OnnxRuntimeEmbedder
from assistant.errors import EmbeddingError, UsageError

# Each text with a question that it answers, and one on the same subject, in as many of its words, that it does not.
PAIRS = (
    (
        "The tool library on Harbour Street lends drills, ladders and pumps to residents for seven days. A deposit of "
        "30 crowns is returned with the tool. It is open on Tuesdays and Fridays, and run by nine volunteers.",
        "How long may a resident keep a borrowed ladder?",
        "How many tools does the library on Harbour Street lend in a year?",
    ),
    (
        "The choir was founded in 1931 by two sisters who taught at the mill school. Twice it stopped singing: in the "
        "war, and for a year after the hall had burned down. Today it has forty members and one rule, punctuality.",
        "Who started the choir?",
        "Who conducts the choir today?",
    ),
    (
        "Our harvest plan has three aims. Aim 1: shorter ways from field to kitchen. Aim 2: less waste in canteens. "
        "Aim 3: every child has planted and eaten something before leaving the fourth grade.",
        "Which aim is about throwing away less food?",
        "What does aim 5 of the harvest plan say?",
    ),
    (
        "Members who move away may keep their garden until the end of October. The board may ask for the key at once "
        "where the plot is left untended for more than six weeks. No refund of the yearly fee is given.",
        "When can the board demand the key immediately?",
        "How much is the yearly fee for a garden?",
    ),
    (
        "The ferry does not run in fog. The captain decides an hour before departure, and a red lamp on the pier shows "
        "that the crossing is cancelled. Tickets stay valid for a month; bicycles travel free.",
        "How can I tell from land that the boat is not going?",
        "Why was the red lamp on the pier replaced?",
    ),
    (
        "A glaze is a thin coat of glass. It seals the clay, makes it easy to clean and gives it colour. Lead was once "
        "used in glazes for their shine; it is poisonous and has been given up for tableware.",
        "What does a glaze do for a pot?",
        "At what temperature is a glaze fired?",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> OnnxRuntimeEmbedder:
    prepared = export.find_prepared([export.environment_folder()]) or export.prepare(tmp_path_factory.mktemp("model"))
    return OnnxRuntimeEmbedder(prepared, packaged.model_folder() / "tokenizer.json")


@pytest.mark.parametrize(("text", "answered", "unanswered"), PAIRS)
def test_a_text_that_answers_is_told_from_one_on_the_same_subject(
    engine: OnnxRuntimeEmbedder, text: str, answered: str, unanswered: str
) -> None:
    assert engine.answerability(answered, text) > engine.answerability(unanswered, text)


def test_eight_bits_say_what_the_full_network_says(engine: OnnxRuntimeEmbedder) -> None:
    folder = packaged.verified_model_folder()
    network, tokenizer = networks.answerability(folder), AutoTokenizer.from_pretrained(folder)
    for text, *questions in PAIRS:
        for question in questions:
            with torch.no_grad():
                logit = float(network(**tokenizer([question], [text], return_tensors="pt")))
            assert engine.answerability(question, text) == pytest.approx(logit, abs=export.MOST_STRAYING)


@pytest.mark.parametrize(("question", "text"), [("", ""), ("Why?", ""), ("", "Text."), ("\ud7ff\x00", "x " * 3000)])
def test_odd_texts_have_a_logit_too(engine: OnnxRuntimeEmbedder, question: str, text: str) -> None:
    assert np.isfinite(engine.answerability(question, text))


def test_small_differences_come_back_from_their_file(tmp_path: Path) -> None:
    folder = packaged.verified_model_folder()
    network = networks.answerability(folder, None)
    chance = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, one in network.named_parameters():
            if "query.weight" in name or name.startswith("head"):
                thin = torch.randn(one.shape[0], 2, generator=chance)
                wide = torch.randn(2, *one.shape[1:], generator=chance)
                one.add_(0.01 * thin @ wide if one.ndim == 2 else torch.full_like(one, 0.5))
    path = tmp_path / "differences.safetensors"
    networks.save_differences(network, folder, path)
    again = networks.answerability(folder, path)
    for name, one in network.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], one, atol=1e-3, rtol=1e-3)
    assert path.stat().st_size < 1_000_000
    assert not any("embeddings" in name for name in load_file(path))


def test_differences_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "differences.safetensors"
    save_file({"head.weight": np.zeros((1, 5), dtype=np.float16)}, path)
    with pytest.raises(EmbeddingError, match="another model"):
        networks.answerability(packaged.verified_model_folder(), path)
    path.write_bytes(b"nothing")
    with pytest.raises(EmbeddingError, match="cannot be read"):
        networks.answerability(packaged.verified_model_folder(), path)


def test_training_learns_what_it_is_shown() -> None:
    torch.manual_seed(2)
    folder = packaged.verified_model_folder()
    pairs = [training.Pair(f"Where is the {one}?", f"The {one} is in the shed.", True) for one in ("spade", "rake")]
    pairs += [training.Pair(f"Who owns the {one}?", f"The {one} is in the shed.", False) for one in ("spade", "rake")]
    network, tokenizer = networks.answerability(folder, None), AutoTokenizer.from_pretrained(folder)
    training.train(network, tokenizer, pairs * 24, random.Random(2), epochs=4)
    assert training.accuracy(network, tokenizer, pairs) == 1.0


def test_the_material_holds_passages_out_and_pairs_neighbours() -> None:
    folder = Path("eval/answerability")
    seen: list[str] = []

    def embed(texts: list[str]) -> np.ndarray:
        seen.extend(texts)
        return np.random.default_rng(4).normal(size=(len(texts), 8))

    material = training.read_material(folder, embed, random.Random(4))
    held_out = {one.text for one in material.held_out}
    assert len(held_out) == len(range(7, len(seen), 25))
    assert not held_out & {one.text for one in material.training}
    for pairs in material.training, material.held_out:
        assert 0.4 < np.mean([one.answers for one in pairs]) <= 0.5


def test_a_folder_without_material_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no JSONL file"):
        training.read_material(tmp_path, lambda texts: texts, random.Random(0))
