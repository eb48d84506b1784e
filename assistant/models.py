"""Settings to models."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.chat import ChatModel, CircuitBreaker, load_chat_model
from assistant.chat.base import ChatLimits
from assistant.embedding import packaged
from assistant.embedding.base import Embedder
from assistant.errors import EmbeddingError
from assistant.settings import PACKAGED_EMBEDDING_MODEL, Settings

SERVER_PREFIX = "openai:"


def load_embedder(settings: Settings) -> Embedder:
    """Return the embedding engine of the settings; the first call may prepare the model, which takes seconds.

    Raises EmbeddingError, saying what to install or to set.
    """
    name = settings.embedding_model
    if name.startswith(SERVER_PREFIX):
        from assistant.embedding.server_engine import ServerEmbedder

        key = settings.embedding_api_key.get_secret_value() if settings.embedding_api_key else None
        return ServerEmbedder(
            name.removeprefix(SERVER_PREFIX),
            settings.embedding_base_url,
            key,
            remote_allowed=settings.remote_model_allowed,
        )
    if name != PACKAGED_EMBEDDING_MODEL:
        return _through_torch(Path(name), Path(name).name)
    if settings.embedding_engine == "torch":
        return _through_torch(packaged.verified_model_folder(), packaged.MODEL_NAME)
    try:
        return _through_onnxruntime(settings.data / "models")
    except EmbeddingError:
        if settings.embedding_engine == "onnxruntime":
            raise
        return _through_torch(packaged.verified_model_folder(), packaged.MODEL_NAME)


def load_model(settings: Settings) -> ChatModel | None:
    """Return the language model of the settings, None where there is none. Nothing is sent by this.

    After some questions without an answer it is left alone for a while.

    Raises SettingsError, as for a remote model that is not allowed, and ModelError where its package is missing.
    """
    if settings.model is None:
        return None
    model = load_chat_model(
        settings.model,
        base_url=settings.model_base_url,
        api_key=settings.model_api_key.get_secret_value() if settings.model_api_key else None,
        limits=ChatLimits(),
        remote_allowed=settings.remote_model_allowed,
    )
    return CircuitBreaker(model)


def _through_onnxruntime(folder: Path) -> Embedder:
    from assistant.embedding.export import environment_folder, find_prepared, prepare
    from assistant.embedding.onnxruntime_engine import OnnxRuntimeEmbedder

    prepared = find_prepared([environment_folder(), folder]) or prepare(folder)
    return OnnxRuntimeEmbedder(prepared, packaged.model_folder() / "tokenizer.json")


def _through_torch(folder: Path, name: str) -> Embedder:
    from assistant.embedding.sentence_transformers_engine import SentenceTransformersEmbedder

    # Nothing is fetched from a model hub, here or in a district without one in reach.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    return SentenceTransformersEmbedder(folder, name)
