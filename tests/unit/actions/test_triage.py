"""The triage: which question comes next, how it is asked, what gives way to what, and the acknowledgement."""

from __future__ import annotations

from typing import Any

import pytest
from action_turns import ACKNOWLEDGED, ADULT, TOLD, chosen, follows, found, message, noted, run

from actions.base import TRIAGE_SLOTS
from bot.directory import Directory

REJECTED = [{"event": "action_execution_rejected", "name": "triage_form"}]
QUESTIONS = (
    "ask_preserve_evidence", "ask_report_platform", "ask_takedown_search", "ask_hash_tools", "ask_removal_time",
    "ask_report_police", "ask_secure_accounts", "ask_two_factor", "ask_find_lawyer", "ask_cost_of_help", "ask_law",
    "ask_protective_order", "ask_civil_suit", "ask_consequences_for_offender", "ask_cross_border",
    "ask_anonymous_poster", "ask_pay_demand", "ask_contact_offender", "ask_tell_family_or_employer", "ask_prevention",
    "ask_privacy",
)  # fmt: skip
ALWAYS = (
    *QUESTIONS, "talk_to_human", "delete_my_data", "start_over", "go_back", "help_menu", "bot_challenge", "repeat_that",
)  # fmt: skip
UNLESS_ANSWERED = (
    "feeling_distress", "goodbye", "greet", "thank_you", "out_of_scope", "abusive_to_bot", "request_explicit_content",
    "spam_or_gibberish", "nlu_fallback",
)  # fmt: skip
DISCLOSURES = (
    "report_shared", "report_threat", "report_deepfake", "report_hidden_recording", "report_hacked", "report_doxxed",
    "helping_someone_else", "accused_or_regret",
)  # fmt: skip
NEVER = ("affirm", "deny", "not_sure", "skip_step", "done_step", "inform_location", "inform_platform",
         "correct_information")  # fmt: skip


@pytest.mark.parametrize(
    ("slots", "asked"),
    [
        pytest.param({}, "who", id="nothing known"),
        pytest.param({"who": "me"}, "age", id="who known"),
        pytest.param({"who": "child_in_care"}, "situations", id="a child's age is not asked"),
        pytest.param({"who": "me", "age": "adult"}, "situations", id="age known"),
        pytest.param(ADULT | {"offender": None}, "offender", id="situation known"),
        pytest.param(ADULT | {"offender": "partner"}, "afraid", id="a partner brings the safety question"),
        pytest.param(ADULT, "platforms", id="a stranger brings none"),
        pytest.param(ADULT | {"platforms": ["x"]}, "place", id="sites known"),
        pytest.param(ADULT | {"platforms": ["x"], "place": "FR"}, "goal", id="place known"),
        pytest.param(ADULT | {"platforms": ["x"], "place": "US"}, "place", id="the state before the goal"),
        pytest.param(
            ADULT | {"platforms": ["x"], "place": "US", "asked": {"place_part": 1}}, "goal", id="the state only once"
        ),
        pytest.param(TOLD | {"place": "US"}, "place", id="the state even when all else is known"),
        pytest.param(TOLD, None, id="all known"),
        pytest.param({"who": "accused"}, "platforms", id="the accused are asked neither age nor what"),
        pytest.param({"place_options": ["US-GA", "GE"]}, "place", id="an unclear place comes first"),
        pytest.param({"who": "me", "place": "FR", "place_options": ["US-GA", "GE"]}, "age", id="a known place stays"),
        pytest.param({"platform_options": ["line"]}, "platforms", id="an unclear app comes first"),
    ],
)
async def test_the_next_question(slots: dict[str, Any], asked: str | None) -> None:
    answer = await run("validate_triage_form", chosen(who="me"), slots | noted("who"), loop="triage_form")
    assert (answer.messages, answer.events) == ([], [{"event": "slot", "timestamp": None, "name": "requested_slot",
                                                      "value": asked}])  # fmt: skip


async def gives_way(intent: str, slots: dict[str, Any], **where: Any) -> bool:
    """Whether the form leaves the message to a rule, while it asks for the age."""
    place: dict[str, Any] = {"loop": "triage_form", "requested": "age"} | where
    answer = await run("validate_triage_form", message(intent), {"who": "me"} | slots, **place)
    assert answer.messages == []
    assert answer.others in ([], REJECTED)
    return answer.others == REJECTED


@pytest.mark.parametrize("intent", ALWAYS)
async def test_these_want_an_answer_before_the_form_goes_on(intent: str) -> None:
    assert await gives_way(intent, {})
    assert await gives_way(intent, noted("age"))


@pytest.mark.parametrize("intent", UNLESS_ANSWERED)
async def test_these_give_way_only_where_they_answer_nothing(intent: str) -> None:
    assert await gives_way(intent, {})
    assert await gives_way(intent, noted("place"))
    assert not await gives_way(intent, noted("age"))


@pytest.mark.parametrize("intent", DISCLOSURES)
async def test_what_happened_is_acknowledged_once(intent: str) -> None:
    assert await gives_way(intent, {})
    assert not await gives_way(intent, ACKNOWLEDGED)


@pytest.mark.parametrize("intent", NEVER)
async def test_these_are_the_forms_own(intent: str) -> None:
    assert not await gives_way(intent, {})


async def test_a_button_that_answers_no_question_gives_way() -> None:
    assert await gives_way("choose", {})
    assert not await gives_way("choose", noted("place"))


@pytest.mark.parametrize(
    "where",
    [
        pytest.param({"loop": None}, id="the message starts the form"),
        pytest.param({"loop": "report_form"}, id="another form is open"),
        pytest.param({"done": ["action_answer_question"]}, id="another action has answered"),
    ],
)
async def test_the_form_goes_on_where(where: dict[str, Any]) -> None:
    assert not await gives_way("ask_law", {}, **where)


async def test_the_form_itself_is_no_answer() -> None:
    assert await gives_way("ask_law", {}, done=["triage_form"])


@pytest.mark.parametrize("slot", [slot for slot in TRIAGE_SLOTS if slot != "place"])
@pytest.mark.parametrize("who", ["me", "someone_else", "child_in_care"])
async def test_a_question_fits_who_it_is_about(slot: str, who: str) -> None:
    answer = await run(f"action_ask_triage_form_{slot}", chosen(topic="start"), {"who": who})
    other = slot in ("age", "situations", "offender", "afraid") and who != "me"
    assert answer.keys == [f"utter_ask_{slot}_other" if other else f"utter_ask_{slot}"]
    assert answer.slots["asked_order"] == [slot]
    assert len(answer.payloads) >= 3


@pytest.mark.parametrize("slot", TRIAGE_SLOTS)
async def test_asked_again_in_other_words(slot: str) -> None:
    action = f"action_ask_triage_form_{slot}"
    first = await run(action, message(), {"who": "me"})
    again = await run(action, message(), {"who": "me", "asked": first.slots["asked"], "asked_order": [slot, "who"]})
    assert again.keys == first.keys
    assert again.texts != first.texts
    assert again.payloads == first.payloads
    assert again.slots["asked_order"][-1] == slot


@pytest.mark.parametrize("slot", TRIAGE_SLOTS)
async def test_every_question_can_be_skipped(slot: str) -> None:
    answer = await run(f"action_ask_triage_form_{slot}", message())
    entity = slot.removesuffix("s")
    skips = {f'/choose{{"{slot}": "skipped"}}', f'/choose{{"{entity}": "skipped"}}', f'/choose{{"skip": "{slot}"}}'}
    assert skips & set(answer.payloads)


PLACE = "action_ask_triage_form_place"
SKIP = '/choose{"skip": "place"}'


async def test_an_unclear_place_is_asked_back() -> None:
    answer = await run(PLACE, message("inform_location"), {"place_options": ["US-GA", "GE"]})
    assert answer.keys == ["utter_ask_place_which"]
    titles = [button["title"] for button in answer.messages[0]["buttons"]]
    assert len(set(titles)) == 3 and all(title in answer.text for title in titles[:2])
    assert answer.payloads == ['/choose{"place": "US-GA"}', '/choose{"place": "GE"}', SKIP]


async def test_no_more_than_four_places_are_offered() -> None:
    answer = await run(PLACE, message(), {"place_options": ["US-GA", "GE", "US-AL", "GB-ENG", "FR"]})
    offered = [f'/choose{{"place": "{code}"}}' for code in ("US-GA", "GE", "US-AL", "GB-ENG")]
    assert answer.payloads == [*offered, SKIP]


async def test_a_nation_of_the_united_kingdom_is_chosen_by_button(seed: Directory) -> None:
    answer = await run(PLACE, message("inform_location"), {"place": "GB"})
    parts = [code for code in seed.codes() if code.startswith("GB-")]
    assert len(parts) == 4
    assert (answer.keys, answer.payloads) == (
        ["utter_ask_place_nation"],
        [*(f'/choose{{"place": "{code}"}}' for code in parts), SKIP],
    )


@pytest.mark.parametrize(("code", "name"), [("US", "United States"), ("CA", "Canada"), ("AU", "Australia")])
async def test_the_state_is_asked_in_words(code: str, name: str) -> None:
    answer = await run(PLACE, message("inform_location"), {"place": code})
    assert (answer.keys, answer.payloads) == (["utter_ask_place_part"], [SKIP])
    assert name in answer.text
    assert answer.slots["asked"]["place_part"] == 1


async def test_an_unclear_app_is_asked_back_and_the_answer_is_known_to_be_yes_or_no() -> None:
    answer = await run("action_ask_triage_form_platforms", message("inform_platform"), {"platform_options": ["line"]})
    assert answer.keys == ["utter_ask_platform_which"]
    assert answer.payloads == ['/choose{"platform": "line"}', '/choose{"skip": "platforms"}']
    assert answer.changes == {"platform_options": None, "offered": "app:line"}


async def test_the_question_about_an_app_ends_with_the_next_question() -> None:
    answer = await run("action_ask_triage_form_platforms", message("deny"), {"offered": "app:line"})
    assert (answer.keys, answer.changes) == (["utter_ask_platforms"], {"offered": None})


async def test_what_was_told_besides_the_answer_is_said_back() -> None:
    slots = {"who": "me", "place": "US-OH", "platforms": ["x", "example.net"], "asked_order": ["who"]}
    answer = await run("action_ask_triage_form_age", message(), slots | noted("who", "place", "platforms"))
    assert answer.keys == ["utter_noted", "utter_ask_age"]
    assert all(word in answer.text for word in ("Ohio, United States", "X (Twitter)", "example.net"))
    assert "it is about you" not in answer.text


async def test_the_answer_to_the_question_alone_is_not_said_back() -> None:
    answer = await run("action_ask_triage_form_age", message(), {"who": "me", "asked_order": ["who"]} | noted("who"))
    assert answer.keys == ["utter_ask_age"]


async def test_a_place_is_always_said_back() -> None:
    slots = {"place": "FR", "asked_order": ["place"]} | noted("place")
    answer = await run("action_ask_triage_form_goal", message(), slots)
    assert answer.keys == ["utter_noted", "utter_ask_goal"]


async def test_nothing_is_said_back_twice_in_a_turn() -> None:
    slots = {"place": "FR", "asked_order": ["who"]} | noted("place")
    answer = await run("action_ask_triage_form_age", message(), slots, done=["action_noted", "triage_form"])
    assert answer.keys == ["utter_ask_age"]


async def test_a_question_that_waited_for_the_place_is_answered_when_the_place_is_told() -> None:
    slots = {"place": "FR", "pending_question": "ask_law", "asked_order": ["place"]} | noted("place")
    answer = await run("action_ask_triage_form_goal", message(), slots, loop="triage_form")
    assert answer.keys == ["utter_noted", "utter_answer_ask_law",
                           "utter_intro_law", "utter_ask_goal"]  # fmt: skip
    assert answer.changes == {"pending_question": None, "last_answer": "ask_law"}


@pytest.mark.parametrize(
    ("slots", "first"),
    [
        pytest.param({"situations": ["shared"]}, "utter_acknowledge_self", id="shared"),
        pytest.param({"situations": ["shared", "threatened"]}, "utter_acknowledge_threat", id="a threat"),
        pytest.param({"situations": ["unsure"]}, "utter_acknowledge_unsure", id="not sure whether it is out"),
        pytest.param({"situations": ["shared", "fake"]}, "utter_acknowledge_fake", id="made or changed"),
        pytest.param({"who": "someone_else", "situations": ["threatened"]}, "utter_acknowledge_other", id="a friend"),
        pytest.param({"who": "child_in_care", "situations": ["fake"]}, "utter_acknowledge_other", id="a child"),
        pytest.param({"who": "accused", "situations": ["shared"]}, "utter_acknowledge_accused", id="accused"),
        pytest.param({}, "utter_acknowledge_self", id="nothing understood"),
    ],
)
async def test_the_first_sentence_takes_it_seriously_and_the_form_goes_on(slots: dict[str, Any], first: str) -> None:
    """Rule R32: acknowledgement before anything is asked or told."""
    answer = await run("action_acknowledge", message("report_shared"), slots | noted(*slots))
    assert answer.keys == [first, *(["utter_noted"] if slots else [])]
    assert answer.others == follows("triage_form")
    assert answer.changes == {}


async def test_the_acknowledgement_varies() -> None:
    texts = []
    slots: dict[str, Any] = {"situations": ["shared"]}
    for _ in range(3):
        answer = await run("action_acknowledge", message("report_shared"), slots)
        texts.append(answer.text)
        slots = answer.slots
    assert len(set(texts)) == 3


async def test_where_nothing_is_missing_the_plan_follows_the_acknowledgement() -> None:
    answer = await run("action_acknowledge", message("report_shared"), TOLD | noted("situations"))
    assert answer.keys == ["utter_acknowledge_self", "utter_noted", "utter_plan_intro_shared", "utter_offer_step"]
    assert answer.others == []


async def test_inside_a_step_the_acknowledgement_stays_short() -> None:
    answer = await run("action_acknowledge", message("report_shared"), {"plan_shown": True}, loop="report_form")
    assert (answer.keys, answer.others, answer.changes) == (["utter_acknowledge_self"], [], {})


@pytest.mark.parametrize(
    ("said", "slots", "keys", "others"),
    [
        pytest.param(
            message("inform_location", found("place", "FR")), {"place": "FR"} | noted("place"),
            ["utter_noted"], follows("triage_form"), id="a place",
        ),
        pytest.param(
            message("inform_location", found("place", "FR")), {"place": "FR"} | noted(),
            ["utter_place_kept"], follows("triage_form"), id="the place that is known",
        ),
        pytest.param(message("inform_location"), {}, ["utter_place_unknown"], follows("triage_form"), id="no place"),
        pytest.param(
            message("inform_platform"), {"platforms": ["x"]} | noted("platforms"),
            ["utter_noted"], follows("triage_form"), id="a site",
        ),
        pytest.param(
            message("inform_platform", found("platform", "x")), {"platforms": ["x"]} | noted(),
            ["utter_site_kept"], follows("triage_form"), id="the site that is known",
        ),
        pytest.param(
            message("inform_platform"), {}, ["utter_site_unknown"], follows("triage_form"), id="no site",
        ),
        pytest.param(
            message("inform_platform"), {"platform_options": ["line"]}, [], follows("triage_form"), id="an unclear app",
        ),
        pytest.param(
            message("inform_location"), {"place_options": ["US-GA", "GE"]}, [], follows("triage_form"),
            id="an unclear place",
        ),
        pytest.param(
            message("correct_information"), {"who": "me"} | noted("who"),
            ["utter_noted"], follows("triage_form"), id="a correction",
        ),
        pytest.param(message("correct_information"), {}, ["utter_ask_change"], [], id="a correction of nothing"),
        pytest.param(
            message("correct_information"), TOLD | noted("place") | {"plan_shown": True},
            ["utter_noted", "utter_plan_again", "utter_offer_step"], [], id="a correction after the plan",
        ),
        pytest.param(
            message("inform_location", found("place", "US")), TOLD | noted() | {"plan_shown": True},
            ["utter_place_kept", "utter_offer_step"], [], id="nothing new after the plan",
        ),
    ],
)  # fmt: skip
async def test_what_is_told_by_the_way(
    said: dict[str, Any], slots: dict[str, Any], keys: list[str], others: list[dict[str, Any]]
) -> None:
    answer = await run("action_noted", said, slots)
    assert (answer.keys, answer.others) == (keys, others)


@pytest.mark.parametrize("loop", ["evidence_form", "report_form", "accounts_form", "counsel_form"])
async def test_inside_a_step_a_place_is_noted_and_the_step_goes_on_by_itself(loop: str) -> None:
    answer = await run("action_noted", message("inform_location"), {"place": "FR"} | noted("place"), loop=loop)
    assert (answer.keys, answer.others) == (["utter_noted"], [])


async def test_a_place_brings_the_answer_that_waited_for_it() -> None:
    slots = TOLD | {"pending_question": "ask_report_police", "plan_shown": True} | noted("place")
    answer = await run("action_noted", message("inform_location"), slots)
    assert answer.keys == [
        "utter_noted", "utter_answer_ask_report_police", "utter_intro_police", "utter_after_answer",
    ]  # fmt: skip
    assert answer.slots["pending_question"] is None


async def test_a_correction_of_nothing_offers_what_can_be_changed() -> None:
    answer = await run("action_noted", message("correct_information"), TOLD)
    assert answer.payloads == [
        f'/choose{{"change": "{slot}"}}' for slot in ("place", "situations", "offender", "age", "platforms")
    ]
