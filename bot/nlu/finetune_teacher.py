"""The larger encoder that teaches the shipped one: where its weights come from, and BERT's names for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from bot.nlu.encoder import EncoderError
from bot.nlu.tuned import TOKENIZER, sha256

NAME = "sentence-transformers/all-mpnet-base-v2"
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
WEIGHTS = "model.safetensors"
FIRST_POSITION = 2
BERT_NAMES = {
    ".attention.attn.q.": ".attention.self.query.",
    ".attention.attn.k.": ".attention.self.key.",
    ".attention.attn.v.": ".attention.self.value.",
    ".attention.attn.o.": ".attention.output.dense.",
    ".attention.LayerNorm.": ".attention.output.LayerNorm.",
}
POSITIONS, SEGMENTS = "embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight"


def teacher_weights(folder: Path) -> dict[str, NDArray[Any]]:
    """Returns the weights of all-mpnet-base-v2 in `folder` under BERT's names.

    Raises EncoderError where they are missing or not the expected ones.
    """
    path = folder / WEIGHTS
    if not path.is_file() or not (folder / TOKENIZER).is_file() or sha256(path) != SHA256:
        raise EncoderError(f"The teacher's folder must hold {WEIGHTS} and {TOKENIZER} of {NAME}.")
    weights = {_bert_name(name): array for name, array in load_file(str(path)).items() if not name.startswith("pooler")}
    weights[POSITIONS] = weights[POSITIONS][FIRST_POSITION:]
    weights[SEGMENTS] = np.zeros((1, weights[POSITIONS].shape[1]), dtype=np.float32)
    return {name: array for name, array in weights.items() if array.dtype.kind == "f"}


def _bert_name(name: str) -> str:
    for part, other in BERT_NAMES.items():
        name = name.replace(part, other)
    return name
