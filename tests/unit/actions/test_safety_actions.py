"""Self-harm, danger, a minor, leaving: what is said before everything else (rules R26 to R31, R48)."""

from __future__ import annotations

from typing import Any

import pytest
from action_turns import TOLD, chosen, follows, found, message, noted, run

from actions.resources import emergency_number
from bot.directory import Directory
from bot.settings import settings

HARM = message("self_harm_risk", safety="self_harm_risk")
DANGER = message("immediate_danger", safety="immediate_danger")
HELD: dict[str, Any] = {"floor": {"kind": "self_harm_risk", "said": 1}, "self_harm_raised": "yes"}
IN_DANGER: dict[str, Any] = {"floor": {"kind": "immediate_danger", "said": 1}}
FORMS = ["triage_form", "evidence_form", "report_form", "accounts_form", "counsel_form"]


@pytest.mark.parametrize("code", ["US-TX", "GB-SCT", "IE", "AU-NSW", "FR", "DE", "CA-ON", "IN"])
async def test_self_harm_brings_a_confirmed_line_of_the_place(code: str, seed: Directory) -> None:
    answer = await run("action_safety", HARM, {"place": code})
    assert answer.keys == ["utter_self_harm_acknowledge", "utter_intro_crisis", "utter_self_harm_ask"]
    numbers = [s.shown_phone or s.shown_text or s.chat or s.url for s in seed.services(code, "crisis")]
    assert numbers and all(str(number) in answer.texts[1] for number in numbers[:1])
    assert str(emergency_number(code)) in answer.texts[1]
    shown = answer.custom("safety")
    assert (shown["kind"], shown["emergency"]) == ("self_harm_risk", emergency_number(code))
    assert answer.changes == {
        "floor": {"kind": "self_harm_risk", "said": 1},
        "offered": None,
        "self_harm_raised": "yes",
    }


@pytest.mark.parametrize("place", [None, "skipped"])
async def test_without_a_place_the_worldwide_list_and_a_hint(place: str | None, seed: Directory) -> None:
    answer = await run("action_safety", HARM, {"place": place})
    assert answer.keys == [
        "utter_self_harm_acknowledge",
        "utter_intro_crisis",
        "utter_say_country",
        "utter_self_harm_ask",
    ]
    assert seed.services("ZZ", "crisis")[0].name in answer.texts[1]


@pytest.mark.parametrize("who", ["someone_else", "child_in_care"])
async def test_self_harm_of_somebody_else(who: str) -> None:
    answer = await run("action_safety", HARM, {"place": "US", "who": who})
    assert answer.keys == ["utter_self_harm_acknowledge_other", "utter_intro_crisis", "utter_self_harm_ask_other"]


async def test_self_harm_said_again_is_answered_in_other_words_with_the_line() -> None:
    slots: dict[str, Any] = {"place": "US"}
    texts = []
    for _ in range(4):
        answer = await run("action_safety", HARM, slots)
        slots = answer.slots
        texts.append(answer.texts[0])
        assert answer.keys[1:] == ["utter_intro_crisis", "utter_self_harm_ask"]
        assert "988" in answer.text
    assert len(set(texts)) == 4
    assert slots["floor"] == {"kind": "self_harm_risk", "said": 4}


async def test_a_minor_is_shown_a_line_for_young_people_first(seed: Directory) -> None:
    answer = await run("action_safety", HARM, {"place": "GB-ENG", "age": "minor"})
    children = {service.name for service in seed.services("GB-ENG", "child", limit=None)}
    assert answer.custom("safety")["items"][0]["name"] in children


@pytest.mark.parametrize("loop", FORMS)
async def test_a_form_stays_open_behind_the_floor(loop: str) -> None:
    answer = await run("action_safety", HARM, {"place": "US"}, loop=loop, requested="who")
    assert answer.others == []


@pytest.mark.parametrize(
    ("said", "key"),
    [
        pytest.param(chosen(floor="want_help"), "utter_self_harm_yes", id="wants help"),
        pytest.param(message("affirm"), "utter_self_harm_yes", id="yes"),
        pytest.param(chosen(floor="grounding"), "utter_grounding", id="the next minutes"),
        pytest.param(chosen(floor="safety_plan"), "utter_safety_plan", id="a safety plan"),
        pytest.param(message("feeling_distress"), "utter_self_harm_stay", id="anything else"),
    ],
)
async def test_the_floor_stays_with_them(said: dict[str, Any], key: str) -> None:
    answer = await run("action_floor", said, HELD | {"place": "US"}, loop="triage_form")
    assert answer.keys == [key]
    assert answer.changes == {"floor": {"kind": "self_harm_risk", "said": 2}}
    assert answer.others == []
    assert '/choose{"floor": "go_on"}' in answer.payloads


async def test_a_yes_names_the_emergency_number_and_without_a_place_says_local() -> None:
    here = await run("action_floor", message("affirm"), HELD | {"place": "US"})
    anywhere = await run("action_floor", message("affirm"), HELD)
    assert "911" in here.text
    assert anywhere.keys == ["utter_self_harm_yes_anywhere"]


async def test_the_safety_plan_goes_on_with_each_next() -> None:
    texts, slots = [], HELD
    for _ in range(4):
        answer = await run("action_floor", chosen(floor="safety_plan"), slots)
        texts.append(answer.text)
        slots = answer.slots
    assert len(set(texts)) == 4


async def test_the_line_comes_again_from_time_to_time() -> None:
    shown, slots = [], HELD | {"place": "US"}
    for _ in range(4):
        answer = await run("action_floor", message("nlu_fallback"), slots)
        shown.append("utter_intro_crisis_stays" in answer.keys)
        slots = answer.slots
    assert shown == [False, True, False, False]


async def test_a_place_told_on_the_floor_brings_the_lines_of_it() -> None:
    said = message("inform_location", found("place", "US"))
    answer = await run("action_floor", said, HELD | {"place": "US"} | noted("place"))
    assert answer.keys == ["utter_intro_crisis", "utter_self_harm_stay"]
    assert "988" in answer.text


@pytest.mark.parametrize(
    "said", [pytest.param(chosen(floor="misunderstood"), id="button"), pytest.param(message("deny"), id="no")]
)
async def test_one_denial_does_not_put_the_line_away(said: dict[str, Any]) -> None:
    """Rule R28."""
    answer = await run("action_floor", said, HELD | {"place": "US"}, loop="triage_form")
    assert answer.keys == ["utter_intro_crisis_stays", "utter_misunderstood"]
    assert "988" in answer.text
    assert answer.slots["self_harm_raised"] == "yes"
    assert answer.changes["floor"] is None
    assert answer.others == follows("triage_form")


RELEASED = [
    pytest.param({}, None, ["utter_floor_go_on"], follows("triage_form"), id="before the triage"),
    pytest.param({}, "triage_form", ["utter_floor_go_on"], follows("triage_form"), id="inside the triage"),
    pytest.param({}, "report_form", ["utter_floor_go_on"], follows("report_form"), id="inside a step"),
    pytest.param(TOLD | {"plan_shown": True}, None, ["utter_floor_go_on", "utter_offer_step"], [], id="after the plan"),
]


@pytest.mark.parametrize(("slots", "loop", "keys", "others"), RELEASED)
async def test_go_on_leads_back_to_where_they_were(
    slots: dict[str, Any], loop: str | None, keys: list[str], others: list[dict[str, Any]]
) -> None:
    answer = await run("action_floor", chosen(floor="go_on"), HELD | slots, loop=loop)
    assert (answer.keys, answer.others, answer.changes["floor"]) == (keys, others, None)


@pytest.mark.parametrize("place", [None, "skipped", "US-TX", "GB-SCT", "FR", "JP"])
async def test_danger_is_one_instruction_at_a_time_without_a_question(place: str | None) -> None:
    slots: dict[str, Any] = {"place": place}
    number = emergency_number(place) if place not in (None, "skipped") else None
    keys = []
    for turn in range(6):
        said = DANGER if turn % 2 == 0 else message("nlu_fallback")
        answer = await run("action_safety" if turn % 2 == 0 else "action_floor", said, slots)
        slots = answer.slots
        keys += answer.keys
        assert "?" not in answer.text
        assert len(answer.texts) == 1
        assert answer.others == []
        assert answer.custom("safety") == {
            "type": "safety", "kind": "immediate_danger", "emergency": number, "items": [],
        }  # fmt: skip
        if number:
            assert number in answer.text
        else:
            assert "emergency" in answer.text or "Call" in answer.text
    family = "utter_danger" if number else "utter_danger_anywhere"
    assert keys == [f"{family}_0", f"{family}_1", *[f"{family}_2"] * 4]
    assert slots["floor"] == {"kind": "immediate_danger", "said": 6}


async def test_danger_after_self_harm_begins_at_its_first_instruction() -> None:
    answer = await run("action_safety", DANGER, HELD | {"place": "US"})
    assert answer.keys == ["utter_danger_0"]
    assert answer.slots["floor"] == {"kind": "immediate_danger", "said": 1}


@pytest.mark.parametrize("wish", ["safe_now", "go_on", "misunderstood"])
async def test_danger_is_over_only_by_a_word_of_its_own(wish: str) -> None:
    answer = await run("action_floor", chosen(floor=wish), IN_DANGER | {"place": "US"}, loop="report_form")
    assert (answer.keys, answer.changes["floor"]) == (["utter_danger_over"], None)
    assert answer.others == follows("report_form")


@pytest.mark.parametrize("intent", ["affirm", "deny", "thank_you", "report_shared", "choose", "greet"])
async def test_danger_is_not_over_by_anything_else(intent: str) -> None:
    answer = await run("action_floor", message(intent), IN_DANGER | {"place": "US"})
    assert answer.keys == ["utter_danger_1"]
    assert answer.slots["floor"] == {"kind": "immediate_danger", "said": 2}


async def test_after_danger_at_home_an_abuse_line_is_shown() -> None:
    slots = IN_DANGER | {"place": "US", "offender": "partner"}
    answer = await run("action_floor", chosen(floor="safe_now"), slots, loop="triage_form")
    assert answer.keys == ["utter_danger_over", "utter_intro_dv"]


MINOR = [
    pytest.param({"who": "me"}, None, ["utter_minor_switch", "utter_minor_never"], follows("triage_form"), id="open"),
    pytest.param(
        {"who": "someone_else"}, None, ["utter_minor_switch_other", "utter_minor_never"], follows("triage_form"),
        id="somebody else",
    ),
    pytest.param(
        {"who": "me"}, "triage_form", ["utter_minor_switch", "utter_minor_never"], follows("triage_form"),
        id="inside the triage",
    ),
    pytest.param(
        TOLD | {"plan_shown": True}, "report_form", ["utter_minor_switch", "utter_minor_never"],
        follows("report_form"), id="inside a step",
    ),
    pytest.param(
        TOLD | {"plan_shown": True}, None,
        ["utter_minor_switch", "utter_minor_never", "utter_plan_again", "utter_crisis_check"], [], id="after the plan",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("slots", "loop", "keys", "others"), MINOR)
async def test_under_18_switches_the_path_at_once(
    slots: dict[str, Any], loop: str | None, keys: list[str], others: list[dict[str, Any]]
) -> None:
    answer = await run("action_minor", message("i_am_minor", safety="minor"), slots | {"age": "minor"}, loop=loop)
    assert (answer.keys, answer.others) == (keys, others)
    assert answer.changes["minor_told"] is True
    corrects = answer.messages[1]["buttons"]
    assert [button["payload"] for button in corrects] == ['/choose{"age": "adult"}']


async def test_the_new_plan_of_a_minor_has_nothing_that_copies() -> None:
    slots = TOLD | {"plan_shown": True, "age": "minor"}
    answer = await run("action_minor", message("i_am_minor", safety="minor"), slots)
    ids = {item["id"] for item in answer.custom("plan")["items"]}
    assert "no_copies" in ids
    assert not ids & {"save_page", "stop_ncii", "copyright_notice"}


@pytest.mark.parametrize("loop", [None, *FORMS])
async def test_leaving_is_three_words_and_the_exit(loop: str | None) -> None:
    answer = await run("action_leave", message("stop_or_quick_exit"), TOLD, loop=loop)
    assert answer.messages == [
        {
            "text": "Goodbye. Stay safe.",
            "buttons": [],
            "custom": {"type": "exit", "reason": "left", "url": settings.exit_url},
        }
    ]
    assert answer.events == []
    assert len(answer.text.split()) == 3


@pytest.mark.parametrize(
    ("slots", "loop", "keys", "others"),
    [
        pytest.param({}, None, ["utter_comfort"], follows("triage_form"), id="open"),
        pytest.param({}, "triage_form", ["utter_comfort"], [], id="inside the triage"),
        pytest.param({}, "report_form", ["utter_comfort"], [], id="inside a step"),
        pytest.param(
            TOLD | {"plan_shown": True}, None, ["utter_comfort", "utter_after_answer"], [], id="after the plan"
        ),
    ],
)
async def test_distress_is_met_and_the_flow_goes_on(
    slots: dict[str, Any], loop: str | None, keys: list[str], others: list[dict[str, Any]]
) -> None:
    answer = await run("action_comfort", message("feeling_distress"), slots, loop=loop)
    assert (answer.keys, answer.others) == (keys, others)
