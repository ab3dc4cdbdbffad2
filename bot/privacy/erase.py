"""Erasing what is stored: when its time is over, or all of it. For the operator's commands and jobs.

A person's own wish is carried out by their channel at once. The server also erases what has expired
every minute; these functions do it where no server runs.
"""

from __future__ import annotations

from bot.storage.conversations import Conversations, open_conversations


def _of_the_product() -> Conversations:
    from bot.settings import settings

    return open_conversations(settings.database_url, settings.secret)


def purge_expired(conversations: Conversations | None = None) -> int:
    """Erase every conversation whose time is over. Returns how many. Raises StorageUnavailable."""
    return (conversations or _of_the_product()).purge_expired()


def erase_conversation(sender_id: str, conversations: Conversations | None = None) -> bool:
    """Erase one conversation by its pseudonym. Returns whether it existed. Raises StorageUnavailable."""
    return (conversations or _of_the_product()).erase(sender_id)


def erase_everything(conversations: Conversations | None = None) -> int:
    """Erase every conversation, running ones too. Returns how many. Raises StorageUnavailable."""
    return (conversations or _of_the_product()).purge_expired(now=float("inf"))
