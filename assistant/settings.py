"""Settings: frozen, checked, and the only reader of the environment.

A setting comes from, in rising order: its default, ``settings.toml`` in the data folder, the environment
(``ASSISTANT_`` and the name in capitals), the command line. A name that is not a setting is an error, so a
misspelled one cannot go unnoticed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from assistant.errors import SettingsError

ENVIRONMENT_PREFIX = "ASSISTANT_"
SETTINGS_FILE = "settings.toml"
PROJECT = Path(__file__).resolve().parent.parent
"""Where the prompts and the evaluation sets that come with the assistant are."""
PACKAGED_EMBEDDING_MODEL = "all-MiniLM-L6-v2"


class Settings(BaseModel):
    """All that can be set. Paths are relative to the working folder; sizes and times name their unit."""

    # Errors of pydantic quote the value, which may be a key.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    corpus: Path = Field(default=Path("corpus"), description="Folder of the documents.")
    data: Path = Field(
        default=Path(".data"), description="Folder of the index and of settings.toml; nothing is written outside it."
    )
    host: str = Field(default="127.0.0.1", description="Address that the page listens on.")
    port: int = Field(default=7860, ge=0, le=65535, description="Port of the page; 0 takes a free one.")
    embedding_model: str = Field(
        default=PACKAGED_EMBEDDING_MODEL,
        description="The packaged model, a folder of another sentence-transformers model, or openai:NAME for a server.",
    )
    embedding_base_url: str | None = Field(
        default=None, description="Address of an OpenAI-compatible embedding server."
    )
    embedding_api_key: SecretStr | None = Field(default=None, description="Key for that server, where it asks for one.")
    embedding_engine: str = Field(
        default="auto",
        pattern="^(auto|onnxruntime|torch)$",
        description="What computes the packaged model: onnxruntime (faster) or torch; auto takes the first that works.",
    )
    model: str | None = Field(
        default=None,
        pattern=r"^[a-z_]+:\S.*$",
        description="The language model that writes answers and drafts, as provider:name; none answers in quotes.",
    )
    model_base_url: str | None = Field(
        default=None, description="Address of the model's server, where it is one's own."
    )
    model_api_key: SecretStr | None = Field(default=None, description="Key for the model, where it asks for one.")
    remote_model_allowed: bool = Field(
        default=False,
        description="Whether questions and passages may be sent to a model outside this machine and its own network.",
    )
    support_check: str = Field(
        default="built-in",
        pattern=r"^(built-in|model|cross-encoder:.+)$",
        description="What decides whether a source carries a sentence: built-in, cross-encoder:FOLDER, or model.",
    )
    prompts: Path = Field(
        default=PROJECT / "prompts", description="Folder of the prompts and of the templates of drafts."
    )
    answer_sentences: int = Field(default=4, ge=1, le=12, description="Most quoted sentences in one answer.")
    file_megabytes: int = Field(default=100, ge=1, description="Larger files are reported, not read.")
    file_pages: int = Field(default=2000, ge=1, description="PDF files with more pages are reported, not read.")
    file_seconds: int = Field(default=60, ge=1, description="Longest time to read one file.")
    file_memory_megabytes: int = Field(default=1024, ge=128, description="Most memory for reading one file.")


def load_settings(overrides: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in force; ``overrides`` (from the command line) win, None values in it are ignored.

    Raises SettingsError, naming the setting, where it was set, and what it may be.
    """
    environment = os.environ if environment is None else environment
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    from_environment = {
        key.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(ENVIRONMENT_PREFIX)
    }
    data = Path(given.get("data", from_environment.get("data", Settings.model_fields["data"].default)))
    from_file = _read_file(data / SETTINGS_FILE)
    try:
        return Settings.model_validate(from_file | from_environment | given)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        if name in given:
            place = "on the command line"
        elif name in from_environment:
            place = f"in the environment, as {ENVIRONMENT_PREFIX}{name.upper()}"
        else:
            place = f"in {data / SETTINGS_FILE}"
        raise _translated(error, name, place) from error


def child_environment(values: Mapping[str, Any]) -> dict[str, str]:
    """Return this process's environment for a child process, with ``values`` (by name of setting) set in it.

    Values that are None are left as they are. A secret is passed on as it is, in the environment and nowhere else.
    """
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in values.items()
    }
    named = {f"{ENVIRONMENT_PREFIX}{name.upper()}": str(value) for name, value in plain.items() if value is not None}
    return dict(os.environ) | named


def _read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"The settings file {path} cannot be read: {error}.",
            next_step="Mend the line it names, or move the file away to use the defaults.",
        ) from error


def _translated(error: ValidationError, name: str, place: str) -> SettingsError:
    first = error.errors()[0]
    if first["type"] == "extra_forbidden":
        return SettingsError(
            f"There is no setting named {name!r}; it was set {place}.",
            next_step=f"The settings are: {', '.join(sorted(Settings.model_fields))}.",
        )
    # The value is left out of the message: it may be a key.
    return SettingsError(
        f"The setting {name!r}, set {place}, has a value that cannot be used: {first['msg'].lower()}.",
        next_step=Settings.model_fields[name].description or "See the table of settings in README.md.",
    )
