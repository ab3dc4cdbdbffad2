"""Which questions are asked: whole interviews, and safety before anything that can alert."""

from __future__ import annotations

from typing import Any

import pytest

from bot.plan import Known, next_question

USUAL: dict[str, Any] = {
    "who": "me", "age": "adult", "situations": ["shared"], "offender": "known", "afraid": "no",
    "platforms": ["instagram"], "place": "US-TX", "goal": "removed",
}  # fmt: skip


def interview(known: Known, **answers: Any) -> list[str]:
    """Return the slots asked, in order, when each question is answered as given or as usual."""
    asked: list[str] = []
    while (slot := next_question(known)) is not None:
        asked.append(slot)
        known = known.with_(**{slot: answers.get(slot, USUAL[slot])})
    return asked


ADULT = "who age situations offender platforms place goal"
ADULT_AFRAID = "who age situations offender afraid platforms place goal"
NO_GOAL = "who age situations offender platforms place"
SKIP_ALL: dict[str, Any] = {slot: "skipped" for slot in USUAL} | {"situations": ["skipped"], "platforms": ["skipped"]}
AT_ONCE = {"who": "me", "age": "adult", "situations": ["threatened"], "offender": "stranger", "platforms": ["x"]}
THREAT = {"situations": ["threatened"]}

INTERVIEWS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("adult_shared_by_known", {}, {}, ADULT),
    ("all_skipped", {}, SKIP_ALL, NO_GOAL),
    ("adult_all_else_skipped", {"age": "adult"}, SKIP_ALL, "who situations offender platforms place goal"),
    ("partner_shared", {}, {"offender": "partner"}, ADULT_AFRAID),
    ("partner_threat", {}, {"offender": "partner", **THREAT}, ADULT_AFRAID),
    ("known_threat", {}, THREAT, ADULT_AFRAID),
    ("group_threat", {}, {"offender": "group", **THREAT}, ADULT_AFRAID),
    ("offender_skipped_threat", {}, {"offender": "skipped", **THREAT}, ADULT_AFRAID),
    ("group_shared", {}, {"offender": "group"}, ADULT),
    ("stranger_threat", {}, {"offender": "stranger", **THREAT}, NO_GOAL),
    ("unknown_threat_unsure", {}, {"situations": ["threatened", "unsure"], "offender": "unknown"}, NO_GOAL),
    ("stranger_threat_and_shared", {}, {"situations": ["threatened", "shared"], "offender": "stranger"}, ADULT),
    ("stranger_unsure", {}, {"situations": ["unsure"], "offender": "stranger"}, NO_GOAL),
    ("known_recorded", {}, {"situations": ["recorded"]}, "who age situations offender afraid place goal"),
    ("stranger_recorded", {}, {"situations": ["recorded"], "offender": "stranger"},
     "who age situations offender place goal"),
    ("recorded_and_shared", {}, {"situations": ["recorded", "shared"], "offender": "stranger"}, ADULT),
    ("tracked_by_known", {"flags": ["tracked"]}, {}, ADULT_AFRAID),
    ("lives_with_partner", {"flags": ["shared_home"]}, {"offender": "partner"}, ADULT),
    ("already_said_afraid", {"flags": ["afraid_of_them"]}, THREAT, ADULT),
    ("minor", {}, {"age": "minor"}, NO_GOAL),
    ("age_unsure", {}, {"age": "unsure"}, NO_GOAL),
    ("minor_partner", {}, {"age": "minor", "offender": "partner"},
     "who age situations offender afraid platforms place"),
    ("child_in_care", {}, {"who": "child_in_care"}, "who situations offender platforms place"),
    ("friend_of_adult", {}, {"who": "someone_else"}, ADULT),
    ("accused", {}, {"who": "accused"}, "who platforms place"),
    ("webcam_bluff", {"flags": ["webcam_bluff"]}, THREAT, "who age situations place"),
    ("webcam_bluff_but_shared", {"flags": ["webcam_bluff"]}, {"offender": "stranger"}, ADULT),
    ("told_in_one_message", AT_ONCE, {}, "place"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "answers", "asked"), [row[1:] for row in INTERVIEWS],
                         ids=[row[0] for row in INTERVIEWS])  # fmt: skip
def test_whole_interview(known: dict[str, Any], answers: dict[str, Any], asked: str) -> None:
    assert interview(Known(**known), **answers) == asked.split()


def test_nothing_is_asked_when_all_is_known() -> None:
    assert next_question(Known(**USUAL)) is None


@pytest.mark.parametrize("slot", [slot for slot in USUAL if slot != "afraid"])
def test_a_cleared_answer_is_asked_again(slot: str) -> None:
    assert next_question(Known(**USUAL).with_(**{slot: None})) == slot


def test_safety_is_asked_as_soon_as_a_partner_is_named_late() -> None:
    known = Known(**USUAL).with_(offender="partner", afraid=None, goal=None, place=None)
    assert next_question(known) == "afraid"
