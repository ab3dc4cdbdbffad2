"""How long a person waits, and that a long conversation is no slower than a short one."""

from __future__ import annotations

import statistics
import time

import httpx
import pytest

from bot.ops.stack import Stack

pytestmark = pytest.mark.model

MEDIAN_SECONDS = 0.150
GROWTH = 1.5
# What somebody may write again and again: questions, answers, nonsense, a place, a site.
SAYINGS = (
    "is it illegal to share my pictures", "how do i report it on instagram", "blubb", "im in ohio", "what should i save",
    "who reads this", "where was i", "how long does it take", "it is on snapchat too", "are you a robot",
)  # fmt: skip


def _seconds_of_turns(product: Stack, turns: int) -> list[float]:
    with httpx.Client(base_url=f"{product.url}/webhooks/web", timeout=30, trust_env=False) as client:
        token = client.post("/session", json={}).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        spent = []
        for number in range(turns):
            started = time.perf_counter()
            answer = client.post("/message", json={"text": SAYINGS[number % len(SAYINGS)]}, headers=headers)
            spent.append(time.perf_counter() - started)
            assert answer.status_code == 200, answer.status_code
            assert answer.json()["messages"]
        client.post("/end", headers=headers)
    return spent


def test_a_turn_is_quick_and_stays_so_over_200_turns(product: Stack) -> None:
    spent = _seconds_of_turns(product, 210)
    # The same ten sayings early and late, so that only the length of the conversation differs.
    early, late = spent[5:25], spent[185:205]

    assert statistics.median(spent) < MEDIAN_SECONDS
    assert statistics.median(late) < GROWTH * statistics.median(early)
