"""What the guide is not for, and what it did not understand."""

from __future__ import annotations

from typing import Any

from actions.base import GuideAction, Turn
from actions.labels import noted_facts
from actions.navigation import where
from actions.triage import acknowledge, go_on


class ActionOutside(GuideAction):
    """Declines what the guide is not for, and offers the lawful way (rule R58)."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_outside"

    def answer(self, turn: Turn) -> None:
        """One kind sentence; the form that is open goes on."""
        turn.say(f"utter_{turn.intent}", variant=turn.count(turn.intent))
        if turn.loop is None:
            where(turn, listed=False)


class ActionDefaultFallback(GuideAction):
    """Not understood: says so and offers the likeliest choices; the second time a menu and a person."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_default_fallback"

    def answer(self, turn: Turn) -> None:
        """Never loops: the wording and the offer change each time."""
        if self._understood_in_part(turn):
            return
        identity = turn.message.get("message_id")
        before = turn.slots.get("misunderstood") or {}
        times = int(before.get("times", 0)) + 1 if self._in_a_row(turn, before) else 1
        turn.set("misunderstood", {"times": times, "id": identity})
        if times == 1:
            buttons = [
                button for ranked in turn.message.get("intent_ranking") or [] if (button := self._button(turn, ranked))
            ][:3]
            buttons.append(turn.button("human", "/talk_to_human"))
            turn.say("utter_not_understood", buttons=buttons, variant=turn.count("not_understood"))
        else:
            turn.say("utter_not_understood_again", variant=turn.count("not_understood_again"))

    @staticmethod
    def _understood_in_part(turn: Turn) -> bool:
        """Facts were taken in although the sentence as a whole was not understood: they are not ignored."""
        noted = (turn.slots.get("noted") or {}).get("slots") or []
        facts = noted_facts(turn)
        if turn.loop or not facts:
            return False
        if "situations" in noted:
            acknowledge(turn)
        else:
            turn.say("utter_noted", facts=turn.join(facts), variant=turn.count("noted"))
            go_on(turn)
        return True

    @staticmethod
    def _button(turn: Turn, ranked: dict[str, Any]) -> dict[str, str] | None:
        name = str(ranked.get("name"))
        if not name.startswith(("ask_", "report_")) or not turn.wording.has(f"utter_label_{name}"):
            return None
        return {"title": turn.wording.text(f"utter_label_{name}"), "payload": f"/{name}"}

    def _in_a_row(self, turn: Turn, before: dict[str, Any]) -> bool:
        users = [event for event in turn.tracker.events if event.get("event") == "user"]
        previous = users[-2].get("message_id") if len(users) > 1 else None
        return before.get("id") is not None and before.get("id") == previous
