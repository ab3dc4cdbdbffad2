"""A server with our page and a small fake of the web channel, which remembers what it was asked."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.settings import Settings
from bot.widget.pages import pages

from .canned import OPENING, Message, answer

BASE = "/webhooks/web"
SENTENCES = {
    400: "The chat could not read that.",
    401: "This chat has ended and nothing of it is kept.",
    429: "Many messages came at once. Please wait a moment, then send it again.",
    503: "I cannot keep our chat going just now. Please try again in a minute.",
}


@dataclass
class FakeChannel:
    """The five calls of the channel. `failures` are the statuses of the next answers to /message.

    Conversations are numbered from 1; `ended` names those that were erased. A page of an earlier test that
    says goodbye late is not counted.
    """

    tokens: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    opening_failures: list[int] = field(default_factory=list)
    end_failures: list[int] = field(default_factory=list)
    delay_seconds: float = 0.0
    answers: dict[tuple[int, str], list[Message]] = field(default_factory=dict)

    def reset(self) -> None:
        """Forget everything, so that a test starts from nothing."""
        self.__init__()  # type: ignore[misc]

    async def session(self, request: Request) -> HTTPResponse:
        """A new conversation with the opening."""
        if self.opening_failures:
            return _refused(self.opening_failures.pop(0))
        self.tokens.append(f"token-{secrets.token_hex(8)}")
        return response.json({"token": self.tokens[-1], "expires_in": 1800, "messages": OPENING}, status=201)

    async def message(self, request: Request) -> HTTPResponse:
        """The canned answer; the same id is answered the same and counts once in `said`."""
        body = request.json
        self.asked.append(body)
        conversation = self._number(_bearer(request))
        if self.failures:
            return _refused(self.failures.pop(0))
        if conversation is None or conversation in self.ended:
            return _refused(401)
        await asyncio.sleep(self.delay_seconds)
        key = (conversation, body["id"])
        if key not in self.answers:
            self.said.append(body | {"conversation": conversation})
            self.answers[key] = answer(body.get("payload") or body["text"])
        messages = self.answers[key]
        if any((message["custom"] or {}).get("type") == "exit" for message in messages):
            self.ended.append(conversation)
        return response.json({"messages": messages})

    async def history(self, request: Request) -> HTTPResponse:
        """What was said and answered so far, the opening first."""
        conversation = self._number(_bearer(request))
        if conversation is None or conversation in self.ended:
            return _refused(401)
        turns: list[dict[str, Any]] = [{"role": "bot", "messages": OPENING}]
        for said in self.said:
            if said["conversation"] == conversation:
                shown = {"text": said.get("text") or said["payload"], "buttons": [], "custom": None}
                turns.append({"role": "user", "messages": [shown]})
                turns.append({"role": "bot", "messages": self.answers[conversation, said["id"]]})
        return response.json({"history": turns})

    async def end(self, request: Request) -> HTTPResponse:
        """Erase, by Bearer token or by the token in the body."""
        if self.end_failures:
            return _refused(self.end_failures.pop(0))
        conversation = self._number(_bearer(request) or request.json["token"])
        if conversation is not None:
            self.ended.append(conversation)
        return response.empty(status=204)

    async def ready(self, request: Request) -> HTTPResponse:
        """Always ready."""
        return response.json({"status": "ready"})

    def app(self, settings: Settings) -> Sanic:
        """The server's app: our page, and this fake in the channel's place."""
        Sanic.test_mode = True
        app = Sanic(f"fake_channel_{time.monotonic_ns()}", configure_logging=False)
        app.blueprint(pages(settings))
        for name, method in (
            ("session", "POST"), ("message", "POST"), ("end", "POST"), ("history", "GET"), ("ready", "GET")
        ):  # fmt: skip
            app.add_route(getattr(self, name), f"{BASE}/{name}", methods=[method], name=name)
            app.add_route(_allowed, f"{BASE}/{name}", methods=["OPTIONS"], name=f"{name}_options")
        app.register_middleware(self._remember, "request")
        app.register_middleware(_for_any_origin, "response")
        return app

    @property
    def opened(self) -> int:
        """How many conversations were opened."""
        return len(self.tokens)

    def _number(self, token: str) -> int | None:
        return self.tokens.index(token) + 1 if token in self.tokens else None

    async def _remember(self, request: Request) -> None:
        self.urls.append(request.url)


async def _allowed(request: Request) -> HTTPResponse:
    return response.empty(headers={"Access-Control-Allow-Headers": "Authorization, Content-Type"})


async def _for_any_origin(request: Request, answer: HTTPResponse) -> None:
    """Let pages of other origins talk to the channel, as allowed origins may."""
    if request.path.startswith(BASE):
        answer.headers["Access-Control-Allow-Origin"] = "*"


def _bearer(request: Request) -> str:
    return str(request.headers.get("authorization", "")).removeprefix("Bearer ")


def _refused(status: int) -> HTTPResponse:
    body = {"error": {"code": "refused", "message": SENTENCES[status]}}
    return response.json(body, status=status, headers={"Retry-After": "1"} if status == 429 else {})


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(app: Sanic) -> Iterator[str]:
    """Serve an app from a thread of its own; its address."""
    port, loop, started = free_port(), asyncio.new_event_loop(), threading.Event()

    async def start() -> Any:
        server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.after_start()
        started.set()
        return server

    async def stop(server: Any) -> None:
        server.close()
        await server.wait_closed()
        open_connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in open_connections:
            connection.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(stop(server))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    if not started.wait(20):
        raise RuntimeError("the fake channel did not start")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def neutral_site() -> Sanic:
    """The site to which the exit leads, on an origin of its own."""
    Sanic.test_mode = True
    app = Sanic(f"neutral_{time.monotonic_ns()}", configure_logging=False)

    async def index(request: Request) -> HTTPResponse:
        return response.html("<!doctype html><title>Weather</title><h1>Weather</h1>")

    app.add_route(index, "/", name="index")
    return app
