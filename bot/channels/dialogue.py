"""Whole conversations of the web channel, without HTTP: opened, said, shown again, ended.

The server's requests and the command line's `chat` both come through here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from rasa.core.channels.channel import UserMessage

from bot.channels import output, screening
from bot.channels.emergency import cannot_answer, place_of
from bot.channels.errors import Refused
from bot.channels.locks import ConversationLocks
from bot.channels.output import CollectedOutput, Message
from bot.channels.tokens import Tokens
from bot.nlg.wording import Wording, languages
from bot.settings import Settings
from bot.storage.conversations import (
    Conversation,
    Conversations,
    StorageUnavailable,
    Turn,
    open_conversations,
)
from bot.storage.tracker_store import NoConversationStore, store_of

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)
OPENING = "/greet"
OFFERS_KEPT = 100


class Agent(Protocol):
    """As much of Rasa's agent as is needed here."""

    tracker_store: Any

    def is_ready(self) -> bool:
        """Whether a model is loaded."""

    async def handle_message(self, message: UserMessage) -> Any:
        """Have the bot answer into the message's output channel."""


@dataclass(frozen=True)
class Said:
    """What a person sent: typed text, or the payload of a button; with the client's id where it has one."""

    text: str | None = None
    payload: str | None = None
    message_id: str | None = None


@dataclass(frozen=True)
class Opened:
    """A new conversation as the person's device gets it."""

    token: str
    expires_in: int
    messages: list[Message]


class Dialogues:
    """All conversations of one server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._conversations = open_conversations(settings.database_url, settings.secret)
        self._locks = ConversationLocks()
        self.tokens = Tokens(settings.secret, settings.session_max_hours * 3600)

    async def open(self, agent: Agent | None, language: str | None = None) -> Opened:
        """Start a conversation: its token and the bot's opening. Raises Refused."""
        agent = _ready(agent)
        token, sender_id = self.tokens.issue()
        now = time.time()
        conversation = Conversation(
            sender_id=sender_id,
            created_at=now,
            expires_at=self._end(now),
            language=language_with_wording(language, self._settings.language),
        )
        messages = await self._ask(agent, conversation, OPENING, opening=True)
        _remember_offers(conversation, messages)
        await self._stored(Conversations.create, conversation, Turn(user=None, messages=messages))
        return Opened(token, self._settings.session_idle_minutes * 60, messages)

    async def say(self, agent: Agent | None, sender_id: str, said: Said) -> list[Message]:
        """The bot's answer, given only when it is kept. The same message id gets the same answer.

        Goes on to the end even where the person's connection breaks. Raises Refused.
        """
        turn = asyncio.ensure_future(self._say(_ready(agent), sender_id, said))
        turn.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(turn)

    async def history(self, sender_id: str) -> list[dict[str, Any]]:
        """What both said so far, the oldest first. Raises Refused."""
        if await self._stored(Conversations.load, sender_id) is None:
            raise Refused("no_conversation")
        entries: list[dict[str, Any]] = []
        for turn in await self._stored(Conversations.history, sender_id):
            if turn.user is not None:
                entries.append({"role": "user", "messages": [output.as_message(turn.user)]})
            entries.append({"role": "bot", "messages": turn.messages})
        return entries

    async def end(self, sender_id: str) -> None:
        """Erase everything of a conversation, at once, even while an answer is under way. Raises Refused."""
        await self._stored(Conversations.erase, sender_id)

    async def check_storage(self) -> None:
        """Returns where the database answers. Raises Refused."""
        await self._stored(Conversations.ping)

    async def purge_expired(self) -> int:
        """Erase every conversation whose time is over; how many there were. Raises Refused."""
        return await self._stored(Conversations.purge_expired)

    async def slots(self, agent: Agent, sender_id: str) -> dict[str, Any]:
        """What the bot knows in this conversation: every slot that has a value. For `steady chat`."""
        tracker = await store_of(agent).retrieve(sender_id)
        values = tracker.current_slot_values() if tracker else {}
        return {name: value for name, value in values.items() if value is not None}

    async def _say(self, agent: Agent, sender_id: str, said: Said) -> list[Message]:
        async with self._locks.holding(sender_id, self._settings.message_timeout_seconds):
            conversation = await self._stored(Conversations.load, sender_id)
            if conversation is None:
                raise Refused("no_conversation")
            if said.message_id is not None:
                answered = await self._stored(Conversations.answered, sender_id, said.message_id)
                if answered is not None:
                    return list(answered.messages)
            shown, words = _for_the_bot(conversation, said)
            if words is None:
                messages = [output.as_message(Wording(conversation.language).text("utter_no_files"))]
            else:
                messages = await self._ask(agent, conversation, words)
            if output.leaves(messages):
                await self.end(sender_id)
                return messages
            _remember_offers(conversation, messages)
            conversation.expires_at = self._end(conversation.created_at)
            turn = Turn(user=shown, messages=messages)
            if not await self._stored(Conversations.commit, conversation, turn, said.message_id):
                raise Refused("no_conversation")
            return messages

    async def _ask(self, agent: Agent, conversation: Conversation, words: str, opening: bool = False) -> list[Message]:
        """The bot's messages, never none. A turn that fails leaves the tracker as it was."""
        collected, before = CollectedOutput(), conversation.events
        message = UserMessage(
            words,
            collected,
            conversation.sender_id,
            input_channel=CollectedOutput.name(),
            metadata={"language": conversation.language} | ({"opening": True} if opening else {}),
        )
        try:
            with store_of(agent).holding(conversation):
                await asyncio.wait_for(agent.handle_message(message), self._settings.message_timeout_seconds)
        except NoConversationStore:
            logger.error("endpoints.yml does not name bot.storage.tracker_store.ConversationStore")
            raise Refused("database") from None
        except Exception as error:  # noqa: BLE001 - whatever failed, the person gets an answer
            logger.error("message not answered: %s", type(error).__name__)
            conversation.events = before
            collected.messages.clear()
        if collected.messages:
            return collected.messages
        place = place_of(before)
        return [output.as_message(await asyncio.to_thread(cannot_answer, place, conversation.language))]

    async def _stored(self, call: Callable[Concatenate[Conversations, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a call of the store. Raises Refused where the database does not answer."""
        try:
            return await self._conversations.off_loop(call, self._conversations, *args, **kwargs)
        except StorageUnavailable as error:
            logger.error("conversations not reachable: %s", error)
            raise Refused("database") from None

    def _end(self, created_at: float) -> float:
        idle = time.time() + self._settings.session_idle_minutes * 60
        return min(idle, created_at + self._settings.session_max_hours * 3600)


def language_with_wording(wanted: str | None, default: str) -> str:
    """The language that is wanted where there is wording in it, otherwise the default."""
    return wanted if wanted in languages() else default


def _ready(agent: Agent | None) -> Agent:
    if agent is None or not agent.is_ready():
        raise Refused("model")
    return agent


def _for_the_bot(conversation: Conversation, said: Said) -> tuple[str | None, str | None]:
    """What the page shows again as the person's words, and what the bot gets; None for a file."""
    if said.payload is not None:
        if said.payload not in conversation.offers:
            raise Refused("payload_not_offered")
        return conversation.offers[said.payload], said.payload
    typed = said.text or ""
    if screening.holds_a_file(typed):
        return None, None
    words = screening.clean(typed)
    if not words:
        raise Refused("malformed")
    return words, screening.pressed(words, conversation.last_offers) or words


def _remember_offers(conversation: Conversation, messages: list[Message]) -> None:
    conversation.last_offers = output.offers(messages)
    for title, payload in conversation.last_offers:
        conversation.offers.pop(payload, None)
        conversation.offers[payload] = title
    for payload in list(conversation.offers)[:-OFFERS_KEPT]:
        del conversation.offers[payload]
