"""One turn of an action as the action server runs it, and its answer read back by wording keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from bot.nlg.wording import RESPONSES
from bot.settings import ROOT

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
THIS, BEFORE = "message-2", "message-1"
ADULT = {"who": "me", "age": "adult", "situations": ["shared"], "offender": "stranger"}
TOLD = ADULT | {"platforms": ["instagram"], "place": "US-TX", "goal": "removed"}
ACKNOWLEDGED = {"asked": {"acknowledge_self": 1}}


@cache
def actions() -> dict[str, Any]:
    """Every action that the action server finds, by name."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor.actions


def found(name: str, value: Any, **more: Any) -> dict[str, Any]:
    """An entity."""
    return {"entity": name, "value": value, **more}


def message(
    intent: str = "",
    *entities: dict[str, Any],
    text: str = "",
    needs: Iterable[str] = (),
    safety: str | None = None,
    identity: str = THIS,
    ranking: Iterable[str] = (),
) -> dict[str, Any]:
    """A message as the pipeline hands it over."""
    return {
        "intent": {"name": intent, "confidence": 0.9},
        "entities": list(entities),
        "text": text,
        "needs": list(needs),
        "safety": safety,
        "message_id": identity,
        "intent_ranking": [{"name": name, "confidence": 0.1} for name in ranking],
        "metadata": {},
    }


def chosen(**entities: str) -> dict[str, Any]:
    """The message of a button."""
    return message("choose", *(found(name, value) for name, value in entities.items()), text="/choose")


def noted(*slots: str) -> dict[str, Any]:
    """The slot that says what the latest message told."""
    return {"noted": {"id": THIS, "slots": list(slots)}}


def tracker(
    said: dict[str, Any] | None = None,
    slots: dict[str, Any] | None = None,
    loop: str | None = None,
    requested: str | None = None,
    done: Iterable[str] = (),
    earlier: Iterable[dict[str, Any]] = (),
) -> Tracker:
    """The conversation after a message and the actions `done` since it. `earlier`: events before it."""
    said = said or message()
    values = {name: None for name in DOMAIN["slots"]} | (slots or {}) | {"requested_slot": requested}
    events = [
        *earlier,
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": said["text"], "parse_data": said, "message_id": said["message_id"]},
        *({"event": "action", "name": name} for name in done),
    ]
    active = {"name": loop, "is_interrupted": False} if loop else {}
    return Tracker("a-conversation", values, said, events, False, None, active, "action_listen")


@dataclass(frozen=True)
class Answer:
    """What an action said and what it changed."""

    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]
    before: dict[str, Any]

    @property
    def texts(self) -> list[str]:
        """The texts said."""
        return [str(said["text"]) for said in self.messages]

    @property
    def text(self) -> str:
        """All that was said."""
        return "\n".join(self.texts)

    @property
    def keys(self) -> list[str]:
        """The wording key of each message; of a list, the key of its first line."""
        return [key_of(text) or key_of(text.split("\n", 1)[0]) or text for text in self.texts]

    @property
    def kinds(self) -> list[str]:
        """The types of the structured content that came with the messages."""
        return [said["custom"]["type"] for said in self.messages if said.get("custom")]

    def custom(self, kind: str) -> dict[str, Any]:
        """The structured content of one type."""
        (found,) = [said["custom"] for said in self.messages if (said.get("custom") or {}).get("type") == kind]
        return dict(found)

    @property
    def payloads(self) -> list[str]:
        """What the buttons of the last message send."""
        return [button["payload"] for button in (self.messages[-1].get("buttons") or [])] if self.messages else []

    @property
    def changes(self) -> dict[str, Any]:
        """The slots that the events set, without the counters of what was said before."""
        values = {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}
        return {name: value for name, value in values.items() if name not in ("asked", "asked_order")}

    @property
    def slots(self) -> dict[str, Any]:
        """All slots after the events."""
        values = {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}
        return self.before | values

    @property
    def others(self) -> list[dict[str, Any]]:
        """The events that set no slot, without their empty fields."""
        return [
            {name: value for name, value in event.items() if name != "timestamp" and value is not None}
            for event in self.events
            if event["event"] != "slot"
        ]


def follows(form: str) -> list[dict[str, Any]]:
    """The one event, besides slots, of an answer after which a form goes on."""
    return [{"event": "followup", "name": form}]


async def run(
    action: str,
    said: dict[str, Any] | None = None,
    slots: dict[str, Any] | None = None,
    loop: str | None = None,
    requested: str | None = None,
    done: Iterable[str] = (),
    earlier: Iterable[dict[str, Any]] = (),
) -> Answer:
    """Run a registered action for one turn."""
    at = tracker(said, slots, loop, requested, done, earlier)
    return await run_at(action, at)


async def run_at(action: str, at: Tracker) -> Answer:
    """Run a registered action on a tracker."""
    dispatcher = CollectingDispatcher()
    events = await actions()[action](dispatcher, at, {})
    before = dict(at.slots) if isinstance(getattr(at, "slots", None), dict) else {}
    messages = [{"text": m["text"], "buttons": m["buttons"], "custom": m["custom"]} for m in dispatcher.messages]
    return Answer(messages, list(events), before)


@cache
def _patterns() -> list[tuple[int, re.Pattern[str], str]]:
    patterns = []
    for path in sorted((RESPONSES / "en").glob("*.yml")):
        if path.stem == "page":
            continue
        for key, variants in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items():
            for variant in variants:
                parts = re.split(r"\{\w+\}", str(variant.get("text", "")).strip())
                pattern = re.compile(".+?".join(map(re.escape, parts)))
                patterns.append((sum(map(len, parts)), pattern, key))
    return sorted(patterns, key=lambda item: -item[0])


@cache
def key_of(text: str) -> str | None:
    """The wording key of a sentence: of several that fit, the one with most words of its own."""
    return next((key for size, pattern, key in _patterns() if size and pattern.fullmatch(text.strip())), None)
