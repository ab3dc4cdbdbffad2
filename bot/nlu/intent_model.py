"""The trained intent model: a linear classifier whose confidence is calibrated by cross-validation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.encoder import Encoder, EncoderError
from bot.nlu.features import Features

FORMAT = 1


@dataclass(frozen=True)
class TrainingOptions:
    """What the training can be told in config.yml."""

    encoder_weight: float = 2.0
    word_weight: float = 1.0
    char_weight: float = 1.0
    regularisation: float = 0.3
    folds: int = 5
    seed: int = 7


class IntentModel:
    """Scores texts against the labels that it was trained on."""

    def __init__(
        self,
        features: Features,
        labels: list[str],
        weights: np.ndarray,
        bias: np.ndarray,
        temperature: float,
    ) -> None:
        self.features = features
        self.labels = labels
        self.weights = weights
        self.bias = bias
        self.temperature = temperature

    def probabilities(self, texts: list[str]) -> np.ndarray:
        """Returns the calibrated probability of each label, one row a text."""
        if not texts:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        matrix = self.features.transform(texts)
        return softmax((matrix @ self.weights + self.bias) / self.temperature)

    def save(self, folder: Path) -> None:
        """Writes the model into a folder as JSON and plain arrays (no pickle)."""
        arrays = self.features.save(folder)
        np.savez_compressed(
            folder / "arrays.npz", weights=self.weights.astype(np.float16), bias=self.bias, **arrays
        )
        about = {
            "format": FORMAT,
            "labels": self.labels,
            "temperature": self.temperature,
            "feature_weights": self.features.weights,
            "encoder": self.features.encoder.fingerprint,
        }
        (folder / "about.json").write_text(json.dumps(about, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> IntentModel:
        """Reads what `save` wrote; raises EncoderError where it was trained with another encoder."""
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT or about["encoder"] != encoder.fingerprint:
            raise EncoderError("The model was trained with another encoder or version; run `make train`.")
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            features = Features.load(folder, encoder, about["feature_weights"], arrays)
            weights = arrays["weights"].astype(np.float32)
            return cls(features, about["labels"], weights, arrays["bias"], about["temperature"])


def softmax(scores: np.ndarray) -> np.ndarray:
    """Returns rows that sum to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def train(texts: list[str], intents: list[str], encoder: Encoder, options: TrainingOptions) -> IntentModel:
    """Fits the model; the same examples give the same model. Raises ValueError below two intents."""
    labels = sorted(set(intents))
    if len(labels) < 2:
        raise ValueError("The training data must hold examples of at least two intents.")
    target = np.array([labels.index(intent) for intent in intents])
    scores, _ = cross_validated_scores(texts, target, encoder, options)
    temperature = fitted_temperature(scores, target) if scores is not None else 0.3
    features = _features(encoder, options)
    features.fit(texts)
    weights, bias = _fit(features.transform(texts), target, len(labels), options)
    return IntentModel(features, labels, weights, bias, temperature)


def cross_validated_scores(
    texts: list[str], target: np.ndarray, encoder: Encoder, options: TrainingOptions
) -> tuple[np.ndarray | None, list[np.ndarray]]:
    """Returns each text's scores from a model that has not seen it, or None where a label is too rare."""
    if np.bincount(target).min() < options.folds:
        return None, []
    vectors = _features(encoder, options).vectors(texts)
    labels = int(target.max()) + 1
    scores = np.zeros((len(texts), labels), dtype=np.float32)
    splitter = StratifiedKFold(options.folds, shuffle=True, random_state=options.seed)
    held_out = []
    for known, unknown in splitter.split(texts, target):
        features = _features(encoder, options)
        features.fit([texts[number] for number in known])
        matrix = features.transform([texts[number] for number in known], vectors[known])
        weights, bias = _fit(matrix, target[known], labels, options)
        unseen = features.transform([texts[number] for number in unknown], vectors[unknown])
        scores[unknown] = unseen @ weights + bias
        held_out.append(unknown)
    return scores, held_out


def fitted_temperature(scores: np.ndarray, target: np.ndarray) -> float:
    """Returns the temperature with the smallest log loss (temperature scaling, Guo et al. 2017)."""

    def loss(logarithm: float) -> float:
        chances = softmax(scores / np.exp(logarithm))
        return float(-np.log(chances[np.arange(len(target)), target] + 1e-9).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4.0, 1.0), method="bounded").x))


def _features(encoder: Encoder, options: TrainingOptions) -> Features:
    return Features(encoder, options.encoder_weight, options.word_weight, options.char_weight)


def _fit(
    matrix: sparse.csr_matrix, target: np.ndarray, labels: int, options: TrainingOptions
) -> tuple[np.ndarray, np.ndarray]:
    machine = LinearSVC(C=options.regularisation, random_state=options.seed, dual=True, max_iter=5000)
    machine.fit(matrix, target)
    if labels == 2:
        return (
            np.vstack([-machine.coef_, machine.coef_]).T.astype(np.float32),
            np.concatenate([-machine.intercept_, machine.intercept_]),
        )
    return machine.coef_.T.astype(np.float32), machine.intercept_
