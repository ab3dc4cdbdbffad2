"""The web channel: JSON over HTTP under /webhooks/web, for the chat widget and other clients."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import httpx
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic_cors.core import SANIC_CORS_EVALUATED

from bot.channels import http
from bot.channels.dialogue import Agent, Dialogues, Said, language_with_wording
from bot.channels.errors import Refused
from bot.channels.limits import RateLimit
from bot.privacy import logging as discreet_logging
from bot.privacy import telemetry
from bot.settings import Settings

logger = logging.getLogger(__name__)
Handler = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]

BLUEPRINT = "web_channel"
MESSAGE_ID_CHARACTERS = 200
LANGUAGE_CHARACTERS = 16
TOKEN_CHARACTERS = 1000
SECONDS_BETWEEN_PURGES = 60
READY_TIMEOUT_SECONDS = 2


class WebInput(InputChannel):
    """Sessions, messages, history and the end of a conversation. credentials.yml needs no values."""

    def __init__(self, settings: Settings | None = None) -> None:
        if settings is None:
            from bot.settings import settings as of_the_product

            settings = of_the_product
        telemetry.disable()
        discreet_logging.install()
        self._settings = settings
        self._dialogues = Dialogues(settings)
        self._by_session = RateLimit(settings.rate_per_minute, settings.rate_burst)
        self._by_address = RateLimit(settings.address_rate_per_minute, settings.address_rate_per_minute)
        self._purging: asyncio.Task[None] | None = None

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its place under /webhooks/."""
        return "web"

    @property
    def dialogues(self) -> Dialogues:
        """The conversations of this channel, for the other ways into it: they must share its locks."""
        return self._dialogues

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebInput:
        """The channel as Rasa makes it. Raises ValueError for values in credentials.yml."""
        if credentials:
            raise ValueError("bot.channels.web.WebInput takes no values in credentials.yml")
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes. They ask the app's agent themselves, because they hold its store."""
        channel = Blueprint(BLUEPRINT)
        routes: dict[str, tuple[str, Handler]] = {
            "session": ("POST", self._session),
            "message": ("POST", self._message),
            "history": ("GET", self._history),
            "end": ("POST", self._end),
            "ready": ("GET", self._ready),
        }
        for path, (method, handler) in routes.items():
            channel.add_route(
                self._answering(handler), f"/{path}", methods=[method], name=path, stream=method == "POST"
            )
            channel.add_route(self._answering(self._preflight), f"/{path}", methods=["OPTIONS"], name=f"{path}_options")
        channel.listener("before_server_start")(self._starting)
        channel.listener("after_server_start")(self._started)
        channel.listener("before_server_stop")(self._stopping)
        return channel

    def _answering(self, handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def answer(request: Request) -> HTTPResponse:
            discreet_logging.serve()
            origin = None
            try:
                origin = http.check_origin(request, self._settings.allowed_origins)
                answered = await handler(request)
            except Refused as refused:
                answered = http.refusal(refused, self._language_of(request))
            except Exception as error:  # noqa: BLE001 - no stack and no message may get out
                logger.error("request failed: %s", discreet_logging.describe(error))
                answered = http.refusal(Refused("unavailable"), self._language_of(request))
            http.finish(answered, origin)
            return answered

        return answer

    async def _session(self, request: Request) -> HTTPResponse:
        self._by_address.take(http.address(request))
        body = await http.body_of(request, self._settings.max_body_bytes)
        language = http.text_field(body, "language", LANGUAGE_CHARACTERS)
        opened = await self._dialogues.open(_agent_of(request), language)
        answer = {"token": opened.token, "expires_in": opened.expires_in, "messages": opened.messages}
        return response.json(answer, status=201)

    async def _message(self, request: Request) -> HTTPResponse:
        self._by_address.take(http.address(request))
        sender_id = self._dialogues.tokens.conversation(http.bearer(request))
        self._by_session.take(sender_id)
        body = await http.body_of(request, self._settings.max_body_bytes)
        text = http.text_field(body, "text", self._settings.max_characters)
        payload = http.text_field(body, "payload", self._settings.max_characters)
        if (text is None) == (payload is None):
            raise Refused("malformed")
        said = Said(text, payload, http.text_field(body, "id", MESSAGE_ID_CHARACTERS))
        messages = await self._dialogues.say(_agent_of(request), sender_id, said)
        return response.json({"messages": messages})

    async def _history(self, request: Request) -> HTTPResponse:
        self._by_address.take(http.address(request))
        sender_id = self._dialogues.tokens.conversation(http.bearer(request))
        return response.json({"history": await self._dialogues.history(sender_id)})

    # Never limited: whoever has to leave at once must be able to.
    async def _end(self, request: Request) -> HTTPResponse:
        body = await http.body_of(request, self._settings.max_body_bytes, any_type=True)
        token = http.bearer(request) or http.text_field(body, "token", TOKEN_CHARACTERS)
        await self._dialogues.end(self._dialogues.tokens.conversation(token))
        return response.empty(status=204)

    async def _ready(self, request: Request) -> HTTPResponse:
        agent = _agent_of(request)
        if agent is None or not agent.is_ready():
            raise Refused("model")
        await self._dialogues.check_storage()
        await self._check_actions()
        return response.json({"status": "ready"})

    async def _check_actions(self) -> None:
        url = f"http://{self._settings.actions_host}:{self._settings.actions_port}/health"
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=READY_TIMEOUT_SECONDS) as client:
                answered = (await client.get(url)).status_code == 200
        except httpx.HTTPError:
            answered = False
        if not answered:
            raise Refused("actions")

    async def _preflight(self, request: Request) -> HTTPResponse:
        return http.preflight(http.check_origin(request, self._settings.allowed_origins))

    def _language_of(self, request: Request) -> str:
        wanted = request.headers.get("accept-language", "").split(",")[0].split("-")[0].strip().lower()
        return language_with_wording(wanted, self._settings.language)

    async def _starting(self, app: Sanic, _: Any) -> None:
        app.config.ACCESS_LOG = False
        app.request_middleware.appendleft(self._ahead_of_rasa)

    async def _ahead_of_rasa(self, request: Request) -> HTTPResponse | None:
        """Keep Rasa's own CORS handling, which answers every preflight, away from our routes."""
        if request.route is None or f".{BLUEPRINT}." not in request.route.name:
            return None
        setattr(request.ctx, SANIC_CORS_EVALUATED, "1")
        return await self._answering(self._preflight)(request) if request.method == "OPTIONS" else None

    async def _started(self, _: Sanic, __: Any) -> None:
        discreet_logging.serve()
        self._purging = asyncio.get_running_loop().create_task(self._purge_for_ever())

    async def _stopping(self, _: Sanic, __: Any) -> None:
        if self._purging is not None:
            self._purging.cancel()

    async def _purge_for_ever(self) -> None:
        while True:
            try:
                await self._dialogues.purge_expired()
            except Refused:
                logger.error("expired conversations could not be erased, trying again")
            await asyncio.sleep(SECONDS_BETWEEN_PURGES)


def _agent_of(request: Request) -> Agent | None:
    agent: Agent | None = getattr(request.app.ctx, "agent", None)
    return agent
