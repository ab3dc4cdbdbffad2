"""Tokens and rate limits, without a server."""

from __future__ import annotations

import time

import jwt
import pytest

from bot.channels import limits
from bot.channels.errors import Refused
from bot.channels.limits import RateLimit
from bot.channels.tokens import Tokens

TOKENS = Tokens("one secret", lifetime_seconds=60)


def test_a_token_names_its_conversation_and_does_not_contain_it() -> None:
    token, sender_id = TOKENS.issue()
    assert TOKENS.conversation(token) == sender_id
    assert sender_id not in token
    assert jwt.decode(token, options={"verify_signature": False})["sid"] not in sender_id


def test_tokens_and_conversations_are_different_each_time() -> None:
    issued = [TOKENS.issue() for _ in range(100)]
    assert len({token for token, _ in issued}) == len({sender for _, sender in issued}) == 100


def _unsigned() -> str:
    return jwt.encode({"sid": "x", "exp": time.time() + 60}, None, algorithm="none")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("abc.def.ghi", id="nonsense"),
        pytest.param(TOKENS.issue()[0][:-4] + "aaaa", id="another-signature"),
        pytest.param(Tokens("another secret", 60).issue()[0], id="another-secret"),
        pytest.param(TOKENS.issue(now=time.time() - 61)[0], id="expired"),
        pytest.param(_unsigned(), id="unsigned"),
    ],
)
def test_bad_tokens_are_refused(token: str | None) -> None:
    with pytest.raises(Refused, match="no_conversation"):
        TOKENS.conversation(token)


def test_a_bucket_empties_and_fills_again() -> None:
    now = [0.0]
    limit = RateLimit(per_minute=6, burst=2, clock=lambda: now[0])
    limit.take("a")
    limit.take("a")
    with pytest.raises(Refused) as refused:
        limit.take("a")
    assert (refused.value.status, refused.value.retry_after_seconds) == (429, 10)
    limit.take("b")
    now[0] = 10.0
    limit.take("a")


def test_only_so_many_keys_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_REMEMBERED", 3)
    limit = RateLimit(per_minute=1, burst=1)
    for key in "abcdef":
        limit.take(key)
    assert len(limit._buckets) == 3
    assert not set(limit._buckets) & set("abcdef")
