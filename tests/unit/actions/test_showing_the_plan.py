"""The plan in words and as content, what belongs beside it, and the one question after it."""

from __future__ import annotations

from typing import Any

import pytest
from action_turns import ADULT, TOLD, message, run

from actions.base import STEPS
from bot.nlg.wording import Wording
from bot.plan import Known, plan

PARTNER = TOLD | {"offender": "partner", "afraid": "yes"}
THREAT = TOLD | {"situations": ["threatened"]}


@pytest.mark.parametrize(
    "slots",
    [
        pytest.param(TOLD, id="shared by a stranger"),
        pytest.param(PARTNER, id="a partner"),
        pytest.param(THREAT, id="a threat"),
        pytest.param(TOLD | {"age": "minor"}, id="a minor"),
        pytest.param(TOLD | {"who": "accused"}, id="accused"),
        pytest.param(TOLD | {"who": "child_in_care"}, id="a child in care"),
        pytest.param(ADULT | {"situations": ["unsure"]}, id="not sure whether it is out"),
        pytest.param(TOLD | {"situations": ["creator"], "goal": "accountable"}, id="a creator"),
    ],
)
async def test_the_plan_is_shown_in_words_and_as_content(slots: dict[str, Any]) -> None:
    answer = await run("action_plan", slots=slots)
    made, wording = plan(Known.from_slots(slots)), Wording()
    shown = answer.custom("plan")
    assert shown == {
        "type": "plan",
        "items": [
            {
                "id": item.id,
                "step": item.step,
                "what": wording.text(f"utter_plan_{item.id}"),
                "why": wording.text(f"utter_reason_{item.reason}"),
            }
            for item in made.items
        ],
        "steps": list(made.steps),
        "state": dict.fromkeys(STEPS, "open"),
    }
    lines = [f"{number}. {item['what']} {item['why']}" for number, item in enumerate(shown["items"], start=1)]
    assert answer.texts[0] == "\n".join([wording.text(f"utter_plan_intro_{made.intro}"), *lines])
    assert answer.slots["plan_shown"] is True


@pytest.mark.parametrize(
    ("slots", "keys", "offered"),
    [
        pytest.param(TOLD, ["utter_plan_intro_shared", "utter_offer_step"], "step:evidence", id="a stranger"),
        pytest.param(
            PARTNER, ["utter_plan_intro_partner", "utter_intro_dv", "utter_offer_step"], "step:evidence",
            id="danger at home brings a line",
        ),
        pytest.param(
            PARTNER | {"afraid": "no"}, ["utter_plan_intro_partner", "utter_offer_step"], "step:evidence",
            id="a partner nobody fears brings none",
        ),
        pytest.param(
            THREAT, ["utter_plan_intro_threat", "utter_crisis_check"], "crisis_check", id="a threat brings the check"
        ),
        pytest.param(
            TOLD | {"age": "minor"}, ["utter_plan_intro_minor", "utter_crisis_check"], "crisis_check",
            id="a minor brings the check",
        ),
        pytest.param(
            TOLD | {"who": "accused"}, ["utter_plan_intro_accused", "utter_crisis_check"], "crisis_check",
            id="the accused are asked too",
        ),
        pytest.param(
            THREAT | {"self_harm_raised": "yes"}, ["utter_plan_intro_threat", "utter_offer_step"], "step:evidence",
            id="it was spoken of before",
        ),
        pytest.param(
            THREAT | {"who": "someone_else"}, ["utter_plan_intro_helper", "utter_offer_step"], "step:evidence",
            id="a helper is not checked",
        ),
        pytest.param(
            TOLD | {"plan_shown": True}, ["utter_plan_again", "utter_offer_step"], "step:evidence", id="shown before"
        ),
        pytest.param(
            TOLD | {"pending_needs": ["ask_law"]}, ["utter_plan_intro_shared", "utter_also_asked"], "need:ask_law",
            id="a queued question comes first",
        ),
        pytest.param(
            TOLD | {"goal": "accountable", "platforms": ["not_online"]},
            ["utter_plan_intro_shared", "utter_offer_step"], "step:evidence", id="evidence comes before the police",
        ),
    ],
)  # fmt: skip
async def test_what_stands_beside_the_plan(slots: dict[str, Any], keys: list[str], offered: str) -> None:
    """Rules R15 and R20."""
    answer = await run("action_plan", slots=slots)
    assert (answer.keys, answer.slots["offered"], answer.others) == (keys, offered, [])


async def test_the_check_is_made_once() -> None:
    first = await run("action_plan", slots=THREAT)
    again = await run("action_plan", slots=first.slots)
    assert (first.keys[-1], first.slots["self_harm_raised"]) == ("utter_crisis_check", "asked")
    assert again.keys == ["utter_plan_again", "utter_offer_step"]


async def test_a_question_that_waits_for_the_place_is_not_lost_with_the_plan() -> None:
    answer = await run("action_plan", slots=TOLD | {"pending_question": "ask_law", "place": "skipped"})
    assert answer.keys == ["utter_plan_intro_shared", "utter_also_asked"]
    assert (answer.slots["pending_question"], answer.slots["offered"]) == (None, "need:ask_law")


async def test_the_next_steps_are_offered_in_the_order_of_the_plan() -> None:
    slots = TOLD | {"situations": ["hacked"], "plan_shown": True}
    answer = await run("action_menu", message("help_menu"), slots)
    order = plan(Known.from_slots(slots)).steps
    assert answer.payloads == [*(f'/choose{{"step": "{step}"}}' for step in order), '/choose{"topic": "end"}']
