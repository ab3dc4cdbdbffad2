"""The trainable encoders, their loss, their teachers, and the files made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from bot.nlu.encoder import EncoderError
from bot.nlu.encoder_graph import DISTANCES, distance_classes
from bot.nlu.finetune_data import Batch, Example, FineTuning
from bot.nlu.finetune_export import WORD_TABLE, export
from bot.nlu.tuned import MODEL

SIZE, LAYERS, WORDS = 24, 2, 40
ROWS = [[2, 7, 9, 31, 3], [2, 12, 3], [2, 39, 1, 1, 5, 6, 3]]

TORCH = "only `make encoder` needs torch"
SINGLE = Batch(["a", "b"], np.eye(2, dtype=np.float32), np.array([True, True]), np.array([0, 1]))
JOINED = Batch(["a", "b"], np.ones((2, 2), dtype=np.float32), np.array([False, False]), np.array([0, 0]))


def many(intents: list[str], each: int = 6) -> list[Example]:
    return [Example(f"{intent} number {n}", intent) for intent in intents for n in range(each)]


def tiny_weights() -> dict[str, np.ndarray]:
    """The tensors of a BERT encoder of two narrow layers."""
    chance = np.random.default_rng(11)

    def tensor(*shape: int) -> np.ndarray:
        return chance.normal(scale=0.3, size=shape).astype(np.float32)

    weights = {
        WORD_TABLE: tensor(WORDS, SIZE),
        "embeddings.position_embeddings.weight": tensor(32, SIZE),
        "embeddings.token_type_embeddings.weight": tensor(2, SIZE),
    }
    shapes = {"intermediate.dense": (4 * SIZE, SIZE), "output.dense": (SIZE, 4 * SIZE)}
    for part in ("query", "key", "value"):
        shapes[f"attention.self.{part}"] = (SIZE, SIZE)
    shapes["attention.output.dense"] = (SIZE, SIZE)
    norms = ["embeddings"]
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"
        norms += [f"{prefix}.attention.output", f"{prefix}.output"]
        for name, shape in shapes.items():
            weights[f"{prefix}.{name}.weight"] = tensor(*shape)
            weights[f"{prefix}.{name}.bias"] = tensor(shape[0])
    for name in norms:
        weights[f"{name}.LayerNorm.weight"] = 1.0 + tensor(SIZE)
        weights[f"{name}.LayerNorm.bias"] = tensor(SIZE)
    return weights


def sentence(path: Path, rows: list[list[int]]) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    vectors = [
        session.run(["sentence"], {"input_ids": np.array([row]), "attention_mask": np.ones((1, len(row)), np.int64)})
        for row in rows
    ]
    return np.concatenate([vector[0] for vector in vectors])


def test_the_file_has_small_word_vectors_and_nearly_the_same_sentences(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    from bot.nlu.encoder_graph import build

    weights = tiny_weights()
    save_file(weights, str(tmp_path / "w.safetensors"))
    onnx.save(build(tmp_path / "w.safetensors", layers=LAYERS, heads=2), str(tmp_path / "full.onnx"))
    export(weights, tmp_path / "made" / MODEL, layers=LAYERS, heads=2)
    stored = {tensor.name: tensor for tensor in onnx.load(str(tmp_path / "made" / MODEL)).graph.initializer}
    codes, scales = (numpy_helper.to_array(stored[f"{WORD_TABLE}.{part}"]) for part in ("codes", "scales"))
    assert (WORD_TABLE in stored, codes.dtype) == (False, np.dtype(np.int8))
    assert np.abs(codes * scales - weights[WORD_TABLE]).max() <= scales.max() / 2 + 1e-6
    full, small = sentence(tmp_path / "full.onnx", ROWS), sentence(tmp_path / "made" / MODEL, ROWS)
    assert np.allclose(np.linalg.norm(small, axis=1), 1.0, atol=1e-5)
    assert ((full * small).sum(axis=1) > 0.98).all()


def test_the_trainable_encoder_is_the_one_of_the_graph(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason=TORCH)
    from safetensors.numpy import save_file

    from bot.nlu.encoder_graph import build
    from bot.nlu.finetune_model import SentenceBert

    weights = tiny_weights()
    save_file(weights, str(tmp_path / "w.safetensors"))
    onnx.save(build(tmp_path / "w.safetensors", layers=LAYERS, heads=2), str(tmp_path / "full.onnx"))
    with torch.no_grad():
        found = SentenceBert(weights, heads=2)(ROWS).numpy()
    assert np.abs(found - sentence(tmp_path / "full.onnx", ROWS)).max() < 1e-5


def test_the_loss_is_that_of_the_intent_and_of_each_need() -> None:
    torch = pytest.importorskip("torch", reason=TORCH)
    from bot.nlu.finetune_torch import NEEDS_SHARE, Loss

    labels = ["ask_law", "self_harm_risk"]
    loss = Loss(many(labels), labels, FineTuning(smoothing=0.0, safety_weight=4.0))
    even = (torch.zeros(2, 2), torch.zeros(2, 2))
    half = np.log(2.0)
    # Of the need of self-harm a miss costs 4 * 2, a false alarm 4; of the other need 1 and 1.
    assert loss(even, SINGLE).item() == pytest.approx(half + NEEDS_SHARE * half * (1 + 4 + 1 + 8) / 2)
    assert loss(even, JOINED).item() == pytest.approx(NEEDS_SHARE * half * 2 * (1 + 8) / 2)


def test_a_teacher_draws_the_answers_towards_its_own() -> None:
    torch = pytest.importorskip("torch", reason=TORCH)
    from bot.nlu.finetune_torch import Loss

    labels = ["ask_law", "self_harm_risk"]
    loss = Loss(many(labels), labels, FineTuning(teacher_share=1.0))
    taught = (torch.tensor([[2.0, -1.0], [0.5, 0.0]]), torch.tensor([[1.0, -2.0], [-1.0, 3.0]]))
    for batch in (SINGLE, JOINED):
        best = loss(taught, batch, taught).item()
        for part in (0, 1):
            for change in (-0.5, 0.5):
                other = list(taught)
                other[part] = other[part] + change * torch.eye(2)
                seen = part == 1 or batch is SINGLE
                assert (loss(tuple(other), batch, taught).item() > best) is seen
    without = Loss(many(labels), labels, FineTuning(teacher_share=0.0))
    assert without(taught, SINGLE, taught).item() == pytest.approx(loss(taught, SINGLE).item())


def test_distances_near_by_are_classes_of_their_own_and_far_ones_share() -> None:
    classes = distance_classes(128)
    assert classes[0, [0, 1, 7, 8, 11, 12, 127]].tolist() == [0, 17, 23, 24, 24, 25, 31]
    assert classes[127, [126, 120, 119, 0]].tolist() == [1, 7, 8, 15]


def test_the_larger_trainable_encoder_is_the_one_of_its_graph(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason=TORCH)
    from safetensors.numpy import save_file

    from bot.nlu.encoder_graph import build
    from bot.nlu.finetune_model import SentenceBert

    table = np.random.default_rng(3).normal(size=(32, 2)).astype(np.float32)
    weights = {**tiny_weights(), DISTANCES: table}
    save_file(weights, str(tmp_path / "w.safetensors"))
    onnx.save(build(tmp_path / "w.safetensors", layers=LAYERS, heads=2), str(tmp_path / "full.onnx"))
    with torch.no_grad():
        found = SentenceBert(weights, heads=2)(ROWS).numpy()
        without = SentenceBert(tiny_weights(), heads=2)(ROWS).numpy()
    assert np.abs(found - sentence(tmp_path / "full.onnx", ROWS)).max() < 1e-5
    assert np.abs(found - without).max() > 1e-2


def test_the_teachers_weights_get_the_names_of_the_trainable_encoder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from safetensors.numpy import save_file

    from bot.nlu import finetune_teacher
    from bot.nlu.tuned import TOKENIZER, sha256

    positions = np.arange(8, dtype=np.float32).reshape(4, 2)
    path = tmp_path / finetune_teacher.WEIGHTS
    layer = "encoder.layer.3.attention"
    names = (f"{layer}.attn.q.weight", f"{layer}.attn.o.bias", f"{layer}.LayerNorm.bias", "pooler.dense.weight")
    named = {name: np.ones(2, np.float32) for name in names}
    save_file({"embeddings.position_embeddings.weight": positions, **named}, str(path))
    with pytest.raises(EncoderError, match=r"must hold model\.safetensors"):
        finetune_teacher.teacher_weights(tmp_path)
    (tmp_path / TOKENIZER).write_text("{}")
    monkeypatch.setattr(finetune_teacher, "SHA256", sha256(path))
    weights = finetune_teacher.teacher_weights(tmp_path)
    assert sorted(weights) == [
        "embeddings.position_embeddings.weight",
        "embeddings.token_type_embeddings.weight",
        f"{layer}.output.LayerNorm.bias",
        f"{layer}.output.dense.bias",
        f"{layer}.self.query.weight",
    ]
    # MPNet's first two positions are never a word's.
    assert weights["embeddings.position_embeddings.weight"].tolist() == positions[2:].tolist()


def test_the_intent_of_a_message_is_learned_even_where_it_holds_more_needs() -> None:
    torch = pytest.importorskip("torch", reason=TORCH)
    from bot.nlu.finetune_torch import Loss

    labels = ["ask_law", "self_harm_risk"]
    loss = Loss(many(labels), labels, FineTuning(smoothing=0.0))
    both = Batch(["a"], np.ones((1, 2), dtype=np.float32), np.array([True]), np.array([1]))
    needs = torch.zeros(1, 2)
    right, wrong = (loss((torch.tensor([scores]), needs), both).item() for scores in ([-1.0, 1.0], [1.0, -1.0]))
    assert right == pytest.approx(wrong - 2.0)


def test_several_teachers_answer_with_the_mean_of_their_scores_in_the_order_of_the_messages() -> None:
    torch = pytest.importorskip("torch", reason=TORCH)
    from bot.nlu.finetune_data import batches
    from bot.nlu.finetune_torch import AT_ONCE, opinion, with_opinions

    class Teacher:
        """Scores a message by its length, times a factor."""

        class encoder:  # noqa: N801  (stands for an attribute)
            device = "cpu"

        def __init__(self, factor: float) -> None:
            self.factor = factor

        def __call__(self, texts: list[str]) -> object:
            sizes = self.factor * torch.tensor([[float(len(text))] for text in texts])
            return sizes, -sizes

    teachers = [Teacher(1.0), Teacher(3.0)]
    texts = ["x" * (1 + 7 * n % 101) for n in range(AT_ONCE + 9)]
    intents, needs = opinion(teachers, texts)  # type: ignore[arg-type]
    assert intents[:, 0].tolist() == [2.0 * len(text) for text in texts]
    assert needs[:, 0].tolist() == [-2.0 * len(text) for text in texts]
    drawn = list(batches(many(["ask_law", "deny"]), FineTuning(batch=5), steps=11))
    pairs = list(with_opinions(iter(drawn), teachers))  # type: ignore[arg-type]
    assert [batch.texts for batch, _ in pairs] == [batch.texts for batch in drawn]
    for batch, taught in pairs:
        assert taught is not None
        assert taught[0][:, 0].tolist() == [2.0 * len(text) for text in batch.texts]
    assert [taught for _, taught in with_opinions(iter(drawn), [])] == [None] * 11
