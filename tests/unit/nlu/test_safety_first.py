"""Which safety action a message calls for, in every state of the conversation (rules R26, R48)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlu.safety_first import FLOOR, LEAVE, MINOR, SAFETY, safety_action

HELD: dict[str, Any] = {"floor": {"kind": "self_harm_risk", "said": 1}}
IN_DANGER: dict[str, Any] = {"floor": {"kind": "immediate_danger", "said": 2}}
TOLD: dict[str, Any] = {"minor_told": True}


def said(intent: str, safety: str | None = None, **entities: str) -> dict[str, Any]:
    """A parsed message."""
    return {
        "intent": {"name": intent},
        "safety": safety,
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }


CASES = [
    pytest.param(said("report_shared"), {}, None, id="a situation"),
    pytest.param(said("ask_law"), TOLD, None, id="a question"),
    pytest.param(said("feeling_distress"), {}, None, id="distress has a rule"),
    pytest.param(said("stop_or_quick_exit"), {}, LEAVE, id="leave"),
    pytest.param(said("stop_or_quick_exit", "immediate_danger"), IN_DANGER, LEAVE, id="leave in danger"),
    pytest.param(said("stop_or_quick_exit", "self_harm_risk"), HELD, LEAVE, id="leave on the floor"),
    pytest.param(said("self_harm_risk", "self_harm_risk"), {}, SAFETY, id="self-harm"),
    pytest.param(said("report_shared", "self_harm_risk"), {}, SAFETY, id="self-harm inside a situation"),
    pytest.param(said("affirm", "self_harm_risk"), HELD, SAFETY, id="self-harm on the floor"),
    pytest.param(said("immediate_danger", "immediate_danger"), {}, SAFETY, id="danger"),
    pytest.param(said("immediate_danger"), {}, SAFETY, id="danger by button"),
    pytest.param(said("self_harm_risk"), {}, SAFETY, id="self-harm by button"),
    pytest.param(said("i_am_minor", "immediate_danger"), {}, SAFETY, id="danger before minor"),
    pytest.param(said("report_shared", "minor"), {}, MINOR, id="a minor inside a situation"),
    pytest.param(said("i_am_minor"), {}, MINOR, id="a minor by intent"),
    pytest.param(said("i_am_minor", "minor"), TOLD, None, id="a minor who was answered has a rule"),
    pytest.param(said("ask_law", "minor"), TOLD, None, id="a question of a minor who was answered"),
    pytest.param(said("i_am_minor", "minor"), HELD, FLOOR, id="a minor on the floor"),
    pytest.param(said("report_shared"), HELD, FLOOR, id="the floor is held"),
    pytest.param(said("nlu_fallback"), IN_DANGER, FLOOR, id="the danger floor is held"),
    pytest.param(said("talk_to_human"), HELD, FLOOR, id="a person, please, on the floor"),
    pytest.param(said("delete_my_data"), HELD, None, id="delete ends the floor"),
    pytest.param(said("start_over"), IN_DANGER, None, id="start over ends the floor"),
    pytest.param(said("delete_my_data", "self_harm_risk"), HELD, SAFETY, id="delete with self-harm"),
    pytest.param(said("choose", floor="want_help"), {}, FLOOR, id="help button after going on"),
    pytest.param(said("choose", floor="grounding"), {}, FLOOR, id="grounding button after going on"),
    pytest.param(said("choose", floor="safety_plan"), {}, FLOOR, id="plan button after going on"),
    pytest.param(said("choose", floor="go_on"), {}, None, id="go on, when nothing is held"),
    pytest.param(said("choose", floor="misunderstood"), {}, None, id="misunderstood, when nothing is held"),
    pytest.param(said("choose", floor="go_on"), HELD, FLOOR, id="go on, on the floor"),
    pytest.param(said("choose", who="me"), {}, None, id="a button of the triage"),
    pytest.param({}, {}, None, id="nothing"),
    pytest.param({}, HELD, FLOOR, id="nothing, on the floor"),
    pytest.param({"intent": None, "entities": None, "safety": None}, {}, None, id="empty fields"),
]


@pytest.mark.parametrize(("parse", "slots", "action"), CASES)
def test_safety_comes_first(parse: dict[str, Any], slots: dict[str, Any], action: str | None) -> None:
    assert safety_action(parse, slots) == action
