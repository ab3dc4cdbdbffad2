"""The trained model's understanding, through the same graph as in a conversation."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def parse() -> Iterator[Any]:
    from bot.ops.nlu_commands import parse_lines

    def one(text: str) -> dict[str, Any]:
        return next(iter(parse_lines([{"text": text}])))

    one("warm up")
    yield one


CASES = {
    "greeting": ("hi", "greet", None),
    "shared": ("my ex posted my nudes on a porn site", "report_shared", None),
    "threat": ("he wants 500 dollars or he sends my pictures to my family", "report_threat", None),
    "fake": ("someone used ai to make me naked", "report_deepfake", None),
    "law": ("is this against the law in france", "ask_law", None),
    "direct self-harm": ("i want to die", "self_harm_risk", "self_harm_risk"),
    "indirect self-harm": ("everyone would be better without me", "self_harm_risk", "self_harm_risk"),
    "danger": ("he is outside my house with a knife", "immediate_danger", "immediate_danger"),
    "minor": ("im 15 and i sent a pic", "i_am_minor", "minor"),
    "not a crisis": ("this homework is killing me", None, None),
    "denial": ("no i am not suicidal", None, None),
    "leave": ("exit", "stop_or_quick_exit", None),
}


@pytest.mark.parametrize(("text", "intent", "safety"), CASES.values(), ids=CASES.keys())
def test_messages(parse: Any, text: str, intent: str | None, safety: str | None) -> None:
    result = parse(text)
    assert (result["safety"], result["intent"] if intent else None) == (safety, intent)


def test_the_form_of_a_line(parse: Any) -> None:
    result = parse("my ex posted my pics on instagram, i live in texas")
    assert {"text", "intent", "confidence", "needs", "safety", "entities", "language"} == set(result)
    assert {(entity["entity"], entity["value"]) for entity in result["entities"]} == {
        ("platform", "instagram"),
        ("place", "US-TX"),
    }


def test_no_cache_grows_with_what_a_person_writes(parse: Any) -> None:
    def sizes() -> dict[str, int]:
        modules = [(name, module) for name, module in sys.modules.items() if name.split(".")[0] in ("bot", "actions")]
        return {
            f"{name}.{key}": value.cache_info().currsize
            for name, module in modules
            for key, value in vars(module).items()
            if hasattr(value, "cache_info")
        }

    def say(word: str) -> None:
        parse(f"{word} has my {word}s on {word}.net, i live in {word}, im 15, call me {word}")

    say("mollyxx1987")
    before = sizes()
    for word in ("zimtvogelsang", "Hollerbeckhausen", "quarzblatt88"):
        say(word)
    assert {name: size for name, size in sizes().items() if size != before.get(name)} == {}
    assert len(before) > 5


def test_several_needs(parse: Any) -> None:
    result = parse("my ex posted my nudes on reddit. is that illegal? and how do i change my passwords")
    assert (result["intent"], set(result["needs"]) >= {"report_shared", "ask_law", "ask_secure_accounts"}) == (
        "report_shared",
        True,
    )


@pytest.mark.parametrize("text", ["", "😀😀", "1234", "привет как дела", "https://example.net/x"])
def test_what_is_not_understood_is_the_fallback(parse: Any, text: str) -> None:
    assert parse(text)["intent"] == "nlu_fallback"


def test_a_button_is_not_classified(parse: Any) -> None:
    assert parse('/choose{"who": "me"}')["intent"] == "choose"


def test_cues_reach_the_conversation() -> None:
    from bot.ops.nlu_commands import Parser, latest_model

    parsed = Parser(latest_model()).parse(["my ex posted my pics and we live together"])[0]
    found = {(entity["entity"], entity["value"]) for entity in parsed["entities"]}
    assert {("offender", "partner"), ("situation", "shared"), ("flag", "shared_home"), ("who", "me")} <= found


def test_a_thousand_lines_take_less_than_a_minute() -> None:
    from bot.ops.nlu_commands import parse_lines

    lines = [
        {"text": f"my ex posted my pics on site {number} and wants money, what can i do"} for number in range(1000)
    ]
    started = time.process_time()
    assert len(list(parse_lines(lines))) == 1000
    assert time.process_time() - started < 60


def test_ten_thousand_characters_do_not_hold_up_the_rest(parse: Any) -> None:
    text = "he said my ex posted my pics and i dont know. " * 217
    started = time.process_time()
    parse(text)
    assert time.process_time() - started < 1.0


def test_evaluation_reads_labelled_lines() -> None:
    from bot.ops.nlu_commands import evaluate

    report = evaluate([{"text": "hello", "intent": "greet"}, {"text": "i want to die", "intent": "self_harm_risk"}])
    assert (report["accuracy"]["share"], report["safety"]["self_harm_risk"]["recall"]["share"]) == (1.0, 1.0)


def test_without_a_model_the_operator_is_told_what_to_do(tmp_path: Path) -> None:
    from bot.ops.nlu_commands import NoModelError, latest_model

    with pytest.raises(NoModelError, match="run `make train`"):
        latest_model(tmp_path)


def test_telemetry_is_off() -> None:
    import bot.ops.nlu_commands  # noqa: F401

    assert os.environ["RASA_TELEMETRY_ENABLED"] == "false"
