"""Whole conversations with the real bot: what a person writes, and what the guide must say and must never say.

Each file beside this one is a list of scripts {id, turns, expect, never, slots, minor_from}; the same files
can be played with `steady chat`. `turn` in `expect` counts from 1; 0 is the opening, "last" the last turn, and
"any" the whole conversation. `minor_from` is the turn from which an image of somebody under 18 is known.
"""

from __future__ import annotations

from typing import Any

import dialogue_checks as checks
import pytest

from bot.ops.chat import Player

SCRIPTS = {script["id"]: script for script in checks.scripts()}
FORM_OF_SCRIPT = {"id", "turns", "expect", "never", "slots", "minor_from", "language"}
FORM_OF_EXPECTATION = {"turn", "says", "not", "custom", "not_custom", "buttons"}


@pytest.fixture(scope="module")
def conversation(player: Player) -> Any:
    """A function that plays a script once and remembers the conversation."""
    played: dict[str, dict[str, Any]] = {}

    def play(identity: str) -> dict[str, Any]:
        if identity not in played:
            played[identity] = player.play(SCRIPTS[identity])
        return played[identity]

    return play


def test_every_script_has_its_own_id() -> None:
    ids = [script["id"] for script in checks.scripts()]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("identity", SCRIPTS)
def test_a_script_is_well_formed(identity: str) -> None:
    script = SCRIPTS[identity]
    assert set(script) <= FORM_OF_SCRIPT
    assert script["turns"] and all(isinstance(text, str) and text.strip() for text in script["turns"])
    for wanted in script.get("expect", []):
        assert set(wanted) <= FORM_OF_EXPECTATION, wanted
        assert wanted["turn"] in ("any", "last") or 0 <= wanted["turn"] <= len(script["turns"]), wanted


@pytest.mark.model
@pytest.mark.parametrize("identity", SCRIPTS)
def test_the_guide_says_what_the_script_expects(identity: str, conversation: Any) -> None:
    faults = checks.faults_of_script(SCRIPTS[identity], conversation(identity))
    assert not faults, "\n".join(faults)


@pytest.mark.model
@pytest.mark.parametrize("identity", SCRIPTS)
def test_every_answer_is_well_formed(identity: str, conversation: Any) -> None:
    faults = checks.faults_of_form(conversation(identity), SCRIPTS[identity].get("minor_from"))
    assert not faults, "\n".join(faults)
