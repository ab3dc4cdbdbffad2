"""What the bot says during one turn, collected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.core.channels.channel import OutputChannel

Message = dict[str, Any]


class CollectedOutput(OutputChannel):
    """Collects messages in the shape of the web channel: text, buttons and structured content."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name, by which responses may be chosen."""
        return "web"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collect one message; one that holds nothing is left out."""
        collected = as_message(
            message.get("text"),
            [*(message.get("buttons") or []), *(message.get("quick_replies") or [])],
            message.get("custom"),
        )
        if collected["text"] or collected["buttons"] or collected["custom"]:
            self.messages.append(collected)


def as_message(text: str | None, buttons: list[dict[str, Any]] | None = None, custom: Any = None) -> Message:
    """One message as the web channel answers it."""
    offered = [
        {"title": str(button["title"]), "payload": str(button["payload"])}
        for button in buttons or []
        if button.get("title") and button.get("payload")
    ]
    return {"text": text or "", "buttons": offered, "custom": custom or None}


def offers(messages: list[Message]) -> list[tuple[str, str]]:
    """Title and payload of every button in these messages, those inside structured content too."""
    found = [(button["title"], button["payload"]) for message in messages for button in message["buttons"]]
    for message in messages:
        found += _inside(message["custom"])
    return found


def leaves(messages: list[Message]) -> bool:
    """Whether the person has left: everything of the conversation is to be erased."""
    return any(isinstance(message["custom"], dict) and message["custom"].get("type") == "exit" for message in messages)


def _inside(content: Any) -> Iterator[tuple[str, str]]:
    if isinstance(content, dict):
        if isinstance(content.get("payload"), str) and isinstance(content.get("title"), str):
            yield content["title"], content["payload"]
        for value in content.values():
            yield from _inside(value)
    elif isinstance(content, list):
        for value in content:
            yield from _inside(value)
