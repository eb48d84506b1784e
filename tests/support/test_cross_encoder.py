"""A cross-encoder as the check: a real model of a few kilobytes, and labels in whatever order it has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.cross_encoder import EntailmentModel, entailment_label
from assistant.errors import EmbeddingError
from assistant.support import Claim, CrossEncoderCheck

WORDS = "the school plan parents must may vote approves council in of a and not"


def save_tiny_cross_encoder(folder: Path, labels: dict[int, str], favoured: int) -> Path:
    """Write a CrossEncoder with random weights whose output ``favoured`` is always the highest."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir(parents=True)
    letters = [letter for one in "abcdefghijklmnopqrstuvwxyz0123456789" for letter in (one, f"##{one}")]
    vocabulary = list(dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", *WORDS.split(), *letters]))
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        id2label=labels,
        label2id={label: number for number, label in labels.items()},
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.bias[favoured] += 5.0
    model.save_pretrained(folder, safe_serialization=True)
    BertTokenizer(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("labels", "favoured", "entailed"),
    [
        ({0: "contradiction", 1: "entailment", 2: "neutral"}, 1, True),
        ({0: "ENTAILMENT", 1: "NEUTRAL", 2: "CONTRADICTION"}, 0, True),
        ({0: "entailment", 1: "neutral", 2: "contradiction"}, 2, False),
        ({0: "not_entailment", 1: "entailment"}, 1, True),
        ({0: "LABEL_0"}, 0, True),
    ],
)
def test_the_label_of_entailment_is_read_from_the_model(
    tmp_path: Path, labels: dict[int, str], favoured: int, entailed: bool
) -> None:
    check = CrossEncoderCheck(save_tiny_cross_encoder(tmp_path / "tiny", labels, favoured))
    assert check.name == "cross-encoder tiny"
    evidence = ("The council approves the plan.", "Parents must vote.", "")
    open_claim, changed, verbatim, nothing = check.judge(
        [
            Claim("The plan of the school council.", evidence, ("A", "B", "C")),
            Claim("Parents may vote.", evidence),
            Claim("Parents must vote.", evidence),
            Claim("Parents vote.", ()),
        ]
    )
    assert open_claim.supported == entailed
    assert (open_claim.score > 0.5) == entailed
    assert bool(open_claim.carried_by) == entailed
    assert not changed.supported
    assert changed.score < 0.5
    assert (verbatim.supported, verbatim.carried_by) == (True, (1,))
    assert (nothing.supported, nothing.score) == (False, 0.0)


def test_probabilities_of_texts_of_any_length(tmp_path: Path) -> None:
    folder = save_tiny_cross_encoder(tmp_path / "m", {0: "contradiction", 1: "entailment", 2: "neutral"}, 1)
    model = EntailmentModel(folder)
    scores = model.entailment([("the plan " * 300, "a plan"), ("", ""), ("the council", "the plan " * 300)])
    assert scores.shape == (3,)
    assert np.all((scores > 0) & (scores < 1))
    assert model.entailment([]).shape == (0,)


def test_labels_that_do_not_say_which_is_entailment_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="none that says which one is entailment"):
        entailment_label({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, Path("model"))


def test_a_folder_without_a_model_is_an_error_that_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="There is no folder"):
        CrossEncoderCheck(tmp_path / "none")
    with pytest.raises(EmbeddingError, match="does not hold a cross-encoder"):
        CrossEncoderCheck(tmp_path)
