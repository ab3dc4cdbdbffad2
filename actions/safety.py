"""Self-harm, danger now, a minor, leaving: what is said before everything else (rules R26 to R31, R48)."""

from __future__ import annotations

import re
from typing import Any

from actions.base import GuideAction, Turn
from actions.resources import emergency_number, tell_crisis, tell_domestic_violence
from actions.triage import go_on, next_slot

DANGER_STEPS = 3
HARM, DANGER = "self_harm_risk", "immediate_danger"


class ActionSafety(GuideAction):
    """Answers a word about self-harm or danger, and takes the floor until the person goes on."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_safety"

    def answer(self, turn: Turn) -> None:
        """The line or the emergency number of the place, whatever form or question is open."""
        kind = turn.message.get("safety")
        if kind not in (HARM, DANGER):
            kind = turn.intent
        floor = turn.slots.get("floor") or {}
        said = int(floor.get("said", 0)) if floor.get("kind") == kind else 0
        turn.set("floor", {"kind": kind, "said": said + 1})
        turn.set("offered", None)
        if kind == DANGER:
            danger_instruction(turn, said)
            return
        turn.set("self_harm_raised", "yes")
        other = speaks_of_another(turn)
        if said:
            turn.say("utter_self_harm_again", variant=said - 1)
        else:
            turn.say(
                "utter_self_harm_acknowledge_other"
                if other
                else "utter_self_harm_acknowledge_accused"
                if turn.known.accused
                else "utter_self_harm_acknowledge"
            )
        tell_crisis(turn)
        country_hint(turn)
        turn.say("utter_self_harm_ask_other" if other else "utter_self_harm_ask", variant=said)


def speaks_of_another(turn: Turn) -> bool:
    """Whether it is somebody else whose life is at risk: as this message says, else as was told before."""
    text = str(turn.message.get("text") or "").lower()
    if re.search(r"\b(?:him|her|them)sel(?:f|ves)\b", text) and "myself" not in text:
        return True
    who = turn.entity("who") or turn.slots.get("who")
    return who in ("someone_else", "child_in_care")


def country_hint(turn: Turn) -> None:
    """Without a known country, say that naming it brings the right number (rule R29)."""
    if turn.slots.get("place") in (None, "skipped"):
        turn.say("utter_say_country", variant=turn.count("say_country"))


def danger_instruction(turn: Turn, said: int) -> None:
    """One instruction at a time, the emergency number always in it, no question."""
    number = emergency_number(turn.slots.get("place"))
    content: dict[str, Any] = {"type": "safety", "kind": DANGER, "emergency": number, "items": []}
    step = min(said, DANGER_STEPS - 1)
    if number:
        turn.say(f"utter_danger_{step}", number=number, custom=content, variant=max(0, said - step))
    else:
        turn.say(f"utter_danger_anywhere_{step}", custom=content, variant=max(0, said - step))


class ActionFloor(GuideAction):
    """Stays with the person after a word about self-harm or danger, until they want to go on."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_floor"

    def answer(self, turn: Turn) -> None:
        """The next thing that helps here; "go on" gives the floor back."""
        floor = dict(turn.slots.get("floor") or {})
        wish = turn.entity("floor")
        if floor.get("kind") == DANGER:
            self._danger(turn, floor, wish)
        else:
            self._self_harm(turn, floor, wish)

    def _danger(self, turn: Turn, floor: dict[str, Any], wish: Any) -> None:
        if wish in ("safe_now", "go_on", "misunderstood"):
            turn.say("utter_danger_over", variant=turn.count("danger_over"))
            if turn.known.partner_context:
                tell_domestic_violence(turn)
            release(turn)
            return
        said = int(floor.get("said", 1))
        turn.set("floor", {**floor, "said": said + 1})
        danger_instruction(turn, said)

    def _self_harm(self, turn: Turn, floor: dict[str, Any], wish: Any) -> None:
        said = int(floor.get("said", 1))
        turn.set("floor", {**floor, "said": said + 1})
        if "place" in ((turn.slots.get("noted") or {}).get("slots") or []):
            tell_crisis(turn)
            turn.say("utter_self_harm_stay", variant=said)
        elif wish == "go_on":
            turn.say("utter_floor_go_on", variant=turn.count("floor_go_on"))
            release(turn)
        elif wish in ("misunderstood", "safe_now") or turn.intent == "deny":
            # One denial does not put the line away (rule R28); the question comes back softly later.
            tell_crisis(turn, "utter_intro_crisis_stays")
            turn.say("utter_misunderstood", variant=turn.count("floor_misunderstood"))
            release(turn)
        elif wish == "grounding":
            turn.say("utter_grounding", variant=turn.count("grounding"))
        elif wish == "safety_plan":
            turn.say("utter_safety_plan", variant=turn.count("safety_plan"))
        elif turn.intent == "affirm" or wish == "want_help":
            number = emergency_number(turn.slots.get("place"))
            if number:
                turn.say("utter_self_harm_yes", number=number, variant=turn.count("self_harm_yes"))
            else:
                turn.say("utter_self_harm_yes_anywhere", variant=turn.count("self_harm_yes"))
        else:
            if said % 3 == 2:
                tell_crisis(turn, "utter_intro_crisis_stays")
            turn.say("utter_self_harm_stay", variant=said)


def release(turn: Turn) -> None:
    """Give the floor back: the form that waited goes on, asking again without reading this message."""
    turn.set("floor", None)
    if turn.known.minor and not turn.slots.get("minor_told"):
        turn.set("minor_told", True)
        turn.say("utter_minor_never")
    if turn.loop:
        turn.restart_loop(turn.loop)
    elif turn.slots.get("plan_shown"):
        from actions.plan import offer_next

        offer_next(turn)
    elif next_slot(turn) is not None:
        turn.follow("triage_form")


class ActionMinor(GuideAction):
    """Switches to the path for under-18 images at once (rules R01 to R05)."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_minor"

    def answer(self, turn: Turn) -> None:
        """What must not be done with the image, no blame, and on with what is still needed."""
        turn.set("minor_told", True)
        other = turn.slots.get("who") in ("someone_else", "child_in_care")
        turn.say("utter_minor_switch_other" if other else "utter_minor_switch")
        turn.say("utter_minor_never")
        if turn.slots.get("plan_shown") and not turn.loop:
            from actions.plan import show_plan

            show_plan(turn)
        elif turn.loop:
            turn.restart_loop(turn.loop)
        else:
            go_on(turn)


class ActionLeave(GuideAction):
    """Says goodbye in three words; the channel erases the conversation when it sees the exit."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_leave"

    def answer(self, turn: Turn) -> None:
        """Three words and the exit."""
        from bot.settings import settings

        turn.say("utter_exit", custom={"type": "exit", "reason": "left", "url": settings.exit_url})


class ActionComfort(GuideAction):
    """Answers distress without a sign of self-harm: short, then something that helps now."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_comfort"

    def answer(self, turn: Turn) -> None:
        """One or two sentences (rule R33), a way to slow down, then on with the flow."""
        turn.say("utter_comfort", variant=turn.count("comfort"))
        if turn.loop is None:
            if turn.slots.get("plan_shown") and "afraid" in ((turn.slots.get("noted") or {}).get("slots") or []):
                go_on(turn)
            elif turn.slots.get("plan_shown"):
                turn.say("utter_after_answer", variant=turn.count("after_answer"))
            else:
                go_on(turn)
