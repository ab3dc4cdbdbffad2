"""The policy that puts safety before everything else.

It predicts before any form or rule has run, with a confidence that nothing can exceed and as a
prediction which the ensemble lets overrule all others. A form cannot swallow a cry for help, because
the form is not reached: it stays active behind the floor and goes on afterwards.
"""

from __future__ import annotations

from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.safety_first import OURS, safety_action


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyPolicy(Policy):
    """Predicts the safety action first, then lets the conversation listen."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The defaults: a priority above every policy of Rasa (the highest of those is 6)."""
        return {"priority": 100}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: TrackerFeaturizer | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer=featurizer)

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing is learned: what comes first is a rule, not a probability."""
        with self._model_storage.write_to(self._resource) as path:
            (path / "policy.txt").write_text("rules only\n")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyPolicy:
        """The policy as configured."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> PolicyPrediction:
        """The safety action right after such a message, listening after it, and nothing else."""
        name = self._next_action(tracker)
        if name is None:
            return self._prediction(self._default_predictions(domain))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(name)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True)

    @staticmethod
    def _next_action(tracker: DialogueStateTracker) -> str | None:
        last = tracker.latest_action_name
        if last in OURS:
            return ACTION_LISTEN_NAME
        if last != ACTION_LISTEN_NAME or tracker.latest_message is None:
            return None
        if not _user_spoke_last(tracker):
            return None
        slots = {name: slot.value for name, slot in tracker.slots.items()}
        return safety_action(tracker.latest_message.parse_data, slots)


def _user_spoke_last(tracker: DialogueStateTracker) -> bool:
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return True
        if isinstance(event, ActionExecuted):
            return False
    return False
