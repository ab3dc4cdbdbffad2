"""The rows of conversations: kept whole, sealed, and gone when they are to be gone."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.storage.conversations import Conversation, Conversations, StorageUnavailable, Turn
from bot.storage.sealing import Seal, Unreadable

CANARY = "the canary sang at midnight"
SENDER = "5" * 40
OPENING = Turn(user=None, messages=[{"text": "Hello.", "buttons": [], "custom": None}])
SAID = Turn(user=CANARY, messages=[{"text": f"You said {CANARY}.", "buttons": [], "custom": {"type": "plan"}}])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "steady.db"


@pytest.fixture
def conversations(database: Path) -> Conversations:
    return Conversations(f"sqlite:///{database}", "a secret")


def conversation(sender_id: str = SENDER, expires_at: float = 200.0) -> Conversation:
    return Conversation(
        sender_id=sender_id,
        created_at=100.0,
        expires_at=expires_at,
        language="en",
        events=[{"event": "user", "text": CANARY}],
        offers={"/yes": "Yes"},
        last_offers=[("Yes", "/yes")],
    )


def test_what_was_kept_comes_back(conversations: Conversations) -> None:
    conversations.create(conversation(), OPENING)
    kept = conversations.load(SENDER, now=150)
    assert kept == replace(conversation(), turns=1)
    kept.events.append({"event": "action", "name": "action_listen"})
    assert conversations.commit(kept, SAID, "m1")
    assert conversations.load(SENDER, now=150) == replace(kept, turns=2)
    assert conversations.history(SENDER) == [OPENING, SAID]
    assert conversations.answered(SENDER, "m1") == SAID
    assert conversations.answered(SENDER, "m2") is None
    assert conversations.answered("6" * 40, "m1") is None


def test_nothing_readable_is_on_the_disk(conversations: Conversations, database: Path) -> None:
    conversations.create(conversation(), OPENING)
    assert conversations.commit(replace(conversation(), turns=1), SAID, CANARY)
    for path in database.parent.iterdir():
        assert CANARY.encode() not in path.read_bytes()


def test_a_turn_and_its_state_are_kept_together_or_not_at_all(conversations: Conversations) -> None:
    conversations.create(conversation(), OPENING)
    first = conversations.load(SENDER, now=150)
    second = conversations.load(SENDER, now=150)
    assert first and second
    assert conversations.commit(first, SAID, "m1")
    second.events = []
    with pytest.raises(StorageUnavailable):
        conversations.commit(second, SAID, "m1")
    assert conversations.load(SENDER, now=150) == first
    assert conversations.history(SENDER) == [OPENING, SAID]


def test_what_was_erased_is_not_kept_again(conversations: Conversations) -> None:
    conversations.create(conversation(), OPENING)
    under_way = conversations.load(SENDER, now=150)
    assert under_way
    assert conversations.erase(SENDER)
    assert not conversations.erase(SENDER)
    assert not conversations.commit(under_way, SAID, "m1")
    assert conversations.load(SENDER, now=150) is None
    assert conversations.history(SENDER) == []


@pytest.mark.parametrize(("now", "kept"), [(199.9, True), (200.0, False)], ids=["before", "at-the-end"])
def test_a_conversation_ends_in_time(conversations: Conversations, now: float, kept: bool) -> None:
    conversations.create(conversation(), OPENING)
    assert (conversations.load(SENDER, now=now) is not None) is kept
    assert conversations.keys() == ([SENDER] if kept else [])


def test_purging_takes_what_has_expired_and_nothing_else(conversations: Conversations) -> None:
    conversations.create(conversation("1" * 40, expires_at=100), OPENING)
    conversations.create(conversation("2" * 40, expires_at=300), OPENING)
    assert conversations.purge_expired(now=200) == 1
    assert conversations.purge_expired(now=200) == 0
    assert conversations.keys() == ["2" * 40]
    assert conversations.history("1" * 40) == []
    assert conversations.history("2" * 40) == [OPENING]


def test_another_secret_cannot_read(database: Path, conversations: Conversations) -> None:
    conversations.create(conversation(), OPENING)
    other = Conversations(f"sqlite:///{database}", "another secret")
    assert other.load(SENDER, now=150) is None


def test_rows_cannot_be_exchanged(database: Path, conversations: Conversations) -> None:
    conversations.create(conversation("1" * 40), OPENING)
    conversations.create(conversation("2" * 40), OPENING)
    with sqlite3.connect(database) as connection:
        connection.execute(
            "UPDATE conversation SET state = (SELECT state FROM conversation WHERE sender_id = ?)",
            ("1" * 40,),
        )
    assert conversations.load("2" * 40, now=150) is None
    assert conversations.load("1" * 40, now=150) is not None


def test_errors_say_nothing_of_what_was_to_be_stored(conversations: Conversations) -> None:
    conversations.create(conversation(), OPENING)
    with pytest.raises(StorageUnavailable) as error:
        conversations.create(conversation(), SAID)
    assert str(error.value) == "IntegrityError"
    assert error.value.__suppress_context__


def test_a_lost_file_is_noticed_and_made_anew(database: Path, conversations: Conversations) -> None:
    conversations.create(conversation(), OPENING)
    for path in database.parent.iterdir():
        path.unlink()
    with pytest.raises(StorageUnavailable):
        conversations.ping()
    conversations.ping()
    assert conversations.keys() == []


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x01short", id="short"),
        pytest.param(b"\x02" + b"0" * 60, id="another-form"),
        pytest.param(b"\x01" + b"0" * 60, id="noise"),
    ],
)
def test_what_was_not_sealed_cannot_be_opened(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        Seal(b"k" * 32).open(sealed, "row")
