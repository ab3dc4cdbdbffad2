"""Plays conversation scripts against the real bot, through the web channel."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.ops.stack import Stack
from bot.settings import Settings


class ScriptError(ValueError):
    """A script file is not a list of {id, turns}."""


def read_scripts(path: Path) -> list[dict[str, Any]]:
    """The scripts of a file. Raises ScriptError."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, list):
        raise ScriptError(f"{path.name}: must be a list of scripts")
    for number, script in enumerate(content, start=1):
        if not isinstance(script, dict) or "id" not in script or not isinstance(script.get("turns"), list):
            raise ScriptError(f"{path.name}: script {number} needs an id and a list of turns")
    return content


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def private_stack(settings: Settings, folder: Path) -> Stack:
    """The product on its own ports and database, without limits that are meant for people."""
    own = replace(
        settings, data_dir=folder, database_url=f"sqlite:///{folder / 'chat.db'}", port=free_port(),
        actions_port=free_port(), rate_per_minute=60_000, rate_burst=60_000, address_rate_per_minute=60_000,
    )  # fmt: skip
    return Stack(own, log=folder / "log.txt")


class Player:
    """One client of the web channel."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.client = httpx.Client(base_url=f"{url}/webhooks/web", timeout=30, trust_env=False)
        self.settings = settings

    def play(self, script: dict[str, Any]) -> dict[str, Any]:
        """One conversation: every turn with its answer and time in milliseconds, and the slots at its end."""
        opened = self.client.post("/session", json={"language": script["language"]} if "language" in script else {})
        opened.raise_for_status()
        token = opened.json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        turns = []
        for text in script["turns"]:
            started = time.perf_counter()
            answer = self.client.post("/message", json={"text": str(text)}, headers=headers)
            spent = (time.perf_counter() - started) * 1000
            turns.append({"user": text, "bot": _bot_side(answer), "ms": round(spent, 1)})
        slots = self._slots(token)
        self.client.post("/end", headers=headers)
        return {"id": script["id"], "opening": _messages(opened.json()["messages"]), "turns": turns, "slots": slots}

    def _slots(self, token: str) -> dict[str, Any]:
        """What the bot remembers at the end, read where the product keeps it."""
        from bot.channels.tokens import Tokens
        from bot.storage.conversations import open_conversations

        tokens = Tokens(self.settings.secret, self.settings.session_max_hours * 3600)
        kept = open_conversations(self.settings.database_url, self.settings.secret)
        conversation = kept.load(tokens.conversation(token))
        slots: dict[str, Any] = {}
        for event in conversation.events if conversation else []:
            if event.get("event") == "slot":
                slots[event["name"]] = event.get("value")
        return {name: value for name, value in slots.items() if value is not None}


def _messages(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"text": m.get("text"), "buttons": [b["title"] for b in m.get("buttons") or []], "custom": m.get("custom")}
        for m in messages
    ]


def _bot_side(answer: httpx.Response) -> list[dict[str, Any]]:
    body = answer.json()
    if answer.status_code != 200:
        return [{"text": None, "buttons": [], "custom": None, "error": body.get("error"), "status": answer.status_code}]
    return _messages(body["messages"])


def play_all(settings: Settings, scripts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Start the product on its own, play every script, and stop it."""
    with tempfile.TemporaryDirectory(prefix="steady-chat-") as folder:
        stack = private_stack(settings, Path(folder))
        with stack:
            player = Player(stack.url, stack.settings)
            for script in scripts:
                yield player.play(script)
