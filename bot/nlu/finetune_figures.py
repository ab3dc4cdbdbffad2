"""How well intents are told apart with one encoder or another: figures for the provenance file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.nlu.encoder import Encoder
from bot.nlu.evaluate import intent_figures
from bot.nlu.finetune_data import Example
from bot.nlu.intent_model import TrainingOptions, fitted_temperature, train


@dataclass(frozen=True)
class Figures:
    """Results on texts that were not trained on.

    `confidence_ratio` is by what to multiply the classifier's temperature so that its confidence fits
    these texts best. Where the encoder was tuned on the classifier's examples it is above 1: the
    classifier finds them easier than they are.
    """

    lines: int
    accuracy: float
    macro_f1: float
    confidence_ratio: float


def labelled_lines(path: Path) -> list[Example]:
    """Returns the texts of a file of JSON lines with `text` and `intent`."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Example(line["text"], line["intent"]) for line in lines]


def measure(encoder: Encoder, known: Sequence[Example], unknown: Sequence[Example]) -> Figures:
    """Trains the intent classifier on `known` with this encoder and returns its figures on `unknown`.

    Lines with an intent that is not in `known` count as wrong.
    """
    texts, intents = [example.text for example in known], [example.intent for example in known]
    model = train(texts, intents, encoder, TrainingOptions())
    chances = model.probabilities([example.text for example in unknown])
    expected = [example.intent for example in unknown]
    found = [model.labels[number] for number in chances.argmax(axis=1)]
    supported = [entry["f1"] for entry in intent_figures(expected, found).values() if entry["support"]]
    scored = [number for number, intent in enumerate(expected) if intent in model.labels]
    target = np.array([model.labels.index(expected[number]) for number in scored])
    scores = np.log(np.maximum(chances[scored], 1e-30))
    return Figures(
        lines=len(expected),
        accuracy=round(sum(a == b for a, b in zip(expected, found, strict=True)) / len(expected), 4),
        macro_f1=round(sum(supported) / len(supported), 4),
        confidence_ratio=round(fitted_temperature(scores, target), 3),
    )
