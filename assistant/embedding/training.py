"""Trains the packaged model to tell whether a text answers a question: ``python -m assistant.embedding.training``.

Arguments: a folder of JSONL files, eval/answerability, and the file to write, ``networks.ANSWERABILITY``. A line of the
files has a ``title``, a ``passage``, the questions that it answers (``answered``) and questions on the same subject
that it does not answer (``unanswered``). What is learned is neither this corpus nor these subjects, but the difference
between the two: the passages are of other places and mostly of other subjects. One passage in twenty-five is held out,
and what the model makes of it is printed at the end. Some forty minutes on two cores.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding import networks, packaged
from assistant.errors import AssistantError, UsageError

_OF_THESE, _HELD_OUT = 25, 7
"""Of this many passages one is held out: the one with this number, counted from 0."""
_EPOCHS = 2.5
_PAIRS_AT_ONCE = 24
_LEARNING_RATE = 1.2e-4
_WARMING_UP = 0.1
_WEIGHT_DECAY = 0.01
_SORTED_TOGETHER = 20
"""Batches whose pairs are sorted by length, so that little of a batch is padding."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, a text, and whether the text answers it."""

    question: str
    text: str
    answers: bool


@dataclass(frozen=True, slots=True)
class Material:
    """Pairs to learn from, and pairs of other passages to be judged by."""

    training: list[Pair]
    held_out: list[Pair]


def read_material(folder: Path, embed: Any, chance: random.Random) -> Material:
    """Return the pairs of all files of ``folder``; ``embed`` gives the unit vectors of a list of texts.

    Each passage is also paired with a question that the passage nearest to it answers. Raises UsageError where there is
    nothing to read.
    """
    files = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.jsonl"))]
    rows = [json.loads(line) for text in files for line in text.splitlines()]
    if not rows:
        raise UsageError(f"There is no JSONL file in {folder}.", next_step="Name a folder like eval/answerability.")
    texts = [f"{row['title']}. {row['passage']}" for row in rows]
    vectors = np.asarray(embed(texts))
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    nearest = cosines.argmax(axis=1)
    material = Material([], [])
    for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
        pairs = [Pair(question, text, True) for question in row["answered"]]
        pairs += [Pair(question, text, False) for question in row["unanswered"]]
        if number % _OF_THESE == _HELD_OUT:
            material.held_out.extend(pairs)
            continue
        material.training.extend(pairs)
        if nearest[number] % _OF_THESE != _HELD_OUT:
            material.training.append(Pair(chance.choice(row["answered"]), texts[nearest[number]], False))
    return material


def train(network: Any, tokenizer: Any, pairs: Sequence[Pair], chance: random.Random, epochs: float = _EPOCHS) -> None:
    """Train all of ``network`` but its word embeddings, in place, and print how it goes."""
    import torch

    network.encoder.embeddings.requires_grad_(False)
    learned = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    undecayed = [one for name, one in learned if "bias" in name or "LayerNorm" in name]
    decayed = [one for name, one in learned if not ("bias" in name or "LayerNorm" in name)]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": _WEIGHT_DECAY}, {"params": undecayed, "weight_decay": 0.0}],
        lr=_LEARNING_RATE,
    )
    steps = max(1, int(epochs * len(pairs) / _PAIRS_AT_ONCE))

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / (_WARMING_UP * steps)) * max(0.0, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    measure = torch.nn.BCEWithLogitsLoss()
    network.train()
    losses: list[float] = []
    for step, batch in zip(range(1, steps + 1), _batches(pairs, chance), strict=False):
        wanted = torch.tensor([float(one.answers) for one in batch])
        # Half the bits, half the time; the weights themselves are kept in full.
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(**_tokenized(tokenizer, batch))
        loss = measure(logits.float(), wanted)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % 100 == 0 or step == steps:
            print(f"step {step} of {steps}, loss {np.mean(losses[-100:]):.3f}", flush=True)
    network.eval()


def accuracy(network: Any, tokenizer: Any, pairs: Sequence[Pair]) -> float:
    """Return the share of the pairs, 0 to 1, of which the network says rightly whether the text answers."""
    import torch

    right = 0
    with torch.no_grad():
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            batch = pairs[start : start + _PAIRS_AT_ONCE]
            logits = network(**_tokenized(tokenizer, batch)).tolist()
            right += sum((logit > 0) == one.answers for logit, one in zip(logits, batch, strict=True))
    return right / len(pairs)


def _batches(pairs: Sequence[Pair], chance: random.Random) -> Iterator[list[Pair]]:
    """Yield batches without end, all pairs once before any comes again."""
    while True:
        shuffled = chance.sample(pairs, len(pairs))
        together = _PAIRS_AT_ONCE * _SORTED_TOGETHER
        batches = []
        for first in range(0, len(shuffled), together):
            some = sorted(shuffled[first : first + together], key=lambda one: len(one.text))
            batches += [some[start : start + _PAIRS_AT_ONCE] for start in range(0, len(some), _PAIRS_AT_ONCE)]
        chance.shuffle(batches)
        yield from batches


def _tokenized(tokenizer: Any, pairs: Sequence[Pair]) -> Any:
    return tokenizer(
        [one.question for one in pairs],
        [one.text for one in pairs],
        truncation="only_second",
        max_length=networks.PAIR_TOKENS,
        padding=True,
        return_tensors="pt",
    )


def main(arguments: Sequence[str]) -> int:
    """Train, write what was learned, and print what it is worth; the exit status."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import AutoTokenizer

    folder, path = map(Path, arguments)
    torch.manual_seed(0)
    chance = random.Random(0)
    try:
        source = packaged.verified_model_folder()
        embedder = SentenceTransformer(str(source), device="cpu", local_files_only=True)
        material = read_material(folder, lambda texts: embedder.encode(texts, normalize_embeddings=True), chance)
        network = networks.answerability(source, None)
        tokenizer = AutoTokenizer.from_pretrained(str(source), local_files_only=True)
        train(network, tokenizer, material.training, chance)
        networks.save_differences(network, source, path)
        kept = networks.answerability(source, path)
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    share = accuracy(kept, tokenizer, material.held_out)
    print(f"{path}: right on {share:.3f} of {len(material.held_out)} pairs of passages that were held out")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
