"""The model that reads a question and a text together: its file of differences, and what it can do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from transformers import AutoTokenizer

from assistant.embedding import export, networks, packaged
from assistant.embedding.onnxruntime_engine import OnnxRuntimeEmbedder
from assistant.errors import EmbeddingError

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
    (yes,), (no,) = (engine.answerability(question, [text]) or [] for question in (answered, unanswered))
    assert yes > no


def test_of_several_texts_the_one_that_answers_nearly_always_comes_first(engine: OnnxRuntimeEmbedder) -> None:
    texts = [text for text, *_ in PAIRS]
    found = [int(np.argmax(engine.answerability(answered, texts) or [])) for _, answered, _ in PAIRS]
    assert sum(one == place for place, one in enumerate(found)) >= 5


def test_what_is_said_of_a_text_is_the_same_beside_any_others(engine: OnnxRuntimeEmbedder) -> None:
    question = PAIRS[0][1]
    texts = [text for text, *_ in PAIRS]
    alone = [one for text in texts for one in engine.answerability(question, [text]) or []]
    assert engine.answerability(question, texts) == alone


def test_a_question_in_a_language_that_they_were_not_trained_on_is_not_read(engine: OnnxRuntimeEmbedder) -> None:
    question = "¿Cuánto tiempo puede un vecino quedarse con una escalera prestada?"
    assert engine.answerability(question, [PAIRS[0][0]]) is None


def test_eight_bits_say_what_the_full_network_says(engine: OnnxRuntimeEmbedder) -> None:
    folder = packaged.verified_model_folder()
    network = networks.question_and_text(folder, networks.ANSWERABILITY)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for text, *questions in PAIRS:
        for question in questions:
            with torch.no_grad():
                logit = float(network(**tokenizer([question], [text], return_tensors="pt")))
            assert engine.logits(question, [text]) == pytest.approx([logit], abs=export.MOST_STRAYING)


@pytest.mark.parametrize(("question", "text"), [("", ""), ("Why?", ""), ("", "Text."), ("\ud7ff\x00", "x " * 3000)])
def test_odd_texts_have_a_logit_too(engine: OnnxRuntimeEmbedder, question: str, text: str) -> None:
    assert np.isfinite(engine.logits(question, [text])).all()


def test_small_differences_come_back_from_their_file(tmp_path: Path) -> None:
    folder = packaged.verified_model_folder()
    network = networks.question_and_text(folder, None)
    chance = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, one in network.named_parameters():
            if "query.weight" in name or name.startswith("head"):
                thin = torch.randn(one.shape[0], 2, generator=chance)
                wide = torch.randn(2, *one.shape[1:], generator=chance)
                one.add_(0.01 * thin @ wide if one.ndim == 2 else torch.full_like(one, 0.5))
    path = tmp_path / "differences.safetensors"
    networks.save_differences(network, folder, path)
    again = networks.question_and_text(folder, path)
    for name, one in network.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], one, atol=1e-3, rtol=1e-3)
    assert path.stat().st_size < 1_000_000
    assert not any("embeddings" in name for name in load_file(path))


def test_differences_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "differences.safetensors"
    save_file({"head.weight": np.zeros((1, 5), dtype=np.float16)}, path)
    with pytest.raises(EmbeddingError, match="another model"):
        networks.question_and_text(packaged.verified_model_folder(), path)
    path.write_bytes(b"nothing")
    with pytest.raises(EmbeddingError, match="cannot be read"):
        networks.question_and_text(packaged.verified_model_folder(), path)
