"""Trackers in our rows: the state that Rasa had is the state that comes back, however long it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.storage import events
from bot.storage.conversations import Conversation, Conversations, Turn
from bot.storage.locks import worker_fault
from bot.storage.tracker_store import ConversationStore, NoConversationStore, store_of

SENDER = "7" * 40
SLOTS = ("place", "age", "requested_slot")
DOMAIN = Domain.from_dict(
    {
        "intents": ["tell"],
        "slots": {
            name: {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]} for name in SLOTS
        },
    }
)


def started() -> DialogueStateTracker:
    tracker = DialogueStateTracker(SENDER, DOMAIN.slots)
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    tracker.update(ActionExecuted("action_listen"))
    return tracker


def turn(number: int) -> list[Event]:
    parsed = {
        "text": f"text {number}",
        "intent": {"name": "tell", "confidence": 0.9},
        "entities": [{"entity": "place", "value": "FR"}],
        "intent_ranking": [{"name": str(rank), "confidence": 0.1} for rank in range(10)],
        "text_tokens": [(0, 4)],
        "safety": None,
    }
    return [
        UserUttered(f"text {number}", parsed["intent"], parsed["entities"], parsed, message_id=str(number)),
        ActionExecuted("utter_something"),
        SlotSet("age", number),
        BotUttered("something", {"buttons": [{"title": "A", "payload": "/a"}], "image": None}),
        ActionExecuted("action_listen"),
    ]


def told(turns: int, between: Callable[[DialogueStateTracker, int], None] | None = None) -> DialogueStateTracker:
    tracker = started()
    for number in range(turns):
        for event in turn(number):
            tracker.update(event)
        if between:
            between(tracker, number)
    return tracker


def state(tracker: DialogueStateTracker) -> dict[str, object]:
    """All of a tracker that the next prediction can see."""
    loop = tracker.active_loop
    return {
        "slots": tracker.current_slot_values(),
        "loop": loop and (loop.name, loop.rejected, loop.is_interrupted),
        "paused": tracker.is_paused(),
        "latest_action": tracker.latest_action_name,
        "followup": tracker.followup_action,
        "text": tracker.latest_message.text,
        "intent": tracker.latest_message.intent,
        "entities": tracker.latest_message.entities,
        "bot": tracker.latest_bot_utterance.text,
        "last_events": list(tracker.applied_events())[-20:],
    }


def opens_form(tracker: DialogueStateTracker, number: int) -> None:
    if number == 2:
        tracker.update(ActiveLoop("intake"))
        tracker.update(SlotSet("requested_slot", "place"))


def rejects_form(tracker: DialogueStateTracker, number: int) -> None:
    opens_form(tracker, number)
    if number == 3:
        tracker.update(ActionExecutionRejected("intake"))


def sets_and_takes_back(tracker: DialogueStateTracker, number: int) -> None:
    if number == 1:
        tracker.update(SlotSet("place", "FR"))
    if number == 2:
        tracker.update(SlotSet("place", None))


def goes_back_often(tracker: DialogueStateTracker, number: int) -> None:
    if number % 3 == 2:
        tracker.update(UserUtteranceReverted())
        tracker.update(ActionExecuted("action_listen"))


def pauses(tracker: DialogueStateTracker, number: int) -> None:
    if number == 1:
        tracker.update(ConversationPaused())


@pytest.mark.parametrize("between", [None, opens_form, rejects_form, sets_and_takes_back, goes_back_often, pauses])
@pytest.mark.parametrize("turns", [0, 1, 11, 12, 60])
def test_the_same_state_comes_back(turns: int, between: Callable[[DialogueStateTracker, int], None] | None) -> None:
    tracker = told(turns, between)
    kept = events.dump(tracker)
    restored = events.load(SENDER, json.loads(json.dumps(kept)), DOMAIN.slots)
    assert state(restored) == state(tracker)
    assert len(kept) <= events.MOST_EVENTS


def test_folding_again_and_again_keeps_the_state() -> None:
    tracker, whole = started(), started()
    for number in range(80):
        for event in turn(number):
            tracker.update(event)
            whole.update(event)
        if number == 5:
            for target in (tracker, whole):
                target.update(SlotSet("place", "US-TX"))
        tracker = events.load(SENDER, events.dump(tracker), DOMAIN.slots)
        assert len(tracker.events) <= events.MOST_EVENTS
    assert state(tracker) == state(whole)


def test_nothing_is_folded_in_the_middle_of_a_turn() -> None:
    tracker = told(20)
    tracker.update(UserUttered("more", {"name": "tell"}))
    tracker.update(ActionExecuted("utter_something"))
    assert events.fold(tracker) == list(tracker.events)


def test_events_are_trimmed() -> None:
    tracker = started()
    tracker.model_id, tracker.assistant_id = "model", "assistant"
    said, *_, uttered, _ = turn(1)
    said.metadata = {"language": "en"}
    tracker.update(said)
    tracker.update(uttered)
    user, bot = events.dump(tracker)[-2:]
    assert {**user, "timestamp": 0} == {
        "event": "user",
        "timestamp": 0,
        "text": "text 1",
        "input_channel": None,
        "message_id": "1",
        "metadata": {"language": "en"},
        "parse_data": {
            "intent": {"name": "tell", "confidence": 0.9},
            "entities": [{"entity": "place", "value": "FR"}],
            "intent_ranking": [{"name": str(rank), "confidence": 0.1} for rank in range(3)],
            "safety": None,
        },
    }
    assert {**bot, "timestamp": 0} == {
        "event": "bot",
        "timestamp": 0,
        "text": "something",
        "data": {"buttons": [{"title": "A", "payload": "/a"}]},
    }


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(DOMAIN, conversations=Conversations(f"sqlite:///{tmp_path}/a.db", "secret"))


@pytest.mark.asyncio
async def test_saved_without_a_channel_it_is_committed_at_once(store: ConversationStore) -> None:
    assert check_if_tracker_store_async(store)
    assert await store.retrieve(SENDER) is None
    tracker = told(3)
    await store.save(tracker)
    other = ConversationStore(DOMAIN, conversations=store.conversations)
    restored = await other.retrieve(SENDER)
    assert restored is not None
    assert state(restored) == state(tracker)
    assert await store.keys() == [SENDER]


@pytest.mark.asyncio
async def test_held_by_a_channel_it_is_kept_only_when_the_channel_commits(store: ConversationStore) -> None:
    held = Conversation(SENDER, created_at=0, expires_at=9e9)
    store.conversations.create(held, Turn(None, []))
    with store.holding(held):
        await store.save(told(3))
        assert (await store.retrieve(SENDER)) is not None
    assert await store.retrieve(SENDER) is None
    assert store.conversations.commit(held, Turn("text", []), None)
    assert state(await store.retrieve(SENDER)) == state(told(3))


@pytest.mark.parametrize(
    "options",
    [{"event_broker": object()}, {"host": "db.example"}, {"dialect": "postgresql"}],
    ids=["broker", "host", "dialect"],
)
def test_options_that_would_mislead_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"endpoints\.yml"):
        ConversationStore(DOMAIN, **options)


def test_our_store_is_found_inside_rasas_wrapper(store: ConversationStore) -> None:
    class Agent:
        tracker_store = FailSafeTrackerStore(store)

    assert store_of(Agent()) is store
    Agent.tracker_store = FailSafeTrackerStore(InMemoryTrackerStore(DOMAIN))
    with pytest.raises(NoConversationStore):
        store_of(Agent())


@pytest.mark.parametrize(
    ("environment", "right"),
    [
        ({}, True),
        ({"SANIC_WORKERS": "1"}, True),
        ({"SANIC_WORKERS": "4"}, False),
        ({"SANIC_WORKERS": "x"}, False),
    ],
    ids=["unset", "one", "four", "no-number"],
)
def test_one_worker(environment: dict[str, str], right: bool) -> None:
    assert (worker_fault(environment) is None) is right
