"""Rasa component that finds the platforms and websites a person names."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.directory.gazetteer_entities import platform_entities
from bot.directory.platform_names import PlatformNames


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PlatformExtractor(GraphComponent):
    """Adds `platform` entities: directory ids or host names, `ambiguous` where the guide should ask."""

    def __init__(self, names: PlatformNames) -> None:
        self._names = names

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlatformExtractor:
        """A component on the platform names that the whole process shares."""
        return cls(PlatformNames.load())

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the platform entities to each message."""
        for message in messages:
            found = platform_entities(self._names.find(message.get(TEXT) or ""))
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages
