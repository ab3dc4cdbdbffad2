"""What each of the three models does alone, and all together, without word rules, clauses and fallback."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bot.nlu.encoder import Encoder
from bot.nlu.evaluate import SAFETY_BY_INTENT, intent_figures, wilson
from bot.nlu.intent_model import IntentModel
from bot.nlu.safety_rules import lexical, speak_of_a_crisis
from bot.nlu.tuned import CAREFUL, TunedModel
from bot.nlu.understanding import Understanding, doubtful
from bot.ops.evaluation_data import Lines, Safety, Validation

CLASSIFIER, TUNED, LARGER, ALL = "classifier", "tuned", "careful", "all"


def measure_models(archive: Path, validation: Validation) -> dict[str, Any]:
    """Returns, for each model and for all, accuracy and macro-F1 on intents and the area under the curve of a crisis.

    `asked` is on how many lines the larger model is asked. `archive` is the trained model. Raises
    FileNotFoundError where it holds no intent model.
    """
    classifier, tuned, careful = _classifier(archive), TunedModel.load(), TunedModel.load(CAREFUL)
    texts, crises = [line["text"] for line in validation.intents], [line.text for line in validation.safety]
    intents = {CLASSIFIER: classifier.probabilities(texts)}
    chances = {CLASSIFIER: classifier.probabilities(crises)}
    for name, model in ((TUNED, tuned), (LARGER, careful)):
        intents[name], chances[name] = model.read(texts)[0], model.read(crises)[1]
    together = Understanding(classifier, tuned, careful)
    spoken = {
        name: [speak_of_a_crisis(lexical(text)) for text in lines]
        for name, lines in (("intents", texts), ("safety", crises))
    }
    intents[ALL] = np.array([heard.whole for heard in together.hear([[text] for text in texts], spoken["intents"])])
    chances[ALL] = np.zeros((len(crises), len(classifier.labels)))
    for row, heard in zip(chances[ALL], together.hear([[text] for text in crises], spoken["safety"]), strict=True):
        for label, chance in heard.crises.items():
            row[classifier.labels.index(label)] = chance
    without = Understanding(classifier, tuned)
    asked = {
        name: sum(
            doubtful(heard) or speaks
            for heard, speaks in zip(without.hear([[text] for text in lines], spoken[name]), spoken[name], strict=True)
        )
        for name, lines in (("intents", texts), ("safety", crises))
    }
    return {
        "alone": {
            name: {**_intents(intents[name], classifier.labels, validation.intents),
                   "auc": _areas(chances[name], classifier.labels, validation.safety)}
            for name in intents
        },
        "asked": {"intents": wilson(asked["intents"], len(texts)), "safety": wilson(asked["safety"], len(crises))},
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
