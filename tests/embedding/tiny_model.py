"""A sentence-transformers model of a few kilobytes with random weights, made on the spot."""

from __future__ import annotations

from pathlib import Path

WORDS = "the school plan goal goals parents meeting each annual site council writes volunteers library are in by of a"


def save_tiny_model(folder: Path, seed: int = 0, dimension: int = 24, maximum_tokens: int = 64) -> Path:
    """Write the model below ``folder`` and return where; its pooling, the first token, is not the packaged model's."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder.mkdir(parents=True)
    bert = folder / "bert"
    bert.mkdir()
    letters = [letter for one in "abcdefghijklmnopqrstuvwxyz0123456789" for letter in (one, f"##{one}")]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", ":", *WORDS.split(), *letters]
    (bert / "vocab.txt").write_text("\n".join(dict.fromkeys(vocabulary)), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(dict.fromkeys(vocabulary)),
        hidden_size=dimension,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=maximum_tokens,
    )
    BertModel(config).save_pretrained(bert, safe_serialization=True)
    BertTokenizer(str(bert / "vocab.txt")).save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=maximum_tokens)
    model = folder / "model"
    SentenceTransformer(modules=[transformer, Pooling(dimension, pooling_mode="cls")]).save(str(model))
    return model
