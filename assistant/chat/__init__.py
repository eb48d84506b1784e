"""The boundary to language models: any that LangChain can reach, within limits, and only where it is allowed."""

from assistant.chat.base import ChatLimits, ChatModel, Message, ModelPlace
from assistant.chat.breaker import NO_ANSWER, CircuitBreaker, problem_of
from assistant.chat.loading import load_chat_model
from assistant.chat.probing import probe
from assistant.chat.thinking import without_thinking

__all__ = [
    "NO_ANSWER",
    "ChatLimits",
    "ChatModel",
    "CircuitBreaker",
    "Message",
    "ModelPlace",
    "load_chat_model",
    "probe",
    "problem_of",
    "without_thinking",
]
