"""The packaged model as networks of torch: word pieces to vectors, and question and text to how the one answers the
other.

The second is the same transformer with weights that were trained on (``training``) and differ a little. Kept are only
the differences, each matrix of them as a product of two thin ones (as in Hu and others 2021, "LoRA", arXiv 2106.09685;
here found by singular values after training all of it), so that a file of some megabytes turns the packaged weights
into another model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import EmbeddingError

if TYPE_CHECKING:
    import torch

ANSWERABILITY = Path(__file__).with_name("answerability.safetensors")
"""What was learned about whether a text answers a question: the differences from the packaged weights.

The mean of three trainings, of which each went on where the one before had ended (see ``training``): on single
passages, on documents of several (this one counts twice), and on near misses. The last tells near misses apart best
(AUROC .82 on some held out, the mean .69) and chooses among passages worst. In the search and in the confidence, on
sets that none was trained on, the mean does as well as a model for each.
"""
PAIR_TOKENS = 288
"""Word pieces of a question and a text together, in training and after it."""
_RANK = 64
_THIN, _WIDE = ".thin", ".wide"


def token_vectors(folder: Path) -> torch.nn.Module:
    """Return the network from word pieces to a vector for each, of shape (texts, tokens, dimension)."""
    import torch

    class TokenVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = _transformer(folder)

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
        ) -> torch.Tensor:
            vectors: torch.Tensor = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            return vectors

    return TokenVectors().eval()


def question_and_text(folder: Path, differences: Path | None) -> torch.nn.Module:
    """Return the network from the word pieces of a question and a text to a logit, of shape (texts,).

    With ``ANSWERABILITY`` it is likelier than not, above 0, that the text answers the question. Untrained where
    ``differences`` is None. Raises EmbeddingError where they cannot be read or do not fit.
    """
    import torch

    class QuestionAndText(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            transformer = _transformer(folder)
            self.encoder = transformer
            self.head = torch.nn.Linear(2 * transformer.config.hidden_size, 1)

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
        ) -> torch.Tensor:
            vectors = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            present = attention_mask.unsqueeze(-1).to(vectors.dtype)
            mean = (vectors * present).sum(1) / present.sum(1)
            logits: torch.Tensor = self.head(torch.cat([vectors[:, 0], mean], dim=1)).squeeze(-1)
            return logits

    network = QuestionAndText()
    if differences is not None:
        _apply(network, differences)
    return network.eval()


def save_differences(network: torch.nn.Module, folder: Path, path: Path) -> None:
    """Write to ``path`` in what the weights of ``network``, for question and text, differ from those in ``folder``."""
    from safetensors.numpy import save_file

    before = question_and_text(folder, None).state_dict()
    kept: dict[str, np.ndarray] = {}
    for name, weight in network.state_dict().items():
        difference = (weight if name.startswith("head.") else weight - before[name]).float().numpy()
        if not difference.any() and not name.startswith("head."):
            continue
        if difference.ndim < 2 or min(difference.shape) <= _RANK:
            kept[name] = difference.astype(np.float16)
            continue
        left, values, right = np.linalg.svd(difference, full_matrices=False)
        share = np.sqrt(values[:_RANK])
        kept[name + _THIN] = (left[:, :_RANK] * share).astype(np.float16)
        kept[name + _WIDE] = (share[:, None] * right[:_RANK]).astype(np.float16)
    save_file(kept, path)


def _apply(network: torch.nn.Module, differences: Path) -> None:
    import torch
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        kept = {name: one.astype(np.float32) for name, one in load_file(differences).items()}
    except (OSError, SafetensorError) as error:
        raise EmbeddingError(
            f"What the assistant learned about answers, {differences}, cannot be read: {error}.",
            next_step="Install the assistant again.",
        ) from error
    thin = {name.removesuffix(_THIN) for name in kept if name.endswith(_THIN)}
    found = {name: kept[name + _THIN] @ kept[name + _WIDE] for name in thin}
    found |= {name: one for name, one in kept.items() if not name.endswith((_THIN, _WIDE))}
    state = network.state_dict()
    if not found.keys() <= state.keys() or any(one.shape != tuple(state[name].shape) for name, one in found.items()):
        raise EmbeddingError(
            f"What the assistant learned about answers, {differences}, was learned with another model.",
            next_step="Install the assistant again.",
        )
    with torch.no_grad():
        for name, one in found.items():
            before = torch.zeros_like(state[name]) if name.startswith("head.") else state[name]
            state[name].copy_(before + torch.from_numpy(one))


def _transformer(folder: Path) -> Any:
    from transformers import AutoModel

    # Eager attention is written as plain matrix products, the shape that the fusing step of onnxruntime recognises.
    return AutoModel.from_pretrained(str(folder), attn_implementation="eager", local_files_only=True)
