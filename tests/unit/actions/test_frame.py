"""The frame of the conversation: opening, yes and no, choices, the ways about, a person, and the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from action_turns import BEFORE, DOMAIN, THIS, TOLD, chosen, follows, found, message, noted, run

from actions import conversation
from actions.base import STEPS, TRIAGE_SLOTS
from actions.resources import directory
from bot.plan import Known
from bot.plan.cards import cards

PLANNED = TOLD | {"plan_shown": True}
UNSAFE = ["/stop_or_quick_exit", "/immediate_danger", '/choose{"topic": "start"}']
LEFT = [{"event": "active_loop"}]


def step_ids(step: str) -> list[str]:
    """The cards of a step for what is told."""
    return [card.id for card in cards(step, Known.from_slots(TOLD))]


async def test_the_opening_says_what_this_is_and_asks_whether_it_is_safe() -> None:
    answer = await run("action_open", message("greet"))
    assert answer.keys == ["utter_opening", "utter_ask_safe_to_chat"]
    assert "exit" in answer.texts[0]
    assert answer.payloads == ["/affirm", "/deny", "/not_sure"]
    assert (answer.changes, answer.others) == ({"offered": "safe_to_chat"}, [])


@pytest.mark.parametrize(
    ("slots", "loop", "keys"),
    [
        pytest.param({}, None, ["utter_hello_again", "utter_menu"], id="before the plan"),
        pytest.param({}, "triage_form", ["utter_hello_again"], id="inside the triage"),
        pytest.param(PLANNED, None, ["utter_hello_again", "utter_where", "utter_offer_step"], id="after the plan"),
    ],
)
async def test_the_opening_is_said_once(slots: dict[str, Any], loop: str | None, keys: list[str]) -> None:
    answer = await run("action_open", message("greet"), slots | {"asked": {"opening": 1}}, loop=loop)
    assert answer.keys == keys


CONTINUED = [
    pytest.param("affirm", "safe_to_chat", {}, ["utter_safe_yes"], follows("triage_form"), id="safe to chat"),
    pytest.param("deny", "safe_to_chat", {}, ["utter_safe_no"], [], id="not safe to chat"),
    pytest.param("not_sure", "safe_to_chat", {}, ["utter_safe_unsure"], [], id="not sure whether it is safe"),
    pytest.param("skip_step", "safe_to_chat", {}, ["utter_safe_no"], [], id="a skip is no yes"),
    pytest.param("affirm", "crisis_check", PLANNED, ["utter_crisis_check_safe", "utter_offer_step"], [], id="safe"),
    *(
        pytest.param(
            intent, "crisis_check", PLANNED,
            ["utter_self_harm_acknowledge", "utter_intro_crisis", "utter_self_harm_stay"], [],
            id=f"{intent} is not taken for safe",
        )
        for intent in ("deny", "not_sure", "skip_step", "done_step")
    ),
    pytest.param("affirm", "end", PLANNED, ["utter_end_summary", "utter_intro_end", "utter_end_sheet",
                                            "utter_ask_helped"], [], id="yes to the end"),
    pytest.param("deny", "end", PLANNED, ["utter_where", "utter_offer_step"], [], id="no to the end"),
    pytest.param("affirm", "step:report", PLANNED, [], follows("report_form"), id="yes to a step"),
    pytest.param("done_step", "step:report", PLANNED, [], follows("report_form"), id="ok to a step"),
    pytest.param("deny", "step:report", PLANNED, ["utter_no_hurry", "utter_offer_step"], [], id="no to a step"),
    pytest.param("affirm", "need:ask_hash_tools", PLANNED,
                 ["utter_answer_ask_hash_tools", "utter_tool", "utter_after_answer"], [], id="yes to a question"),
    pytest.param("deny", "need:ask_hash_tools", PLANNED, ["utter_no_hurry", "utter_offer_step"], [],
                 id="no to a question"),
    pytest.param("affirm", "plan", {}, [], follows("triage_form"), id="yes to a plan"),
    pytest.param("affirm", "plan", TOLD, ["utter_plan_intro_shared", "utter_offer_step"], [], id="yes, all is known"),
    pytest.param("deny", "plan", {}, ["utter_no_hurry", "utter_menu"], [], id="no to a plan"),
    pytest.param("affirm", "where", PLANNED, ["utter_where", "utter_offer_step"], [], id="yes to where was I"),
    pytest.param("affirm", None, {}, ["utter_menu"], [], id="yes to nothing"),
    pytest.param("deny", None, PLANNED, ["utter_where", "utter_offer_step"], [], id="no to nothing"),
    pytest.param("thank_you", None, {}, ["utter_welcome", "utter_menu"], [], id="thanks"),
    pytest.param("thank_you", "step:report", PLANNED, ["utter_welcome"], [], id="thanks keep the offer open"),
]  # fmt: skip


@pytest.mark.parametrize(("intent", "offered", "slots", "keys", "others"), CONTINUED)
async def test_yes_and_no_answer_what_was_offered(
    intent: str, offered: str | None, slots: dict[str, Any], keys: list[str], others: list[dict[str, Any]]
) -> None:
    answer = await run("action_continue", message(intent), slots | {"offered": offered})
    assert (answer.keys, answer.others) == (keys, others)


async def test_a_no_to_the_crisis_check_takes_the_floor() -> None:
    answer = await run("action_continue", message("deny"), PLANNED | {"offered": "crisis_check"})
    assert answer.changes == {
        "offered": None, "self_harm_raised": "yes", "floor": {"kind": "self_harm_risk", "said": 1},
    }  # fmt: skip
    assert "988" in answer.text


@pytest.mark.parametrize("intent", ["affirm", "deny", "not_sure", "done_step", "skip_step"])
async def test_inside_a_form_a_yes_that_answers_nothing_points_to_the_choices(intent: str) -> None:
    answer = await run("action_continue", message(intent), {"offered": "step:report"}, loop="triage_form")
    assert (answer.keys, answer.changes, answer.others) == (["utter_choose_here"], {}, [])


CHOICES = [
    pytest.param({"topic": "start"}, {}, None, ["utter_safe_yes"], follows("triage_form"), id="start"),
    pytest.param({"topic": "next"}, PLANNED, None, ["utter_offer_step"], [], id="next"),
    pytest.param({"topic": "plan"}, {}, None, [], follows("triage_form"), id="plan"),
    pytest.param({"topic": "tell"}, {}, None, ["utter_tell_in_own_words"], [], id="tell"),
    pytest.param({"topic": "where"}, PLANNED, None, ["utter_where", "utter_offer_step"], [], id="where"),
    pytest.param({"topic": "where"}, {}, "triage_form", ["utter_menu"], [], id="where, inside the triage"),
    pytest.param({"topic": "end"}, {}, None, ["utter_goodbye"], [], id="end before the plan"),
    pytest.param({"helped": "yes"}, PLANNED, None, ["utter_feedback_thanks"], [], id="it helped"),
    pytest.param({"change": "offender"}, PLANNED, None, [], follows("triage_form"), id="change"),
    pytest.param({"change": "place"}, TOLD, "triage_form", [], follows("triage_form"), id="change in the triage"),
    pytest.param({"change": "place"}, PLANNED, "report_form", [], [*LEFT, *follows("triage_form")], id="in a step"),
    pytest.param({"change": "nothing"}, {}, None, [], follows("triage_form"), id="a change of nothing known"),
    pytest.param({"step": "nothing"}, PLANNED, None, ["utter_plan_again", "utter_offer_step"], [], id="no such step"),
    pytest.param({}, {}, "report_form", [], [], id="nothing, inside a step"),
    pytest.param({"skip": "place"}, {}, None, [], follows("triage_form"), id="skip the place"),
    pytest.param({"skip": "place"}, {}, "triage_form", [], [], id="skip the place, inside the triage"),
]


@pytest.mark.parametrize(("entities", "slots", "loop", "keys", "others"), CHOICES)
async def test_a_choice_leads_where_it_points(
    entities: dict[str, str], slots: dict[str, Any], loop: str | None, keys: list[str], others: list[dict[str, Any]]
) -> None:
    answer = await run("action_choose", chosen(**entities), slots, loop=loop)
    assert (answer.keys, answer.others) == (keys, others)


@pytest.mark.parametrize("slot", TRIAGE_SLOTS)
async def test_a_change_forgets_that_one_answer(slot: str) -> None:
    before = PLANNED | {"afraid": "no", "asked": {"place_part": 1, "who": 1}}
    answer = await run("action_choose", chosen(change=slot), before)
    forgotten = {slot: None} | ({"place_options": None} if slot == "place" else {})
    assert answer.changes == forgotten
    assert answer.slots["asked"] == ({"who": 1} if slot == "place" else before["asked"])


@pytest.mark.parametrize(
    ("slot", "before", "changes"),
    [
        pytest.param("place", {}, {"place_options": None, "place": "skipped"}, id="no place"),
        pytest.param("place", {"place": "US"}, {"place_options": None}, id="the state of a country"),
        pytest.param("platforms", {}, {"platform_options": None, "platforms": ["skipped"]}, id="no site"),
        pytest.param("platforms", {"platforms": ["x"]}, {"platform_options": None}, id="another app"),
        pytest.param("situations", {}, {"situations": ["skipped"]}, id="what happened"),
        pytest.param("goal", {}, {"goal": "skipped"}, id="the goal"),
    ],
)
async def test_a_skip_by_button(slot: str, before: dict[str, Any], changes: dict[str, Any]) -> None:
    answer = await run("action_choose", chosen(skip=slot), before, loop="triage_form")
    assert (answer.messages, answer.changes) == ([], changes)


async def test_where_was_i_shows_what_is_done() -> None:
    progress = dict.fromkeys(step_ids("evidence"), "done") | {step_ids("report")[0]: "skipped"}
    answer = await run("action_menu", message("help_menu"), PLANNED | {"progress": progress})
    assert answer.texts[0].split("\n")[1:] == [
        "✓ Save proof: done",
        "… Report and remove: started",
        "○ Secure your accounts: open",
        "○ Find legal help: open",
    ]
    assert answer.custom("plan")["state"] == {
        "evidence": "done", "report": "started", "accounts": "open", "counsel": "open",
    }  # fmt: skip


async def test_the_menu_before_the_plan() -> None:
    answer = await run("action_menu", message("help_menu"))
    assert (answer.keys, answer.changes) == (["utter_menu"], {"offered": "plan"})


BACK = [
    pytest.param(
        {"asked_order": ["who", "age", "situations"]}, "triage_form", ["utter_back"],
        {"age": None}, ["who"], id="inside the triage: the question before",
    ),
    pytest.param(
        {"asked_order": ["who", "place"]}, None, ["utter_back"], {"place": None, "place_options": None}, ["who"],
        id="outside: the last question",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("slots", "loop", "keys", "changes", "order"), BACK)
async def test_back_asks_the_last_answer_again(
    slots: dict[str, Any], loop: str | None, keys: list[str], changes: dict[str, Any], order: list[str]
) -> None:
    answer = await run("action_go_back", message("go_back"), TOLD | slots, loop=loop)
    assert (answer.keys, answer.changes, answer.others) == (keys, changes, follows("triage_form"))
    assert answer.slots["asked_order"] == order


@pytest.mark.parametrize(
    ("slots", "loop", "keys"),
    [
        pytest.param({}, None, ["utter_nothing_before", "utter_menu"], id="at the start"),
        pytest.param({"asked_order": ["who"]}, "triage_form", ["utter_nothing_before"], id="at the first question"),
        pytest.param(PLANNED, "report_form", ["utter_nothing_before"], id="at the first card"),
    ],
)
async def test_back_at_the_beginning(slots: dict[str, Any], loop: str | None, keys: list[str]) -> None:
    answer = await run("action_go_back", message("go_back"), slots, loop=loop)
    assert (answer.keys, answer.others) == (keys, [])


async def test_back_inside_a_step_opens_the_card_before() -> None:
    first, second, *_ = step_ids("evidence")
    before = PLANNED | {"progress": {first: "done", second: "skipped"}, "card_view": "more", "card_shown": "x"}
    answer = await run("action_go_back", message("go_back"), before, loop="evidence_form")
    assert (answer.keys, answer.others) == (["utter_back"], [])
    assert answer.changes == {"card_view": None, "card_shown": None, "progress": {first: "done"}}


EARLIER = [
    {"event": "user", "text": "earlier"},
    {"event": "bot", "text": "the first of two"},
    {"event": "bot", "text": "the second of two"},
]


@pytest.mark.parametrize(
    ("earlier", "loop", "texts"),
    [
        pytest.param(EARLIER, None, ["Once more:\nthe second of two"], id="the last words"),
        pytest.param(EARLIER, "triage_form", ["I say it again, more simply."], id="the form repeats its own question"),
        pytest.param([], None, ["I say it again, more simply."], id="nothing was said"),
    ],
)
async def test_again(earlier: list[dict[str, Any]], loop: str | None, texts: list[str]) -> None:
    answer = await run("action_repeat", message("repeat_that"), loop=loop, earlier=earlier)
    assert (answer.texts, answer.others) == (texts, [])


REMEMBERED = set(DOMAIN["slots"]) - {"language"}


@pytest.mark.parametrize("loop", [None, "triage_form", "report_form"])
async def test_delete_clears_every_slot_of_the_domain(loop: str | None) -> None:
    """Rule R50. Only the language stays: it tells nothing of the person."""
    full = {name: "something" for name in REMEMBERED}
    answer = await run("action_delete", message("delete_my_data"), full, loop=loop, requested="who")
    assert answer.keys == ["utter_deleted"]
    assert answer.custom("exit") == {"type": "exit", "reason": "deleted", "url": None}
    assert {name for name in REMEMBERED if answer.slots[name] is not None} == set()
    assert answer.others == (LEFT if loop else [])
    assert answer.slots["requested_slot"] == (None if loop else "who")


async def test_from_the_start_forgets_everything_but_the_opening() -> None:
    full = {name: "something" for name in REMEMBERED}
    answer = await run("action_start_over", message("start_over"), full, loop="report_form")
    assert answer.keys == ["utter_started_over", "utter_ask_safe_to_chat"]
    assert {name: value for name, value in answer.slots.items() if value is not None} == {
        "offered": "safe_to_chat", "asked": {"opening": 1},
    }  # fmt: skip
    assert answer.others == LEFT


async def test_a_person_without_a_helpline_of_our_own() -> None:
    answer = await run("action_human", message("talk_to_human"), {"place": "GB-ENG", "age": "adult"})
    assert answer.keys == ["utter_human_none", "utter_intro_human", "utter_menu"]
    lines = directory().services("GB-ENG", "ncii", minors=False)
    assert lines[0].name in answer.text


async def test_a_person_at_the_helpline_that_runs_the_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = replace(
        conversation.settings, helpline_name="Our line", helpline_contact="help@example.org", helpline_hours="9 to 5"
    )
    monkeypatch.setattr(conversation, "settings", ours)
    answer = await run("action_human", message("talk_to_human"), {"place": "GB-ENG", "age": "adult"})
    assert answer.keys == [
        "utter_human_helpline",
        "utter_human_hours",
        "utter_human_handover",
        "utter_intro_human",
        "utter_menu",
    ]
    assert all(word in answer.text for word in ("Our line", "help@example.org", "9 to 5"))


@pytest.mark.parametrize("loop", [None, "triage_form"])
async def test_a_person_without_a_place(loop: str | None) -> None:
    answer = await run("action_human", message("talk_to_human"), loop=loop)
    assert ("utter_say_country" in answer.keys) is (loop is None)


async def test_a_minor_who_asks_for_a_person_gets_a_line_for_young_people() -> None:
    answer = await run("action_human", message("talk_to_human"), {"place": "GB-ENG", "age": "minor"})
    names = {service.name for service in directory().services("GB-ENG", "child", limit=None)}
    assert {item["name"] for item in answer.custom("resources")["items"]} <= names


@pytest.mark.parametrize("loop", [None, "triage_form", "report_form"])
async def test_the_end_says_what_is_done_and_open(loop: str | None) -> None:
    done = PLANNED | {"progress": dict.fromkeys(step_ids("evidence"), "done")}
    answer = await run("action_end", message("goodbye"), done, loop=loop)
    assert answer.keys == ["utter_end_summary", "utter_intro_end", "utter_end_sheet", "utter_ask_helped"]
    assert answer.texts[0].split("\n")[1] == "✓ Save proof: done"
    assert sorted(answer.texts[0].split("\n")[2:]) == [
        "○ Find legal help: open", "○ Report and remove: open", "○ Secure your accounts: open",
    ]  # fmt: skip
    assert answer.custom("plan")["sheet"] is True
    assert answer.payloads == [f'/choose{{"helped": "{how}"}}' for how in ("yes", "some", "no")]
    assert answer.others == (LEFT if loop else [])


async def test_goodbye_before_a_plan() -> None:
    answer = await run("action_end", message("goodbye"), {"offered": "plan"}, loop="triage_form", requested="who")
    assert (answer.keys, answer.others) == (["utter_goodbye"], LEFT)
    assert answer.changes == {"requested_slot": None, "offered": None}


OUTSIDE = ("out_of_scope", "abusive_to_bot", "request_explicit_content", "spam_or_gibberish")


@pytest.mark.parametrize("intent", OUTSIDE)
@pytest.mark.parametrize(
    ("slots", "loop", "after"),
    [
        pytest.param({}, None, ["utter_menu"], id="open"),
        pytest.param({}, "triage_form", [], id="inside a form"),
        pytest.param(PLANNED, None, ["utter_offer_step"], id="after the plan"),
    ],
)
async def test_what_the_guide_is_not_for(
    intent: str, slots: dict[str, Any], loop: str | None, after: list[str]
) -> None:
    """Rule R58."""
    answer = await run("action_outside", message(intent), slots, loop=loop)
    assert (answer.keys, answer.others) == ([f"utter_{intent}", *after], [])


RANKING = ["out_of_scope", "report_threat", "greet", "ask_law", "ask_two_factor", "report_shared"]


async def test_not_understood_offers_the_likeliest_choices_and_a_person() -> None:
    answer = await run("action_default_fallback", message("nlu_fallback", ranking=RANKING))
    assert answer.keys == ["utter_not_understood"]
    assert answer.payloads == ["/report_threat", "/ask_law", "/ask_two_factor", "/talk_to_human"]
    assert answer.changes == {"misunderstood": {"times": 1, "id": THIS}}


async def test_the_second_time_in_a_row_a_menu_and_a_human_way_out_in_other_words_each_time() -> None:
    slots: dict[str, Any] = {"misunderstood": {"times": 1, "id": BEFORE}}
    before = [{"event": "user", "text": "before", "message_id": BEFORE}]
    texts = []
    for _ in range(3):
        answer = await run("action_default_fallback", message("nlu_fallback", ranking=RANKING), slots, earlier=before)
        texts.append(answer.text)
        assert answer.payloads == ["/report_shared", "/report_threat", "/help_menu", "/talk_to_human"]
        slots = answer.slots | {"misunderstood": {"times": 2, "id": BEFORE}}
    assert len(set(texts)) == 3


async def test_a_misunderstanding_long_ago_is_forgotten() -> None:
    slots = {"misunderstood": {"times": 1, "id": "message-0"}}
    before = [{"event": "user", "text": "before", "message_id": BEFORE}]
    answer = await run("action_default_fallback", message("nlu_fallback"), slots, earlier=before)
    assert (answer.keys, answer.payloads) == (["utter_not_understood"], ["/talk_to_human"])


@pytest.mark.parametrize("step", STEPS)
async def test_a_chosen_step_begins_at_the_card_and_not_at_its_detail(step: str) -> None:
    answer = await run("action_choose", chosen(step=step), PLANNED | {"card_view": "more", "offered": "end"})
    assert answer.changes == {"offered": None, "card_view": None}


async def test_the_last_value_of_an_entity_counts() -> None:
    said = message("choose", found("step", "report"), found("step", "counsel"))
    assert (await run("action_choose", said, PLANNED)).others == follows("counsel_form")


async def test_a_noted_answer_is_no_choice() -> None:
    answer = await run("action_choose", chosen(goal="safe"), TOLD | noted("goal"), loop="report_form")
    assert (answer.messages, answer.events) == ([], [])
