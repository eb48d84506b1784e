"""Settings: where they come from, which one wins, and what is said of those that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings

SECRET = "sk-never-to-be-seen-123"


def with_file(folder: Path, text: str) -> Path:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_setting_has_a_default_and_says_what_it_is() -> None:
    assert load_settings(environment={}) == Settings()
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    data = with_file(tmp_path, "port = 1\nhost = 'file'\nanswer_sentences = 2\n")
    environment = {"ASSISTANT_PORT": "2", "ASSISTANT_HOST": "environment", "ASSISTANT_DATA": str(data)}
    settings = load_settings({"port": 3, "host": None}, environment)
    assert (settings.port, settings.host, settings.answer_sentences) == (3, "environment", 2)
    assert settings.file_pages == Settings().file_pages


def test_the_data_folder_of_the_command_line_has_the_file_that_counts(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, port in ((one, 1), (other, 2)):
        folder.mkdir()
        with_file(folder, f"port = {port}")
    assert load_settings({"data": one}, {"ASSISTANT_DATA": str(other)}).port == 1


@pytest.mark.parametrize("place", ["file", "environment", "command line"])
def test_an_unknown_setting_is_named_wherever_it_was_set(tmp_path: Path, place: str) -> None:
    data = with_file(tmp_path, "colour = 'red'" if place == "file" else "")
    environment = {"ASSISTANT_COLOUR": "red"} if place == "environment" else {}
    overrides = {"data": data} | ({"colour": "red"} if place == "command line" else {})
    with pytest.raises(SettingsError) as caught:
        load_settings(overrides, environment)
    assert "'colour'" in str(caught.value)
    assert {"file": "settings.toml", "environment": "ASSISTANT_COLOUR", "command line": "command"}[place] in str(
        caught.value
    )
    assert "answer_sentences" in caught.value.next_step


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "many"),
        ("port", "70000"),
        ("embedding_engine", "abacus"),
        ("answer_sentences", "0"),
        ("file_memory_megabytes", "1"),
    ],
)
def test_a_value_that_cannot_be_used_is_said_by_the_name_of_its_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment={f"ASSISTANT_{name.upper()}": value})
    assert repr(name) in str(caught.value)
    assert f"ASSISTANT_{name.upper()}" in str(caught.value)
    assert caught.value.next_step == Settings.model_fields[name].description


@pytest.mark.parametrize("text", ["port = ", "port = 1\nport = 2", "\x00"])
def test_a_damaged_file_of_settings_is_said_by_its_path(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        load_settings({"data": with_file(tmp_path, text)}, {})


def test_a_file_of_settings_in_another_encoding_is_said_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes("host = 'ü'".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        load_settings({"data": tmp_path}, {})


def test_a_key_is_never_shown(tmp_path: Path) -> None:
    settings = load_settings(environment={"ASSISTANT_EMBEDDING_API_KEY": SECRET})
    assert settings.embedding_api_key is not None
    assert settings.embedding_api_key.get_secret_value() == SECRET
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.model_dump())):
        assert SECRET not in shown


@pytest.mark.parametrize("text", [f"embedding_api_key = ['{SECRET}']", f"embedding_api_keys = '{SECRET}'"])
def test_a_key_is_not_shown_by_the_error_about_it_either(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"data": with_file(tmp_path, text)}, {})
    assert "embedding_api_key" in str(caught.value)
    # A traceback prints the cause as well.
    assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1
