"""Builds the ONNX graph of a six-layer BERT sentence encoder from its published weights.

The weights are read from a safetensors file, so that neither torch nor a download is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

OPSET = 17
POOLED_LAYERS = 4
FUSED_DOMAIN = "com.microsoft"
DISTANCES = "encoder.relative_attention_bias.weight"
LONGEST = 128


class _Graph:
    """Collects nodes and weights and hands out names for the values between them."""

    def __init__(self, weights: dict[str, NDArray[Any]], epsilon: float) -> None:
        self.weights = weights
        self.epsilon = epsilon
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """Adds a constant tensor once and returns its name."""
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def weight(self, name: str, transpose: bool = False) -> str:
        """Adds a tensor of the checkpoint, transposed for a right-hand MatMul where asked."""
        array = self.weights[name].astype(np.float32)
        return self.constant(name, array.T if transpose else array)

    def add(self, op: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        """Adds one node and returns the name of its output."""
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def dense(self, value: str, prefix: str, output: str) -> str:
        """A linear layer of the checkpoint."""
        product = self.add("MatMul", [value, self.weight(f"{prefix}.weight", True)], f"{output}.matmul")
        return self.add("Add", [product, self.weight(f"{prefix}.bias")], output)

    def residual_norm(self, value: str, skip: str, prefix: str, output: str) -> str:
        """Layer normalisation of the sum of a value and its skip connection."""
        inputs = [value, skip, self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")]
        return self.add("SkipLayerNormalization", inputs, output, FUSED_DOMAIN, epsilon=self.epsilon)


def _embeddings(graph: _Graph) -> str:
    prefix = "embeddings"
    words = graph.add("Gather", [graph.weight(f"{prefix}.word_embeddings.weight"), "input_ids"], "words")
    shape = graph.add("Shape", ["input_ids"], "shape")
    first_axis = graph.constant("first_axis", np.array([0], np.int64))
    second_axis = graph.constant("second_axis", np.array([1], np.int64))
    end = graph.constant("end", np.array([2], np.int64))
    length = graph.add("Slice", [shape, second_axis, end, first_axis], "length")
    table = graph.weight(f"{prefix}.position_embeddings.weight")
    # Every token is of the first segment, so its vector is folded into the position table.
    first = graph.weights[f"{prefix}.token_type_embeddings.weight"][:1].astype(np.float32)
    graph.initializers[table] = numpy_helper.from_array(
        graph.weights[f"{prefix}.position_embeddings.weight"].astype(np.float32) + first, table
    )
    positions = graph.add("Slice", [table, first_axis, length, first_axis], "positions")
    total = graph.add("Add", [words, positions], "embedded")
    names = [graph.weight(f"{prefix}.LayerNorm.{part}") for part in ("weight", "bias")]
    return graph.add("LayerNormalization", [total, *names], "hidden", axis=-1, epsilon=graph.epsilon)


def _distances(graph: _Graph) -> str:
    """The part of MPNet's table of distances that the tokens of the message need."""
    table = graph.weights[DISTANCES][distance_classes(LONGEST)].transpose(2, 0, 1)[None].astype(np.float32)
    ends = graph.add("Concat", ["length", "length"], "square", axis=0)
    starts = graph.constant("corner", np.array([0, 0], np.int64))
    axes = graph.constant("square_axes", np.array([2, 3], np.int64))
    return graph.add("Slice", [graph.constant("distances.table", table), starts, ends, axes], "distances")


def distance_classes(size: int) -> NDArray[Any]:
    """Returns MPNet's class of the distance in tokens from each place to each other: backwards 0-15, forwards 16-31.

    Each of the first eight distances is a class of its own, the further ones up to 128 share eight classes
    on a logarithmic scale.
    """
    spread = np.arange(size)
    distance = spread[None, :] - spread[:, None]
    away = np.abs(distance)
    far = 8 + (np.log(np.maximum(away, 1) / 8) / np.log(128 / 8) * 8).astype(np.int64)
    return np.where(away < 8, away, np.minimum(far, 15)) + 16 * (distance > 0)


def _attention_with_distances(graph: _Graph, hidden: str, prefix: str, heads: int) -> str:
    parts = ("query", "key", "value")
    values = [graph.dense(hidden, f"{prefix}.attention.self.{part}", f"{prefix}.{part}") for part in parts]
    inputs = [*values, "", "", "distances"]
    return graph.add("MultiHeadAttention", inputs, f"{prefix}.attended", FUSED_DOMAIN, num_heads=heads)


def _attention(graph: _Graph, hidden: str, prefix: str, heads: int) -> str:
    parts = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([graph.weights[f"{part}.weight"].T for part in parts], axis=1).astype(np.float32)
    bias = np.concatenate([graph.weights[f"{part}.bias"] for part in parts]).astype(np.float32)
    inputs = [
        hidden,
        graph.constant(f"{prefix}.qkv.weight", weight),
        graph.constant(f"{prefix}.qkv.bias", bias),
        "mask",
    ]
    return graph.add("Attention", inputs, f"{prefix}.attended", FUSED_DOMAIN, num_heads=heads)


def _layer(graph: _Graph, hidden: str, index: int, heads: int) -> str:
    prefix = f"encoder.layer.{index}"
    attention = _attention_with_distances if DISTANCES in graph.weights else _attention
    attended = attention(graph, hidden, prefix, heads)
    projected = graph.dense(attended, f"{prefix}.attention.output.dense", f"{prefix}.projected")
    hidden = graph.residual_norm(
        projected, hidden, f"{prefix}.attention.output.LayerNorm", f"{prefix}.attention.normed"
    )
    product = graph.add("MatMul", [hidden, graph.weight(f"{prefix}.intermediate.dense.weight", True)], f"{prefix}.wide")
    bias_name = graph.weight(f"{prefix}.intermediate.dense.bias")
    activated = graph.add("BiasGelu", [product, bias_name], f"{prefix}.activated", FUSED_DOMAIN)
    narrowed = graph.dense(activated, f"{prefix}.output.dense", f"{prefix}.narrowed")
    return graph.residual_norm(narrowed, hidden, f"{prefix}.output.LayerNorm", f"{prefix}.normed")


def _mean(graph: _Graph, hidden: str, output: str) -> str:
    """Mean of a layer over the tokens that are not padding."""
    along = graph.constant("token_axis", np.array([1], np.int64))
    kept = graph.add("Mul", [hidden, "token_weights"], f"{output}.kept")
    summed = graph.add("ReduceSum", [kept, along], f"{output}.summed", keepdims=0)
    return graph.add("Div", [summed, "counted"], output)


def _pooling(graph: _Graph, layers: list[str]) -> None:
    last = graph.constant("last_axis", np.array([-1], np.int64))
    along = graph.constant("token_axis", np.array([1], np.int64))
    graph.add("Unsqueeze", ["float_mask", last], "token_weights")
    graph.add("ReduceSum", ["float_mask", along], "counted", keepdims=1)
    means = [_mean(graph, layer, f"mean.{number}") for number, layer in enumerate(layers)]
    graph.add("Concat", means, "layers", axis=1)
    graph.add("LpNormalization", [means[-1]], "sentence", axis=-1, p=2)


def build(weights_path: Path, layers: int, heads: int, epsilon: float = 1e-12) -> onnx.ModelProto:
    """Returns the graph `input_ids, attention_mask -> sentence, layers`.

    `sentence` is the mean of the last layer at length 1, `layers` the means of the last four layers
    side by side, which tell intents apart better than the last alone.
    Raises KeyError where the safetensors file lacks a tensor of a BERT encoder.
    """
    graph = _Graph(load_file(str(weights_path)), epsilon)
    graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    graph.add("Cast", ["attention_mask"], "float_mask", to=TensorProto.FLOAT)
    hidden = _embeddings(graph)
    if DISTANCES in graph.weights:
        _distances(graph)
    outcomes = []
    for index in range(layers):
        hidden = _layer(graph, hidden, index, heads)
        outcomes.append(hidden)
    pooled = outcomes[-POOLED_LAYERS:]
    _pooling(graph, pooled)
    shape = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")]
    width = int(graph.weights["embeddings.LayerNorm.weight"].shape[0])
    outputs = [
        helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["batch", width]),
        helper.make_tensor_value_info("layers", TensorProto.FLOAT, ["batch", width * len(pooled)]),
    ]
    proto = helper.make_graph(graph.nodes, "sentence_encoder", inputs, outputs, list(graph.initializers.values()))
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED_DOMAIN, 1)]
    return helper.make_model(proto, opset_imports=opsets, ir_version=8)


def quantise(source: Path, target: Path) -> None:
    """Writes the graph with 8-bit weights in its matrix products; embeddings stay in full precision."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Seven bits, because 8-bit sums saturate on processors without the VNNI instructions.
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Attention"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
