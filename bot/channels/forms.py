"""The conversation at `/chat` as plain pages and forms, for browsers without JavaScript: the same content.

A conversation is named by its token alone, and the token travels in a hidden field of the form, never in an
address or a cookie. Another site cannot know it, so a forged form does nothing.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import forms_page, http
from bot.channels.dialogue import Agent, Dialogues, Said, language_with_wording
from bot.channels.errors import Refused
from bot.channels.limits import RateLimit
from bot.channels.output import Message
from bot.privacy import logging as discreet_logging
from bot.settings import Settings

logger = logging.getLogger(__name__)
Fields = dict[str, str]
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 8
ID_BYTES = 12
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {exit}; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # With "no-referrer" browsers would send no origin with a form, by which forged ones are told apart.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def forms(settings: Settings, dialogues: Dialogues | None = None) -> Blueprint:
    """The blueprint of `/chat`. Give it the dialogues of the web channel, whose locks it then shares."""
    chat = FormChat(settings, dialogues or Dialogues(settings))
    blueprint = Blueprint("forms")
    blueprint.add_route(chat.answering(chat.front), "/chat", methods=["GET", "HEAD"], name="front")
    for path, handler in (("begin", chat.begin), ("say", chat.say), ("erase", chat.erase), ("leave", chat.leave)):
        blueprint.add_route(chat.answering(handler), f"/chat/{path}", methods=["POST"], name=path)
    return blueprint


class FormChat:
    """The pages of one server."""

    def __init__(self, settings: Settings, dialogues: Dialogues) -> None:
        self._settings = settings
        self._dialogues = dialogues
        self._by_session = RateLimit(settings.rate_per_minute, settings.rate_burst)
        self._by_address = RateLimit(settings.address_rate_per_minute, settings.address_rate_per_minute)

    def answering(
        self, handler: Callable[[Request, forms_page.Look], Coroutine[Any, Any, HTTPResponse]]
    ) -> Callable[[Request], Coroutine[Any, Any, HTTPResponse]]:
        """The handler with what protects every answer; a refusal becomes a page that says so."""

        async def answer(request: Request) -> HTTPResponse:
            discreet_logging.serve()
            look = self._look(request)
            try:
                answered = await handler(request, look)
            except Refused as refused:
                answered = self._refusal(refused, look)
            except Exception as error:  # noqa: BLE001 - no stack and no message may get out
                logger.error("form not answered: %s", discreet_logging.describe(error))
                answered = self._refusal(Refused("unavailable"), look)
            answered.headers.update(HEADERS)
            exit_site = urlsplit(self._settings.exit_url)
            answered.headers["Content-Security-Policy"] = HEADERS["Content-Security-Policy"].format(
                exit=f"{exit_site.scheme}://{exit_site.netloc}"
            )
            return answered

        return answer

    async def front(self, request: Request, look: forms_page.Look) -> HTTPResponse:
        """What this is, and a button to begin; nothing is opened before that."""
        return response.html(forms_page.front(look))

    async def begin(self, request: Request, look: forms_page.Look) -> HTTPResponse:
        """A new conversation."""
        self._by_address.take(http.address(request))
        self._fields(request)
        opened = await self._dialogues.open(_agent_of(request), look.language)
        turns = [{"role": "bot", "messages": opened.messages}]
        return response.html(forms_page.conversation(look, turns, opened.token, _new_id()))

    async def say(self, request: Request, look: forms_page.Look) -> HTTPResponse:
        """The conversation so far, with the answer to what was typed or pressed."""
        self._by_address.take(http.address(request))
        fields = self._fields(request)
        token, text = fields.get("token", ""), fields.get("text", "").strip()
        sender_id = self._dialogues.tokens.conversation(token)
        notice = None
        if len(text) > self._settings.max_characters:
            notice = Refused("too_long")
        elif text or "payload" in fields:
            try:
                self._by_session.take(sender_id)
                payload = fields.get("payload")
                said = Said(None if payload else text, payload, fields.get("id") or None)
                left = _exit_of(await self._dialogues.say(_agent_of(request), sender_id, said))
                if left is not None:
                    return self._left(look, left)
            except Refused as refused:
                if refused.code == "no_conversation":
                    raise
                notice = refused
        return await self._page(look, sender_id, token, notice, kept=text if notice else "")

    def _left(self, look: forms_page.Look, message: Message) -> HTTPResponse:
        """The neutral site after a goodbye; after "delete" a page that says so. The dialogue has erased everything."""
        if message["custom"]["reason"] == "left":
            return response.redirect(self._settings.exit_url, status=303)
        return response.html(forms_page.notice(look, message["text"]))

    async def erase(self, request: Request, look: forms_page.Look) -> HTTPResponse:
        """Everything erased, and a page that says so."""
        fields = self._fields(request)
        await self._dialogues.end(self._dialogues.tokens.conversation(fields.get("token", "")))
        return response.html(forms_page.notice(look, look.wording.text("utter_deleted")))

    async def leave(self, request: Request, look: forms_page.Look) -> HTTPResponse:
        """The neutral site, whatever happens to the erasing."""
        try:
            fields = self._fields(request)
            await self._dialogues.end(self._dialogues.tokens.conversation(fields.get("token", "")))
        except Refused as refused:
            logger.error("not erased on leaving: %s", refused.code)
        return response.redirect(self._settings.exit_url, status=303)

    async def _page(
        self, look: forms_page.Look, sender_id: str, token: str, refused: Refused | None, kept: str
    ) -> HTTPResponse:
        turns = await self._dialogues.history(sender_id)
        trouble = str(refused.body(look.language)["error"]["message"]) if refused else ""
        page = forms_page.conversation(look, turns, token, _new_id(), trouble, kept)
        return response.html(page, status=refused.status if refused else 200)

    def _fields(self, request: Request) -> Fields:
        """The fields of a form that this site sent. Raises Refused."""
        http.check_origin(request, ())
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Refused("origin_not_allowed")
        if request.headers.get("content-type", "").split(";", 1)[0].strip().lower() != FORM:
            raise Refused("not_json")
        if len(request.body) > self._settings.max_body_bytes:
            raise Refused("too_long")
        try:
            found = parse_qs(request.body.decode("utf-8"), max_num_fields=MOST_FIELDS)
        except ValueError:
            raise Refused("malformed") from None
        return {name: values[-1].replace("\r\n", "\n") for name, values in found.items()}

    def _look(self, request: Request) -> forms_page.Look:
        wanted = request.headers.get("accept-language", "").split(",")[0].split("-")[0].strip().lower()
        return forms_page.Look(language_with_wording(wanted, self._settings.language), self._settings)

    def _refusal(self, refused: Refused, look: forms_page.Look) -> HTTPResponse:
        message = str(refused.body(look.language)["error"]["message"])
        answered = response.html(forms_page.notice(look, message), status=refused.status)
        if refused.retry_after_seconds is not None:
            answered.headers["Retry-After"] = str(refused.retry_after_seconds)
        return answered


def _exit_of(messages: list[Message]) -> Message | None:
    return next((message for message in messages if (message["custom"] or {}).get("type") == "exit"), None)


def _new_id() -> str:
    return secrets.token_urlsafe(ID_BYTES)


def _agent_of(request: Request) -> Agent | None:
    agent: Agent | None = getattr(request.app.ctx, "agent", None)
    return agent
