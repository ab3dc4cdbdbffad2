"""The four steps: card after card, with Done, Skip, Tell me more and Later; the state is kept."""

from __future__ import annotations

from typing import Any

import pytest
from action_turns import ADULT, TOLD, Answer, chosen, follows, message, noted, run, tracker

from actions.base import STEPS, Turn
from actions.cards import tell_tips
from bot.directory import Directory
from bot.plan import Known
from bot.plan.cards import cards

REJECTED = "action_execution_rejected"
PARTNER = TOLD | {"offender": "partner", "afraid": "yes"}
FOUR = [f'/choose{{"card": "{answer}"}}' for answer in ("done", "skip", "more", "later")]
WITHOUT_MORE = [payload for payload in FOUR if "more" not in payload]


def ids(step: str, slots: dict[str, Any]) -> list[str]:
    """The cards of a step, in order."""
    return [card.id for card in cards(step, Known.from_slots(slots))]


async def give(step: str, given: str, slots: dict[str, Any], **where: Any) -> Answer:
    """The person answers the card in view."""
    slot = f"{step}_card"
    place: dict[str, Any] = {"loop": f"{step}_form", "requested": slot} | where
    return await run(f"validate_{step}_form", chosen(card=given), slots | {slot: given} | noted(slot), **place)


async def show(step: str, slots: dict[str, Any], **where: Any) -> Answer:
    """The card in view is shown."""
    return await run(f"action_ask_{step}_card", where.pop("said", message()), slots, loop=f"{step}_form", **where)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("given", "state"), [("done", "done"), ("skip", "skipped")])
async def test_a_card_is_answered(step: str, given: str, state: str) -> None:
    first = ids(step, TOLD)[0]
    answer = await give(step, given, TOLD)
    assert answer.messages == []
    assert answer.changes == {
        "current_step": step,
        "progress": {first: state},
        "card_view": None,
        f"{step}_card": None,
        "requested_slot": f"{step}_card",
    }


@pytest.mark.parametrize("step", STEPS)
async def test_more_and_later_leave_the_card_open(step: str) -> None:
    more, later = await give(step, "more", TOLD), await give(step, "later", TOLD)
    assert more.changes == {
        "current_step": step, "card_view": "more", f"{step}_card": None, "requested_slot": f"{step}_card",
    }  # fmt: skip
    assert later.changes == {
        "current_step": step, "card_view": None, f"{step}_card": None, "requested_slot": None,
    }  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
async def test_the_last_card_ends_the_step(step: str) -> None:
    *before, last = ids(step, TOLD)
    slots = TOLD | {"progress": dict.fromkeys(before, "done"), "current_step": step}
    answer = await give(step, "done", slots)
    assert answer.slots["progress"][last] == "done"
    assert answer.slots["requested_slot"] is None


@pytest.mark.parametrize("step", STEPS)
async def test_every_card_is_reached_and_shown_once(step: str) -> None:
    slots: dict[str, Any] = dict(TOLD)
    shown = []
    for _ in range(60):
        card = await show(step, slots | noted(f"{step}_card"), said=chosen(card="done"))
        content = card.custom("steps")
        shown.append(content["card"])
        assert (content["step"], content["number"], content["of"]) == (step, len(shown), len(ids(step, TOLD)))
        assert content["text"] == card.texts[-1]
        answer = await give(step, "done", card.slots)
        slots = answer.slots
        if slots["requested_slot"] is None:
            break
    assert shown == ids(step, TOLD)
    ended = await run("action_step_ended", slots=slots)
    assert (ended.keys[0], ended.slots["current_step"]) == ("utter_step_done", None)


async def test_an_answer_that_another_action_has_used_is_not_taken_for_the_card() -> None:
    answer = await give("report", "done", TOLD, done=["action_continue"])
    assert "progress" not in answer.changes


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("intent", ["ask_law", "talk_to_human", "feeling_distress", "report_shared", "choose"])
async def test_a_step_gives_way(step: str, intent: str) -> None:
    answer = await run(f"validate_{step}_form", message(intent), TOLD, loop=f"{step}_form", requested=f"{step}_card")
    assert [event["event"] for event in answer.events] == [REJECTED]


@pytest.mark.parametrize("step", STEPS)
async def test_the_first_card_begins_the_step(step: str) -> None:
    answer = await show(step, TOLD)
    assert answer.keys[0] == "utter_step_begins"
    assert answer.payloads in (FOUR, [FOUR[0], FOUR[2], FOUR[3]])
    assert answer.slots["card_shown"] == ids(step, TOLD)[0]


async def test_what_the_directory_knows_comes_before_the_question_of_the_card(seed: Directory) -> None:
    answer = await show("report", TOLD)
    instagram = seed.platform("instagram")
    assert instagram is not None
    assert answer.keys == ["utter_step_begins", "utter_intro_platform", "utter_card_report_platform_form"]
    assert str(instagram.report.ncii_url) in answer.texts[1]
    assert "source: " in answer.texts[1]
    assert answer.custom("resources")["purpose"] == "platform"
    assert answer.payloads == FOUR


async def test_more_says_the_detail_without_the_facts() -> None:
    answer = await show("report", TOLD | {"card_view": "more", "asked": {"card:x": 1}})
    assert answer.keys == ["utter_card_report_platform_form_more"]
    assert answer.payloads == WITHOUT_MORE
    assert answer.custom("steps")["view"] == "more"


async def test_after_an_interruption_the_card_comes_back_in_short() -> None:
    first = await show("report", TOLD)
    again = await show("report", first.slots, said=message("ask_law"), done=["action_answer_question"])
    assert again.keys == ["utter_card_back"]
    assert first.texts[-1] in again.text
    assert again.payloads == FOUR


async def test_without_a_card_there_is_nothing_to_show() -> None:
    answer = await show("report", TOLD | {"progress": dict.fromkeys(ids("report", TOLD), "done")})
    assert (answer.messages, answer.events) == ([], [])


GATES = [("report", "report:report_partner_gate"), ("accounts", "accounts:accounts_partner_gate")]


@pytest.mark.parametrize(("step", "gate"), GATES)
async def test_with_a_partner_the_step_begins_at_the_gate_with_a_line(step: str, gate: str) -> None:
    """Rules R19 and R20."""
    answer = await show(step, PARTNER)
    assert ids(step, PARTNER)[0] == gate
    assert answer.keys == ["utter_step_begins", "utter_intro_dv", f"utter_card_{gate.split(':')[1]}"]
    assert answer.payloads == [FOUR[0], FOUR[2], FOUR[3]]
    titles = [button["title"] for button in answer.messages[-1]["buttons"]]
    assert titles == ["Go on with care", "Tell me more", "Not now"]


@pytest.mark.parametrize(("step", "gate"), GATES)
async def test_not_now_at_the_gate_puts_the_step_off(step: str, gate: str) -> None:
    answer = await give(step, "later", PARTNER)
    assert (answer.slots["requested_slot"], answer.slots.get("progress")) == (None, None)


CREATOR = TOLD | {"situations": ["creator"]}


async def test_who_took_it_is_asked_before_copyright() -> None:
    """Rule R41: nobody claims copyright of a picture that they did not take."""
    before = ids("report", CREATOR)
    at = before.index("report:report_who_took")
    slots = CREATOR | {"progress": dict.fromkeys(before[:at], "done")}
    card = await show("report", slots)
    assert [button["title"] for button in card.messages[-1]["buttons"]][:2] == ["I took it", "Somebody else took it"]
    mine, not_mine = await give("report", "done", slots), await give("report", "skip", slots)
    added = {name: state for name, state in not_mine.slots["progress"].items() if name not in before[:at]}
    assert added == {
        "report:report_who_took": "skipped",
        "report:report_copyright_privacy": "skipped",
        "report:report_copyright": "skipped",
    }
    assert set(mine.slots["progress"]) == {*before[:at], "report:report_who_took"}


ENDED = [
    pytest.param("done", {}, ["utter_step_done", "utter_offer_step"], "step:report", id="finished"),
    pytest.param("later", {}, ["utter_step_later", "utter_offer_step"], "step:report", id="put off"),
    pytest.param(
        "done", {"self_harm_raised": "yes"}, ["utter_step_done", "utter_crisis_check_again"], "crisis_check",
        id="a soft question after a word about self-harm",
    ),
    pytest.param(
        "done", {"self_harm_raised": "checked"}, ["utter_step_done", "utter_offer_step"], "step:report",
        id="asked softly only once",
    ),
    pytest.param(
        "done", {"pending_needs": ["ask_law"]}, ["utter_step_done", "utter_also_asked"], "need:ask_law",
        id="a queued question",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("how", "slots", "keys", "offered"), ENDED)
async def test_what_follows_a_step(how: str, slots: dict[str, Any], keys: list[str], offered: str) -> None:
    """Rule R28."""
    progress = dict.fromkeys(ids("evidence", TOLD), "done") if how == "done" else {}
    before = TOLD | {"current_step": "evidence", "plan_shown": True, "progress": progress} | slots
    answer = await run("action_step_ended", slots=before, done=["evidence_form"])
    assert (answer.keys, answer.slots["offered"], answer.others) == (keys, offered, [])
    assert (answer.slots["current_step"], answer.slots["card_view"]) == (None, None)


async def test_after_all_four_steps_the_end_is_offered() -> None:
    everything = [identity for step in STEPS for identity in ids(step, TOLD)]
    slots = TOLD | {"current_step": "accounts", "plan_shown": True, "progress": dict.fromkeys(everything, "done")}
    answer = await run("action_step_ended", slots=slots)
    assert (answer.keys, answer.slots["offered"]) == (["utter_step_done", "utter_all_steps_done"], "end")


async def test_what_becomes_known_changes_the_cards_and_keeps_the_progress() -> None:
    first = ids("report", TOLD)[0]
    slots = TOLD | {"progress": {first: "done"}, "platforms": ["instagram", "reddit"]}
    answer = await show("report", slots | noted("report_card"))
    assert answer.custom("steps")["card"] == "report:report_platform_form:reddit"


@pytest.mark.parametrize("age", ["minor", "unsure", "skipped", None])
async def test_no_card_shows_the_tips_of_a_site_where_a_minor_may_be_concerned(age: str | None) -> None:
    """Rule R02: the tips may speak of pictures of the screen."""
    slots = ADULT | {"age": age, "platforms": ["instagram", "snapchat"], "place": "US-TX"}
    told: list[str] = []
    progress: dict[str, str] = {}
    for identity in ids("evidence", slots):
        told += (await show("evidence", slots | {"progress": progress} | noted("evidence_card"))).keys
        progress = progress | {identity: "done"}
    assert "utter_intro_tips" not in told
    assert told


@pytest.mark.parametrize(("age", "told"), [("adult", True), ("minor", False), ("unsure", False), (None, False)])
def test_the_tips_of_a_site_are_for_adults(age: str | None, told: bool) -> None:
    turn = Turn(tracker(slots=TOLD | {"age": age}))
    assert tell_tips(turn, "snapchat") is told
    assert len(turn.messages) == int(told)


async def test_an_adult_is_shown_the_tips_of_a_site(seed: Directory) -> None:
    slots = TOLD | {"platforms": ["snapchat"]}
    before = ids("evidence", slots)
    at = before.index("evidence:evidence_platform:snapchat")
    answer = await show("evidence", slots | {"progress": dict.fromkeys(before[:at], "done")} | noted("evidence_card"))
    snapchat = seed.platform("snapchat")
    assert snapchat is not None
    tips = [tip.tip for tip in snapchat.evidence_tips if tip.confirmed][:3]
    assert tips and all(f"• {tip}" in answer.text for tip in tips)


async def test_choosing_a_step_that_is_done_says_so() -> None:
    slots = TOLD | {"plan_shown": True, "progress": dict.fromkeys(ids("evidence", TOLD), "done")}
    answer = await run("action_choose", chosen(step="evidence"), slots)
    assert answer.keys == ["utter_step_was_done", "utter_offer_step"]
    assert answer.others == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("loop", [None, "triage_form", "evidence_form"])
async def test_a_step_is_begun_by_button_from_anywhere(step: str, loop: str | None) -> None:
    answer = await run("action_choose", chosen(step=step), TOLD | {"plan_shown": True}, loop=loop)
    assert answer.messages == []
    assert answer.others[-1:] == follows(f"{step}_form")
    left = [{"event": "active_loop"}] if loop and loop != f"{step}_form" else []
    assert answer.others[:-1] == left
