"""What a person gets when a part of the product is gone, and what is still known when it is back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.ops.chat import private_stack
from bot.ops.stack import Stack
from bot.settings import settings

pytestmark = pytest.mark.model

CANARY = "zanzibarquince"


@pytest.fixture(scope="module")
def stack(product: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A product of its own, because its parts are killed. `product` has seen to the model."""
    folder: Path = tmp_path_factory.mktemp("failures")
    with private_stack(settings, folder) as started:
        yield started


def _say(client: httpx.Client, headers: dict[str, str], text: str) -> list[dict[str, Any]]:
    answer = client.post("/message", json={"text": text}, headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["messages"])


def test_without_the_action_server_the_emergency_number_is_said_and_nothing_is_lost(stack: Stack) -> None:
    with httpx.Client(base_url=f"{stack.url}/webhooks/web", timeout=60, trust_env=False) as client:
        token = client.post("/session", json={}).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        _say(client, headers, "my ex posted my pictures, i am in ohio")

        stack.processes["actions"].kill()
        stack.processes["actions"].wait()
        [message] = _say(client, headers, f"what now {CANARY}")
        assert "911" in message["text"]
        assert client.get("/ready").status_code == 503

        stack.start("actions")
        deadline = time.monotonic() + 60
        while client.get("/ready").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        texts = " ".join(message["text"] for message in _say(client, headers, "is it against the law here"))
        assert "Ohio" in texts

    assert stack.log is not None
    assert CANARY not in stack.log.read_text()
