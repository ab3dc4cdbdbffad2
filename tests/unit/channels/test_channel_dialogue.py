"""Conversations without HTTP, as the command line plays them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from channel_server import FakeAgent, domain, message, says
from rasa.core.tracker_store import InMemoryTrackerStore

from bot.channels.dialogue import OFFERS_KEPT, Dialogues, Said
from bot.channels.emergency import place_of
from bot.channels.errors import Refused
from bot.channels.output import as_message, leaves, offers
from bot.settings import Settings
from bot.storage.conversations import open_conversations
from bot.storage.tracker_store import ConversationStore

pytestmark = pytest.mark.asyncio


@pytest.fixture
def play(settings: Settings) -> Callable[[], tuple[Dialogues, FakeAgent]]:
    """Dialogues and an agent on the same database."""
    kept = open_conversations(settings.database_url, settings.secret)
    return lambda: (Dialogues(settings), FakeAgent(ConversationStore(domain(), conversations=kept)))


async def test_a_whole_conversation(play: Callable[[], tuple[Dialogues, FakeAgent]]) -> None:
    dialogues, agent = play()
    agent.place = "FR"
    opened = await dialogues.open(agent)
    sender_id = dialogues.tokens.conversation(opened.token)
    assert await dialogues.say(agent, sender_id, Said(text="hello")) == [message("heard hello")]
    assert await dialogues.slots(agent, sender_id) == {"place": "FR"}
    await dialogues.end(sender_id)
    assert await dialogues.slots(agent, sender_id) == {}
    with pytest.raises(Refused, match="no_conversation"):
        await dialogues.history(sender_id)


async def test_a_restart_of_the_server_loses_nothing(play: Callable[[], tuple[Dialogues, FakeAgent]]) -> None:
    dialogues, agent = play()
    opened = await dialogues.open(agent)
    await dialogues.say(agent, dialogues.tokens.conversation(opened.token), Said(text="one", message_id="1"))
    restarted, agent = play()
    sender_id = restarted.tokens.conversation(opened.token)
    assert await restarted.say(agent, sender_id, Said(text="one", message_id="1")) == [message("heard one")]
    assert await restarted.say(agent, sender_id, Said(text="two")) == [message("heard two")]
    assert agent.seen == [("two", {"language": "en"})]


async def test_the_last_offers_are_kept_and_older_ones_forgotten(
    play: Callable[[], tuple[Dialogues, FakeAgent]],
) -> None:
    dialogues, agent = play()
    agent.answer = says({"text": "old", "buttons": [{"title": "Old", "payload": "/old"}]})
    sender_id = dialogues.tokens.conversation((await dialogues.open(agent)).token)
    many = [{"title": str(number), "payload": f"/{number}"} for number in range(OFFERS_KEPT)]
    agent.answer = says({"text": "many", "buttons": many})
    await dialogues.say(agent, sender_id, Said(payload="/old"))
    await dialogues.say(agent, sender_id, Said(payload="/0"))
    with pytest.raises(Refused, match="payload_not_offered"):
        await dialogues.say(agent, sender_id, Said(payload="/old"))


async def test_the_longest_session_ends_however_busy(settings: Settings) -> None:
    brief = replace(settings, session_max_hours=0)
    kept = open_conversations(brief.database_url, brief.secret)
    agent = FakeAgent(ConversationStore(domain(), conversations=kept))
    dialogues = Dialogues(brief)
    opened = await dialogues.open(agent)
    with pytest.raises(Refused, match="no_conversation"):
        dialogues.tokens.conversation(opened.token)
    assert await dialogues.purge_expired() == 1


async def test_another_tracker_store_is_not_talked_to(settings: Settings) -> None:
    agent = FakeAgent(InMemoryTrackerStore(domain()))
    with pytest.raises(Refused, match="database"):
        await Dialogues(settings).open(agent)


@pytest.mark.parametrize(
    ("events", "place"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([{"event": "slot", "name": "place", "value": "FR"}], "FR", id="known"),
        pytest.param(
            [{"event": "slot", "name": "place", "value": "FR"}, {"event": "slot", "name": "place", "value": None}],
            "",
            id="taken-back",
        ),
        pytest.param([{"event": "slot", "name": "place", "value": "FR"}, {"event": "restart"}], "", id="restarted"),
    ],
)
async def test_the_place_is_read_from_stored_events(events: list[dict[str, Any]], place: str) -> None:
    assert place_of(events) == place


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param([as_message("a", [{"title": "A", "payload": "/a"}])], [("A", "/a")], id="buttons"),
        pytest.param([as_message("a", [{"title": "A", "url": "https://a.example"}])], [], id="no-payload"),
        pytest.param(
            [as_message("a", None, {"type": "steps", "cards": [{"title": "Done", "payload": "/done"}]})],
            [("Done", "/done")],
            id="inside-structured-content",
        ),
    ],
)
async def test_offers(messages: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    assert offers(messages) == expected
    assert not leaves(messages)
