"""The classifier alone with another encoder, or with part of the training data left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.nlu.encoder import Encoder
from bot.nlu.evaluate import SAFETY_BY_INTENT, intent_figures
from bot.nlu.finetune_data import Example, data_hash
from bot.nlu.intent_model import IntentModel, TrainingOptions, train
from bot.ops.evaluation_data import TRAINING, Lines, Validation, training_examples

PUBLISHED, TUNED, WITHOUT_CONTRAST = "published", "tuned", "without_contrast"
CONTRAST = "contrast*.yml"


def measure_variants(validation: Validation, encoder: Encoder, tuned: Path | None) -> dict[str, Any]:
    """Trains the classifier with each variant and returns its figures on the validation lines.

    `tuned` is the ONNX file that `make encoder` wrote. Raises EncoderError where it is missing.
    """
    examples = training_examples()
    variants = {PUBLISHED: (encoder, examples), WITHOUT_CONTRAST: (encoder, without(examples, CONTRAST))}
    if tuned is not None:
        variants[TUNED] = (Encoder.load(tuned), examples)
    return {
        "data": data_hash(examples)[:16],
        "tuned_on": _tuned_on(tuned),
        "variants": {name: _figures(known, chosen, validation) for name, (chosen, known) in variants.items()},
    }


def _tuned_on(tuned: Path | None) -> int | None:
    """How many examples the encoder was tuned on, where the file beside it says so."""
    about = tuned.parent / "provenance.json" if tuned is not None else None
    if about is None or not about.is_file():
        return None
    return int(json.loads(about.read_text(encoding="utf-8"))["data"]["examples"])


def without(examples: Sequence[Example], pattern: str, folder: Path = TRAINING) -> list[Example]:
    """Returns the examples that no training file of that name has."""
    named = {(example.text, example.intent) for path in folder.glob(pattern) for example in _of(path)}
    return [example for example in examples if (example.text, example.intent) not in named]


def _of(path: Path) -> list[Example]:
    import yaml

    blocks = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu", [])
    return [
        Example(line[2:].strip(), block["intent"])
        for block in blocks
        for line in block.get("examples", "").splitlines()
        if line.startswith("- ")
    ]


def _figures(examples: Sequence[Example], encoder: Encoder, validation: Validation) -> dict[str, Any]:
    texts, labels = [example.text for example in examples], [example.intent for example in examples]
    model = train(texts, labels, encoder, TrainingOptions())
    return {"examples": len(texts), **_intents(model, validation.intents), "auc": _auc(model, validation)}


def _intents(model: IntentModel, lines: Lines) -> dict[str, float]:
    chances = model.probabilities([line["text"] for line in lines])
    found = [model.labels[number] for number in chances.argmax(axis=1)]
    expected = [str(line["intent"]) for line in lines]
    supported = [entry["f1"] for entry in intent_figures(expected, found).values() if entry["support"]]
    return {
        "accuracy": round(float(np.mean([a == b for a, b in zip(expected, found, strict=True)])), 4),
        "macro_f1": round(sum(supported) / len(supported), 4),
    }


def _auc(model: IntentModel, validation: Validation) -> dict[str, float]:
    """How well the probability alone, without a word rule, tells each safety class from the look-alikes."""
    chances = model.probabilities([line.text for line in validation.safety])
    areas = {}
    for intent, flag in SAFETY_BY_INTENT.items():
        counted = [number for number, line in enumerate(validation.safety) if line.flag in (flag, None)]
        wanted = [validation.safety[number].flag == flag for number in counted]
        areas[flag] = round(float(roc_auc_score(wanted, chances[counted, model.labels.index(intent)])), 3)
    return areas
