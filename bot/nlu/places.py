"""Rasa component that finds the place a person lives in."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.directory.gazetteer_entities import place_entities
from bot.directory.places import Places
from bot.nlu.place_roles import learned_places


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PlaceExtractor(GraphComponent):
    """Adds `place` (a code, or the candidates with `ambiguous`) and `place_rejected` entities."""

    def __init__(self, places: Places) -> None:
        self._places = places

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlaceExtractor:
        """A component on the gazetteer that the whole process shares."""
        return cls(learned_places())

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the place entities to each message."""
        for message in messages:
            found = place_entities(self._places.resolve(message.get(TEXT) or ""))
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages
