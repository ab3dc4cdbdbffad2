"""Where a conversation lives while it lasts: one row for its state, one row for each turn.

The state (tracker, offered buttons) stays about equally large however long a conversation is, and a
turn is written once and never touched again, so the 200th message costs what the tenth did. Both are
written in one transaction. Content is sealed; in the clear stand only a pseudonym, times and counts.

The tables are made at start where they are missing. What a conversation is made of stands inside the
sealed state, so a new field needs no change of tables; and no row outlives the longest session.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.privacy.keys import derive, pseudonym
from bot.storage.engine import CONNECTIONS, open_engine
from bot.storage.sealing import Seal, Unreadable

P = ParamSpec("P")
T = TypeVar("T")

_metadata = sa.MetaData()
_conversations = sa.Table(
    "conversation",
    _metadata,
    sa.Column("sender_id", sa.String(40), primary_key=True),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
)
_turns = sa.Table(
    "conversation_turn",
    _metadata,
    sa.Column("sender_id", sa.String(40), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_key", sa.String(40)),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("sender_id", "message_key"),
)


class StorageUnavailable(Exception):
    """The database did not answer or refused. Says nothing of what was to be stored."""


@dataclass
class Conversation:
    """The state of one conversation. Times are seconds since 1970."""

    sender_id: str
    created_at: float
    expires_at: float
    turns: int = 0
    language: str = "en"
    events: list[dict[str, Any]] = field(default_factory=list)
    offers: dict[str, str] = field(default_factory=dict)
    last_offers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Turn:
    """What was said once: by the person (None: nothing, or nothing that may be kept) and by the bot."""

    user: str | None
    messages: list[dict[str, Any]]


class Conversations:
    """All conversations of one database. Methods block, except `off_loop`; all raise StorageUnavailable."""

    def __init__(self, database_url: str, secret: str) -> None:
        self._url = database_url
        self._seal = Seal(derive(secret, "conversations"))
        self._message_key = derive(secret, "message ids")
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="conversations")
        self._preparing = threading.Lock()
        self._prepared = False

    async def off_loop(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a blocking call, without holding up anybody else's conversation."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: call(*args, **kwargs))

    def create(self, conversation: Conversation, turn: Turn) -> None:
        """Keep a new conversation with its opening."""
        conversation.turns = 1
        with self._transaction() as connection:
            connection.execute(_conversations.insert().values(self._row(conversation)))
            connection.execute(_turns.insert().values(self._turn_row(conversation, turn, None)))

    def put(self, conversation: Conversation) -> None:
        """Keep the state of a conversation, whether or not it was kept before."""
        with self._transaction() as connection:
            if not self._update(connection, conversation):
                connection.execute(_conversations.insert().values(self._row(conversation)))

    def load(self, sender_id: str, now: float | None = None) -> Conversation | None:
        """The state of a conversation; None where there is none, it has expired or cannot be read."""
        with self._transaction() as connection:
            row = connection.execute(_conversations.select().filter_by(sender_id=sender_id)).first()
        if row is None:
            return None
        try:
            if row.expires_at <= (time.time() if now is None else now):
                raise Unreadable
            content = self._seal.open(row.state, f"state {sender_id}")
        except Unreadable:
            self.erase(sender_id)
            return None
        return Conversation(
            sender_id=sender_id,
            created_at=row.created_at,
            expires_at=row.expires_at,
            turns=row.turns,
            language=content["language"],
            events=content["events"],
            offers=content["offers"],
            last_offers=[(title, payload) for title, payload in content["last_offers"]],
        )

    def answered(self, sender_id: str, message_id: str) -> Turn | None:
        """The turn that a client's message id stands for, where it was handled before."""
        wanted = {"sender_id": sender_id, "message_key": self._key_of(message_id)}
        with self._transaction() as connection:
            row = connection.execute(_turns.select().filter_by(**wanted)).first()
        return None if row is None else self._turn(row)

    def commit(self, conversation: Conversation, turn: Turn, message_id: str | None) -> bool:
        """Keep a turn and the state after it, both or neither.

        Returns False, and keeps nothing, where the conversation was erased meanwhile.
        """
        with self._transaction() as connection:
            conversation.turns += 1
            if not self._update(connection, conversation):
                return False
            connection.execute(_turns.insert().values(self._turn_row(conversation, turn, message_id)))
        return True

    def history(self, sender_id: str) -> list[Turn]:
        """Every turn of a conversation, the oldest first."""
        query = _turns.select().filter_by(sender_id=sender_id).order_by(_turns.c.number)
        with self._transaction() as connection:
            rows = connection.execute(query).all()
        return [self._turn(row) for row in rows]

    def erase(self, sender_id: str) -> bool:
        """Erase all that is stored of a conversation. Returns whether there was any."""
        with self._transaction() as connection:
            found = connection.execute(_conversations.delete().filter_by(sender_id=sender_id)).rowcount
            connection.execute(_turns.delete().filter_by(sender_id=sender_id))
        return bool(found)

    def purge_expired(self, now: float | None = None) -> int:
        """Erase every conversation whose time is over. Returns how many there were."""
        over = _conversations.c.expires_at <= (time.time() if now is None else now)
        kept = sa.select(_conversations.c.sender_id)
        with self._transaction() as connection:
            count = connection.execute(_conversations.delete().where(over)).rowcount
            connection.execute(_turns.delete().where(_turns.c.sender_id.not_in(kept)))
        return int(count)

    def keys(self) -> list[str]:
        """The pseudonyms of all conversations."""
        with self._transaction() as connection:
            return list(connection.execute(sa.select(_conversations.c.sender_id)).scalars())

    def ping(self) -> None:
        """Returns where the database answers and holds our tables."""
        with self._transaction() as connection:
            connection.execute(sa.select(_conversations.c.turns).limit(1)).first()

    def _update(self, connection: Connection, conversation: Conversation) -> bool:
        statement = _conversations.update().filter_by(sender_id=conversation.sender_id)
        return connection.execute(statement.values(self._row(conversation))).rowcount == 1

    def _row(self, conversation: Conversation) -> dict[str, Any]:
        content = {
            "language": conversation.language,
            "events": conversation.events,
            "offers": conversation.offers,
            "last_offers": conversation.last_offers,
        }
        return {
            "sender_id": conversation.sender_id,
            "created_at": conversation.created_at,
            "expires_at": conversation.expires_at,
            "turns": conversation.turns,
            "state": self._seal.close(content, f"state {conversation.sender_id}"),
        }

    def _turn_row(self, conversation: Conversation, turn: Turn, message_id: str | None) -> dict[str, Any]:
        sender_id, number = conversation.sender_id, conversation.turns
        content = {"user": turn.user, "messages": turn.messages}
        return {
            "sender_id": sender_id,
            "number": number,
            "message_key": None if message_id is None else self._key_of(message_id),
            "content": self._seal.close(content, f"turn {sender_id} {number}"),
        }

    def _turn(self, row: Any) -> Turn:
        try:
            return Turn(**self._seal.open(row.content, f"turn {row.sender_id} {row.number}"))
        except Unreadable:
            return Turn(user=None, messages=[])

    def _key_of(self, message_id: str) -> str:
        return pseudonym(self._message_key, message_id)

    def _engine(self) -> Engine:
        engine = open_engine(self._url)
        with self._preparing:
            if not self._prepared:
                _metadata.create_all(engine)
                self._prepared = True
        return engine

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine().begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            self._prepared = False
            raise StorageUnavailable(type(error).__name__) from None


@lru_cache(maxsize=4)
def open_conversations(database_url: str, secret: str) -> Conversations:
    """The conversations of a database, one object per process."""
    return Conversations(database_url, secret)
