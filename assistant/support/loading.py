"""Settings to the support check."""

from __future__ import annotations

from pathlib import Path

from assistant.chat import ChatModel, Message
from assistant.embedding.base import Embedder
from assistant.errors import SettingsError
from assistant.prompts import Prompts
from assistant.settings import Settings
from assistant.support.base import SupportCheck

CROSS_ENCODER = "cross-encoder:"


def load_support_check(
    settings: Settings, embedder: Embedder, model: ChatModel | None, prompts: Prompts
) -> SupportCheck:
    """Return the support check of the settings.

    Raises SettingsError where the language model is to judge and there is none, EmbeddingError where the folder of a
    cross-encoder cannot be used.
    """
    from assistant.support.built_in import BuiltInCheck

    if settings.support_check == "built-in":
        return BuiltInCheck(embedder)
    if settings.support_check.startswith(CROSS_ENCODER):
        from assistant.support.cross_encoder import CrossEncoderCheck

        return CrossEncoderCheck(Path(settings.support_check.removeprefix(CROSS_ENCODER)))
    if model is None:
        raise SettingsError(
            "The support check is set to “model”, and no language model is set.",
            next_step="Set model as well, or support_check to built-in.",
        )
    from assistant.support.judge import ModelJudgeCheck

    return ModelJudgeCheck(lambda request: model.complete([Message("user", request)]), prompts, BuiltInCheck(embedder))
