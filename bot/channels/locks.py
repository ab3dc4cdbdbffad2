"""One message of a conversation after the other, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.errors import Refused


class ConversationLocks:
    """A lock for each conversation that is being answered, forgotten when nobody needs it."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def holding(self, sender_id: str, timeout_seconds: float) -> AsyncIterator[None]:
        """Hold a conversation's lock. Raises Refused where it does not come free in time."""
        lock, users = self._locks.get(sender_id, (None, 0))
        lock = lock or asyncio.Lock()
        self._locks[sender_id] = (lock, users + 1)
        try:
            try:
                await asyncio.wait_for(lock.acquire(), timeout_seconds)
            except TimeoutError:
                raise Refused("busy") from None
            try:
                yield
            finally:
                lock.release()
        finally:
            users = self._locks[sender_id][1] - 1
            if users:
                self._locks[sender_id] = (lock, users)
            else:
                del self._locks[sender_id]

    def __len__(self) -> int:
        return len(self._locks)
