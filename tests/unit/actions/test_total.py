"""Every action is total: whatever fails, one safe sentence, and nothing of what was written anywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from action_turns import DOMAIN, TOLD, actions, chosen, found, message, noted, run, run_at, tracker
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import plan, resources, steps, triage
from actions.base import Turn
from bot.directory import Directory
from bot.nlg.wording import Wording
from bot.plan import Known

CANARY = "the neighbour with the red kite"
ACTIONS = sorted(actions())
SILENT = [name for name in ACTIONS if name.startswith("validate_") or name == "action_take_in"]
CARD = [name for name in ACTIONS if name.endswith("_card")]
NO_WAY = "Something went wrong here. If you are in danger, call your local emergency number now."
ANYWHERE = Wording().text("utter_cannot_answer_anywhere")
IN_TEXAS = Wording().text("utter_cannot_answer", emergency="911")


def boom(*_: Any, **__: Any) -> Any:
    raise RuntimeError(CANARY)


def no_directory(patch: pytest.MonkeyPatch) -> None:
    for name in (
        "chain",
        "name",
        "emergency",
        "services",
        "laws",
        "orders",
        "legal_help",
        "report_to",
        "platform",
        "tool",
    ):
        patch.setattr(Directory, name, boom)


def no_database(patch: pytest.MonkeyPatch) -> None:
    resources.directory.cache_clear()
    patch.setattr(resources.Directory, "open", boom)


def no_plan(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan, "plan", boom)
    patch.setattr(steps, "cards", boom)
    patch.setattr(triage, "next_question", boom)


def no_wording(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Wording, "text", boom)


def no_facts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Known, "from_slots", boom)


FAULTS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "the directory": (no_directory, NO_WAY),
    "the database": (no_database, NO_WAY),
    "the plan": (no_plan, IN_TEXAS),
    "the wording": (no_wording, NO_WAY),
    "what is known": (no_facts, IN_TEXAS),
}


def turn(name: str) -> dict[str, Any]:
    """A turn that leads an action through what it can do most."""
    said: dict[str, dict[str, Any]] = {
        "action_answer_question": message("ask_law", text=CANARY),
        "action_choose": chosen(topic="where") | {"text": CANARY},
        "action_comfort": message("feeling_distress", text=CANARY),
        "action_continue": message("affirm", text=CANARY),
        "action_floor": chosen(floor="misunderstood") | {"text": CANARY},
        "action_outside": message("out_of_scope", text=CANARY),
        "action_safety": message("self_harm_risk", text=CANARY, safety="self_harm_risk"),
    }
    slots = TOLD | {"plan_shown": True, "situations": ["threatened"], "age": "minor"} | noted("place")
    if name == "action_floor":
        slots = slots | {"floor": {"kind": "self_harm_risk", "said": 1}} | noted()
    return {"said": said.get(name, message("inform_location", found("place", "US-TX"), text=CANARY)), "slots": slots}


@pytest.fixture(autouse=True)
def every_log_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def test_no_action_is_forgotten() -> None:
    assert set(ACTIONS) == {name for name in DOMAIN["actions"] if not name.startswith("utter_")}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ACTIONS)
async def test_a_fault_becomes_one_safe_sentence(
    name: str, fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = await run(name, **turn(name))
    caplog.clear()
    break_it, sentence = FAULTS[fault]
    break_it(monkeypatch)
    answer = await run(name, **turn(name))
    if answer.messages != whole.messages or answer.changes != whole.changes:
        assert answer.texts == [sentence]
        assert [message["custom"] for message in answer.messages] == [{}]
        assert answer.events == []
        assert f"action failed: {name} (RuntimeError)" in caplog.text
    assert CANARY not in caplog.text
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("the directory", "action_safety"),
        ("the directory", "action_answer_question"),
        ("the directory", "action_ask_report_card"),
        ("the database", "action_human"),
        ("the plan", "action_plan"),
        ("the plan", "action_menu"),
        ("the plan", "validate_report_form"),
        ("the plan", "validate_triage_form"),
        ("the wording", "action_open"),
        ("the wording", "action_leave"),
        ("the wording", "action_ask_triage_form_who"),
        ("what is known", "action_plan"),
    ],
)
async def test_the_faults_do_break_something(fault: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault][0](monkeypatch)
    assert (await run(name, **turn(name))).texts == [FAULTS[fault][1]]


async def test_what_was_said_before_the_fault_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def halfway(_: Turn, dispatcher: CollectingDispatcher) -> None:
        dispatcher.utter_message(text=CANARY)
        raise RuntimeError(CANARY)

    monkeypatch.setattr(Turn, "finish", halfway)
    assert (await run("action_open")).texts == [ANYWHERE]


@pytest.mark.parametrize("place", [None, "skipped", "nowhere", 7])
async def test_without_a_place_the_safe_sentence_names_no_number(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    no_facts(monkeypatch)
    answer = await run("action_plan", slots={"place": place})
    assert answer.texts == [ANYWHERE]


def slots_of(value: Any) -> dict[str, Any]:
    return {name: value for name in DOMAIN["slots"]}


GARBAGE: dict[str, Any] = {
    "no slots": lambda: Tracker("x", None, message(text=CANARY), [], False, None, {}, None),
    "no message": lambda: Tracker("x", {}, None, [], False, None, {}, None),
    "no events": lambda: Tracker("x", {}, message(text=CANARY), None, False, None, None, None),
    "a message of other kinds": lambda: Tracker(
        "x", {}, {"intent": CANARY, "entities": [CANARY, None], "needs": 7}, [], False, None, {}, None
    ),
    "words in every slot": lambda: tracker(message("affirm", text=CANARY), slots_of(CANARY)),
    "numbers in every slot": lambda: tracker(message("deny", text=CANARY), slots_of(7)),
    "lists in every slot": lambda: tracker(message("choose", text=CANARY), slots_of([None, 7, CANARY])),
    "objects in every slot": lambda: tracker(message("ask_law", text=CANARY), slots_of({CANARY: CANARY})),
    "entities without values": lambda: tracker(message("choose", {"entity": "place"}, {}, text=CANARY)),
    "events of other kinds": lambda: Tracker("x", {}, message(text=CANARY), [CANARY, None], False, None, {}, None),
    "nothing at all": lambda: None,
}


@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize("name", ACTIONS)
async def test_a_damaged_conversation_is_answered(name: str, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    at = GARBAGE[kind]()
    answer = await run_at(name, at)
    failed = f"action failed: {name}" in caplog.text
    if failed:
        assert answer.texts in ([ANYWHERE], [NO_WAY])
        assert answer.events == []
    elif name not in SILENT + CARD:
        assert answer.messages or answer.events
    assert CANARY not in caplog.text
    assert CANARY not in answer.text
