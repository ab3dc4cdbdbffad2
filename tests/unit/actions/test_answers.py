"""Answers to questions: for what is known of the person, then the flow goes on where it was."""

from __future__ import annotations

from typing import Any

import pytest
from action_turns import TOLD, message, run
from test_triage import QUESTIONS

from actions.base import STEPS
from actions.questions import NEEDS_PLACE
from bot.directory import Directory

PLANNED = TOLD | {"plan_shown": True}
MINOR = PLANNED | {"age": "minor"}
PARTNER = PLANNED | {"offender": "partner", "afraid": "yes"}
AFTER = ["utter_after_answer"]
ADULTS: dict[str, list[str]] = {
    "ask_preserve_evidence": ["utter_intro_log"],
    "ask_report_platform": ["utter_intro_platform"],
    "ask_takedown_search": ["utter_tool", "utter_tool"],
    "ask_hash_tools": ["utter_tool"],
    "ask_report_police": ["utter_intro_police"],
    "ask_secure_accounts": ["utter_intro_two_factor"],
    "ask_two_factor": ["utter_intro_two_factor"],
    "ask_find_lawyer": ["utter_intro_legal_help", "utter_intro_victims"],
    "ask_cost_of_help": ["utter_intro_legal_help", "utter_intro_victims"],
    "ask_law": ["utter_intro_law"],
    "ask_protective_order": ["utter_intro_orders"],
    "ask_civil_suit": ["utter_intro_law", "utter_intro_legal_help", "utter_intro_victims"],
    "ask_consequences_for_offender": ["utter_intro_law"],
    "ask_anonymous_poster": ["utter_intro_police"],
}


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q not in ("ask_removal_time", "ask_cross_border")])
async def test_a_question_is_answered_with_what_the_directory_has(question: str) -> None:
    answer = await run("action_answer_question", message(question), PLANNED)
    assert answer.keys == [f"utter_answer_{question}", *ADULTS.get(question, []), *AFTER]
    assert answer.slots["last_answer"] == question
    assert answer.others == []


@pytest.mark.parametrize("question", [*QUESTIONS, "bot_challenge"])
@pytest.mark.parametrize("loop", ["triage_form", "report_form"])
async def test_inside_a_form_the_answer_ends_without_a_question_of_its_own(question: str, loop: str) -> None:
    answer = await run("action_answer_question", message(question), PLANNED, loop=loop, requested="who")
    assert answer.keys[0].startswith(f"utter_answer_{question}")
    assert not {"utter_after_answer", "utter_offer_plan", "utter_ask_place_for_answer"} & set(answer.keys)
    assert answer.others == []


@pytest.mark.parametrize("question", QUESTIONS)
async def test_before_a_plan_a_plan_is_offered(question: str) -> None:
    answer = await run("action_answer_question", message(question), TOLD)
    assert answer.keys[-1] == "utter_offer_plan"
    assert answer.slots["offered"] == "plan"


@pytest.mark.parametrize(
    ("question", "slots", "ending"),
    [
        pytest.param("ask_preserve_evidence", MINOR, "_minor", id="a minor"),
        pytest.param("ask_preserve_evidence", PLANNED | {"who": "child_in_care"}, "_minor", id="a child in care"),
        pytest.param("ask_preserve_evidence", {}, "_unknown", id="an age nobody knows"),
        pytest.param("ask_preserve_evidence", PLANNED | {"who": "accused"}, "_accused", id="accused"),
        pytest.param("ask_hash_tools", PLANNED | {"age": "unsure"}, "_unknown", id="not sure"),
        pytest.param("ask_secure_accounts", PARTNER, "_partner", id="a partner"),
        pytest.param("ask_secure_accounts", PARTNER | {"afraid": "no"}, "", id="a partner nobody fears"),
        pytest.param("ask_report_police", PARTNER, "_partner", id="police and a partner"),
        pytest.param("ask_report_police", MINOR, "_minor", id="police and a minor"),
    ],
)
async def test_the_answer_fits_the_person(question: str, slots: dict[str, Any], ending: str) -> None:
    answer = await run("action_answer_question", message(question), slots)
    assert answer.keys[0] == f"utter_answer_{question}{ending}"


@pytest.mark.parametrize(
    ("age", "who", "tool"),
    [
        ("adult", "me", "stopncii"),
        ("minor", "me", "take_it_down"),
        ("adult", "child_in_care", "take_it_down"),
        ("unsure", "me", None),
        ("skipped", "me", None),
        (None, "me", None),
    ],
)
async def test_hash_tools_follow_the_age_and_are_never_crossed(
    age: str | None, who: str, tool: str | None, seed: Directory
) -> None:
    """Rule R04."""
    answer = await run("action_answer_question", message("ask_hash_tools"), PLANNED | {"age": age, "who": who})
    shown = [item["id"] for said in answer.messages if said["custom"] for item in said["custom"].get("items", [])]
    assert shown == ([tool] if tool else [])


async def test_two_step_login_behind_a_partner_shows_a_line_instead_of_the_way() -> None:
    """Rule R19."""
    answer = await run("action_answer_question", message("ask_two_factor"), PARTNER)
    assert answer.keys == ["utter_answer_ask_two_factor_partner", "utter_intro_dv", *AFTER]


@pytest.mark.parametrize(
    ("question", "slots", "offered"),
    [
        pytest.param("ask_law", {}, "step:counsel", id="law"),
        pytest.param("ask_report_platform", {}, "step:report", id="report"),
        pytest.param("ask_two_factor", {}, "step:accounts", id="accounts"),
        pytest.param("ask_preserve_evidence", {}, "step:evidence", id="evidence"),
        pytest.param("ask_privacy", {}, "where", id="no step goes further"),
        pytest.param("ask_two_factor", {"offender": "partner"}, "where", id="behind the safety question"),
        pytest.param("ask_two_factor", {"offender": "partner", "afraid": "no"}, "step:accounts", id="it was answered"),
    ],
)
async def test_the_step_that_goes_further_is_offered(question: str, slots: dict[str, Any], offered: str) -> None:
    answer = await run("action_answer_question", message(question), PLANNED | slots)
    assert answer.slots["offered"] == offered
    step = offered.removeprefix("step:")
    assert answer.payloads == [
        *([f'/choose{{"step": "{step}"}}'] if step in STEPS else []),
        '/choose{"topic": "where"}',
    ]


@pytest.mark.parametrize("question", NEEDS_PLACE)
@pytest.mark.parametrize("place", [None, "skipped"])
async def test_what_depends_on_the_place_waits_for_it(question: str, place: str | None) -> None:
    slots = PLANNED | {"place": place}
    outside = await run("action_answer_question", message(question), slots)
    inside = await run("action_answer_question", message(question), slots, loop="triage_form", requested="who")
    asked = await run("action_answer_question", message(question), slots, loop="triage_form", requested="place")
    first = f"utter_answer_{question}"
    assert (outside.keys, inside.keys, asked.keys) == (
        [first, "utter_ask_place_for_answer"], [first, "utter_answer_waits_for_place"], [first],
    )  # fmt: skip
    assert {a.slots["pending_question"] for a in (outside, inside, asked)} == {question}


async def test_a_place_without_an_entry_is_not_guessed(seed: Directory) -> None:
    code = next(code for code in seed.codes() if not seed.orders(code))
    answer = await run("action_answer_question", message("ask_protective_order"), PLANNED | {"place": code})
    assert answer.keys == ["utter_answer_ask_protective_order", "utter_nothing_for_place", *AFTER]


async def test_an_order_at_home_brings_an_abuse_line() -> None:
    answer = await run("action_answer_question", message("ask_protective_order"), PARTNER)
    assert answer.keys == ["utter_answer_ask_protective_order", "utter_intro_orders", "utter_intro_dv", *AFTER]


async def test_family_honour_brings_an_abuse_line() -> None:
    slots = PLANNED | {"flags": ["honour_risk"]}
    answer = await run("action_answer_question", message("ask_tell_family_or_employer"), slots)
    assert answer.keys[1:] == ["utter_intro_dv", *AFTER]


@pytest.mark.parametrize(("place", "clock"), [("US-TX", True), ("US", True), ("GB-SCT", False), ("FR", False)])
async def test_the_48_hours_are_named_only_where_they_hold(place: str, clock: bool) -> None:
    answer = await run("action_answer_question", message("ask_removal_time"), PLANNED | {"place": place})
    assert ("utter_tool" in answer.keys) is clock


async def test_the_same_question_again_is_answered_in_other_words() -> None:
    first = await run("action_answer_question", message("ask_law"), PLANNED)
    again = await run("action_answer_question", message("ask_law"), first.slots)
    assert again.keys == ["utter_here_again", "utter_answer_ask_law", "utter_intro_law", *AFTER]
    assert again.texts[1] != first.texts[0]


async def test_a_queued_question_that_is_answered_leaves_the_queue() -> None:
    slots = PLANNED | {"pending_needs": ["ask_law", "ask_privacy"]}
    answer = await run("action_answer_question", message("ask_law"), slots, loop="report_form")
    assert answer.slots["pending_needs"] == ["ask_privacy"]


async def test_outside_a_form_the_next_queued_question_is_offered() -> None:
    slots = PLANNED | {"pending_needs": ["ask_law", "ask_privacy"]}
    answer = await run("action_answer_question", message("ask_law"), slots)
    assert answer.keys[-1] == "utter_also_asked"
    assert answer.slots["offered"] == "need:ask_privacy"


LAWS = [
    pytest.param("US-TX", ["shared"], id="Texas, shared"),
    pytest.param("GB-SCT", ["threatened"], id="Scotland, threatened"),
    pytest.param("FR", ["fake"], id="France, a fake"),
    pytest.param("DE", ["recorded"], id="Germany, filmed"),
]


@pytest.mark.parametrize(("place", "situations"), LAWS)
async def test_the_law_card_covers_what_happened_with_source_and_date(
    place: str, situations: list[str], seed: Directory
) -> None:
    """Rule R40."""
    answer = await run(
        "action_answer_question", message("ask_law"), PLANNED | {"place": place, "situations": situations}
    )
    card = answer.custom("law")
    act = {"shared": "sharing", "threatened": "threat", "fake": "synthetic", "recorded": "recording"}[situations[0]]
    fitting = {law.id for law in seed.laws(place, act)}
    assert card["place"] == place
    assert 1 <= len(card["items"]) <= 4
    assert {law["id"] for law in card["items"]} <= fitting
    text = next(text for text in answer.texts if "• " in text)
    for law in card["items"]:
        line = next(line for line in text.split("\n") if law["citation"] in line)
        assert "checked " in line or "not confirmed yet" in line
    assert text.endswith("This is general information, not legal advice.")
