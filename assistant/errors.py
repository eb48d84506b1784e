"""The errors a reader may see. Each says what happened, what was kept, and what to do next."""

from __future__ import annotations


class AssistantError(Exception):
    """Base of all errors of the project; ``str()`` of it is fit to be shown to staff as it is."""

    def __init__(self, what: str, *, next_step: str, kept: str = "") -> None:
        self.what = what
        self.kept = kept
        self.next_step = next_step
        super().__init__(" ".join(part for part in (what, kept, next_step) if part))


class UsageError(AssistantError):
    """The command or request was put wrongly."""


class SettingsError(AssistantError):
    """A setting is unknown or has a value that cannot be used."""


class UnreadableFileError(AssistantError):
    """A file of the corpus cannot be read as a document; the other files are not affected."""


class LibraryError(AssistantError):
    """The index cannot be opened, written or trusted."""


class EmbeddingError(AssistantError):
    """The embedding model cannot be loaded or does not answer as it should."""


class ModelError(AssistantError):
    """The language model did not answer as it should; nothing but its own answer is affected.

    ``kind`` is one of the kinds in ``assistant.chat.faults``. The message holds no key, no address with a password,
    and no text of the server.
    """

    def __init__(self, what: str, *, kind: str, next_step: str, kept: str = "") -> None:
        self.kind = kind
        super().__init__(what, next_step=next_step, kept=kept)


class DraftError(AssistantError):
    """A draft cannot be written, kept, opened or exported."""
