"""Which safety action a message calls for: a pure rule, read by the policy and by the tests."""

from __future__ import annotations

from typing import Any

LEAVE = "action_leave"
SAFETY = "action_safety"
FLOOR = "action_floor"
MINOR = "action_minor"
# Buttons of the floor that still work after the person has gone on.
STAYS_WITH_YOU = ("want_help", "grounding", "safety_plan")
MINOR_TOLD = {("age", "minor"), ("who", "child_in_care")}
OURS = (LEAVE, SAFETY, FLOOR, MINOR)


def safety_action(parse: dict[str, Any], slots: dict[str, Any]) -> str | None:
    """The safety action that a message calls for, or None.

    `parse` is the parsed message (intent, safety), `slots` the values after the message was taken in.
    Rules R26, R48: leaving and danger to life come first, in every state of the conversation.
    """
    intent = (parse.get("intent") or {}).get("name")
    if intent == "stop_or_quick_exit":
        return LEAVE
    safety = parse.get("safety") or (intent if intent in ("self_harm_risk", "immediate_danger") else None)
    told = {(item.get("entity"), str(item.get("value"))) for item in parse.get("entities") or []}
    in_danger = (slots.get("floor") or {}).get("kind") == "immediate_danger"
    if in_danger and ("floor", "safe_now") in told and safety == "immediate_danger":
        # "He is gone, I am safe now" speaks of the danger that is over.
        return FLOOR
    if safety in ("self_harm_risk", "immediate_danger"):
        return SAFETY
    if intent == "choose" and any(("floor", value) in told for value in STAYS_WITH_YOU):
        return FLOOR
    if slots.get("floor") and intent not in ("delete_my_data", "start_over"):
        return FLOOR
    under_18 = safety == "minor" or intent == "i_am_minor" or not told.isdisjoint(MINOR_TOLD)
    if under_18 and not slots.get("minor_told"):
        return MINOR
    return None
