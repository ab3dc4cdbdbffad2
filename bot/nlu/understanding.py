"""What both models make of a message: the classifier of `make train`, and the tuned encoder beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.intent_model import IntentModel, softmax
from bot.nlu.tuned import TunedModel, mixed_scores

CERTAIN = 1e-5
CLASSIFIER_SHARE = 0.25


@dataclass(frozen=True)
class Heard:
    """One message: each label's chance to be its intent, each clause's chances, each label's chance to be a need.

    The clauses, and the needs where there is no tuned model, are those of the classifier alone.
    """

    whole: NDArray[Any]
    clauses: NDArray[Any]
    needs: NDArray[Any] | None


class Understanding:
    """Both models as one; the tuned one may be missing, or know other labels than the training data now have."""

    def __init__(self, model: IntentModel, tuned: TunedModel | None = None) -> None:
        self.labels = model.labels
        self._model = model
        self._tuned = tuned

    def hear(self, messages: Sequence[Sequence[str]]) -> list[Heard]:
        """Reads messages, each given as its whole text and then its clauses."""
        table = self._model.probabilities([part for parts in messages for part in parts])
        wholes = [parts[0] for parts in messages]
        intents, needs = self._second_reading(wholes)
        heard, start = [], 0
        for number, parts in enumerate(messages):
            rows = table[start : start + len(parts)]
            start += len(parts)
            whole = rows[0]
            if intents is not None and self._tuned is not None:
                whole = softmax(mixed_scores(whole, intents[number])[None] / self._tuned.temperature)[0]
            heard.append(Heard(whole, rows[1:], needs[number] if needs is not None else None))
        return heard

    def _second_reading(self, texts: list[str]) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
        """The tuned model's intents, where it knows just the same labels, and its needs by our labels."""
        if self._tuned is None or not texts:
            return None, None
        intents, needs = self._tuned.read(texts)
        if self._tuned.labels == self.labels:
            return intents, needs
        known = {label: column for column, label in enumerate(self._tuned.labels)}
        ours = np.full((len(texts), len(self.labels)), np.nan, dtype=np.float32)
        for column, label in enumerate(self.labels):
            if label in known:
                ours[:, column] = needs[:, known[label]]
        return None, ours


def crisis_chance(classifier: float, tuned: float) -> float:
    """Returns one chance from those of both models: the mean of their log odds, three parts the tuned one's.

    Chosen on validation lines: the tuned model tells a crisis from what only looks like one better than
    the classifier, and both together better than either.
    """
    logits = [float(np.log(chance / (1 - chance))) for chance in np.clip([classifier, tuned], CERTAIN, 1 - CERTAIN)]
    return float(1 / (1 + np.exp(-(CLASSIFIER_SHARE * logits[0] + (1 - CLASSIFIER_SHARE) * logits[1]))))
