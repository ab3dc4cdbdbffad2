"""How well the tuned model, the other classifier, and both together find the intent: figures for the provenance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.finetune_data import Example
from bot.nlu.intent_model import IntentModel, fitted_temperature
from bot.nlu.tuned import SHARE, TunedModel, mixed_scores


@dataclass(frozen=True)
class Figures:
    """Accuracy on texts that were not trained on, and the temperature at which both together are best calibrated."""

    lines: int
    tuned: float
    classifier: float
    together: float
    temperature: float


def labelled_lines(path: Path) -> list[Example]:
    """Returns the texts of a file of JSON lines with `text` and `intent`."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Example(line["text"], line["intent"]) for line in lines]


def measure(tuned: TunedModel, other: IntentModel, unknown: Sequence[Example]) -> Figures:
    """Returns the figures on `unknown`; both models must know the same labels.

    Lines with an intent that they do not know count as wrong.
    """
    texts = [example.text for example in unknown]
    expected = [example.intent for example in unknown]
    first, second = tuned.read(texts)[0], other.probabilities(texts)
    together = mixed_scores(second, first, SHARE)
    scored = [number for number, intent in enumerate(expected) if intent in other.labels]
    target = np.array([other.labels.index(expected[number]) for number in scored])
    return Figures(
        lines=len(expected),
        tuned=_accuracy(first, tuned.labels, expected),
        classifier=_accuracy(second, other.labels, expected),
        together=_accuracy(together, other.labels, expected),
        temperature=round(fitted_temperature(together[scored], target), 3),
    )


def _accuracy(chances: NDArray[Any], labels: Sequence[str], expected: Sequence[str]) -> float:
    found = [labels[number] for number in chances.argmax(axis=1)]
    return round(sum(a == b for a, b in zip(expected, found, strict=True)) / len(expected), 4)
