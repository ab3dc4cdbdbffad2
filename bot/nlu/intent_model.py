"""The trained intent model: kernel ridge regression on meaning and n-grams, with calibrated confidence.

Its answers on each training example without that example (leave one out) follow from the one fit in
closed form, so that calibration costs no further training.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack
from scipy.optimize import minimize_scalar

from bot.nlu.encoder import Encoder, EncoderError
from bot.nlu.features import Meaning, Ngrams

FORMAT = 2
BAND = 1024


@dataclass(frozen=True)
class TrainingOptions:
    """What the training can be told in config.yml.

    Of a label, at most `most` examples are learned, spread evenly over its list: the time to train grows with
    the cube of all examples and that to answer with their number, and from 800 on more of one label changed nothing
    on validation lines. The tuned encoders beside this model have learned from all.
    """

    most: int = 800
    components: int = 128
    gamma: float = 1.0
    meaning_weight: float = 3.0
    ridge: float = 1.0
    balance: float = 0.5


@dataclass(frozen=True)
class Weights:
    """What the fit learned."""

    anchors: NDArray[Any]
    meaning: NDArray[Any]
    ngrams: NDArray[Any]
    gamma: float
    temperature: float


class IntentModel:
    """Scores texts against the labels that it was trained on."""

    def __init__(self, labels: list[str], meaning: Meaning, ngrams: Ngrams, weights: Weights) -> None:
        self.labels = labels
        self._meaning = meaning
        self._ngrams = ngrams
        self._weights = weights
        self._squares = (weights.anchors**2).sum(axis=1)

    def probabilities(self, texts: list[str]) -> NDArray[Any]:
        """Returns the calibrated probability of each label, one row a text."""
        if not texts:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        weights = self._weights
        nearness = gaussian(self._meaning.transform(texts), weights.anchors, weights.gamma, self._squares)
        scores = nearness @ weights.meaning + self._ngrams.scores(texts, weights.ngrams)
        return softmax(scores / weights.temperature)

    def save(self, folder: Path) -> None:
        """Writes the model into a folder as JSON and plain arrays (no pickle)."""
        half = {name: getattr(self._weights, name) for name in ("anchors", "meaning", "ngrams")}
        np.savez_compressed(
            folder / "arrays.npz",
            **{f"weights_{name}": array.astype(np.float16) for name, array in half.items()},
            **self._meaning.arrays(),
            **self._ngrams.save(folder),
        )
        about = {
            "format": FORMAT,
            "labels": self.labels,
            "gamma": self._weights.gamma,
            "temperature": self._weights.temperature,
            "encoder": self._meaning.encoder.fingerprint,
        }
        (folder / "about.json").write_text(json.dumps(about, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> IntentModel:
        """Reads what `save` wrote; raises EncoderError where it was trained with another encoder."""
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT or about["encoder"] != encoder.fingerprint:
            raise EncoderError("The model was trained with another encoder or version; run `make train`.")
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            meaning = Meaning(encoder, arrays["centre"], arrays["scale"], arrays["axes"])
            ngrams = Ngrams.load(folder, arrays)
            learned = {name: arrays[f"weights_{name}"].astype(np.float32) for name in ("anchors", "meaning", "ngrams")}
        weights = Weights(**learned, gamma=about["gamma"], temperature=about["temperature"])
        return cls(about["labels"], meaning, ngrams, weights)


def gaussian(
    left: NDArray[Any], right: NDArray[Any], gamma: float, squares: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Returns exp(-gamma * squared distance) of every row to every row; `squares` are those of `right`."""
    lengths = (right**2).sum(axis=1) if squares is None else squares
    distance = (left**2).sum(axis=1)[:, None] + lengths[None] - 2 * left @ right.T
    return np.exp(-gamma * np.maximum(distance, 0.0))


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    """Returns rows that sum to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def fitted_temperature(scores: NDArray[Any], target: NDArray[Any]) -> float:
    """Returns the temperature with the smallest log loss (temperature scaling, Guo et al. 2017)."""

    def loss(logarithm: float) -> float:
        chances = softmax(scores / np.exp(logarithm))
        return float(-np.log(chances[np.arange(len(target)), target] + 1e-9).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-5.0, 1.0), method="bounded").x))


def train(texts: list[str], intents: list[str], encoder: Encoder, options: TrainingOptions) -> IntentModel:
    """Fits the model; the same examples give the same model. Raises ValueError below two intents."""
    model, _ = train_with_held_out(texts, intents, encoder, options)
    return model


def train_with_held_out(
    texts: list[str], intents: list[str], encoder: Encoder, options: TrainingOptions
) -> tuple[IntentModel, NDArray[Any]]:
    """Returns the model and the scores of each example it learned from, as if it had not seen that example."""
    labels = sorted(set(intents))
    if len(labels) < 2:
        raise ValueError("The training data must hold examples of at least two intents.")
    kept = spread(intents, options.most)
    texts, intents = [texts[place] for place in kept], [intents[place] for place in kept]
    target = np.array([labels.index(intent) for intent in intents])
    meaning = Meaning.fit(encoder, texts, options.components)
    ngrams = Ngrams()
    ngrams.fit(texts)
    anchors, words = meaning.transform(texts), ngrams.transform(texts)
    answers, held_out = _solve(_kernel(anchors, words, options), target, len(labels), options)
    temperature = fitted_temperature(held_out, target)
    weights = Weights(
        anchors=anchors,
        meaning=(answers * options.meaning_weight).astype(np.float32),
        ngrams=np.asarray(words.T @ answers, dtype=np.float32),
        gamma=options.gamma,
        temperature=temperature,
    )
    return IntentModel(labels, meaning, ngrams, weights), held_out


def spread(intents: list[str], most: int) -> list[int]:
    """Returns the places of at most `most` examples of each intent, in their order, evenly spread over its list."""
    places: dict[str, list[int]] = {}
    for place, intent in enumerate(intents):
        places.setdefault(intent, []).append(place)
    kept = (
        [found[number * len(found) // most] for number in range(most)] if len(found) > most else found
        for found in places.values()
    )
    return sorted(place for found in kept for place in found)


def _kernel(anchors: NDArray[Any], words: sparse.csr_matrix, options: TrainingOptions) -> NDArray[Any]:
    """Returns how alike every two examples are; a band at a time, since the whole takes much memory but once."""
    others = words.T.tocsr()
    kernel = np.empty((len(anchors), len(anchors)), dtype=np.float32)
    for start in range(0, len(anchors), BAND):
        band = slice(start, start + BAND)
        kernel[band] = gaussian(anchors[band], anchors, options.gamma) * np.float32(options.meaning_weight)
        kernel[band] += (words[band] @ others).toarray()
    return kernel


def _solve(
    kernel: NDArray[Any], target: NDArray[Any], labels: int, options: TrainingOptions
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Returns the dual weights and the leave-one-out scores.

    A label with many examples gets a larger ridge, so that it does not crowd out the small ones.
    """
    wanted = np.eye(labels, dtype=np.float32)[target]
    counts = wanted.sum(axis=0)
    ridge = options.ridge * (counts[target] / counts.mean()) ** options.balance
    kernel[np.diag_indices_from(kernel)] += ridge.astype(np.float32)
    # The kernel is symmetric and positive, so its Cholesky factor does with half the work of an inverse; its
    # transpose is the same matrix in the order of memory that LAPACK wants, so that nothing is copied.
    factor, problem = lapack.spotrf(kernel.T, lower=True, overwrite_a=True, clean=False)
    if problem:
        raise ValueError("The examples can not be learned from: their kernel is not positive.")
    answers, _ = lapack.spotrs(factor, wanted, lower=True)
    inverse, _ = lapack.spotri(factor, lower=True, overwrite_c=True)
    return answers, wanted - answers / np.diagonal(inverse)[:, None]
