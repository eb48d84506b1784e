"""Settings to embedding engines."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.embedding import export, packaged
from assistant.embedding.onnxruntime_engine import OnnxRuntimeEmbedder
from assistant.embedding.sentence_transformers_engine import SentenceTransformersEmbedder
from assistant.embedding.server_engine import ServerEmbedder
from assistant.errors import EmbeddingError
from assistant.models import load_embedder
from assistant.settings import Settings, load_settings
from tests.assistant_samples import open_assistant, write_corpus
from tests.embedding.embedding_server import serving
from tests.embedding.tiny_model import save_tiny_model


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def settings(data: Path, **overrides: object) -> Settings:
    return load_settings({"data": data, **overrides}, environment={})


def test_the_packaged_model_runs_on_onnxruntime_by_default(tmp_path: Path) -> None:
    embedder = load_embedder(settings(tmp_path))
    assert isinstance(embedder, OnnxRuntimeEmbedder)
    assert "onnxruntime" in embedder.fingerprint


def test_where_it_cannot_be_prepared_torch_takes_over_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "environment_folder", lambda: tmp_path / "nowhere")
    data = tmp_path / "data"
    data.mkdir()
    # A file where the folder of models should be: nothing can be prepared there.
    (data / "models").touch()
    assert isinstance(load_embedder(settings(data)), SentenceTransformersEmbedder)
    with pytest.raises(EmbeddingError, match="embedding_engine to torch"):
        load_embedder(settings(data, embedding_engine="onnxruntime"))


def test_a_prepared_model_in_the_data_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = export.find_prepared([export.environment_folder()]) or export.prepare(tmp_path / "made")
    (tmp_path / "models").mkdir()
    for path in prepared.parent.glob(f"{packaged.MODEL_NAME}*"):
        shutil.copy(path, tmp_path / "models")
    monkeypatch.setattr(export, "environment_folder", lambda: tmp_path / "nowhere")
    monkeypatch.setattr(export, "prepare", lambda folder: pytest.fail("prepared again"))
    assert isinstance(load_embedder(settings(tmp_path)), OnnxRuntimeEmbedder)


def test_another_sentence_transformers_model_is_a_setting(tmp_path: Path, tiny_model: Path) -> None:
    embedder = load_embedder(settings(tmp_path, embedding_model=str(tiny_model)))
    assert (embedder.dimension, embedder.maximum_tokens) == (24, 64)
    from sentence_transformers import SentenceTransformer

    expected = SentenceTransformer(str(tiny_model), device="cpu").encode(
        "the school plan", normalize_embeddings=True, show_progress_bar=False
    )
    assert embedder.embed_query("the school plan") == pytest.approx(expected.tolist(), abs=1e-5)


def test_other_weights_in_the_same_folder_are_another_model(tmp_path: Path, tiny_model: Path) -> None:
    one = load_embedder(settings(tmp_path, embedding_model=str(tiny_model)))
    other_weights = save_tiny_model(tmp_path / "other", seed=1)
    other = load_embedder(settings(tmp_path, embedding_model=str(other_weights)))
    assert one.fingerprint != other.fingerprint


def test_a_folder_that_is_not_there_is_an_error_that_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="embedding_model"):
        load_embedder(settings(tmp_path, embedding_model=str(tmp_path / "nowhere")))


def test_a_folder_without_a_model_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(EmbeddingError, match=r"modules\.json"):
        load_embedder(settings(tmp_path, embedding_model=str(tmp_path / "model")))


def test_damaged_weights_are_an_error_in_words(tmp_path: Path, tiny_model: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_model, copy)
    (weights,) = copy.rglob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:200])
    with pytest.raises(EmbeddingError, match=r"model\.safetensors"):
        load_embedder(settings(tmp_path, embedding_model=str(copy)))


def test_another_model_rebuilds_the_vectors_and_says_so(tmp_path: Path, tiny_model: Path) -> None:
    corpus, data = write_corpus(tmp_path / "corpus"), tmp_path / "data"
    with open_assistant(corpus, data) as assistant:
        first = assistant.index()
        old = assistant.embedder.fingerprint
    with open_assistant(corpus, data, embedding_model=str(tiny_model)) as assistant:
        assert assistant.needs_index()
        report = assistant.index()
        new = assistant.embedder.fingerprint
        assert report.embedded == report.passages == first.passages
        assert any(new in note for note in report.notes)
        assert assistant.library.state().vectors == {new: report.passages}
        assert assistant.library.vectors_in_step(new)
        assert not assistant.needs_index()
        assert assistant.search("goals of the plan", 1)
    with open_assistant(corpus, data) as assistant:
        again = assistant.index()
        assert again.embedded == first.passages
        assert any(old in note for note in again.notes)


def test_a_server_is_a_setting(tmp_path: Path) -> None:
    corpus, data = write_corpus(tmp_path / "corpus"), tmp_path / "data"
    with serving() as server:
        chosen = {"embedding_model": "openai:m", "embedding_base_url": server.address, "embedding_api_key": "k"}
        with open_assistant(corpus, data, **chosen) as assistant:
            assert isinstance(assistant.embedder, ServerEmbedder)
            report = assistant.index()
            assert report.embedded == report.passages > 0
            answer = assistant.ask("Who are trained in September by the library staff?")
            assert answer.sentences or answer.nearest
            quotes = [one.quote for one in answer.citations] + [one.quote for one in answer.nearest]
            assert "Volunteers are trained in September by the library staff." in quotes
        assert server.keys == {"Bearer k"}
