"""The sentence encoder: its graph against a plain computation of the same network, and its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

from bot.nlu import encoder as module
from bot.nlu.encoder import Encoder, EncoderError, prepare

TEXTS = ["my ex posted my pictures", "he wants 500 dollars or he sends it to my family", "hello"]


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return Encoder.load(prepare(tmp_path_factory.mktemp("encoder"), quantised=False))


@pytest.fixture(scope="module")
def everyday() -> Encoder:
    return Encoder.load(prepare())


def _norm(values: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    centred = values - values.mean(-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return centred / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _attention(hidden: np.ndarray, dense: Any, name: str) -> np.ndarray:
    parts = [dense(hidden, f"{name}.self.{part}") for part in ("query", "key", "value")]
    query, key, value = (part.reshape(len(hidden), 12, 32).transpose(1, 0, 2) for part in parts)
    scores = query @ key.transpose(0, 2, 1) / np.sqrt(32)
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = raised / raised.sum(-1, keepdims=True) @ value
    return mixed.transpose(1, 0, 2).reshape(len(hidden), 384)


def reference(text: str) -> np.ndarray:
    """BERT written out from its description, one text, full precision."""
    folder = module._package_folder()
    weights = {name: value.astype(np.float64) for name, value in load_file(folder / "model.safetensors").items()}
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    ids = tokenizer.encode(text).ids

    def dense(values: np.ndarray, name: str) -> np.ndarray:
        return values @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    tables = [weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")]
    hidden = _norm(tables[0][ids] + tables[1][: len(ids)] + tables[2][0], weights, "embeddings.LayerNorm")
    for layer in range(6):
        name = f"encoder.layer.{layer}"
        mixed = dense(_attention(hidden, dense, f"{name}.attention"), f"{name}.attention.output.dense")
        hidden = _norm(hidden + mixed, weights, f"{name}.attention.output.LayerNorm")
        wide = dense(hidden, f"{name}.intermediate.dense")
        activated = wide * 0.5 * (1 + erf(wide / np.sqrt(2)))
        hidden = _norm(hidden + dense(activated, f"{name}.output.dense"), weights, f"{name}.output.LayerNorm")
    mean = hidden.mean(0)
    return mean / np.linalg.norm(mean)


def test_the_graph_computes_the_published_network(exact: Encoder) -> None:
    expected = np.stack([reference(text) for text in TEXTS])
    np.testing.assert_allclose(exact.encode(TEXTS), expected, atol=2e-5)


def test_eight_bits_stay_close_to_full_precision(exact: Encoder, everyday: Encoder) -> None:
    likeness = (exact.encode(TEXTS) * everyday.encode(TEXTS)).sum(axis=1)
    assert likeness.min() > 0.97


def test_a_text_has_the_same_vector_whatever_stands_beside_it(everyday: Encoder) -> None:
    alone = np.concatenate([everyday.encode([text]) for text in TEXTS])
    np.testing.assert_array_equal(everyday.encode(TEXTS), alone)


def test_shapes(everyday: Encoder) -> None:
    shapes = [everyday.encode(TEXTS).shape, everyday.represent(TEXTS).shape, everyday.encode([]).shape]
    assert shapes == [(3, 384), (3, 4 * 384), (0, 384)]


def test_only_the_first_tokens_count(everyday: Encoder) -> None:
    long = "he said " * 200
    np.testing.assert_array_equal(everyday.encode([long]), everyday.encode([long + "something else entirely"]))


def test_near_in_meaning_is_near(everyday: Encoder) -> None:
    vectors = everyday.encode(["he leaked my nudes", "someone shared naked photos of me", "what is the weather"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr(module, "_package_folder", lambda: tmp_path)
    with pytest.raises(EncoderError, match="differ from the published file"):
        prepare(tmp_path / "cache")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(EncoderError, match=r"tokenizer\.json is missing"):
        Encoder.load(tmp_path / "model.onnx")


def test_the_setting_names_the_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STEADY_ENCODER", str(tmp_path / "own.onnx"))
    with pytest.raises(EncoderError, match=r"own\.onnx is missing"):
        Encoder.load()


def test_the_cache_holds_the_graph_and_its_tokenizer() -> None:
    folder = prepare().parent
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["model.onnx", "tokenizer.json"]
    assert json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["type"] == "WordPiece"
