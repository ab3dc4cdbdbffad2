"""What each of the two models does alone, and both together, without word rules, clauses and fallback."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bot.nlu.encoder import Encoder
from bot.nlu.evaluate import SAFETY_BY_INTENT, intent_figures
from bot.nlu.intent_model import IntentModel
from bot.nlu.tuned import TunedModel, mixed_scores
from bot.nlu.understanding import crisis_chance
from bot.ops.evaluation_data import Lines, Safety, Validation

CLASSIFIER, TUNED, BOTH = "classifier", "tuned", "both"


def measure_models(archive: Path, validation: Validation) -> dict[str, Any]:
    """Returns, for each model and for both, accuracy and macro-F1 on intents and the area under the curve of a crisis.

    `archive` is the trained model. Raises FileNotFoundError where it holds no intent model.
    """
    classifier, tuned = _classifier(archive), TunedModel.load()
    texts, crises = [line["text"] for line in validation.intents], [line.text for line in validation.safety]
    alone, other = classifier.probabilities(texts), tuned.read(texts)[0]
    chances = {CLASSIFIER: classifier.probabilities(crises), TUNED: tuned.read(crises)[1]}
    chances[BOTH] = np.vectorize(crisis_chance)(chances[CLASSIFIER], chances[TUNED])
    answers = {CLASSIFIER: alone, TUNED: other, BOTH: mixed_scores(alone, other)}
    return {
        name: {**_intents(answers[name], classifier.labels, validation.intents),
               "auc": _areas(chances[name], classifier.labels, validation.safety)}
        for name in (CLASSIFIER, TUNED, BOTH)
    }  # fmt: skip


def _classifier(archive: Path) -> IntentModel:
    with tempfile.TemporaryDirectory(prefix="steady-model-") as folder, tarfile.open(archive) as stored:
        members = [member for member in stored.getmembers() if member.isfile() and "IntentClassifier" in member.name]
        stored.extractall(folder, members)  # noqa: S202  (our own archive)
        found = next(Path(folder).rglob("arrays.npz"), None)
        if found is None:
            raise FileNotFoundError(f"{archive.name} holds no intent model; run `make train`.")
        return IntentModel.load(found.parent, Encoder.load())


def _intents(scores: NDArray[Any], labels: list[str], lines: Lines) -> dict[str, float]:
    found = [labels[number] for number in scores.argmax(axis=1)]
    expected = [str(line["intent"]) for line in lines]
    supported = [entry["f1"] for entry in intent_figures(expected, found).values() if entry["support"]]
    return {
        "accuracy": round(float(np.mean([a == b for a, b in zip(expected, found, strict=True)])), 4),
        "macro_f1": round(sum(supported) / len(supported), 4),
    }


def _areas(chances: NDArray[Any], labels: list[str], lines: tuple[Safety, ...]) -> dict[str, float]:
    """How well the chance alone tells each crisis from the lines that should raise nothing."""
    areas = {}
    for intent, flag in SAFETY_BY_INTENT.items():
        counted = [number for number, line in enumerate(lines) if line.flag in (flag, None)]
        wanted = [lines[number].flag == flag for number in counted]
        areas[flag] = round(float(roc_auc_score(wanted, chances[counted, labels.index(intent)])), 3)
    return areas
