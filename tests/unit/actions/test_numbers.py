"""No number that nobody confirmed reaches a person, whatever place they name (rule R57)."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from action_turns import TOLD, Answer, message, run, tracker

from actions.base import Turn
from actions.cards import TELLERS
from bot.directory import Directory, seed_files

ROWS = seed_files.read()
CODES = [row["code"] for row in ROWS["jurisdiction"]]
PHONED = ("service", "report_route", "legal_help", "tool")
SAME_WORDS = ("id", "checked_on", "url", "chat", "source", "citation", "year")
ADDRESS = re.compile(r"(https?://|www\.)\S+|\b[\w.-]+\.[a-z]{2,}\b(/\S*)?")
NUMBER = re.compile(r"(?<![\w/:-])\+?\(?\d[\d ().-]{0,18}\d(?![\w/:])")


def digits(text: str) -> set[str]:
    """Every number in a text that could be dialled, as digits."""
    numbers = {re.sub(r"\D", "", found) for found in NUMBER.findall(ADDRESS.sub(" ", text))}
    return {number for number in numbers if len(number) >= 3}


@cache
def numbers() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """By jurisdiction, the numbers that are confirmed, and those that are not."""
    confirmed: dict[str, set[str]] = {}
    unconfirmed: dict[str, set[str]] = {}
    for table in PHONED:
        for row in ROWS[table]:
            for field in ("phone", "text"):
                shown = row["confirmed"] and field not in row["unconfirmed_fields"]
                kept = confirmed if shown else unconfirmed
                kept.setdefault(row.get("jurisdiction") or "ZZ", set()).update(digits(str(row.get(field) or "")))
    return confirmed, unconfirmed


def never_shown(directory: Directory, code: str) -> set[str]:
    """The numbers of a place and of what it inherits from that nobody confirmed."""
    confirmed, unconfirmed = numbers()
    chain = directory.chain(code)
    emergency = directory.emergency(code)
    known = set().union(*(confirmed.get(step, set()) for step in chain), digits(emergency.number if emergency else ""))
    return set().union(*(unconfirmed.get(step, set()) for step in chain)) - known


def plain(content: Any) -> Any:
    """Structured content without the fields in which numbers are no telephone numbers."""
    if isinstance(content, dict):
        return {name: plain(value) for name, value in content.items() if name not in SAME_WORDS}
    return [plain(item) for item in content] if isinstance(content, list) else content


def said(answer: Answer) -> set[str]:
    """Every number in the messages, their buttons and their content."""
    parts = [*answer.texts, *(json.dumps(plain(each["custom"])) for each in answer.messages if each["custom"])]
    return set().union(*map(digits, parts))


def slots(code: str, **more: Any) -> dict[str, Any]:
    """An adult who is afraid of a partner, with the plan shown, in a place."""
    return TOLD | {"place": code, "plan_shown": True, "offender": "partner", "afraid": "yes"} | more


ASKED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("action_safety", message("self_harm_risk", safety="self_harm_risk"), {}),
    ("action_safety", message("self_harm_risk", safety="self_harm_risk"), {"age": "minor"}),
    ("action_safety", message("immediate_danger", safety="immediate_danger"), {}),
    ("action_answer_question", message("ask_law"), {}),
    ("action_answer_question", message("ask_report_police"), {}),
    ("action_answer_question", message("ask_anonymous_poster"), {"age": "minor"}),
    ("action_answer_question", message("ask_protective_order"), {}),
    ("action_answer_question", message("ask_find_lawyer"), {}),
    ("action_answer_question", message("ask_find_lawyer"), {"age": "minor"}),
    ("action_answer_question", message("ask_cross_border"), {"age": "minor"}),
    ("action_answer_question", message("ask_cross_border"), {}),
    ("action_answer_question", message("ask_two_factor"), {}),
    ("action_human", message("talk_to_human"), {}),
    ("action_human", message("talk_to_human"), {"age": "minor"}),
    ("action_end", message("goodbye"), {}),
    ("action_end", message("goodbye"), {"age": "minor"}),
]
LINES = ("sexual_violence_line", "lgbtq_line", "child_line", "victim_line", "regulator", "hotline", "crisis")


@pytest.mark.parametrize("code", CODES)
async def test_an_unconfirmed_number_is_never_said(code: str, seed: Directory) -> None:
    forbidden = never_shown(seed, code)
    shown: dict[str, set[str]] = {}
    for action, asked, more in ASKED:
        answer = await run(action, asked, slots(code, **more))
        assert answer.messages
        shown[f"{action} {asked['intent']['name']} {more}"] = said(answer)
    for line in LINES:
        turn = Turn(tracker(slots=slots(code)))
        TELLERS[line](turn)
        texts = [each | {"custom": each.get("custom")} for each in turn.messages]
        shown[line] = said(Answer(texts, [], {}))
    assert {where: found & forbidden for where, found in shown.items() if found & forbidden} == {}


def test_there_are_numbers_to_hold_back(seed: Directory) -> None:
    assert len(CODES) == len(set(CODES)) >= 162
    assert sum(bool(never_shown(seed, code)) for code in CODES) > 20


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("call 988.", {"988"}, id="short"),
        pytest.param("call 0800 123 45 67. Text: 741741.", {"08001234567", "741741"}, id="spaces"),
        pytest.param("call +1 (800) 555-0100.", {"18005550100"}, id="international"),
        pytest.param("Web: https://example.org/112 and 123.example.org", set(), id="addresses"),
        pytest.param("open 24/7 since 9", set(), id="hours"),
    ],
)
def test_numbers_are_found_in_a_text(text: str, found: set[str]) -> None:
    assert digits(text) == found
