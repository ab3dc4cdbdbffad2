"""The sentence encoder tuned on the training data, with its answers: one intent, every need, whose place.

`make encoder` makes its files; see bot/nlu/encoder_files/provenance.json. It reads the whole message
beside the classifier that `make train` fits: each hears some of what the other misses.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder import Encoder, EncoderError
from bot.nlu.text import excerpt

FOLDER = Path(__file__).resolve().parent / "encoder_files"
CAREFUL = FOLDER.with_name("careful_files")
"""The larger model of the same kind, which taught the other; bot/nlu/understanding.py says when it is asked."""

MODEL, TOKENIZER, ANSWERS = "encoder.onnx", "tokenizer.json", "answers.npz"
FILES, PROVENANCE = (MODEL, TOKENIZER, ANSWERS), "provenance.json"


SHARE = 0.6
"""How much the tuned encoder counts beside the classifier; chosen on lines left out of the tuning."""


def mixed_scores(other: NDArray[Any], tuned: NDArray[Any], share: float = SHARE) -> NDArray[Any]:
    """Returns scores from the probabilities of two models, of which the tuned one counts for `share`."""
    return (1 - share) * np.log(other + 1e-9) + share * np.log(tuned + 1e-9)


def scale(width: int) -> float:
    """By what vectors of unit length are multiplied, so that their numbers are about 1."""
    return float(np.sqrt(width))


class TunedModel:
    """Answers of the tuned encoder for whole messages."""

    def __init__(
        self, encoder: Encoder, labels: list[str], arrays: dict[str, NDArray[Any]], temperature: float = 1.0
    ) -> None:
        self.labels = labels
        self.temperature = temperature
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self.arrays = arrays

    @classmethod
    def load(cls, folder: Path = FOLDER) -> TunedModel:
        """Returns the model in a folder, once a process; raises EncoderError where a file is missing or damaged."""
        return _load(folder)

    def read(self, texts: list[str]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Returns the probability of each label as the one intent, and of each as one need; one row a text."""
        vectors = self._encoder.encode([excerpt(text) for text in texts])
        vectors = vectors * np.float32(scale(vectors.shape[1]))
        intent, needs = (
            vectors @ self.arrays[f"{name}_weight"].T + self.arrays[f"{name}_bias"] for name in ("intent", "needs")
        )
        raised = np.exp(intent - intent.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True), 1 / (1 + np.exp(-needs))

    def own_place(self, texts: list[str]) -> NDArray[Any]:
        """Returns the log odds that the place between the marks of each text is the writer's own.

        The texts are those of bot/directory/gazetteer_cues.marked.
        """
        vectors = self._encoder.encode([excerpt(text) for text in texts])
        scores = vectors * np.float32(scale(vectors.shape[1])) @ self.arrays["place_weight"].T
        return scores[:, 0] + self.arrays["place_bias"][0]


def sha256(path: Path) -> str:
    """Returns the checksum of a file; raises OSError where it can not be read."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def damaged(folder: Path = FOLDER) -> list[str]:
    """Returns the names of the files that are missing or are not those that the provenance names; [] if none."""
    try:
        made = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))["files"]
        expected = {name: made[name]["sha256"] for name in FILES}
    except (OSError, ValueError, KeyError, TypeError):
        return [PROVENANCE]
    return [name for name in FILES if not (folder / name).is_file() or sha256(folder / name) != expected[name]]


def save_answers(folder: Path, labels: list[str], arrays: dict[str, NDArray[Any]], temperature: float) -> None:
    """Writes the answers' weights as plain arrays (no pickle).

    `temperature` divides the scores of both models together, so that their confidence means what it says.
    """
    np.savez_compressed(folder / ANSWERS, labels=np.array(labels), temperature=temperature, **arrays)


@lru_cache(maxsize=4)
def _load(folder: Path) -> TunedModel:
    try:
        with np.load(folder / ANSWERS, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        labels = [str(label) for label in arrays.pop("labels")]
        temperature = float(arrays.pop("temperature"))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise EncoderError("The tuned encoder's files are not complete; restore them or run `make encoder`.") from error
    return TunedModel(Encoder.load(folder / MODEL), labels, arrays, temperature)
