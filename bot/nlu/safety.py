"""Rasa component that flags self-harm, danger and minors, last in the pipeline so that it has the last word."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.classifier import JUDGED, NEEDS, SCORES, WORDS
from bot.nlu.labels import CRISES
from bot.nlu.needs import with_safety
from bot.nlu.safety_rules import SafetyThresholds, screen

SAFETY = "safety"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyScreen(GraphComponent):
    """Writes `safety`, and puts what it found before every other intent and need."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The thresholds where config.yml names none."""
        thresholds = SafetyThresholds()
        return {
            "self_harm_threshold": thresholds.self_harm,
            "danger_threshold": thresholds.danger,
            "minor_threshold": thresholds.minor,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        merged = {**self.get_default_config(), **config}
        self._thresholds = SafetyThresholds(
            merged["self_harm_threshold"], merged["danger_threshold"], merged["minor_threshold"]
        )

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyScreen:
        """Returns the component; it learns nothing."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Flags every message that has text."""
        for message in messages:
            text = message.get(TEXT)
            if text is None:
                continue
            verdict = screen(
                text, message.get(SCORES) or {}, self._thresholds, message.get(WORDS), message.get(JUDGED) or ()
            )
            message.set(SAFETY, verdict.safety, add_to_output=True)
            ranking, needs = with_safety(
                message.get(INTENT_RANKING_KEY) or [],
                message.get(NEEDS) or [],
                verdict.intents,
                # What the screen does not flag is not the intent either: the two never disagree.
                tuple(name for name in CRISES if name not in verdict.intents),
            )
            if ranking:
                message.set(INTENT, dict(ranking[0]), add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(NEEDS, needs, add_to_output=True)
        return messages
