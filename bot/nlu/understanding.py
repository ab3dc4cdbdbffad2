"""What the models make of a message: the classifier of `make train`, the tuned encoder beside it, and a larger one.

The larger one reads more carefully and takes several times as long, so it is asked only where
the others hear a crisis, however faintly, or no likely intent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.intent_model import IntentModel, softmax
from bot.nlu.labels import CRISES
from bot.nlu.tuned import TunedModel, mixed_scores

CERTAIN = 1e-5
CLASSIFIER_SHARE = 0.15
CLAUSE_WEIGHT = 0.3
CAREFUL_SHARE, CAREFUL_INTENT_SHARE = 0.6, 0.8
"""How much the larger model counts where it is asked: for crises and needs, and for the intent, of which it knows more
than the others (88 % of the lines left out of the tuning, they 78 and 83). Chosen on those and validation lines."""

NO_CRISIS, SURE_OF_INTENT = 0.02, 0.7
"""Above the first chance of a crisis, and below the second of the likeliest intent, the larger one is asked; and where
the words speak of a crisis."""


@dataclass(frozen=True)
class Heard:
    """One message: each label's chance to be its intent, each clause's chances, and those of needs and crises.

    The clauses, and the needs where there is no tuned model, are those of the classifier alone.
    """

    whole: NDArray[Any]
    clauses: NDArray[Any]
    needs: NDArray[Any] | None
    crises: dict[str, float]


class Understanding:
    """All models as one; all but the first may be missing, or know other labels than the training data now have."""

    def __init__(self, model: IntentModel, tuned: TunedModel | None = None, careful: TunedModel | None = None) -> None:
        self.labels = model.labels
        self._model = model
        self._tuned = tuned
        self._careful = careful if tuned is not None else None

    def hear(self, messages: Sequence[Sequence[str]], spoken: Sequence[bool]) -> list[Heard]:
        """Reads messages, each given as its whole text and then its clauses.

        `spoken` says which ones speak of a crisis in so many words (bot/nlu/safety_rules.py).
        """
        table = self._model.probabilities([part for parts in messages for part in parts])
        wholes = [parts[0] for parts in messages]
        intents, needs = self._reading(self._tuned, wholes)
        heard, start = [], 0
        for number, parts in enumerate(messages):
            rows = table[start : start + len(parts)]
            start += len(parts)
            whole = rows[0]
            if intents is not None and self._tuned is not None:
                whole = softmax(mixed_scores(whole, intents[number])[None] / self._tuned.temperature)[0]
            own_needs = needs[number] if needs is not None else None
            first = Heard(whole, rows[1:], own_needs, self._crises(whole, rows[1:], own_needs))
            asked = doubtful(first) or spoken[number]
            heard.append(self._reconsidered(parts[0], first) if asked else first)
        return heard

    def _reading(self, model: TunedModel | None, texts: list[str]) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
        """A model's intents, where it knows just the same labels, and its needs by our labels."""
        if model is None or not texts:
            return None, None
        intents, needs = model.read(texts)
        if model.labels == self.labels:
            return intents, needs
        known = {label: column for column, label in enumerate(model.labels)}
        ours = np.full((len(texts), len(self.labels)), np.nan, dtype=np.float32)
        for column, label in enumerate(self.labels):
            if label in known:
                ours[:, column] = needs[:, known[label]]
        return None, ours

    def _crises(self, whole: NDArray[Any], clauses: NDArray[Any], needs: NDArray[Any] | None) -> dict[str, float]:
        """The chance of each crisis that the tuned model knows, from it and the classifier."""
        if needs is None:
            return {}
        best = classifier_chances(whole, clauses)
        known = {label: number for number, label in enumerate(self.labels) if label in CRISES}
        return {
            label: crisis_chance(float(best[number]), float(needs[number]))
            for label, number in known.items()
            if np.isfinite(needs[number])
        }

    def _reconsidered(self, text: str, heard: Heard) -> Heard:
        """What the larger model makes of it too."""
        if self._careful is None:
            return heard
        intents, needs = self._reading(self._careful, [text])
        whole, crises, all_needs = heard.whole, heard.crises, heard.needs
        if intents is not None:
            whole = softmax(mixed_scores(whole, intents[0], CAREFUL_INTENT_SHARE)[None])[0]
        if needs is not None and all_needs is not None:
            # A label that it does not know keeps its chance.
            known = np.isfinite(needs[0])
            all_needs = np.where(known, mean_chance(needs[0], all_needs, CAREFUL_SHARE), all_needs)
            careful = dict(zip(self.labels, needs[0], strict=True))
            crises = {
                label: float(mean_chance(careful[label], chance, CAREFUL_SHARE))
                if np.isfinite(careful[label])
                else chance
                for label, chance in crises.items()
            }
        return Heard(whole, heard.clauses, all_needs, crises)


def classifier_chances(whole: NDArray[Any], clauses: NDArray[Any]) -> NDArray[Any]:
    """Returns the chance of each label to be in the message, without the tuned model's needs."""
    # A clause torn from its sentence says less than the whole, so it counts for less.
    return np.maximum(whole, CLAUSE_WEIGHT * clauses.max(axis=0, initial=0.0))


def doubtful(heard: Heard) -> bool:
    """Returns whether a crisis is not out of the question, or no intent is likely."""
    return max(heard.crises.values(), default=0.0) > NO_CRISIS or bool(heard.whole.max() < SURE_OF_INTENT)


def mean_chance(first: Any, second: Any, share: float) -> Any:
    """Returns the chances whose log odds are the mean of those of two; the first ones count for `share`."""
    kept = [np.clip(chance, CERTAIN, 1 - CERTAIN) for chance in (first, second)]
    logits = [np.log(chance / (1 - chance)) for chance in kept]
    return 1 / (1 + np.exp(-(share * logits[0] + (1 - share) * logits[1])))


def crisis_chance(classifier: float, tuned: float) -> float:
    """Returns one chance from those of both models: a mean of their log odds, mostly the tuned one's.

    Chosen on validation lines: the tuned model tells a crisis from what only looks like one better than
    the classifier, and both together better than either.
    """
    return float(mean_chance(classifier, tuned, CLASSIFIER_SHARE))
