"""A real server on a free port, with our store and an agent that does as the test says."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from rasa.core.channels.channel import UserMessage, register
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from sanic import Sanic

from bot.channels.web import WebInput
from bot.privacy import logging as discreet_logging
from bot.settings import Settings
from bot.storage.conversations import open_conversations
from bot.storage.tracker_store import ConversationStore

BASE = "/webhooks/web"
Answer = Callable[[UserMessage], Awaitable[None]]


def domain() -> Domain:
    """A domain with the one slot that the channel reads."""
    slot = {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    return Domain.from_dict({"intents": ["tell"], "slots": {"place": slot}})


@dataclass
class FakeAgent:
    """Answers as Rasa's agent does: replies into the output channel, then saves the tracker."""

    tracker_store: Any
    ready: bool = True
    answer: Answer | None = None
    place: str | None = None
    seen: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        self.seen.append((message.text, message.metadata))
        tracker = await self.tracker_store.get_or_create_tracker(message.sender_id, append_action_listen=False)
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(message.text, {"name": "tell"}, [], {}))
        if self.place:
            tracker.update(SlotSet("place", self.place))
        if self.answer is not None:
            await self.answer(message)
        else:
            await message.output_channel.send_response(message.sender_id, {"text": f"heard {message.text}"})
        await self.tracker_store.save(tracker)


@dataclass
class Server:
    """The server, its settings, and a client that talks to it."""

    settings: Settings
    agent: FakeAgent
    store: ConversationStore
    client: httpx.AsyncClient

    async def opened(self) -> dict[str, str]:
        """Headers with the token of a new conversation."""
        answer = await self.client.post("/session", json={})
        assert answer.status_code == 201
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    async def say(self, headers: dict[str, str], text: str, **more: Any) -> httpx.Response:
        return await self.client.post("/message", json={"text": text, **more}, headers=headers)


@pytest.fixture(autouse=True)
def discreet_logging_ends() -> Iterator[None]:
    """A server makes logging discreet for its whole process; other tests want it as it was."""
    shown = sys.excepthook, sys.unraisablehook, threading.excepthook, logging.raiseExceptions
    yield
    sys.excepthook, sys.unraisablehook, threading.excepthook, logging.raiseExceptions = shown
    logging.setLogRecordFactory(logging.LogRecord)
    discreet_logging._serving.clear()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a test's own, with generous limits."""
    return Settings(
        data_dir=tmp_path / "data",
        database_url=f"sqlite:///{tmp_path / 'data' / 'steady.db'}",
        secret="a secret of the tests",
        allowed_origins=("https://help.example",),
        actions_port=_free_port(),
        rate_per_minute=6000,
        rate_burst=1000,
        address_rate_per_minute=6000,
    )


@pytest.fixture
def serving(settings: Settings) -> Callable[..., AsyncIterator[Server]]:
    """Starts a server with changed settings: `async for server in serving(rate_burst=2)`."""

    async def serve(**changes: Any) -> AsyncIterator[Server]:
        changed = replace(settings, **changes)
        store = ConversationStore(domain(), conversations=open_conversations(changed.database_url, changed.secret))
        agent = FakeAgent(FailSafeTrackerStore(store))
        Sanic.test_mode = True
        app = Sanic(f"channel_{time.monotonic_ns()}", configure_logging=False)
        app.ctx.agent = agent
        register([WebInput(changed)], app, route="/webhooks/")
        port = _free_port()
        running = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        await running.startup()
        await running.after_start()
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}{BASE}", trust_env=False) as client:
                yield Server(changed, agent, store, client)
        finally:
            await running.before_stop()
            running.close()
            await running.wait_closed()

    return serve


@pytest_asyncio.fixture
async def server(serving: Callable[..., AsyncIterator[Server]]) -> AsyncIterator[Server]:
    """A server with the usual test settings."""
    async for running in serving():
        yield running


def says(*messages: dict[str, Any]) -> Answer:
    """An agent's answer made of these messages."""

    async def answer(message: UserMessage) -> None:
        for one in messages:
            await message.output_channel.send_response(message.sender_id, dict(one))

    return answer


def message(text: str, buttons: tuple[tuple[str, str], ...] = (), custom: Any = None) -> dict[str, Any]:
    """A message as the channel is to answer it."""
    return {
        "text": text,
        "buttons": [{"title": title, "payload": payload} for title, payload in buttons],
        "custom": custom,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
