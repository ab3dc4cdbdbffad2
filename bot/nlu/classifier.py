"""Rasa component that finds the intent of a message and the needs in it."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoder import GRAPH_VERSION, Encoder
from bot.nlu.intent_model import FORMAT, IntentModel, TrainingOptions, train
from bot.nlu.needs import Reading, Thresholds, read
from bot.nlu.tuned import CAREFUL, TunedModel
from bot.nlu.understanding import Understanding

NEEDS = "needs"
SCORES = "intent_scores"
WORDS, JUDGED = "crisis_words", "crises_judged"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Writes `intent`, `intent_ranking` and `needs`, and what the safety screen asks for; see `Reading`."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The training options and thresholds where config.yml names none.

        Rasa trains again where these differ, so encoder and format of the model are among them.
        """
        thresholds = Thresholds()
        return {
            "encoder": os.environ.get("STEADY_ENCODER") or None,
            "format": f"{FORMAT}.{GRAPH_VERSION}",
            **asdict(TrainingOptions()),
            "fallback_threshold": thresholds.fallback,
            "clause_threshold": thresholds.clause,
            "override_threshold": thresholds.override,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._understanding: Understanding | None = None
        self._thresholds = Thresholds(
            fallback=self._config["fallback_threshold"],
            clause=self._config["clause_threshold"],
            override=self._config["override_threshold"],
        )

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Returns an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Returns the trained component; raises EncoderError where its encoder is not there."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            model = IntentModel.load(folder, Encoder.load(component._config["encoder"]))
        # An operator's own encoder may be for other languages; the tuned one knows English alone.
        tuned, careful = (None, None) if component._config["encoder"] else (TunedModel.load(), TunedModel.load(CAREFUL))
        component._understanding = Understanding(model, tuned, careful)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on the intent examples and stores it."""
        examples = [item for item in training_data.intent_examples if item.get(TEXT)]
        options = TrainingOptions(**{name: self._config[name] for name in asdict(TrainingOptions())})
        if self._config["encoder"]:
            # Without the tuned models every example of a crisis counts: of 732, 36 were missed, with 800 of each 95.
            options = replace(options, most=len(examples))
        model = train(
            [item.get(TEXT) for item in examples],
            [item.get(INTENT) for item in examples],
            Encoder.load(self._config["encoder"]),
            options,
        )
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent of every message; a message without text gets none."""
        written = [message for message in messages if message.get(TEXT) is not None]
        if self._understanding is None or not written:
            return messages
        readings = read([message.get(TEXT) for message in written], self._understanding, self._thresholds)
        for message, reading in zip(written, readings, strict=True):
            _set(message, reading)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Returns the data as they are; no later component learns from intents."""
        return training_data


def _set(message: Message, reading: Reading) -> None:
    entries = [{"name": name, "confidence": confidence} for name, confidence in reading.ranking]
    message.set(INTENT, dict(entries[0]), add_to_output=True)
    message.set(INTENT_RANKING_KEY, entries, add_to_output=True)
    message.set(NEEDS, list(reading.needs), add_to_output=True)
    message.set(SCORES, reading.scores)
    message.set(WORDS, reading.words)
    message.set(JUDGED, reading.judged)
