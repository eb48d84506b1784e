"""Trains the packaged model to tell which texts answer a question: ``python -m assistant.embedding.training``.

Arguments: a folder of JSONL files (see ``training_material``), the file to write, and where it goes on from what an
earlier training learned, that one's file. What is learned is neither this corpus nor these subjects, but two
differences: between a text that answers and one that only seems to, and between the text that answers and those that a
search finds beside it. The texts are of other places and mostly of other subjects. One in twenty-five is held out, and
what the model makes of it is printed at the end. Some forty minutes on two cores.

``networks.ANSWERABILITY`` is the mean (see ``averaging``) of what was learned from eval/training/passages, of what came
of going on with these and eight files of eval/training/documents, counted twice, and of what came of going on with
eval/training/near-misses, two fifths of the first and a third of all documents. Earlier forms of this script made them,
the last with each text by itself: run today it gives other weights.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding import networks, packaged
from assistant.embedding.training_material import Asked, choices, read_material
from assistant.errors import AssistantError

Choice = tuple[str, list[str], bool]
"""A question, texts, and whether the first of them answers it; the others never do."""
_EPOCHS = 1.0
_TEXTS_AT_ONCE = 24
_LEARNING_RATE = 8e-5
_WARMING_UP = 0.1
_WEIGHT_DECAY = 0.01
_SORTED_TOGETHER = 160
"""Questions whose texts are sorted by length, so that little of a batch is padding."""


def train(network: Any, tokenizer: Any, asked: Sequence[Asked], chance: random.Random, epochs: float = _EPOCHS) -> None:
    """Train all of ``network`` but its word embeddings, in place, and print how it goes.

    The loss has two parts: of each text, whether it answers (binary cross-entropy), and of the texts of one question,
    which does (cross-entropy over them).
    """
    import torch

    network.encoder.embeddings.requires_grad_(False)
    learned = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    undecayed = [one for name, one in learned if "bias" in name or "LayerNorm" in name]
    decayed = [one for name, one in learned if not ("bias" in name or "LayerNorm" in name)]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": _WEIGHT_DECAY}, {"params": undecayed, "weight_decay": 0.0}],
        lr=_LEARNING_RATE,
    )
    texts = sum(len(some) for _, some, _ in choices(asked, random.Random(0)))
    steps = max(1, int(epochs * texts / _TEXTS_AT_ONCE))

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / (_WARMING_UP * steps)) * max(0.0, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    network.train()
    losses: list[float] = []
    for step, batch in zip(range(1, steps + 1), _batches(asked, chance), strict=False):
        # Half the bits, half the time; the weights themselves are kept in full.
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(**_tokenized(tokenizer, batch))
        loss = _loss(logits.float(), batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % 100 == 0 or step == steps:
            print(f"step {step} of {steps}, loss {np.mean(losses[-100:]):.3f}", flush=True)
    network.eval()


def _loss(logits: Any, batch: Sequence[Choice]) -> Any:
    import torch

    answers = [float(answered and not place) for _, texts, answered in batch for place in range(len(texts))]
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor(answers))
    each = torch.split(logits, [len(texts) for _, texts, _ in batch])
    chosen = [-torch.log_softmax(some, 0)[0] for some in each if len(some) > 1]
    return loss + torch.stack(chosen).mean() if chosen else loss


def accuracy(network: Any, tokenizer: Any, asked: Sequence[Asked]) -> tuple[float, float]:
    """Return the share, 0 to 1, of the questions and their texts of which the network says rightly whether they answer,
    and the share of the answered ones of which the text that answers has the highest logit of those with it."""
    import torch

    right, first = [], []
    with torch.no_grad():
        for question, texts, answered in choices(asked, random.Random(0)):
            logits = network(**_tokenized(tokenizer, [(question, texts, answered)]))
            right.append(bool(logits[0] > 0) == answered)
            if answered:
                first.append(int(logits.argmax()) == 0)
    return float(np.mean(right)), float(np.mean(first))


def _batches(asked: Sequence[Asked], chance: random.Random) -> Iterator[list[Choice]]:
    """Yield batches without end, all questions once before any comes again."""
    while True:
        shuffled = choices(chance.sample(asked, len(asked)), chance)
        batches = []
        for first in range(0, len(shuffled), _SORTED_TOGETHER):
            some = sorted(shuffled[first : first + _SORTED_TOGETHER], key=lambda one: max(map(len, one[1])))
            batches += _filled(some)
        chance.shuffle(batches)
        yield from batches


def _filled(some: Sequence[Choice]) -> list[list[Choice]]:
    """Return the choices in order, as many together as have so many texts."""
    batches: list[list[Choice]] = [[]]
    count = 0
    for one in some:
        if batches[-1] and count + len(one[1]) > _TEXTS_AT_ONCE:
            batches.append([])
            count = 0
        batches[-1].append(one)
        count += len(one[1])
    return batches


def _tokenized(tokenizer: Any, batch: Sequence[Choice]) -> Any:
    return tokenizer(
        [question for question, texts, _ in batch for _ in texts],
        [text for _, texts, _ in batch for text in texts],
        truncation="only_second",
        max_length=networks.PAIR_TOKENS,
        padding=True,
        return_tensors="pt",
    )


def main(arguments: Sequence[str]) -> int:
    """Train, write what was learned, and print what it is worth; the exit status."""
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import AutoTokenizer

    folder, path, *earlier = map(Path, arguments)
    torch.manual_seed(0)
    chance = random.Random(0)
    try:
        source = packaged.verified_model_folder()
        embedder = SentenceTransformer(str(source), device="cpu", local_files_only=True)
        material = read_material(folder, lambda texts: np.asarray(embedder.encode(texts, normalize_embeddings=True)))
        network = networks.question_and_text(source, earlier[0] if earlier else None)
        tokenizer = AutoTokenizer.from_pretrained(str(source), local_files_only=True)
        train(network, tokenizer, material.training, chance)
        networks.save_differences(network, source, path)
        kept = networks.question_and_text(source, path)
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    right, first = accuracy(kept, tokenizer, material.held_out)
    print(f"{path}: on {len(material.held_out)} questions on texts held out, right of {right:.3f} whether they are")
    print(f"answered, and of {first:.3f} of those that are, which of the texts does it")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
