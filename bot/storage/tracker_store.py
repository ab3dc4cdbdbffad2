"""Rasa's trackers in the rows of our conversations."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.storage import events
from bot.storage.conversations import Conversation, Conversations, open_conversations


class NoConversationStore(Exception):
    """Rasa runs with another tracker store: endpoints.yml must name bot.storage.tracker_store."""


class ConversationStore(TrackerStore):
    """Keeps each tracker in its conversation's row, sealed, short and with an end.

    While a channel holds a conversation, the tracker is only handed to it: the channel commits tracker
    and reply together, so that after a crash either both are there or neither. For a channel that
    holds nothing, each save is committed at once.
    """

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        conversations: Conversations | None = None,
        host: str | None = None,
        **unknown: Any,
    ) -> None:
        """What Rasa passes from endpoints.yml; database and secret come from the settings.

        Raises ValueError for an event broker, which would copy what people write, and for options.
        """
        if event_broker is not None:
            raise ValueError("an event broker would copy what people write: remove it from endpoints.yml")
        if unknown or host:
            raise ValueError("tracker_store takes no options in endpoints.yml: use the STEADY_ settings")
        super().__init__(domain)
        if conversations is None:
            from bot.settings import settings

            conversations = open_conversations(settings.database_url, settings.secret)
        self.conversations = conversations
        self._held: dict[str, Conversation] = {}

    @contextmanager
    def holding(self, conversation: Conversation) -> Iterator[None]:
        """Trackers of this conversation are read from and written to the object, not the database."""
        self._held[conversation.sender_id] = conversation
        try:
            yield
        finally:
            del self._held[conversation.sender_id]

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of a conversation, None where there is none yet. Raises StorageUnavailable."""
        conversation = self._held.get(sender_id) or await self.conversations.off_loop(
            self.conversations.load, sender_id
        )
        if conversation is None or not conversation.events:
            return None
        return events.load(sender_id, conversation.events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a tracker. Raises StorageUnavailable."""
        held = self._held.get(tracker.sender_id)
        if held is not None:
            held.events = events.dump(tracker)
            return
        conversation = await self.conversations.off_loop(self.conversations.load, tracker.sender_id)
        conversation = conversation or self._new(tracker.sender_id)
        conversation.events = events.dump(tracker)
        conversation.expires_at = _end(conversation.created_at)
        await self.conversations.off_loop(self.conversations.put, conversation)

    async def keys(self) -> Iterable[str]:
        """The pseudonyms of all conversations. Raises StorageUnavailable."""
        return await self.conversations.off_loop(self.conversations.keys)

    def _new(self, sender_id: str) -> Conversation:
        now = time.time()
        return Conversation(sender_id=sender_id, created_at=now, expires_at=_end(now))


def _end(created_at: float) -> float:
    """When a conversation is erased that nobody goes on with, in seconds since 1970."""
    from bot.settings import settings

    idle = time.time() + settings.session_idle_minutes * 60
    return min(idle, created_at + settings.session_max_hours * 3600)


def store_of(agent: Any) -> ConversationStore:
    """Our store inside what Rasa has wrapped around it. Raises NoConversationStore.

    Rasa's own wrapper would go on in memory when the database fails, and confirm what will be lost.
    """
    store = agent.tracker_store
    while not isinstance(store, ConversationStore):
        store = getattr(store, "_tracker_store", None)
        if store is None:
            raise NoConversationStore
    return store
