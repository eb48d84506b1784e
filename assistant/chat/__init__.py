"""The boundary to language models: any that LangChain can reach, within limits, and only where it is allowed."""

from assistant.chat.base import ChatLimits, ChatModel, Message, ModelPlace
from assistant.chat.loading import load_chat_model
from assistant.chat.probing import probe
from assistant.chat.thinking import without_thinking

__all__ = ["ChatLimits", "ChatModel", "Message", "ModelPlace", "load_chat_model", "probe", "without_thinking"]
