"""Rasa component that finds the cue entities of a message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.cue_rules import cues


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CueExtractor(GraphComponent):
    """Adds the entities who, age, offender, goal, flag, situation, card and floor."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CueExtractor:
        """Returns the component; it learns nothing."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the cues of every message that has text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                message.set(ENTITIES, [*message.get(ENTITIES, []), *cues(text)], add_to_output=True)
        return messages
