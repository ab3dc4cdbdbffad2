"""Turns the encoder's weights into the file that the product loads: an 8-bit ONNX graph of about 23 MB."""

from __future__ import annotations

import importlib.util
import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file, save_file

from bot.nlu.encoder import PACKAGE, EncoderError
from bot.nlu.encoder_graph import build, quantise

WORD_TABLE = "embeddings.word_embeddings.weight"
LARGEST_CODE = 127


def published_folder() -> Path:
    """Returns the folder of the published weights; raises EncoderError where the package is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"The package {PACKAGE} is not installed; run `make setup`.")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def published_weights(path: Path) -> dict[str, NDArray[Any]]:
    """Returns the tensors of a safetensors file that the encoder uses: its tables and its layers."""
    return {
        name: array
        for name, array in load_file(str(path)).items()
        if name.startswith(("embeddings.", "encoder.")) and array.dtype.kind == "f"
    }


def export(weights: dict[str, NDArray[Any]], target: Path, layers: int = 6, heads: int = 12) -> None:
    """Writes the quantised graph of the weights to `target`."""
    logger = logging.getLogger()
    level = logger.level
    with tempfile.TemporaryDirectory() as folder:
        tensors, full, small = (Path(folder) / name for name in ("w.safetensors", "full.onnx", "small.onnx"))
        save_file({name: np.ascontiguousarray(array) for name, array in weights.items()}, str(tensors))
        onnx.save(build(tensors, layers=layers, heads=heads), str(full))
        logger.setLevel(logging.ERROR)
        try:
            quantise(full, small)
        finally:
            logger.setLevel(level)
        graph = with_small_word_table(onnx.load(str(small)))
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(graph, str(target))


def with_small_word_table(model: onnx.ModelProto) -> onnx.ModelProto:
    """Stores the word vectors in 8 bits with one scale a word, which cuts the file from 58 to 23 MB.

    Returns the same model, changed. Raises ValueError where the model has no table of word vectors.
    """
    graph = model.graph
    table = next((tensor for tensor in graph.initializer if tensor.name == WORD_TABLE), None)
    if table is None:
        raise ValueError("The graph has no table of word vectors in full precision.")
    vectors = numpy_helper.to_array(table)
    scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9).astype(np.float32) / LARGEST_CODE
    codes = np.rint(vectors / scales).astype(np.int8)
    graph.initializer.remove(table)
    graph.initializer.append(numpy_helper.from_array(codes, f"{WORD_TABLE}.codes"))
    graph.initializer.append(numpy_helper.from_array(scales, f"{WORD_TABLE}.scales"))
    place = next(n for n, node in enumerate(graph.node) if WORD_TABLE in node.input)
    old = graph.node[place]
    words, ids = old.output[0], old.input[1]
    graph.node.remove(old)
    for shift, node in enumerate(
        (
            helper.make_node("Gather", [f"{WORD_TABLE}.codes", ids], ["word_codes"], name="word_codes"),
            helper.make_node("Cast", ["word_codes"], ["word_steps"], name="word_steps", to=TensorProto.FLOAT),
            helper.make_node("Gather", [f"{WORD_TABLE}.scales", ids], ["word_scales"], name="word_scales"),
            helper.make_node("Mul", ["word_steps", "word_scales"], [words], name="word_vectors"),
        )
    ):
        graph.node.insert(place + shift, node)
    return model
