"""Which classifier: three of them on the same features, compared by nested cross-validation.

Near-duplicates stay in the same fold. The inner folds choose the setting, the outer folds measure it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold, train_test_split
from sklearn.svm import LinearSVC

from bot.nlu.encoder import Encoder
from bot.nlu.features import Meaning, Ngrams
from bot.nlu.finetune_data import Example, data_hash
from bot.nlu.intent_model import TrainingOptions, train
from bot.nlu.text import excerpt
from bot.ops.evaluation_data import near_duplicate_groups
from bot.ops.evaluation_figures import calibration

OUTER, INNER, SEED = 3, 2, 7
DEFAULTS = TrainingOptions()
Chances = NDArray[Any]
Learner = Callable[["Split", float, bool], Chances]


class Remembered(Encoder):
    """An encoder that reads each text once, because every fold asks for the same ones."""

    def __init__(self, encoder: Encoder, texts: Sequence[str]) -> None:
        self.fingerprint = encoder.fingerprint
        asked = list(dict.fromkeys(excerpt(text) for text in texts))
        self._rows = dict(zip(asked, encoder.represent(asked), strict=True))

    def represent(self, texts: list[str]) -> NDArray[Any]:
        """Returns the rows that were read at the beginning."""
        return np.stack([self._rows[text] for text in texts])


class Split:
    """Texts to learn from and texts to answer, with the features that both linear classifiers see."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str], fold: tuple[Any, Any], encoder: Encoder) -> None:
        learn, answer = fold
        self.encoder = encoder
        self.known = [texts[number] for number in learn]
        self.intents = [labels[number] for number in learn]
        self.asked = [texts[number] for number in answer]
        self.expected = np.array([labels[number] for number in answer])
        self._features: tuple[Any, Any] | None = None

    def features(self) -> tuple[Any, Any]:
        """Meaning and n-grams side by side, weighted as the shipped classifier weighs them."""
        if self._features is None:
            meaning, ngrams = Meaning.fit(self.encoder, self.known, DEFAULTS.components), Ngrams()
            ngrams.fit(self.known)
            weight = np.float32(np.sqrt(DEFAULTS.meaning_weight))

            def joined(texts: list[str]) -> Any:
                dense = sparse.csr_matrix(meaning.transform(texts) * weight)
                return sparse.hstack([dense, ngrams.transform(texts)], format="csr")

            self._features = joined(self.known), joined(self.asked)
        return self._features


def _kernel_ridge(split: Split, ridge: float, _final: bool) -> Chances:
    model = train(split.known, split.intents, split.encoder, TrainingOptions(ridge=ridge, most=len(split.known)))
    return model.probabilities(split.asked)


def _logistic(split: Split, strength: float, _final: bool) -> Chances:
    known, asked = split.features()
    model = LogisticRegression(C=strength, max_iter=100, tol=1e-2)
    return model.fit(known, split.intents).predict_proba(asked)


def _linear_svm(split: Split, strength: float, final: bool) -> Chances:
    known, asked = split.features()
    model = LinearSVC(C=strength, dual=True, tol=1e-2, random_state=SEED)
    if not final:
        return model.fit(known, split.intents).decision_function(asked)
    return CalibratedClassifierCV(model, cv=3).fit(known, np.array(split.intents)).predict_proba(asked)


CLASSIFIERS: dict[str, tuple[Learner, tuple[float, ...]]] = {
    "kernel ridge regression (shipped)": (_kernel_ridge, (0.5, 1.0, 2.0, 4.0)),
    "logistic regression": (_logistic, (10.0, 100.0)),
    "linear SVM, calibrated": (_linear_svm, (0.1, 0.3, 1.0)),
}


def compare(examples: Sequence[Example], encoder: Encoder, sample: int = 0) -> dict[str, Any]:
    """Returns accuracy, macro-F1, log loss and calibration error of each classifier, over all outer folds.

    With a sample so many examples are drawn, the same share of each intent: on all it takes hours.
    """
    drawn = _sample(examples, sample) if 0 < sample < len(examples) else list(examples)
    texts, labels = [example.text for example in drawn], [example.intent for example in drawn]
    groups = near_duplicate_groups(texts)
    remembered = Remembered(encoder, texts)
    names = sorted(set(labels))
    answers: dict[str, list[tuple[Chances, Any, float, float]]] = {name: [] for name in CLASSIFIERS}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for learn, answer in _folds(labels, groups, OUTER):
            inner = [
                Split(texts, labels, (learn[known], learn[asked]), remembered)
                for known, asked in _folds([labels[n] for n in learn], groups[learn], INNER)
            ]
            outer = Split(texts, labels, (learn, answer), remembered)
            for name, (learner, settings) in CLASSIFIERS.items():
                chosen = max(settings, key=lambda value: _inner_accuracy(learner, value, inner, names))
                started = time.perf_counter()
                chances = learner(outer, chosen, True)
                answers[name].append((chances, outer.expected, chosen, time.perf_counter() - started))
    return {
        "examples": len(texts),
        "drawn_from": len(examples),
        "groups": int(groups.max()) + 1,
        "data": data_hash(examples)[:16],
        "outer_folds": OUTER,
        "inner_folds": INNER,
        "classifiers": {name: _summary(folds, names) for name, folds in answers.items()},
    }


def _sample(examples: Sequence[Example], size: int) -> list[Example]:
    chosen, _ = train_test_split(
        list(examples), train_size=size, stratify=[example.intent for example in examples], random_state=SEED
    )
    return chosen


def _folds(labels: Sequence[str], groups: NDArray[Any], count: int) -> Iterator[tuple[Any, Any]]:
    folds = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=SEED)
    yield from folds.split(np.zeros(len(labels)), labels, groups)


def _inner_accuracy(learner: Learner, value: float, inner: Sequence[Split], names: Sequence[str]) -> float:
    right = [np.array(names)[learner(split, value, False).argmax(axis=1)] == split.expected for split in inner]
    return float(np.concatenate(right).mean())


def _summary(folds: Sequence[tuple[Chances, Any, float, float]], names: Sequence[str]) -> dict[str, Any]:
    chances = np.concatenate([fold[0] for fold in folds])
    expected = np.concatenate([fold[1] for fold in folds])
    found = np.array(names)[chances.argmax(axis=1)]
    right = found == expected
    target = np.searchsorted(np.array(names), expected)
    likelihood = np.maximum(chances[np.arange(len(target)), target], 1e-9)
    by_fold = [float((np.array(names)[fold[0].argmax(axis=1)] == fold[1]).mean()) for fold in folds]
    return {
        "accuracy": round(float(right.mean()), 4),
        "accuracy_by_fold": [round(value, 4) for value in by_fold],
        "macro_f1": round(float(f1_score(expected, found, average="macro")), 4),
        "log_loss": round(float(-np.log(likelihood).mean()), 4),
        "calibration_error": calibration(chances.max(axis=1), right, np.ones(len(right), dtype=bool))["expected_error"],
        "chosen": [fold[2] for fold in folds],
        "fit_seconds": round(float(np.mean([fold[3] for fold in folds])), 1),
    }
