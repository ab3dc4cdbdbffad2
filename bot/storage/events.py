"""The events of a tracker as they are kept: trimmed, and only as many as the dialogue still needs.

Rasa replays every event of a conversation for each message, several times over, so that its cost grows
with the length of the conversation. What it needs of the past is the state that came out (slots, active
form) and the last few turns; the rest is folded into a few events that produce the same state.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import lru_cache
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

MOST_EVENTS = 60
TURNS_KEPT = 6
RANKED_INTENTS_KEPT = 3
_LEFT_OUT_OF_METADATA = ("model_id", "assistant_id")
_LEFT_OUT_OF_PARSING = ("text", "text_tokens", "message_id", "metadata", "response_selector")


def dump(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """The events of a tracker as JSON can carry them, folded where there are many."""
    return [_trimmed(event) for event in fold(tracker)]


def load(sender_id: str, events: list[dict[str, Any]], slots: Iterable[Slot]) -> DialogueStateTracker:
    """The tracker that was dumped."""
    return DialogueStateTracker.from_events(sender_id, [_restored(event) for event in events], slots)


def fold(tracker: DialogueStateTracker) -> list[Event]:
    """The events from which the same state follows, at most about MOST_EVENTS of them.

    Folds at the end of a turn only, and keeps the last TURNS_KEPT turns that were not taken back, so
    that "back" can still reach them.
    """
    events = list(tracker.events)
    if len(events) <= MOST_EVENTS or tracker.latest_action_name != ACTION_LISTEN_NAME:
        return events
    applied: list[Event] = tracker.applied_events()
    cut = _start_of_last_turns(applied)
    if cut == 0:
        return events
    before = DialogueStateTracker(tracker.sender_id, [_fresh(slot) for slot in tracker.slots.values()])
    for event in applied[:cut]:
        before.update(event)
    return [*_state_as_events(before, applied[cut].timestamp), *applied[cut:]]


def _start_of_last_turns(events: list[Event]) -> int:
    starts = [position for position, event in enumerate(events) if isinstance(event, UserUttered)]
    return starts[-TURNS_KEPT] if len(starts) > TURNS_KEPT else 0


def _fresh(slot: Slot) -> Slot:
    empty = copy(slot)
    empty.reset()
    return empty


def _state_as_events(tracker: DialogueStateTracker, at: float) -> list[Event]:
    state: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME, timestamp=at), SessionStarted(at)]
    state += [SlotSet(slot.name, slot.value, at) for slot in tracker.slots.values() if slot.value != slot.initial_value]
    if tracker.active_loop_name:
        state.append(ActiveLoop(tracker.active_loop_name, at))
        if tracker.is_active_loop_rejected:
            state.append(ActionExecutionRejected(tracker.active_loop_name, timestamp=at))
    if tracker.is_paused():
        state.append(ConversationPaused(at))
    return [*state, ActionExecuted(ACTION_LISTEN_NAME, timestamp=at)]


def _trimmed(event: Event) -> dict[str, Any]:
    kept: dict[str, Any] = event.as_dict()
    metadata = {
        key: value for key, value in (kept.pop("metadata", None) or {}).items() if key not in _LEFT_OUT_OF_METADATA
    }
    if metadata:
        kept["metadata"] = metadata
    if isinstance(event, UserUttered):
        parsed = {key: value for key, value in kept["parse_data"].items() if key not in _LEFT_OUT_OF_PARSING}
        if "intent_ranking" in parsed:
            parsed["intent_ranking"] = parsed["intent_ranking"][:RANKED_INTENTS_KEPT]
        kept["parse_data"] = parsed
    elif kept.get("data"):
        kept["data"] = {key: value for key, value in kept["data"].items() if value is not None}
    return kept


def _restored(kept: dict[str, Any]) -> Event:
    kept = {**kept, "metadata": dict(kept.get("metadata") or {})}
    if kept["event"] == UserUttered.type_name:
        said = {key: kept.get(key) for key in ("text", "message_id", "metadata")}
        kept["parse_data"] = {**kept["parse_data"], **said}
    event: Event = _kinds()[kept["event"]]._from_parameters(kept)
    return event


@lru_cache(maxsize=1)
def _kinds() -> dict[str, type[Event]]:
    return {kind.type_name: kind for kind in reversed(all_subclasses(Event)) if kind.type_name != Event.type_name}
