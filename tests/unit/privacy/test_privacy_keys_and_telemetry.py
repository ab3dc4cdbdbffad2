"""Keys, telemetry and the operator's ways to erase."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.privacy import erase, telemetry
from bot.privacy.keys import derive, pseudonym
from bot.storage.conversations import Conversation, Conversations, Turn


def test_each_purpose_and_each_secret_has_its_own_key() -> None:
    keys = {derive(secret, purpose) for secret in ("one", "two") for purpose in ("tokens", "rows")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}
    assert derive("one", "tokens") in keys


def test_no_key_without_a_secret() -> None:
    with pytest.raises(ValueError, match="STEADY_SECRET"):
        derive("", "tokens")


def test_pseudonyms_are_stable_and_depend_on_the_key() -> None:
    names = [pseudonym(b"k", "a"), pseudonym(b"k", "a"), pseudonym(b"l", "a"), pseudonym(b"k", "b")]
    assert [len(name) for name in names] == [40] * 4
    assert [names.index(name) for name in names] == [0, 0, 2, 3]


def test_telemetry_is_off_whatever_the_environment_says() -> None:
    environment = {
        "RASA_TELEMETRY_ENABLED": "true",
        "SENTRY_DSN": "https://x@errors.example/1",
        "PATH": "/bin",
    }
    assert telemetry.faults(environment) == [
        "RASA_TELEMETRY_ENABLED must be false: set it in the environment that starts Rasa",
        "SENTRY_DSN must not be set",
    ]
    telemetry.disable(environment)
    assert environment == {"RASA_TELEMETRY_ENABLED": "false", "PATH": "/bin"}
    assert telemetry.faults(environment) == []


@pytest.fixture
def conversations(tmp_path: Path) -> Conversations:
    store = Conversations(f"sqlite:///{tmp_path}/a.db", "secret")
    for number, expires_at in ((1, 1.0), (2, 9e9), (3, 9e9)):
        store.create(Conversation(str(number) * 40, created_at=0, expires_at=expires_at), Turn("text", []))
    return store


def test_the_operator_can_erase(conversations: Conversations) -> None:
    assert erase.purge_expired(conversations) == 1
    assert erase.erase_conversation("2" * 40, conversations)
    assert not erase.erase_conversation("2" * 40, conversations)
    assert conversations.keys() == ["3" * 40]
    assert erase.erase_everything(conversations) == 1
    assert conversations.keys() == []
