"""The plain chat at `/chat` on canned conversations, without a bot behind it."""

from __future__ import annotations

import secrets
import time
from typing import Any, cast

from sanic import Sanic

from bot.channels.dialogue import Dialogues, Opened, Said
from bot.channels.errors import Refused
from bot.channels.forms import forms
from bot.settings import Settings
from bot.widget.pages import pages

from ..canned import OPENING, Message, answer


class CannedDialogues:
    """As much of the dialogues as the plain chat uses. `turns` are those of each conversation, by its token."""

    def __init__(self) -> None:
        self.turns: dict[str, list[dict[str, Any]]] = {}
        self.tokens = self

    def conversation(self, token: object) -> str:
        """The token names the conversation here."""
        if not isinstance(token, str) or token not in self.turns:
            raise Refused("no_conversation")
        return token

    async def open(self, agent: object, language: str | None = None) -> Opened:
        """A conversation with the opening."""
        token = f"token-{secrets.token_hex(8)}"
        self.turns[token] = [{"role": "bot", "messages": OPENING}]
        return Opened(token, 1800, OPENING)

    async def say(self, agent: object, name: str, said: Said) -> list[Message]:
        """The canned answer."""
        messages = answer(said.payload or said.text or "")
        shown = {"text": said.text or said.payload, "buttons": [], "custom": None}
        self.turns[name] += [{"role": "user", "messages": [shown]}, {"role": "bot", "messages": messages}]
        return messages

    async def history(self, name: str) -> list[dict[str, Any]]:
        """What both said so far."""
        return self.turns[name]

    async def end(self, name: str) -> None:
        """Forget it."""
        del self.turns[name]


def form_chat(settings: Settings, dialogues: CannedDialogues) -> Sanic:
    """The server's app: the pages, and the plain chat on the canned dialogues."""
    Sanic.test_mode = True
    app = Sanic(f"form_chat_{time.monotonic_ns()}", configure_logging=False)
    app.ctx.agent = None
    app.blueprint(pages(settings))
    app.blueprint(forms(settings, cast(Dialogues, dialogues)))
    return app
