"""One turn: what is understood, what is said in which language, and what is handed over."""

from __future__ import annotations

from typing import Any

import pytest
from action_turns import found, message, tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Turn
from bot.nlg import wording
from bot.plan import Known


def turn(**where: Any) -> Turn:
    return Turn(tracker(**where))


@pytest.mark.parametrize(
    ("loop", "step"),
    [
        (None, None),
        ("triage_form", None),
        ("evidence_form", "evidence"),
        ("report_form", "report"),
        ("accounts_form", "accounts"),
        ("counsel_form", "counsel"),
    ],
)
def test_the_step_is_that_of_the_form(loop: str | None, step: str | None) -> None:
    at = turn(loop=loop)
    assert (at.loop, at.step) == (loop, step)


@pytest.mark.parametrize(
    ("entities", "value"),
    [
        pytest.param([], None, id="none"),
        pytest.param([found("topic", "plan")], "plan", id="one"),
        pytest.param([found("topic", "plan"), found("step", "report"), found("topic", "end")], "end", id="the last"),
    ],
)
def test_an_entity(entities: list[dict[str, Any]], value: str | None) -> None:
    assert turn(said=message("choose", *entities)).entity("topic") == value


def test_what_is_remembered_holds_for_the_rest_of_the_turn() -> None:
    at = turn(slots={"who": "me"})
    at.set("place", "FR")
    assert at.known == Known(who="me", place="FR")
    assert at.tracker.slots["place"] is None


def test_counting() -> None:
    at = turn(slots={"asked": {"a": 1}})
    assert [at.count("a"), at.count("a"), at.count("b")] == [1, 2, 0]
    assert at.slots["asked"] == {"a": 3, "b": 1}
    assert at.tracker.slots["asked"] == {"a": 1}


LEFT = [
    {"event": "active_loop", "timestamp": None, "name": None},
    {"event": "slot", "timestamp": None, "name": "requested_slot", "value": None},
]
FOLLOW = {"event": "followup", "timestamp": None, "name": "report_form"}


@pytest.mark.parametrize(
    ("loop", "follow", "restart"),
    [
        pytest.param(None, [FOLLOW], [FOLLOW], id="no form"),
        pytest.param("triage_form", [*LEFT, FOLLOW], [*LEFT, FOLLOW], id="another form"),
        pytest.param("report_form", [], [FOLLOW], id="the same form"),
    ],
)
def test_going_on_with_a_form(loop: str | None, follow: list[Any], restart: list[Any]) -> None:
    one, other = turn(loop=loop), turn(loop=loop)
    one.follow("report_form")
    other.restart_loop("report_form")
    assert one.finish(CollectingDispatcher()) == follow
    assert other.finish(CollectingDispatcher()) == restart


def test_messages_are_handed_over_with_buttons_and_content() -> None:
    at, dispatcher = turn(), CollectingDispatcher()
    at.tell("words", buttons=[{"title": "A", "payload": "/a"}], custom={"type": "notice"})
    at.say("utter_exit")
    at.finish(dispatcher)
    handed = [(said["text"], said["buttons"], said["custom"]) for said in dispatcher.messages]
    assert handed == [
        ("words", [{"title": "A", "payload": "/a"}], {"type": "notice"}),
        ("Goodbye. Stay safe.", [], {}),
    ]


def test_a_sentence_brings_its_own_buttons_unless_others_are_given() -> None:
    at = turn()
    at.say("utter_ask_safe_to_chat")
    at.say("utter_ask_safe_to_chat", buttons=[])
    assert [len(said.get("buttons", [])) for said in at.messages] == [3, 0]


@pytest.mark.parametrize(
    ("metadata", "slot", "used"),
    [
        pytest.param({"language": "es"}, None, "es", id="of the conversation"),
        pytest.param({}, "es", "es", id="of the slot"),
        pytest.param({"language": "es"}, "fr", "es", id="the conversation before the slot"),
        pytest.param(None, None, "en", id="none"),
        pytest.param({"language": "xx"}, None, "en", id="without wording"),
    ],
)
def test_the_language(
    metadata: dict[str, str] | None, slot: str | None, used: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for language in ("en", "es", "fr"):
        (tmp_path / language).mkdir()
    monkeypatch.setattr(wording, "RESPONSES", tmp_path)
    assert turn(said=message() | {"metadata": metadata}, slots={"language": slot}).wording.language == used
